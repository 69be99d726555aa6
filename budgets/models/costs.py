"""Costs by hand: from an idea of what it costs over the contract to the invoice that two people have looked at."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.money import ZERO
from budgets import workflow
from budgets.models.money import NOT_NEGATIVE, Expense, euros
from budgets.models.plans import Plan


class Bookkeeping(models.Model):
    """How a region's city keeps its books: who approves costs, and how its ledger's file is read."""

    region = models.OneToOneField("people.Region", models.CASCADE, related_name="bookkeeping", verbose_name=_("region"))
    approvers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="approves_costs_of",
        verbose_name=_("approvers"),
        help_text=_("Approve costs that somebody else has checked."),
    )
    ledger_columns = models.JSONField(_("columns of the ledger's file"), default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("bookkeeping")
        verbose_name_plural = _("bookkeeping")
        ordering = ["region"]

    def __str__(self):
        return str(self.region)


class CostQuerySet(models.QuerySet):
    def seen_by(self, user):
        """Costs of plans whose money `user` may read."""
        return self.filter(expense__line__plan__in=Plan.objects.money_seen_by(user))

    def kept_by(self, user):
        """Costs that `user` enters, checks and drops: of the own regions."""
        return self.filter(expense__line__plan__in=Plan.objects.kept_by(user))

    def approvable_by(self, user):
        """Checked costs that wait for `user`, whom the region has named and who has not checked them."""
        return self.filter(state=Cost.State.CHECKED, expense__line__plan__region__bookkeeping__approvers=user).exclude(
            checked_by=user
        )


class Cost(models.Model):
    """Something the AKE orders or buys itself: venue, coffee, speaker, its own travel."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("a cost", "planned")
        COMMITTED = "committed", pgettext_lazy("a cost", "ordered")
        TO_CHECK = "to_check", _("to be checked")
        CHECKED = "checked", _("to be approved")
        APPROVED = "approved", pgettext_lazy("a cost", "approved")
        DROPPED = "dropped", pgettext_lazy("a cost", "dropped")

    expense = models.OneToOneField(Expense, models.PROTECT, related_name="cost", verbose_name=_("expense"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)
    payee = models.CharField(_("payee"), max_length=160, blank=True, help_text=_("Who sends the invoice."))
    net = euros(_("net"), null=True, blank=True)
    vat = euros(_("VAT"), default=ZERO, validators=NOT_NEGATIVE)
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    invoiced_on = models.DateField(_("date of the invoice"), null=True, blank=True)
    override_reason = models.CharField(_("why past the line"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Why it was sent back or dropped."))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    objects = CostQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("checked_by")),
                name="nobody_approves_what_they_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(checked_by__isnull=False, approved_by__isnull=False),
                name="an_approved_cost_was_checked",
            ),
        ]

    def __str__(self):
        return self.expense.text

    def get_absolute_url(self):
        return reverse("budgets:cost", args=[self.pk])

    def may(self, move):
        """Whether the `move` of workflow.COST begins where the cost stands."""
        return workflow.COST[move].is_open_to(self)


def receipt_path(receipt, filename):
    """Where a receipt lies: a name that nobody can guess and nobody has typed."""
    return f"receipts/{uuid.uuid4()}.{receipt.extension}"


class Receipt(models.Model):
    """The paper behind an expense: PDF, JPEG or PNG, looked at and cleaned before it is kept. Served by a view that asks who reads."""

    class Type(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    expense = models.ForeignKey(Expense, models.PROTECT, related_name="receipts", verbose_name=_("expense"))
    file = models.FileField(_("file"), upload_to=receipt_path, max_length=100)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=20, choices=Type)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def extension(self):
        return {self.Type.PDF: "pdf", self.Type.JPEG: "jpg", self.Type.PNG: "png"}[self.content_type]
