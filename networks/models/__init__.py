from networks.models.networks import Leader, Membership, Network

__all__ = ["Leader", "Membership", "Network"]
