"""Members of a mentoring group at once, and two runs of its reminders at once, on PostgreSQL."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from ake_portal import reminders
from mentoring import actions, meetings
from mentoring.models import Meeting, Theme
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders
from tests.full.together import together

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def members(askola):
    return builders.people(6, askola)


@pytest.fixture
def group(uusimaa, members):
    made = builders.mentoring_group(builders.cohort(uusimaa, state="running"), *members)
    made.applications.update(state_since=timezone.now() - timedelta(days=30))
    return made


def test_everybody_voting_twice_at_once_gives_one_vote_each(group, members):
    theme = meetings.propose_theme(group, text="Kirjavinkkaus", by=members[0])
    results = together(*(partial(meetings.vote, theme, by=who) for who in members * 2))
    assert all(isinstance(result, Theme) for result in results), results
    assert meetings.themes_of(group).get().votes == 6
    results = together(*(partial(meetings.take_back, theme, by=who) for who in members * 2))
    assert all(isinstance(result, Theme) for result in results), results
    assert meetings.themes_of(group).get().votes == 0


def test_the_same_theme_proposed_by_everybody_at_once_is_one(group, members):
    together(*(partial(meetings.propose_theme, group, text="Tekoäly", by=who) for who in members))
    assert [theme.votes for theme in meetings.themes_of(group)] == [6]


def test_a_series_planned_by_everybody_at_once_is_planned_once(group, members):
    first = group.cohort.first_day
    results = together(*(partial(meetings.plan, group, first_day=first, times=4, by=who) for who in members))
    assert sum(isinstance(result, list) for result in results) == 1
    assert {result.codes for result in results if isinstance(result, actions.Refused)} == {("no_days",)}
    assert Meeting.objects.count() == 4
    assert Mail.objects.filter(template="mentoring/meetings_planned").count() == 6


def test_a_season_called_off_while_meetings_are_planned_leaves_none_behind(group, members, uusimaa):
    by = builders.person("ake@porvoo.example")
    for n in range(4):
        cohort = builders.cohort(uusimaa, state="running", name_fi=f"Kausi {n}")
        one = builders.mentoring_group(cohort, *members)
        together(
            partial(meetings.plan, one, first_day=cohort.first_day, times=4, by=members[0]),
            partial(actions.cancel, cohort, reason="Rahoitus päättyi.", by=by),
        )
        assert not one.meetings.filter(cancelled_at=None).exists()


def test_two_runs_at_once_remind_each_member_once(group, members):
    builders.meeting(group, in_days=3)
    builders.meeting(group, in_days=1)
    Meeting.objects.update(changed_at=timezone.now() - timedelta(days=20))
    now = timezone.now() + timedelta(hours=3)
    results = together(*(partial(runner.run, reminders.RULES, now) for _ in range(4)))
    assert not any(isinstance(result, Exception) for result in results), results
    kinds = list(Mail.objects.order_by().values_list("template", flat=True))
    assert sorted(kinds) == ["mentoring/meets_soon"] * 6 + ["mentoring/theme_wanted"] * 6
