"""Visits in the admin: looked up there, moved on the portal's pages; rates and rules of travel are kept here."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from ake_portal.lib import words
from ake_portal.lib.admin import LacksTranslation, ReadOnly, ScopedAdmin, TranslatedForm, audited
from peerlearning.models import Expertise, KmRate, TravelRules, Visit
from people.admin import OwnRegions

audited(Expertise, exclude=("updated_at",), m2m_fields={"branches"})
audited(KmRate)
audited(TravelRules)


@admin.register(Visit)
class VisitAdmin(ReadOnly, ScopedAdmin):
    """Every visit of the own regions: what, who, where it stands, what it costs."""

    list_display = ("case_number", "subject", "traveller", "library", "day", "shown_state", "cost")
    list_display_links = ("case_number", "subject")
    list_select_related = ("traveller", "library")
    list_filter = ("state", "kind", ("region", OwnRegions), "year")
    search_fields = ("subject", "traveller__first_name", "traveller__last_name", "library__name_fi", "library__name_sv")
    ordering = ("-pk",)
    actions = None
    fieldsets = (
        (None, {"fields": ("on_portal", "kind", "state", "subject", "goal", "traveller", "library", "municipality")}),
        (_("The trip"), {"fields": ("leaves_at", "returns_at", "travel", "route", "km", "no_transit_reason")}),
        (_("Money"), {"fields": ("payer", "measure", "expense", "other_region_reason")}),
    )

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(state=Visit.State.DRAFT).prefetch_related("costs")

    @display(description=_("case"), ordering="pk")
    def case_number(self, visit):
        return visit.case

    @display(description=_("day"), ordering="leaves_at")
    def day(self, visit):
        return words.day(visit.leaves_at, with_year=True) if visit.leaves_at else "–"

    @display(
        description=_("state"),
        ordering="state",
        label={"approved": "success", "done": "success", "submitted": "warning", "declined": "danger"},
    )
    def shown_state(self, visit):
        return visit.state, visit.get_state_display()

    @display(description=_("AKE pays"))
    def cost(self, visit):
        return words.euros(visit.total)

    @display(description=_("on the portal"))
    def on_portal(self, visit):
        url = reverse("peerlearning:visit", args=[visit.pk])
        return format_html('<a class="underline" href="{}">{}</a>', url, visit)


@admin.register(KmRate)
class KmRateAdmin(ScopedAdmin):
    """One table for all regions: a new year may be entered by any AKE, a known one is put right by a superuser."""

    list_display = ("year", "own_car", "passenger", "step_km", "own_car_after_step", "source")
    ordering = ("-year",)
    reserved = ("change", "delete")
    actions = None

    def scope(self, queryset, request):
        return queryset


@admin.register(TravelRules)
class TravelRulesAdmin(ScopedAdmin):
    """Who pays the travellers of a region, and how."""

    list_display = ("region", "payer", "days_before_books")
    list_select_related = ("region",)
    search_fields = ("region__name_fi", "region__name_sv")
    ordering = ("region_id",)
    fields = ("region", "payer", "billing", "payroll", "days_before_books")
    actions = None

    def scope(self, queryset, request):
        return queryset.filter(region__in=request.user.coordinated_regions)

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["region"] if obj else [])]

    def has_delete_permission(self, request, obj=None):
        return False


class LacksTitle(LacksTranslation):
    """Rows that wait for a title in either language, the two together being what the AKE has to do."""

    def lookups(self, request, model_admin):
        return [("any", _("lacks Finnish or Swedish")), *super().lookups(request, model_admin)]

    def queryset(self, request, queryset):
        return queryset.untranslated() if self.value() == "any" else super().queryset(request, queryset)


@admin.register(Expertise)
class ExpertiseAdmin(ScopedAdmin):
    """What the libraries of the own regions are good at: the AKE adds the other language, and puts right."""

    form = TranslatedForm
    list_display = ("title", "library", "topic", "is_shown", "checked_on")
    list_select_related = ("library", "topic")
    list_filter = (LacksTitle, "is_shown", ("library__region", OwnRegions), "topic")
    search_fields = ("title", "text", "library__name_fi", "library__name_sv")
    ordering = ("-pk",)
    autocomplete_fields = ("library", "contact")
    filter_horizontal = ()
    open_choices = ("topic",)
    fieldsets = (
        (None, {"fields": ("library", "topic", "title", "text")}),
        (_("On its page"), {"fields": ("contact", "is_shown", "checked_on")}),
    )
    readonly_fields = ("checked_on",)  # the library says so on its own page

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def save_model(self, request, obj, form, change):
        obj.updated_by = request.user
        super().save_model(request, obj, form, change)
