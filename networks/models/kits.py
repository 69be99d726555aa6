"""Kits on loan: what goes from library to library, of what it is made up, and who has it when.

A loan ties its kit from its first day to the end of the service days after it. No two loans tie a kit on the same day:
networks.loans sees to that under a lock on the kit's row, and on PostgreSQL a constraint of the table does too.
"""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import in_finnish_order
from ake_portal.lib.uploads import unguessable
from networks import loan_workflow
from networks.models.networks import Network

DAY = timedelta(days=1)


class KitQuerySet(models.QuerySet):
    def active(self):
        """Those that are lent."""
        return self.filter(is_active=True, network__closed_on=None)

    def by_name(self):
        return self.order_by(in_finnish_order("name", translated=True), "pk")

    def run_by(self, user):
        """Kits that `user` lends: leads their network, or works for their region's AKE."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        regions = [region.pk for region in user.coordinated_regions]
        return self.filter(Q(region__in=regions) | Q(network__in=Network.objects.run_by(user).values("pk")))

    def visible_to(self, user):
        """What is lent, for everybody; what is put aside, for those who run it."""
        if not user.is_authenticated:
            return self.active()
        return self.filter(
            Q(pk__in=Kit.objects.active().values("pk")) | Q(pk__in=Kit.objects.run_by(user).values("pk"))
        )

    def with_loans(self):
        """Its loans that are not over, in order of days, as `open_loans`."""
        loans = Loan.objects.open().select_related("library").order_by("first_day", "pk")
        return self.prefetch_related(Prefetch("loans", loans, to_attr="open_loans"))

    def with_runners(self):
        """Whoever runs it, read once for all rows: see `Kit.runners`."""
        return self.prefetch_related(
            "network__leaders__person__library__region", "region__coordinators__library__region"
        )


def picture_path(kit, name):
    """Where a kit's picture lies below MEDIA_ROOT."""
    return unguessable("kits", name.rpartition(".")[2])


