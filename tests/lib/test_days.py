"""Working days as Finnish offices count them."""

from datetime import UTC, date, datetime, time

import pytest

from ake_portal.lib import days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 12, 23), True),
        (date(2026, 12, 24), False),  # Christmas Eve
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 12, 28), True),
        (date(2026, 6, 18), True),
        (date(2026, 6, 19), False),  # Midsummer Eve, a Friday
        (date(2027, 6, 25), False),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 12, 6), False),  # Independence Day, a Sunday
        (date(2027, 1, 6), False),  # Epiphany
        (date(2026, 10, 3), False),  # a Saturday
    ],
)
def test_holidays_and_eves_are_no_working_days(day, works):
    assert days.is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 10, 6), 2, date(2026, 10, 8)),
        (date(2026, 10, 8), 2, date(2026, 10, 12)),  # over a weekend
        (date(2026, 10, 10), 2, date(2026, 10, 13)),  # from a Saturday
        (date(2026, 4, 1), 2, date(2026, 4, 7)),  # over Easter
        (date(2026, 6, 17), 2, date(2026, 6, 22)),  # over Midsummer
        (date(2026, 12, 22), 2, date(2026, 12, 28)),  # over Christmas
        (date(2026, 10, 6), 0, date(2026, 10, 6)),
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(start, count, end):
    assert days.add_working_days(start, count) == end


def test_quiet_days_are_not_counted():
    quiet = days.quiet_periods(date(2026, 12, 21))
    assert days.add_working_days(date(2026, 12, 21), 2, quiet) == date(2027, 1, 7)


def test_preset_quiet_period_spans_the_turn_of_the_year():
    quiet = days.quiet_periods(date(2027, 1, 2))
    assert (date(2026, 12, 23), date(2027, 1, 6)) in quiet and not days.is_working_day(date(2027, 1, 4), quiet)


def test_clock_stays_the_same_over_the_change_of_summer_time():
    monday_after = datetime(2026, 10, 26, 7, 0, tzinfo=UTC)  # 9 in Helsinki's winter time
    assert days.days_before(monday_after, 2) == datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
    assert days.at(date(2026, 7, 1), time(16)) == datetime(2026, 7, 1, 13, 0, tzinfo=UTC)
