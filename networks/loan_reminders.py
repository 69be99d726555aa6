"""Who is reminded of loans: the borrower before the kit comes, on the day and before it goes, whoever lends what nobody fetches,
whoever is late, and whoever waits for it."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from networks import loan_mails
from networks.loans import closes_at
from networks.models import Kit, Loan
from notifications.reminders import Due, Rule

PICKUP, RETURN = timedelta(days=3), timedelta(days=2)
UNFETCHED = 3  # working days after the first one, until whoever lends the kit is told
LATE = (1, 7)  # days after the last one
WARNED = timedelta(days=7)  # how long before its loan the next library is told
LATE_STILL = timedelta(days=14)  # how long after its moment a mail about a late loan is still sent
CLOCK, MIDNIGHT = time(9), time(0)
DAY = timedelta(days=1)


def _whole(loans):
    """Loans with all that a reminder needs, in order of days."""
    return loans.select_related("library", "person__library__region", "kit__region", "kit__network").by_day()


def _loans(state):
    return _whole(Loan.objects.filter(state=state))


def _kits(loans):
    """{key: Kit} of the kits of `loans`, with whoever runs them."""
    kits = {loan.kit_id for loan in loans}
    return {kit.pk: kit for kit in Kit.objects.filter(pk__in=kits).with_runners()} if kits else {}


def _due(loan, name, moment, send_at, expires_at, person, send):
    key = f"networks/{name}:{loan.pk}:{moment}:{person.pk}"
    return Due(
        key=key,
        send_at=send_at,
        expires_at=expires_at,
        person=person,
        about=str(loan.kit),
        region=loan.kit.region,
        send=lambda: send(key),
    )


def _is_wanted(send_at, expires_at, since, until):
    return send_at <= until and expires_at > since


def _pickup(since, until):
    loans = list(_loans(Loan.State.BOOKED).filter(first_day__gt=days.local(since).date()))
    at_libraries = {loan.kit_id: loan for loan in _with_kit_out(loans)}
    for loan in loans:
        send_at, expires_at = days.at(loan.first_day - PICKUP, CLOCK), days.at(loan.first_day, MIDNIGHT)
        if not _is_wanted(send_at, expires_at, since, until) or loan.booked_at > send_at:
            continue
        before = at_libraries.get(loan.kit_id) if loan.comes_from == Loan.ComesFrom.LIBRARY else None
        yield _due(
            *(loan, "loan_pickup", loan.first_day, send_at, expires_at, loan.person),
            lambda key, loan=loan, before=before: loan_mails.before_pickup(loan, key, before),
        )


def _with_kit_out(loans):
    """The loans that have the kits of `loans` now."""
    kits = [loan.kit_id for loan in loans if loan.comes_from == Loan.ComesFrom.LIBRARY]
    return Loan.objects.filter(state=Loan.State.OUT, kit__in=kits).select_related("library") if kits else ()


def _next_of(loans):
    """{key of a kit: the loans that are booked of it, in order of days}."""
    found = {}
    kits = [loan.kit_id for loan in loans]
    for loan in _loans(Loan.State.BOOKED).filter(kit__in=kits) if kits else ():
        found.setdefault(loan.kit_id, []).append(loan)
    return found


def _last_day(loan, booked):
    """The day after which a loan is late: its own last one, or the first of the next library that fetches the kit there.

    Until then it may stay: both libraries have been told so.
    """
    following = next(iter(booked.get(loan.kit_id, ())), None)
    if following is None or following.comes_from != Loan.ComesFrom.LIBRARY:
        return loan.last_day
    return max(loan.last_day, following.first_day)


def _begun(until):
    """What has begun by a moment and is not fetched, each with the moment at which whoever lends it is told."""
    loans = _whole(Loan.objects.unfetched(days.local(until).date())).prefetch_related("kit__region__quiet")
    return [(loan, days.at(days.add_working_days(loan.first_day, UNFETCHED), CLOCK)) for loan in loans]


def _to_fetch(since, until):
    for loan, lender_told in _begun(until):
        send_at = days.at(loan.first_day, CLOCK)
        if _is_wanted(send_at, lender_told, since, until) and loan.booked_at <= send_at:
            yield _due(
                *(loan, "loan_to_fetch", loan.first_day, send_at, lender_told, loan.person),
                lambda key, loan=loan: loan_mails.to_fetch(loan, key, closes_at(loan)),
            )


def _not_fetched(since, until):
    begun = [row for row in _begun(until) if _is_wanted(row[1], closes_at(row[0]), since, until)]
    kits = _kits([loan for loan, _send_at in begun])
    for loan, send_at in begun:
        for person in kits[loan.kit_id].runners:
            yield _due(
                *(loan, "loan_not_fetched", loan.first_day, send_at, closes_at(loan), person),
                lambda key, loan=loan, person=person: loan_mails.not_fetched(loan, person, key, closes_at(loan)),
            )


def _return(since, until):
    loans = list(_loans(Loan.State.OUT).filter(last_day__gte=days.local(since).date()))
    booked = _next_of(loans)
    for loan in loans:
        send_at, expires_at = days.at(loan.last_day - RETURN, CLOCK), days.at(loan.last_day + DAY, MIDNIGHT)
        if not _is_wanted(send_at, expires_at, since, until) or days.at(loan.picked_up_on, CLOCK) > send_at:
            continue
        following = next(iter(booked.get(loan.kit_id, ())), None)
        if following is not None and following.comes_from != Loan.ComesFrom.LIBRARY:
            following = None
        yield _due(
            *(loan, "loan_return", loan.last_day, send_at, expires_at, loan.person),
            lambda key, loan=loan, following=following: loan_mails.before_return(loan, key, following),
        )


def _overdue(since, until):
    loans = list(_loans(Loan.State.OUT).filter(last_day__lt=days.local(until).date()))
    kits = _kits(loans)
    booked = _next_of(loans)
    for loan in loans:
        people = {person.pk: person for person in (loan.person, *kits[loan.kit_id].runners)}
        last_day = _last_day(loan, booked)
        for number, after in enumerate(LATE):
            send_at = days.at(last_day + after * DAY, CLOCK)
            over = days.at(last_day + LATE[number + 1] * DAY, CLOCK) if number + 1 < len(LATE) else send_at + LATE_STILL
            if not _is_wanted(send_at, over, since, until):
                continue
            for person in people.values():
                yield _due(
                    *(loan, f"loan_overdue:{after}", last_day, send_at, over, person),
                    lambda key, loan=loan, person=person: loan_mails.overdue(loan, person, key),
                )


def _late_for_next(since, until):
    loans = list(_loans(Loan.State.OUT).filter(last_day__lt=days.local(until).date()))
    booked = _next_of(loans)
    for loan in loans:
        for following in booked.get(loan.kit_id, ())[:1]:
            send_at = days.at(max(_last_day(loan, booked) + DAY, following.first_day - WARNED), CLOCK)
            expires_at = send_at + LATE_STILL
            if _is_wanted(send_at, expires_at, since, until):
                yield _due(
                    *(following, "loan_late", loan.last_day, send_at, expires_at, following.person),
                    lambda key, loan=loan, following=following: loan_mails.late_for_next(loan, following, key),
                )


RULES = [
    Rule("networks.loan_pickup", _("A kit on loan three days before it comes"), _pickup),
    Rule("networks.loan_to_fetch", _("A kit on loan on its first day, when nobody has fetched it"), _to_fetch),
    Rule(
        "networks.loan_not_fetched",
        _("Whoever lends a kit that nobody has fetched for three working days"),
        _not_fetched,
    ),
    Rule("networks.loan_return", _("A kit on loan two days before it goes back"), _return),
    Rule("networks.loan_overdue", _("A kit that has not come back, after one day and after seven"), _overdue),
    Rule("networks.loan_late", _("The next library, when the loan before it is late"), _late_for_next),
]
