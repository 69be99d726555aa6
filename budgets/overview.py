"""A plan's money at a glance: the figures of the money page."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db.models import Exists, OuterRef, QuerySet, Sum

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


LINES = Prepared(lambda plan: QuerySet(BudgetLine).filter(plan=plan).order_by("position", "pk"), int)
SOURCES = Prepared(lambda plan: QuerySet(FundingSource).filter(plan=plan).order_by("pk"), int)
MEASURES = Prepared(
    lambda plan: (
        QuerySet(Measure)
        .filter(focus_area__plan=plan)
        .only("name_fi", "name_sv")
        .order_by("focus_area__position", "position", "pk")
    ),
    int,
)


def _sums(lines):
    """(line, measure, the sum of each of COLUMNS): the lines' bookings, looked through once for lines and measures."""
    bookings = QuerySet(Booking).filter(line__in=lines).order_by().values_list("line", "expense__measure")
    return bookings.annotate(*map(Sum, COLUMNS))


def _estimates(lines):
    """(line, euros) that are planned but not booked yet."""
    unbooked = (
        QuerySet(Expense)
        .filter(line__in=lines, estimate__isnull=False)
        .exclude(Exists(QuerySet(Booking).filter(expense=OuterRef("pk"))))
    )
    return unbooked.order_by().values_list("line").annotate(Sum("estimate"))


def _overrides(lines):
    """The latest bookings that were let past their line."""
    past = QuerySet(Booking).filter(line__in=lines).exclude(override_reason="")
    return past.select_related("line", "by", "expense").order_by("-pk")[:20]


@cache
def _prepared(build, number):
    return Prepared(lambda *lines: build(lines), *[int] * number)


def _of(lines, build):
    """The rows of `build(keys of the lines)`: by their keys, as a join with the plan's lines would touch every booking."""
    return _prepared(build, len(lines))(*[line.pk for line in lines]) if lines else []


def overview(plan):
    """{"lines": lines with their sums, forecasts and bars, "total", "sources", "funded", "difference", "overrides", "measures"} of a plan."""
    lines = LINES(plan.pk)
    sums = _of(lines, _sums)
    estimated = dict(_of(lines, _estimates))
    booked = defaultdict(lambda: [ZERO] * len(COLUMNS))
    for line, _measure, *columns in sums:
        booked[line] = list(map(sum, zip(booked[line], columns, strict=True)))
    for line in lines:
        for column, amount in zip(COLUMNS, booked[line.pk], strict=True):
            setattr(line, column, amount)
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
        "overrides": _of(lines, _overrides),
        "measures": _by_measure(plan, sums),
    }


def _by_measure(plan, sums):
    """[{"name", "bound", "spent"}] of the measures that have cost something; costs without one have no name, and stand last."""
    names = {measure.pk: measure.name for measure in MEASURES(plan.pk)}
    found = {key: {"name": name, "bound": ZERO, "spent": ZERO} for key, name in [*names.items(), (None, "")]}
    has_cost = set()
    for _line, measure, _moved, reserved, committed, spent in sums:
        if reserved or committed or spent:
            has_cost.add(measure)
        found[measure]["bound"] += reserved + committed
        found[measure]["spent"] += spent
    return [measure for key, measure in found.items() if key in has_cost]
