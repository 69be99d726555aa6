from networks.models.networks import Leader, Membership, Network
from networks.models.news import News

__all__ = ["Leader", "Membership", "Network", "News"]
