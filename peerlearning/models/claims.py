"""The travel claim of a traveller, with its legs, costs and receipts, and what the AKE bought for a visit beforehand.

Sums are Decimal euros. What the traveller paid includes VAT; the books count without it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib import days
from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.uploads import unguessable
from peerlearning import workflow
from peerlearning.models.consents import Consent
from peerlearning.models.rules import KmRate, per_km
from peerlearning.models.visits import Traveller, Visit


def euros(verbose_name, **options):
    return models.DecimalField(verbose_name, max_digits=8, decimal_places=2, **options)


class PaidKind(models.TextChoices):
    """What the AKE pays beside kilometres. A per diem is the employer's, so there is no kind for it."""

    TICKET = "ticket", _("tickets")
    LODGING = "lodging", _("lodging")


class ClaimQuerySet(models.QuerySet):
    def owned_by(self, user):
        """The own claims."""
        return self.filter(person=user)

    def run_by(self, user):
        """Claims that `user` checks as AKE staff of the visit's region; never the own ones, nor what is still being written."""
        own = self if user.is_superuser else self.filter(traveller__visit__region__in=user.coordinated_regions)
        return own.exclude(person=user).exclude(state=Claim.State.DRAFT)

    def approved_for(self, user):
        """Claims of regions that have named `user` as approver; never the own ones, nor what is still being written."""
        regions = user.approves_invoices_of.values("region")
        return self.filter(traveller__visit__region__in=regions).exclude(person=user).exclude(state=Claim.State.DRAFT)

    def approvable_by(self, user):
        """Checked claims that wait for `user`, who has neither checked nor made them."""
        if not user.is_authenticated:
            return self.none()
        return self.approved_for(user).filter(state=Claim.State.CHECKED).exclude(checked_by=user)

    def seen_by(self, user):
        """Claims whose page and receipts `user` may open: traveller, AKE staff of the region, approvers."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(pk__in=Claim.objects.owned_by(user).values("pk"))
            | Q(pk__in=Claim.objects.run_by(user).values("pk"))
            | Q(pk__in=Claim.objects.approved_for(user).values("pk"))
        )

    def settled(self):
        """Those with which nothing more is done."""
        return self.filter(state__in=Claim.SETTLED)

    def for_rows(self):
        """With all that a list shows, in one query."""
        return self.select_related(
            "person", "traveller__library", "traveller__visit__region", "checked_by", "approved_by"
        )


class Claim(models.Model):
    """What one traveller asks for after a visit: one claim for each traveller."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a claim", "being written")
        SENT = "sent", pgettext_lazy("a claim", "sent, to be checked")
        RETURNED = "returned", pgettext_lazy("a claim", "returned")
        CHECKED = "checked", pgettext_lazy("a claim", "checked, to be approved")
        APPROVED = "approved", pgettext_lazy("a claim", "approved, to be paid")
        PAID = "paid", pgettext_lazy("a claim", "paid")
        WAIVED = "waived", pgettext_lazy("a claim", "nothing to claim")

    UNSENT = (State.DRAFT, State.RETURNED)
    SETTLED = (State.PAID, State.WAIVED)

    traveller = models.OneToOneField(Traveller, models.PROTECT, related_name="claim", verbose_name=_("traveller"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="claims", verbose_name=_("whose claim")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    document_number = models.CharField(_("document number"), max_length=40)
    purpose = models.CharField(_("purpose of the trip"), max_length=300, blank=True)
    no_transit_reason = models.CharField(_("why public transport was impossible"), max_length=300, blank=True)
    km = models.PositiveIntegerField(_("kilometres by own car"), default=0, editable=False)
    own_km_amount = euros(_("for kilometres"), default=ZERO, editable=False)
    passenger_amount = euros(_("for passengers"), default=ZERO, editable=False)
    costs_amount = euros(_("tickets and lodging"), default=ZERO, editable=False)
    vat = euros(_("of which VAT"), default=ZERO, editable=False)
    amount = euros(_("together"), default=ZERO, editable=False)
    override_reason = models.CharField(_("why past the line"), max_length=300, blank=True)
    note = models.CharField(_("why it was returned"), max_length=500, blank=True)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("a claim, when", "sent"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(pgettext_lazy("a claim, when", "checked"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(pgettext_lazy("a claim, when", "approved"), null=True)
    paid_at = models.DateTimeField(pgettext_lazy("a claim, when", "paid"), null=True)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    booking = models.OneToOneField(
        "budgets.Booking", models.PROTECT, null=True, related_name="claim", verbose_name=_("booking")
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("travel claim")
        verbose_name_plural = _("travel claims")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="claims_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("checked_by")),
                name="a_claim_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(checked_by__isnull=True) | ~Q(checked_by=F("person")))
                & (Q(approved_by__isnull=True) | ~Q(approved_by=F("person"))),
                name="nobody_decides_on_the_own_claim",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "paid"],
                    checked_by__isnull=False,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    booking__isnull=False,
                )
                | ~Q(state__in=["approved", "paid"])
                & Q(approved_by__isnull=True, approved_at__isnull=True, booking__isnull=True),
                name="an_approved_claim_is_in_the_books",
            ),
            models.CheckConstraint(
                condition=~Q(state="checked") | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="a_checked_claim_names_its_checker",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | ~Q(state="paid") & Q(paid_at__isnull=True),
                name="a_paid_claim_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "waived"]) | Q(sent_at__isnull=False, amount__gt=0),
                name="a_sent_claim_asks_for_something",
            ),
            models.CheckConstraint(
                # rounded, as SQLite adds in binary: there 83,05 + 23,40 is not quite 106,45
                condition=Q(amount=Round(F("own_km_amount") + F("passenger_amount") + F("costs_amount"), 2))
                & Q(own_km_amount__gte=0, passenger_amount__gte=0, costs_amount__gte=0)
                & Q(vat__gte=0, vat__lte=F("costs_amount")),
                name="the_parts_of_a_claim_sum_up",
            ),
            models.CheckConstraint(
                condition=Q(km__gt=0) | Q(own_km_amount=0, passenger_amount=0),
                name="only_kilometres_are_paid_by_kilometre",
            ),
        ]

    def __str__(self):
        name = _("Travel claim")
        return f"{name} {self.document_number}"

    def get_absolute_url(self):
        return reverse("peerlearning:claim", args=[self.pk])

    @property
    def visit(self):
        return self.traveller.visit

    def may(self, move):
        """Whether the `move` of workflow.CLAIM begins where the claim stands."""
        return workflow.CLAIM[move].is_open_to(self)

    @property
    def net(self):
        """What comes into the books, in euros: without VAT."""
        return self.amount - self.vat

    @property
    def is_late(self):
        """Whether it was sent later than two months after the trip."""
        return self.sent_at is not None and days.local(self.sent_at).date() > self.visit.claims_until

    def ordered_by(self):
        """The consent of the home library's director, which is the travel order; None when there is none."""
        given = self.visit.consents.current().filter(
            kind=Consent.Kind.DIRECTOR, state=Consent.State.GIVEN, library=self.traveller.library_id
        )
        return given.select_related("decided_by", "library").last()


class ClaimYear(models.Model):
    """The kilometres of a claim that were driven in one year, with that year's rate as it was when the claim was sent.

    A trip over New Year has two: the Tax Administration decides on the rates of each year anew.
    """

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="years", verbose_name=_("travel claim"))
    year = models.PositiveSmallIntegerField(_("rate of the year"))
    own_car = per_km(_("own car, € a kilometre"))
    passenger = per_km(_("for each passenger, € a kilometre"))
    step_km = models.PositiveIntegerField(_("lower rate after, km a year"), null=True)
    own_car_after_step = per_km(_("own car after that, € a kilometre"), null=True)
    driven = models.PositiveIntegerField(_("kilometres paid before in the year"), default=0)
    km = models.PositiveIntegerField(_("kilometres by own car"), default=0)
    own_km_amount = euros(_("for kilometres"), default=ZERO)
    passenger_amount = euros(_("for passengers"), default=ZERO)

    class Meta:
        verbose_name = _("kilometres of a year")
        verbose_name_plural = _("kilometres by year")
        ordering = ["claim", "year"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "year"], name="a_claim_has_one_rate_for_a_year"),
            models.CheckConstraint(
                condition=Q(own_car__gt=0, passenger__gte=0, own_km_amount__gte=0, passenger_amount__gte=0),
                name="a_kept_rate_is_worth_something",
            ),
        ]

    def __str__(self):
        return str(self.year)

    @property
    def rate(self):
        """The rate that is kept, as an unsaved KmRate."""
        return KmRate(
            year=self.year,
            own_car=self.own_car,
            passenger=self.passenger,
            step_km=self.step_km,
            own_car_after_step=self.own_car_after_step,
        )


