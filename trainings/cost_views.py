"""What a training costs, for the staff of its region: booked on the plan's money, and shared out by participant."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ake_portal.lib import days
from budgets import costs as money
from budgets.money_views import cost_form
from trainings.models import Training


def _own(request, pk):
    return get_object_or_404(
        Training.objects.owned_by(request.user)
        .select_related("region", "measure__focus_area__plan__region")
        .with_seats(),
        pk=pk,
    )


def _plan(training):
    """The plan that pays: the measure's, or the region's of the year in which the training begins; None when there is none."""
    return money.plan_for(
        training.measure, training.region, days.local(training.starts_at) if training.starts_at else None
    )


def _page(request, training, name, **context):
    context = {"training": training, "plan": _plan(training), "is_owner": True, **context}
    return render(request, f"trainings/staff/{name}.html", context)


@require_safe
def costs(request, pk):
    """Each cost with where it stands, the sum, and the sum for each participant."""
    training = _own(request, pk)
    participants = training.onsite_taken + training.remote_taken
    sums = money.shared_out(money.with_sums(training.costs), participants)
    return _page(request, training, "costs", participants=participants, **sums)


def book_cost(request, pk):
    """A new cost of the training on its plan's money."""
    training = _own(request, pk)
    plan = _plan(training)
    if not money.takes_cost(plan, request.user):
        return redirect("trainings:costs", pk=pk)
    form = cost_form(request, plan, {"measure": training.measure_id, **request.GET.dict()})
    if request.method == "POST" and form.is_valid() and money.book(request, form, training.costs):
        return redirect("trainings:costs", pk=pk)
    return _page(request, training, "book_cost", form=form)
