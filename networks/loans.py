"""What happens to a kit's loan, one verb each, one transaction each. The moves are those of loan_workflow.LOAN.

The kit's row is the lock: whoever looks whether days are free holds it until the loan is stored.
"""

from contextlib import suppress
from datetime import time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ake_portal.lib import days
from networks import loan_mails, loan_workflow
from networks.models import Kit, Loan, MissingPart

DAY = timedelta(days=1)
AHEAD = timedelta(days=366)
UNFETCHED_DAYS = 10  # working days after its first day until what nobody fetches closes by itself
ComesFrom, State = Loan.ComesFrom, Loan.State


class Refused(Exception):
    """An action that cannot be done; `code` tells why, a key of loan_messages.TEXTS, with its `values`."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code, self.values = code, values


# What is free


def why_not_book(kit, person):
    """Code of what keeps `person` from borrowing the kit at all, or nothing."""
    if not kit.is_active or kit.network.closed_on:
        return "inactive"
    if not person.is_confirmed:
        return "unconfirmed"
    return "" if kit.takes(person) else "elsewhere"


def in_the_way(kit, first_day, tied_until, *, today, but=None):
    """The loan that ties the kit on any of these days, the first one, or None; `but` is left out."""
    loans = kit.loans.tying().exclude(pk=but and but.pk).filter(first_day__lte=tied_until)
    for loan in loans.filter(Q(tied_until__gte=first_day) | Q(state=State.OUT)).select_related("library").by_day():
        if loan.tied_through(today) >= first_day:
            return loan
    return None


def _check_days(kit, first_day, last_day, *, today, but=None, begins_later=True):
    """The day until which such a loan ties the kit. Raises Refused: "past", "backwards", "far", "taken"."""
    if begins_later and first_day < today:
        raise Refused("past")
    if last_day < first_day:
        raise Refused("backwards")
    if last_day > today + AHEAD:
        raise Refused("far")
    tied_until = last_day + kit.service_days * DAY
    other = in_the_way(kit, first_day, tied_until, today=today, but=but)
    if other is not None:
        # the days next to it are taken too: the service days belong to a loan
        raise Refused(
            "taken", first_day=other.first_day - kit.service_days * DAY, last_day=other.tied_through(today), loan=other
        )
    return tied_until


def _lock(kit):
    """The kit, locked."""
    return Kit.objects.select_for_update(of=("self",)).select_related("network__region", "region").get(pk=kit.pk)


def _lock_loan(loan, move):
    """The loan as it is now, its kit locked, moved on in memory. Raises Refused "state"."""
    kit = _lock(loan.kit)
    loan = Loan.objects.select_related("library", "person__library__region").get(pk=loan.pk)
    loan.kit = kit
    if not loan.may(move):
        raise Refused("state")
    loan.state = loan_workflow.LOAN[move].target
    loan.revision += 1
    return loan


def _check_nobody_has(kit):
    """Raises Refused "out"."""
    other = kit.loans.filter(state=State.OUT).select_related("library").first()
    if other is not None:
        raise Refused("out", library=other.library)


# The library


@transaction.atomic
def book(kit, *, person, first_day, last_day, comes_from=ComesFrom.AKE, today=None, now=None):
    """A loan of the kit to the library of `person`, from `first_day` to `last_day`, dates. Returns the Loan.

    Raises Refused: "inactive", "unconfirmed", "elsewhere", "past", "backwards", "far", "long", "taken".
    """
    today = today or timezone.localdate()
    kit = _lock(kit)
    obstacle = why_not_book(kit, person)
    if obstacle:
        raise Refused(obstacle)
    if (last_day - first_day).days >= kit.longest_loan:
        raise Refused("long", days=kit.longest_loan)
    tied_until = _check_days(kit, first_day, last_day, today=today)
    loan = Loan.objects.create(
        kit=kit,
        library=person.library,
        person=person,
        first_day=first_day,
        last_day=last_day,
        tied_until=tied_until,
        comes_from=comes_from,
        booked_at=now or timezone.now(),
    )
    loan_mails.booked(loan)
    return loan


@transaction.atomic
def cancel(loan, *, by, reason=""):
    """The loan will not be: its days are free again. Raises Refused "state"."""
    loan = _lock_loan(loan, "cancel")
    loan.reason = reason.strip()[:300]
    loan.save()
    loan_mails.cancelled(loan, by)
    return loan


@transaction.atomic
def hand_over(loan, *, today=None):
    """The kit is at the library from now on. Raises Refused: "state", "early", "over" (its days are past), "out" (another library has it)."""
    today = today or timezone.localdate()
    loan = _lock_loan(loan, "hand_over")
    if today < loan.first_day - loan.kit.service_days * DAY:
        raise Refused("early")
    if today > loan.last_day:
        raise Refused("over")
    _check_nobody_has(loan.kit)
    loan.picked_up_on = today
    loan.save()
    return loan


@transaction.atomic
def receive(loan, *, by, missing=None, condition="", today=None):
    """The library has got the kit: from the AKE, or from the library before, whose loan is over with that.

    `missing` and `condition` are what it found in the kit then. Raises Refused as `hand_over` and `take_back`.
    """
    before = comes_after(loan)
    if before is not None:
        take_back(before, by=by, missing=missing, condition=condition, today=today, but=loan)
    return hand_over(loan, today=today)


def comes_after(loan):
    """The loan from whose library this one fetches the kit, which is there still; or None."""
    if loan.comes_from != ComesFrom.LIBRARY:
        return None
    return Loan.objects.filter(kit=loan.kit_id, state=State.OUT).exclude(pk=loan.pk).select_related("library").first()


# Who runs it


@transaction.atomic
def move(loan, *, first_day, last_day, comes_from=None, today=None):
    """Other days for what is booked, as long as the one who runs the kit wants. Raises Refused: "state", "past", "backwards", "far", "taken"."""
    today = today or timezone.localdate()
    loan = _lock_loan(loan, "move")
    before = (loan.first_day, loan.last_day, loan.comes_from)
    begins_later = first_day != loan.first_day
    loan.tied_until = _check_days(loan.kit, first_day, last_day, today=today, but=loan, begins_later=begins_later)
    loan.first_day, loan.last_day, loan.comes_from = first_day, last_day, comes_from or loan.comes_from
    loan.save()
    if (loan.first_day, loan.last_day, loan.comes_from) != before:
        loan_mails.moved(loan, *before[:2])
    return loan


@transaction.atomic
def extend(loan, *, last_day, today=None):
    """Another last day for what is at the library. Raises Refused: "state", "past", "far", "taken"."""
    today = today or timezone.localdate()
    loan = _lock_loan(loan, "extend")
    if last_day < max(today, loan.first_day):
        raise Refused("past")
    before = loan.last_day
    loan.tied_until = _check_days(loan.kit, loan.first_day, last_day, today=today, but=loan, begins_later=False)
    loan.last_day = last_day
    loan.save()
    if last_day != before:
        loan_mails.moved(loan, loan.first_day, before)
    return loan


@transaction.atomic
def close_unfetched(loan, *, by=None, today=None):
    """Nobody has fetched the kit: its days are free again. `by` is who lends it, nobody when the clock closes it.

    Raises Refused: "state", "begins" (its first day is not past), "out" (another library has it, so it could not be fetched).
    """
    loan = _lock_loan(loan, "close_unfetched")
    if (today or timezone.localdate()) <= loan.first_day:
        raise Refused("begins")
    _check_nobody_has(loan.kit)
    loan.save()
    loan_mails.closed_unfetched(loan, by)
    return loan


@transaction.atomic
def take_back(loan, *, by, missing=None, condition="", today=None, but=None):
    """The kit is back: the days that are left are free, and whoever comes too soon after a late one is moved.

    `missing` is {part's key: how many are not there}. `but` is the loan that takes the kit on at once: it needs no
    service day. Raises Refused "state".
    """
    today = today or timezone.localdate()
    loan = _lock_loan(loan, "take_back")
    loan.returned_on, loan.condition = today, condition.strip()[:1000]
    # not before its first day: who fetched it the day before and brings it back that day has tied no day more
    loan.tied_until = max(today, loan.first_day) + loan.kit.service_days * DAY
    if but is not None:
        loan.tied_until = min(loan.tied_until, max(but.first_day - DAY, loan.first_day))
    _make_room(loan, today)
    loan.save()
    lacks = _note_missing(loan, missing or {}, today)
    if lacks:
        loan_mails.missing(loan, lacks, by)
    return loan


def _note_missing(loan, missing, today):
    """The parts are counted anew: what was missing before is settled or found missing again. Returns the MissingParts."""
    MissingPart.objects.open().filter(loan__kit=loan.kit).update(settled_on=today)
    parts = {part.pk: part for part in loan.kit.parts.all()}
    return [
        MissingPart.objects.create(loan=loan, part=parts[key], number=min(number, parts[key].number))
        for key, number in missing.items()
        if key in parts and number > 0
    ]


def _make_room(late, today):
    """Move what is booked on days that the late loan ties: its beginning, or all of it to the next days that are free."""
    squeezed = late.kit.loans.filter(state=State.BOOKED, first_day__gt=late.first_day, first_day__lte=late.tied_until)
    for loan in squeezed.select_related("library", "person__library__region").by_day():
        loan.kit = late.kit
        before = (loan.first_day, loan.last_day)
        start = late.tied_until + DAY
        if start > loan.last_day:
            length, tail = loan.last_day - loan.first_day, loan.tied_until - loan.last_day
            start = _first_gap(loan, start, length + tail, today)
            loan.last_day, loan.tied_until = start + length, start + length + tail
        loan.first_day = start
        loan.revision += 1
        loan.save()
        loan_mails.moved(loan, *before, because=late)


def _first_gap(loan, start, length, today):
    """The first day from `start` on when the kit is free for as long as the loan ties it."""
    while (other := in_the_way(loan.kit, start, start + length, today=today, but=loan)) is not None:
        start = max(other.tied_through(today), start) + DAY
    return start


@transaction.atomic
def complete(kit, *, today=None):
    """The parts that were missing are there again."""
    missing = MissingPart.objects.open().filter(loan__kit=_lock(kit))
    missing.update(settled_on=today or timezone.localdate())


# The clock


def closes_at(loan):
    """The moment at which what nobody fetches closes by itself; the clock stands still in the quiet periods of the kit's region."""
    quiet = loan.kit.region.quiet_periods(loan.first_day)
    return days.at(days.add_working_days(loan.first_day, UNFETCHED_DAYS, quiet), time(9))


def tick(now=None):
    """What the clock does: what nobody has fetched for ten working days closes. Safe to run twice."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    begun = Loan.objects.unfetched(days.working_days_back(today, UNFETCHED_DAYS)).select_related("kit__region")
    for loan in begun.prefetch_related("kit__region__quiet"):
        if closes_at(loan) <= now:
            with suppress(Refused):  # somebody has fetched, moved or cancelled it a moment ago
                close_unfetched(loan, today=today)
