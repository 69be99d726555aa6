from datetime import datetime, time, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from ake_portal import reminders
from ake_portal.lib import days
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders
from trainings import actions
from trainings.models import Registration, Session
from trainings.reminders import RULES

pytestmark = pytest.mark.django_db
DAY, WEEK = "trainings.day", "trainings.week"


def run(now):
    return runner.run(reminders.RULES, now)


def reminded():
    """(kind of rule, person) of every reminder in the outbox."""
    mails = Mail.objects.filter(template="trainings/starts_soon").order_by("pk")
    return [(mail.key.split(":")[0].removeprefix("trainings/"), mail.person) for mail in mails]


def on(training, days_before, clock):
    """The moment `clock` that many days before the training."""
    return days.days_before(training.starts_at, days_before, clock)


def move(training, delta):
    """Move the first session, as the admin does."""
    before = actions.snapshot(training)
    session = training.sessions.first()
    session.starts_at += delta
    session.ends_at += delta
    session.save()
    return actions.sessions_changed(training, before=before)


def test_who_travels_is_reminded_a_week_and_a_day_before_and_each_once(training, employee):
    actions.sign_up(training, person=employee)
    assert [run(on(training, 8, time(12))), reminded()] == [0, []]
    for _ in range(2):
        run(on(training, 7, time(9)))
        assert reminded() == [("week", employee)]
    assert run(on(training, 1, time(8, 59))) == 0
    for clock in (time(9), time(9, 10), time(23)):
        run(on(training, 1, clock))
        assert reminded() == [("week", employee), ("day", employee)]


def test_who_takes_part_remotely_is_reminded_the_day_before_only(uusimaa, employee):
    webinar = builders.training(uusimaa, format="remote", onsite_capacity=None)
    actions.sign_up(webinar, person=employee)
    run(on(webinar, 7, time(9)))
    assert reminded() == []
    run(on(webinar, 1, time(9)))
    assert reminded() == [("day", employee)]


def test_a_missed_day_is_caught_up_but_never_after_the_start(training, employee, colleague):
    actions.sign_up(training, person=employee)
    run(on(training, 4, time(15)))
    assert reminded() == [("week", employee)]
    run(training.starts_at - timedelta(minutes=1))
    assert reminded() == [("week", employee), ("day", employee)]
    Mail.objects.all().delete()
    for moment in (training.starts_at, training.starts_at + timedelta(hours=2), training.ends_at + timedelta(days=1)):
        assert run(moment) == 0


def test_who_joined_inside_the_window_is_not_reminded(training, employee, colleague):
    actions.sign_up(training, person=employee, now=on(training, 7, time(8, 59)))
    actions.sign_up(training, person=colleague, now=on(training, 7, time(9, 1)))
    run(on(training, 7, time(9, 10)))
    assert reminded() == [("week", employee)]
    run(on(training, 1, time(9)))
    assert reminded() == [("week", employee), ("day", employee), ("day", colleague)]


def test_who_left_or_waits_is_not_reminded_nor_anybody_of_a_cancelled_training(uusimaa, employee, colleague, director):
    training = builders.training(uusimaa, onsite_capacity=2)
    leaver = actions.sign_up(training, person=employee)
    actions.sign_up(training, person=director)
    actions.sign_up(training, person=colleague)
    Registration.objects.filter(person=colleague).update(state=Registration.State.WAITING)
    actions.cancel(leaver, by=employee)
    Registration.objects.filter(person=colleague).update(state=Registration.State.WAITING)
    run(on(training, 7, time(9)))
    assert reminded() == [("week", director)]
    actions.cancel_training(training)
    assert run(on(training, 1, time(9))) == 0


def test_a_reminder_moves_with_the_training(training, employee):
    actions.sign_up(training, person=employee)
    first_day = on(training, 1, time(9))
    training = move(training, timedelta(days=3))
    assert run(first_day) == 1 and reminded() == [("week", employee)], "four days before is inside the week only"
    run(on(training, 1, time(9)))
    assert reminded() == [("week", employee), ("day", employee)]


