from peerlearning.models.claims import Claim, ClaimCost, ClaimReceipt, ClaimYear, Leg, Purchase
from peerlearning.models.consents import Consent
from peerlearning.models.expertise import Expertise, ExpertiseEditor
from peerlearning.models.rules import KmRate, NoRate, TravelRules
from peerlearning.models.visits import CostLine, HostFeedback, Step, Stop, Traveller, Visit
from peerlearning.models.wishes import Proposal, Wish

__all__ = [
    "Claim",
    "ClaimCost",
    "ClaimReceipt",
    "ClaimYear",
    "Consent",
    "CostLine",
    "Expertise",
    "ExpertiseEditor",
    "HostFeedback",
    "KmRate",
    "Leg",
    "NoRate",
    "Proposal",
    "Purchase",
    "Step",
    "Stop",
    "TravelRules",
    "Traveller",
    "Visit",
    "Wish",
]
