"""An invoice on its way into the books: entered, checked by one, approved by another. One transaction each.

The moves are those of workflow.INVOICE. A file that is taken is written before the transaction ends, and taken away again
when it fails.
"""

from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from ake_portal.lib.money import ZERO, cents
from budgets import actions, mails, workflow
from budgets.actions import Refused
from budgets.models import Invoice, Plan, Receipt
from people.models import User

State = Invoice.State


@contextmanager
def _or_no_files(kept):
    """The files in the list `kept` go when the work inside fails."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for receipt in kept:
            receipt.file.storage.delete(receipt.file.name)
        raise


def _keep(invoice, uploads, by, now, kept):
    for upload in uploads:
        receipt = Receipt(
            invoice=invoice,
            name=upload.name,
            content_type=upload.content_type,
            size=len(upload.content),
            uploaded_by=by,
            uploaded_at=now,
        )
        receipt.file.save(f"receipt.{upload.extension}", ContentFile(upload.content), save=False)
        kept.append(receipt)
        receipt.save(force_insert=True)


def _lock(invoice, move):
    """The invoice, locked and moved on in memory. Raises Refused "invoice_state", "frozen"."""
    invoice = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("expense__line__plan__region", "expense__measure", "entered_by", "checked_by")
        .get(pk=invoice.pk)
    )
    if not invoice.may(move):
        raise Refused("invoice_state")
    if invoice.plan.state == Plan.State.FROZEN:
        raise Refused("frozen")
    invoice.state = workflow.INVOICE[move].target
    return invoice


def approvers_of(invoice):
    """The people who may approve the invoice."""
    return (
        User.objects.active()
        .filter(approves_invoices_of__region=invoice.plan.region_id)
        .exclude(pk__in=[invoice.entered_by_id, invoice.checked_by_id])
    )


def _has_room(expense, amount, *, override):
    """Raises OverBudget when the books could not take the invoice today, so that whoever enters it knows at once."""
    line = expense.line.plan.lines.with_sums().get(pk=expense.line_id)
    sums = expense.open_sums()
    bound = amount - min(amount, sums["reserved"] + sums["committed"])
    if bound > 0 and bound > line.left and not override:
        raise actions.OverBudget(line, bound, line.left)


def enter(
    expense, amount, *, by, document_number, vat=ZERO, is_last=True, override="", receipts=(), checked=False, now=None
):
    """Take in an invoice of `amount` euros without VAT; a credit note is negative. Returns the Invoice.

    `receipts` are files from lib.uploads.examine. With `checked`, `by` has checked it at once. Raises OverBudget,
    Refused: "frozen", "nothing" (no sum).
    """
    amount, now, kept = cents(amount), now or timezone.now(), []
    if not amount:
        raise Refused("nothing")
    with _or_no_files(kept):
        # whoever freezes the plan waits until the invoice is there, and finds it
        plan = Plan.objects.select_for_update(no_key=True).get(lines=expense.line_id)
        if plan.state == Plan.State.FROZEN:
            raise Refused("frozen")
        _has_room(expense, amount, override=override)
        invoice = Invoice.objects.create(
            expense=expense,
            amount=amount,
            vat=cents(vat),
            document_number=document_number,
            is_last=is_last,
            override_reason=override,
            entered_by=by,
            entered_at=now,
        )
        _keep(invoice, receipts, by, now, kept)
        if checked:
            invoice = check(invoice, by=by, now=now)
    return invoice


@transaction.atomic
def check(invoice, *, by, now=None):
    """The goods, the sum and the receipt are right: the approvers are told. Raises Refused "invoice_state", "frozen"."""
    invoice = _lock(invoice, "check")
    invoice.checked_by, invoice.checked_at = by, now or timezone.now()
    invoice.revision += 1
    invoice.save()
    mails.invoice_to_approve(invoice, approvers_of(invoice))
    return invoice


@transaction.atomic
def send_back(invoice, *, by, note):
    """Back to whoever entered it, with the reason. Raises Refused "invoice_state", "frozen"."""
    invoice = _lock(invoice, "send_back")
    invoice.note, invoice.checked_by, invoice.checked_at = note, None, None
    invoice.revision += 1
    invoice.save()
    if invoice.entered_by_id != by.pk:
        mails.invoice_sent_back(invoice, by)
    return invoice


def correct(invoice, amount, *, by, document_number, vat=ZERO, is_last=True, override="", receipts=(), now=None):
    """Put an invoice right that is not checked yet, and add receipts. Raises OverBudget, Refused: "invoice_state", "frozen", "nothing"."""
    amount, now, kept = cents(amount), now or timezone.now(), []
    if not amount:
        raise Refused("nothing")
    with _or_no_files(kept):
        invoice = _lock(invoice, "correct")
        _has_room(invoice.expense, amount, override=override)
        invoice.amount, invoice.vat, invoice.document_number = amount, cents(vat), document_number
        invoice.is_last, invoice.override_reason, invoice.note = is_last, override, ""
        invoice.save()
        _keep(invoice, receipts, by, now, kept)
    return invoice


@transaction.atomic
def approve(invoice, *, by, override="", now=None):
    """Into the books as an actual. Returns the Invoice with its booking.

    Raises OverBudget, Refused: "invoice_state", "frozen", "not_approver" (the region has not named `by`, or `by` has entered
    or checked it).
    """
    waiting = _lock(invoice, "approve")
    if not Invoice.objects.approvable_by(by).filter(pk=waiting.pk).exists():
        raise Refused("not_approver")
    now = now or timezone.now()
    waiting.override_reason = override or waiting.override_reason
    waiting.booking = actions.spend(
        waiting.expense,
        waiting.amount,
        by=by,
        vat=waiting.vat,
        document_number=waiting.document_number,
        is_last=waiting.is_last,
        override=waiting.override_reason,
        now=now,
    )
    waiting.approved_by, waiting.approved_at = by, now
    waiting.save()
    return waiting


@transaction.atomic
def drop(invoice, *, by, note):
    """The invoice was not ours, or came twice. Raises Refused "invoice_state", "frozen"."""
    invoice = _lock(invoice, "drop")
    invoice.note = note
    invoice.save()
    return invoice


def delete_old_receipts(now):
    """Files go six years after the end of their plan's year; the invoice stays. Returns how many went."""
    last_year = timezone.localtime(now).year - Receipt.YEARS_KEPT - 1
    gone = 0
    for receipt in Receipt.objects.filter(invoice__expense__line__plan__year__lte=last_year):
        with transaction.atomic():
            receipt.delete()
            transaction.on_commit(lambda file=receipt.file: file.storage.delete(file.name))
        gone += 1
    return gone
