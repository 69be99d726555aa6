"""Several people at the same visit, or at the last euros for visits, at once on PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection

from peerlearning import actions
from peerlearning.models import Consent, Visit
from tests import builders
from tests.full.test_money_race import together

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def everybody(employee, director, host, coordinator, loviisa_main):
    return employee, director, host, coordinator, loviisa_main


def test_of_several_visits_one_gets_the_last_euros(everybody, uusimaa):
    employee, director, host, coordinator, branch = everybody
    plan = builders.travel_plan(uusimaa, 20)
    visits = [builders.visit(employee, branch, ticket="40.00", state="submitted") for _ in range(AT_ONCE)]
    plan.lines.update(planned=60)
    for visit in visits:
        actions.consent(visit.consents.get(kind="host"), by=host)
        actions.consent(visit.consents.get(kind="director"), by=director)
    asked = [visit.consents.get(kind="ake") for visit in visits]
    results = together([lambda one=one: actions.consent(one, by=coordinator) for one in asked])
    assert sum(isinstance(result, Consent) for result in results) == 1
    assert {result.code for result in results if not isinstance(result, Consent)} == {"over_budget"}
    assert Visit.objects.filter(state="approved").count() == 1
    assert plan.lines.with_sums().get().left == 20


def test_the_last_two_consents_at_once_approve_once(everybody, uusimaa):
    employee, director, host, coordinator, branch = everybody
    plan = builders.travel_plan(uusimaa)
    for _round in range(3):
        visit = builders.visit(employee, branch, ticket="40.00", state="submitted")
        askings = (
            (visit.consents.get(kind=kind), by)
            for kind, by in (("host", host), ("director", director), ("ake", coordinator))
        )
        together([lambda one=one, by=by: actions.consent(one, by=by) for one, by in askings])
        visit = Visit.objects.get(pk=visit.pk)
        assert visit.state == "approved"
        assert [booking.kind for booking in visit.expense.bookings.order_by("pk")] == ["reserve", "commit"]
    assert plan.lines.with_sums().get().left == 1000 - 3 * 40


def test_two_who_answer_the_same_question_at_once_count_once(everybody, uusimaa):
    employee, director, host, coordinator, branch = everybody
    builders.travel_plan(uusimaa)
    colleague = builders.person("toinen@porvoo.example")
    uusimaa.coordinators.add(colleague)
    visit = builders.visit(employee, branch, ticket="40.00", state="submitted")
    asked = visit.consents.get(kind="ake")
    results = together(
        [
            lambda: actions.consent(asked, by=coordinator),
            lambda: actions.decline(asked, by=colleague, message="Rahat eivät riitä."),
        ]
    )
    assert sum(isinstance(result, Consent) for result in results) == 1
    assert visit.steps.filter(move__in=["consent_ake", "decline_ake"]).count() == 1


def test_cancelling_and_consenting_at_once_leave_no_money_bound(everybody, uusimaa):
    employee, director, host, coordinator, branch = everybody
    plan = builders.travel_plan(uusimaa)
    for _round in range(4):
        visit = builders.visit(employee, branch, ticket="40.00", state="submitted")
        actions.consent(visit.consents.get(kind="host"), by=host)
        actions.consent(visit.consents.get(kind="director"), by=director)
        last = visit.consents.get(kind="ake")
        together(
            [
                lambda last=last: actions.consent(last, by=coordinator),
                lambda visit=visit: actions.cancel(visit, by=employee),
            ]
        )
        assert Visit.objects.get(pk=visit.pk).state == "cancelled"
        assert plan.lines.with_sums().get().left == 1000


def test_cases_sent_at_once_get_numbers_of_their_own(everybody, uusimaa):
    employee, director, host, coordinator, branch = everybody
    builders.travel_plan(uusimaa)
    drafts = [builders.visit(employee, branch, ticket="10.00") for _ in range(AT_ONCE)]
    together([lambda one=one: actions.submit(one, by=employee) for one in drafts])
    assert sorted(Visit.objects.values_list("number", flat=True)) == list(range(1, AT_ONCE + 1))


def test_two_clocks_at_once_finish_a_visit_once(everybody, uusimaa, time_machine):
    employee, director, host, coordinator, branch = everybody
    builders.travel_plan(uusimaa)
    visit = builders.visit(employee, branch, state="submitted")
    for kind, by in (("host", host), ("director", director), ("ake", coordinator)):
        actions.consent(visit.consents.get(kind=kind), by=by)
    visit.refresh_from_db()
    day_after = visit.returns_at.replace(hour=6) + timedelta(days=1)
    together([lambda: actions.tick(day_after)] * 4)
    assert Visit.objects.get().state == "done"
    assert visit.steps.filter(move="finish").count() == 1
