"""200 people for 20 seats, at least 50 at any moment, on PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client

from ake_portal import reminders
from ake_portal.lib import days
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders
from trainings import actions
from trainings.models import Registration

PEOPLE, SEATS, AT_ONCE = 200, 20, 40
pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def crowd():
    """(training, people): everybody may sign up, few will get a seat."""
    region = builders.region("testi")
    library = builders.library(region, "Testikirjasto")
    return builders.training(region, onsite_capacity=SEATS), builders.people(PEOPLE, library)


def race(do, people):
    """`do(person)` for all, in 40 threads with a connection each; the first 40 leave one line together. Returns the results."""
    line = Barrier(AT_ONCE)
    first = set(people[:AT_ONCE])

    def run(person):
        connection.ensure_connection()
        if person in first:
            line.wait(30)
        try:
            return do(person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, people))


def assert_one_definite_order(training):
    states = Counter(training.registrations.values_list("state", flat=True))
    assert states == {"registered": SEATS, "waiting": PEOPLE - SEATS}
    registrations = list(training.registrations.order_by("pk"))
    assert [registration.state for registration in registrations[:SEATS]] == ["registered"] * SEATS
    assert [registration.queue_position for registration in registrations[SEATS:]] == [*range(1, PEOPLE - SEATS + 1)]
    assert [registration.pk for registration in training.registrations.queue("onsite")] == [
        registration.pk for registration in registrations[SEATS:]
    ]
    assert Counter(Mail.objects.values_list("template", flat=True)) == {
        "trainings/confirmed": SEATS,
        "trainings/queued": PEOPLE - SEATS,
    }


def test_200_people_race_for_20_seats_by_the_action(crowd):
    training, people = crowd
    results = race(lambda person: actions.sign_up(training, person=person), people)
    assert_one_definite_order(training)
    told = sorted(result.queue_position for result in results if result.state == Registration.State.WAITING)
    assert told == [*range(1, PEOPLE - SEATS + 1)], "everybody was told a place of their own"


def test_200_people_race_for_20_seats_by_the_page(crowd):
    training, people = crowd
    clients = {}
    for person in people:
        clients[person] = Client()
        clients[person].force_login(person)
    page = f"/fi/trainings/{training.pk}/sign-up/"
    answers = race(lambda person: clients[person].post(page).status_code, people)
    assert answers == [302] * PEOPLE
    assert_one_definite_order(training)


def test_a_freed_seat_is_offered_once_however_many_leave_at_once(crowd):
    training, people = crowd
    for person in people[: 2 * SEATS]:
        actions.sign_up(training, person=person)
    seats = list(training.registrations.filter(state="registered").select_related("training", "person"))
    line = Barrier(SEATS)

    def leave(registration):
        line.wait(30)
        try:
            actions.cancel(registration, by=registration.person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SEATS) as threads:
        list(threads.map(leave, seats))
    assert Counter(training.registrations.values_list("state", flat=True)) == {"cancelled": SEATS, "offered": SEATS}


def test_two_reminder_runs_at_once_remind_everybody_once(crowd):
    training, people = crowd
    for person in people[:SEATS]:
        actions.sign_up(training, person=person)
    now = days.days_before(training.starts_at, 1, time(9))
    line = Barrier(2)

    def run(_):
        rules = [replace(rule, find=together(rule.find)) for rule in reminders.RULES]
        try:
            return runner.run(rules, now)
        finally:
            connections.close_all()

    def together(find):
        def found(since, until):
            items = list(find(since, until))
            line.wait(30)
            return items

        return found

    with ThreadPoolExecutor(2) as threads:
        handed = list(threads.map(run, range(2)))
    assert sum(handed) > SEATS, "both runs found the same people"
    posted = Mail.objects.filter(template="trainings/starts_soon").values_list("person", flat=True)
    assert sorted(posted) == sorted(person.pk for person in people[:SEATS])
