"""A visit from one library to others: who travels where and why, what it costs, and what has happened so far."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib import days
from ake_portal.lib.money import ZERO
from peerlearning import workflow
from peerlearning.models.rules import Payer
from people.models import Library


def deputised(prefix, user, day):
    """Q: `user` stands in on `day` at the library that the lookup `prefix` leads to."""
    return Q(
        **{
            f"{prefix}deputies__person": user,
            f"{prefix}deputies__first_day__lte": day,
            f"{prefix}deputies__last_day__gte": day,
        }
    )


def directed(prefix, user, day):
    """Q: `user` directs the library that the lookup `prefix` leads to, or stands in on `day`."""
    return Q(**{f"{prefix}director": user}) | deputised(prefix, user, day)


def in_rows(person, library):
    """The columns of a person and a library that a row shows, by the lookups that lead to them."""
    return (
        *(f"{person}{name}" for name in ("first_name", "last_name", "email")),
        *(f"{library}{name}" for name in ("name_fi", "name_sv")),
    )


def stops_in_rows():
    """The stops as a row names them, in order."""
    stops = Stop.objects.select_related("branch").only("visit", "position", "branch__name_fi", "branch__name_sv")
    return stops.order_by("position", "pk")


def parts(prefix=""):
    """What belongs to a visit on its page, each in one query; `prefix` is the lookup that leads to the visit."""
    return [
        Prefetch(
            f"{prefix}stops", Stop.objects.select_related("branch__library", "contact").order_by("position", "pk")
        ),
        Prefetch(f"{prefix}travellers", Traveller.objects.select_related("person", "library").order_by("pk")),
        Prefetch(f"{prefix}costs", CostLine.objects.order_by("pk")),
    ]


class VisitQuerySet(models.QuerySet):
    def of(self, user):
        """Visits that `user` makes, alone or in a group."""
        return self.filter(pk__in=Traveller.objects.filter(person=user).values("visit"))

    def owned_by(self, user):
        """Visits that `user` writes and changes: the own ones."""
        return self.filter(traveller=user)

    def run_by(self, user):
        """Visits of the regions whose AKE `user` works for."""
        return self if user.is_superuser else self.filter(region__in=user.coordinated_regions)

    def editable_by(self, user):
        """Visits that `user` may write: the own ones, and as AKE staff those of the region."""
        return self.filter(Q(pk__in=self.owned_by(user).values("pk")) | Q(pk__in=self.run_by(user).values("pk")))

    def from_library_of(self, user, day=None):
        """Visits by the staff of libraries that `user` directs, or stands in for."""
        day = day or timezone.localdate()
        libraries = Library.objects.directed_by(user, day).order_by().values("pk")
        return self.filter(pk__in=Traveller.objects.filter(library__in=libraries).values("visit"))

    def asked_of(self, user, day=None):
        """Visits that `user` has been asked about, has decided on, or may decide on."""
        from peerlearning.models.consents import Consent  # noqa: PLC0415  a consent knows its visit, not the other way

        consents = Consent.objects.concerning(user, day)
        return self.exclude(state=Visit.State.DRAFT).filter(pk__in=consents.values("visit"))

    def visible_to(self, user):
        """Visits whose page `user` may open; a draft only those who write it, and a group's travellers."""
        if not user.is_authenticated:
            return self.none()
        sent = Q(pk__in=Visit.objects.from_library_of(user).values("pk")) | Q(
            pk__in=Visit.objects.asked_of(user).values("pk")
        )
        return self.filter(
            Q(pk__in=Visit.objects.of(user).values("pk"))
            | Q(pk__in=Visit.objects.editable_by(user).values("pk"))
            | sent & ~Q(state=Visit.State.DRAFT)
        )

    def untold(self):
        """Visits that were made and of which no story has been written."""
        return self.filter(state__in=[Visit.State.DONE, Visit.State.CLOSED], story=None)

    def live(self):
        """Those on their way or still to be made."""
        return self.filter(state__in=Visit.LIVE)

    def for_page(self):
        """With all that pages and mails show, in few queries."""
        return self.select_related(
            "region",
            "library__region",
            "library__director",
            "traveller",
            "branch",
            "measure",
            "story",
            "expense__line__plan",
        ).prefetch_related(*parts())

    def for_rows(self):
        """With what a list shows of each, and no more."""
        return self.without_stops().prefetch_related(Prefetch("stops", stops_in_rows()))

    def without_stops(self):
        """With the columns that a row shows of the visit, its traveller and the library."""
        return self.select_related("traveller", "library").only(*Visit.IN_ROWS, *in_rows("traveller__", "library__"))

    def with_directed(self, user, day=None):
        """Annotates whether `user` directs the library of one of the travellers, or stands in there: `is_directed`."""
        day = day or timezone.localdate()
        of_visit = Traveller.objects.filter(directed("library__", user, day), visit=OuterRef("pk"))
        return self.annotate(is_directed=Exists(of_visit))


