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
    # plans
    "state": _("The plan is in a state in which this cannot be done."),
    "lacks_fi": _("The Finnish name of the plan is missing."),
    "lacks_sv": _("The Swedish name of the plan is missing."),
    "unchanged": _("Nothing has changed since the last edition."),
    "no_note": _("Say what changes and why."),
    "amended": _("Something has changed since the last edition: publish it first."),
    "open_money": _("Something is still reserved or committed: spend or release it first."),
    "year_taken": _("The region has a plan for this year already."),
}


def refusal(refused):
    """The reason of a `Refused` in the reader's language, with its sums."""
    return str(TEXTS[refused.code]) % {name: euros(sum_) for name, sum_ in refused.values.items()}
