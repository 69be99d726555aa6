"""One function per mail about mentoring. All are stored with the change that causes them; none carries a note."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from mentoring import invitations
from notifications.outbox import post


def address(person, name, *args):
    """The whole address of a page of mentoring in the person's language."""
    with override(person.language):
        return settings.SITE_URL + reverse(f"mentoring:{name}", args=args)


def page_of(thing, person):
    """The whole address of a cohort's or group's page in the person's language."""
    with override(person.language):
        return settings.SITE_URL + thing.get_absolute_url()


def to_applicant(name, application, *, page_url, **context):
    """Post mail `name` to whoever applied, once for each time that the application has come into this state."""
    person, cohort = application.person, application.cohort
    post(
        f"mentoring/{name}",
        to=person,
        key=f"mentoring/{name}:{application.pk}:{application.state_since.isoformat()}",
        region=cohort.region,
        cohort=cohort,
        application=application,
        group=application.group,
        page_url=page_url,
        **context,
    )


def applied(application):
    """To whoever applied: it has come, can be changed until the deadline, and what happens next."""
    to_applicant("applied", application, page_url=address(application.person, "apply", application.cohort_id))


def place_offered(application):
    """A place in a group: topic, language, time, and until when to answer."""
    to_applicant("place_offered", application, page_url=address(application.person, "place", application.pk))


def place_waits(application, key):
    """A place that has not been answered, two days before it goes to the next."""
    person = application.person
    post(
        "mentoring/place_waits",
        to=person,
        key=key,
        region=application.cohort.region,
        cohort=application.cohort,
        application=application,
        group=application.group,
        page_url=address(person, "place", application.pk),
    )


def listed(application):
    """No group yet: the applicant stands on the list, and hears when a place comes free."""
    to_applicant("listed", application, page_url=page_of(application.cohort, application.person))


def place_expired(application):
    """The place was not answered in time and goes to the next."""
    to_applicant("place_expired", application, page_url=page_of(application.cohort, application.person))


def welcome(application, meetings):
    """To whoever has accepted: the group's page and how it begins; the meetings that are planned, as calendar files."""
    person, group = application.person, application.group
    to_applicant(
        "welcome",
        application,
        page_url=page_of(group, person),
        calendars=invitations.requests(group, meetings, person),
    )


def called_off(application, by, meetings=()):
    """To whoever has applied: the cohort is not held, and why; the group's meetings go from the calendar."""
    person = application.person
    to_applicant(
        "called_off",
        application,
        page_url=page_of(application.cohort, person),
        by=by,
        calendars=invitations.cancels(application.group, meetings, person) if meetings else [],
    )


def left(application, who):
    """To those who stay in the group: `who` has left it, nobody by name when that is empty."""
    group = application.group
    others = group.applications.members().select_related("person__library__region").exclude(pk=application.pk)
    for other in others:
        post(
            "mentoring/left",
            to=other.person,
            key=f"mentoring/left:{application.pk}:{application.state_since.isoformat()}:{other.person_id}",
            region=application.cohort.region,
            cohort=application.cohort,
            group=group,
            who=who,
            page_url=page_of(group, other.person),
        )


def parted(application, meetings):
    """To whoever has left: it is done, and the group's meetings go from the calendar."""
    person = application.person
    to_applicant(
        "parted",
        application,
        page_url=page_of(application.cohort, person),
        calendars=invitations.farewells(application.group, meetings, person),
    )
