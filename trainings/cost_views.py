"""What a training costs, for the staff of its region: booked on the plan's money, and shared out by participant."""

from django.db import transaction
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ake_portal.lib import days
from ake_portal.lib.money import ZERO, cents
from budgets.models import Plan
from budgets.money_views import cost_form, new_expense, say_booked
from trainings.models import Training, TrainingCost


def _own(request, pk):
    return get_object_or_404(
        Training.objects.owned_by(request.user)
        .select_related("region", "measure__focus_area__plan__region")
        .with_seats(),
        pk=pk,
    )


def plan_of(training):
    """The plan that pays: the measure's, or the region's of the year in which the training begins; None when there is none."""
    if training.measure:
        return training.measure.plan
    if training.starts_at is None:
        return None
    year = days.local(training.starts_at).year
    return Plan.objects.select_related("region").filter(region=training.region, year=year).first()


def _page(request, training, name, **context):
    context = {"training": training, "plan": plan_of(training), "is_owner": True, **context}
    return render(request, f"trainings/staff/{name}.html", context)


def _sums(training):
    """The training's costs with what is reserved, committed and spent of each, in euros."""
    costs = list(
        training.costs.select_related("expense__line__plan__region").annotate(
            **{name: Sum(f"expense__bookings__{name}", default=ZERO) for name in ("reserved", "committed", "spent")}
        )
    )
    for cost in costs:
        cost.reserved, cost.committed, cost.spent = (
            cents(sum_) for sum_ in (cost.reserved, cost.committed, cost.spent)
        )
        cost.together = cost.reserved + cost.committed + cost.spent
        if not cost.together:
            cost.together = cost.expense.estimate or ZERO
    return costs


@require_safe
def costs(request, pk):
    """Each cost with where it stands, the sum, and the sum for each participant."""
    training = _own(request, pk)
    rows = _sums(training)
    total = {name: sum((getattr(cost, name) for cost in rows), ZERO) for name in ("committed", "spent", "together")}
    participants = training.onsite_taken + training.remote_taken
    each = cents(total["together"] / participants) if participants and total["together"] else None
    return _page(request, training, "costs", costs=rows, total=total, participants=participants, each=each)


def book_cost(request, pk):
    """A new cost of the training on its plan's money."""
    training = _own(request, pk)
    plan = plan_of(training)
    if plan is None or not plan.is_open or not Plan.objects.kept_by(request.user).filter(pk=plan.pk).exists():
        return redirect("trainings:costs", pk=pk)
    form = cost_form(request, plan, {"measure": training.measure_id, **request.GET.dict()})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            expense = new_expense(form, request.user)
            if expense:
                TrainingCost.objects.create(training=training, expense=expense)
        if expense:
            say_booked(request, form)
            return redirect("trainings:costs", pk=pk)
    return _page(request, training, "book_cost", form=form)