class Leg(models.Model):
    """A part of the way, from a place to the next."""

    class Mode(models.TextChoices):
        TRAIN = "train", _("train")
        BUS = "bus", _("bus")
        CAR = "car", _("own car")
        RIDE = "ride", _("with somebody else")
        TAXI = "taxi", _("taxi")
        FERRY = "ferry", _("ferry")
        PLANE = "plane", _("plane")
        OTHER = "other", pgettext_lazy("of travel", "other")

    MOST_KM = 3000

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="legs", verbose_name=_("travel claim"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    from_place = models.CharField(pgettext_lazy("of a leg", "from"), max_length=120, blank=True)
    to_place = models.CharField(pgettext_lazy("of a leg", "to"), max_length=120, blank=True)
    leaves_at = models.DateTimeField(_("leaves"), null=True, blank=True)
    arrives_at = models.DateTimeField(_("arrives"), null=True, blank=True)
    mode = models.CharField(_("mode of travel"), max_length=8, choices=Mode, blank=True)
    km = models.PositiveIntegerField(_("kilometres"), null=True, blank=True, validators=[MaxValueValidator(MOST_KM)])
    passengers = models.CharField(_("names of passengers"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        ordering = ["claim", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(leaves_at__isnull=True) | Q(arrives_at__isnull=True) | Q(arrives_at__gt=F("leaves_at")),
                name="a_leg_arrives_after_leaving",
            ),
            models.CheckConstraint(condition=Q(km__isnull=True) | Q(km__lte=3000), name="a_leg_stays_on_earth"),
        ]

    def __str__(self):
        return f"{self.from_place} – {self.to_place}"

    @property
    def is_by_own_car(self):
        return self.mode == self.Mode.CAR

    @property
    def day(self):
        """The day, in Finland, whose rate counts: on which it leaves, also when it arrives after midnight; None undated."""
        moment = self.leaves_at or self.arrives_at
        return days.local(moment).date() if moment else None

    @property
    def passenger_names(self):
        """The passengers one by one, as they were written with commas between."""
        return [name.strip() for name in re.split(r"[,;\n]", self.passengers) if name.strip()]


class ClaimCost(models.Model):
    """A ticket or a night that the traveller paid."""

    Kind = PaidKind

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="costs", verbose_name=_("travel claim"))
    kind = models.CharField(pgettext_lazy("of a cost", "kind"), max_length=8, choices=PaidKind)
    text = models.CharField(_("what"), max_length=200, blank=True)
    amount = euros(_("sum, €"), validators=[MinValueValidator(Decimal("0.01"))])
    vat = euros(_("of which VAT, €"), default=ZERO, validators=[MinValueValidator(Decimal(0))])

    class Meta:
        verbose_name = _("cost of a claim")
        verbose_name_plural = _("costs of a claim")
        ordering = ["claim", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["ticket", "lodging"]), name="a_claim_asks_for_no_per_diem"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_cost_of_a_claim_is_above_zero"),
            models.CheckConstraint(condition=Q(vat__gte=0, vat__lt=F("amount")), name="vat_is_a_part_of_the_cost"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}" if self.text else str(self.get_kind_display())


def receipt_path(receipt, name):
    """Where a receipt lies below MEDIA_ROOT: `name` gives the ending alone."""
    return unguessable("claims", name.rpartition(".")[2])


class ClaimReceipt(models.Model):
    """A file behind a cost: private, served only to those who see the claim, kept six years from the end of the year of travel."""

    YEARS_KEPT = 6

    cost = models.ForeignKey(ClaimCost, models.PROTECT, related_name="receipts", verbose_name=_("cost"))
    file = models.FileField(_("file"), upload_to=receipt_path, max_length=120)
    name = models.CharField(_("name"), max_length=90)
    content_type = models.CharField(max_length=20, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    uploaded_at = models.DateTimeField(_("handed in"), default=timezone.now)

    class Meta:
        verbose_name = _("receipt of a claim")
        verbose_name_plural = _("receipts of a claim")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return self.content_type.startswith("image/")


class Purchase(models.Model):
    """A ticket or a night that the AKE bought for a visit beforehand; the invoice behind it goes the way of all invoices."""

    Kind = PaidKind

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="purchases", verbose_name=_("visit"))
    kind = models.CharField(pgettext_lazy("of a cost", "kind"), max_length=8, choices=PaidKind)
    text = models.CharField(_("what"), max_length=200, blank=True)
    invoice = models.OneToOneField(
        "budgets.Invoice", models.PROTECT, related_name="purchase", verbose_name=_("invoice")
    )

    class Meta:
        verbose_name = _("purchase for a visit")
        verbose_name_plural = _("purchases for visits")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["ticket", "lodging"]), name="the_ake_buys_tickets_and_lodging")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}" if self.text else str(self.get_kind_display())


