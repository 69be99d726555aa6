"""Invoices with their receipts, on the way from whoever entered them over a checker to an approver and into the books."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.money import ZERO
from ake_portal.lib.uploads import unguessable
from budgets import workflow
from budgets.models.money import Booking, Expense, euros
from budgets.models.plans import Plan


class Bookkeeping(models.Model):
    """How a region's city keeps its books: who approves, and what the columns of its ledger are called."""

    region = models.OneToOneField("people.Region", models.PROTECT, related_name="bookkeeping", verbose_name=_("region"))
    approvers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="approves_invoices_of",
        verbose_name=_("approve invoices"),
        help_text=_("Such as the library's director. Nobody approves what they have entered or checked themselves."),
    )
    ledger_columns = models.JSONField(_("columns of the ledger's file"), default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("of a region", "bookkeeping")
        verbose_name_plural = pgettext_lazy("of regions", "bookkeeping")
        ordering = ["region"]

    def __str__(self):
        return str(self.region)


class InvoiceQuerySet(models.QuerySet):
    def seen_by(self, user):
        """Invoices that `user` may read: of plans whose money is open to `user`, and of regions that `user` approves for."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(
            Q(expense__line__plan__in=Plan.objects.money_seen_by(user))
            | Q(expense__line__plan__region__in=user.approves_invoices_of.values("region"))
        )

    def kept_by(self, user):
        """Invoices that `user` enters, checks and sends back: of the own regions."""
        return self.filter(expense__line__plan__in=Plan.objects.kept_by(user))

    def waiting(self):
        """Those that are neither in the books nor dropped."""
        return self.exclude(state__in=[Invoice.State.APPROVED, Invoice.State.DROPPED])

    def approvable_by(self, user):
        """Checked invoices that wait for `user`: the region names whoever approves, never who entered or checked it."""
        if not user.is_authenticated:
            return self.none()
        return (
            self.filter(
                state=Invoice.State.CHECKED,
                expense__line__plan__region__in=user.approves_invoices_of.values("region"),
            )
            .exclude(entered_by=user)
            .exclude(checked_by=user)
        )


class Invoice(models.Model):
    """What is to be paid of an expense; the books know it when it is approved."""

    class State(models.TextChoices):
        TO_CHECK = "to_check", _("to be checked")
        CHECKED = "checked", pgettext_lazy("an invoice", "checked, to be approved")
        RETURNED = "returned", pgettext_lazy("an invoice", "sent back")
        APPROVED = "approved", pgettext_lazy("an invoice", "approved")
        DROPPED = "dropped", pgettext_lazy("an invoice", "dropped")

    expense = models.ForeignKey(Expense, models.PROTECT, related_name="invoices", verbose_name=_("expense"))
    amount = euros(_("net"))
    vat = euros(_("VAT"), default=ZERO)
    document_number = models.CharField(_("document number"), max_length=40)
    is_last = models.BooleanField(_("the last of this expense"), default=True)
    override_reason = models.CharField(_("why past the line"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_CHECK)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(pgettext_lazy("an invoice, when", "checked"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(pgettext_lazy("an invoice, when", "approved"), null=True)
    note = models.CharField(_("why it was sent back or dropped"), max_length=300, blank=True)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, related_name="invoice", verbose_name=_("booking")
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("checked_by")) & ~Q(approved_by=F("entered_by")),
                name="an_invoice_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="approved",
                    checked_by__isnull=False,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    booking__isnull=False,
                )
                | ~Q(state="approved") & Q(approved_by__isnull=True, approved_at__isnull=True, booking__isnull=True),
                name="an_approved_invoice_is_in_the_books",
            ),
            models.CheckConstraint(
                condition=~Q(state="checked") | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="a_checked_invoice_names_its_checker",
            ),
        ]

    def __str__(self):
        return f"{self.expense} {self.document_number}"

    @property
    def plan(self):
        return self.expense.line.plan

    def may(self, move):
        """Whether the `move` of workflow.INVOICE begins where the invoice stands."""
        return workflow.INVOICE[move].is_open_to(self)


def receipt_path(receipt, name):
    """Where a receipt lies below MEDIA_ROOT: `name` gives the ending alone."""
    return unguessable("receipts", name.rpartition(".")[2])


class Receipt(models.Model):
    """A file behind an invoice: private, served only to those who see the invoice, kept six years from the end of the plan's year."""

    YEARS_KEPT = 6

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="receipts", verbose_name=_("invoice"))
    file = models.FileField(_("file"), upload_to=receipt_path, max_length=120)
    name = models.CharField(_("name"), max_length=90)
    content_type = models.CharField(max_length=20, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    uploaded_at = models.DateTimeField(_("handed in"), default=timezone.now)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["pk"]

    def __str__(self):
        return self.name
