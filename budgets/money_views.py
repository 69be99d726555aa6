"""The money of a plan as staff follow and book it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ake_portal.lib.exports import XLSX, download
from ake_portal.lib.money import ZERO
from ake_portal.lib.pdf import PDF
from ake_portal.lib.prepared import Prepared
from budgets import actions, exports, invoices
from budgets.forms import BookForm, CostForm, How, ReverseForm, TransferForm
from budgets.messages import refusal
from budgets.models import Booking, Expense, Plan
from budgets.overview import overview

PER_PAGE = 50
# Who sees the money of one plan of a region sees that of all
YEARS = Prepared(lambda region: QuerySet(Plan).filter(region=region).order_by("-year").values_list("pk", "year"), int)


def _seen(request, pk):
    return get_object_or_404(Plan.objects.money_seen_by(request.user).select_related("region"), pk=pk)


def _own(request, pk):
    """A plan that takes bookings of the reader."""
    return get_object_or_404(Plan.objects.kept_by(request.user).select_related("region"), pk=pk)


def page_of(request, plan, name, **context):
    """A staff page of a plan's money, with what the head of each of them needs."""
    is_owner = plan is not None and plan.is_open and (request.user.is_superuser or request.user.runs(plan.region))
    return render(request, f"budgets/{name}.html", {"plan": plan, "is_owner": is_owner, **context})


def told(form, refused, field="amount"):
    """Say at its field why the booking was refused."""
    form.add_error(
        "override_reason" if refused.code == "over_budget" and "override_reason" in form.fields else field,
        refusal(refused),
    )


@require_safe
def money(request, pk):
    """Per line what is planned, bound, spent and left."""
    plan = _seen(request, pk)
    return page_of(request, plan, "money", years=YEARS(plan.region_id), **overview(plan))


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
    return page_of(request, plan, "line", line=line, page=_paged(request, Booking.objects.filter(line=line)))


def expense(request, pk):
    """What was booked of an expense, and the form for the next booking."""
    expense = get_object_or_404(
        Expense.objects.select_related("line__plan__region", "measure", "created_by").filter(
            line__plan__in=Plan.objects.money_seen_by(request.user)
        ),
        pk=pk,
    )
    plan = expense.line.plan
    form = BookForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST":
        _own(request, plan.pk)
        if form.is_valid() and book(expense, form, request.user):
            say_booked(request, form)
            return redirect("budgets:expense", pk=pk)
    line = plan.lines.with_sums().get(pk=expense.line_id)
    return page_of(
        request,
        plan,
        "expense",
        expense=expense,
        line=line,
        sums=expense.open_sums(),
        invoices=expense.invoices.select_related("entered_by", "checked_by", "approved_by"),
        page=_paged(request, expense.bookings),
        form=form,
    )


def book(expense, form, by):
    """Whether what the form says was done: a booking, or an invoice that is to be approved. A refusal stands at its field."""
    data = form.cleaned_data
    how, options = data["how"], {"by": by}
    if how != How.RELEASE:
        options["override"] = data["override_reason"]
    try:
        if how == How.RELEASE:
            actions.release(expense, amount=data["amount"], **options)
        elif how == How.RESERVE:
            actions.reserve(expense, data["amount"], **options)
        elif how == How.COMMIT:
            actions.commit(expense, data["amount"], document_number=data["document_number"], **options)
        else:
            invoices.enter(
                expense,
                data["amount"],
                vat=data["vat"] or ZERO,
                document_number=data["document_number"],
                is_last=how == How.LAST,
                receipts=data["receipts"],
                checked=data["checked"],
                **options,
            )
    except actions.Refused as refused:
        told(form, refused)
        return False
    return True


def say_booked(request, form):
    """What happened, after the form's booking was made."""
    is_invoice = form.cleaned_data["how"] in (How.LAST, How.PART)
    messages.success(request, _("The invoice waits to be approved.") if is_invoice else _("Booked."))


def new_expense(form, by):
    """An Expense with its first booking, as a valid CostForm says; None when it was refused, and nothing of it stays."""
    data = form.cleaned_data
    if data["amount"] <= 0 and data["how"] != How.LAST:
        form.add_error("amount", refusal(actions.Refused("not_positive")))
        return None
    with transaction.atomic():
        expense = Expense.objects.create(
            line=data["line"],
            measure=data["measure"],
            text=data["text"],
            estimate=data["amount"] if data["how"] == How.ESTIMATE else None,
            created_by=by,
        )
        if data["how"] != How.ESTIMATE and not book(expense, form, by):
            transaction.set_rollback(True)
            return None
    return expense


def book_cost(request, pk):
    """A new expense with its first booking; refused, nothing of it stays."""
    plan = _own(request, pk)
    if not plan.is_open:
        return redirect("budgets:money", pk=pk)
    form = cost_form(request, plan, request.GET.dict())
    if request.method == "POST" and form.is_valid():
        expense = new_expense(form, request.user)
        if expense:
            say_booked(request, form)
            return redirect("budgets:expense", pk=expense.pk)
    return page_of(request, plan, "book_cost", form=form)


def cost_form(request, plan, initial):
    """A CostForm with what was typed, or with `initial`."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return CostForm(plan, *sent, initial={"how": How.COMMIT, **initial})


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
    return page_of(request, plan, "transfer", form=form)


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
            told(form, refused, "text")
        else:
            messages.success(request, _("The booking is taken back."))
            return redirect("budgets:expense", pk=booking.expense_id)
    return page_of(request, booking.line.plan, "reverse", form=form, booking=booking)
