"""What the members of a group do together, one verb each, one transaction each, the group's row being the lock.

A convenor leads: plans meetings, moves and cancels them, agrees on themes, notes who was there. Before a convenor is
named, every member may. Who names a convenor, proposes, votes or sets the link is a member, whichever.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ake_portal.lib import days, series
from mentoring import meeting_mails
from mentoring.actions import Refused
from mentoring.models import Attendance, Cohort, Group, Meeting, Theme

GOES_ON = (Cohort.State.RUNNING, Cohort.State.CLOSING)
AFTER_SEASON = timedelta(days=31)  # how much later than its season a group may still meet
MOST_THEMES = 40  # that wait to be agreed
AGREED_BEFORE = 5  # days before a meeting, at the latest


def may_lead(group, person):
    """Whether `person`, a member, does what the convenor does: as the convenor, or because there is none."""
    return group.convenor_id in (None, person.pk)


def goes_on(group):
    """Whether the group can change anything: after the season is closed its page is for reading."""
    return group.cohort.state in GOES_ON


def _lock(group, by, *, leads=False):
    """The group, locked for what `by` does. Raises Refused: "not_member", "state", "not_convenor"."""
    group = Group.objects.select_for_update(of=("self",)).select_related("topic").get(pk=group.pk)
    # Read under the lock: the season may have been called off while we waited
    group.cohort = Cohort.objects.select_related("region").get(pk=group.cohort_id)
    if not group.applications.members().filter(person=by).exists():
        raise Refused("not_member")
    if not goes_on(group):
        raise Refused("state")
    if leads and not may_lead(group, by):
        raise Refused("not_convenor")
    return group


def _lock_meeting(meeting, by):
    """The meeting with its group locked, for whoever leads. Raises Refused, "state" also for one that was cancelled."""
    group = _lock(meeting.group, by, leads=True)
    meeting = group.meetings.get(pk=meeting.pk)
    meeting.group = group
    if meeting.cancelled_at:
        raise Refused("state")
    return meeting


# The convenor, the link


@transaction.atomic
def name_convenor(group, *, person, by, now=None):
    """Make `person`, a member, the convenor; the group is told. Returns the Group. Raises Refused: "not_member", "state"."""
    group = _lock(group, by)
    if not group.applications.members().filter(person=person).exists():
        raise Refused("not_member")
    if group.convenor_id != person.pk:
        group.convenor = person
        group.save(update_fields=["convenor"])
        meeting_mails.convenor_named(group, by=by, now=now or timezone.now())
    return group


@transaction.atomic
def set_link(group, *, link, by, now=None):
    """Where the group meets in Teams; calendars are brought up to date. Returns the Group. Raises Refused: "not_member", "state"."""
    now = now or timezone.now()
    group = _lock(group, by)
    if group.teams_link == link:
        return group
    group.teams_link = link
    group.save(update_fields=["teams_link"])
    coming = list(group.meetings.coming(now))
    for meeting in coming:
        _change(meeting)
    if coming:
        meeting_mails.link_changed(group, coming, by=by, now=now)
    return group


def _change(meeting, **values):
    """Write what changes of a meeting, with the next SEQUENCE of its calendar file."""
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    meeting.save(update_fields=["revision", *values])
    return meeting


# Meetings


def days_for(group, *, first_day, times, now=None):
    """series.Day of `times` monthly meetings at the group's time of the week, from `first_day` on, within the season."""
    now = now or timezone.now()
    clock = group.time.clock
    first = group.time.first_on_or_after(max(first_day, days.local(now).date()))
    if days.at(first, clock) <= now:
        first += timedelta(weeks=1)
    found = series.days_of(group.cohort.region, first=first, rhythm=series.Rhythm.MONTH, times=times)
    live = group.meetings.filter(cancelled_at=None).values_list("starts_at", flat=True)
    taken = {days.local(moment).date() for moment in live}
    return [
        series.Day(one.day, _("the group meets already")) if one.day in taken and not one.skipped else one
        for one in found
        if one.day <= group.cohort.last_day
    ]


def held(planned):
    """The dates of [series.Day] on which there is a meeting."""
    return [one.day for one in planned if not one.skipped]


@transaction.atomic
def plan(group, *, first_day, times, by, now=None):
    """Plan a monthly series at the group's time, at most `times` meetings, and tell the members. Returns [Meeting].

    Days that are taken, holidays and quiet periods are left out. Raises Refused: "not_member", "state", "not_convenor",
    "no_days" when nothing is left, as when the same is sent twice.
    """
    now = now or timezone.now()
    group = _lock(group, by, leads=True)
    on = held(days_for(group, first_day=first_day, times=times, now=now))
    if not on:
        raise Refused("no_days")
    starts = [days.at(day, group.time.clock) for day in on]
    made = [_make(group, start, now) for start in starts]
    meeting_mails.planned(group, made, by=by)
    return made


def _make(group, starts_at, now):
    length = timedelta(minutes=group.cohort.meeting_minutes)
    return Meeting.objects.create(group=group, starts_at=starts_at, ends_at=starts_at + length, changed_at=now)


