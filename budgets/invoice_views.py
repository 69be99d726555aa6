"""Invoices and their receipts: checked by one, approved by another, on pages that show the whole case."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from budgets import actions, invoices
from budgets.forms import ApproveForm, BackForm, InvoiceForm
from budgets.messages import refusal
from budgets.models import Bookkeeping, Invoice, Plan, Receipt
from budgets.money_views import page_of, told

PER_PAGE = 50


def _rows(queryset):
    return queryset.select_related(
        "expense__line__plan__region", "expense__measure", "entered_by", "checked_by", "approved_by"
    )


def _invoice(request, pk, queryset=None):
    seen = Invoice.objects.seen_by(request.user) if queryset is None else queryset
    return get_object_or_404(_rows(seen), pk=pk)


@require_safe
def waiting(request):
    """What waits for the reader: invoices to approve, to check, and sent back."""
    to_approve = _rows(Invoice.objects.approvable_by(request.user))
    kept = Invoice.objects.kept_by(request.user).waiting().exclude(pk__in=to_approve.values("pk"))
    if not request.user.is_staff and not Bookkeeping.objects.filter(approvers=request.user).exists():
        raise Http404
    return page_of(
        request,
        None,
        "waiting",
        to_approve=to_approve,
        others=_rows(kept)[:PER_PAGE] if request.user.is_staff else (),
    )


@require_safe
def of_plan(request, pk):
    """A plan's invoices, the newest first."""
    plan = get_object_or_404(Plan.objects.money_seen_by(request.user).select_related("region"), pk=pk)
    rows = _rows(Invoice.objects.filter(expense__line__plan=plan))
    return page_of(
        request,
        plan,
        "invoices",
        page=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        approvers=list(_approvers(plan)),
    )


def _approvers(plan):
    return plan.region.bookkeeping.approvers.order_by("last_name") if hasattr(plan.region, "bookkeeping") else ()


@require_safe
def invoice(request, pk):
    """An invoice with its receipts, the line before and after, and who may do what."""
    return _shown(request, _invoice(request, pk))


def _shown(request, invoice, status=200, **forms):
    plan, user = invoice.plan, request.user
    is_kept = plan.is_open and (user.is_superuser or user.runs(plan.region))
    may_approve = Invoice.objects.approvable_by(user).filter(pk=invoice.pk).exists()
    line = plan.lines.with_sums().get(pk=invoice.expense.line_id)
    sums = invoice.expense.open_sums()
    bound = sums["reserved"] + sums["committed"]
    context = {
        "invoice": invoice,
        "line": line,
        "left_after": line.left - invoice.amount + (bound if invoice.is_last else min(bound, max(invoice.amount, 0))),
        "receipts": invoice.receipts.select_related("uploaded_by"),
        "sees_money": Plan.objects.money_seen_by(user).filter(pk=plan.pk).exists(),
        "may_check": is_kept and invoice.may("check"),
        "may_correct": is_kept and invoice.may("correct"),
        "may_approve": may_approve and plan.is_open,
        "may_send_back": (is_kept or may_approve) and invoice.may("send_back"),
        "may_drop": is_kept and invoice.may("drop"),
        "approvers": list(invoices.approvers_of(invoice)) if invoice.state == Invoice.State.CHECKED else None,
        "approve_form": ApproveForm(),
        "back_form": BackForm(prefix="back"),
        "drop_form": BackForm(prefix="drop"),
        **forms,
    }
    response = page_of(request, plan, "invoice", **context)
    response.status_code = status
    return response


def _act(request, invoice, action, done, form=None, name="", **options):
    """Do it and go back to the invoice; a refusal stands at the form, or on the page."""
    try:
        action(invoice, by=request.user, **options)
    except actions.Refused as refused:
        if form is not None:
            told(form, refused, None)
            return _shown(request, invoice, **{name: form})
        messages.error(request, refusal(refused))
    else:
        messages.success(request, done)
    return redirect("budgets:invoice", pk=invoice.pk)


@require_POST
def check(request, pk):
    return _act(
        request,
        _invoice(request, pk, Invoice.objects.kept_by(request.user)),
        invoices.check,
        _("Checked: the approvers have got a mail."),
    )


@require_POST
def approve(request, pk):
    invoice = _invoice(request, pk)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _shown(request, invoice, approve_form=form)
    return _act(
        *(request, invoice, invoices.approve, _("Approved: the sum is in the books.")),
        form=form,
        name="approve_form",
        override=form.cleaned_data["override_reason"],
    )


@require_POST
def send_back(request, pk):
    """Staff of the region and whoever may approve it send it back."""
    own = Invoice.objects.kept_by(request.user) | Invoice.objects.approvable_by(request.user)
    invoice = _invoice(request, pk, Invoice.objects.filter(pk__in=own.values("pk")))
    form = BackForm(request.POST, prefix="back")
    if not form.is_valid():
        return _shown(request, invoice, back_form=form)
    return _act(
        *(request, invoice, invoices.send_back, _("Sent back.")),
        form=form,
        name="back_form",
        note=form.cleaned_data["note"],
    )


@require_POST
def drop(request, pk):
    invoice = _invoice(request, pk, Invoice.objects.kept_by(request.user))
    form = BackForm(request.POST, prefix="drop")
    if not form.is_valid():
        return _shown(request, invoice, drop_form=form)
    return _act(
        *(request, invoice, invoices.drop, _("Dropped: nothing of it comes into the books.")),
        form=form,
        name="drop_form",
        note=form.cleaned_data["note"],
    )


def correct(request, pk):
    """Put an invoice right that is not checked, and add receipts."""
    invoice = _invoice(request, pk, Invoice.objects.kept_by(request.user))
    if not (invoice.may("correct") and invoice.plan.is_open):
        return redirect("budgets:invoice", pk=pk)
    names = ("amount", "vat", "document_number", "is_last", "override_reason")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = InvoiceForm(*sent, initial={name: getattr(invoice, name) for name in names})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            invoices.correct(
                invoice,
                data["amount"],
                by=request.user,
                vat=data["vat"] or 0,
                document_number=data["document_number"],
                is_last=data["is_last"],
                override=data["override_reason"],
                receipts=data["receipts"],
            )
        except actions.Refused as refused:
            told(form, refused)
        else:
            messages.success(request, _("Saved: the invoice is to be checked."))
            return redirect("budgets:invoice", pk=pk)
    return page_of(request, invoice.plan, "correct", form=form, invoice=invoice)


@require_safe
def receipt(request, pk):
    """The file itself, for those who see the invoice."""
    receipt = get_object_or_404(Receipt.objects.filter(invoice__in=Invoice.objects.seen_by(request.user)), pk=pk)
    try:
        file = receipt.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # the type was found in the bytes when the file came; whatever is in it may not act on this site
    return FileResponse(
        file,
        content_type=receipt.content_type,
        filename=receipt.name,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )
