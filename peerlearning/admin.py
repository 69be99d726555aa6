"""Visits and wishes for a host in the admin: looked up there, moved on the portal's pages; rates and rules of travel are kept here."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from ake_portal.lib import words
from ake_portal.lib.admin import ReadOnly, ScopedAdmin, ScopedTabularInline, audited
from peerlearning.models import KmRate, Proposal, TravelRules, Visit, Wish
from people.admin import OwnRegions

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


class ProposalInline(ReadOnly, ScopedTabularInline):
    model = Proposal
    fields = ("branch", "starts_at", "contact_name", "why", "state", "answer")
    readonly_fields = fields


@admin.register(Wish)
class WishAdmin(ReadOnly, ScopedAdmin):
    """Every wish for a host that was sent in the own regions: what, from whom, until when, where it stands."""

    list_display = ("subject_shown", "writer", "library", "latest_day", "shown_state")
    list_select_related = ("writer", "library")
    list_filter = ("state", ("region", OwnRegions), "topics")
    search_fields = ("subject", "writer__first_name", "writer__last_name", "library__name_fi", "library__name_sv")
    ordering = ("-pk",)
    actions = None
    inlines = (ProposalInline,)
    fieldsets = (
        (None, {"fields": ("wish_on_portal", "state", "subject", "goal", "topics", "kind", "writer", "library")}),
        (_("The trip"), {"fields": ("earliest", "latest", "when_note", "travel", "how_far", "more")}),
        (_("What came of it"), {"fields": ("sent_at", "ended_at", "reason", "visit_on_portal")}),
    )

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(sent_at__isnull=False)

    @display(description=_("what you want to learn"), ordering="subject")
    def subject_shown(self, wish):
        return str(wish)

    @display(description=_("latest day"), ordering="latest")
    def latest_day(self, wish):
        return words.day(wish.latest, with_year=True) if wish.latest else "–"

    @display(
        description=_("state"),
        ordering="state",
        label={"taken": "success", "proposed": "info", "open": "warning", "closed": "danger"},
    )
    def shown_state(self, wish):
        return wish.state, wish.get_state_display()

    @display(description=_("on the portal"))
    def wish_on_portal(self, wish):
        return format_html('<a class="underline" href="{}">{}</a>', wish.get_absolute_url(), wish)

    @display(description=_("visit"))
    def visit_on_portal(self, wish):
        if wish.visit is None:
            return "–"
        return format_html('<a class="underline" href="{}">{}</a>', wish.visit.get_absolute_url(), wish.visit)


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
