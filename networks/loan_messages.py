"""What is said when something with a kit's loan is refused: why, and what to do."""

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import words

TEXTS = {
    "state": _("This has changed in the meantime: look at where it stands now."),
    "inactive": _("This kit is not lent at the moment."),
    "unconfirmed": _("Your director or the AKE first confirms where you work. They have been asked to."),
    "elsewhere": _("This kit is lent to the libraries of its own regions."),
    "past": _("This day is past."),
    "backwards": _("The last day is before the first."),
    "far": _("At most a year ahead can be booked."),
    "long": _("This kit is lent for at most %(days)s days at a time."),
    "taken": _("%(library)s has the kit then: with the service days it is taken from %(first_day)s to %(last_day)s."),
    "early": _("It is too early for this: the loan begins later. Ask the one who lends the kit to move it."),
    "begins": _("The first day of this loan is not past yet. You can move or cancel the loan."),
    "over": _("The days of this loan are past. Ask the one who lends the kit to move it."),
    "out": _("%(library)s has the kit still: it is first noted as returned."),
}


def refusal(refused):
    """The reason of a `Refused` in the reader's language, with its days."""
    values = dict(refused.values)
    if loan := values.pop("loan", None):
        values["library"] = loan.library
    days = {name: words.day(value) if hasattr(value, "year") else value for name, value in values.items()}
    return str(TEXTS[refused.code]) % days
