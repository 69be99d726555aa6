"""How dates are written."""

from datetime import time, timedelta

from django.utils import timezone

from ake_portal.lib import days, words


def test_a_trip_of_one_day_names_its_day_once():
    day = timezone.localdate()  # Tuesday 6.10.2026
    leaves, returns = days.at(day, time(8)), days.at(day, time(17))
    assert words.days_until(leaves, returns) == "ti 6.10."
    assert words.days_until(leaves, returns + timedelta(days=1)) == "ti 6.10. – ke 7.10."
