"""A plan's money at a glance: the figures of the money page."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Sum

from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.words import language
from budgets.models import Booking, BudgetLine, Expense

FIGURES = ("planned", "moved", "reserved", "committed", "spent", "left", "forecast")
WIDTH = 100  # of a bar, in the units of its drawing


@dataclass(slots=True)
class Part:
    """A stretch of a bar: from `x`, `width` long, in hundredths of the bar."""

    kind: str
    x: str
    width: str


def bar(line):
    """The parts of a line's bar: spent, committed, reserved, left; the whole is what the line has, or what is used if that is more."""
    whole = max(line.available, line.used)
    parts, x = [], Decimal(0)
    for kind in ("spent", "committed", "reserved", "left"):
        width = (max(ZERO, cents(getattr(line, kind))) * WIDTH / whole).quantize(Decimal("0.01")) if whole else ZERO
        if width:
            parts.append(Part(kind, str(x), str(width)))
            x += width
    return parts


def _estimates(plan):
    """{line's key: euros} that are planned but not booked yet."""
    unbooked = Expense.objects.filter(line__plan=plan, estimate__isnull=False).exclude(
        Exists(Booking.objects.filter(expense=OuterRef("pk")))
    )
    return dict(unbooked.order_by().values_list("line").annotate(Sum("estimate")))


def overview(plan):
    """{"lines": lines with their sums, forecasts and bars, "total", "sources", "funded", "difference", "overrides", "measures"} of a plan."""
    lines = list(plan.lines.with_sums())
    estimated = _estimates(plan)
    for line in lines:
        line.forecast = cents(line.used + estimated.get(line.pk, ZERO))
    total = {name: sum((cents(getattr(line, name)) for line in lines), ZERO) for name in FIGURES}
    sources = list(plan.sources.all())
    funded = sum((source.amount for source in sources), ZERO)
    for line in lines:
        line.bar = bar(line)
    return {
        "lines": lines,
        "total": total,
        "sources": sources,
        "funded": cents(funded),
        "difference": cents(total["planned"] - funded),
        "shortfall": cents(funded - total["planned"]),
        "is_granted": all(source.granted is not None for source in sources if source.kind == source.Kind.STATE_GRANT),
        "overrides": Booking.objects.filter(line__plan=plan)
        .exclude(override_reason="")
        .select_related("line", "by", "expense")
        .order_by("-pk")[:20],
        "measures": _by_measure(plan),
    }


def _by_measure(plan):
    """[{"name", "bound", "spent"}] of the measures that have cost something; costs without one have no name."""
    rows = (
        BudgetLine.objects.filter(plan=plan, bookings__expense__isnull=False)
        .order_by("bookings__expense__measure__focus_area__position", "bookings__expense__measure__position")
        .values_list(
            "bookings__expense__measure", "bookings__expense__measure__name_fi", "bookings__expense__measure__name_sv"
        )
        .annotate(
            reserved=Sum("bookings__reserved"), committed=Sum("bookings__committed"), spent=Sum("bookings__spent")
        )
    )
    return [
        {
            "name": (sv or fi) if language() == "sv" else (fi or sv),
            "bound": cents(reserved + committed),
            "spent": cents(spent),
        }
        for _key, fi, sv, reserved, committed, spent in rows
    ]
