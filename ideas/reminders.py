"""Who is reminded of ideas that stand still: the host after 5 working days, the AKE after 10. Quiet periods do not count."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from ideas import mails
from ideas.models import Idea
from notifications.reminders import Due, Rule

HOST_DAYS, AKE_DAYS = 5, 10
LATE_STILL = timedelta(days=21)  # how long after its moment a missed reminder is still sent


def _after(moment, count, region, library=None):
    """9 o'clock on the day that is `count` working days after `moment`, quiet periods left out."""
    day = days.local(moment).date()
    return days.at(days.add_working_days(day, count, region.quiet_periods(day, library)), time(9))


def late_since(idea):
    """The moment from which an idea has lain on the AKE's desk for too long."""
    return _after(idea.state_since, AKE_DAYS, idea.region)


def _to_host(since, until):
    ideas = Idea.objects.filter(state=Idea.State.WITH_HOST, asked__isnull=False)
    for idea in ideas.select_related("region", "host", "asked", "library").prefetch_related("region__quiet"):
        send_at = _after(idea.asked_at, HOST_DAYS, idea.region, idea.host)
        if send_at > until or send_at + LATE_STILL <= since:
            continue
        key = f"ideas/check_again:{idea.pk}:{idea.asked_at.isoformat()}"
        yield Due(
            key=key,
            send_at=send_at,
            expires_at=send_at + LATE_STILL,
            person=idea.asked,
            about=str(idea),
            region=idea.region,
            send=lambda idea=idea, key=key: mails.check(idea, key, again=True),
        )


def _to_ake(since, until):
    """One mail to each coordinator with all that is late, again when another has become so."""
    by_region = {}
    ideas = Idea.objects.filter(state=Idea.State.WITH_AKE).select_related("region").order_by("state_since", "pk")
    for idea in ideas.prefetch_related("region__quiet", "region__coordinators"):
        send_at = late_since(idea)
        if send_at <= until:
            by_region.setdefault(idea.region_id, []).append((send_at, idea))
    for late in by_region.values():
        send_at, newest = late[-1]
        if send_at + LATE_STILL <= since:
            continue
        for person in newest.region.coordinators.all():
            key = f"ideas/waiting:{newest.pk}:{newest.state_since.isoformat()}:{person.pk}"
            yield Due(
                key=key,
                send_at=send_at,
                expires_at=send_at + LATE_STILL,
                person=person,
                about=str(newest),
                region=newest.region,
                send=lambda region=newest.region, person=person, late=late, key=key: mails.waiting(
                    region, person, [idea for _send_at, idea in late], key
                ),
            )


RULES = [
    Rule("ideas.check", _("A story that the host has not checked for five working days"), _to_host),
    Rule("ideas.waiting", _("Ideas that have waited for the AKE for ten working days"), _to_ake),
]
