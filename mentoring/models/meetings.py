"""What a group does: it meets, agrees on themes, and writes notes that nobody else reads.

Themes and notes are the group's alone: they have no admin page, no history, no export. See docs/privacy in the README.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mentoring.models.cohorts import Group


class MeetingQuerySet(models.QuerySet):
    def held(self, now=None):
        """Those that are over and were not cancelled."""
        return self.filter(ends_at__lt=now or timezone.now(), cancelled_at=None)

    def coming(self, now=None):
        return self.filter(ends_at__gte=now or timezone.now(), cancelled_at=None).order_by("starts_at", "pk")


class Meeting(models.Model):
    """One meeting of a group, remotely at the group's Teams link."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="meetings", verbose_name=_("mentoring group"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    revision = models.PositiveSmallIntegerField(default=0, editable=False)  # grows with each change of time
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    attendance_at = models.DateTimeField(_("attendance noted"), null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a mentoring group", "meeting")
        verbose_name_plural = pgettext_lazy("of a mentoring group", "meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_ends_after_it_begins")
        ]

    def __str__(self):
        return f"{self.group}, {timezone.localtime(self.starts_at):%d.%m.%Y}"


class Attendance(models.Model):
    """Who was at a meeting, as the convenor noted it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    application = models.ForeignKey("mentoring.Application", models.CASCADE, related_name="attendances")
    was_there = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "application"], name="attendance_is_noted_once_a_meeting")
        ]

    def __str__(self):
        return f"{self.application_id}, {self.meeting_id}"


class ThemeQuerySet(models.QuerySet):
    def with_votes(self):
        """The most wished for first, each with its `votes`."""
        return self.annotate(votes=models.Count("voters")).order_by("-votes", "pk")


class Theme(models.Model):
    """A theme that a member proposes; agreed when it has a meeting."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="themes")
    text = models.CharField(_("theme"), max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    voters = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    meeting = models.OneToOneField(Meeting, models.SET_NULL, null=True, blank=True, related_name="theme")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a meeting", "theme")
        verbose_name_plural = pgettext_lazy("of a meeting", "themes")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.pk}"  # never its text: the admin names what it deletes along


class Note(models.Model):
    """What a group has written together about a meeting, sealed: the key is not in the database. See ake_portal.lib.sealed."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="note")
    sealed = models.BinaryField(editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.meeting_id}"  # never its text
