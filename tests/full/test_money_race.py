"""Several people at the same money at once, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from budgets import actions, invoices, plans
from budgets.models import Booking, Category, Invoice
from tests import builders

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


def together(does):
    """Run the functions at one moment, each in a thread with its own connection. Returns what each gave or raised."""
    line = Barrier(len(does))

    def run(do):
        connection.ensure_connection()
        line.wait(30)
        try:
            return do()
        except actions.Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(does)) as threads:
        return list(threads.map(run, does))


@pytest.mark.parametrize("action", [actions.reserve, actions.commit, actions.spend])
def test_the_last_euros_go_to_one(uusimaa, coordinator, action):
    for _round in range(5):
        plan = builders.plan(uusimaa, year=2026 + _round, granted=100)
        expenses = [builders.expense(plan, by=coordinator) for _ in range(AT_ONCE)]
        results = together([lambda one=one: action(one, 60, by=coordinator) for one in expenses])
        assert sum(isinstance(result, Booking) for result in results) == 1
        assert [result.code for result in results if not isinstance(result, Booking)] == ["over_budget"] * (AT_ONCE - 1)
        assert plan.lines.with_sums().get().left == 40


def test_opposite_transfers_do_not_wait_for_each_other_forever(uusimaa, coordinator):
    plan = builders.plan(uusimaa, granted=200, lines={Category.COFFEE: 100, Category.TRAVEL: 100})
    one, other = plan.lines.all()
    pairs = [(one, other), (other, one)] * (AT_ONCE // 2)
    results = together([lambda pair=pair: actions.transfer(*pair, 10, text="siirto", by=coordinator) for pair in pairs])
    assert all(isinstance(result, list) for result in results)
    assert [line.left for line in plan.lines.with_sums()] == [100, 100]


def test_a_plan_is_never_frozen_over_what_is_booked_at_the_same_moment(uusimaa, coordinator):
    """Either the booking was first and the freezing is refused, or the plan is frozen and the booking is."""
    for _round in range(10):
        plan = builders.plan(uusimaa, year=2026 + _round, state="draft", granted=100)
        plans.publish(plan, by=coordinator)
        expense = builders.expense(plan, by=coordinator)
        booked, closed, entered = together(
            [
                lambda one=expense: actions.commit(one, 60, by=coordinator),
                lambda one=plan: plans.freeze(one),
                lambda one=expense: invoices.enter(one, 5, by=coordinator, document_number="T-1"),
            ]
        )
        plan.refresh_from_db()
        is_frozen = plan.state == plan.State.FROZEN
        bound = plan.lines.with_sums().get().committed
        waits = Invoice.objects.waiting().filter(expense=expense).exists()
        assert is_frozen == (not bound and not waits) == (closed == plan), (booked, closed, entered)
        for result in (booked, entered):
            assert not isinstance(result, actions.Refused) or result.code == "frozen"


def test_nothing_comes_into_the_books_after_the_plan_was_frozen(uusimaa, coordinator):
    """What was spent and moved leaves nothing open, so it keeps nobody from freezing: it is there by then, or refused."""
    outcomes = set()
    for _round in range(10):
        lines = {Category.COFFEE: 1000, Category.TRAVEL: 1000}
        plan = builders.plan(uusimaa, year=2026 + _round, state="draft", granted=2000, lines=lines)
        plans.publish(plan, by=coordinator)
        coffee, travel = plan.lines.all()
        expenses = [builders.expense(plan, by=coordinator, line=line) for line in (coffee, travel) * 3]

        def close(plan=plan):
            with transaction.atomic():
                plans.freeze(plan)
                return set(Booking.objects.filter(line__plan=plan).values_list("pk", flat=True))

        in_the_books, *results = together(
            [
                close,
                *(lambda one=one: [actions.spend(one, 7, by=coordinator)] for one in expenses),
                lambda one=coffee, other=travel: actions.transfer(one, other, 10, text="siirto", by=coordinator),
            ]
        )
        plan.refresh_from_db()
        assert plan.state == plan.State.FROZEN
        booked = [result for result in results if isinstance(result, list)]
        assert {booking.pk for result in booked for booking in result} == in_the_books
        assert set(Booking.objects.filter(line__plan=plan).values_list("pk", flat=True)) == in_the_books
        refused = [result.code for result in results if not isinstance(result, list)]
        assert set(refused) <= {"frozen"}
        outcomes |= {"booked" for _ in booked} | set(refused)
    assert outcomes == {"booked", "frozen"}, "some came before the freezing and some after"


def test_one_booking_is_taken_back_once(uusimaa, coordinator):
    booking = actions.commit(builders.expense(builders.plan(uusimaa), by=coordinator), 60, by=coordinator)
    results = together([lambda: actions.reverse(booking, text="virhe", by=coordinator)] * AT_ONCE)
    assert sum(isinstance(result, Booking) for result in results) == 1
    assert Booking.objects.count() == 2
