from networks.models.kits import Kit, KitPart, Loan, MissingPart
from networks.models.networks import Leader, Membership, Network

__all__ = ["Kit", "KitPart", "Leader", "Loan", "Membership", "MissingPart", "Network"]
