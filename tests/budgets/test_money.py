"""Euros on the lines of a plan: each verb of budgets.actions, and what it refuses."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from budgets import actions
from budgets.messages import TEXTS, refusal
from budgets.models import Booking, BudgetLine, Category, FundingSource, Plan
from budgets.overview import overview
from notifications.models import Mail
from tests import builders

Kind = Booking.Kind


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.TRAVEL: 200})


@pytest.fixture
def expense(plan, coordinator):
    return builders.expense(plan, by=coordinator)


def sums(plan, position=1):
    """(reserved, committed, spent, left) of a line, as texts."""
    line = plan.lines.with_sums().get(position=position)
    return tuple(f"{sum_:.2f}" for sum_ in (line.reserved, line.committed, line.spent, line.left))


def refused(action, *args, **options):
    with pytest.raises(actions.Refused) as caught:
        action(*args, **options)
    return caught.value


def test_an_expense_is_reserved_then_committed_then_spent(plan, expense, coordinator):
    actions.reserve(expense, Decimal("30.10"), by=coordinator)
    assert sums(plan) == ("30.10", "0.00", "0.00", "69.90")
    actions.commit(expense, Decimal("40.20"), by=coordinator)
    assert sums(plan) == ("0.00", "40.20", "0.00", "59.80")
    booking = actions.spend(expense, "35.15", vat="8.96", document_number="T-17", by=coordinator)
    assert sums(plan) == ("0.00", "0.00", "35.15", "64.85")
    assert (booking.amount, booking.vat, booking.document_number, booking.by) == (
        Decimal("35.15"),
        Decimal("8.96"),
        "T-17",
        coordinator,
    )


def test_an_invoice_that_is_not_the_last_takes_its_own_sum(plan, expense, coordinator):
    actions.commit(expense, 60, by=coordinator)
    actions.spend(expense, 25, is_last=False, by=coordinator)
    assert sums(plan) == ("0.00", "35.00", "25.00", "40.00")
    actions.spend(expense, 50, is_last=False, by=coordinator)
    assert sums(plan) == ("0.00", "0.00", "75.00", "25.00")


def test_a_credit_note_gives_money_back(plan, expense, coordinator):
    actions.spend(expense, 90, by=coordinator)
    actions.spend(expense, -20, document_number="H-2", by=coordinator)
    assert sums(plan) == ("0.00", "0.00", "70.00", "30.00")


def test_what_is_released_is_left_again(plan, expense, coordinator):
    actions.commit(expense, 60, by=coordinator)
    actions.release(expense, amount=15, by=coordinator)
    assert sums(plan) == ("0.00", "45.00", "0.00", "55.00")
    assert refused(actions.release, expense, amount=46, by=coordinator).code == "too_much"
    actions.release(expense, by=coordinator)
    assert sums(plan) == ("0.00", "0.00", "0.00", "100.00")
    assert actions.release(expense, by=coordinator) == []


def test_the_line_ends_at_its_last_cent_unless_a_reason_is_given(plan, expense, coordinator):
    over = refused(actions.commit, expense, Decimal("100.01"), by=coordinator)
    assert (over.code, over.amount, over.left) == ("over_budget", Decimal("100.01"), Decimal("100.00"))
    assert sums(plan) == ("0.00", "0.00", "0.00", "100.00")
    booking = actions.commit(expense, Decimal("100.01"), by=coordinator, override="Tila maksoi enemmän.")
    assert booking.override_reason == "Tila maksoi enemmän."
    assert sums(plan) == ("0.00", "100.01", "0.00", "-0.01")


def test_a_reason_is_kept_only_where_it_was_needed(plan, expense, coordinator):
    assert actions.commit(expense, 100, by=coordinator, override="varmuuden vuoksi").override_reason == ""


def test_an_invoice_of_the_ordered_sum_fits_even_on_an_overdrawn_line(plan, expense, coordinator):
    actions.commit(expense, 120, by=coordinator, override="Sovittu.")
    assert actions.spend(expense, 120, by=coordinator).override_reason == ""
    assert refused(actions.spend, expense, "0.01", by=coordinator).code == "over_budget"


def test_a_mistake_is_taken_back_by_an_equal_booking(plan, expense, coordinator):
    actions.commit(expense, 80, by=coordinator)
    wrong = actions.spend(expense, 70, vat="17.85", by=coordinator)
    back = actions.reverse(wrong, text="Väärä tosite", by=coordinator)
    assert (back.kind, back.amount, back.vat, back.reverses) == (Kind.REVERSAL, -70, Decimal("-17.85"), wrong)
    assert sums(plan) == ("0.00", "80.00", "0.00", "20.00")
    assert refused(actions.reverse, wrong, text="uudelleen", by=coordinator).code == "reversed"
    assert refused(actions.reverse, back, text="takaisin", by=coordinator).code == "no_reversal"


def test_what_was_spent_since_cannot_be_unbound(plan, expense, coordinator):
    bound = actions.commit(expense, 80, by=coordinator)
    actions.spend(expense, 80, by=coordinator)
    assert refused(actions.reverse, bound, text="virhe", by=coordinator).code == "used"


def test_money_moves_between_lines_and_both_tell(plan, coordinator):
    coffee, travel = plan.lines.all()
    off, on = actions.transfer(travel, coffee, 50, text="Kahvi kallistui", by=coordinator)
    assert (off.line, off.moved, on.line, on.moved) == (travel, -50, coffee, 50)
    assert off.transfer == on.transfer
    assert (sums(plan, 1)[3], sums(plan, 2)[3]) == ("150.00", "150.00")
    assert refused(actions.transfer, travel, coffee, "150.01", text="", by=coordinator).code == "over_budget"
    assert refused(actions.transfer, travel, travel, 1, text="", by=coordinator).code == "same_line"
    assert refused(actions.transfer, travel, coffee, -1, text="", by=coordinator).code == "not_positive"
    assert refused(actions.reverse, off, text="takaisin", by=coordinator).code == "no_reversal"


def test_money_does_not_leave_the_plan(plan, lapland, coordinator):
    other = builders.plan(lapland)
    assert (
        refused(actions.transfer, plan.lines.first(), other.lines.get(), 1, text="", by=coordinator).code
        == "other_plan"
    )


def test_nothing_is_booked_on_a_frozen_plan(plan, expense, coordinator):
    booking = actions.commit(expense, 10, by=coordinator)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.FROZEN)
    coffee, travel = plan.lines.all()
    for action, args in (
        (actions.reserve, (expense, 1)),
        (actions.commit, (expense, 1)),
        (actions.spend, (expense, 1)),
        (actions.release, (expense,)),
        (actions.transfer, (coffee, travel, 1)),
        (actions.reverse, (booking,)),
    ):
        options = {"text": "x"} if action in (actions.transfer, actions.reverse) else {}
        assert refused(action, *args, by=coordinator, **options).code == "frozen"
    assert Booking.objects.get() == booking


def test_before_the_decision_all_is_subject_to_the_grant(plan, expense, coordinator):
    FundingSource.objects.update(granted=None)
    assert actions.reserve(expense, 10, by=coordinator).subject_to_grant
    FundingSource.objects.update(granted=300)
    assert not actions.commit(expense, 10, by=coordinator).subject_to_grant


@pytest.mark.parametrize("amount", [0, -1, Decimal("0.004")])
def test_only_sums_above_zero_are_bound(plan, expense, coordinator, amount):
    assert refused(actions.reserve, expense, amount, by=coordinator).code == "not_positive"
    assert refused(actions.commit, expense, amount, by=coordinator).code == "not_positive"


def test_an_invoice_has_a_sum(plan, expense, coordinator):
    assert refused(actions.spend, expense, "0.00", by=coordinator).code == "nothing"


def test_coordinators_are_told_once_when_four_fifths_are_used(plan, expense, coordinator, uusimaa):
    swede = builders.person("maja@porvoo.example", "Maja", "Exempel", language="sv")
    uusimaa.coordinators.add(swede)
    actions.commit(expense, Decimal("79.99"), by=coordinator)
    assert not Mail.objects.exists()
    actions.reserve(expense, Decimal("0.01"), by=coordinator)
    actions.reserve(expense, 5, by=coordinator)
    mails = {mail.address: mail for mail in Mail.objects.all()}
    assert set(mails) == {coordinator.email, swede.email}
    assert "20,00" in mails[coordinator.email].text and "kahvitarjoilut" in mails[coordinator.email].text.lower()
    assert "kaffeservering" in mails[swede.email].text.lower()
    assert mails[coordinator.email].subject != mails[swede.email].subject


def test_all_lines_of_a_plan_are_summed_in_one_query(plan, expense, coordinator, django_assert_num_queries):
    actions.commit(expense, 10, by=coordinator)
    for number in range(30):
        actions.reserve(builders.expense(plan, by=coordinator, text=f"Matka {number}"), 1, by=coordinator)
    with django_assert_num_queries(1):
        assert [line.left for line in plan.lines.with_sums()] == [Decimal("60.00"), Decimal("200.00")]


def test_forecast_counts_estimates_until_they_are_booked(plan, coordinator):
    builders.expense(plan, by=coordinator, estimate=Decimal("12.50"))
    second = builders.expense(plan, by=coordinator, estimate=Decimal("30.00"))
    assert overview(plan)["lines"][0].forecast == Decimal("42.50")
    actions.commit(second, 25, by=coordinator)
    assert overview(plan)["lines"][0].forecast == Decimal("37.50")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_refusal_is_said_in_both_languages(language):
    with override("en"):
        untranslated = {str(text) for text in TEXTS.values()}
    with override(language):
        assert not untranslated & {str(text) for text in TEXTS.values()}
        said = refusal(actions.Refused("over_budget", amount=Decimal("1234.5"), left=Decimal("0.5")))
    assert "1\xa0234,50\xa0€" in said and "0,50\xa0€" in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "commit", "amount": 5, "committed": 4},
        {"kind": "reserve", "amount": -5, "reserved": -5},
        {"kind": "actual", "amount": 5, "spent": 5, "committed": 5},
        {"kind": "release", "amount": 5, "committed": 5},
        {"kind": "transfer", "amount": 5, "moved": 5},
        {"kind": "reversal", "amount": -5, "spent": -5},
        {"kind": "commit", "amount": 5, "committed": 5, "vat": 1},
    ],
    ids=lambda wrong: " ".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_the_database_takes_no_booking_that_does_not_add_up(plan, expense, coordinator, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(line=expense.line, expense=expense, by=coordinator, **wrong)


def test_a_line_of_two_plans_sums_its_own_alone(plan, expense, lapland, coordinator):
    other = builders.expense(builders.plan(lapland, granted=50), by=coordinator)
    actions.commit(other, 20, by=coordinator)
    actions.commit(expense, 10, by=coordinator)
    assert {line.left for line in BudgetLine.objects.with_sums()} == {90, 200, 30}
