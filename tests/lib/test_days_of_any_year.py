"""What holds for working days whatever the date."""

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ake_portal.lib import days

DATES = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@settings(deadline=None)
@given(day=DATES, count=st.integers(1, 15))
def test_so_many_working_days_lie_between(day, count):
    later = days.add_working_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(days.is_working_day(one) for one in between) == count and days.is_working_day(later)


@settings(deadline=None)
@given(day=DATES, clock=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)), count=st.integers(0, 30))
def test_days_before_is_the_clock_of_that_day_in_helsinki(day, clock, count):
    moment = days.days_before(datetime.combine(day, time(12), tzinfo=days.HELSINKI), count, clock)
    assert (moment.date(), moment.time()) == (day - timedelta(days=count), clock)
