"""The days of a series: every week, every second week or once a month, without holidays and quiet periods."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days, words

MOST_TIMES = 20
LOOKS_AHEAD = timedelta(days=2 * 366)  # a series that finds no more days by then stays shorter


class Rhythm(models.TextChoices):
    WEEK = "week", _("every week")
    SECOND_WEEK = "second_week", _("every second week")
    MONTH = "month", _("every month, on the same weekday")


@dataclass(frozen=True)
class Day:
    """A day of a series; `skipped` says why nothing is held on it, or is empty."""

    day: date
    skipped: str = ""


def _of_month(year, month, weekday, number):
    """The `number`th of a weekday in a month (1 to 4); the last one for 5."""
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    return found if found.month == month else found - timedelta(weeks=1)


def _candidates(first, rhythm):
    """The days of a rhythm from `first` on, without end."""
    if rhythm != Rhythm.MONTH:
        step, day = timedelta(weeks=1 if rhythm == Rhythm.WEEK else 2), first
        while True:
            yield day
            day += step
    number, months = (first.day + 6) // 7, first.year * 12 + first.month - 1
    while True:
        yield _of_month(months // 12, months % 12 + 1, first.weekday(), number)
        months += 1


def days_of(region, *, first, rhythm, times, holidays=True, quiet=True):
    """[Day] of a series with `times` gatherings; what falls on holidays or quiet periods of `region` is made up for at the end.

    With `holidays` or `quiet` False, gatherings are held on those days as well.
    """
    prefetch_related_objects([region], "quiet")
    found, held = [], 0
    for day in _candidates(first, rhythm):
        if held == times or day > first + LOOKS_AHEAD:
            return found
        name = days.holiday_name(day, words.language()) if holidays else ""
        if not name and quiet and any(start <= day <= end for start, end in region.quiet_periods(day)):
            name = gettext("quiet period")
        found.append(Day(day, name))
        held += not name
    return found
