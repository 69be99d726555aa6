"""What is said when something with a plan or its money is refused: why, and what to do."""

from django.utils.translation import gettext_lazy as _

from ake_portal.lib.words import euros

TEXTS = {
    # money
    "over_budget": _(
        "The line has %(left)s left, and this needs %(amount)s. Say why it may go past the line, or use another."
    ),
    "frozen": _("The plan is frozen: nothing is booked on it any more."),
    "not_positive": _("Give a sum above zero."),
    "nothing": _("Give a sum."),
    "too_much": _("Only %(left)s is still reserved or committed."),
    "reversed": _("This booking has been taken back already."),
    "no_reversal": _("A transfer is taken back by another transfer, and a reversal is final."),
    "used": _("What this booking bound has been spent or released since. Take those bookings back first."),
    "same_line": _("Choose two different lines."),
    "other_plan": _("Money moves only between lines of the same plan."),
    # invoices and the ledger
    "invoice_state": _("Somebody has taken this invoice further in the meantime: look at where it stands now."),
    "not_approver": _(
        "You cannot approve this invoice: the region names who does, and it is another than who entered or checked it."
    ),
    "matched": _("This has been matched in the meantime."),
    "other_sum": _("The chosen bookings come to %(amount)s, the row to %(left)s."),
    # plans
    "state": _("The plan is in a state in which this cannot be done."),
    "lacks_fi": _("The Finnish name of the plan is missing."),
    "lacks_sv": _("The Swedish name of the plan is missing."),
    "unchanged": _("Nothing has changed since the last edition."),
    "no_note": _("Say what changes and why, in both languages."),
    "amended": _("Something has changed since the last edition: publish it first."),
    "open_invoices": _("An invoice waits to be checked or approved: approve or drop it first."),
    "open_money": _("Something is still reserved or committed: spend or release it first."),
    "year_taken": _("The region has a plan for this year already."),
}


def refusal(refused):
    """The reason of a `Refused` in the reader's language, with its sums."""
    return str(TEXTS[refused.code]) % {name: euros(sum_) for name, sum_ in refused.values.items()}


def balance(difference):
    """Whether a plan's lines sum to its funding; `difference` is lines less funding, in euros."""
    if difference > 0:
        return _("The lines plan %(sum)s more than the funding.") % {"sum": euros(difference)}
    if difference < 0:
        return _("The lines plan %(sum)s less than the funding.") % {"sum": euros(-difference)}
    return _("The lines sum to the funding.")


FILES = {
    "empty": _("The file is empty."),
    "too_big": _("The file is larger than 10 MB."),
    "unknown": _("Only PDF, JPEG and PNG files are taken."),
    "broken": _("The file is damaged or cannot be looked into. Save it anew, or print it to a PDF."),
    "active": _("The PDF holds a program or another file. Print it to a new PDF and send that one."),
    "locked": _("The PDF is locked with a password. Send one that opens without."),
    "too_many_pixels": _("The picture is too large. Send a smaller one."),
}
LEDGER = {
    "too_big": _("The file is larger than 5 MB."),
    "no_csv": _("This is no CSV file. Save the table as CSV with semicolons."),
    "no_rows": _("The file has no rows."),
    "too_many": _("The file has more than %(most)s rows."),
    "no_column": _("There is no column “%(column)s”. The file has: %(there)s."),
    "short_row": _("Row %(row)s has too few columns. Nothing was read."),
    "no_day": _("Row %(row)s: “%(typed)s” is no day. Nothing was read."),
    "no_sum": _("Row %(row)s: “%(typed)s” is no sum. Nothing was read."),
    "no_account": _("Row %(row)s has no account. Nothing was read."),
    "too_long": _("Row %(row)s: “%(typed)s” is too long. Nothing was read."),
}
