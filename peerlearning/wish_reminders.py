"""Who is reminded of a wish for a host: the AKE after five working days without a proposal, the writer after seven without an
answer. Quiet periods do not count, and on the latest day it is too late."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from notifications.reminders import Due, Rule
from peerlearning import wish_mails
from peerlearning.models import Wish

AKE_DAYS, WRITER_DAYS = 5, 7  # working days


def _moments(wish, count):
    """(send, expire): nine o'clock on the day that is `count` working days after the wish came where it stands, and the end of
    its latest day."""
    day = days.local(wish.state_since).date()
    send_on = days.add_working_days(day, count, wish.region.quiet_periods(day, wish.library))
    return days.at(send_on, time(9)), days.at(wish.latest + timedelta(days=1), time(0))


def _waiting(state, count, since, until):
    """(wish, send, expire) of those that have stood in `state` for so long."""
    wishes = Wish.objects.filter(state=state).select_related("region", "library", "writer__library__region")
    for wish in wishes.prefetch_related("region__quiet", "region__coordinators").order_by("pk"):
        send_at, expires_at = _moments(wish, count)
        if send_at <= until and expires_at > since and send_at < expires_at:
            yield wish, send_at, expires_at


def _to_ake(since, until):
    for wish, send_at, expires_at in _waiting(Wish.State.OPEN, AKE_DAYS, since, until):
        for person in wish.region.coordinators.all():
            if not person.is_active:
                continue
            key = f"peerlearning/wishes/open:{wish.pk}:{wish.state_since.isoformat()}:{person.pk}"
            yield Due(
                key=key,
                send_at=send_at,
                expires_at=expires_at,
                person=person,
                about=str(wish),
                region=wish.region,
                send=lambda wish=wish, person=person, key=key: wish_mails.still_open(wish, person, key),
            )


def _to_writer(since, until):
    for wish, send_at, expires_at in _waiting(Wish.State.PROPOSED, WRITER_DAYS, since, until):
        key = f"peerlearning/wishes/unanswered:{wish.pk}:{wish.state_since.isoformat()}"
        yield Due(
            key=key,
            send_at=send_at,
            expires_at=expires_at,
            person=wish.writer,
            about=str(wish),
            region=wish.region,
            send=lambda wish=wish, key=key: wish_mails.unanswered(wish, key),
        )


RULES = [
    Rule("peerlearning.wish_open", _("A wish for which no host has been proposed in five working days"), _to_ake),
    Rule("peerlearning.wish_unanswered", _("Proposed hosts without an answer in seven working days"), _to_writer),
]
