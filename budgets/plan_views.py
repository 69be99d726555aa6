"""Pages on which AKE staff publish a plan, freeze it and copy it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ake_portal.lib.words import language
from budgets import plans
from budgets.actions import Refused
from budgets.forms import NoteForm, YearForm
from budgets.messages import refusal
from budgets.models import Plan


def _own(request, pk):
    return get_object_or_404(Plan.objects.kept_by(request.user).select_related("region"), pk=pk)


def _page(request, plan, name, **context):
    return render(request, f"budgets/staff/{name}.html", {"plan": plan, "is_owner": True, **context})


def publish(request, pk):
    """What the next edition changes, and the button that publishes it."""
    plan = _own(request, pk)
    if not plan.may("publish"):
        return redirect(plan)
    edition, contents = plans.last_edition(plan), plans.contents_of(plan)
    form = NoteForm(request.POST if request.method == "POST" else None, is_amendment=edition is not None)
    if request.method == "POST" and form.is_valid():
        try:
            plans.publish(plan, by=request.user, note=form.note)
        except Refused as refused:
            form.add_error(None, refusal(refused))
        else:
            messages.success(request, _("The plan is published."))
            return redirect(plan)
    changes = plans.changes(edition.contents, contents, language()) if edition else []
    lacks = [name for code, name in (("fi", _("in Finnish")), ("sv", _("in Swedish"))) if not contents["name"][code]]
    return _page(
        request,
        plan,
        "publish",
        form=form,
        edition=edition,
        changes=changes,
        lacks=lacks,
        is_unchanged=edition is not None and edition.contents == contents,
    )


def freeze(request, pk):
    """What stands in the way of closing the plan, or the button that does."""
    plan = _own(request, pk)
    if not plan.may("freeze"):
        return redirect(plan)
    if request.method == "POST":
        try:
            plans.freeze(plan)
        except Refused as refused:
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("The plan is frozen."))
            return redirect("budgets:money", pk=plan.pk)
    open_lines = [line for line in plan.lines.with_sums() if line.reserved or line.committed]
    return _page(request, plan, "freeze", open_lines=open_lines, is_amended=plans.has_changed(plan))


def copy(request, pk):
    """A draft of another year from this plan."""
    plan = _own(request, pk)
    form = YearForm(request.POST if request.method == "POST" else None, initial={"year": plan.year + 1})
    if request.method == "POST" and form.is_valid():
        try:
            made = plans.copy(plan, form.cleaned_data["year"])
        except Refused as refused:
            form.add_error("year", refusal(refused))
        else:
            messages.success(request, _("The draft is ready: go through its texts and sums."))
            return redirect("admin:budgets_plan_change", made.pk)
    return _page(request, plan, "copy", form=form)