def test_who_was_reminded_is_reminded_again_of_another_day_but_not_of_another_hour(training, employee, time_machine):
    actions.sign_up(training, person=employee)
    run(on(training, 1, time(9)))
    assert reminded()[-1] == ("day", employee)
    number = len(reminded())
    time_machine.move_to(on(training, 1, time(10)))
    training = move(training, timedelta(hours=1))
    assert run(on(training, 1, time(11))) == 0, "the mail about the move has just said it"
    training = move(training, timedelta(days=14))
    run(on(training, 1, time(9)))
    assert reminded()[number:] == [("day", employee)]


def test_each_day_of_a_series_is_reminded_also_when_attendance_is_marked(uusimaa, employee, coordinator):
    training = builders.training(uusimaa)
    first = training.sessions.get()
    second = Session.objects.create(
        training=training, starts_at=first.starts_at + timedelta(days=14), ends_at=first.ends_at + timedelta(days=14)
    )
    actions.sessions_changed(training)
    registration = actions.sign_up(training, person=employee)
    run(on(training, 1, time(9)))
    actions.mark_attendance(
        training, session=first, was_there={registration.pk: True}, by=coordinator, now=second.starts_at
    )
    number = len(reminded())
    run(days.days_before(second.starts_at, 1, time(9)))
    assert ("day", employee) in reminded()[number:]


def test_one_broken_reminder_stops_no_other(training, employee, caplog):
    actions.sign_up(training, person=employee)
    now = on(training, 1, time(9))

    def broken():
        raise ValueError("broken")

    bad = runner.Due("broken", now, training.starts_at, employee, "", broken)
    assert runner.run([runner.Rule("test", "", lambda since, until: [bad]), *RULES], now) == 1
    assert "The reminder broken could not be written" in caplog.text and employee.email not in caplog.text


def test_the_list_of_what_comes_holds_what_the_runs_will_send(training, employee, colleague, now):
    for person in (employee, colleague):
        actions.sign_up(training, person=person)
    coming = runner.coming(reminders.RULES, now, now + timedelta(days=30))
    assert [(rule.name, item.person, item.send_at) for rule, item in coming] == [
        (WEEK, employee, on(training, 7, time(9))),
        (WEEK, colleague, on(training, 7, time(9))),
        (DAY, employee, on(training, 1, time(9))),
        (DAY, colleague, on(training, 1, time(9))),
    ]
    for hour in range(24 * 30):
        run(now + timedelta(hours=hour))
    assert {mail.key for mail in Mail.objects.filter(template="trainings/starts_soon")} == {
        item.key for _, item in coming
    }
    assert runner.coming(reminders.RULES, now, now + timedelta(days=30)) == []


def test_the_command_runs_reminders_as_of_a_day(training, employee, capsys):
    actions.sign_up(training, person=employee)
    call_command("run_reminders", as_of=on(training, 1, time(9)).strftime("%Y-%m-%dT%H:%M"))
    assert reminded() == [("day", employee)]
    assert capsys.readouterr().out.startswith("1 reminders posted as of 2026-10-26 09:00")


def test_finding_reminders_takes_the_same_queries_for_many_people(training, askola, django_assert_num_queries, now):
    for number in (1, 30):
        for person in builders.people(number, askola):
            actions.sign_up(training, person=person)
        with django_assert_num_queries(31):
            assert runner.coming(reminders.RULES, now, now + timedelta(days=30))


MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2027, 5, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=days.HELSINKI)
)


@settings(deadline=None)
@given(starts_at=MOMENTS, days_before=st.integers(1, 14))
def test_a_reminder_comes_at_nine_on_its_day_whatever_summer_time_does(starts_at, days_before):
    moment = days.local(days.days_before(starts_at, days_before, time(9)))
    assert (moment.time(), (days.local(starts_at).date() - moment.date()).days) == (time(9), days_before)


@settings(deadline=None)
@given(
    send_at=MOMENTS,
    lives_for=st.timedeltas(timedelta(minutes=1), timedelta(days=8)),
    runs=st.lists(MOMENTS, max_size=20),
)
def test_whenever_runs_come_a_reminder_is_sent_in_its_window_or_not_at_all(send_at, lives_for, runs):
    """Pure: the runner's window, with an outbox of its own instead of the database."""
    sent = []
    item = runner.Due("key", send_at, send_at + lives_for, None, "", lambda: None)
    for now in sorted(runs):
        if runner.is_due(item, now) and not sent:
            sent.append(now)
    inside = [now for now in sorted(runs) if send_at <= now < send_at + lives_for]
    assert sent == inside[:1]