class Kit(models.Model):
    """A thing or a box of things that a network lends to the libraries of its regions. Its home is the AKE of `region`."""

    class Kind(models.TextChoices):
        ESCAPE_GAME = "escape_game", _("Escape game")
        MEDIA_BOX = "media_box", _("Media box")
        OTHER = "other", pgettext_lazy("kind of a kit", "Other kit")

    TRANSLATIONS_NEEDED = ("name", "description")

    network = models.ForeignKey(Network, models.PROTECT, related_name="kits", verbose_name=_("network"))
    region = models.ForeignKey(
        "people.Region",
        models.PROTECT,
        related_name="kits",
        verbose_name=pgettext_lazy("a kit", "at home at the AKE of"),
    )
    kind = models.CharField(pgettext_lazy("of a kit", "kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(
        _("description"), blank=True, help_text=_("What it is for, for whom, and what the borrower should know.")
    )
    picture = models.FileField(_("picture"), upload_to=picture_path, max_length=80, blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=250, blank=True)
    service_days = models.PositiveSmallIntegerField(
        _("service days"),
        default=1,
        validators=[MaxValueValidator(30)],
        help_text=_("Days between two loans: to check the parts and to bring the kit on."),
    )
    longest_loan = models.PositiveSmallIntegerField(
        _("longest loan, days"), default=28, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    is_active = models.BooleanField(_("lent"), default=True, help_text=_("A kit is put aside, never deleted."))

    objects = KitQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit")
        verbose_name_plural = _("kits")
        ordering = ["pk"]

    def __str__(self):
        return self.name or ""

    def get_absolute_url(self):
        return reverse("kits:kit", args=[self.pk, slugify(self.name) or "kit"])

    @property
    def picture_url(self):
        return reverse("kits:picture", args=[self.picture.name.rpartition("/")[2]]) if self.picture else ""

    @property
    def out(self):
        """The loan that it is on now, or None; of `open_loans`."""
        return next((loan for loan in self.open_loans if loan.state == Loan.State.OUT), None)

    @property
    def free_from(self):
        """The first day from today on that no loan ties; of `open_loans`."""
        today = day = timezone.localdate()
        for loan in self.open_loans:
            if loan.first_day <= day <= loan.tied_through(today):
                day = loan.tied_through(today) + DAY
        return day

    @property
    def runners(self):
        """Whoever is told of the kit: the leaders of the network, else the region's AKE."""
        led = [leader.person for leader in self.network.leaders.all()]
        active = [person for person in led if person.is_active and not person.erased_at]
        return active or [one for one in self.region.coordinators.all() if one.is_active and not one.erased_at]

    def takes(self, person):
        """Whether it is lent to the library of `person`."""
        if person.library_id is None:
            return False
        return person.library.region_id == self.region_id or self.network.takes(person)


class KitPart(models.Model):
    """What is in a kit, and how many of it: counted at every return."""

    kit = models.ForeignKey(Kit, models.CASCADE, related_name="parts", verbose_name=_("kit"))
    name = models.CharField(_("name"), max_length=120)
    number = models.PositiveSmallIntegerField(
        pgettext_lazy("of a part", "number"), default=1, validators=[MinValueValidator(1)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("part of a kit")
        verbose_name_plural = _("parts of a kit")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name or ""


class LoanQuerySet(models.QuerySet):
    def open(self):
        """Those that are not over."""
        return self.filter(state__in=Loan.OPEN)

    def tying(self):
        """Those that tie their kit, or have."""
        return self.exclude(state__in=Loan.FREED)

    def unfetched(self, begun_by):
        """What began on `begun_by` (a date) or before, and is booked still: nobody has noted that the kit was fetched.

        What another library has cannot be fetched: such loans are left out.
        """
        elsewhere = Loan.objects.filter(kit=OuterRef("kit"), state=Loan.State.OUT)
        return self.filter(~Exists(elsewhere), state=Loan.State.BOOKED, first_day__lte=begun_by)

    def run_by(self, user):
        """Loans of the kits that `user` lends."""
        return self.filter(kit__in=Kit.objects.run_by(user).values("pk"))

    def of_library_of(self, user):
        """Loans of the library where `user` works, once somebody has confirmed that."""
        if not user.is_authenticated or not user.is_confirmed:
            return self.none()
        return self.filter(library=user.library_id)

    def late(self):
        """What should be back by now; what the next library fetches there may stay until the day on which it does."""
        today = timezone.localdate()
        booked = Loan.objects.filter(kit=OuterRef("kit"), state=Loan.State.BOOKED).by_day()
        following = Loan.objects.filter(pk=Subquery(booked.values("pk")[:1]))
        fetches = following.filter(comes_from=Loan.ComesFrom.LIBRARY, first_day__gte=today)
        return self.filter(~Exists(fetches), state=Loan.State.OUT, last_day__lt=today)

    def with_lateness(self):
        """Annotates whether it is `late`: `is_late`."""
        late = Q(pk__in=Loan.objects.late().values("pk"))
        return self.annotate(is_late=ExpressionWrapper(late, BooleanField()))

    def by_day(self):
        return self.order_by("first_day", "pk")


class Loan(models.Model):
    """A kit at a library between two days, both included."""

    class State(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("a loan", "booked")
        OUT = "out", pgettext_lazy("a loan", "on loan")
        RETURNED = "returned", pgettext_lazy("a loan", "returned")
        CANCELLED = "cancelled", pgettext_lazy("a loan", "cancelled")
        UNFETCHED = "unfetched", pgettext_lazy("a loan", "not fetched")

    class ComesFrom(models.TextChoices):
        AKE = "ake", _("from the AKE")
        LIBRARY = "library", _("from the library before")

    OPEN = (State.BOOKED, State.OUT)
    FREED = (State.CANCELLED, State.UNFETCHED)  # the library never had the kit, and its days are free

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="loans", verbose_name=_("kit"))
    library = models.ForeignKey("people.Library", models.PROTECT, related_name="loans", verbose_name=_("library"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="loans",
        verbose_name=_("borrower"),
        help_text=_("Forgotten two years after the loan: the library and the days stay."),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    tied_until = models.DateField(_("not free before the day after"), editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.BOOKED, editable=False)
    comes_from = models.CharField(
        _("how it comes"), max_length=7, choices=ComesFrom, default=ComesFrom.AKE, help_text=_("Where it is fetched.")
    )
    booked_at = models.DateTimeField(pgettext_lazy("a loan", "booked"), default=timezone.now, editable=False)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    picked_up_on = models.DateField(_("picked up on"), null=True, blank=True, editable=False)
    returned_on = models.DateField(_("returned on"), null=True, blank=True, editable=False)
    condition = models.TextField(_("condition on return"), max_length=1000, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["pk"]
        indexes = [models.Index("first_day", name="open_loans", condition=Q(state__in=["booked", "out"]))]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="a_loan_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(tied_until__gte=F("first_day")) & (Q(state="returned") | Q(tied_until__gte=F("last_day"))),
                name="a_loan_ties_its_days",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["out", "returned"]) | Q(picked_up_on__isnull=False),
                name="what_is_out_was_picked_up",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_on__isnull=False), name="what_is_back_was_returned"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["booked", "out"]) | Q(person__isnull=False), name="an_open_loan_has_a_borrower"
            ),
            models.UniqueConstraint(fields=["kit"], condition=Q(state="out"), name="a_kit_is_at_one_library"),
        ]

    def __str__(self):
        return f"{self.kit}, {self.library}"

    def may(self, move):
        """Whether the loan stands where `move` of the workflow begins."""
        return loan_workflow.LOAN[move].is_open_to(self)

    @property
    def had_until(self):
        """The last day on which the library has the kit, as far as one knows."""
        if self.state == self.State.OUT:
            return max(self.last_day, timezone.localdate())
        return self.last_day if self.returned_on is None else max(self.returned_on, self.first_day)

    def tied_through(self, today):
        """The last day on which it ties the kit, reckoned on `today`: what is late ties it until it comes back."""
        if self.state != self.State.OUT or self.last_day >= today:
            return self.tied_until
        return today + (self.tied_until - self.last_day)


class MissingPartQuerySet(models.QuerySet):
    def open(self):
        """What is missing still."""
        return self.filter(settled_on=None)


class MissingPart(models.Model):
    """How many of a part were not there when a loan came back; settled by the next count, or when they are there again."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="missing", verbose_name=_("loan"))
    part = models.ForeignKey(KitPart, models.CASCADE, related_name="missing", verbose_name=_("part of a kit"))
    number = models.PositiveSmallIntegerField(pgettext_lazy("of a part", "number"))
    settled_on = models.DateField(_("settled on"), null=True, blank=True, editable=False)

    objects = MissingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("missing part")
        verbose_name_plural = _("missing parts")
        ordering = ["part__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "part"], name="a_part_is_missed_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="something_is_missing"),
        ]

    def __str__(self):
        return f"{self.number} × {self.part}"
