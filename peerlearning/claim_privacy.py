"""A person's travel claims: for the export of one's own data, and when the person is erased.

Claims that were sent are accounting records of the city: they stay with the key of an erased person, who has no name then.
"""

from django.db.models import Q

from peerlearning import claims
from peerlearning.models import Claim


def export_for(person):
    """Plain data for one's own export."""
    own = Claim.objects.owned_by(person).select_related("traveller__visit").prefetch_related("legs", "costs__receipts")
    decided = Claim.objects.filter(Q(checked_by=person) | Q(approved_by=person))
    return {
        "claims": [
            {
                "number": claim.document_number,
                "visit": str(claim.visit),
                "state": claim.state,
                "purpose": claim.purpose,
                "why_no_public_transport": claim.no_transit_reason,
                "kilometres": claim.km,
                "euros": str(claim.amount),
                "legs": [
                    {
                        "from": leg.from_place,
                        "to": leg.to_place,
                        "leaves_at": leg.leaves_at,
                        "arrives_at": leg.arrives_at,
                        "mode": leg.mode,
                        "km": leg.km,
                        "passengers": leg.passenger_names,
                    }
                    for leg in claim.legs.all()
                ],
                "costs": [
                    {
                        "what": str(cost),
                        "euros": str(cost.amount),
                        "receipts": [receipt.name for receipt in cost.receipts.all()],
                    }
                    for cost in claim.costs.all()
                ],
            }
            for claim in own.order_by("pk")
        ],
        "decided_claims": [
            {
                "number": claim.document_number,
                "checked": claim.checked_by_id == person.pk,
                "approved": claim.approved_by_id == person.pk,
            }
            for claim in decided.order_by("pk")
        ],
    }


def leave_everything(person):
    """A claim that is still being written asks for nothing any more."""
    for claim in Claim.objects.owned_by(person).filter(state__in=Claim.UNSENT).select_related("traveller__visit"):
        if claim.visit.state == claim.visit.State.DONE:
            claims.waive(claim.traveller, by=person)
