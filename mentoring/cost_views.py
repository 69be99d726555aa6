"""What a cohort costs, for the staff of the region that pays: booked on the plan's money, and shared out by member."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from budgets import costs as money
from budgets.money_views import cost_form
from mentoring import desk_views


def _own(request, pk):
    """A cohort of the reader's own region: its money is no business of those who run it together with that."""
    cohort = desk_views.load(request, pk)
    if not request.user.runs(cohort.region):
        raise Http404
    return cohort


def _page(request, cohort, name, **context):
    plan = money.plan_for(cohort.measure, cohort.region, cohort.first_day)
    return desk_views.page(request, cohort, name, here="costs", plan=plan, **context)


@require_safe
def costs(request, pk):
    """Each cost with where it stands, the sum, and the sum for each member."""
    cohort = _own(request, pk)
    members = cohort.applications.members().count()
    return _page(request, cohort, "costs", members=members, **money.shared_out(money.with_sums(cohort.costs), members))


def book_cost(request, pk):
    """A new cost of the cohort on its plan's money."""
    cohort = _own(request, pk)
    plan = money.plan_for(cohort.measure, cohort.region, cohort.first_day)
    if not money.takes_cost(plan, request.user):
        return redirect("mentoring:costs", pk=pk)
    form = cost_form(request, plan, {"measure": cohort.measure_id, **request.GET.dict()})
    if request.method == "POST" and form.is_valid() and money.book(request, form, cohort.costs):
        return redirect("mentoring:costs", pk=pk)
    return _page(request, cohort, "book_cost", form=form)
