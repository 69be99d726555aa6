"""Euros on the lines of a plan."""

from decimal import Decimal

import pytest

from budgets import actions
from budgets.models import BudgetLine
from tests import builders


def test_what_is_bound_and_spent_is_no_longer_left(uusimaa, coordinator):
    plan = builders.plan(uusimaa, granted=100)
    expense = builders.expense(plan, by=coordinator)
    actions.reserve(expense, Decimal("30.10"), by=coordinator)
    actions.commit(expense, Decimal("40.20"), by=coordinator)
    line = BudgetLine.objects.with_sums().get()
    assert (line.reserved, line.committed, line.spent, line.left) == (0, Decimal("40.20"), 0, Decimal("59.80"))
    actions.spend(expense, Decimal("35.15"), by=coordinator)
    line = BudgetLine.objects.with_sums().get()
    assert (line.committed, line.spent, line.left) == (0, Decimal("35.15"), Decimal("64.85"))


def test_a_line_is_not_overdrawn_without_a_reason(uusimaa, coordinator):
    plan = builders.plan(uusimaa, granted=100)
    expense = builders.expense(plan, by=coordinator)
    with pytest.raises(actions.OverBudget) as refused:
        actions.commit(expense, Decimal("100.01"), by=coordinator)
    assert refused.value.left == Decimal("100.00")
    booking = actions.commit(expense, Decimal("100.01"), by=coordinator, override="Tila maksoi enemmän.")
    assert booking.override_reason == "Tila maksoi enemmän."
    assert BudgetLine.objects.with_sums().get().left == Decimal("-0.01")
