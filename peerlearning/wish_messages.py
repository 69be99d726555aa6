"""What is said when something with a wish for a host is refused: why, and what to do."""

from django.utils.translation import gettext_lazy as _

from peerlearning import messages

TEXTS = {
    "wish_state": _("The wish has gone on in the meantime: look at where it stands now."),
    "not_your_wish": _("This is not yours to do."),
    "unconfirmed_wish": _(
        "Your workplace waits to be confirmed by your director or the AKE. You can send the wish after that."
    ),
    "no_wish_topic": _("Choose at least one topic: the AKE looks for the host by it."),
    "no_earliest": _("Say from which day on it suits."),
    "no_latest": _("Say until which day it suits."),
    "wish_past": _("The latest day must lie ahead."),
    "no_language": _("Choose at least one language."),
    "no_proposal": _("Propose at least one host."),
    "own_library_wish": _("This is the writer's own library. Choose another one to learn from."),
    "proposal_past": _("The day must lie ahead."),
    "outside_days": _("The day must be one of those that suit the writer."),
    "no_why": _("Say why you propose this one."),
    "none_chosen": _("Choose at least one host."),
    "proposal_gone": _("A proposal is no longer there: look at the list anew."),
    "proposal_begun": _("The day of a proposal has passed: choose another one, or tell the AKE that none suits."),
    "place_twice": _("You have chosen the same place twice: choose one of its days."),
    "at_the_same_time": _("Two of the hosts would meet you at the same time: choose one of them."),
    "too_many_stops": _("A trip has at most five places."),
    "unconfirmed_writer": _("The workplace of this person waits to be confirmed: confirm it first."),
    "no_take_back_reason": _("Say why: the writer reads it."),
    "no_answer": _("Say why, so that the AKE can look on."),
    "no_close_reason": _("Say why: the writer reads it."),
}


def text(code):
    """The reason of a code in the reader's language."""
    return TEXTS[code] if code in TEXTS else messages.TEXTS[code]


def refusal(refused):
    """The reason of a `Refused` in the reader's language."""
    return str(TEXTS[refused.code]) if refused.code in TEXTS else messages.refusal(refused)
