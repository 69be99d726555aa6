"""Visits, wishes for a host and travel claims in the admin: looked up there, moved on the portal's pages; rates and rules of travel are kept here."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from ake_portal.lib import words
from ake_portal.lib.admin import (
    LacksTranslation,
    ReadOnly,
    ScopedAdmin,
    ScopedTabularInline,
    TranslatedForm,
    audited,
    colours,
)
from peerlearning.models import Claim, Expertise, KmRate, Proposal, TravelRules, Visit, Wish
from people.admin import OwnRegions

YEAR = "traveller__visit__leaves_at__year"

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
        label=colours(Visit.State, approved="success", done="success", submitted="warning", declined="danger"),
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


class YearOfTravel(admin.SimpleListFilter):
    """The years in which the reader's claims were travelled."""

    title = _("year of travel")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        years = model_admin.get_queryset(request).order_by().values_list(YEAR, flat=True).distinct()
        return [(str(year), str(year)) for year in sorted(years, reverse=True)]

    def queryset(self, request, queryset):
        known = {value for value, _text in self.lookup_choices}
        return queryset.filter(**{YEAR: self.value()}) if self.value() in known else queryset


@admin.register(Claim)
class ClaimAdmin(ReadOnly, ScopedAdmin):
    """Every claim of the own regions that has left its traveller: whose, of which trip, how much, where it stands."""

    list_display = ("document_number", "person", "library", "day", "shown_state", "total")
    list_display_links = ("document_number", "person")
    list_filter = ("state", ("traveller__visit__region", OwnRegions), "traveller__visit__payer", YearOfTravel)
    search_fields = (
        "person__first_name",
        "person__last_name",
        "traveller__library__name_fi",
        "traveller__library__name_sv",
        "document_number",
    )
    ordering = ("-pk",)
    actions = None
    fieldsets = (
        (None, {"fields": ("on_portal", "state", "document_number", "person", "library", "purpose", "payer")}),
        (_("Money"), {"fields": ("km", "own_km_amount", "passenger_amount", "costs_amount", "vat", "amount")}),
        (
            _("Decisions"),
            {
                "fields": (
                    "sent_at",
                    ("checked_by", "checked_at"),
                    ("approved_by", "approved_at"),
                    "override_reason",
                    "paid_at",
                    "note",
                )
            },
        ),
    )

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def get_queryset(self, request):
        """What is being written is nobody's but the traveller's."""
        return super().get_queryset(request).exclude(state=Claim.State.DRAFT).for_rows()

    @display(description=_("library"))
    def library(self, claim):
        return claim.traveller.library

    @display(description=_("day"), ordering="traveller__visit__leaves_at")
    def day(self, claim):
        return words.day(claim.visit.leaves_at, with_year=True)

    @display(
        description=_("state"),
        ordering="state",
        label=colours(
            Claim.State, sent="warning", checked="warning", returned="danger", approved="success", paid="success"
        ),
    )
    def shown_state(self, claim):
        return claim.state, claim.get_state_display()

    @display(description=pgettext_lazy("of a claim", "Sum"), ordering="amount")
    def total(self, claim):
        return words.euros(claim.amount) if claim.amount else "–"

    @display(description=_("who pays the traveller"), ordering="traveller__visit__payer")
    def payer(self, claim):
        return claim.visit.get_payer_display()

    @display(description=_("on the portal"))
    def on_portal(self, claim):
        return format_html('<a class="underline" href="{}">{}</a>', claim.get_absolute_url(), claim)


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
        label=colours(Wish.State, taken="success", proposed="info", open="warning", closed="danger"),
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

    list_display = ("year", "own_car", "passenger")
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
