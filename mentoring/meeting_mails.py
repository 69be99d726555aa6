"""One function per mail within a group. Themes may stand in them, notes never.

What members write to each other is not for those who read the outbox: all of these are masked there.
"""

from django.utils.translation import gettext, override

from ake_portal.lib import days, words
from mentoring import invitations
from mentoring.mails import address, page_of
from notifications.outbox import post


def _members(group):
    return [one.person for one in group.applications.members().select_related("person__library__region").by_name()]


def _those_who_meet(group):
    """The members, and the mentor if there is one."""
    return [*_members(group), *([group.mentor] if group.mentor else [])]


def _post(name, group, person, key, **context):
    post(
        f"mentoring/{name}",
        to=person,
        key=key,
        region=group.cohort.region,
        secret=True,
        cohort=group.cohort,
        group=group,
        **{"page_url": page_of(group, person), **context},
    )


def _period(meeting, person):
    with override(person.language):
        return words.period(meeting.starts_at, meeting.ends_at)


def planned(group, meetings, *, by):
    """To the members and the mentor: new meetings, each with its calendar file."""
    for person in _those_who_meet(group):
        _post(
            "meetings_planned",
            group,
            person,
            f"mentoring/meetings_planned:{meetings[0].pk}:{person.pk}",
            when=[_period(meeting, person) for meeting in meetings],
            by=by,
            calendars=invitations.requests(group, meetings, person),
        )


def moved(meeting, *, before, by):
    """To the members and the mentor: a meeting is held at another time; `before` are its start and end so far."""
    group = meeting.group
    for person in _those_who_meet(group):
        with override(person.language):
            was = words.period(*before)
        _post(
            "meeting_moved",
            group,
            person,
            f"mentoring/meeting_moved:{meeting.pk}:{meeting.revision}:{person.pk}",
            was=was,
            when=_period(meeting, person),
            by=by,
            calendars=invitations.requests(group, [meeting], person),
            page_url=address(person, "meeting", meeting.pk),
        )


def cancelled(meeting, *, reason, by):
    """To the members and the mentor: a meeting is not held, and why."""
    group = meeting.group
    for person in _those_who_meet(group):
        _post(
            "meeting_cancelled",
            group,
            person,
            f"mentoring/meeting_cancelled:{meeting.pk}:{person.pk}",
            when=_period(meeting, person),
            reason=reason,
            by=by,
            calendars=invitations.cancels(group, [meeting], person),
        )


def link_changed(group, meetings, *, by, now):
    """To the members and the mentor: the group meets at another link; the coming meetings with their next SEQUENCE."""
    for person in _those_who_meet(group):
        _post(
            "link_changed",
            group,
            person,
            f"mentoring/link_changed:{group.pk}:{now.isoformat()}:{person.pk}",
            by=by,
            calendars=invitations.requests(group, meetings, person),
        )


def convenor_named(group, *, by, now):
    """To the members: who convenes the group from now on, and what that means."""
    for person in _members(group):
        _post(
            "convenor_named",
            group,
            person,
            f"mentoring/convenor_named:{group.pk}:{now.isoformat()}:{person.pk}",
            convenor=group.convenor,
            is_you=group.convenor_id == person.pk,
            by=by,
        )


def theme_wanted(meeting, person, key, *, themes):
    """Reminder: the meeting has no theme yet; the ones that most wish for."""
    _post(
        "theme_wanted",
        meeting.group,
        person,
        key,
        when=_period(meeting, person),
        themes=themes,
        leads=meeting.group.convenor_id in (None, person.pk),
    )


def meets_soon(meeting, person, key, *, now):
    """Reminder: the meeting is tomorrow, or today when a run was missed."""
    with override(person.language):
        clock = words.clock(meeting.starts_at)
        ahead = (days.local(meeting.starts_at).date() - days.local(now).date()).days
        text = gettext("Tomorrow at %(clock)s") if ahead else gettext("Today at %(clock)s")
        soon = text % {"clock": clock}
    _post(
        "meets_soon",
        meeting.group,
        person,
        key,
        soon=soon,
        when=_period(meeting, person),
        theme=getattr(meeting, "theme", None),
        page_url=address(person, "meeting", meeting.pk),
    )