class Visit(models.Model):
    """One trip to learn from colleagues, decided by each host, the travellers' directors and the AKE."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit")
        EXCHANGE = "exchange", _("staff exchange")
        STUDY_TRIP = "study_trip", _("study trip")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a visit", "draft")
        SUBMITTED = "submitted", pgettext_lazy("a visit", "being decided")
        APPROVED = "approved", pgettext_lazy("a visit", "approved")
        DONE = "done", pgettext_lazy("a visit", "made")
        CLOSED = "closed", pgettext_lazy("a visit", "settled")
        DECLINED = "declined", pgettext_lazy("a visit", "declined")
        CANCELLED = "cancelled", pgettext_lazy("a visit", "cancelled")
        LAPSED = "lapsed", pgettext_lazy("a visit", "lapsed")

    class Travel(models.TextChoices):
        PUBLIC = "public", _("by public transport")
        CAR = "car", _("by own car")
        RIDE = "ride", _("with somebody else, or on foot")

    LIVE = (State.DRAFT, State.SUBMITTED, State.APPROVED)
    MADE = (State.APPROVED, State.DONE, State.CLOSED)
    IN_ROWS = ("kind", "state", "year", "number", "subject", "language", "leaves_at", "returns_at")

    kind = models.CharField(pgettext_lazy("of a visit", "kind"), max_length=12, choices=Kind, default=Kind.VISIT)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, editable=False)
    traveller = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits", verbose_name=_("traveller")
    )
    library = models.ForeignKey(
        "people.Library",
        models.PROTECT,
        related_name="visits_made",
        verbose_name=_("from library"),
        help_text=_("Where the traveller worked at that time."),
    )
    branch = models.ForeignKey(
        "people.Branch", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("from branch")
    )
    municipality = models.ForeignKey(
        "people.Municipality", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="visits", verbose_name=_("region"))
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    subject = models.CharField(_("what you want to learn"), max_length=160, blank=True)
    topics = models.ManyToManyField("people.Topic", blank=True, related_name="visits", verbose_name=_("topics"))
    goal = models.TextField(_("goal"), max_length=2000, blank=True)
    is_mutual = models.BooleanField(_("they come to us, too"), default=False)
    language = models.CharField(_("written in"), max_length=2, choices=settings.LANGUAGES, default="fi")
    other_region_reason = models.CharField(_("why another region"), max_length=300, blank=True)
    leaves_at = models.DateTimeField(_("leaves"), null=True, blank=True)
    returns_at = models.DateTimeField(_("is back"), null=True, blank=True)
    travel = models.CharField(pgettext_lazy("of a visit", "travel"), max_length=8, choices=Travel, blank=True)
    route = models.CharField(_("route"), max_length=300, blank=True)
    km = models.PositiveIntegerField(_("kilometres, both ways"), null=True, blank=True)
    km_is_estimate = models.BooleanField(default=False)
    passengers = models.PositiveSmallIntegerField(_("colleagues in the same car"), default=0)
    no_transit_reason = models.CharField(_("why public transport is impossible"), max_length=300, blank=True)
    employer_case = models.CharField(_("employer's case number"), max_length=60, blank=True)
    payer = models.CharField(_("who pays the traveller"), max_length=10, choices=Payer, default=Payer.EMPLOYER)
    measure = models.ForeignKey(
        "budgets.Measure", models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("measure")
    )
    expense = models.OneToOneField(
        "budgets.Expense", models.PROTECT, null=True, blank=True, related_name="visit", verbose_name=_("expense")
    )
    story = models.OneToOneField(
        "ideas.Idea", models.SET_NULL, null=True, blank=True, related_name="visit", verbose_name=_("story")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(
        pgettext_lazy("a visit, when", "approved"), null=True, blank=True, editable=False
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="visits_are_numbered_by_region_and_year"),
            models.CheckConstraint(
                condition=Q(leaves_at__isnull=True) | Q(returns_at__isnull=True) | Q(returns_at__gt=F("leaves_at")),
                name="a_traveller_comes_back_after_leaving",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(year__isnull=False, number__isnull=False, leaves_at__isnull=False, returns_at__isnull=False),
                name="a_sent_visit_is_numbered_and_dated",
            ),
        ]
        indexes = [models.Index(fields=["state", "leaves_at"], name="visits_by_state")]

    def __str__(self):
        return self.subject or str(self.get_kind_display())

    def get_absolute_url(self):
        return reverse("peerlearning:visit", args=[self.pk])

    @property
    def case(self):
        """The case number, such as 2026-041; empty for a draft that was never sent."""
        return f"{self.year}-{self.number:03}" if self.number else ""

    @property
    def is_live(self):
        return self.state in self.LIVE

    @property
    def first_day(self):
        return days.local(self.leaves_at).date() if self.leaves_at else None

    @property
    def last_day(self):
        return days.local(self.returns_at).date() if self.returns_at else None

    @property
    def total(self):
        """What the AKE is asked to pay, in euros."""
        return sum((line.amount for line in self.costs.all()), ZERO)

    @property
    def is_group(self):
        return self.kind == self.Kind.STUDY_TRIP

    @property
    def may_be_told(self):
        """Whether the visit has been made, so that a story can be written of it."""
        return self.state in (self.State.DONE, self.State.CLOSED)

    def may(self, move):
        """Whether the `move` of workflow.VISIT begins where the visit stands."""
        return workflow.VISIT[move].is_open_to(self)

    def is_over(self, today=None):
        """Whether the last day has passed."""
        return self.last_day is not None and self.last_day < (today or timezone.localdate())

    def has_begun(self, now=None):
        return self.leaves_at is not None and self.leaves_at <= (now or timezone.now())

    @property
    def goes_elsewhere(self):
        """Whether a stop lies in another region: the AKE then says why it pays."""
        return any(stop.library and stop.library.region_id != self.region_id for stop in self.stops.all())

    @property
    def host_names(self):
        """The places visited, in order, as one text."""
        return ", ".join(str(stop.branch) for stop in self.stops.all())

    @property
    def claims_until(self):
        """The last day for a claim: two months after the trip."""
        last = self.last_day
        month = last.month + 2
        year, month = last.year + (month > 12), (month - 1) % 12 + 1
        for day in range(last.day, 27, -1):
            try:
                return last.replace(year=year, month=month, day=day)
            except ValueError:
                continue
        return last.replace(year=year, month=month)


class Traveller(models.Model):
    """Somebody who makes the visit: one person, or each member of a study trip."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="travellers", verbose_name=_("visit"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="travels", verbose_name=_("person")
    )
    library = models.ForeignKey("people.Library", models.PROTECT, related_name="+", verbose_name=_("library"))

    class Meta:
        verbose_name = _("traveller")
        verbose_name_plural = _("travellers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "person"], name="a_person_travels_once_on_a_visit")]

    def __str__(self):
        return str(self.person)


class Stop(models.Model):
    """A place on the way: which branch, when, and whom to meet there."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="stops", verbose_name=_("visit"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    branch = models.ForeignKey("people.Branch", models.PROTECT, related_name="stops", verbose_name=_("where"))
    starts_at = models.DateTimeField(pgettext_lazy("a clock", "from"), null=True, blank=True)
    ends_at = models.DateTimeField(pgettext_lazy("a clock", "until"), null=True, blank=True)
    contact_name = models.CharField(_("name of whom to meet"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of whom to meet"), blank=True)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="hosts",
        verbose_name=_("whom to meet"),
    )

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["visit", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="a_stop_ends_after_it_begins",
            )
        ]

    def __str__(self):
        return str(self.branch)

    @property
    def library(self):
        return self.branch.library


class CostLine(models.Model):
    """What the AKE is asked to pay. Per diems and working time stay with the employer, so there is no kind for them."""

    class Kind(models.TextChoices):
        TICKET = "ticket", _("tickets")
        KM = "km", _("kilometres by own car")
        LODGING = "lodging", _("lodging")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="costs", verbose_name=_("visit"))
    kind = models.CharField(pgettext_lazy("of a cost", "kind"), max_length=8, choices=Kind)
    text = models.CharField(_("what"), max_length=200, blank=True)
    amount = models.DecimalField(
        _("€"), max_digits=8, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    rate = models.DecimalField(_("€ a kilometre"), max_digits=5, decimal_places=3, null=True, blank=True)
    rate_back = models.DecimalField(
        _("€ a kilometre on the way back, in another year"), max_digits=5, decimal_places=3, null=True, blank=True
    )

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["visit", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind"], name="a_visit_has_one_cost_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=["ticket", "km", "lodging"]), name="the_ake_pays_no_per_diem"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_cost_is_above_zero"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} €"


class HostFeedback(models.Model):
    """What a traveller says to a host after a group's visit: what was seen goes back to those who showed it."""

    stop = models.ForeignKey(Stop, models.CASCADE, related_name="feedback", verbose_name=_("stop"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("text"), max_length=2000)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("feedback to a host")
        verbose_name_plural = _("feedback to hosts")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["stop", "by"], name="a_traveller_thanks_a_host_once")]

    def __str__(self):
        return self.text[:60]


class Step(models.Model):
    """Something that has happened to a visit, for its page."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="steps", verbose_name=_("visit"))
    move = models.CharField(max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]

    def __str__(self):
        return self.move
