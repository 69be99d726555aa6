"""The closing survey: when it is asked, what is kept of an answer, and from when on the answers are shown.

Nobody learns who said what: an answer has no person and no moment, nothing is shown of fewer than five answers, and
nothing before the survey is over, so that nobody sees what the next answer changes.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from ake_portal.lib import days
from mentoring import mentor_mails, survey_mails
from mentoring.actions import Refused, advance, cancel_meetings, lock
from mentoring.models import Application, Cohort, Meeting, SurveyAnswer
from mentoring.models.survey import FEWEST

GRADES = ("competence", "wellbeing", "useful", "recommends")
TEXTS = ("changed", "advice")
BEFORE = timedelta(days=14)  # how long before the season's last day the AKE may begin it
OPEN_FOR = timedelta(days=30)  # then the clock closes the cohort, so that its notes go whoever forgets it
ASKED = (Cohort.State.CLOSING, Cohort.State.CLOSED)


@transaction.atomic
def begin(cohort, *, now=None):
    """Ask the members; two weeks before the last day at the earliest. Raises Refused: "state", "last_day_not_passed"."""
    now = now or timezone.now()
    cohort = lock(cohort, "survey")
    if days.local(now).date() < cohort.last_day - BEFORE:
        raise Refused("last_day_not_passed")
    advance(cohort, "survey", now)
    for application in members_of(cohort):
        survey_mails.asked(application, ends_on(cohort))
    return cohort


@transaction.atomic
def close(cohort, *, now=None):
    """End the survey and the cohort; from now on the days until the notes go are counted. Raises Refused "state".

    What the groups still had before them is cancelled: afterwards nobody could, and it would stay in calendars.
    """
    now = now or timezone.now()
    cohort = advance(lock(cohort, "close"), "close", now)
    cancelled = cancel_meetings(cohort, now)
    for application in members_of(cohort):
        survey_mails.closed(application, cancelled.get(application.group_id, []))
    mentor_mails.all_freed(cohort, cancelled, now=now)
    return cohort


def tick(now=None):
    """What the clock does: asks on the day after the last one, closes in the end, when no group has a meeting before it.

    Safe to run twice, at the same time too.
    """
    now = now or timezone.now()
    for cohort in Cohort.objects.filter(state=Cohort.State.RUNNING, last_day__lt=days.local(now).date()):
        with suppress(Refused):  # another run was faster
            begin(cohort, now=now)
    late = Cohort.objects.filter(state=Cohort.State.CLOSING, state_since__lte=now - OPEN_FOR)
    for cohort in late.exclude(pk__in=Meeting.objects.coming(now).order_by().values("group__cohort")):
        with suppress(Refused):
            close(cohort, now=now)


def members_of(cohort):
    """The applications of those who are asked."""
    return cohort.applications.members().select_related("person__library__region", "cohort__region", "group__topic")


def ends_on(cohort):
    """The last day on which a cohort that is asked takes answers."""
    return timezone.localdate(cohort.state_since + OPEN_FOR)


def cohorts_for(user):
    """Cohorts whose survey `user` may open: as a member, or as who runs it. Results are shown to both alike."""
    own = Q(pk__in=Application.objects.members().filter(person=user).values("cohort"))
    return Cohort.objects.filter(own | Q(pk__in=Cohort.objects.run_by(user).values("pk")), state__in=ASKED)


def to_answer(person):
    """Applications of `person` that wait for an answer."""
    return Application.objects.members().filter(
        person=person, cohort__state=Cohort.State.CLOSING, has_answered_survey=False
    )


@sensitive_variables()
def answer(cohort, *, by, **values):
    """Keep the answer of the member `by`, once: `values` are the grades (1 to 5) and the texts. Raises Refused "state".

    That the person has answered is kept with the application, what was said is kept without a person. All rows of the
    cohort are written anew each time: otherwise the database's own row versions would tell which two belong together.
    """
    with transaction.atomic():
        cohort = lock(cohort)
        asked = cohort.applications.members().filter(person=by)
        if cohort.state != Cohort.State.CLOSING or not asked.filter(has_answered_survey=False).exists():
            raise Refused("state")
        asked.update(has_answered_survey=True)
        SurveyAnswer.objects.create(cohort=cohort, **values)
        cohort.applications.update(cohort=cohort)
        cohort.answers.update(cohort=cohort)


@dataclass(frozen=True)
class Grade:
    """What the members have given to one statement: `counts` are (grade, how many, per cent), 1 first."""

    label: str
    mean: float
    counts: tuple


@dataclass(frozen=True)
class Results:
    """How many were asked and have answered; grades and texts only when `is_shown`."""

    asked: int
    answered: int
    is_over: bool
    grades: tuple = ()
    texts: tuple = ()

    @property
    def is_shown(self):
        return self.is_over and self.answered >= FEWEST

    @property
    def is_too_few(self):
        """It is over, and too few have answered for anything to be shown."""
        return self.is_over and self.answered < FEWEST


def results(cohort):
    """The Results as far as they may be seen: by members and AKE alike, once it is over or all have answered."""
    applications = list(cohort.applications.members().values_list("has_answered_survey", flat=True))
    answered = cohort.answers.count()
    # who has answered and left the group afterwards was asked, too
    asked = max(answered + applications.count(False), len(applications))
    is_over = cohort.state == Cohort.State.CLOSED or (cohort.state == Cohort.State.CLOSING and answered == asked > 0)
    found = Results(asked, answered, is_over)
    if not found.is_shown:
        return found
    rows = list(cohort.answers.order_by("pk"))  # the keys are random: the order says nothing
    return Results(
        asked,
        answered,
        is_over,
        tuple(_grade(name, [getattr(row, name) for row in rows]) for name in GRADES),
        tuple((_label(name), [text for row in rows if (text := getattr(row, name).strip())]) for name in TEXTS),
    )


def _label(name):
    return SurveyAnswer._meta.get_field(name).verbose_name


def _grade(name, given):
    counts = tuple((grade, given.count(grade), round(100 * given.count(grade) / len(given))) for grade in range(1, 6))
    return Grade(_label(name), sum(given) / len(given), counts)
