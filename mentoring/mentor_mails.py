"""Mails about the mentor of a group: to the one who is named, to the one who is so no more, and to the members."""

from mentoring import invitations
from mentoring.mails import page_of
from notifications.outbox import post


def _post(name, group, person, now, **context):
    post(
        f"mentoring/{name}",
        to=person,
        key=f"mentoring/{name}:{group.pk}:{now.isoformat()}:{person.pk}",
        region=group.cohort.region,
        cohort=group.cohort,
        group=group,
        **{"page_url": page_of(group, person), **context},
    )


def named(group, meetings, *, now):
    """To the mentor: what is asked of a mentor, the group's page, its meetings to come as calendar files."""
    person = group.mentor
    files = invitations.requests(group, meetings, person)
    _post("mentor_named", group, person, now, has_meetings=bool(files), calendars=files)


def freed(group, person, meetings, *, now):
    """To who was the mentor until the group got another one or none, or its season ended: the meetings go from the calendar."""
    _post(
        "mentor_freed",
        group,
        person,
        now,
        page_url=page_of(group.cohort, person),
        has_meetings=bool(meetings),
        calendars=invitations.cancels(group, meetings, person),
    )


def changed(group, *, now):
    """To the members: who their mentor is from now on, if there is one."""
    for one in group.applications.members().select_related("person__library__region").by_name():
        _post("mentor_changed", group, one.person, now, mentor=group.mentor)


def all_named(cohort, *, now):
    """To the mentors of the groups that are announced."""
    for group in _with_mentor(cohort):
        named(group, [], now=now)


def all_freed(cohort, cancelled, *, now):
    """To the mentors of a season that is over or called off; `cancelled` are {key of a group: [its meetings]}."""
    for group in _with_mentor(cohort):
        freed(group, group.mentor, cancelled.get(group.pk, []), now=now)


def _with_mentor(cohort):
    groups = cohort.groups.filter(mentor__isnull=False).select_related("topic", "mentor__library__region")
    for group in groups.order_by("pk"):
        group.cohort = cohort
        yield group
