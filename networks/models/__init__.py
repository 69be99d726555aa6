from networks.models.networks import Leader, Membership, Network
from networks.models.news import News
from networks.models.publications import Publication, PublicationVersion

__all__ = ["Leader", "Membership", "Network", "News", "Publication", "PublicationVersion"]
