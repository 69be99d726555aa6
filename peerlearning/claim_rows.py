"""How a claim's sum comes together, row by row, for its page and its PDF. Sums are Decimal euros."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ake_portal.lib import words
from ake_portal.lib.money import cents
from peerlearning.models import KmRate, NoRate
from peerlearning.models.claims import driven_by_year, paid_for, sums_of


@dataclass(frozen=True)
class Row:
    """`how` says by what reckoning the sum came, where there is one."""

    text: str
    euros: Decimal
    how: str = ""


def _rate(rate):
    """0,55 € or 0,595 €"""
    return f"{rate:.3f}".rstrip("0").replace(".", ",").ljust(4, "0") + "\xa0€"


def rows(claim):
    """The Rows of a claim that was sent."""
    found, years = [], list(claim.years.all())
    for kept in years:
        found += _km_rows(kept)
    driven = driven_by_year(claim.legs.all(), claim.visit.first_day)
    for kept in years:
        if kept.passenger_amount:
            how = _("%(km)s km of passengers × %(rate)s")
            how %= {"km": driven[kept.year].carried, "rate": _rate(kept.passenger)}
            found.append(Row(_("Supplement for passengers"), kept.passenger_amount, how))
    for cost in claim.costs.all():
        how = _("VAT %(vat)s") % {"vat": words.euros(cost.vat)} if cost.vat else ""
        label = str(cost.get_kind_display())
        found.append(Row(f"{label[:1].upper()}{label[1:]}{': ' if cost.text else ''}{cost.text}", cost.amount, how))
    return found


def _km_rows(kept):
    """One row of a year's kilometres, or two where the year's lower step begins."""
    low = 0
    if kept.step_km is not None:
        low = min(kept.km, max(0, kept.driven + kept.km - kept.step_km))
    high = kept.km - low
    first = cents(high * kept.own_car)
    parts = [(high, kept.own_car, first)]
    if low:
        parts.append((low, kept.own_car_after_step, kept.own_km_amount - first))
    text = _("Own car, rate of %(year)s") % {"year": kept.year}
    return [Row(text, sum_, f"{km}\xa0km × {_rate(each)}") for km, each, sum_ in parts if km]


def preview(claim):
    """What a claim that is being written comes to so far: {"sums"}; None with the "year" that has no rate."""
    kilometres = []
    for year, driven in driven_by_year(claim.legs.all(), claim.visit.first_day).items():
        try:
            kilometres.append((driven.km, *paid_for(driven, KmRate.of_year(year))))
        except NoRate:
            return {"sums": None, "year": year}
    return {"sums": sums_of(kilometres, claim.costs.all()), "year": None}
