"""Ideas in the admin: to find, to look through and to put right; the desk of the portal publishes them and sends them back."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.decorators import display
from unfold.enums import ActionVariant

from ake_portal.lib.admin import LacksTranslation, ScopedAdmin, ScopedStackedInline, TranslatedForm, audited, to_page
from ideas import messages, pictures
from ideas.models import LANGUAGES, Idea, Picture
from people.admin import OwnRegions

audited(Idea, exclude=("created_at",), m2m_fields={"topics"})
audited(Picture)


class IdeaAdminForm(TranslatedForm):
    """What everybody reads keeps its title and summary in both languages."""

    def clean(self):
        cleaned = super().clean()
        if self.instance.is_published:
            for language in LANGUAGES:
                for name in Idea.TRANSLATIONS_NEEDED:
                    if not cleaned.get(f"{name}_{language}"):
                        self.add_error(f"{name}_{language}", messages.TEXTS[f"{name}_{language}"])
        return cleaned


class Pictures(ScopedStackedInline):
    model = Picture
    fields = ("alt",)
    max_num = 0  # pictures come in on the portal's pages, which look into the files

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Idea)
class IdeaAdmin(ScopedAdmin):
    form = IdeaAdminForm
    list_display = ("title", "kind", "state_shown", "library", "region", "published_at")
    list_filter = ("kind", "state", ("region", OwnRegions), LacksTranslation)
    list_select_related = ("library", "region")
    search_fields = Idea.TRANSLATIONS_NEEDED + ("body", *Idea.ANSWERS)
    ordering = ("-pk",)
    reserved = ("add", "delete")
    open_choices = ("topics", "host", "library")
    autocomplete_fields = ("host_contact",)
    inlines = (Pictures,)
    readonly_fields = ("kind", "state_shown", "author_shown", "check_shown", "published_at")
    actions_detail = ("to_desk",)
    to_desk = to_page("ideas:desk", gettext_lazy("Edit and publish…"), "edit_note", ActionVariant.PRIMARY)
    fieldsets = (
        (None, {"fields": ("kind", "state_shown", "author_shown", "published_at", "title", "summary")}),
        (pgettext_lazy("an idea", "Text"), {"fields": ("body", "aim", "seen", "plan", "advice")}),
        (
            gettext_lazy("Where from"),
            {"fields": ("library", "host", "host_contact", "check_shown", "topics")},
        ),
    )

    def scope(self, queryset, request):
        return queryset.filter(Q(region__in=request.user.coordinated_regions), ~Q(state__in=Idea.AUTHORS_ALONE))

    def has_add_permission(self, request):
        return False  # written on the portal's pages

    def delete_model(self, request, obj):
        pictures.remove(obj.pictures.all())
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        pictures.remove(Picture.objects.filter(idea__in=queryset))
        super().delete_queryset(request, queryset)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, idea):
        return idea.get_state_display()

    @display(description=gettext_lazy("author"))
    def author_shown(self, idea):
        return str(idea.author) if idea.author else "–"

    @display(description=gettext_lazy("the host's word"))
    def check_shown(self, idea):
        if idea.checked_at is None:
            return "–"
        return idea.check_note or _("The facts are right.")