def _check_time(group, starts_at, ends_at, now, without=None):
    """Raises Refused: "past", "outside" the season, "overlaps" another meeting."""
    if starts_at <= now:
        raise Refused("past")
    if days.local(starts_at).date() > group.cohort.last_day + AFTER_SEASON:
        raise Refused("outside")
    others = group.meetings.filter(cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if others.exclude(pk=without).exists():
        raise Refused("overlaps")


@transaction.atomic
def add(group, *, starts_at, by, now=None):
    """One more meeting. Returns it. Raises Refused: "not_member", "state", "not_convenor", "past", "outside", "overlaps"."""
    now = now or timezone.now()
    group = _lock(group, by, leads=True)
    _check_time(group, starts_at, starts_at + timedelta(minutes=group.cohort.meeting_minutes), now)
    meeting = _make(group, starts_at, now)
    meeting_mails.planned(group, [meeting], by=by)
    return meeting


@transaction.atomic
def move(meeting, *, starts_at, by, now=None):
    """Hold a meeting that has not begun at another time, as long as before. Returns it.

    Raises Refused: "not_member", "state", "not_convenor", "past", "outside", "overlaps".
    """
    now = now or timezone.now()
    meeting = _lock_meeting(meeting, by)
    before = (meeting.starts_at, meeting.ends_at)
    if meeting.starts_at == starts_at:
        return meeting
    if meeting.starts_at <= now:
        raise Refused("past")
    ends_at = starts_at + (meeting.ends_at - meeting.starts_at)
    _check_time(meeting.group, starts_at, ends_at, now, without=meeting.pk)
    _change(meeting, starts_at=starts_at, ends_at=ends_at, changed_at=now)
    meeting_mails.moved(meeting, before=before, by=by)
    return meeting


@transaction.atomic
def cancel(meeting, *, by, reason="", now=None):
    """Call off a meeting that has not begun; its theme waits for another one. Returns it.

    Raises Refused: "not_member", "state", "not_convenor", "past".
    """
    now = now or timezone.now()
    meeting = _lock_meeting(meeting, by)
    if meeting.starts_at <= now:
        raise Refused("past")
    _change(meeting, cancelled_at=now, changed_at=now)
    Theme.objects.filter(meeting=meeting).update(meeting=None)
    meeting_mails.cancelled(meeting, reason=reason.strip(), by=by)
    return meeting


# Themes


def themes_of(group, person=None):
    """Themes that wait to be agreed, the most wished for first; with `votes`, and `is_mine` where `person` has voted."""
    themes = group.themes.filter(meeting=None).with_votes()
    if person:
        own = Theme.voters.through.objects.filter(theme=OuterRef("pk"), user=person)
        themes = themes.annotate(is_mine=Exists(own))
    return themes


def _lock_theme(theme, by):
    """The theme with its group locked, while it waits to be agreed. Raises Refused."""
    group = _lock(theme.group, by)
    found = group.themes.filter(pk=theme.pk, meeting=None).first()
    if found is None:
        raise Refused("state")
    return found


@transaction.atomic
def propose_theme(group, *, text, by):
    """Propose a theme, and vote for it. Returns the Theme; the one that is there when its words are the same.

    Raises Refused: "not_member", "state", "no_text", "many_themes".
    """
    group = _lock(group, by)
    text = " ".join(text.split())[:200]
    if not text:
        raise Refused("no_text")
    waiting = list(group.themes.filter(meeting=None))
    theme = next((one for one in waiting if one.text.casefold() == text.casefold()), None)
    if theme is None:
        if len(waiting) >= MOST_THEMES:
            raise Refused("many_themes")
        theme = Theme.objects.create(group=group, text=text, proposed_by=by)
    theme.voters.add(by)
    return theme


@transaction.atomic
def vote(theme, *, by):
    """Wish for a theme; once, however often it is said. Raises Refused: "not_member", "state"."""
    theme = _lock_theme(theme, by)
    theme.voters.add(by)
    return theme


@transaction.atomic
def take_back(theme, *, by):
    """Wish for a theme no more. Raises Refused: "not_member", "state"."""
    theme = _lock_theme(theme, by)
    theme.voters.remove(by)
    return theme


@transaction.atomic
def drop_theme(theme, *, by):
    """Take back a theme that one has proposed, with its votes. Raises Refused: "not_member", "state"."""
    theme = _lock_theme(theme, by)
    if theme.proposed_by_id != by.pk:
        raise Refused("state")
    theme.delete()


@transaction.atomic
def agree(meeting, *, theme, by):
    """Agree on the theme of a meeting, or with None on none; the one before waits again. Returns the Meeting.

    Raises Refused: "not_member", "state", "not_convenor".
    """
    meeting = _lock_meeting(meeting, by)
    if theme is not None and not meeting.group.themes.filter(Q(meeting=None) | Q(meeting=meeting), pk=theme.pk):
        raise Refused("state")
    Theme.objects.filter(meeting=meeting).update(meeting=None)
    if theme is not None:
        Theme.objects.filter(pk=theme.pk).update(meeting=meeting)
    return meeting


# Who was there


@transaction.atomic
def note_attendance(meeting, *, present, by, now=None):
    """Note which applications were at a meeting that has begun; it can be noted again. Returns the Meeting.

    Who joined the group later was not absent. Raises Refused: "not_member", "state", "not_convenor", "not_begun".
    """
    now = now or timezone.now()
    meeting = _lock_meeting(meeting, by)
    if meeting.starts_at > now:
        raise Refused("not_begun")
    there = {application.pk for application in present}
    members = list(meeting.group.applications.members())
    meeting.attendances.filter(application__in=members).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, application=one, was_there=one.pk in there)
        for one in members
        if one.pk in there or one.state_since <= meeting.ends_at
    )
    meeting.attendance_at = now
    meeting.save(update_fields=["attendance_at"])
    return meeting
