"""Whatever people do with travel claims in whatever order: states are those of the table, and every cent is accounted for."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ake_portal.lib.uploads import examine
from budgets import actions as books
from budgets.models import Booking, BudgetLine
from peerlearning import claims, workflow
from peerlearning.models import Claim, KmRate, Visit
from tests import builders

State = Claim.State
CAST = ("one", "other", "checker", "both", "approver", "director", "stranger", "superuser")
# Who may do what; one of the travellers, too, works for the AKE and is named to approve
STAFF, NAMED = {"other", "checker", "both", "superuser"}, {"other", "both", "approver"}
PLANNED = 40_000  # cents
BOUND = 5_000  # cents that a visit binds beforehand
STEP_KM, HIGH, LOW, PASSENGER = 200, 55, 30, 4  # cents a kilometre

MOVES = ["begin", "write", "send", "check", "send_back", "approve", "approve", "pay", "waive"]
TYPED = {
    "write": {
        "km": [0, 60, 150, 151],
        "passengers": [0, 1, 2],
        "cost": [0, 2_340, 9_999, 30_000],
        "vat": [0, 278, 1_203],
    },
    "approve": {"override": ["", "Sovittu."]},
}


def is_step(move, old, new):
    """Whether the table has it. What is begun, or waived, for the first time has no state before; begun twice it stays."""
    if old is None:
        return (move, new) in {("begin", State.DRAFT), ("waive", State.WAIVED)}
    steps = [workflow.CLAIM[name] for name in (("write", "complete") if move == "write" else (move,))]
    return any(old in step.sources and new == step.target for step in steps) or move == "begin" and old == new


class Ledger:
    """The books kept once more, in whole cents, from nothing but what was typed and who succeeded."""

    def __init__(self):
        self.bound, self.spent, self.elsewhere, self.let_past = {}, {}, 0, False
        self.driven = Counter()

    @property
    def left(self):
        return PLANNED - sum(self.bound.values()) - sum(self.spent.values()) - self.elsewhere

    def take(self, visit, cents):
        """A claim is paid from what its visit bound first; returns what the line must still have."""
        self.bound[visit] -= (from_bound := min(self.bound[visit], cents))
        self.spent[visit] += cents
        return cents - from_bound

    def cents_for(self, who, asked):
        """What a claim for `asked` comes to without VAT, after what `who` was paid this year."""
        low = min(asked["km"], max(0, self.driven[who] + asked["km"] - STEP_KM))
        own = (asked["km"] - low) * HIGH + low * LOW
        return own + asked["km"] * asked["passengers"] * PASSENGER + asked["cost"] - asked["vat"]


class Claims(RuleBasedStateMachine):
    """Two travellers of a visit, whoever has a say, and a line of 400 € that others draw on."""

    reached, refused = Counter(), Counter()

    @initialize()
    def set_out(self):
        number = next(builders.number)
        region = builders.region(f"lasku{number}")
        home, away = builders.library(region, "Koti"), builders.library(region, "Kohde")
        at = {"one": home, "other": home, "director": home, "stranger": away}
        self.people = {name: builders.person(library=at.get(name)) for name in CAST if name != "superuser"}
        self.people["superuser"] = builders.person(is_superuser=True)
        home.director = self.people["director"]
        home.save()
        region.coordinators.add(*(self.people[name] for name in STAFF - {"superuser"}))
        for name in NAMED:
            builders.approver(region, self.people[name])
        self.away, self.ledger, self.days_ago, self.tries = away, Ledger(), 2, 0
        self.plan = builders.travel_plan(region, Decimal(PLANNED) / 100)
        self.set_out_again()

    def set_out_again(self):
        """Another visit of the two, made a day before the last."""
        self.days_ago += 1
        self.visit = builders.made_visit(
            self.people["one"],
            self.away,
            plan=self.plan,
            by=self.people["checker"],
            others=[self.people["other"]],
            committed=Decimal(BOUND) / 100,
            days_ago=self.days_ago,
            costs={"km": "50"},
        )
        self.ledger.bound[self.visit.pk], self.ledger.spent[self.visit.pk] = BOUND, 0
        self.states, self.asked, self.checked_by = {"one": None, "other": None}, {}, {}

    # Trying

    def claim(self, whose):
        return Claim.objects.filter(traveller__visit=self.visit, person=self.people[whose]).first()

    def picture(self):
        rows = Claim.objects.filter(traveller__visit=self.visit).order_by("pk")
        return (
            list(rows.values_list("state", "revision", "amount", "booking", "checked_by", "approved_by")),
            Booking.objects.count(),
            Visit.objects.get(pk=self.visit.pk).state,
        )

    def attempt(self, move, whose, act):
        """Whether it was done; a refusal changes nothing, what is done is a step of the table."""
        before = self.picture()
        try:
            act()
        except claims.Refused as refused:
            assert self.picture() == before, (move, refused.code)
            self.refused[refused.code] += 1
            return False
        old, new = self.states[whose], self.claim(whose).state
        assert is_step(move, old, new), (move, old, new)
        self.states[whose] = new
        self.reached[new] += 1
        return True

    def who(self, name, right):
        return right if name == "right" else name

    @rule(seed=st.integers(0, 2**32))
    def people_try(self, seed):
        """Moves drawn evenly from the seed: of several rules, hypothesis leaves some out of most examples."""
        self.tries += 1
        chance = Random(f"{seed} {self.tries}")  # hypothesis likes zeros: a zero is something else each time
        for _ in range(3):
            move, whose = chance.choice(MOVES), chance.choice(["one", "other"])
            typed = self.typed(move, chance)
            getattr(self, move)(whose, chance.choice([*["right"] * 6, *CAST]), **typed)
            self.the_books_agree_with_the_other_ledger()
        getattr(
            self,
            chance.choice(["others_draw_on_the_line", "others_draw_on_the_line", "settle", "settle", *["go_on"] * 4]),
        )(chance)

    def typed(self, move, chance):
        return {name: chance.choice(values) for name, values in TYPED.get(move, {}).items()}

    # The traveller

    def begin(self, whose, who):
        who = self.who(who, whose)
        traveller = self.visit.travellers.get(person=self.people[whose])
        if self.attempt("begin", whose, lambda: claims.begin(traveller, by=self.people[who])):
            assert who == whose
            if whose not in self.asked:
                self.write(whose, "right", 10, 0, 0, 0)

    def write(self, whose, who, km, passengers, cost, vat):
        claim, who = self.claim(whose), self.who(who, whose)
        if claim is None:
            return
        by_car = {"km": km, "passengers": ", ".join(["Leo Lukija"] * passengers)} if km else {"mode": "bus", "km": None}
        vat = vat if cost else 0
        costs = [
            {
                "kind": "lodging",
                "text": "Hotelli, 1 yö",
                "amount": Decimal(cost) / 100,
                "vat": Decimal(vat) / 100,
                "receipts": [examine(builders.photo())],
            }
        ]
        texts = {"purpose": "Oppia", "no_transit_reason": "Bussia ei kulje."}
        legs = [builders.leg(self.visit, **by_car)]

        def act():
            claims.save(claim, by=self.people[who], legs=legs, costs=costs if cost else [], **texts)

        if self.attempt("write", whose, act):
            assert who == whose
            self.asked[whose] = {"km": km, "passengers": passengers if km else 0, "cost": cost, "vat": vat}

    def send(self, whose, who):
        who = self.who(who, whose)
        if (claim := self.claim(whose)) and self.attempt(
            "send", whose, lambda: claims.send(claim, by=self.people[who])
        ):
            assert who == whose

    def waive(self, whose, who):
        who = self.who(who, whose)
        traveller = self.visit.travellers.get(person=self.people[whose])
        if self.attempt("waive", whose, lambda: claims.waive(traveller, by=self.people[who])):
            assert who == whose
            self.asked.pop(whose, None)

    # Those who decide

    def check(self, whose, who):
        who = self.who(who, "both")
        if (claim := self.claim(whose)) and self.attempt(
            "check", whose, lambda: claims.check(claim, by=self.people[who])
        ):
            assert who in STAFF - {whose}
            self.checked_by[whose] = who

    def send_back(self, whose, who):
        who = self.who(who, "checker")
        if claim := self.claim(whose):
            was = self.states[whose]
            if self.attempt("send_back", whose, lambda: claims.send_back(claim, by=self.people[who], note="Syy.")):
                assert who in (STAFF | NAMED if was == State.CHECKED else STAFF) - {whose}

    def approve(self, whose, who, override):
        claim, who = self.claim(whose), self.who(who, "approver")
        if claim is None:
            return
        room = self.ledger.left
        if not self.attempt("approve", whose, lambda: claims.approve(claim, by=self.people[who], override=override)):
            return
        assert who in NAMED - {whose, self.checked_by[whose]}, (
            "whom the region has named, neither traveller nor checker"
        )
        asked = self.asked[whose]
        cents = self.ledger.cents_for(whose, asked)
        booking = self.claim(whose).booking
        assert booking.spent * 100 == cents and booking.vat * 100 == asked["vat"]
        needed = self.ledger.take(self.visit.pk, cents)
        self.ledger.driven[whose] += asked["km"]
        is_over = needed > max(room, 0)
        assert booking.override_reason == (override if is_over else "") and (override or not is_over)
        self.ledger.let_past = self.ledger.let_past or is_over

    def pay(self, whose, who):
        who = self.who(who, "checker")
        if (claim := self.claim(whose)) and self.attempt("pay", whose, lambda: claims.pay(claim, by=self.people[who])):
            assert who in STAFF - {whose}

    def go_on(self, chance):
        """From wherever a claim stands some steps of the right way; before each, anybody and who may have checked try it."""
        whose, end = (
            chance.choice(["one", "other"]),
            chance.choice([["send_back"], ["approve"], *[["approve", "pay"]] * 2]),
        )
        for move in ("begin", "write", "send", "check", *end):
            typed = self.typed(move, chance)
            for who in (chance.choice(CAST), "both", "right"):
                getattr(self, move)(whose, who, **typed)

    # The AKE

    def others_draw_on_the_line(self, chance):
        cents = self.ledger.left * chance.choice([50, 97]) // 100
        if cents <= 0:
            return
        expense = builders.expense(self.plan, by=self.people["checker"], text="Muu")
        books.commit(expense, Decimal(cents) / 100, by=self.people["checker"])
        self.ledger.elsewhere += cents

    def settle(self, chance):
        """Only when nothing waits; then the two set out again if the line has room."""
        for whose, state in list(self.states.items()):
            if state == State.APPROVED:
                self.pay(whose, "right")
            elif state in (None, *Claim.UNSENT):
                self.waive(whose, "right")
        try:
            claims.close_visit(self.visit, by=self.people["checker"])
        except claims.Refused as refused:
            is_open = bool(set(self.states.values()) - set(Claim.SETTLED))
            assert refused.code == ("open_claims" if is_open else "not_made")
            return
        assert set(self.states.values()) <= set(Claim.SETTLED)
        self.ledger.bound[self.visit.pk] = 0
        if self.ledger.left >= BOUND:
            self.set_out_again()

    @invariant()
    def the_books_agree_with_the_other_ledger(self):
        if not hasattr(self, "visit"):
            return
        line = BudgetLine.objects.with_sums().get(plan=self.plan)
        assert line.left * 100 == self.ledger.left
        assert line.left >= 0 or self.ledger.let_past
        for visit in Visit.objects.filter(pk__in=self.ledger.bound):
            sums = visit.expense.open_sums()
            assert {name: euros * 100 for name, euros in sums.items()} == {
                "reserved": 0,
                "committed": self.ledger.bound[visit.pk],
                "spent": self.ledger.spent[visit.pk],
            }

    @invariant()
    def nobody_decides_alone_nor_on_the_own_claim(self):
        if not hasattr(self, "visit"):
            return
        for claim in Claim.objects.filter(traveller__visit__in=list(self.ledger.bound)):
            deciders = [key for key in (claim.checked_by_id, claim.approved_by_id) if key]
            assert claim.person_id not in deciders and len(deciders) == len(set(deciders))
            assert (claim.booking_id is not None) == (claim.state in (State.APPROVED, State.PAID))
            assert min(claim.own_km_amount, claim.passenger_amount, claim.costs_amount, claim.vat, claim.net) >= 0


@pytest.mark.django_db
def test_no_sequence_of_moves_pays_a_claim_that_two_others_have_not_looked_at_or_loses_a_cent():
    builders.km_rates()
    KmRate.objects.filter(year=2026).update(step_km=STEP_KM, own_car_after_step=Decimal(LOW) / 100)
    Claims.reached.clear()
    Claims.refused.clear()
    run_state_machine_as_test(
        Claims,
        settings=settings(
            max_examples=12,
            stateful_step_count=8,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # each step writes mails: shrinking would take minutes
        ),
    )
    assert set(Claims.reached) == set(State), "the moves above lead everywhere"
    assert Claims.reached[State.APPROVED] >= 10
    assert {"not_yours", "not_checker", "not_claim_approver", "claim_state", "over_budget"} <= set(Claims.refused)
