"""The annual plan: what a region means to do, who does it, and how far it has come."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from budgets import workflow
from budgets.models.frozen import WriteOnce


class PlanQuerySet(models.QuerySet):
    def public(self):
        """What everybody sees: plans that have been published, also frozen ones."""
        return self.exclude(state=Plan.State.DRAFT)

    def kept_by(self, user):
        """Plans that `user` writes and whose money `user` books: of the own regions."""
        return self if user.is_superuser else self.filter(region__in=user.coordinated_regions)

    def money_seen_by(self, user):
        """Plans whose bookings `user` may read: those of the own regions, and of regions that `user` is a reader of."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(Q(region__in=user.coordinated_regions) | Q(region__in=user.reads.values("pk")))


class Plan(models.Model):
    """What a region does in a calendar year, and the money for it. Keys of its parts stay from year's first draft to its freezing."""

    TRANSLATIONS_NEEDED = ("name",)

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a plan", "draft")
        PUBLISHED = "published", pgettext_lazy("a plan", "published")
        FROZEN = "frozen", _("frozen")

    region = models.ForeignKey("people.Region", models.PROTECT, related_name="plans", verbose_name=_("region"))
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2015), MaxValueValidator(2099)])
    name = models.CharField(
        _("name"), max_length=160, blank=True, help_text=_("The year's motto, or simply Action plan 2026.")
    )
    highlights = models.TextField(
        _("highlights"), blank=True, help_text=_("What matters most this year, in a few lines.")
    )
    themes = models.ManyToManyField("people.Theme", blank=True, related_name="plans", verbose_name=_("themes"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    books_close_on = models.DateField(
        _("the city closes its books on"),
        null=True,
        blank=True,
        help_text=_("After this day the plan is to be frozen; until then last year's costs are still booked."),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("frozen on"), null=True, blank=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-year", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="one_plan_a_year",
                violation_error_message=_("The region has a plan for this year already."),
            )
        ]

    def __str__(self):
        return f"{self.region} {self.year}"

    def get_absolute_url(self):
        return reverse("budgets:plan", args=[self.pk, slugify(self.name) or "plan"])

    @property
    def is_open(self):
        """Whether costs can be booked and texts changed."""
        return self.state != self.State.FROZEN

    @property
    def person_years(self):
        """How much staff the plan has, in person-years."""
        return Decimal(sum(share.percent for share in self.staff.all())) / 100

    @property
    def is_granted(self):
        """Whether the state has decided on the grant; before that all is booked subject to it."""
        sources = [source for source in self.sources.all() if source.kind == source.Kind.STATE_GRANT]
        return all(source.granted is not None for source in sources)

    def may(self, move):
        """Whether the `move` of workflow.PLAN begins where the plan stands."""
        return workflow.PLAN[move].is_open_to(self)

    def is_over(self, today=None):
        """Whether the city has closed its books and the plan still takes bookings."""
        today = today or timezone.localdate()
        return self.is_open and self.books_close_on is not None and self.books_close_on < today


class StaffShare(models.Model):
    """One of those who carry out the plan, by task, not by name, and how much of the working time goes to it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="staff", verbose_name=_("plan"))
    title = models.CharField(_("task"), max_length=120, help_text=_("Such as planner or library director."))
    percent = models.PositiveSmallIntegerField(
        _("share of working time, %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("staff")
        verbose_name_plural = _("staff")
        ordering = ["-percent", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="a_share_is_a_part_of_working_time")
        ]

    def __str__(self):
        return f"{self.title} {self.percent} %"


class FocusArea(models.Model):
    """What the year's work aims at."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="focus_areas", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    name = models.CharField(_("name"), max_length=200)
    goal = models.TextField(_("goal"), blank=True)

    class Meta:
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")
        ordering = ["plan", "position", "pk"]

    def __str__(self):
        return self.name


class Measure(models.Model):
    """What is done for a focus area: trainings, visits, groups, publications and costs point here."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("a measure", "planned")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", pgettext_lazy("a measure", "done")
        DROPPED = "dropped", pgettext_lazy("a measure", "dropped")

    focus_area = models.ForeignKey(FocusArea, models.PROTECT, related_name="measures", verbose_name=_("focus area"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("responsible"),
    )
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    drop_reason = models.CharField(
        _("why it was dropped"), max_length=300, blank=True, help_text=_("Everybody reads this on the plan's page.")
    )
    indicator = models.CharField(_("indicator"), max_length=200, blank=True, help_text=_("How you see that it works."))
    target = models.CharField(_("target"), max_length=120, blank=True, help_text=_("Such as 6 trainings, 200 people."))
    outcome = models.TextField(_("done so far"), blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["focus_area", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_measure_ends_after_it_begins",
                violation_error_message=_("The measure ends before it begins."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def plan(self):
        return self.focus_area.plan


class PlanSnapshot(WriteOnce):
    """What the plan said when it was published, for good; the next one is an amendment."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="snapshots", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    made_at = models.DateTimeField(_("published"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    note = models.CharField(_("what changes and why"), max_length=300, blank=True)
    contents = models.JSONField(_("contents"))

    class Meta:
        verbose_name = _("edition of a plan")
        verbose_name_plural = _("editions of plans")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="editions_are_numbered")]

    def __str__(self):
        return f"{self.plan} ({self.number})"