@dataclass(frozen=True)
class Driven:
    """Kilometres by own car of one year, and the same once for each passenger (`carried`)."""

    km: int
    carried: int


def driven_by_year(legs, undated):
    """{year: Driven} of the legs by own car, each in the year in which it leaves; a draft's leg without a day in that of `undated`."""
    years = {}
    for leg in legs:
        if leg.is_by_own_car and leg.km:
            year = (leg.day or undated).year
            so_far = years.get(year, Driven(0, 0))
            years[year] = Driven(so_far.km + leg.km, so_far.carried + leg.km * len(leg.passenger_names))
    return dict(sorted(years.items()))


@dataclass(frozen=True)
class Sums:
    """What a claim comes to, in euros."""

    km: int
    own: Decimal
    passengers: Decimal
    costs: Decimal
    vat: Decimal

    @property
    def by_car(self):
        return self.own + self.passengers

    @property
    def amount(self):
        return self.by_car + self.costs


def paid_for(driven, rate, before=0):
    """(for kilometres, for passengers) in euros, each to the cent; `before` kilometres of the year were paid already."""
    return rate.cost(driven.km, driven=before), cents(driven.carried * rate.passenger)


def sums_of(kilometres, costs):
    """The Sums of costs and of `kilometres`: (km, euros for them, euros for passengers) of each year."""
    return Sums(
        km=sum(km for km, _own, _passengers in kilometres),
        own=sum((own for _km, own, _passengers in kilometres), ZERO),
        passengers=sum((passengers for _km, _own, passengers in kilometres), ZERO),
        costs=sum((cost.amount for cost in costs), ZERO),
        vat=sum((cost.vat for cost in costs), ZERO),
    )
