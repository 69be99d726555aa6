"""The city's ledger: its CSV is read, its rows are matched with the plan's bookings, and what differs is listed.

Columns: semicolons between them, a decimal comma, UTF-8 or Windows-1252. The ledger is official: what it has and the plan
has not (salaries) becomes an actual.
"""

import csv
import hashlib
import re
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import StringIO

from django.db import transaction
from django.db.models import Sum

from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.uploads import shown_name
from budgets import actions
from budgets.actions import Refused
from budgets.models import Booking, Bookkeeping, Expense, LedgerImport, LedgerMatch, LedgerRow, Plan

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
# What the columns are called unless the region says otherwise
COLUMNS = {
    "day": "Päivä",
    "account": "Tili",
    "cost_centre": "Kustannuspaikka",
    "document_number": "Tositenumero",
    "text": "Selite",
    "amount": "Summa",
}
NEEDED = ("day", "account", "amount")
LONGEST = {"account": 20, "cost_centre": 20, "document_number": 40, "text": 200}
SUM = re.compile(r"-?\d{1,10}([,.]\d{1,2})?")
DAYS = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%Y%m%d")


class Unreadable(Exception):
    """A file of which nothing is taken; `code` says why, `values` name the row and what stands there."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code, self.values = code, values


def columns_of(region):
    """{field: the column's name} of the region's ledger."""
    kept = Bookkeeping.objects.filter(region=region).values_list("ledger_columns", flat=True).first()
    return COLUMNS | (kept or {})


def _decoded(content):
    if len(content) > MOST_BYTES:
        raise Unreadable("too_big")
    if b"\0" in content:
        raise Unreadable("no_csv")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _sum(typed):
    """Decimal of "1 234,50", "−12,00", "12,00-" or "1.234,50"; None for anything else."""
    text = "".join(typed.split()).replace("\N{MINUS SIGN}", "-").removesuffix("€")
    if text.endswith("-"):
        text = f"-{text[:-1]}"
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        return cents(Decimal(text)) if SUM.fullmatch(text) else None
    except InvalidOperation:
        return None


def _day(typed):
    for form in DAYS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def parse(content, columns):
    """[{"day", "account", "cost_centre", "document_number", "text", "amount"}] of the file's bytes.

    Raises Unreadable: "too_big", "no_csv", "no_column" (which, and what there is), "no_rows", "too_many", and with the number
    of the row "short_row", "no_day", "no_sum", "no_account", "too_long".
    """
    reader = csv.reader(StringIO(_decoded(content), newline=""), delimiter=";")
    try:
        table = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise Unreadable("no_csv") from error
    table = [(number, row) for number, row in table if any(row)]
    if not table:
        raise Unreadable("no_rows")
    heads = [head.casefold() for head in table[0][1]]
    places = {}
    for field, name in columns.items():
        if name.casefold() in heads:
            places[field] = heads.index(name.casefold())
        elif field in NEEDED:
            raise Unreadable("no_column", column=name, there=", ".join(head for head in table[0][1] if head)[:300])
    if len(table) == 1:
        raise Unreadable("no_rows")
    if len(table) > MOST_ROWS + 1:
        raise Unreadable("too_many", most=MOST_ROWS)
    return [_row(number, cells, places) for number, cells in table[1:]]


def _row(number, cells, places):
    if max(places.values()) >= len(cells):
        raise Unreadable("short_row", row=number)
    found = {field: cells[place] for field, place in places.items()}
    row = {field: found.get(field, "") for field in ("account", "cost_centre", "document_number", "text")}
    row["text"] = row["text"][: LONGEST["text"]]
    for field, most in LONGEST.items():
        if len(row[field]) > most:
            raise Unreadable("too_long", row=number, typed=row[field][:60])
    row["day"], row["amount"] = _day(found["day"]), _sum(found["amount"])
    if row["day"] is None:
        raise Unreadable("no_day", row=number, typed=found["day"][:60])
    if row["amount"] is None:
        raise Unreadable("no_sum", row=number, typed=found["amount"][:60])
    if not row["account"]:
        raise Unreadable("no_account", row=number)
    return row


def _fingerprint(row, times):
    """The same for the same row of a later file; `times` tells equal rows of one file apart."""
    parts = [row["day"].isoformat(), *(row[name] for name in ("account", "cost_centre", "document_number", "text"))]
    return hashlib.sha256("\x1f".join([*parts, str(row["amount"]), str(times)]).encode()).hexdigest()


@transaction.atomic
def read(plan, content, *, name, columns, by):
    """Take in the file's rows that are new, keep the region's columns, and match. Returns the LedgerImport.

    Raises Unreadable (nothing of it is taken), Refused "frozen".
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    if not plan.is_open:
        raise Refused("frozen")
    rows = parse(content, columns)
    reading = LedgerImport(plan=plan, file_name=shown_name(name, "csv"), by=by)
    reading.save()
    known = set(LedgerRow.objects.filter(plan=plan).values_list("fingerprint", flat=True))
    seen, new = Counter(), []
    for row in rows:
        plain = _fingerprint(row, 0)
        seen[plain] += 1
        fingerprint = _fingerprint(row, seen[plain])
        if fingerprint not in known:
            new.append(LedgerRow(plan=plan, read_by=reading, fingerprint=fingerprint, **row))
    LedgerRow.objects.bulk_create(new, batch_size=500)
    reading.added, reading.known = len(new), len(rows) - len(new)
    reading.save(update_fields=["added", "known"])
    bookkeeping, _ = Bookkeeping.objects.get_or_create(region=plan.region)
    if bookkeeping.ledger_columns != columns:
        bookkeeping.ledger_columns = columns
        bookkeeping.save(update_fields=["ledger_columns"])
    match(plan)
    return reading


def _spent(plan):
    """Bookings of the plan that the ledger should have: whatever moved its actuals."""
    return Booking.objects.filter(line__plan=plan).exclude(spent=0)


def open_rows(plan):
    """The ledger's rows that no booking answers."""
    return LedgerRow.objects.filter(plan=plan, matches=None)


def open_bookings(plan):
    """The plan's actuals that no row of the ledger answers; one that was taken back before the ledger had it is none."""
    return (
        _spent(plan)
        .filter(ledger_match=None)
        .exclude(reversed_by__isnull=False, reversed_by__ledger_match=None)
        .exclude(reverses__isnull=False, reverses__ledger_match=None)
    )


def match(plan, now=None):
    """Match what agrees in account, cost centre, document number and sum. Returns how many rows found their bookings.

    One row answers one booking, or all open ones of its document together; several equal ones are taken in their order.
    """
    by_document = defaultdict(list)
    for booking in open_bookings(plan).select_related("line").order_by("pk"):
        if booking.document_number:
            by_document[booking.line.account, booking.line.cost_centre, booking.document_number].append(booking)
    found = 0
    for row in open_rows(plan):
        waiting = by_document[row.account, row.cost_centre, row.document_number] if row.document_number else []
        one = next((booking for booking in waiting if booking.spent == row.amount), None)
        answered = [one] if one else waiting if cents(sum(b.spent for b in waiting)) == row.amount and waiting else []
        if answered:
            LedgerMatch.objects.bulk_create(LedgerMatch(row=row, booking=booking) for booking in answered)
            by_document[row.account, row.cost_centre, row.document_number] = [
                booking for booking in waiting if booking not in answered
            ]
            found += 1
    return found


def lines_for(row):
    """The plan's lines with the row's account and cost centre."""
    return row.plan.lines.filter(account=row.account, cost_centre=row.cost_centre)


@transaction.atomic
def book(row, *, line, by, measure=None, override=""):
    """Make an unmatched row an actual of its plan: the ledger has it already, so nobody checks it anew. Returns the Booking.

    Raises OverBudget, Refused: "frozen", "matched" (somebody has done it), "other_plan".
    """
    row = LedgerRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.matches.exists():
        raise Refused("matched")
    if line.plan_id != row.plan_id:
        raise Refused("other_plan")
    text = row.text or f"{row.account} {row.document_number}".strip()
    expense = Expense.objects.create(line=line, measure=measure, text=text, created_by=by)
    booking = actions.spend(expense, row.amount, by=by, document_number=row.document_number, override=override)
    LedgerMatch.objects.create(row=row, booking=booking, by=by)
    return booking


@transaction.atomic
def match_by_hand(row, bookings, *, by):
    """Say which bookings a row answers. Raises Refused: "matched", "other_sum" (they do not come to the row's sum)."""
    row = LedgerRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    chosen = list(open_bookings(row.plan).filter(pk__in=[booking.pk for booking in bookings]))
    if row.matches.exists() or len(chosen) != len(bookings):
        raise Refused("matched")
    together = cents(sum((booking.spent for booking in chosen), ZERO))
    if together != row.amount:
        raise Refused("other_sum", amount=together, left=row.amount)
    LedgerMatch.objects.bulk_create(LedgerMatch(row=row, booking=booking, by=by) for booking in chosen)


def differences(plan):
    """[{"account", "cost_centre", "ledger", "books", "difference"}], euros, by account and cost centre, where either has something."""
    ledger = {
        (account, cost_centre): total
        for account, cost_centre, total in LedgerRow.objects.filter(plan=plan)
        .order_by()
        .values_list("account", "cost_centre")
        .annotate(Sum("amount"))
    }
    books = {
        (account, cost_centre): total
        for account, cost_centre, total in _spent(plan)
        .order_by()
        .values_list("line__account", "line__cost_centre")
        .annotate(Sum("spent"))
    }
    return [
        {
            "account": account,
            "cost_centre": cost_centre,
            "ledger": cents(ledger.get((account, cost_centre), ZERO)),
            "books": cents(books.get((account, cost_centre), ZERO)),
            "difference": cents(ledger.get((account, cost_centre), ZERO) - books.get((account, cost_centre), ZERO)),
        }
        for account, cost_centre in sorted({*ledger, *books})
    ]
