"""Mails about notes. None carries a note: a summary is another text, written to be published."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from notifications.outbox import post


def summary_released(idea, group, person, *, title, text):
    """To the other members: what has gone to the idea bank in the group's name, and whom to tell if it should not have."""
    post(
        "mentoring/summary_released",
        to=person,
        key=f"mentoring/summary_released:{idea.pk}:{person.pk}",
        region=group.cohort.region,
        group=group,
        cohort=group.cohort,
        title=title,
        summary=text,
        summary_language=idea.language,
        author=idea.author,
    )


def notes_go_soon(application, key):
    """To a member: in a week the group's notes are deleted."""
    person, group, cohort = application.person, application.group, application.cohort
    with override(person.language):
        url = settings.SITE_URL + reverse("mentoring:group", args=[group.pk])
    post(
        "mentoring/notes_go_soon",
        to=person,
        key=key,
        region=cohort.region,
        cohort=cohort,
        group=group,
        notes_go_on=cohort.notes_go_on,
        page_url=url,
    )
