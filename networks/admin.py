"""Networks in the admin: what they are for, who leads them, who belongs to them."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from ake_portal.lib import uploads
from ake_portal.lib.admin import (
    LacksTranslation,
    ReadOnly,
    ScopedAdmin,
    ScopedTabularInline,
    TranslatedForm,
    audited,
    to_page,
)
from ideas.messages import FILES
from networks import kit_admin, news_admin, pictures, shelf_admin
from networks.models import Leader, Membership, Network
from people.admin import OwnRegions

audited(Network, m2m_fields={"co_regions", "topics"})
audited(Leader)
audited(Membership)


class LeaderForm(forms.ModelForm):
    """A leader with a picture that is judged by what is in it."""

    new_picture = forms.FileField(
        label=_("picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png", "aria-label": _("picture")}),
    )

    class Meta:
        model = Leader
        fields = ("person", "position")

    def clean_new_picture(self):
        file = self.cleaned_data["new_picture"]
        if file:
            try:
                pictures.examine(file)
            except uploads.Rejected as rejected:
                raise forms.ValidationError(FILES[rejected.code]) from rejected
            file.seek(0)
        return file

    def save(self, commit=True):
        if self.cleaned_data.get("new_picture"):
            pictures.put(self.instance, self.cleaned_data["new_picture"])
        return super().save(commit)


class Leaders(ScopedTabularInline):
    model = Leader
    form = LeaderForm
    fields = ("person", "position", "new_picture")
    autocomplete_fields = ("person",)
    extra = 0


@admin.register(Network)
class NetworkAdmin(ScopedAdmin):
    """Networks of the own regions, alone or together with others."""

    form = TranslatedForm
    list_display = ("name", "region", "joining", "size", "asking", "closed_on")
    list_select_related = ("region",)
    list_filter = (("region", OwnRegions), "joining", LacksTranslation)
    search_fields = ("name", "purpose")
    ordering = ("pk",)
    open_choices = ("topics", "co_regions")
    reserved = ("delete",)
    inlines = (Leaders,)
    actions_detail = ("to_desk",)
    to_desk = to_page("networks:desk", _("Leader's desk"), "groups", ActionVariant.PRIMARY)
    fieldsets = (
        (None, {"fields": ("name", "purpose", "description")}),
        (_("Who and how"), {"fields": ("region", "co_regions", "joining", "topics", "teams_link", "closed_on")}),
    )

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def get_queryset(self, request):
        return super().get_queryset(request).with_size().with_asking()

    @display(description=_("members"), ordering="size")
    def size(self, network):
        return network.size

    @display(description=_("ask to join"), ordering="asking")
    def asking(self, network):
        return network.asking or ""


@admin.register(Membership)
class MembershipAdmin(ReadOnly, ScopedAdmin):
    """Who belongs where; moved on the leader's desk."""

    list_display = ("person", "network", "library", "state", "joined_on", "teams")
    list_select_related = ("person__library", "network")
    list_filter = ("state", "teams", "network", ("network__region", OwnRegions))
    search_fields = ("person__first_name", "person__last_name", "person__library__name_fi", "person__library__name_sv")
    ordering = ("-pk",)
    actions = None

    def scope(self, queryset, request):
        return queryset.filter(network__in=Network.objects.run_by(request.user).values("pk"))

    @display(description=_("library"))
    def library(self, membership):
        return membership.person.library or "–"


__all__ = ["kit_admin", "LeaderForm", "Leaders", "MembershipAdmin", "NetworkAdmin", "news_admin", "shelf_admin"]
