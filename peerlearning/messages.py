"""What is said when something with a visit is refused: why, and what to do."""

from django.utils.translation import gettext_lazy as _

from ake_portal.lib.words import euros
from budgets import messages as budgets

TEXTS = {
    "state": _("The visit has gone on in the meantime: look at where it stands now."),
    "no_stop": _("Say where you go."),
    "no_topic": _("Choose a topic, so that the story finds its readers."),
    "no_subject": _("Say what you want to learn."),
    "no_goal": _("Say what you mean to bring home."),
    "no_dates": _("Say when you leave and when you are back."),
    "past": _("The trip must lie ahead."),
    "no_stop_time": _("Say when you are at each place."),
    "stop_outside": _("Each stop must lie between leaving and coming back."),
    "no_travel": _("Say how you travel."),
    "no_transit_reason": _("Say why public transport is impossible: otherwise kilometres cannot be paid."),
    "no_km": _("Give the kilometres of the trip."),
    "no_rate": _("The kilometre rate of %(year)s is not known yet. The AKE has been told to enter it."),
    "no_region_reason": _("A stop lies in another region: say why the AKE pays for going there."),
    "own_library": _("A stop is in your own library. Choose another library to learn from."),
    "no_library": _("First tell in your details where you work."),
    "unconfirmed": _(
        "Your workplace waits to be confirmed by your director or the AKE. You can send the visit after that."
    ),
    "same_branch": _("The same place is there twice."),
    "no_plan": _(
        "The region has no plan with money for travel for the year of the trip. The consent waits until there is one."
    ),
    "decided": _("This has been decided already."),
    "not_yours": _("This decision is not yours."),
    "no_reason": _("Say why."),
    "no_name": _("Write your name: the decision is kept with it."),
    "no_duty": _("Tick that the visit is a work assignment."),
    "not_made": _("A story is written when the visit has been made."),
    "no_text": _("Write something to the host."),
    "twice": _("You have sent your feedback to this host already."),
    "late": _("The trip has begun: it cannot be changed any more."),
    "joined": _("This person is on the trip already."),
    "not_group": _("Only a study trip has several travellers."),
    "no_colleague": _("There is nobody with this address whose workplace is confirmed."),
    "organiser": _("The organiser stays on the trip."),
}


def refusal(refused):
    """The reason of a `Refused` in the reader's language, with its sums."""
    if refused.code in budgets.TEXTS:
        return budgets.refusal(refused)
    values = {name: value if name == "year" else euros(value) for name, value in refused.values.items()}
    return str(TEXTS[refused.code]) % values
