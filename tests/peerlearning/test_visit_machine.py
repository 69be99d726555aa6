"""Whatever people do with a visit in whatever order: its states are those of the table, and the money adds up."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ake_portal.lib import days
from budgets import actions as books
from budgets.models import Booking
from peerlearning import actions, consents, workflow
from peerlearning.models import Consent, CostLine, Visit
from tests import builders

State = Visit.State
TARGETS = {(source, move.target) for move in workflow.VISIT.values() for source in move.sources}
PLANNED = Decimal("300.00")
euros = st.sampled_from(["5.00", "40.00", "45.00", "120.00", "290.00", "301.00"])


class Trip(RuleBasedStateMachine):
    """A visit from one library to another, a plan of 300 €, and all who have a say."""

    @initialize(cost=euros, is_sent=st.sampled_from([True, True, True, False]))
    def begin(self, cost, is_sent):
        self.number = next(builders.number)
        region = builders.region(f"alue{self.number}")
        home, away = builders.library(region, "Koti"), builders.library(region, "Kohde")
        self.people = {
            "employee": builders.person(library=home),
            "director": builders.person(library=home),
            "host": builders.person(library=away),
            "coordinator": builders.person(),
            "stranger": builders.person(library=away),
        }
        home.director, away.director = self.people["director"], self.people["host"]
        home.save()
        away.save()
        region.coordinators.add(self.people["coordinator"])
        self.plan = builders.travel_plan(region, PLANNED)
        self.now = timezone.now()
        self.place = builders.branch(away, "Pääkirjasto")
        self.let_past, self.kept = False, Decimal(0)
        self.begin_another(cost, is_sent)

    def begin_another(self, cost, is_sent=True):
        """A new trip of the same people on the same plan."""
        self.visit = builders.visit(self.people["employee"], self.place, ticket=cost)
        leaves_at = days.at(timezone.localdate(self.now) + timedelta(days=30), time(8))
        clocks = [leaves_at + timedelta(hours=hours) for hours in (0, 9, 1, 2)]
        self.write(self.visit, self.visit.stops.get(), *clocks, Decimal(cost))
        self.state = State.DRAFT
        if is_sent:
            self.submit()

    @rule(cost=euros)
    def plan_anew(self, cost):
        """When a trip has come to its end, the next begins."""
        visit = self.fresh()
        if visit.state in (State.DONE, State.DECLINED, State.CANCELLED, State.LAPSED):
            self.kept += visit.expense.open_sums()["committed"] if visit.expense else 0
            self.begin_another(cost)

    def attempt(self, action):
        """Try it, and see that a refusal changes nothing."""
        before = self.picture()
        try:
            action()
        except books.Refused:
            assert self.picture() == before

    def picture(self):
        visit = Visit.objects.get(pk=self.visit.pk)
        return (
            visit.state,
            visit.revision,
            Booking.objects.count(),
            sorted(visit.consents.values_list("pk", "state")),
            visit.steps.count(),
        )

    @rule()
    def submit(self):
        self.attempt(lambda: actions.submit(self.visit, by=self.people["employee"], now=self.now))

    @rule(
        kind=st.sampled_from(["host", "director", "ake"]),
        who=st.sampled_from(["right", "right", "right", "right", "host", "coordinator", "employee", "stranger"]),
        how=st.sampled_from(["yes", "yes", "change", "no"]),
    )
    def somebody_decides(self, kind, who, how):
        """Anybody tries to give any consent; only the right one may."""
        self.decide(kind, who, how)

    def decide(self, kind, who, how):
        consent = self.visit.consents.filter(kind=kind).order_by("-pk").first()
        if consent is None:
            return
        right = {"host": "host", "director": "director", "ake": "coordinator"}[kind]
        who = right if who == "right" else who
        options = {"by": self.people[who], "now": self.now}
        act = {"yes": actions.consent, "change": actions.ask_change, "no": actions.decline}[how]
        if how != "yes":
            options["message"] = "Syy."
        before = Consent.objects.get(pk=consent.pk).state
        self.attempt(lambda: act(consent, **options))
        if who != right:
            assert Consent.objects.get(pk=consent.pk).state == before

    @rule(kind=st.sampled_from(["host", "director", "ake"]))
    def agree(self, kind):
        self.decide(kind, "right", "yes")

    @rule()
    def all_agree(self):
        for kind in ("host", "director", "ake"):
            self.decide(kind, "right", "yes")

    @rule()
    def let_past_the_line(self):
        consent = self.visit.consents.open().filter(kind="ake").first()
        if consent is not None and self.fresh().state == State.SUBMITTED:
            self.attempt(
                lambda: actions.consent(consent, by=self.people["coordinator"], override="Sovittu.", now=self.now)
            )
            self.let_past = (
                self.let_past or Booking.objects.exclude(override_reason="").filter(line__plan=self.plan).exists()
            )

    @rule(cost=euros, days_later=st.sampled_from([0, 0, 3]))
    def change(self, cost, days_later):
        """Another cost, perhaps another day; undone when it is refused."""
        visit = self.fresh()
        if visit.state not in (State.DRAFT, State.SUBMITTED, State.APPROVED) or visit.leaves_at <= self.now:
            return
        stop = visit.stops.get()
        before = (visit.leaves_at, visit.returns_at, stop.starts_at, stop.ends_at, visit.costs.get().amount)
        shift = timedelta(days=days_later)
        self.write(visit, stop, *(moment + shift for moment in before[:4]), Decimal(cost))
        if visit.state == State.DRAFT:
            return
        try:
            actions.change(visit, by=self.people["employee"], left_at=before[0], now=self.now)
        except books.Refused:
            self.write(visit, stop, *before)

    def write(self, visit, stop, leaves_at, returns_at, starts_at, ends_at, cost):
        Visit.objects.filter(pk=visit.pk).update(leaves_at=leaves_at, returns_at=returns_at)
        type(stop).objects.filter(pk=stop.pk).update(starts_at=starts_at, ends_at=ends_at)
        CostLine.objects.filter(visit=visit).update(amount=cost)

    @rule(who=st.sampled_from(["employee", "coordinator", *["nobody"] * 6]))
    def cancel(self, who):
        if who == "nobody":
            return
        self.attempt(lambda: actions.cancel(self.visit, by=self.people[who], reason="Syy.", now=self.now))

    @rule(number=st.sampled_from([1, 1, 1, 40]))
    def time_goes_by(self, number):
        self.now = days.at(timezone.localdate(self.now) + timedelta(days=number), time(9))
        actions.tick(self.now)

    def fresh(self):
        return Visit.objects.get(pk=self.visit.pk)

    @invariant()
    def every_step_is_one_of_the_table(self):
        if not hasattr(self, "visit"):
            return
        state = self.fresh().state
        # one action may take two steps: the last consent approves
        middle = {target for source, target in TARGETS if source == self.state}
        assert state == self.state or state in middle or any((one, state) in TARGETS for one in middle), (
            self.state,
            state,
        )
        self.state = state

    @invariant()
    def the_money_is_that_of_the_visit(self):
        if not hasattr(self, "visit"):
            return
        visit, line = self.fresh(), self.plan.lines.with_sums().get()
        bound = visit.expense.open_sums() if visit.expense else {"reserved": 0, "committed": 0, "spent": 0}
        assert line.left == PLANNED - self.kept - bound["reserved"] - bound["committed"] - bound["spent"]
        assert all(value >= 0 for value in bound.values())
        if not self.let_past:
            assert line.left >= 0
        if visit.state == State.APPROVED:
            assert bound["committed"] == visit.total and bound["reserved"] == 0
        if visit.state in (State.DRAFT, State.DECLINED, State.CANCELLED, State.LAPSED):
            assert bound["committed"] == bound["reserved"] == 0

    @invariant()
    def an_approved_visit_has_every_consent(self):
        if not hasattr(self, "visit"):
            return
        visit = self.fresh()
        current = visit.consents.current()
        if visit.state in (State.APPROVED, State.DONE):
            assert {consent.kind for consent in current.filter(state="given")} == {"host", "director", "ake"}
            assert not current.exclude(state="given").exists() and not consents.to_ask(visit)
        if visit.state != State.SUBMITTED:
            assert not current.filter(state="open").exists()


@pytest.mark.django_db
def test_no_sequence_of_moves_leads_to_an_illegal_state_or_to_money_that_does_not_add_up():
    builders.km_rates()
    run_state_machine_as_test(
        Trip,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,  # each step writes mails
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
