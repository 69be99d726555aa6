"""What is said when something with a claim is refused or missing: why, and what to do."""

from django.utils.translation import gettext_lazy as _

from ake_portal.lib.words import euros
from budgets import messages as budgets

TEXTS = {
    "claim_state": _("The claim has gone on in the meantime: look at where it stands now."),
    "not_yours": _("This claim is not yours."),
    "not_made": _("Claims are made and visits settled when the trip has been made, and only once."),
    "nothing_agreed": _("The AKE has agreed to pay nothing of this trip, so there is nothing to book on."),
    "nothing_to_claim": _("The claim asks for nothing. Say that you have nothing to claim instead."),
    "no_rate": _(
        "The kilometre rate of %(year)s is not known yet. The AKE has been told to enter it; what you wrote is kept."
    ),
    "incomplete": _("Something is still missing: it is said at its place."),
    "not_checker": _("The AKE of the region does this, and never the traveller."),
    "not_claim_approver": _(
        "You cannot approve this claim: the region names who does, and it is neither the checker nor the traveller."
    ),
    "no_reason": _("Say why."),
    "not_staff": _("Only the AKE of the region does this."),
    "not_to_buy": _("Tickets and lodging are bought for approved visits that are not settled."),
    "open_claims": _("A traveller has neither been paid nor said that there is nothing to claim."),
    # at the fields of the claim
    "no_purpose": _("Say what the trip was for."),
    "no_transit_reason": _("Say why public transport was impossible: otherwise kilometres cannot be paid."),
    "no_leg": _("Write at least the way out and the way back."),
    "no_from": _("Say where this leg began."),
    "no_to": _("Say where it led."),
    "no_mode": _("Say how you travelled."),
    "no_km": _("Give the kilometres, more than 0."),
    "no_leaving": _("Give the day and the clock of leaving."),
    "no_arrival": _("Give the clock of arriving."),
    "outside": _("This day is outside the trip."),
    "too_early": _("This is before the leg above arrives."),
    "ahead": _("This is still to come: the claim is sent after the trip."),
    "no_lodging": _("Say where and how many nights."),
    "no_receipt": _("Add the receipt."),
}


def refusal(refused):
    """The reason of a `Refused` in the reader's language, with its sums."""
    if refused.code in TEXTS:
        values = {name: value if name == "year" else euros(value) for name, value in refused.values.items()}
        return str(TEXTS[refused.code]) % values
    return budgets.refusal(refused)
