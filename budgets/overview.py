"""A plan's money at a glance: the figures of the money page."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db.models import Exists, OuterRef, Q, Sum

from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.prepared import Prepared
from budgets.models import Booking, BudgetLine, Expense, FundingSource, Measure
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


# The page is the one that coordinators have open all day: the SQL of its queries is built once in a process
LINES = Prepared(lambda plan: BudgetLine.objects.filter(plan=plan).order_by("position", "pk"), int)
SOURCES = Prepared(lambda plan: FundingSource.objects.filter(plan=plan).order_by("pk"), int)


@cache
def sums_of(number):
    """Prepared for so many lines: (line, measure, reserved, committed, spent), all bookings looked through once.

    The lines are named one by one, and sums leave zeros out: both spare a third of the time with many bookings.
    """
    return Prepared(
        lambda *lines: (
            Booking.objects.filter(expense__line__in=lines)
            .order_by()
            .values_list("expense__line", "expense__measure")
            .annotate(**{f"sum_of_{column}": Sum(column, filter=~Q(**{column: 0})) for column in COLUMNS[1:]})
        ),
        *[int] * number,
    )


MOVED = Prepared(
    lambda plan: (
        Booking.objects.filter(line__plan=plan, expense__isnull=True)
        .order_by()
        .values_list("line")
        .annotate(Sum("moved"))
    ),
    int,
)
# (line, euros) that are planned but not booked yet
ESTIMATES = Prepared(
    lambda plan: (
        Expense.objects.filter(line__plan=plan, estimate__isnull=False)
        .exclude(Exists(Booking.objects.filter(expense=OuterRef("pk"))))
        .order_by()
        .values_list("line")
        .annotate(Sum("estimate"))
    ),
    int,
)
OVERRIDES = Prepared(
    lambda plan: (
        Booking.objects.filter(line__plan=plan)
        .exclude(override_reason="")
        .select_related("line", "by", "expense")
        .order_by("-pk")[:20]
    ),
    int,
)
MEASURES = Prepared(
    lambda plan: Measure.objects.filter(focus_area__plan=plan).order_by("focus_area__position", "position", "pk"), int
)


def overview(plan):
    """{"lines": lines with their sums, forecasts and bars, "total", "sources", "funded", "difference", "overrides", "measures"} of a plan."""
    lines = LINES(plan.pk)
    sums = sums_of(len(lines))(*(line.pk for line in lines)) if lines else []
    moved, estimated = dict(MOVED(plan.pk)), dict(ESTIMATES(plan.pk))
    for line in lines:
        own = [row for row in sums if row[0] == line.pk]
        line.moved = moved.get(line.pk, ZERO)
        line.reserved, line.committed, line.spent = (sum((row[n] or ZERO for row in own), ZERO) for n in (2, 3, 4))
        line.forecast = cents(line.used + estimated.get(line.pk, ZERO))
        line.bar = bar(line)
    total = {name: sum((cents(getattr(line, name)) for line in lines), ZERO) for name in FIGURES}
    sources = SOURCES(plan.pk)
    funded = sum((source.amount for source in sources), ZERO)
    return {
        "lines": lines,
        "total": total,
        "sources": sources,
        "funded": cents(funded),
        "difference": cents(total["planned"] - funded),
        "shortfall": cents(funded - total["planned"]),
        "is_granted": all(source.granted is not None for source in sources if source.kind == source.Kind.STATE_GRANT),
        "overrides": OVERRIDES(plan.pk),
        "measures": _by_measure(plan, sums),
    }


def _by_measure(plan, sums):
    """[{"name", "bound", "spent"}] of the measures that have cost something; costs without one have no name, and stand last."""
    names = {measure.pk: measure.name for measure in MEASURES(plan.pk)}
    found = {key: {"name": name, "bound": ZERO, "spent": ZERO} for key, name in [*names.items(), (None, "")]}
    has_cost = set()
    for _line, key, reserved, committed, spent in sums:
        if reserved or committed or spent:
            has_cost.add(key)
        found[key]["bound"] += (reserved or ZERO) + (committed or ZERO)
        found[key]["spent"] += spent or ZERO
    return [measure for key, measure in found.items() if key in has_cost]
