"""Members of a mentoring group who write, answer or are reminded at the same moment, on PostgreSQL."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from mentoring import closing_reminders, notes, survey
from mentoring.actions import Refused
from mentoring.models import Note
from notifications import reminders
from notifications.models import Mail
from tests import builders
from tests.full.together import together

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
SAID = dict.fromkeys(survey.GRADES, 4)


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def group(uusimaa, employee, colleague):
    return builders.mentoring_group(builders.cohort(uusimaa, state="running"), employee, colleague)


def test_of_members_who_save_the_same_note_at_once_one_is_first_and_the_others_see_its_text(group, employee, colleague):
    meeting = builders.meeting(group, -7)
    for revision in range(4):
        texts = [f"Kierros {revision}, kirjoittaja {number}" for number in range(4)]
        results = together(
            *(
                partial(notes.write, meeting, text=text, by=who, revision=revision)
                for text, who in zip(texts, (employee, colleague) * 2, strict=True)
            )
        )
        (first,) = [result for result in results if isinstance(result, Note)]
        behind = [result.note for result in results if isinstance(result, notes.Behind)]
        assert len(behind) == 3 and first.revision == revision + 1
        assert {notes.text_of(note) for note in behind} == {notes.text_of(first)} == {notes.text_of(Note.objects.get())}


def test_an_answer_sent_twice_at_once_is_kept_once(group, employee):
    cohort = group.cohort
    cohort.state = "closing"
    cohort.save()
    results = together(*(partial(survey.answer, cohort, by=employee, **SAID) for _ in range(4)))
    assert cohort.answers.count() == 1
    assert sum(isinstance(result, Refused) for result in results) == 3


def test_two_runs_at_once_remind_and_ask_each_member_once(group, employee, colleague, now):
    cohort = group.cohort
    cohort.last_day = timezone.localdate(now) - timedelta(days=1)
    cohort.first_day = cohort.last_day - timedelta(days=90)
    cohort.save()
    a_week_before = (timezone.localdate(now) - timezone.localdate()).days - 7
    notes.write(builders.meeting(group, a_week_before), text="Hei", by=employee, revision=0)
    together(*(partial(survey.tick, now) for _ in range(3)))
    assert Mail.objects.filter(template="mentoring/survey").count() == 2
    later = now + timedelta(days=8)
    together(*(partial(reminders.run, closing_reminders.RULES, later) for _ in range(3)))
    assert Mail.objects.filter(key__contains="survey_again").count() == 2
    together(*(partial(survey.tick, now + timedelta(days=31)) for _ in range(3)))
    assert Mail.objects.filter(template="mentoring/closed").count() == 2
    week_before = now + timedelta(days=31 + 84)
    together(*(partial(reminders.run, closing_reminders.RULES, week_before) for _ in range(3)))
    assert Mail.objects.filter(template="mentoring/notes_go_soon").count() == 2
