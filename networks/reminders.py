"""Who is reminded of somebody who asks to join: the leaders after three working days without an answer, the region's AKE after
seven. Quiet periods do not count."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from networks import mails
from networks.models import Membership
from notifications.reminders import Due, Rule

LEADER_DAYS, AKE_DAYS = 3, 7  # working days
LATE = timedelta(days=30)  # how long after its moment the AKE is still told


def _waits_since(membership, working_days):
    """The moment at which somebody has waited so many working days: nine o'clock of the last of them."""
    asked = days.local(membership.state_since).date()
    quiet = membership.network.region.quiet_periods(asked)
    return days.at(days.add_working_days(asked, working_days, quiet), time(9))


def _waiting():
    """Those who ask to join, with all that their clock and the mails need."""
    return (
        Membership.objects.waiting()
        .filter(person__is_active=True, person__erased_at=None, network__closed_on=None)
        .select_related("network__region", "person__library")
        .prefetch_related("network__region__quiet", "network__region__coordinators", "network__leaders__person")
        .order_by("pk")
    )


def _find(working_days, until_working_days, people_of):
    def find(since, until):
        for membership in _waiting():
            send_at = _waits_since(membership, working_days)
            expires_at = _waits_since(membership, until_working_days) if until_working_days else send_at + LATE
            if send_at > until or expires_at <= since:
                continue
            for person in people_of(membership.network):
                key = (
                    f"networks/still_waiting:{membership.pk}:{membership.state_since.isoformat()}"
                    f":{working_days}:{person.pk}"
                )
                yield Due(
                    key=key,
                    send_at=send_at,
                    expires_at=expires_at,
                    person=person,
                    about=str(membership.network),
                    region=membership.network.region,
                    send=lambda membership=membership, person=person, key=key: mails.still_waiting(
                        membership, person, key
                    ),
                )

    return find


RULES = [
    Rule(
        "networks.asked3",
        _("Somebody who asks to join a network waits for three working days"),
        _find(LEADER_DAYS, AKE_DAYS, mails.leaders_of),
    ),
    Rule(
        "networks.asked7",
        _("Somebody who asks to join a network waits for seven working days"),
        _find(AKE_DAYS, None, mails.ake_of),
    ),
]
