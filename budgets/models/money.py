"""The money of a plan: where it comes from, the lines it is divided into, and every euro that is booked on them.

All sums are Decimal euros without VAT: cities claim it back, and the budget counts net.
"""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import DecimalField, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.money import ZERO, cents
from budgets.models.frozen import WriteOnce
from budgets.models.plans import Measure, Plan

NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


def euros(verbose_name, **options):
    """A column of euros and cents."""
    return DecimalField(verbose_name, max_digits=12, decimal_places=2, **options)


class FundingSource(models.Model):
    """Where a plan's money comes from; of a grant what was applied for, granted, cut and given back."""

    class Kind(models.TextChoices):
        STATE_GRANT = "state_grant", _("state grant")
        OWN = "own", _("own money of the city")
        PARTNER = "partner", _("partner")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sources", verbose_name=_("plan"))
    kind = models.CharField(pgettext_lazy("of funding", "kind"), max_length=12, choices=Kind, default=Kind.STATE_GRANT)
    name = models.CharField(
        _("name"), max_length=160, blank=True, help_text=_("Whose money, or the decision's number.")
    )
    applied = euros(_("applied for"), default=ZERO, validators=NOT_NEGATIVE)
    granted = euros(
        _("granted"), null=True, blank=True, validators=NOT_NEGATIVE, help_text=_("Empty until it is decided.")
    )
    cut = euros(_("cut"), default=ZERO, validators=NOT_NEGATIVE)
    returned = euros(_("returned"), default=ZERO, validators=NOT_NEGATIVE)
    used_from = models.DateField(_("can be used from"), null=True, blank=True)
    used_until = models.DateField(_("can be used until"), null=True, blank=True)

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding")
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied__gte=0) & Q(cut__gte=0) & Q(returned__gte=0), name="funding_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True, cut=0, returned=0) | Q(granted__gte=F("cut") + F("returned")),
                name="no_more_is_cut_or_returned_than_granted",
                violation_error_message=_("More cannot be cut or returned than was granted."),
            ),
            models.CheckConstraint(
                condition=Q(used_from__isnull=True) | Q(used_until__isnull=True) | Q(used_until__gte=F("used_from")),
                name="funding_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self):
        return self.name or self.get_kind_display()

    @property
    def amount(self):
        """What the plan can count on: the grant less what was cut and returned, before the decision what was applied for."""
        return self.applied if self.granted is None else self.granted - self.cut - self.returned


class Category(models.TextChoices):
    """The cost categories in which the use of the grant is accounted for."""

    SALARIES = "salaries", _("salaries")
    EXPERTS = "experts", _("expert fees")
    TRAVEL = "travel_and_lodging", _("travel and lodging")
    VENUE = "venue_rent", _("venue rent")
    COFFEE = "coffee_at_trainings", _("coffee at trainings")
    OTHER = "other_costs", _("other costs")
    EQUIPMENT = "equipment_materials_programs", _("equipment, materials, programs")


class BudgetLineQuerySet(models.QuerySet):
    def with_sums(self):
        """Annotates what is `moved`, `reserved`, `committed` and `spent` on each line: one query for all."""

        def total(column):
            return Coalesce(Sum(f"bookings__{column}"), ZERO, output_field=DecimalField())

        # by the plan's key: its own order would join the region to every booking
        return self.annotate(**{column: total(column) for column in COLUMNS}).order_by("plan_id", "position", "pk")


class BudgetLine(models.Model):
    """One line of a plan's budget: so much from this source for that category."""

    WARN_AT = Decimal("0.8")  # of what the line has

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines", verbose_name=_("plan"))
    source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="lines", verbose_name=pgettext_lazy("of money", "source")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    category = models.CharField(_("category"), max_length=32, choices=Category)
    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("Only where a category has several lines.")
    )
    account = models.CharField(_("account"), max_length=20, blank=True, help_text=_("In the city's ledger."))
    cost_centre = models.CharField(_("cost centre"), max_length=20, blank=True, help_text=_("In the city's ledger."))
    planned = euros(_("planned"), default=ZERO, validators=NOT_NEGATIVE)

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["plan", "position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(planned__gte=0), name="a_line_plans_no_negative_sum")]

    def __str__(self):
        label = str(self.get_category_display())
        label = label[:1].upper() + label[1:]
        return f"{label}: {self.name}" if self.name else label

    # Of a line from `with_sums`

    @property
    def available(self):
        """What the line has, in euros: planned and moved to it."""
        return cents(self.planned + self.moved)

    @property
    def used(self):
        """Reserved, committed and spent together, in euros."""
        return cents(self.reserved + self.committed + self.spent)

    @property
    def left(self):
        """What can still be bound, in euros; negative where more was let through."""
        return self.available - self.used

    @property
    def is_low(self):
        """Whether four fifths are used."""
        return self.used >= self.available * self.WARN_AT and self.used > 0


class Expense(models.Model):
    """One thing that costs, on a line and mostly for a measure. Who causes it points here, such as a training."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="expenses", verbose_name=_("budget line"))
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="expenses", verbose_name=_("measure")
    )
    text = models.CharField(_("what"), max_length=200)
    estimate = euros(_("estimate, net"), null=True, blank=True, validators=NOT_NEGATIVE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered"), default=timezone.now)

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__gte=0), name="an_estimate_is_not_negative"
            )
        ]

    def __str__(self):
        return self.text

    def open_sums(self):
        """{"reserved", "committed", "spent"} in euros, as booked so far."""
        sums = self.bookings.aggregate(reserved=Sum("reserved"), committed=Sum("committed"), spent=Sum("spent"))
        return {name: cents(total or ZERO) for name, total in sums.items()}


# What an entry does to its line, each with its sign
COLUMNS = ("moved", "reserved", "committed", "spent")


def _does(**signs):
    """Q: the named columns have the sign ("+", "-", "<=", or "!" for either); all others are zero."""
    lookups = {"+": "gt", "-": "lt", "<=": "lte"}
    condition = Q()
    for column in COLUMNS:
        sign = signs.get(column)
        if sign == "!":
            condition &= ~Q(**{column: 0})
        else:
            condition &= Q(**{f"{column}__{lookups[sign]}" if sign else column: 0})
    return condition


class Booking(WriteOnce):
    """One entry of the ledger, never changed and never deleted: a mistake is put right by a reversal.

    The four columns say what the entry does to its line, each with its sign. An invoice of 90 for an order of 100 is
    spent +90, committed −100; what is left of a line is planned + moved − reserved − committed − spent.
    """

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("transfer")
        RESERVE = "reserve", pgettext_lazy("a booking", "reservation")
        COMMIT = "commit", _("commitment")
        RELEASE = "release", _("release")
        ACTUAL = "actual", pgettext_lazy("a booking", "actual")
        REVERSAL = "reversal", _("reversal")

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="bookings", verbose_name=_("budget line"))
    expense = models.ForeignKey(
        Expense, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("expense")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = euros(_("net"))
    vat = euros(_("VAT"), default=ZERO)
    moved = euros(_("moved"), default=ZERO)
    reserved = euros(_("reserved"), default=ZERO)
    committed = euros(_("committed"), default=ZERO)
    spent = euros(_("actual"), default=ZERO)
    text = models.CharField(_("text"), max_length=300, blank=True)
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    subject_to_grant = models.BooleanField(_("subject to the grant"), default=False)
    override_reason = models.CharField(_("why past the line"), max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    transfer = models.UUIDField(_("transfer"), null=True, blank=True, help_text=_("The same on both lines."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["pk"]
        indexes = [
            # the sums of a line, and of the measures its expenses are for, are read from the index alone
            models.Index(
                fields=["line"],
                include=["expense", "moved", "reserved", "committed", "spent"],
                name="sums_of_a_line",
            ),
            models.Index(fields=["line"], condition=~Q(override_reason=""), name="bookings_past_the_line"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="transfer", expense__isnull=True, transfer__isnull=False, vat=0, amount=F("moved"))
                & _does(moved="!")
                | Q(kind="reserve", expense__isnull=False, vat=0, amount=F("reserved")) & _does(reserved="+")
                | Q(kind="commit", expense__isnull=False, vat=0, amount=F("committed"))
                & _does(committed="+", reserved="<=")
                | Q(kind="release", expense__isnull=False, vat=0, amount=-F("reserved")) & _does(reserved="-")
                | Q(kind="release", expense__isnull=False, vat=0, amount=-F("committed")) & _does(committed="-")
                | Q(kind="actual", expense__isnull=False, amount=F("spent"))
                & _does(spent="!", reserved="<=", committed="<=")
                | Q(kind="reversal", expense__isnull=False, reverses__isnull=False, moved=0),
                name="a_booking_does_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal") | Q(reverses__isnull=True), name="only_a_reversal_takes_back"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} €"

    @staticmethod
    def new_transfer():
        """A mark that the two halves of a transfer share."""
        return uuid.uuid4()
