"""When a mentoring group is reminded of its theme and of its meeting: once, in time, and never afterwards."""

from datetime import time, timedelta

import pytest

from ake_portal import reminders
from ake_portal.lib import days
from mentoring import actions, meetings
from mentoring.models import Application, Meeting
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders

pytestmark = pytest.mark.django_db


def run(now):
    runner.run(reminders.RULES, now)


def reminded(kind):
    """Who has been reminded so far, as often as it has happened."""
    mails = Mail.objects.filter(template=f"mentoring/{kind}").order_by("person__email")
    return list(mails.values_list("person__email", flat=True))


def on(meeting, days_before, clock=time(9)):
    return days.days_before(meeting.starts_at, days_before, clock)


@pytest.fixture
def group(uusimaa, employee, colleague, now):
    """Aino and Linnea, members for a month."""
    made = builders.mentoring_group(builders.cohort(uusimaa, state="running"), employee, colleague)
    made.applications.update(state_since=now - timedelta(days=30))
    return made


@pytest.fixture
def meeting(group, now):
    made = builders.meeting(group, in_days=21)
    Meeting.objects.update(changed_at=now - timedelta(days=1))
    return made


BOTH = ["aino@askola.example", "linnea@loviisa.example"]


def test_five_days_before_a_meeting_without_a_theme_every_member_hears_of_the_leading_ones(
    group, meeting, employee, colleague
):
    for text in ("Kirjavinkkaus", "Hiljaiset lukijat", "Tekoäly", "Neljäs"):
        meetings.propose_theme(group, text=text, by=employee)
    for text in ("Hiljaiset lukijat", "Tekoäly", "Kirjavinkkaus"):
        meetings.propose_theme(group, text=text, by=colleague)
    run(on(meeting, 5, time(8, 59)))
    assert reminded("theme_wanted") == []
    run(on(meeting, 5))
    run(on(meeting, 5))
    run(on(meeting, 4))
    assert reminded("theme_wanted") == BOTH
    mail = Mail.objects.get(template="mentoring/theme_wanted", person=employee)
    assert all(text in mail.text for text in ("Hiljaiset lukijat", "Tekoäly", "Kirjavinkkaus"))
    assert "Neljäs" not in mail.text
    assert mail.is_secret
    assert "Kirjavinkkaus" not in mail.subject


def test_who_has_agreed_on_a_theme_is_not_asked_for_one(group, meeting, employee):
    theme = meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    meetings.agree(meeting, theme=theme, by=employee)
    run(on(meeting, 5))
    assert reminded("theme_wanted") == []
    meetings.agree(meeting, theme=None, by=employee)
    run(on(meeting, 3))  # a missed day is caught up
    assert reminded("theme_wanted") == BOTH


def test_the_day_before_each_member_hears_of_the_meeting_and_its_theme(group, meeting, employee):
    meetings.agree(meeting, theme=meetings.propose_theme(group, text="Hiljaiset lukijat", by=employee), by=employee)
    run(on(meeting, 1))
    run(on(meeting, 1, time(12)))
    assert reminded("meets_soon") == BOTH
    mail = Mail.objects.get(template="mentoring/meets_soon", person=employee)
    assert mail.subject.startswith("Huomenna klo 9")
    assert "Hiljaiset lukijat" in mail.text
    assert mail.is_secret


def test_a_reminder_of_the_theme_does_not_come_with_that_of_the_day_before(meeting):
    run(on(meeting, 1))
    assert reminded("theme_wanted") == []
    assert reminded("meets_soon") == BOTH


def test_nothing_comes_once_the_meeting_has_begun(meeting):
    run(meeting.starts_at)
    run(meeting.starts_at + timedelta(hours=1))
    assert reminded("meets_soon") == reminded("theme_wanted") == []


def test_reminders_move_with_the_meeting(group, meeting, employee):
    run(on(meeting, 5))
    assert reminded("theme_wanted") == BOTH
    before = on(meeting, 1)
    meeting = meetings.move(meeting, starts_at=meeting.starts_at + timedelta(days=14), by=employee)
    run(before)
    assert reminded("meets_soon") == []
    run(on(meeting, 5))
    assert reminded("theme_wanted") == [BOTH[0], BOTH[0], BOTH[1], BOTH[1]]
    run(on(meeting, 1))
    assert reminded("meets_soon") == BOTH


def test_a_meeting_moved_by_an_hour_is_not_reminded_of_anew(group, meeting, employee):
    run(on(meeting, 5))
    meeting = meetings.move(meeting, starts_at=meeting.starts_at + timedelta(hours=1), by=employee)
    run(on(meeting, 4))
    assert reminded("theme_wanted") == BOTH


def test_who_was_told_of_the_time_within_the_last_day_needs_no_reminder(meeting):
    Meeting.objects.update(changed_at=on(meeting, 1, time(15)))
    run(on(meeting, 0, time(8)))
    assert reminded("meets_soon") == []


def test_who_joined_inside_the_window_or_has_left_is_not_reminded(group, meeting, employee, colleague):
    Application.objects.filter(person=colleague).update(state_since=on(meeting, 1, time(10)))
    actions.leave(Application.objects.get(person=employee))
    run(on(meeting, 5))
    run(on(meeting, 1, time(12)))
    assert reminded("theme_wanted") == reminded("meets_soon") == []


def test_a_cancelled_meeting_or_season_reminds_nobody(uusimaa, group, meeting, employee, coordinator):
    other = builders.meeting(group, in_days=21, hours=(13, 14))
    meetings.cancel(meeting, by=employee)
    actions.cancel(group.cohort, reason="Rahoitus päättyi.", by=coordinator)
    for moment in (on(other, 5), on(other, 1)):
        run(moment)
    assert reminded("theme_wanted") == reminded("meets_soon") == []


@pytest.mark.parametrize("number", [1, 12])
def test_finding_reminders_takes_the_same_queries_for_many_meetings(
    group, employee, number, django_assert_num_queries, now
):
    for n in range(number):
        meetings.propose_theme(group, text=f"Teema {n}", by=employee)
        for in_days in (1, 3):
            builders.meeting(group, in_days=in_days, hours=(8 + n, 9 + n))
    Meeting.objects.update(changed_at=now - timedelta(days=1))
    rules = [rule for rule in reminders.RULES if rule.name in ("mentoring.theme_wanted", "mentoring.meets_soon")]
    with django_assert_num_queries(5):
        found = [item for rule in rules for item in rule.find(now, now)]
    assert len(found) == 2 * 2 * number
