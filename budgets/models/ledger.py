"""The city's ledger beside the plan's books: its rows as they were read, and which bookings they are."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.money import Booking, euros
from budgets.models.plans import Plan


class LedgerImport(models.Model):
    """One reading of the ledger's file."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="ledger_imports", verbose_name=_("plan"))
    file_name = models.CharField(_("file"), max_length=90)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    added = models.PositiveIntegerField(_("new rows"), default=0)
    known = models.PositiveIntegerField(_("rows known before"), default=0)

    class Meta:
        verbose_name = _("reading of the ledger")
        verbose_name_plural = _("readings of the ledger")
        ordering = ["-pk"]

    def __str__(self):
        return self.file_name


class LedgerRow(models.Model):
    """One row of the city's ledger; negative where money came back."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="ledger_rows", verbose_name=_("plan"))
    read_by = models.ForeignKey(LedgerImport, models.PROTECT, related_name="rows", verbose_name=_("reading"))
    fingerprint = models.CharField(max_length=64, editable=False)
    day = models.DateField(_("day"))
    account = models.CharField(_("account"), max_length=20)
    cost_centre = models.CharField(_("cost centre"), max_length=20, blank=True)
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    amount = euros(_("net"))

    class Meta:
        verbose_name = _("ledger row")
        verbose_name_plural = _("ledger rows")
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "fingerprint"], name="a_ledger_row_is_read_once")]

    def __str__(self):
        return f"{self.day} {self.account} {self.amount} €"


class LedgerMatch(models.Model):
    """A booking is in the city's ledger, in this row; a row may hold several bookings."""

    row = models.ForeignKey(LedgerRow, models.PROTECT, related_name="matches", verbose_name=_("ledger row"))
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="ledger_match", verbose_name=_("booking"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )  # nobody: found by itself
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.row_id} = {self.booking_id}"
