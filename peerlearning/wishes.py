"""What is done with a wish for a host. Each action is one transaction under a lock on the wish's row; the moves are those of
workflow.WISH."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ake_portal.lib import days
from budgets.actions import Refused
from peerlearning import actions, wish_mails, workflow
from peerlearning.models import Proposal, Stop, Wish

State = Wish.State
MOST_STOPS = 5  # that a visit has
FARTHEST = timedelta(days=2 * 366)  # how far ahead a wish may look
__all__ = ["Incomplete", "Refused"]


class Incomplete(Refused):
    """The wish cannot be sent: `lacks` has (field, code) pairs."""

    def __init__(self, lacks):
        super().__init__(lacks[0][1])
        self.lacks = lacks


# Who may do what


def roles(wish, user):
    """What `user` is to the wish: names of workflow.WISH."""
    found = set()
    if wish.writer_id == user.pk:
        found.add(workflow.WRITER)
    if user.runs(wish.region):
        found.add(workflow.AKE)
    return found


def moves_for(wish, user):
    """Names of the moves that `user` may take where the wish stands."""
    own = roles(wish, user)
    return [name for name, move in workflow.WISH.items() if own.intersection(workflow.who(move)) and wish.may(name)]


def _lock(wish, move, by=None, now=None):
    """The wish as it is now, locked and moved on in memory. Raises Refused "wish_state", "not_your_wish"."""
    wish = (
        Wish.objects.select_for_update(of=("self",))
        .select_related("writer__library__region", "writer__branch", "library", "region")
        .get(pk=wish.pk)
    )
    step = workflow.WISH[move]
    if by is not None and not roles(wish, by).intersection(workflow.who(step)):
        raise Refused("not_your_wish")
    if not wish.may(move):
        raise Refused("wish_state")
    wish.state, wish.state_since = step.target, now or timezone.now()
    if wish.state not in Wish.LIVE:
        wish.ended_at = wish.state_since
    return wish


# Writing


@transaction.atomic
def begin(*, by, language="fi", topics=(), now=None, **fields):
    """A draft of `by`, from the library of today. Returns the Wish. Raises Refused "no_library"."""
    if by.library is None:
        raise Refused("no_library")
    now = now or timezone.now()
    wish = Wish.objects.create(
        writer=by,
        library=by.library,
        region=by.library.region,
        language=language,
        created_at=now,
        state_since=now,
        **fields,
    )
    wish.topics.set(topics)
    return wish


@transaction.atomic
def write(wish, *, by, topics, **fields):
    """Keep what the writer has written so far, however little. Returns the Wish. Raises Refused "wish_state", "not_your_wish"."""
    wish = _lock(wish, "write", by)
    for name, value in fields.items():
        setattr(wish, name, value)
    wish.save()
    wish.topics.set(topics)
    return wish


def lacks(wish, today=None):
    """[(field, code of wish_messages.TEXTS)] of what the AKE needs to find a host."""
    needed = (
        ("topics", "no_wish_topic", wish.topics.exists()),
        ("subject", "no_subject", wish.subject.strip()),
        ("goal", "no_goal", wish.goal.strip()),
        ("earliest", "no_earliest", wish.earliest),
        ("latest", "no_latest", wish.latest),
        ("latest", "wish_past", not wish.is_over(today)),
        ("languages", "no_language", wish.languages),
    )
    return [(field, code) for field, code, is_there in needed if not is_there]


@transaction.atomic
def send(wish, *, by, now=None):
    """To the AKE of the region in which the writer works today. Raises Incomplete, Refused: "wish_state", "not_your_wish",
    "no_library", "unconfirmed_wish"."""
    now = now or timezone.now()
    wish = _lock(wish, "send", by, now)
    if by.library is None:
        raise Refused("no_library")
    if not by.is_confirmed:
        raise Refused("unconfirmed_wish")
    missing = lacks(wish, timezone.localdate(now))
    if missing:
        raise Incomplete(missing)
    wish.library, wish.region, wish.sent_at = by.library, by.library.region, now
    wish.save()
    wish_mails.sent(wish)
    return wish


@transaction.atomic
def note(*, person, by, topics, language="fi", now=None, **fields):
    """A wish that `person` told the AKE by phone or mail: `by` writes it down, and it is sent at once. Returns the Wish.

    It is the person's own from then on; who wrote it down stays named. Raises Incomplete, Refused: "no_library",
    "not_your_wish" (somebody of a region that `by` does not work for), "unconfirmed_writer".
    """
    now = now or timezone.now()
    wish = begin(by=person, language=language, topics=topics, now=now, noted_by=by, **fields)
    if not by.runs(wish.region):
        raise Refused("not_your_wish")
    if not person.is_confirmed:
        raise Refused("unconfirmed_writer")
    missing = lacks(wish, timezone.localdate(now))
    if missing:
        raise Incomplete(missing)
    wish.state, wish.sent_at = workflow.WISH["send"].target, now
    wish.save()
    wish_mails.noted(wish)
    return wish


# Finding a host


@transaction.atomic
def propose(wish, proposals, *, by, now=None):
    """Propose hosts: dicts with "branch", "starts_at", "ends_at", "contact_name", "contact_email", "why". Returns the Wish.

    Raises Refused: "wish_state", "not_your_wish", "no_proposal", what why_not_proposed says.
    """
    now = now or timezone.now()
    wish = _lock(wish, "propose", by, now)
    if not proposals:
        raise Refused("no_proposal")
    for values in proposals:
        code = why_not_proposed(wish, values, now)
        if code:
            raise Refused(code)
    wish.save()
    made = [Proposal.objects.create(wish=wish, by=by, at=now, **values) for values in proposals]
    wish_mails.proposed(wish, made)
    return wish


def why_not_proposed(wish, values, now=None):
    """The code of what is wrong with a host that is to be proposed: "own_library_wish", "proposal_past", "outside_days",
    "no_why"; empty when nothing is."""
    now = now or timezone.now()
    first, last = days.local(values["starts_at"]).date(), days.local(values["ends_at"]).date()
    if values["branch"].library_id == wish.library_id:
        return "own_library_wish"
    if values["starts_at"] <= now:
        return "proposal_past"
    if not wish.earliest <= first <= last <= wish.latest:
        return "outside_days"
    return "" if values["why"].strip() else "no_why"


@transaction.atomic
def take_back(proposal, *, by, why, now=None):
    """The AKE takes back one open proposal, as when the host has fallen ill; without another one a host is looked for again.

    Returns the Wish. Raises Refused: "wish_state", "not_your_wish", "proposal_gone", "no_take_back_reason".
    """
    now = now or timezone.now()
    wish = _lock(proposal.wish, "take_back", by, now)
    proposal = wish.proposals.open().with_places().filter(pk=proposal.pk).first()
    if proposal is None:
        raise Refused("proposal_gone")
    if not why.strip():
        raise Refused("no_take_back_reason")
    proposal.state, proposal.answer = Proposal.State.BACK, why.strip()[:500]
    proposal.answered_at, proposal.taken_back_by = now, by
    proposal.save()
    if not wish.proposals.open().exists():
        wish.state = workflow.WISH["take_back_last"].target
    wish.save()
    wish_mails.taken_back(wish, proposal)
    return wish


@transaction.atomic
def take(wish, proposals, *, by, now=None):
    """Take one of the open proposals, or several as stops of one trip: a visit is begun with all that was written.

    Returns the draft Visit. Raises Refused: "wish_state", "not_your_wish", "none_chosen", "proposal_gone", "proposal_begun",
    "place_twice", "at_the_same_time", "too_many_stops", "no_library".
    """
    now = now or timezone.now()
    wish = _lock(wish, "take", by, now)
    keys = {proposal.pk for proposal in proposals}
    chosen = list(wish.proposals.open().with_places().filter(pk__in=keys))
    _check_chosen(chosen, keys, now)
    visit = _visit(wish, chosen, by, now)
    left = wish.proposals.open().exclude(pk__in=keys)
    left.update(state=Proposal.State.LEFT, answered_at=now)
    wish.proposals.filter(pk__in=keys).update(state=Proposal.State.TAKEN, answered_at=now)
    wish.visit = visit
    wish.save()
    wish_mails.taken(wish, chosen)
    return visit


def _check_chosen(chosen, keys, now):
    if not keys:
        raise Refused("none_chosen")
    if len(chosen) < len(keys):
        raise Refused("proposal_gone")
    if len(chosen) > MOST_STOPS:
        raise Refused("too_many_stops")
    if any(proposal.has_begun(now) for proposal in chosen):
        raise Refused("proposal_begun")
    if len({proposal.branch_id for proposal in chosen}) < len(chosen):
        raise Refused("place_twice")
    if any(later.starts_at < earlier.ends_at for earlier, later in zip(chosen, chosen[1:], strict=False)):
        raise Refused("at_the_same_time")


def _visit(wish, chosen, by, now):
    """The visit that the wish becomes; when the traveller leaves and is back, nobody has said yet."""
    visit = actions.begin(
        traveller=by,
        by=by,
        kind=wish.kind,
        topics=wish.topics.all(),
        language=wish.language,
        subject=wish.subject,
        goal=wish.goal,
        travel=wish.travel,
        created_at=now,
    )
    for position, proposal in enumerate(chosen, 1):
        Stop.objects.create(
            visit=visit,
            position=position,
            branch=proposal.branch,
            starts_at=proposal.starts_at,
            ends_at=proposal.ends_at,
            contact_name=proposal.contact_name,
            contact_email=proposal.contact_email,
        )
    return visit


@transaction.atomic
def turn_down(wish, *, by, why, now=None):
    """None of the proposals suits: the AKE reads why and looks on. Raises Refused: "wish_state", "not_your_wish", "no_answer"."""
    now = now or timezone.now()
    wish = _lock(wish, "turn_down", by, now)
    if not why.strip():
        raise Refused("no_answer")
    wish.save()
    answer = why.strip()[:500]
    wish.proposals.open().update(state=Proposal.State.LEFT, answer=answer, answered_at=now)
    wish_mails.turned_down(wish, answer)
    return wish


# Ending


@transaction.atomic
def withdraw(wish, *, by, now=None):
    """The writer does not look for a host any more. Raises Refused "wish_state", "not_your_wish"."""
    now = now or timezone.now()
    wish = _lock(wish, "withdraw", by, now)
    _end(wish, now)
    if wish.sent_at:
        wish_mails.withdrawn(wish)
    return wish


@transaction.atomic
def close(wish, *, by, reason, now=None):
    """The AKE finds no host, and tells why. Raises Refused: "wish_state", "not_your_wish", "no_close_reason"."""
    now = now or timezone.now()
    wish = _lock(wish, "close", by, now)
    if not reason.strip():
        raise Refused("no_close_reason")
    wish.reason = reason.strip()[:500]
    _end(wish, now)
    wish_mails.closed(wish, by)
    return wish


@transaction.atomic
def lapse(wish, *, now=None):
    """The latest day has passed. Does nothing when the wish has gone on in the meantime. Returns whether it lapsed."""
    now = now or timezone.now()
    try:
        wish = _lock(wish, "lapse", now=now)
    except Refused:
        return False
    if not wish.is_over(timezone.localdate(now)):
        return False
    _end(wish, now)
    wish_mails.lapsed(wish)
    return True


def _end(wish, now):
    wish.save()
    wish.proposals.open().update(state=Proposal.State.LEFT, answered_at=now)


def tick(now=None):
    """What the clock does: wishes whose latest day has passed lapse. Safe to run twice."""
    now = now or timezone.now()
    for wish in Wish.objects.filter(state__in=Wish.SENT, latest__lt=timezone.localdate(now)):
        lapse(wish, now=now)
