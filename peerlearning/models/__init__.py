from peerlearning.models.claims import Claim, ClaimCost, ClaimReceipt, Leg, Purchase
from peerlearning.models.consents import Consent
from peerlearning.models.expertise import Expertise, ExpertiseEditor
from peerlearning.models.rules import KmRate, NoRate, TravelRules
from peerlearning.models.visits import CostLine, HostFeedback, Step, Stop, Traveller, Visit

__all__ = [
    "Claim",
    "ClaimCost",
    "ClaimReceipt",
    "Consent",
    "CostLine",
    "Expertise",
    "ExpertiseEditor",
    "HostFeedback",
    "KmRate",
    "Leg",
    "NoRate",
    "Purchase",
    "Step",
    "Stop",
    "TravelRules",
    "Traveller",
    "Visit",
]
