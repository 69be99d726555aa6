"""Times of the week at which a group can meet: Monday to Friday, on the hour from 8 to 17."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

WEEKDAYS_AT_WORK = range(1, 6)  # as ISO counts them: Monday is 1
HOURS = range(8, 18)


@dataclass(frozen=True, order=True)
class Slot:
    """A weekday and an hour at which a meeting begins, kept as "1-09" for Monday at 9."""

    code: str

    @property
    def weekday(self):
        """1 for Monday to 5 for Friday."""
        return int(self.code[0])

    @property
    def day_name(self):
        """Its weekday in the language of the page."""
        return WEEKDAYS[self.weekday - 1]

    @property
    def clock(self):
        return time(int(self.code[2:]))

    def first_on_or_after(self, day):
        """The first date from `day` on that falls on its weekday."""
        return day + timedelta(days=(self.weekday - day.isoweekday()) % 7)

    def __str__(self):
        return _("%(weekday)s at %(hour)s") % {"weekday": self.day_name, "hour": self.clock.hour}


SLOTS = tuple(Slot(f"{weekday}-{hour:02}") for weekday in WEEKDAYS_AT_WORK for hour in HOURS)
CODES = frozenset(slot.code for slot in SLOTS)
