"""Whatever is booked in whatever order, the portal agrees to the cent with a ledger kept in cents beside it."""

from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from budgets import actions
from budgets.models import Booking, Category
from tests import builders

LINES = {Category.COFFEE: 100, Category.TRAVEL: 250, Category.VENUE: 0}
EXPENSES = 4  # on the lines in turn


class Refuses(Exception):
    pass


class Ledger:
    """The rules as an accountant would tell them, in whole cents."""

    def __init__(self):
        self.has = [euros * 100 for euros in LINES.values()]
        self.kept = [0] * EXPENSES  # reserved
        self.bound = [0] * EXPENSES
        self.paid = [0] * EXPENSES
        self.book = []  # (expense or None, kept, bound, paid, can it be taken back)

    def left(self, line):
        on_line = [expense for expense in range(EXPENSES) if expense % len(LINES) == line]
        return self.has[line] - sum(self.kept[e] + self.bound[e] + self.paid[e] for e in on_line)

    def enter(self, expense, kept, bound, paid, excused, can_go_back=True):
        needed = kept + bound + paid
        if needed > 0 and needed > self.left(expense % len(LINES)) and not excused:
            raise Refuses
        self.kept[expense] += kept
        self.bound[expense] += bound
        self.paid[expense] += paid
        self.book.append([expense, kept, bound, paid, can_go_back])

    def reserve(self, expense, sum_, excused):
        if sum_ <= 0:
            raise Refuses
        self.enter(expense, sum_, 0, 0, excused)

    def commit(self, expense, sum_, excused):
        if sum_ <= 0:
            raise Refuses
        self.enter(expense, -self.kept[expense], sum_, 0, excused)

    def last_invoice(self, expense, sum_, excused):
        if sum_ == 0:
            raise Refuses
        self.enter(expense, -self.kept[expense], -self.bound[expense], sum_, excused)

    def invoice(self, expense, sum_, excused):
        if sum_ == 0:
            raise Refuses
        from_bound = min(self.bound[expense], max(sum_, 0))
        from_kept = min(self.kept[expense], max(sum_, 0) - from_bound)
        self.enter(expense, -from_kept, -from_bound, sum_, excused)

    def release(self, expense, sum_, excused):
        if not 0 < sum_ <= self.kept[expense] + self.bound[expense]:
            raise Refuses
        from_kept = min(self.kept[expense], sum_)
        if from_kept:
            self.enter(expense, -from_kept, 0, 0, excused)
        if sum_ > from_kept:
            self.enter(expense, 0, from_kept - sum_, 0, excused)

    def reverse(self, number, excused):
        expense, kept, bound, paid, can_go_back = self.book[number]
        if not can_go_back or self.kept[expense] < kept or self.bound[expense] < bound:
            raise Refuses
        self.enter(expense, -kept, -bound, -paid, excused, can_go_back=False)
        self.book[number][4] = False

    def transfer(self, line, to, sum_):
        if line == to or not 0 < sum_ <= self.left(line):
            raise Refuses
        self.has[line] -= sum_
        self.has[to] += sum_
        self.book += [[None, 0, 0, 0, False], [None, 0, 0, 0, False]]


sums = st.one_of(st.integers(-3_000, 30_000), st.sampled_from([1, 10_000, 25_000, 10_001]))
which = st.integers(0, EXPENSES - 1)
line = st.integers(0, len(LINES) - 1)
steps = st.one_of(
    st.tuples(st.sampled_from(["reserve", "commit", "last_invoice", "invoice", "release"]), which, sums, st.booleans()),
    st.tuples(st.just("reverse"), st.integers(0, 30), st.booleans()),
    st.tuples(st.just("transfer"), line, line, sums),
)


def portal(step, lines, expenses, by):
    """Do a step with the real actions."""
    what, *values = step
    if what == "transfer":
        one, other, sum_ = values
        return actions.transfer(lines[one], lines[other], Decimal(sum_) / 100, text="siirto", by=by)
    if what == "reverse":
        number, excused = values
        return actions.reverse(
            list(Booking.objects.all())[number], text="virhe", override="lupa" if excused else "", by=by
        )
    expense, sum_, excused = values
    expense, sum_ = expenses[expense], Decimal(sum_) / 100
    if what == "release":
        return actions.release(expense, amount=sum_, by=by)
    action = {"reserve": actions.reserve, "commit": actions.commit}.get(what, actions.spend)
    options = {"is_last": what == "last_invoice"} if action is actions.spend else {}
    return action(expense, sum_, override="lupa" if excused else "", by=by, **options)


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(steps, max_size=25))
def test_any_sequence_agrees_with_an_independent_ledger(uusimaa, coordinator, steps):
    with transaction.atomic():  # each example begins with no plan
        plan = builders.plan(uusimaa, granted=350, lines=LINES)
        lines = list(plan.lines.all())
        expenses = [builders.expense(plan, by=coordinator, line=lines[n % len(lines)]) for n in range(EXPENSES)]
        ledger = Ledger()
        for step in steps:
            if step[0] == "reverse":
                if not ledger.book:
                    continue
                step = ("reverse", step[1] % len(ledger.book), step[2])
            outcomes = []
            for does in (
                lambda step=step: getattr(ledger, step[0])(*step[1:]),
                lambda step=step: portal(step, lines, expenses, coordinator),
            ):
                try:
                    does()
                    outcomes.append("done")
                except (Refuses, actions.Refused):
                    outcomes.append("refused")
            assert outcomes[0] == outcomes[1], step
            assert [line.left * 100 for line in plan.lines.with_sums()] == [
                ledger.left(number) for number in range(len(LINES))
            ]
        assert [tuple(sum_ * 100 for sum_ in expense.open_sums().values()) for expense in expenses] == list(
            zip(ledger.kept, ledger.bound, ledger.paid, strict=True)
        )
        assert Booking.objects.count() == len(ledger.book)
        transaction.set_rollback(True)
