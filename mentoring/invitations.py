"""Meetings as calendar files. They say which group meets, never its theme: colleagues and superiors read calendars, too."""

from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from ake_portal.lib import calendars


def entry(meeting, language):
    """A meeting as calendar entry in `language`."""
    group = meeting.group
    with override(language):
        title = gettext("Mentoring group: %(group)s") % {"group": group}
        return calendars.Entry(
            uid=f"mentoring-meeting-{meeting.pk}@ake-portal",
            sequence=meeting.revision,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            summary=gettext("Cancelled: %(title)s") % {"title": title} if meeting.cancelled_at else title,
            place=group.teams_link,
            text=group.teams_link,
            url=settings.SITE_URL + reverse("mentoring:meeting", args=[meeting.pk]),
            cancelled=meeting.cancelled_at is not None,
            changed_at=meeting.changed_at,
        )


def _files(method, make, group, meetings, person, later=0):
    with override(person.language):
        organiser = (str(group.cohort.region.title), group.cohort.region.email)
    files = []
    for meeting in meetings:
        meeting.group = group
        one = entry(meeting, person.language)
        one = replace(one, sequence=one.sequence + later, changed_at=None)  # stamped now
        files.append((method, make(one, organiser=organiser, attendee=(person.get_full_name(), person.email))))
    return files


def requests(group, meetings, person):
    """(REQUEST, file) of each meeting, for a member."""
    return _files("REQUEST", calendars.request, group, meetings, person)


def cancels(group, meetings, person):
    """(CANCEL, file) of each meeting that is cancelled."""
    return _files("CANCEL", calendars.cancel, group, meetings, person)


def farewells(group, meetings, person):
    """(CANCEL, file) of each meeting that goes on without `person`: one SEQUENCE on, for this reader alone."""
    return _files("CANCEL", calendars.cancel, group, meetings, person, later=1)
