"""A person's wishes for a host: for the export of one's own data, when the person is erased, and when a wish is old."""

from datetime import timedelta

from django.db.models import Q

from peerlearning import wishes
from peerlearning.models import Proposal, Wish

KEPT = timedelta(days=2 * 365)  # the texts of a wish from which no visit came


def export_for(person):
    """Plain data for one's own export."""
    own = Wish.objects.of(person).for_page().order_by("pk")
    proposed = Proposal.objects.filter(by=person).with_places().order_by("pk")
    named = Proposal.objects.filter(contact_email=person.email).with_places().order_by("pk")
    return {
        "written": [
            {
                "state": wish.state,
                "kind": wish.kind,
                **{name: getattr(wish, name) for name in Wish.TEXTS},
                "topics": [str(topic) for topic in wish.topics.all()],
                "earliest": wish.earliest,
                "latest": wish.latest,
                "travel": wish.travel,
                "languages": wish.languages,
                "from": str(wish.library),
                "written_down_by": str(wish.noted_by or ""),
                "sent_at": wish.sent_at,
                "visit": wish.visit.case if wish.visit else "",
                "proposals": [
                    {
                        "to": str(one),
                        "starts_at": one.starts_at,
                        "why": one.why,
                        "state": one.state,
                        "answer": one.answer,
                    }
                    for one in wish.proposals.all()
                ],
            }
            for wish in own
        ],
        "proposed": [{"to": str(one), "starts_at": one.starts_at, "why": one.why} for one in proposed],
        "proposed_as_host": [{"to": str(one), "starts_at": one.starts_at} for one in named],
    }


def leave_everything(person):
    """Nobody looks for a host for somebody who is gone, nor proposes that person as one."""
    for wish in Wish.objects.of(person).live():
        wishes.withdraw(wish, by=person)
    Proposal.objects.filter(contact_email=person.email).update(contact_name="", contact_email="", why="")


def forget(person):
    """The texts of the own wishes; topics, days and places stay for the counts."""
    blank(Wish.objects.of(person))


def blank(found):
    """Take the texts out of wishes and out of what was proposed for them. Returns how many had any."""
    has_text = Q()
    for name in Wish.TEXTS:
        has_text |= ~Q(**{name: ""})
    found = found.filter(has_text)
    Proposal.objects.filter(wish__in=found.values("pk")).update(contact_name="", contact_email="", why="", answer="")
    return found.update(**dict.fromkeys(Wish.TEXTS, ""))


def blank_old(now):
    """Empty wishes that ended without a visit more than two years ago. Returns how many."""
    return blank(Wish.objects.filter(state__in=Wish.FRUITLESS, ended_at__lt=now - KEPT))
