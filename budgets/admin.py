"""The annual plan in the admin: its texts side by side, its money below; pages of the portal publish, freeze and book."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from ake_portal.lib.admin import (
    LacksTranslation,
    ScopedAdmin,
    ScopedStackedInline,
    ScopedTabularInline,
    TranslatedForm,
    audited,
    row_of,
    to_page,
)
from ake_portal.lib.money import ZERO
from budgets import messages
from budgets.forms import Sum
from budgets.models import Bookkeeping, BudgetLine, FocusArea, FundingSource, Measure, Plan, StaffShare
from people.admin import OwnRegions
from people.models import User

audited(Plan, m2m_fields={"themes"})
audited(Bookkeeping, m2m_fields={"approvers"})
for part in (StaffShare, FocusArea, Measure, FundingSource, BudgetLine):
    audited(part)


SUMS = {models.DecimalField: {"form_class": Sum, "widget": UnfoldAdminTextInputWidget}}


class FocusAreas(ScopedStackedInline):
    model = FocusArea
    fields = ("position", "name", "goal")


class Staff(ScopedTabularInline):
    model = StaffShare
    fields = ("title", "percent")


class FundingForm(TranslatedForm):
    """Says at the field what the constraints would say at the foot of the form."""

    def clean(self):
        cleaned = super().clean()
        cut, returned = (cleaned.get(name) or 0 for name in ("cut", "returned"))
        if cut + returned > (cleaned.get("granted") or 0):
            self.add_error("cut" if cut else "returned", _("More cannot be cut or returned than was granted."))
        first, last = cleaned.get("used_from"), cleaned.get("used_until")
        if first and last and last < first:
            self.add_error("used_until", _("The last day is before the first."))
        return cleaned


class Funding(ScopedStackedInline):
    model = FundingSource
    form = FundingForm
    formfield_overrides = SUMS
    fields = ("kind", "name", ("applied", "granted"), ("cut", "returned"), ("used_from", "used_until"))


class Lines(ScopedStackedInline):
    model = BudgetLine
    formfield_overrides = SUMS
    fields = (("category", "planned"), ("source", "position"), ("account", "cost_centre"), "name")

    def choices_of(self, db_field, request):
        """The plan's own sources."""
        rows = super().choices_of(db_field, request)
        if db_field.name == "source":
            return FundingSource.objects.filter(plan=request.resolver_match.kwargs["object_id"])
        return rows


@admin.register(Plan)
class PlanAdmin(ScopedAdmin):
    list_display = ("name", "region", "year", "state")
    list_display_links = ("name", "region")
    list_select_related = ("region",)
    list_filter = ("year", ("region", OwnRegions), "state", LacksTranslation)
    search_fields = ("name", "region__name_fi", "region__name_sv")
    ordering = ("-year", "region_id")
    fields = ("region", "year", "name", "highlights", "themes", "books_close_on")
    readonly_fields = ("balance",)
    open_choices = ("themes",)
    view_on_site = False
    actions = None
    actions_detail = ("to_publish", "to_money", "to_copy", "to_freeze")

    to_publish = to_page("budgets:publish", _("Publish…"), "publish", ActionVariant.PRIMARY)
    to_money = to_page("budgets:money", _("See the money"), "euro")
    to_copy = to_page("budgets:copy", _("Copy…"), "content_copy")
    to_freeze = to_page("budgets:freeze", _("Freeze…"), "lock")

    def scope(self, queryset, request):
        return queryset.kept_by(request.user)

    def get_fields(self, request, obj=None):
        """What is saved says whether its lines sum to its funding."""
        return [*super().get_fields(request, obj), *(["balance"] if obj else [])]

    @admin.display(description=_("lines and funding"))
    def balance(self, plan):
        difference = sum((line.planned for line in plan.lines.all()), ZERO) - sum(
            (source.amount for source in plan.sources.all()), ZERO
        )
        text = str(messages.balance(difference))
        return format_html('<strong class="text-red-600 dark:text-red-400">{}</strong>', text) if difference else text

    def get_inlines(self, request, obj):
        """Lines name their source, so they come when the plan and its funding are saved."""
        return (FocusAreas, Staff, Funding, Lines) if obj else (FocusAreas, Staff, Funding)

    def get_readonly_fields(self, request, obj=None):
        """What has been booked belongs to its region and year."""
        own = ["region", "year"] if obj and obj.lines.filter(bookings__isnull=False).exists() else []
        return [*super().get_readonly_fields(request, obj), *own]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        """Only a draft that nobody has booked on can go."""
        return super().has_delete_permission(request, obj) and (
            obj is None or (obj.state == Plan.State.DRAFT and not obj.lines.filter(expenses__isnull=False).exists())
        )

    def get_actions_detail(self, request, object_id):
        plan = self.get_object(request, unquote(object_id))
        if plan is None:
            return []
        offered = {"to_money", "to_copy"}
        offered |= {f"to_{move}" for move in ("publish", "freeze") if plan.may(move)}
        return [action for action in self._get_base_actions_detail() if action.method.__name__ in offered]


