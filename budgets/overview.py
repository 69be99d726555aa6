"""A plan's money at a glance: the figures of the money page."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Sum

from ake_portal.lib.money import ZERO, cents
from budgets.models import Booking, Expense, Measure
from budgets.models.money import COLUMNS

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


def _estimates(lines):
    """{line's key: euros} that are planned but not booked yet."""
    unbooked = Expense.objects.filter(line__in=lines, estimate__isnull=False).exclude(
        Exists(Booking.objects.filter(expense=OuterRef("pk")))
    )
    return dict(unbooked.order_by().values_list("line").annotate(Sum("estimate")))


def overview(plan):
    """{"lines": lines with their sums, forecasts and bars, "total", "sources", "funded", "difference", "overrides", "measures"} of a plan."""
    lines = list(plan.lines.order_by("position", "pk"))
    sums = _sums(lines)
    for line in lines:
        for column in COLUMNS:
            setattr(line, column, sum((found[column] for found in sums if found["line"] == line.pk), ZERO))
    estimated = _estimates(lines)
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
        "overrides": Booking.objects.filter(line__in=lines)
        .exclude(override_reason="")
        .select_related("line", "by", "expense")
        .order_by("-pk")[:20],
        "measures": _by_measure(plan, sums),
    }


def _sums(lines):
    """[{"line", "expense__measure", and the sum of each of COLUMNS}]: the lines' bookings, looked through once for lines and measures."""
    return list(
        Booking.objects.filter(line__in=lines)  # their keys: a join would touch every booking
        .order_by()
        .values("line", "expense__measure")
        .annotate(**{column: Sum(column) for column in COLUMNS})
    )


def _by_measure(plan, sums):
    """[{"name", "bound", "spent"}] of the measures that have cost something; costs without one have no name, and stand last."""
    measures = Measure.objects.filter(focus_area__plan=plan).order_by("focus_area__position", "position", "pk")
    names = {measure.pk: measure.name for measure in measures}
    found = {key: {"name": name, "bound": ZERO, "spent": ZERO} for key, name in [*names.items(), (None, "")]}
    has_cost = set()
    for row in sums:
        if row["reserved"] or row["committed"] or row["spent"]:
            has_cost.add(row["expense__measure"])
        found[row["expense__measure"]]["bound"] += row["reserved"] + row["committed"]
        found[row["expense__measure"]]["spent"] += row["spent"]
    return [measure for key, measure in found.items() if key in has_cost]
