from peerlearning.models.consents import Consent
from peerlearning.models.rules import KmRate, NoRate, TravelRules
from peerlearning.models.visits import CostLine, Step, Stop, Traveller, Visit

__all__ = ["Consent", "CostLine", "KmRate", "NoRate", "Step", "Stop", "TravelRules", "Traveller", "Visit"]
