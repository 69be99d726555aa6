"""Mails about the end of a season: the survey is asked, asked again, and the cohort is closed."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from mentoring import invitations
from notifications.outbox import post


def _to_member(name, application, key="", *, page="survey", **context):
    person, cohort = application.person, application.cohort
    with override(person.language):
        args = [application.group_id] if page == "group" else [cohort.pk]
        url = settings.SITE_URL + reverse(f"mentoring:{page}", args=args)
    post(
        f"mentoring/{name}",
        to=person,
        key=key or f"mentoring/{name}:{cohort.pk}:{cohort.state_since.isoformat()}:{person.pk}",
        region=cohort.region,
        cohort=cohort,
        group=application.group,
        page_url=url,
        **context,
    )


def asked(application, last_day):
    """To a member: the season ends, please answer until `last_day`; nobody sees who said what."""
    _to_member("survey", application, last_day=last_day)


def asked_again(application, last_day, key):
    """To a member who has not answered yet."""
    _to_member("survey", application, key, last_day=last_day, again=True)


def closed(application, cancelled):
    """To a member: the cohort is closed, results are there, the notes can be read until their day; the meetings that were
    `cancelled` with it go from the calendar."""
    group = application.group
    group.cohort = application.cohort
    _to_member(
        "closed",
        application,
        notes_go_on=application.cohort.notes_go_on,
        has_meetings=bool(cancelled),
        calendars=invitations.cancels(group, cancelled, application.person),
    )
