"""Several people at the same travel claim, or at the last euros for claims, at once on PostgreSQL."""

from decimal import Decimal

import pytest
from django.db import connection

from budgets.models import Booking
from peerlearning import claims
from peerlearning.models import Claim, KmRate, Visit
from tests import builders
from tests.full.test_money_race import together

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6
ROUNDS = 4


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def plan(uusimaa):
    return builders.travel_plan(uusimaa)


@pytest.fixture
def approvers(uusimaa):
    return [builders.approver(uusimaa) for _ in range(AT_ONCE)]


@pytest.fixture
def made(employee, director, loviisa, plan, coordinator):
    """A function that makes a visit of the employee or another, a day for each."""

    def make(traveller=employee, **options):
        days_ago = 3 + Visit.objects.count()
        return builders.made_visit(traveller, loviisa, plan=plan, by=coordinator, days_ago=days_ago, **options)

    return make


def left(plan):
    return plan.lines.with_sums().get().left


def codes(results):
    return {result.code for result in results if isinstance(result, claims.Refused)}


def done(results):
    return [result for result in results if isinstance(result, Claim)]


def test_several_approvers_at_once_book_a_claim_once(made, plan, coordinator, approvers):
    for number in range(1, ROUNDS + 1):
        claim = builders.claim(made(), state="checked", checker=coordinator)
        results = together([lambda one=claim, by=by: claims.approve(one, by=by) for by in approvers])
        assert len(done(results)) == 1 and codes(results) == {"claim_state"}
        claim.refresh_from_db()
        assert claim.state == "approved" and claim.approved_by == done(results)[0].approved_by
        assert Booking.objects.filter(kind="actual").count() == number
        assert left(plan) == 1000 - number * Decimal("82.50")


def test_of_claims_approved_at_once_one_gets_the_last_euros(made, plan, coordinator, approvers, askola):
    people = [builders.person(library=askola) for _ in range(AT_ONCE)]
    visits = [made(person, committed="1") for person in people]
    checked = [builders.claim(visit, state="checked", checker=coordinator) for visit in visits]
    # each claim takes the euro of its visit and 81,50 of the line, which has them once
    plan.lines.update(planned=AT_ONCE + 100)
    results = together(
        [lambda one=one, by=by: claims.approve(one, by=by) for one, by in zip(checked, approvers, strict=True)]
    )
    assert len(done(results)) == 1 and codes(results) == {"over_budget"}
    assert Claim.objects.filter(state="approved").count() == Booking.objects.filter(kind="actual").count() == 1
    assert left(plan) == Decimal("18.50")
    waiting = Claim.objects.filter(state="checked").first()
    assert claims.approve(waiting, by=approvers[0], override="Johtaja päätti.").booking.override_reason
    assert left(plan) == Decimal("-63.00")


def test_two_claims_of_a_person_approved_at_once_count_each_others_kilometres(made, plan, coordinator, approvers):
    builders.km_rates()
    KmRate.objects.filter(year=2026).update(step_km=200, own_car_after_step="0.30")
    pair = [builders.claim(made(), state="checked", checker=coordinator) for _ in range(2)]
    results = together(
        [lambda one=one, by=by: claims.approve(one, by=by) for one, by in zip(pair, approvers, strict=False)]
    )
    # 150 × 0,55 for the first; 50 × 0,55 + 100 × 0,30 for the second, whichever it is
    assert sorted(claim.booking.spent for claim in done(results)) == [Decimal("57.50"), Decimal("82.50")]
    assert sorted(claim.years.get().driven for claim in done(results)) == [0, 150]


def test_approving_and_sending_back_at_once_leave_one_of_the_two(made, plan, coordinator, approvers):
    for _round in range(ROUNDS):
        claim = builders.claim(made(), state="checked", checker=coordinator)
        results = together(
            [
                lambda one=claim: claims.approve(one, by=approvers[0]),
                lambda one=claim: claims.send_back(one, by=coordinator, note="Kuitti puuttuu."),
            ]
        )
        assert len(done(results)) == 1 and codes(results) == {"claim_state"}
        claim.refresh_from_db()
        assert (claim.state, claim.booking is None) in [("approved", False), ("returned", True)]
    booked = Claim.objects.filter(state="approved").count()
    assert Booking.objects.filter(kind="actual").count() == booked


def test_a_claim_begun_many_times_at_once_is_one(made, employee):
    traveller = made().travellers.get()
    results = together([lambda: claims.begin(traveller, by=employee)] * AT_ONCE)
    assert len(done(results)) == AT_ONCE and len({claim.pk for claim in results}) == 1
    assert Claim.objects.get().legs.count() == 2


def test_settling_a_visit_and_claiming_anew_at_once_leave_no_claim_behind(made, plan, employee, coordinator):
    for _round in range(ROUNDS):
        visit = made()
        traveller = visit.travellers.get()
        claims.waive(traveller, by=employee)
        together(
            [
                lambda one=visit: claims.close_visit(one, by=coordinator),
                lambda one=traveller: claims.begin(one, by=employee),
            ]
        )
        visit.refresh_from_db()
        assert (visit.state, Claim.objects.get(traveller=traveller).state) in [("closed", "waived"), ("done", "draft")]
