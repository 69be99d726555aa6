"""A person's networks: for the export of one's own data, and when the data is erased."""

from networks import pictures
from networks.models import Leader, Membership


def export_for(person):
    """Plain data for one's own export."""
    memberships = person.memberships.select_related("network").order_by("pk")
    return {
        "memberships": [
            {
                "network": str(one.network),
                "state": one.state,
                "since": one.state_since,
                "member_since": one.joined_on,
                "message": one.message,
                "reason": one.reason,
                "gets_news": one.gets_news,
                "teams": one.teams,
            }
            for one in memberships
        ],
        "leads": [str(one.network) for one in person.leads.select_related("network").order_by("pk")],
    }


def let_go(person):
    """Belong to nothing and lead nothing any more; who decided about others is forgotten."""
    for leader in Leader.objects.filter(person=person):
        pictures.remove(leader)
        leader.delete()
    person.memberships.all().delete()
    Membership.objects.filter(decided_by=person).update(decided_by=None)
