"""A season of group mentoring, and its groups."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mentoring import workflow
from mentoring.times import Slot


class CohortQuerySet(models.QuerySet):
    def public(self):
        """What everybody sees: from publishing on. One that was called off stays for those who had applied."""
        return self.filter(state__in=Cohort.PUBLIC)

    def run_by(self, user):
        """Cohorts that `user` runs: of the regions whose AKE `user` works for, alone or together with others."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        regions = [region.pk for region in user.coordinated_regions]
        together = Cohort.co_regions.through.objects.filter(region__in=regions).values("cohort")
        return self.filter(Q(region__in=regions) | Q(pk__in=together))

    def visible_to(self, user):
        """The public ones; those that `user` has applied to; and for those who run them also drafts."""
        if not user.is_authenticated:
            return self.public()
        own = Q(pk__in=user.applications.values("cohort")) & ~Q(state=Cohort.State.DRAFT)
        return self.filter(Q(state__in=Cohort.PUBLIC) | own | Q(pk__in=Cohort.objects.run_by(user).values("pk")))

    def newest_first(self):
        return self.order_by("-first_day", "-pk")


class Cohort(models.Model):
    """One season of group mentoring: people apply, groups are formed, meet once a month and answer a survey at the end."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a cohort", "draft")
        OPEN = "open", _("open for applications")
        FORMING = "forming", _("groups are being formed")
        RUNNING = "running", pgettext_lazy("a cohort", "under way")
        CLOSING = "closing", _("closing survey")
        CLOSED = "closed", pgettext_lazy("a cohort", "closed")
        CANCELLED = "cancelled", pgettext_lazy("a cohort", "cancelled")

    PUBLIC = (State.OPEN, State.FORMING, State.RUNNING, State.CLOSING, State.CLOSED)
    WITH_GROUPS = (State.RUNNING, State.CLOSING, State.CLOSED)  # that have pages of their own
    TRANSLATIONS_NEEDED = ("name", "summary")  # the longer text may wait
    NOTES_KEPT = timedelta(days=90)  # after closing

    region = models.ForeignKey(
        "people.Region", models.PROTECT, related_name="cohorts", verbose_name=pgettext_lazy("a cohort", "run by")
    )
    co_regions = models.ManyToManyField(
        "people.Region", blank=True, related_name="cohorts_together", verbose_name=_("together with")
    )
    partners = models.CharField(_("partners"), max_length=200, blank=True, help_text=_("Such as SEDU."))
    name = models.CharField(_("name"), max_length=120)
    summary = models.TextField(_("summary"), max_length=400, blank=True, help_text=_("One or two sentences."))
    description = models.TextField(_("description"), blank=True)
    topics = models.ManyToManyField(
        "people.Topic",
        blank=True,
        related_name="cohorts",
        verbose_name=_("topics of the groups"),
        help_text=_("Applicants put them in the order of their wishes."),
    )
    measure = models.ForeignKey(
        "budgets.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cohorts",
        verbose_name=_("measure of the plan"),
    )
    deadline = models.DateTimeField(_("applications until"))
    answer_until = models.DateTimeField(_("a place is accepted until"))
    first_day = models.DateField(_("the season begins"))
    last_day = models.DateField(_("the season ends"))
    smallest = models.PositiveSmallIntegerField(
        _("fewest people in a group"), default=4, validators=[MinValueValidator(3), MaxValueValidator(12)]
    )
    largest = models.PositiveSmallIntegerField(
        _("most people in a group"), default=9, validators=[MinValueValidator(3), MaxValueValidator(12)]
    )
    meeting_minutes = models.PositiveSmallIntegerField(
        _("length of a meeting, minutes"), default=90, validators=[MinValueValidator(30), MaxValueValidator(240)]
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    reason = models.TextField(_("reason"), max_length=500, blank=True, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_season_ends_after_it_begins",
                violation_error_message=_("The season ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(answer_until__gt=F("deadline")),
                name="a_place_is_accepted_after_the_applications",
                violation_error_message=_("Places are accepted after the applications have ended."),
            ),
            models.CheckConstraint(
                condition=Q(largest__gte=F("smallest")),
                name="the_largest_group_is_not_smaller",
                violation_error_message=_("The most people in a group are fewer than the fewest."),
            ),
        ]

    def __str__(self):
        return self.name or ""

    def get_absolute_url(self):
        return reverse("mentoring:cohort", args=[self.pk, slugify(self.name) or "cohort"])

    def may(self, move):
        """Whether the cohort stands where `move` of the workflow begins."""
        return workflow.COHORT[move].is_open_to(self)

    @property
    def regions(self):
        """The region that runs it, and those together with it."""
        return [self.region, *self.co_regions.all()]

    def takes(self, person):
        """Whether it is for the libraries of `person`'s region."""
        return person.region is not None and any(region.pk == person.library.region_id for region in self.regions)

    def is_run_by(self, user):
        """What CohortQuerySet.run_by asks, of what is loaded."""
        return user.is_authenticated and any(user.runs(region) for region in self.regions)

    def takes_applications_at(self, now):
        return self.state == self.State.OPEN and now < self.deadline

    @property
    def takes_applications(self):
        """Whether one can apply now."""
        return self.takes_applications_at(timezone.now())

    @property
    def notes_go_on(self):
        """The day on which the groups' notes are deleted, or None while it is not closed."""
        if self.state != self.State.CLOSED:
            return None
        return timezone.localdate(self.state_since + self.NOTES_KEPT)


class GroupQuerySet(models.QuerySet):
    def of(self, user):
        """Groups that are `user`'s own: where the person is a member, of a cohort that was not called off."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            applications__person=user,
            applications__state="member",
            cohort__state__in=Cohort.WITH_GROUPS,
        )

    def open_to(self, user):
        """Groups whose page and meetings `user` may look at: the person's own, and those that the person is the mentor of."""
        own = Q(pk__in=self.of(user).values("pk"))
        return self.filter(own | Q(mentor=user.pk, mentor__isnull=False, cohort__state__in=Cohort.WITH_GROUPS))


class Group(models.Model):
    """A mentoring group: equals who meet at the same time of the week. What they say stays among them."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="groups", verbose_name=_("cohort"))
    topic = models.ForeignKey("people.Topic", models.PROTECT, related_name="+", verbose_name=_("topic"))
    number = models.PositiveSmallIntegerField(pgettext_lazy("of a group", "number"), default=1)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    slot = models.CharField(_("time of the week"), max_length=4)
    convenor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="convenes",
        verbose_name=_("convenor"),
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mentors",
        verbose_name=_("mentor"),
        help_text=_("Not needed: groups are equals."),
    )
    teams_link = models.URLField(_("link to Teams"), max_length=500, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentoring group")
        verbose_name_plural = _("mentoring groups")
        ordering = ["topic", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "topic", "number"], name="groups_of_a_topic_are_numbered")
        ]

    def __str__(self):
        return f"{self.topic} {self.number}"

    def get_absolute_url(self):
        return reverse("mentoring:group", args=[self.pk])

    @property
    def time(self):
        """Its time of the week."""
        return Slot(self.slot)


class CohortCost(models.Model):
    """What a cohort causes to be paid, such as a speaker at its first meeting."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="costs", verbose_name=_("cohort"))
    expense = models.OneToOneField(
        "budgets.Expense", models.PROTECT, related_name="cohort_cost", verbose_name=_("expense")
    )

    class Meta:
        verbose_name = _("cost of a cohort")
        verbose_name_plural = _("costs of cohorts")
        ordering = ["pk"]

    def __str__(self):
        return str(self.expense)
