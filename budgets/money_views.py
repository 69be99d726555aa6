"""The money of a plan as staff follow and book it."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ake_portal.lib.exports import XLSX, download
from ake_portal.lib.money import ZERO
from ake_portal.lib.pdf import PDF
from budgets import actions, exports
from budgets.forms import BookForm, CostForm, How, ReverseForm, TransferForm
from budgets.messages import refusal
from budgets.models import Booking, Expense, Plan
from budgets.overview import overview

PER_PAGE = 50


def _seen(request, pk):
    return get_object_or_404(Plan.objects.money_seen_by(request.user).select_related("region"), pk=pk)


def _own(request, pk):
    """A plan that takes bookings of the reader."""
    return get_object_or_404(Plan.objects.kept_by(request.user).select_related("region"), pk=pk)


def _page(request, plan, name, **context):
    is_owner = plan.is_open and (request.user.is_superuser or request.user.runs(plan.region))
    return render(request, f"budgets/{name}.html", {"plan": plan, "is_owner": is_owner, **context})


def _told(form, refused, field="amount"):
    """Say at its field why the booking was refused."""
    form.add_error(
        "override_reason" if refused.code == "over_budget" and "override_reason" in form.fields else field,
        refusal(refused),
    )


@require_safe
def money(request, pk):
    """Per line what is planned, bound, spent and left."""
    plan = _seen(request, pk)
    others = Plan.objects.money_seen_by(request.user).filter(region=plan.region_id).order_by("-year")
    return _page(request, plan, "money", others=others, **overview(plan))


FILES = {"xlsx": (exports.money_xlsx, XLSX), "pdf": (exports.money_pdf, PDF)}


@require_safe
def money_file(request, pk, extension):
    """The plan's money as a workbook or as PDF/UA."""
    plan = _seen(request, pk)
    if extension not in FILES:
        raise Http404
    make, content_type = FILES[extension]
    return download(make(plan), content_type, f"{plan.region} {plan.year}", extension)


def _paged(request, bookings):
    bookings = bookings.select_related("expense__measure", "line", "by", "reverses").order_by("-pk")
    return Paginator(bookings, PER_PAGE).get_page(request.GET.get("page"))


@require_safe
def line(request, pk, line):
    """The bookings of a line, the newest first."""
    plan = _seen(request, pk)
    line = get_object_or_404(plan.lines.with_sums(), pk=line)
    return _page(request, plan, "line", line=line, page=_paged(request, Booking.objects.filter(line=line)))


def expense(request, pk):
    """What was booked of an expense, and the form for the next booking."""
    expense = get_object_or_404(
        Expense.objects.select_related("line__plan__region", "measure", "created_by").filter(
            line__plan__in=Plan.objects.money_seen_by(request.user)
        ),
        pk=pk,
    )
    plan = expense.line.plan
    form = BookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _own(request, plan.pk)
        if form.is_valid() and _book(expense, form, request.user):
            messages.success(request, _("Booked."))
            return redirect("budgets:expense", pk=pk)
    line = plan.lines.with_sums().get(pk=expense.line_id)
    return _page(
        request,
        plan,
        "expense",
        expense=expense,
        line=line,
        sums=expense.open_sums(),
        page=_paged(request, expense.bookings),
        form=form,
    )


def _book(expense, form, by):
    """Whether the form's booking was made; a refusal stands at its field."""
    data = form.cleaned_data
    how, options = data["how"], {"by": by}
    if how in (How.LAST, How.PART):
        options |= {"vat": data["vat"] or ZERO, "document_number": data["document_number"], "is_last": how == How.LAST}
    if how == How.COMMIT:
        options["document_number"] = data["document_number"]
    if how != How.RELEASE:
        options["override"] = data["override_reason"]
    verb = {How.RESERVE: actions.reserve, How.COMMIT: actions.commit}.get(how, actions.spend)
    try:
        if how == How.RELEASE:
            actions.release(expense, amount=data["amount"], **options)
        else:
            verb(expense, data["amount"], **options)
    except actions.Refused as refused:
        _told(form, refused)
        return False
    return True


def book_cost(request, pk):
    """A new expense with its first booking; refused, nothing of it stays."""
    plan = _own(request, pk)
    if not plan.is_open:
        return redirect("budgets:money", pk=pk)
    form = CostForm(
        plan, request.POST if request.method == "POST" else None, initial={"how": How.COMMIT, **request.GET.dict()}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with transaction.atomic():
            expense = (
                Expense.objects.create(
                    line=data["line"],
                    measure=data["measure"],
                    text=data["text"],
                    estimate=data["amount"] if data["how"] == How.ESTIMATE else None,
                    created_by=request.user,
                )
                if data["amount"] > Decimal(0) or data["how"] == How.LAST
                else None
            )
            if expense is None:
                form.add_error("amount", refusal(actions.Refused("not_positive")))
            elif data["how"] != How.ESTIMATE and not _book(expense, form, request.user):
                transaction.set_rollback(True)
        if not form.errors:
            messages.success(request, _("Booked."))
            return redirect("budgets:expense", pk=expense.pk)
    return _page(request, plan, "book_cost", form=form)


def transfer(request, pk):
    """Move money between two lines of the plan."""
    plan = _own(request, pk)
    if not plan.is_open:
        return redirect("budgets:money", pk=pk)
    form = TransferForm(plan, request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.transfer(data["line"], data["to"], data["amount"], text=data["text"], by=request.user)
        except actions.Refused as refused:
            form.add_error("to" if refused.code == "same_line" else "amount", refusal(refused))
        else:
            messages.success(request, _("The money is moved."))
            return redirect("budgets:money", pk=pk)
    return _page(request, plan, "transfer", form=form)


def reverse(request, pk):
    """Take a booking back: asked first, with the reason."""
    booking = get_object_or_404(
        Booking.objects.select_related("line__plan__region", "expense", "by").filter(
            line__plan__in=Plan.objects.kept_by(request.user), expense__isnull=False
        ),
        pk=pk,
    )
    form = ReverseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.reverse(booking, text=data["text"], override=data["override_reason"], by=request.user)
        except actions.Refused as refused:
            _told(form, refused, "text")
        else:
            messages.success(request, _("The booking is taken back."))
            return redirect("budgets:expense", pk=booking.expense_id)
    return _page(request, booking.line.plan, "reverse", form=form, booking=booking)
