"""The money of a visit: on which line of which plan it stands, and what is bound of it. Sums are Decimal euros."""

from django.db.models import Exists, OuterRef, Q, Sum

from ake_portal.lib.money import ZERO
from budgets import actions as books
from budgets.models import Booking, BudgetLine, Category, Expense, FundingSource, Plan


class NoPlan(books.Refused):
    """The region has no open plan with a travel line for the year of travel."""

    def __init__(self):
        super().__init__("no_plan")


def line_for(visit):
    """The travel line that pays, or None, in one query: with its sums, those of this visit (`own_…`), and `is_subject_to_grant`."""
    if visit.first_day is None:
        return None
    lines = BudgetLine.objects.with_sums().filter(
        plan__region=visit.region_id, plan__year=visit.first_day.year, category=Category.TRAVEL
    )
    not_granted = FundingSource.objects.filter(
        plan=OuterRef("plan"), kind=FundingSource.Kind.STATE_GRANT, granted__isnull=True
    )
    own = Q(bookings__expense=visit.expense_id or 0)  # without one nothing is its own, not what has no expense either
    return (
        lines.exclude(plan__state=Plan.State.FROZEN)
        .annotate(
            own_reserved=Sum("bookings__reserved", filter=own),
            own_committed=Sum("bookings__committed", filter=own),
            own_spent=Sum("bookings__spent", filter=own),
            is_subject_to_grant=Exists(not_granted),
        )
        .select_related("plan__region")
        .first()
    )


def bound(visit):
    """{"reserved", "committed", "spent"} of the visit so far, in euros."""
    return visit.expense.open_sums() if visit.expense else {"reserved": ZERO, "committed": ZERO, "spent": ZERO}


def _expense(visit, line, by):
    """The visit's expense on the line of its year of travel; a trip moved to another year gets a new one there."""
    if visit.expense and visit.expense.line_id == line.pk:
        if visit.expense.measure_id != visit.measure_id:
            visit.expense.measure = visit.measure
            visit.expense.save(update_fields=["measure"])
        return visit.expense
    if visit.expense:
        books.release(visit.expense, by=by)
    visit.expense = Expense.objects.create(
        line=line, measure=visit.measure, text=f"{visit.case} {visit.subject}"[:200], created_by=by
    )
    visit.save(update_fields=["expense"])
    return visit.expense


def reserve_if_it_fits(visit, *, by, now=None):
    """Keep the estimate while the visit is decided. Returns whether it is kept."""
    line = line_for(visit)
    total = visit.total
    if line is None or not total:
        return not total
    sums = bound(visit)
    missing = total - sums["reserved"] - sums["committed"] - sums["spent"]
    if missing <= 0:
        return True
    try:
        books.reserve(_expense(visit, line, by), missing, by=by, now=now)
    except books.OverBudget:
        return False
    return True


def reserve(visit, *, by, override="", now=None):
    """The AKE's consent: what is not kept yet is kept now. Raises NoPlan, OverBudget."""
    total = visit.total
    if not total:
        return
    line = line_for(visit)
    if line is None:
        raise NoPlan
    expense = _expense(visit, line, by)
    sums = bound(visit)
    missing = total - sums["reserved"] - sums["committed"] - sums["spent"]
    if missing > 0:
        books.reserve(expense, missing, by=by, override=override, now=now)


def commit(visit, *, by, override="", now=None):
    """Bind what the approved visit costs: more or less than before, as it is now. Raises NoPlan, OverBudget."""
    total = visit.total
    if not total:
        release(visit, by=by, now=now)
        return
    line = line_for(visit)
    if line is None:
        raise NoPlan
    expense = _expense(visit, line, by)
    sums = bound(visit)
    missing = total - sums["committed"] - sums["spent"]
    if missing > 0:
        books.commit(expense, missing, by=by, override=override, now=now)
        return
    too_much = min(-missing, sums["committed"]) + sums["reserved"]
    if too_much > 0:
        books.release(expense, by=by, amount=too_much, now=now)


def release(visit, *, by, now=None):
    """Give back what is still bound; what is spent stays spent."""
    if visit.expense and visit.expense.line.plan.state != Plan.State.FROZEN:
        books.release(visit.expense, by=by, now=now)


def went_past(visit):
    """Whether something of the visit was let past its line."""
    return (
        bool(visit.expense_id) and Booking.objects.filter(expense=visit.expense_id).exclude(override_reason="").exists()
    )


def bookings(visit):
    """The bookings of a visit, in order."""
    return Booking.objects.filter(expense=visit.expense_id).select_related("by", "line") if visit.expense_id else ()
