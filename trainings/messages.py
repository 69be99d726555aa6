"""What is said to people when an action is refused: why, and what to do."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import words

TEXTS = {
    # signing up
    "draft": _("This training has not been published yet."),
    "cancelled": _("This training is cancelled."),
    "early": _("Sign-up has not opened yet."),
    "closed": _("Sign-up is closed. Ask the organiser whether you can still come."),
    "not_for_you": _(
        "This training is for the libraries of its own region. Ask the organiser whether there is room for you."
    ),
    "mode": _("Choose whether you take part on site or remotely."),
    "twice": _("You are signed up already."),
    "drop_in": _("Nobody signs up for this one: just come."),
    # leaving, offers
    "gone": _("This cannot be done any more: somebody has acted on it already, or the time is up."),
    "too_late": _("It is too late to cancel here. Tell the organiser that you cannot come."),
    "full": _("The seat is taken: somebody was faster. You are still in the queue."),
    # staff
    "state": _("The training is in a state in which this cannot be done."),
    "no_session": _("The training has no session: add when it is held."),
    "past": _("The training is over."),
    "lacks_fi": _("The Finnish title or summary is missing."),
    "lacks_sv": _("The Swedish title or summary is missing."),
    "no_text": _("The training has no title or no summary."),
    "many": _("There are as many materials on the page as it takes: take one away first."),
    "people": _("People have signed up: cancel the training instead, so that they are told."),
}


def refusal(code, training=None):
    """The reason of a Refused `code` in the reader's language, with the date where `training` is known and has one."""
    if code == "early" and training and training.signup_opens_at:
        return gettext("Sign-up opens on %(when)s.") % {"when": words.moment(training.signup_opens_at)}
    return str(TEXTS.get(code, TEXTS["gone"]))
