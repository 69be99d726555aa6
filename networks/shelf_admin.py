"""The public shelf in the admin: AKE staff write publications, with their language versions below."""

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.decorators import display

from ake_portal.lib.admin import LacksTranslation, ScopedAdmin, ScopedStackedInline, audited
from networks import shelf
from networks.models import Network, Publication, PublicationVersion
from networks.shelf_forms import PublicationForm, VersionForm
from people.admin import OwnRegions

audited(Publication)
audited(PublicationVersion)


class Https:
    """Addresses typed without a scheme are https."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class Versions(Https, ScopedStackedInline):
    model = PublicationVersion
    form = VersionForm
    fields = ("language", ("year", "month"), "file", "link")
    extra = 0


@admin.register(Publication)
class PublicationAdmin(ScopedAdmin):
    form = PublicationForm
    list_display = ("title", "kind", "network", "region", "year", "languages", "is_shown")
    list_filter = ("kind", "is_shown", ("region", OwnRegions), LacksTranslation)
    list_select_related = ("network", "region")
    search_fields = ("title", "summary", "made_by")
    ordering = ("-year", "-pk")
    inlines = (Versions,)
    fieldsets = (
        (None, {"fields": ("kind", "title", "summary", "made_by", "year", "cover")}),
        (pgettext_lazy("a publication", "Where it stands"), {"fields": ("region", "network", "is_shown")}),
    )

    def scope(self, queryset, request):
        return queryset.filter(pk__in=Publication.objects.run_by(request.user).values("pk"))

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("versions")

    def choices_of(self, db_field, request):
        if db_field.name == "network" and not request.user.is_superuser:
            own = Network.objects.run_by(request.user).values("pk")
            return Network.objects.filter(
                models.Q(pk__in=own) | models.Q(pk__in=self._kept(db_field, request))
            ).by_name()
        return super().choices_of(db_field, request)

    def get_changeform_initial_data(self, request):
        regions = list(request.user.coordinated_regions)
        return {"region": regions[0].pk if len(regions) == 1 else None, **super().get_changeform_initial_data(request)}

    @display(description=gettext_lazy("languages"))
    def languages(self, publication):
        return ", ".join(dict.fromkeys(version.get_language_display() for version in publication.versions.all())) or "–"

    # Files that nothing holds any more go

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        shelf.forget([form.dropped] if form.dropped else [])

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        dropped = [one.dropped for one in formset.forms if one.dropped]
        shelf.forget([*dropped, *(version.file for version in formset.deleted_objects if version.file)])

    def delete_model(self, request, obj):
        self.delete_queryset(request, Publication.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        files = shelf.files_of(queryset)
        super().delete_queryset(request, queryset)
        shelf.forget(files)
