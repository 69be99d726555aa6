"""Whatever libraries and leaders do with a kit's loans in whatever order: no day is given twice, service days included."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from networks import loans
from networks.models import Loan
from tests import builders

offsets, lengths, service = st.integers(-2, 30), st.integers(-1, 9), st.integers(0, 3)
LONGEST = 7


class Calendar(RuleBasedStateMachine):
    """One kit, four libraries, and a model of it that knows days only: which loan ties which days."""

    @initialize(service=service)
    def begin(self, service):
        n = next(builders.number)
        region = builders.region(f"alue{n}")
        self.leader = builders.person()
        region.coordinators.add(self.leader)
        self.people = [builders.person(library=builders.library(region, f"Kirjasto {i}")) for i in range(4)]
        self.kit = builders.kit(builders.network(region), service_days=service, longest_loan=LONGEST)
        self.service, self.today = service, timezone.localdate()
        self.tied = {}  # key of a loan: set of days

    def plain(self, first, last):
        """The days from first to last and the service days, as numbers."""
        return set(range(first.toordinal(), last.toordinal() + self.service + 1))

    def model(self, loan):
        """The days that a loan ties, by what the rules say of its state and of today."""
        if loan.state in ("cancelled", "unfetched"):
            return set()
        last = loan.last_day
        if loan.state == "out":
            last = max(last, self.today)
        if loan.state == "returned":
            last = max(loan.returned_on, loan.first_day)
        return self.plain(loan.first_day, last)

    def others(self, but=None):
        """All days that are tied by other loans than `but`."""
        rows = Loan.objects.filter(kit=self.kit).exclude(pk=but and but.pk)
        return set().union(*(self.model(loan) for loan in rows))

    def pick(self, number, *states):
        rows = list(Loan.objects.filter(kit=self.kit, state__in=states).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def days(self, first, length):
        start = self.today + timedelta(days=first)
        return start, start + timedelta(days=length)

    def may(self, action):
        """Whether the action goes through."""
        try:
            action()
        except loans.Refused:
            return False
        return True

    @rule(who=st.integers(0, 3), first=offsets, length=lengths)
    def book(self, who, first, length):
        start, end = self.days(first, length)
        free = first >= 0 and 0 <= length < LONGEST and not self.plain(start, end) & self.others()
        done = self.may(
            lambda: loans.book(self.kit, person=self.people[who], first_day=start, last_day=end, today=self.today)
        )
        assert done == free

    @rule(number=st.integers(0, 9), first=offsets, length=lengths)
    def move(self, number, first, length):
        loan = self.pick(number, "booked")
        if loan is None:
            return
        start, end = self.days(first, length)
        begins = first >= 0 or start == loan.first_day
        free = begins and length >= 0 and not self.plain(start, end) & self.others(loan)
        assert self.may(lambda: loans.move(loan, first_day=start, last_day=end, today=self.today)) == free

    @rule(number=st.integers(0, 9), later=st.integers(-3, 8))
    def extend(self, number, later):
        loan = self.pick(number, "out")
        if loan is None:
            return
        end = loan.last_day + timedelta(days=later)
        possible = end >= max(self.today, loan.first_day)
        free = possible and not self.plain(loan.first_day, end) & self.others(loan)
        assert self.may(lambda: loans.extend(loan, last_day=end, today=self.today)) == free

    @rule(number=st.integers(0, 9))
    def cancel(self, number):
        loan = self.pick(number, "booked")
        if loan is not None:
            loans.cancel(loan, by=self.leader)

    @rule(number=st.integers(0, 9))
    def close_unfetched(self, number):
        loan = self.pick(number, "booked")
        if loan is None:
            return
        could_be_fetched = self.pick(0, "out") is None and loan.first_day < self.today
        assert self.may(lambda: loans.close_unfetched(loan, by=self.leader, today=self.today)) == could_be_fetched

    @rule(number=st.integers(0, 9))
    def hand_over(self, number):
        loan = self.pick(number, "booked")
        if loan is None:
            return
        is_home = self.pick(0, "out") is None
        in_time = loan.first_day - timedelta(days=self.service) <= self.today <= loan.last_day
        assert self.may(lambda: loans.hand_over(loan, today=self.today)) == (is_home and in_time)

    @rule(number=st.integers(0, 9))
    def fetch_from_the_library_before(self, number):
        """Whoever has the kit gives it on: its loan is over with that, without a service day."""
        loan = self.pick(number, "booked")
        if loan is None:
            return
        Loan.objects.filter(pk=loan.pk).update(comes_from="library")
        loan.comes_from = "library"
        in_time = loan.first_day - timedelta(days=self.service) <= self.today <= loan.last_day
        assert self.may(lambda: loans.receive(loan, by=self.leader, today=self.today)) == in_time

    @rule()
    def take_back(self):
        loan = self.pick(0, "out")
        if loan is not None:
            loans.take_back(loan, by=self.leader, today=self.today)

    @rule(number=st.integers(1, 9))
    def time_goes_by(self, number):
        self.today += timedelta(days=number)

    @invariant()
    def no_day_is_tied_twice(self):
        if not hasattr(self, "kit"):
            return
        rows = list(Loan.objects.filter(kit=self.kit).tying().order_by("first_day"))
        for one, other in zip(rows, rows[1:], strict=False):
            assert one.tied_until < other.first_day, (one.first_day, one.tied_until, other.first_day)
        for loan in rows:
            assert self.plain(loan.first_day, loan.tied_until - timedelta(days=self.service)) <= self.model(loan)
            assert loan.state == "booked" or loan.picked_up_on is not None
            if loan.state in ("booked", "out"):
                assert (loan.tied_until - loan.last_day).days == self.service
        assert sum(loan.state == "out" for loan in rows) <= 1


@pytest.mark.django_db
def test_no_sequence_of_bookings_moves_and_returns_gives_a_day_twice():
    run_state_machine_as_test(
        Calendar,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
