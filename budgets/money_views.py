"""The money of a plan as staff follow it."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from budgets.models import Plan


@require_safe
def money(request, pk):
    """Per line what is planned, bound, spent and left."""
    plan = get_object_or_404(Plan.objects.money_seen_by(request.user).select_related("region"), pk=pk)
    return render(request, "budgets/money.html", {"plan": plan, "lines": plan.lines.with_sums()})
