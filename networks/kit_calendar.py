"""A kit's month, day by day: free, taken by a library, between two loans."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from networks.models import Loan

DAY = timedelta(days=1)


@dataclass(frozen=True)
class KitDay:
    """A day of the month: `state` is "free", "taken", "service" or "past"; the loan that ties it, if any."""

    day: date
    state: str
    loan: object = None


def month_of(text, today):
    """The first day of a month written as 2026-11; of this month when it is not one."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if 2000 <= first.year < 2100 else today.replace(day=1)


def month_after(first):
    """The first day of the next month."""
    return (first + 31 * DAY).replace(day=1)


def weeks(kit, first, today):
    """([[KitDay, or None outside the month] by week from Monday], [the loans in the month]). One query."""
    last = month_after(first) - DAY
    loans = kit.loans.tying().filter(first_day__lte=last).select_related("library")
    loans = loans.with_lateness().by_day()
    loans = [
        loan for loan in loans.exclude(state=Loan.State.RETURNED, tied_until__lt=first) if _ties(loan, first, today)
    ]
    month = Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    rows = [[_day(loans, day, today) if day.month == first.month else None for day in week] for week in month]
    return rows, loans


def _ties(loan, first, today):
    return loan.tied_through(today) >= first


def _day(loans, day, today):
    for loan in loans:
        if loan.first_day <= day <= loan.tied_through(today):
            return KitDay(day, "taken" if day <= loan.had_until else "service", loan)
    return KitDay(day, "past" if day < today else "free")
