"""A group's mentor, if it wants one: somebody from outside whom the members can ask. Sees whom the group has, when it
meets and about what; reads no notes and changes nothing.

Members are promised that neither the AKE nor an employer reads their themes: nobody of these becomes their mentor.
"""

from mentoring import mentor_mails
from mentoring.actions import Refused
from mentoring.models import Application, Cohort


def why_not(group, person):
    """Code of what keeps `person` from being the mentor of the group, or nothing."""
    if person.is_superuser or group.cohort.is_run_by(person):
        return "mentor_runs_it"
    inside = list(
        group.applications.filter(state__in=Application.LIVE).select_related("person__library", "library").order_by()
    )
    if any(one.person_id == person.pk for one in inside):
        return "mentor_is_member"
    if any(_is_superior(person, one) or one.person_id in _superiors(person.library) for one in inside):
        return "mentor_is_superior"
    return ""


def _superiors(library):
    return {library.director_id, library.superior_id} - {None} if library else set()


def _is_superior(person, application):
    named = application.superior_email.lower() == person.email.lower()
    return named or person.pk in _superiors(application.person.library or application.library)


def change(group, person, *, now):
    """Make `person` the mentor of the locked group, or with None nobody. Raises Refused with the code of why_not.

    Before the groups are announced nobody hears of it; from then on the one before, the new one and the members do.
    """
    before = group.mentor
    if before == person:
        return
    if person and (code := why_not(group, person)):
        raise Refused(code)
    group.mentor = person
    group.save(update_fields=["mentor"])
    if group.cohort.state == Cohort.State.FORMING:
        return
    coming = _meetings_anew(group, now)
    if before:
        mentor_mails.freed(group, before, coming, now=now)
    if person:
        mentor_mails.named(group, coming, now=now)
    mentor_mails.changed(group, now=now)


def _meetings_anew(group, now):
    """The meetings to come with the next SEQUENCE: a file that takes them away is then newer than the one that brought them,
    and for whoever is named a second time the other way round."""
    coming = list(group.meetings.coming(now))
    for meeting in coming:
        meeting.revision += 1
        meeting.save(update_fields=["revision"])
    return coming
