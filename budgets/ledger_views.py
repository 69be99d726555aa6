"""The city's ledger beside the plan: read it, book what it has and the plan has not, see what differs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from budgets import actions, ledger
from budgets.forms import LedgerForm, MatchForm, RowForm
from budgets.messages import LEDGER, refusal
from budgets.models import LedgerRow, Plan
from budgets.money_views import page_of, told

PER_PAGE = 50


def of_plan(request, pk):
    """What the ledger and the plan's books do not agree on; its staff hand in the next file here."""
    plan = get_object_or_404(Plan.objects.money_seen_by(request.user).select_related("region"), pk=pk)
    keeps = plan.is_open and Plan.objects.kept_by(request.user).filter(pk=pk).exists()
    form = LedgerForm(plan, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST":
        get_object_or_404(Plan.objects.kept_by(request.user), pk=pk)
        if form.is_valid():
            reading = _read(request, plan, form)
            if reading:
                return redirect("budgets:ledger", pk=pk)
    rows = Paginator(ledger.open_rows(plan), PER_PAGE).get_page(request.GET.get("page"))
    lines = {}
    for line in plan.lines.all():
        lines.setdefault((line.account, line.cost_centre), []).append(line)
    for row in rows:
        own = lines.get((row.account, row.cost_centre), [])
        row.line = own[0] if len(own) == 1 else None
    bookings = ledger.open_bookings(plan).select_related("line", "expense").order_by("pk")
    return page_of(
        request,
        plan,
        "ledger",
        form=form,
        keeps=keeps,
        page=rows,
        bookings=bookings[:PER_PAGE],
        more_bookings=max(0, bookings.count() - PER_PAGE),
        differences=ledger.differences(plan),
        readings=plan.ledger_imports.select_related("by")[:10],
    )


def _read(request, plan, form):
    """The LedgerImport, or None with the reason at its field."""
    file = form.cleaned_data["file"]
    try:
        content = file.read(ledger.MOST_BYTES + 1)
        reading = ledger.read(plan, content, name=file.name, columns=form.columns, by=request.user)
    except ledger.Unreadable as unreadable:
        where = [name for name, column in form.columns.items() if column == unreadable.values.get("column")]
        form.add_error(where[0] if where else "file", str(LEDGER[unreadable.code]) % unreadable.values)
        return None
    except actions.Refused as refused:
        form.add_error("file", refusal(refused))
        return None
    text = ngettext("%(count)s new row was read.", "%(count)s new rows were read.", reading.added) % {
        "count": reading.added
    }
    if reading.known:
        text += " " + ngettext(
            "%(count)s row was there before.", "%(count)s rows were there before.", reading.known
        ) % {"count": reading.known}
    messages.success(request, text)
    return reading


def _row(request, pk):
    """An unmatched row of a plan that takes bookings of the reader."""
    return get_object_or_404(
        LedgerRow.objects.select_related("plan__region").filter(
            plan__in=Plan.objects.kept_by(request.user).exclude(state=Plan.State.FROZEN)
        ),
        pk=pk,
    )


def row(request, pk):
    """Choose the line and measure of a row that becomes an actual, or the bookings that it answers."""
    row = _row(request, pk)
    if row.matches.exists():
        return redirect("budgets:ledger", pk=row.plan_id)
    is_match = request.method == "POST" and "match" in request.POST
    form = RowForm(row, request.POST if request.method == "POST" and not is_match else None)
    match_form = MatchForm(row, request.POST if is_match else None)
    if request.method == "POST" and _did(request, row, match_form if is_match else form, is_match):
        return redirect("budgets:ledger", pk=row.plan_id)
    return page_of(request, row.plan, "ledger_row", row=row, form=form, match_form=match_form)


def _did(request, row, form, is_match):
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        if is_match:
            ledger.match_by_hand(row, data["bookings"], by=request.user)
        else:
            ledger.book(
                row, line=data["line"], measure=data["measure"], override=data["override_reason"], by=request.user
            )
    except actions.Refused as refused:
        told(form, refused, "bookings" if is_match else "line")
        return False
    messages.success(request, _("Matched.") if is_match else _("The row is an actual of the plan now."))
    return True


@require_POST
def book_row(request, pk):
    """One click: the row becomes an actual of the only line with its account and cost centre."""
    row = _row(request, pk)
    lines = list(ledger.lines_for(row)[:2])
    if len(lines) != 1:
        return redirect("budgets:ledger_row", pk=pk)
    try:
        ledger.book(row, line=lines[0], by=request.user)
    except actions.Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(
            "budgets:ledger" if refused.code == "matched" else "budgets:ledger_row",
            row.plan_id if refused.code == "matched" else pk,
        )
    messages.success(request, _("The row is an actual of the plan now."))
    return redirect("budgets:ledger", pk=row.plan_id)
