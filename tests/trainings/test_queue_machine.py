"""Whatever people do in whatever order, the promises of the waiting list hold."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import builders
from trainings import actions
from trainings.models import Registration, Training

State = Registration.State
PEOPLE = 6
who = st.integers(0, PEOPLE - 1)


class Queue(RuleBasedStateMachine):
    """Six people, a training of two seats in ten days, and time that goes by."""

    @initialize(capacity=st.sampled_from([0, 1, 2, None]), joined=st.integers(2, PEOPLE))
    def begin(self, capacity, joined):
        Registration.objects.all().delete()
        region = builders.region(f"alue{next(builders.number)}")
        library = builders.library(region, "Kirjasto")
        self.people = builders.people(PEOPLE, library)
        self.training = builders.training(region, in_days=10, onsite_capacity=capacity)
        self.now = self.training.published_at
        self.held_before = 0
        for person in range(joined):
            self.sign_up(person)

    def live(self):
        return Registration.objects.live().filter(training=self.training)

    def of(self, person):
        return self.live().filter(person=self.people[person]).first()

    def attempt(self, action):
        with suppress(actions.Refused):
            action()

    def sign_up(self, person):
        self.attempt(lambda: actions.sign_up(self.training, person=self.people[person], now=self.now))

    @rule(person=who, what=st.sampled_from(["leave", "accept", "decline", "take"]))
    def act(self, person, what):
        """What the person can try: sign up when out; else leave, answer an offer or take a free seat."""
        registration = self.of(person)
        if registration is None:
            self.sign_up(person)
        elif registration.state == State.REGISTERED or what == "leave":
            self.attempt(lambda: actions.cancel(registration, by=registration.person, now=self.now))
        elif registration.state == State.OFFERED:
            self.attempt(lambda: actions.answer_offer(registration, accept=what != "decline", now=self.now))
        else:
            self.attempt(lambda: actions.take_free_seat(registration, now=self.now))

    @rule(hours=st.sampled_from([1, 20, 50]))
    def time_goes_by(self, hours):
        self.now += timedelta(hours=hours)
        actions.expire_all_offers(now=self.now)

    @rule(capacity=st.sampled_from([0, 1, 2, 3, None]))
    def change_capacity(self, capacity):
        Training.objects.filter(pk=self.training.pk).update(onsite_capacity=capacity)
        actions.sessions_changed(self.training, now=self.now)

    @invariant()
    def promises_hold(self):
        if not hasattr(self, "training"):
            return
        training = Training.objects.get(pk=self.training.pk)
        rows = list(self.live().order_by("pk"))
        people = [row.person_id for row in rows]
        assert len(people) == len(set(people)), "one live registration per person"
        held = sum(row.holds_seat for row in rows)
        waiting = [row for row in rows if row.state == State.WAITING]
        offered = [row for row in rows if row.state == State.OFFERED]
        over = training.onsite_capacity is not None and held > training.onsite_capacity
        if over:
            assert held <= self.held_before, "nobody gets a seat beyond the number of seats"
        self.held_before = held
        if self.now < training.offers_end_at and not over:
            free = training.free("onsite")
            assert not waiting or free == 0, "nobody waits while a seat is free"
        if waiting and offered:
            assert max(row.pk for row in offered) < min(row.pk for row in waiting), "seats are offered in order"
        for row in rows:
            assert (row.state == State.OFFERED) == row.offers.filter(answer="open").exists()


@pytest.mark.django_db
def test_any_order_of_events_keeps_the_promises_of_the_queue():
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # each step writes mails: shrinking would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
