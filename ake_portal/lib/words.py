"""How dates, clocks and sums are written in Finnish and in Finland-Swedish."""

from decimal import Decimal

from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language

from ake_portal.lib.days import local

WEEKDAYS_SHORT = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
}


def language():
    """The language of the page or mail being written: "fi" or "sv"."""
    return "sv" if (get_language() or "fi").startswith("sv") else "fi"


def clock(moment, with_word=True):
    """klo 9.30 / kl. 9.30; full hours without minutes: klo 9 / kl. 9."""
    moment = local(moment)
    numbers = f"{moment.hour}.{moment.minute:02}" if moment.minute else f"{moment.hour}"
    if not with_word:
        return numbers
    return f"{'kl.' if language() == 'sv' else 'klo'}\xa0{numbers}"


def as_date(moment):
    return local(moment).date() if hasattr(moment, "hour") else moment


def weekday_short(moment):
    """ti / tis"""
    return WEEKDAYS_SHORT[language()][as_date(moment).weekday()]


def day(moment, with_year=False):
    """ti 24.11. / tis 24.11., with the year where asked or where it is not this one."""
    moment = as_date(moment)
    year = moment.year if with_year or moment.year != timezone.localdate().year else ""
    return f"{weekday_short(moment)} {moment.day}.{moment.month}.{year}"


def full_day(moment):
    """tiistai 24.11.2026 / tisdag 24.11.2026"""
    moment = as_date(moment)
    return f"{str(WEEKDAYS[moment.weekday()]).lower()} {moment.day}.{moment.month}.{moment.year}"


def month(moment):
    """marraskuu / november, with the year where it is not this one; begins with a capital letter for a heading."""
    moment = as_date(moment)
    name = str(MONTHS[moment.month]).capitalize()
    return name if moment.year == timezone.localdate().year else f"{name} {moment.year}"


def moment(value):
    """ti 24.11. klo 9 / tis 24.11. kl. 9"""
    return f"{day(value)} {clock(value)}"


def period(starts_at, ends_at):
    """ti 24.11. klo 9–16, or both days when it goes over several."""
    start, end = local(starts_at), local(ends_at)
    if start.date() == end.date():
        return f"{day(start)} {clock(start)}–{clock(end, with_word=False)}"
    return f"{day(start)} {clock(start)} – {day(end)} {clock(end)}"


def days_until(starts_at, ends_at):
    """ti 24.11., or ti 24.11. – ke 25.11. when it goes over several days."""
    return day(starts_at) if as_date(starts_at) == as_date(ends_at) else f"{day(starts_at)} – {day(ends_at)}"


def duration(starts_at, ends_at):
    """45 min, 2 h, 2 h 30 min"""
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    return (
        " ".join(part for part in (f"{hours}\xa0h" if hours else "", f"{minutes}\xa0min" if minutes else "") if part)
        or "0\xa0min"
    )


def euros(amount, sign=True):
    """1 234,50 € (Decimal euros in, no-break spaces between thousands)"""
    text = f"{Decimal(amount):,.2f}".replace(",", "\xa0").replace(".", ",")
    return f"{text}\xa0€" if sign else text
