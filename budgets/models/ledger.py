"""The city's own ledger, which is the official one: its rows, and which of our bookings they are."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.money import Booking, euros
from budgets.models.plans import Plan


class LedgerImport(models.Model):
    """One file that was read in."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="ledger_imports", verbose_name=_("plan"))
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    rows_read = models.PositiveIntegerField(_("rows in the file"))
    rows_new = models.PositiveIntegerField(_("new rows"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("import of the ledger")
        verbose_name_plural = _("imports of the ledger")
        ordering = ["-pk"]

    def __str__(self):
        return self.file_name


class LedgerRow(models.Model):
    """A row of the city's ledger. Read once, however often the file comes."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="ledger_rows", verbose_name=_("plan"))
    source = models.ForeignKey(LedgerImport, models.PROTECT, related_name="rows", verbose_name=_("file"))
    row_number = models.PositiveIntegerField(_("row in the file"))
    posted_on = models.DateField(_("date"))
    account = models.CharField(_("account"), max_length=20)
    cost_centre = models.CharField(_("cost centre"), max_length=20)
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    amount = euros(_("net"))
    text = models.CharField(_("text"), max_length=300, blank=True)
    fingerprint = models.CharField(max_length=64, editable=False)
    set_aside_reason = models.CharField(
        _("why it is not ours"), max_length=200, blank=True, help_text=_("A row that does not belong to the plan.")
    )
    bookings = models.ManyToManyField(
        Booking, through="LedgerMatch", related_name="ledger_rows", verbose_name=_("bookings")
    )

    class Meta:
        verbose_name = _("row of the ledger")
        verbose_name_plural = _("rows of the ledger")
        ordering = ["posted_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "fingerprint"], name="a_ledger_row_is_read_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_ledger_row_has_a_sum"),
        ]

    def __str__(self):
        return f"{self.document_number} {self.amount} €"


class LedgerMatch(models.Model):
    """That a booking is in a row of the ledger: a row may hold several bookings, a booking is in one row."""

    row = models.ForeignKey(LedgerRow, models.CASCADE, related_name="matches", verbose_name=_("row of the ledger"))
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="ledger_match", verbose_name=_("booking"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("match with the ledger")
        verbose_name_plural = _("matches with the ledger")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.row} = {self.booking}"