class MeasureForm(TranslatedForm):
    """A measure that is dropped says why in both languages: everybody reads it."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == Measure.State.DROPPED:
            for name in ("drop_reason_fi", "drop_reason_sv"):
                if not cleaned.get(name):
                    self.add_error(name, _("Say why it was dropped, in both languages."))
        area = cleaned.get("focus_area")
        if area and not area.plan.is_open:
            self.add_error("focus_area", _("The plan is frozen."))
        elif area and self.instance.pk and area.plan_id != self.instance.plan.pk and self.instance.expenses.exists():
            self.add_error("focus_area", _("The measure has costs: it stays in its plan."))
        return cleaned


class AreaChoice(forms.ModelChoiceField):
    def label_from_instance(self, area):
        return f"{area.plan} – {area}"


@admin.register(Measure)
class MeasureAdmin(ScopedAdmin):
    form = MeasureForm
    list_display = ("name", "plan_of", "focus_area", "state", "responsible", "ends_on")
    list_display_links = ("name",)
    list_select_related = ("focus_area__plan__region", "responsible")
    list_filter = ("focus_area__plan__year", ("focus_area__plan__region", OwnRegions), "state", LacksTranslation)
    search_fields = ("name", "focus_area__name_fi", "focus_area__name_sv")
    ordering = ("-focus_area__plan__year", "focus_area__position", "position", "pk")
    fieldsets = (
        (
            _("What is done"),
            {"fields": ("focus_area", "position", "name", "description", "responsible", ("starts_on", "ends_on"))},
        ),
        (_("How it goes"), {"fields": ("indicator", "target", "state", "outcome", "drop_reason")}),
    )
    view_on_site = False
    actions = None
    actions_detail = ("to_cost",)

    @action(description=_("Book a cost…"), url_path="to-cost", icon="receipt_long")
    def to_cost(self, request, object_id):
        """To the page on which a cost of the measure is booked."""
        measure = row_of(self, request, object_id)
        return redirect(reverse("budgets:book_cost", args=[measure.plan.pk], query={"measure": measure.pk}))

    def get_actions_detail(self, request, object_id):
        measure = self.get_object(request, unquote(object_id))
        return super().get_actions_detail(request, object_id) if measure and measure.plan.is_open else []

    def scope(self, queryset, request):
        return queryset.filter(focus_area__plan__in=Plan.objects.kept_by(request.user))

    @admin.display(description=pgettext_lazy("of a measure", "plan"))
    def plan_of(self, measure):
        return measure.focus_area.plan

    def choices_of(self, db_field, request):
        """Focus areas of the own plans; those who work at the own AKE."""
        if db_field.name == "focus_area":
            return FocusArea.objects.filter(plan__in=Plan.objects.kept_by(request.user)).select_related("plan__region")
        staff = User.objects.active().filter(coordinates__in=request.user.coordinated_regions)
        return (staff | User.objects.filter(pk__in=self._kept(db_field, request))).distinct()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "focus_area":
            kwargs["form_class"] = AreaChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.plan.is_open)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (
            obj is None or (obj.plan.is_open and not obj.expenses.exists() and not obj.trainings.exists())
        )


@admin.register(Bookkeeping)
class BookkeepingAdmin(ScopedAdmin):
    """Who approves a region's invoices."""

    list_display = ("region", "approvers_of")
    list_display_links = ("region",)
    list_select_related = ("region",)
    search_fields = ("region__name_fi", "region__name_sv")
    ordering = ("region_id",)
    fields = ("region", "approvers")
    autocomplete_fields = ("approvers",)
    view_on_site = False
    actions = None

    def scope(self, queryset, request):
        if request.user.is_superuser:
            return queryset
        return queryset.filter(region__in=request.user.coordinated_regions)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("approvers")

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["region"] if obj else [])]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("approve invoices"))
    def approvers_of(self, bookkeeping):
        return ", ".join(str(person) for person in bookkeeping.approvers.all())
