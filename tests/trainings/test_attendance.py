"""Who was there: by session, all at once, by the owner and the co-organisers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications.models import Mail
from tests import builders
from trainings import actions
from trainings.models import Attendance, Registration

State = Registration.State


@pytest.fixture
def days_two(uusimaa, employee, colleague):
    """Two days; Aino and Linnea take part."""
    training = builders.training(uusimaa, sessions=2)
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    return training


def page(training, session):
    return reverse("trainings:session_attendance", args=[training.pk, session.pk])


def states(training):
    return dict(training.registrations.values_list("person__first_name", "state"))


def test_ticks_of_two_days_make_attended_and_absent(days_two, coordinator, employee, sign_in, time_machine):
    client = sign_in(coordinator)
    first, second = days_two.sessions.all()
    keys = list(days_two.registrations.values_list("pk", flat=True))
    aino = days_two.registrations.get(person=employee)
    time_machine.move_to(first.starts_at)
    client.post(page(days_two, first), {"listed": keys, "there": [aino.pk]})
    assert states(days_two) == {"Aino": State.ATTENDED, "Linnea": State.ABSENT}
    time_machine.move_to(second.starts_at)
    client.post(page(days_two, second), {"listed": keys, "everybody": "1"})
    assert states(days_two) == {"Aino": State.ATTENDED, "Linnea": State.ATTENDED}
    assert Attendance.objects.filter(was_there=True, marked_by=coordinator).count() == 3
    client.post(page(days_two, second), {"listed": keys})
    assert states(days_two) == {"Aino": State.ATTENDED, "Linnea": State.ABSENT}


def test_marks_can_be_taken_away(days_two, coordinator, sign_in, time_machine):
    session = days_two.sessions.first()
    time_machine.move_to(session.starts_at)
    keys = list(days_two.registrations.values_list("pk", flat=True))
    client = sign_in(coordinator)
    client.post(page(days_two, session), {"listed": keys, "everybody": "1"})
    client.post(page(days_two, session), {"listed": keys, "nobody_noted": "1"})
    assert not Attendance.objects.exists()
    assert set(states(days_two).values()) == {State.REGISTERED}


def test_somebody_who_signed_up_after_the_page_was_opened_is_not_noted_as_absent(
    days_two, coordinator, employee, sign_in, time_machine
):
    session = days_two.sessions.first()
    time_machine.move_to(session.starts_at)
    aino = days_two.registrations.get(person=employee)
    sign_in(coordinator).post(page(days_two, session), {"listed": [aino.pk], "there": [aino.pk]})
    assert states(days_two) == {"Aino": State.ATTENDED, "Linnea": State.REGISTERED}


def test_attendance_waits_for_the_sessions_day(days_two, coordinator, sign_in):
    session = days_two.sessions.first()
    key = days_two.registrations.first().pk
    client = sign_in(coordinator)
    client.post(page(days_two, session), {"listed": [key], "there": [key]})
    assert not Attendance.objects.exists()
    assert "all were there" not in client.get(page(days_two, session)).content.decode().lower()


def test_people_of_another_training_and_nonsense_are_left_alone(
    days_two, training, coordinator, employee, sign_in, time_machine
):
    other = actions.sign_up(training, person=employee)
    session = days_two.sessions.first()
    time_machine.move_to(session.starts_at)
    sign_in(coordinator).post(page(days_two, session), {"listed": [other.pk, "x", "-1", "²"], "there": [other.pk]})
    assert not Attendance.objects.exists()
    other.refresh_from_db()
    assert other.state == State.REGISTERED


def test_session_of_another_training_is_not_found(days_two, training, coordinator, sign_in):
    assert sign_in(coordinator).get(page(days_two, training.sessions.first())).status_code == 404


def test_who_waits_is_not_on_the_attendance_list(uusimaa, coordinator, employee, colleague, sign_in, time_machine):
    training = builders.training(uusimaa, onsite_capacity=1)
    actions.sign_up(training, person=employee)
    waiting = actions.sign_up(training, person=colleague)
    session = training.sessions.get()
    time_machine.move_to(session.starts_at)
    client = sign_in(coordinator)
    assert [row.person for row in client.get(page(training, session)).context["rows"]] == [employee]
    client.post(page(training, session), {"listed": [waiting.pk], "there": [waiting.pk]})
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING


def test_co_organisers_tick_and_others_do_not(
    days_two, lapland, other_coordinator, employee, director, sign_in, time_machine
):
    session = days_two.sessions.first()
    time_machine.move_to(session.starts_at)
    key = days_two.registrations.first().pk
    for person in (employee, director, other_coordinator):
        assert sign_in(person).post(page(days_two, session), {"listed": [key]}).status_code == 404
    days_two.co_organisers.add(lapland)
    sign_in(other_coordinator).post(page(days_two, session), {"listed": [key], "there": [key]})
    assert Attendance.objects.get().marked_by == other_coordinator


def test_attendance_opens_at_the_session_of_today(days_two, coordinator, sign_in, time_machine):
    first, second = days_two.sessions.all()
    client = sign_in(coordinator)
    reached = []
    for moment in (None, first.starts_at, second.ends_at):
        if moment:
            time_machine.move_to(moment)
        reached.append(client.get(reverse("trainings:attendance", args=[days_two.pk])).url)
    assert reached == [page(days_two, first), page(days_two, first), page(days_two, second)]


@pytest.mark.parametrize("number", [1, 30])
def test_noting_attendance_takes_the_same_number_of_queries_for_one_and_for_thirty(
    uusimaa, coordinator, time_machine, django_assert_num_queries, number
):
    training = builders.training(uusimaa)
    for person in builders.people(number):
        actions.sign_up(training, person=person, by=coordinator)
    session = training.sessions.get()
    time_machine.move_to(session.starts_at)
    marks = dict.fromkeys(training.registrations.values_list("pk", flat=True), True)
    with django_assert_num_queries(7):
        actions.mark_attendance(training, session=session, was_there=marks, by=coordinator)
    assert set(training.registrations.values_list("state", flat=True)) == {State.ATTENDED}


@pytest.mark.parametrize("number", [1, 30])
def test_attendance_page_takes_seven_queries(
    uusimaa, coordinator, sign_in, time_machine, django_assert_num_queries, number
):
    training = builders.training(uusimaa)
    for person in builders.people(number):
        actions.sign_up(training, person=person, by=coordinator)
    session = training.sessions.get()
    time_machine.move_to(session.starts_at)
    client = sign_in(coordinator)
    with django_assert_num_queries(7):
        client.get(page(training, session))


def test_moved_second_day_is_told_to_those_marked_on_the_first(days_two, coordinator, time_machine):
    first, second = days_two.sessions.all()
    time_machine.move_to(first.ends_at)
    marks = dict.fromkeys(days_two.registrations.values_list("pk", flat=True), True)
    actions.mark_attendance(days_two, session=first, was_there=marks, by=coordinator)
    before = actions.snapshot(days_two)
    second.starts_at += timedelta(hours=1)
    second.save()
    actions.sessions_changed(days_two, before=before)
    assert Mail.objects.filter(template="trainings/moved").count() == 2
