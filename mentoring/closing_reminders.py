"""Who is reminded when a season ends: who has not answered the survey, and everybody before the notes go."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from mentoring import note_mails, survey, survey_mails
from mentoring.models import Application, Cohort
from notifications.reminders import Due, Rule

SURVEY_DAYS = 5  # working days
LATE_STILL = timedelta(days=14)  # how long after its moment a missed reminder is still sent
NOTES_DAYS = timedelta(days=7)


def _members(state):
    return (
        Application.objects.members()
        .filter(cohort__state=state)
        .select_related("person__library__region", "cohort__region", "group__topic")
        .order_by("pk")
    )


def _survey(since, until):
    unanswered = _members(Cohort.State.CLOSING).filter(has_answered_survey=False)
    for application in unanswered.prefetch_related("cohort__region__quiet"):
        cohort = application.cohort
        day = days.local(cohort.state_since).date()
        send_at = days.at(days.add_working_days(day, SURVEY_DAYS, cohort.region.quiet_periods(day)), time(9))
        if send_at > until or send_at + LATE_STILL <= since:
            continue
        key = f"mentoring/survey_again:{cohort.pk}:{cohort.state_since.isoformat()}:{application.person_id}"
        yield Due(
            key=key,
            send_at=send_at,
            expires_at=send_at + LATE_STILL,
            person=application.person,
            about=str(cohort),
            region=cohort.region,
            send=lambda application=application, key=key: survey_mails.asked_again(
                application, survey.ends_on(application.cohort), key
            ),
        )


def _notes(since, until):
    for application in _members(Cohort.State.CLOSED).filter(group__meetings__note__isnull=False).distinct():
        cohort = application.cohort
        send_at = days.at(cohort.notes_go_on - NOTES_DAYS, time(9))
        expires_at = days.at(cohort.notes_go_on, time(0))
        if send_at > until or expires_at <= since:
            continue
        key = f"mentoring/notes_go_soon:{cohort.pk}:{application.person_id}"
        yield Due(
            key=key,
            send_at=send_at,
            expires_at=expires_at,
            person=application.person,
            about=str(cohort),
            region=cohort.region,
            send=lambda application=application, key=key: note_mails.notes_go_soon(application, key),
        )


RULES = [
    Rule("mentoring.survey", _("A closing survey that has not been answered for five working days"), _survey),
    Rule("mentoring.notes_go", _("A group's notes go in a week"), _notes),
]
