from networks.models.kits import Kit, KitPart, Loan, MissingPart
from networks.models.networks import Leader, Membership, Network
from networks.models.news import News
from networks.models.publications import Publication, PublicationVersion

__all__ = [
    "Kit",
    "KitPart",
    "Loan",
    "MissingPart",
    "Leader",
    "Membership",
    "Network",
    "News",
    "Publication",
    "PublicationVersion",
]
