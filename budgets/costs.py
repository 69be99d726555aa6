"""What something causes to be paid, such as a training or a season of mentoring: the plan that pays, and sums of its costs.

The things themselves know their costs by rows with an `expense`, such as TrainingCost.
"""

from django.db import transaction
from django.db.models import Sum

from ake_portal.lib.money import ZERO, cents
from budgets.models import Plan
from budgets.money_views import new_expense, say_booked

SUMS = ("reserved", "committed", "spent")


def plan_for(measure, region, day):
    """The plan that pays: the measure's, or the region's of the year of `day`; None when there is none."""
    if measure:
        return measure.plan
    return day and Plan.objects.select_related("region").filter(region=region, year=day.year).first()


def takes_cost(plan, user):
    """Whether `user` may book on `plan`, which may be None."""
    return plan is not None and plan.is_open and Plan.objects.kept_by(user).filter(pk=plan.pk).exists()


def with_sums(costs):
    """The rows with what is reserved, committed and spent of each, and `together`, in euros."""
    rows = list(
        costs.select_related("expense__line__plan__region").annotate(
            **{name: Sum(f"expense__bookings__{name}", default=ZERO) for name in SUMS}
        )
    )
    for cost in rows:
        cost.reserved, cost.committed, cost.spent = (cents(getattr(cost, name)) for name in SUMS)
        cost.together = cost.reserved + cost.committed + cost.spent
        if not cost.together:
            cost.together = cost.expense.estimate or ZERO
    return rows


def shared_out(rows, people):
    """What a page of costs shows: {"costs", "total": sums of all rows, "each": euros for each of `people`, or None}."""
    total = {name: sum((getattr(cost, name) for cost in rows), ZERO) for name in ("committed", "spent", "together")}
    each = cents(total["together"] / people) if people and total["together"] else None
    return {"costs": rows, "total": total, "each": each}


def book(request, form, costs):
    """Whether the sent, valid `form` was booked: an expense, and a row for it among the thing's `costs`."""
    with transaction.atomic():
        expense = new_expense(form, request.user)
        if expense:
            costs.create(expense=expense)
    if expense:
        say_booked(request, form)
    return expense is not None
