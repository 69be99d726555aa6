"""How a claim's sum comes together, row by row, for its page and its PDF. Sums are Decimal euros."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ake_portal.lib import words
from ake_portal.lib.money import cents
from peerlearning.models import KmRate, NoRate
from peerlearning.models.claims import sums_of


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
    found, rate = [], claim.rate
    if claim.km:
        found += _km_rows(claim, rate)
    carried = sum((leg.km or 0) * len(leg.passenger_names) for leg in claim.legs.all() if leg.is_by_own_car)
    if claim.passenger_amount:
        how = _("%(km)s km of passengers × %(rate)s") % {"km": carried, "rate": _rate(rate.passenger)}
        found.append(Row(_("Supplement for passengers"), claim.passenger_amount, how))
    for cost in claim.costs.all():
        how = _("VAT %(vat)s") % {"vat": words.euros(cost.vat)} if cost.vat else ""
        label = str(cost.get_kind_display())
        found.append(Row(f"{label[:1].upper()}{label[1:]}{': ' if cost.text else ''}{cost.text}", cost.amount, how))
    return found


def _km_rows(claim, rate):
    """One row of kilometres, or two where the year's lower step begins."""
    low = 0
    if rate.step_km is not None:
        low = min(claim.km, max(0, claim.driven + claim.km - rate.step_km))
    high = claim.km - low
    first = cents(high * rate.own_car)
    parts = [(high, rate.own_car, first)]
    if low:
        parts.append((low, rate.own_car_after_step, claim.own_km_amount - first))
    text = _("Own car, rate of %(year)s") % {"year": rate.year}
    return [Row(text, sum_, f"{km}\xa0km × {_rate(each)}") for km, each, sum_ in parts if km]


def preview(claim):
    """What a claim that is being written comes to so far: {"sums", "rate"}; no sums while its year has no rate."""
    try:
        rate = KmRate.on(claim.visit.first_day)
    except NoRate:
        rate = None
    legs, costs = list(claim.legs.all()), list(claim.costs.all())
    if rate is None and any(leg.is_by_own_car and leg.km for leg in legs):
        return {"sums": None, "rate": None, "year": claim.visit.first_day.year}
    return {"sums": sums_of(legs, costs, rate), "rate": rate, "year": claim.visit.first_day.year}
