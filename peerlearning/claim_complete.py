"""What a claim lacks before it can be sent, each said at its field."""

from dataclasses import dataclass
from datetime import timedelta

from ake_portal.lib import days
from peerlearning.models import ClaimCost, Leg

NIGHT = timedelta(days=1)  # who leaves late comes home on the day after the last day


@dataclass(frozen=True)
class Lack:
    """`part` is "claim", "leg" or "cost", `number` which of them (from 0), `field` the form's, `code` a text of claim_messages."""

    part: str
    number: int
    field: str
    code: str


def lacks(claim, now):
    """Every Lack of the claim, in the order of the page."""
    legs = list(claim.legs.all())
    costs = list(claim.costs.prefetch_related("receipts"))
    return [*_of_claim(claim, legs), *_of_legs(claim, legs, now), *_of_costs(costs)]


def _of_claim(claim, legs):
    if not claim.purpose.strip():
        yield Lack("claim", 0, "purpose", "no_purpose")
    if any(leg.is_by_own_car for leg in legs) and not claim.no_transit_reason.strip():
        yield Lack("claim", 0, "no_transit_reason", "no_transit_reason")
    if not legs:
        yield Lack("leg", 0, "from_place", "no_leg")


def _of_legs(claim, legs, now):
    first, last = claim.visit.first_day, claim.visit.last_day + NIGHT
    before = None
    for number, leg in enumerate(legs):
        if not leg.from_place.strip():
            yield Lack("leg", number, "from_place", "no_from")
        if not leg.to_place.strip():
            yield Lack("leg", number, "to_place", "no_to")
        if not leg.mode:
            yield Lack("leg", number, "mode", "no_mode")
        elif leg.mode == Leg.Mode.CAR and not leg.km:
            yield Lack("leg", number, "km", "no_km")
        if leg.leaves_at is None:
            yield Lack("leg", number, "leaves_clock", "no_leaving")
        elif not first <= days.local(leg.leaves_at).date() <= last:
            yield Lack("leg", number, "day", "outside")
        elif before is not None and leg.leaves_at < before:
            yield Lack("leg", number, "leaves_clock", "too_early")
        if leg.arrives_at is None:
            yield Lack("leg", number, "arrives_clock", "no_arrival")
        elif days.local(leg.arrives_at).date() > last:
            yield Lack("leg", number, "arrives_clock", "outside")
        elif leg.arrives_at > now:
            yield Lack("leg", number, "arrives_clock", "ahead")
        before = leg.arrives_at or leg.leaves_at or before


def _of_costs(costs):
    for number, cost in enumerate(costs):
        if cost.kind == ClaimCost.Kind.LODGING and not cost.text.strip():
            yield Lack("cost", number, "text", "no_lodging")
        if not cost.receipts.all():
            yield Lack("cost", number, "receipts", "no_receipt")
