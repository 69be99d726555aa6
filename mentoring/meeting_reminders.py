"""When a group is reminded: five days before a meeting that has no theme, and the day before every meeting."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from mentoring import meeting_mails
from mentoring.meetings import AGREED_BEFORE, GOES_ON
from mentoring.models import Application, Meeting, Theme
from notifications.reminders import Due, Rule

LEADING = 3  # themes that the reminder names


def _coming(since, until, days_before):
    """[(meeting, moment of its reminder, members who belonged to the group by then)]"""
    horizon = until + timedelta(days=days_before + 1)
    meetings = (
        Meeting.objects.filter(cancelled_at=None, starts_at__gt=since, starts_at__lt=horizon)
        .filter(group__cohort__state__in=GOES_ON)
        .select_related("group__cohort__region", "group__topic", "theme")
        .order_by("starts_at", "pk")
    )
    members = {}
    found = Application.objects.members().filter(group__in=[one.group_id for one in meetings])
    for one in found.select_related("person__library__region").order_by("pk"):
        members.setdefault(one.group_id, []).append(one)
    for meeting in meetings:
        send_at = days.days_before(meeting.starts_at, days_before, time(9))
        yield meeting, send_at, [one for one in members.get(meeting.group_id, ()) if one.state_since <= send_at]


def _due(name, meeting, application, send_at, expires_at, send):
    # By day: who was reminded is reminded again when the meeting moves to another day, not to another hour
    key = f"mentoring/{name}:{meeting.pk}:{days.local(meeting.starts_at).date()}:{application.pk}"
    return Due(
        key=key,
        send_at=send_at,
        expires_at=expires_at,
        person=application.person,
        about=str(meeting.group),
        region=meeting.group.cohort.region,
        send=lambda: send(key),
    )


def _theme_wanted(since, until):
    wanted = [
        (meeting, send_at, members)
        for meeting, send_at, members in _coming(since, until, AGREED_BEFORE)
        if not hasattr(meeting, "theme")
    ]
    themes = _leading([meeting.group_id for meeting, _, _ in wanted])
    for meeting, send_at, members in wanted:
        expires_at = days.days_before(meeting.starts_at, 1, time(9))  # the reminder of the day before says the same
        if send_at > until or expires_at <= since:
            continue
        for one in members:
            yield _due(
                *("theme_wanted", meeting, one, send_at, expires_at),
                lambda key, meeting=meeting, one=one: meeting_mails.theme_wanted(
                    meeting, one.person, key, themes=themes.get(meeting.group_id, [])
                ),
            )


def _leading(groups):
    """{key of a group: [the themes that most members wish for]}"""
    found = {}
    for theme in Theme.objects.filter(group__in=groups, meeting=None).with_votes():
        found.setdefault(theme.group_id, []).append(theme)
    return {group: themes[:LEADING] for group, themes in found.items()}


def _meets_soon(since, until):
    for meeting, send_at, members in _coming(since, until, 1):
        # who was told of this time after the reminder's moment knows it
        if send_at > until or meeting.changed_at > send_at:
            continue
        for one in members:
            yield _due(
                *("meets_soon", meeting, one, send_at, meeting.starts_at),
                lambda key, meeting=meeting, one=one: meeting_mails.meets_soon(meeting, one.person, key, now=until),
            )


RULES = [
    Rule("mentoring.theme_wanted", _("A mentoring group without a theme five days before it meets"), _theme_wanted),
    Rule("mentoring.meets_soon", _("The day before a mentoring group meets"), _meets_soon),
]
