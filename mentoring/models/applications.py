"""Who wants to take part, in which group, when; and what came of it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import in_finnish_order
from mentoring import workflow
from mentoring.models.cohorts import Cohort, Group
from mentoring.times import CODES


def known_times(codes):
    """Refuses what is no time of the week."""
    if not isinstance(codes, list) or not CODES.issuperset(map(str, codes)):
        raise ValidationError(_("Choose from the times of the week."))


class ApplicationQuerySet(models.QuerySet):
    def members(self):
        """Those who take part, and have not been erased."""
        return self.filter(state=Application.State.MEMBER, person__erased_at=None)

    def live(self):
        """Those that have not been given up."""
        return self.filter(state__in=Application.LIVE)

    def run_by(self, user):
        """Applications to the cohorts that `user` runs; what was withdrawn is nobody's any more."""
        return self.filter(cohort__in=Cohort.objects.run_by(user).values("pk")).exclude(
            state=Application.State.WITHDRAWN
        )

    def by_name(self):
        return self.order_by(in_finnish_order("person__last_name"), in_finnish_order("person__first_name"), "pk")


class Application(models.Model):
    """One person's application to a cohort: one row, whatever becomes of it."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("an application", "sent")
        WITHDRAWN = "withdrawn", pgettext_lazy("an application", "withdrawn")
        LISTED = "listed", _("on the waiting list")
        OFFERED = "offered", _("a place is offered")
        MEMBER = "member", _("takes part")
        DECLINED = "declined", _("declined the place")
        EXPIRED = "expired", _("did not answer in time")
        LEFT = "left", pgettext_lazy("an application", "left the group")

    LIVE = (State.APPLIED, State.LISTED, State.OFFERED, State.MEMBER)
    HOLDS_PLACE = (State.OFFERED, State.MEMBER)

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="applications", verbose_name=_("cohort"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    library = models.ForeignKey(
        "people.Library",
        models.PROTECT,
        related_name="applications",
        verbose_name=_("library"),
        help_text=_("As it was on the day of applying."),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.APPLIED, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    applied_at = models.DateTimeField(_("applied"), default=timezone.now, editable=False)
    brings = models.TextField(_("what I bring"), max_length=1000)
    learns = models.TextField(_("what I want to learn"), max_length=1000)
    languages = models.JSONField(_("languages I can take part in"), default=list)
    times = models.JSONField(_("times that suit"), default=list, validators=[known_times])
    employer_agrees = models.BooleanField(_("my employer agrees that I take part in working hours"), default=False)
    superior_email = models.EmailField(
        _("my superior's e-mail"),
        blank=True,
        help_text=_("If your superior applies too, you are not placed in the same group. Nobody else sees it."),
    )
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="applications", verbose_name=_("group")
    )
    placed_because = models.CharField(max_length=20, blank=True, editable=False)
    offer_until = models.DateTimeField(_("place kept until"), null=True, blank=True, editable=False)
    has_answered_survey = models.BooleanField(default=False, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("to a cohort", "application")
        verbose_name_plural = pgettext_lazy("to a cohort", "applications")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person"], name="one_application_a_person"),
            models.CheckConstraint(
                condition=~Q(state__in=["offered", "member"]) | Q(group__isnull=False), name="a_place_is_in_a_group"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offer_until__isnull=False), name="an_offered_place_has_a_deadline"
            ),
            models.CheckConstraint(condition=Q(employer_agrees=True), name="the_employer_agrees"),
        ]

    def __str__(self):
        return f"{self.person}, {self.cohort}"

    def get_absolute_url(self):
        return reverse("mentoring:apply", args=[self.cohort_id])

    def may(self, move):
        """Whether the application stands where `move` of the workflow begins."""
        return workflow.APPLICATION[move].is_open_to(self)

    @property
    def is_member(self):
        return self.state == self.State.MEMBER


class TopicWish(models.Model):
    """A topic that an applicant wishes for: 1 is wished most."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="wishes")
    topic = models.ForeignKey("people.Topic", models.PROTECT, related_name="+", verbose_name=_("topic"))
    rank = models.PositiveSmallIntegerField(_("order of the wish"))

    class Meta:
        verbose_name = _("wish for a topic")
        verbose_name_plural = _("wishes for topics")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["application", "topic"], name="a_topic_is_wished_once"),
            models.UniqueConstraint(fields=["application", "rank"], name="wishes_are_in_an_order"),
        ]

    def __str__(self):
        return f"{self.rank}. {self.topic}"
