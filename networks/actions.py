"""What happens between a person and a network, one verb each, one transaction each. The moves are those of workflow.MEMBERSHIP."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from networks import mails, workflow
from networks.models import Membership, Network
from people.models import User

State, Teams = Membership.State, Membership.Teams


class Refused(Exception):
    """An action that cannot be done; `code` tells why, a key of messages.TEXTS."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


def of(network, person):
    """The person's membership of the network, whatever its state; an unsaved one where there is none."""
    found = Membership.objects.filter(network=network, person=person).first()
    return found or Membership(network=network, person=person, state="")


def _lock(network, person, move):
    """The membership, its network's row being the lock. Raises Refused "state"."""
    network = Network.objects.select_for_update(of=("self",)).select_related("region").get(pk=network.pk)
    membership = of(network, person)
    membership.network = network
    if network.closed_on or not membership.may(move):
        raise Refused("state")
    return membership


def _go(membership, move, *, by=None, now=None, **changes):
    membership.state = workflow.MEMBERSHIP[move].target
    membership.state_since = now or timezone.now()
    membership.decided_by = by
    for name, value in changes.items():
        setattr(membership, name, value)
    if membership.state == State.MEMBER:
        membership.earlier += membership.joined_on is not None
        membership.joined_on = timezone.localdate(membership.state_since)
        membership.gets_news = True
        if membership.teams == Teams.TO_REMOVE:
            membership.teams = Teams.IN
        elif membership.teams == Teams.OUT and membership.network.teams_link:
            membership.teams = Teams.TO_ADD
    elif membership.teams in (Teams.IN, Teams.TO_ADD):
        # nobody but the leader can take somebody out of Teams
        membership.teams = Teams.TO_REMOVE if membership.teams == Teams.IN else Teams.OUT
    membership.save()
    return membership


def _in_calendar(membership):
    """Coming gatherings that mails have put into the member's calendar, as the app that sent them knows (settings.MEMBERS_CALENDAR)."""
    return import_string(settings.MEMBERS_CALENDAR)(membership) if membership.is_member else []


def why_not_join(network, person):
    """Code of what keeps `person` from asking to join, or nothing."""
    if not person.is_confirmed:
        return "unconfirmed"
    if not network.takes(person):
        return "elsewhere"
    if network.joining == Network.Joining.APPOINTED:
        return "appointed"
    return ""


# The person


@transaction.atomic
def ask(network, *, person, message="", now=None):
    """Ask to join; an open network takes the person at once. Returns the Membership.

    Raises Refused: "state", "unconfirmed", "elsewhere", "appointed".
    """
    obstacle = why_not_join(network, person)
    if obstacle:
        raise Refused(obstacle)
    is_open = network.joining == Network.Joining.OPEN
    move = "join" if is_open else "ask"
    membership = _lock(network, person, move)
    _go(membership, move, message="" if is_open else message, reason="", now=now)
    if not is_open:
        mails.asked(membership)
    return membership


@transaction.atomic
def agree(network, *, person, now=None):
    """Take the leader's invitation. Raises Refused "state"."""
    return _go(_lock(network, person, "agree"), "agree", now=now)


@transaction.atomic
def decline(network, *, person, now=None):
    """Not take the leader's invitation. Raises Refused "state"."""
    return _go(_lock(network, person, "decline"), "decline", now=now)


@transaction.atomic
def leave(network, *, person, now=None):
    """Belong no more, or ask no more; what mails have put into the calendar is taken out. Raises Refused "state"."""
    membership = _lock(network, person, "leave")
    gone = _in_calendar(membership)
    _go(membership, "leave", now=now, message="", reason="")
    if gone:
        mails.left(membership, gone)
    return membership


@transaction.atomic
def mute(network, *, person, gets_news):
    """Whether the network's news come by mail; the membership stays. Raises Refused "state"."""
    changed = Membership.objects.members().filter(network=network, person=person).update(gets_news=gets_news)
    if not changed:
        raise Refused("state")


# The leader


@transaction.atomic
def accept(network, *, person, by, now=None):
    """Let in who has asked. Raises Refused "state"."""
    membership = _go(_lock(network, person, "accept"), "accept", by=by, now=now, reason="")
    mails.accepted(membership)
    return membership


@transaction.atomic
def refuse(network, *, person, by, reason="", now=None):
    """Not let in who has asked, with a reason or without. Raises Refused "state"."""
    membership = _go(_lock(network, person, "refuse"), "refuse", by=by, now=now, reason=reason.strip()[:500])
    mails.refused(membership)
    return membership


@transaction.atomic
def invite(network, *, email, by, now=None):
    """Invite somebody by mail; who has asked already is let in, who is appointed belongs at once. Returns the Membership.

    Raises Refused: "nobody", "unconfirmed", "elsewhere", "is_member".
    """
    person = User.objects.active().select_related("library__region").filter(email=email.strip().lower()).first()
    if person is None or person.library is None:
        raise Refused("nobody")
    if not person.is_confirmed:
        raise Refused("unconfirmed_other")
    if not network.takes(person):
        raise Refused("elsewhere_other")
    there = of(network, person)
    if there.state == State.MEMBER:
        raise Refused("is_member")
    if there.state == State.APPLIED:
        return accept(network, person=person, by=by, now=now)
    if network.joining == Network.Joining.APPOINTED:
        membership = _go(_lock(network, person, "appoint"), "appoint", by=by, now=now, reason="")
        mails.accepted(membership)
        return membership
    membership = _go(_lock(network, person, "invite"), "invite", by=by, now=now, reason="")
    mails.invited(membership)
    return membership


@transaction.atomic
def remove(network, *, person, by, now=None):
    """Take somebody out, or an invitation back. Raises Refused "state"."""
    membership = _lock(network, person, "remove")
    was_member, gone = membership.is_member, _in_calendar(membership)
    _go(membership, "remove", by=by, now=now)
    if was_member:
        mails.removed(membership, gone)
    return membership


@transaction.atomic
def tick_teams(network, *, people, by):
    """The leader has added or removed these people in Teams. Returns how many."""
    done = 0
    for membership in network.memberships.select_for_update().filter(person__in=people):
        if membership.teams == Teams.TO_ADD:
            membership.teams = Teams.IN
        elif membership.teams == Teams.TO_REMOVE:
            membership.teams = Teams.OUT
        else:
            continue
        membership.save(update_fields=["teams"])
        done += 1
    return done
