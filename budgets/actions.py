"""What is done with a plan's money. Each action is one transaction under a lock on the line's row; bookings are only added.

Sums are Decimal euros without VAT.
"""

from django.db import transaction
from django.utils import timezone

from ake_portal.lib.money import ZERO, cents
from budgets import mails
from budgets.models import Booking, BudgetLine, Plan

Kind = Booking.Kind


class Refused(Exception):
    """An action that cannot be done; `code` tells why, for a message in the reader's language (budgets.messages)."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code, self.values = code, values


class OverBudget(Refused):
    """The line has not so much left: `amount` was asked for, `left` is there."""

    def __init__(self, line, amount, left):
        super().__init__("over_budget", amount=amount, left=left)
        self.line, self.amount, self.left = line, amount, left


def _lock(*keys):
    """The lines with these keys, with their sums, locked in one order. Raises Refused "frozen"."""
    # the lock first: a sum read together with it would be the one before whoever held the lock
    list(BudgetLine.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    lines = BudgetLine.objects.with_sums().select_related("plan__region", "source").in_bulk(keys)
    if any(line.plan.state == Plan.State.FROZEN for line in lines.values()):
        raise Refused("frozen")
    return [lines[key] for key in keys]


def _positive(amount):
    amount = cents(amount)
    if amount <= 0:
        raise Refused("not_positive")
    return amount


def _book(line, expense, kind, amount, *, by, now, override="", **columns):
    """Add the entry when the line has room for what it binds, or `override` says why it is let through."""
    bound = sum(columns.get(column, ZERO) for column in ("reserved", "committed", "spent"))
    left = line.left
    is_over = bound > 0 and bound > left
    if is_over and not override:
        raise OverBudget(line, bound, left)
    booking = Booking.objects.create(
        line=line,
        expense=expense,
        kind=kind,
        amount=amount,
        subject_to_grant=not line.plan.is_granted,
        override_reason=override if is_over else "",
        by=by,
        at=now or timezone.now(),
        **{"text": expense.text, **columns},
    )
    line.reserved += columns.get("reserved", ZERO)
    line.committed += columns.get("committed", ZERO)
    line.spent += columns.get("spent", ZERO)
    if bound > 0 and line.is_low:
        mails.line_is_low(line)
    return booking


@transaction.atomic
def reserve(expense, amount, *, by, override="", now=None):
    """Keep `amount` for an expense that is not decided yet. Raises OverBudget, Refused: "frozen", "not_positive"."""
    amount = _positive(amount)
    (line,) = _lock(expense.line_id)
    return _book(line, expense, Kind.RESERVE, amount, by=by, now=now, override=override, reserved=amount)


@transaction.atomic
def commit(expense, amount, *, by, override="", document_number="", now=None):
    """Bind `amount` on a contract or decision; what was reserved for the expense goes into it.

    Raises OverBudget, Refused: "frozen", "not_positive".
    """
    amount = _positive(amount)
    (line,) = _lock(expense.line_id)
    reserved = expense.open_sums()["reserved"]
    return _book(
        *(line, expense, Kind.COMMIT, amount),
        by=by,
        now=now,
        override=override,
        document_number=document_number,
        committed=amount,
        reserved=-reserved,
    )


@transaction.atomic
def spend(expense, amount, *, by, vat=ZERO, document_number="", is_last=True, override="", text="", now=None):
    """Book what an invoice or a claim came to; a credit note is negative.

    The last invoice of an expense ends what was reserved and committed for it; an earlier one takes its own sum of it.
    Raises OverBudget, Refused: "frozen", "nothing" (no sum at all).
    """
    amount = cents(amount)
    if not amount:
        raise Refused("nothing")
    (line,) = _lock(expense.line_id)
    sums = expense.open_sums()
    ended = {name: sums[name] for name in ("reserved", "committed")}
    if not is_last:
        ended["committed"] = max(ZERO, min(sums["committed"], amount))
        ended["reserved"] = max(ZERO, min(sums["reserved"], amount - ended["committed"]))
    return _book(
        *(line, expense, Kind.ACTUAL, amount),
        by=by,
        now=now,
        override=override,
        document_number=document_number,
        vat=cents(vat),
        text=text or expense.text,
        spent=amount,
        **{name: -sum_ for name, sum_ in ended.items()},
    )


@transaction.atomic
def release(expense, *, by, amount=None, text="", now=None):
    """Give back what is still reserved and committed for the expense, or `amount` of it. Returns the bookings.

    Raises Refused: "frozen", "not_positive", "too_much" (less than `amount` is open).
    """
    (line,) = _lock(expense.line_id)
    sums = expense.open_sums()
    rest = sums["reserved"] + sums["committed"] if amount is None else _positive(amount)
    if rest > sums["reserved"] + sums["committed"]:
        raise Refused("too_much", left=sums["reserved"] + sums["committed"])
    bookings = []
    for column in ("reserved", "committed"):
        part = min(rest, sums[column])
        if part > 0:
            bookings.append(
                _book(
                    *(line, expense, Kind.RELEASE, part), by=by, now=now, text=text or expense.text, **{column: -part}
                )
            )
            rest -= part
    return bookings


@transaction.atomic
def reverse(booking, *, by, text, override="", now=None):
    """Take a booking back with an equal one of the other sign; both stay. `text` says why.

    Raises OverBudget, Refused: "frozen", "reversed" (it is already), "no_reversal" (a transfer goes back by a transfer, a
    reversal is final), "used" (what it bound has been spent or released since).
    """
    (line,) = _lock(booking.line_id)
    if booking.kind in (Kind.TRANSFER, Kind.REVERSAL):
        raise Refused("no_reversal")
    if Booking.objects.filter(reverses=booking).exists():
        raise Refused("reversed")
    columns = {name: -getattr(booking, name) for name in ("reserved", "committed", "spent")}
    sums = booking.expense.open_sums()
    if any(sums[name] + columns[name] < 0 for name in ("reserved", "committed")):
        raise Refused("used")
    return _book(
        *(line, booking.expense, Kind.REVERSAL, -booking.amount),
        by=by,
        now=now,
        override=override,
        text=text,
        vat=-booking.vat,
        document_number=booking.document_number,
        reverses=booking,
        **columns,
    )


@transaction.atomic
def transfer(line, to, amount, *, by, text, now=None):
    """Move `amount` from one line of a plan to another. Returns its two bookings.

    Raises OverBudget, Refused: "frozen", "not_positive", "other_plan", "same_line".
    """
    amount = _positive(amount)
    if line.pk == to.pk:
        raise Refused("same_line")
    line, to = _lock(line.pk, to.pk)
    if line.plan_id != to.plan_id:
        raise Refused("other_plan")
    if amount > line.left:
        raise OverBudget(line, amount, line.left)
    mark, now = Booking.new_transfer(), now or timezone.now()
    common = {"kind": Kind.TRANSFER, "transfer": mark, "text": text, "by": by, "at": now}
    common["subject_to_grant"] = not line.plan.is_granted
    bookings = [
        Booking.objects.create(line=line, amount=-amount, moved=-amount, **common),
        Booking.objects.create(line=to, amount=amount, moved=amount, **common),
    ]
    line.moved -= amount
    if line.is_low:
        mails.line_is_low(line)
    return bookings
