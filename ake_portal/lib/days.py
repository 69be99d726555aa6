"""Days as Finnish offices count them: working days, holidays, quiet periods; moments in Helsinki's time."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

HELSINKI = ZoneInfo("Europe/Helsinki")
# Preset of a region's quiet periods: nobody decides then. (first month, day), (last month, day)
QUIET_PERIODS = (((6, 22), (8, 7)), ((12, 23), (1, 6)))


@lru_cache(maxsize=32)
def _holidays(year):
    # Midsummer Eve (a Friday) and Christmas Eve are not public holidays by law, yet no office is open.
    june_19 = date(year, 6, 19)
    midsummer_eve = june_19 + timedelta(days=(4 - june_19.weekday()) % 7)
    return frozenset({*holidays.FI(years=year), midsummer_eve, date(year, 12, 24)})


@lru_cache(maxsize=64)
def _holiday_names(year, language):
    return dict(holidays.FI(years=year, language={"sv": "sv_FI"}.get(language, "fi")))


def holiday_name(day, language):
    """What a holiday, or an eve on which no office is open, is called in "fi" or "sv"; "" on other days."""
    return _holiday_names(day.year, language).get(day, "") if day in _holidays(day.year) else ""


def is_working_day(day, quiet=()):
    """True on Monday to Friday that is no Finnish holiday and outside `quiet`, pairs of (first, last) dates."""
    return (
        day.weekday() < 5 and day not in _holidays(day.year) and not any(first <= day <= last for first, last in quiet)
    )


def add_working_days(day, count, quiet=()):
    """The date that is `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, quiet):
            count -= 1
    return day


def working_days_back(day, count):
    """The last date from which `count` working days have passed by `day`."""
    while count > 0:
        if is_working_day(day):
            count -= 1
        day -= timedelta(days=1)
    return day


def quiet_periods(around, periods=QUIET_PERIODS):
    """Dated (first, last) pairs of the yearly `periods` that may touch the year after or before `around`, a date."""
    dated = []
    for year in (around.year - 1, around.year, around.year + 1):
        for (first_month, first_day), (last_month, last_day) in periods:
            turn = (last_month, last_day) < (first_month, first_day)
            dated.append((date(year, first_month, first_day), date(year + turn, last_month, last_day)))
    return dated


def local(moment):
    """A moment in Helsinki's time."""
    return moment.astimezone(HELSINKI)


def at(day, clock):
    """The moment of `clock` (a time) on `day` (a date) in Helsinki."""
    return datetime.combine(day, clock, tzinfo=HELSINKI)


def days_before(moment, count, clock=time(9)):
    """The moment `count` calendar days before `moment`, at `clock` in Helsinki."""
    return at(local(moment).date() - timedelta(days=count), clock)
