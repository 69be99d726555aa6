"""One function per mail about wishes for a host. All are stored with the change that causes them."""

from django.conf import settings
from django.utils.translation import override

from notifications.outbox import post


def _post(name, wish, person, what, *, key="", **context):
    """Post mail/peerlearning/wishes/<name> to `person`, once for this wish and `what` (an occasion)."""
    with override(person.language):
        url = settings.SITE_URL + wish.get_absolute_url()
    post(
        f"peerlearning/wishes/{name}",
        to=person,
        key=key or f"peerlearning/wishes/{name}:{wish.pk}:{what}:{person.pk}",
        region=wish.region,
        wish=wish,
        url=url,
        **context,
    )


def _to_ake(name, wish, what, **context):
    for person in wish.region.coordinators.active():
        _post(name, wish, person, what, **context)


def sent(wish):
    """To the AKE: somebody looks for a host."""
    _to_ake("sent", wish, "first", is_reminder=False)


def noted(wish):
    """To the writer: this is what the AKE wrote down; and to the others of the AKE: somebody looks for a host."""
    _post("noted", wish, wish.writer, "first")
    for person in wish.region.coordinators.active().exclude(pk__in=[wish.noted_by_id, wish.writer_id]):
        _post("sent", wish, person, "first", is_reminder=False)


def still_open(wish, person, key):
    """Reminder to one of the AKE: no host has been proposed yet."""
    _post("sent", wish, person, "", key=key, is_reminder=True)


def proposed(wish, proposals):
    """To the writer: these hosts have been found."""
    _post("proposed", wish, wish.writer, wish.state_since.isoformat(), proposals=proposals, is_reminder=False)


def unanswered(wish, key):
    """Reminder to the writer: the proposals wait for an answer."""
    proposals = wish.proposals.open().with_places()
    _post("proposed", wish, wish.writer, "", key=key, proposals=proposals, is_reminder=True)


def taken_back(wish, proposal):
    """To the writer: one of the hosts cannot be visited after all, and why."""
    is_last = wish.state == wish.State.OPEN
    _post("taken_back", wish, wish.writer, f"proposal:{proposal.pk}", proposal=proposal, is_last=is_last)


def taken(wish, proposals):
    """To whoever proposed what was taken: a visit is being planned there."""
    for person in {proposal.by for proposal in proposals if proposal.by}:
        own = [proposal for proposal in proposals if proposal.by_id == person.pk]
        _post("taken", wish, person, "taken", proposals=own)


def turned_down(wish, answer):
    """To the AKE: none of the hosts suits, and why."""
    _to_ake("turned_down", wish, wish.state_since.isoformat(), answer=answer)


def withdrawn(wish):
    """To the AKE: nobody needs to look for a host any more."""
    _to_ake("withdrawn", wish, "withdrawn")


def closed(wish, by):
    """To the writer: the AKE has found no host, and why."""
    _post("closed", wish, wish.writer, "closed", by=by)


def lapsed(wish):
    """To the writer and the AKE: the latest day has passed."""
    _post("lapsed", wish, wish.writer, "lapsed", role="writer")
    for person in wish.region.coordinators.active().exclude(pk=wish.writer_id):
        _post("lapsed", wish, person, "lapsed", role="ake")
