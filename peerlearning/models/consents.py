"""The three consents of a visit: each host (the date suits), each home library (a work assignment), the AKE (money)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peerlearning.models.visits import Stop, Traveller, Visit, in_rows
from people.models import Library


class ConsentQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for an answer."""
        return self.filter(state=Consent.State.OPEN)

    def current(self):
        """Those that count now: open or answered, not replaced by a later asking."""
        return self.exclude(state=Consent.State.REPLACED)

    def concerning(self, user, day=None):
        """Consents that `user` may give, or was asked for, whatever their state; never on the own trip."""
        regions = [region.pk for region in user.coordinated_regions]
        return self.concerning_keys(user.pk, regions, day or timezone.localdate())

    def concerning_keys(self, user, regions, day):
        """As `concerning`, told the keys of the person and of the regions whose AKE the person works for."""
        of_ake = Q(kind=Consent.Kind.AKE) | Q(kind=Consent.Kind.DIRECTOR, person=None)
        own = Traveller.objects.filter(person=user).values("visit")
        libraries = Library.objects.directed_by(user, day).order_by().values("pk")
        return self.exclude(visit__in=own).filter(
            Q(pk__in=Consent.objects.filter(person=user).values("pk"))
            | Q(pk__in=Consent.objects.filter(decided_by=user).values("pk"))
            | Q(kind=Consent.Kind.HOST, stop__in=Stop.objects.filter(branch__library__in=libraries).values("pk"))
            | Q(kind=Consent.Kind.DIRECTOR, library__in=libraries)
            | of_ake & Q(visit__region__in=regions)
        )

    def for_rows(self):
        """With what a list shows of each, and no more; the trip that is closest first."""
        visit = (f"visit__{name}" for name in Visit.IN_ROWS)
        return (
            self.select_related("visit__traveller", "visit__library")
            .only("kind", *visit, *in_rows("visit__traveller__", "visit__library__"))
            .order_by("visit__leaves_at", "pk")
        )

    def with_decidable(self, user):
        """Annotates whether `user` may give the consent now: `is_decidable`."""
        return self.annotate(is_decidable=Exists(Consent.objects.decidable_by(user).filter(pk=OuterRef("pk"))))

    def decidable_by(self, user, day=None):
        """Open consents on sent visits that `user` may give now."""
        return self.undecided().concerning(user, day)

    def undecided(self):
        """Open consents on sent visits."""
        return self.open().filter(visit__state=Visit.State.SUBMITTED)


class Consent(models.Model):
    """What one party says to a visit. Asked again after a change, it is a new row, and the old one is replaced."""

    class Kind(models.TextChoices):
        HOST = "host", _("host library")
        DIRECTOR = "director", _("library director")
        AKE = "ake", _("AKE")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a consent", "waiting")
        GIVEN = "given", pgettext_lazy("a consent", "given")
        CHANGE_ASKED = "change_asked", pgettext_lazy("a consent", "change asked for")
        DECLINED = "declined", pgettext_lazy("a consent", "declined")
        REPLACED = "replaced", pgettext_lazy("a consent", "asked again")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="consents", verbose_name=_("visit"))
    kind = models.CharField(pgettext_lazy("of a consent", "kind"), max_length=8, choices=Kind)
    stop = models.ForeignKey(
        Stop, models.SET_NULL, null=True, blank=True, related_name="consents", verbose_name=_("stop")
    )
    library = models.ForeignKey(
        "people.Library", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("library")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("who is asked"),
    )
    mailbox = models.EmailField(_("shared mailbox"), blank=True)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.OPEN)
    about = models.JSONField(default=dict, editable=False, help_text="What the party was asked to agree to")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("decided by"),
    )
    decided_name = models.CharField(_("decider's name"), max_length=120, blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    override_reason = models.CharField(_("why past the line"), max_length=300, blank=True)
    escalated_at = models.DateTimeField(_("handed on"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                F("visit"),
                F("kind"),
                Coalesce("stop", 0),
                Coalesce("library", 0),
                condition=~Q(state="replaced"),
                name="each_party_is_asked_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "replaced"]) | Q(decided_at__isnull=False),
                name="a_decision_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.get_state_display()}"

    @property
    def decider(self):
        """Who decided, in words: the name left through a shared mailbox, or the person's."""
        return self.decided_name or (str(self.decided_by) if self.decided_by else "")

    @property
    def is_open(self):
        return self.state == self.State.OPEN
