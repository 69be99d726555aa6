"""Two libraries at the same kit at once, on PostgreSQL; and what its table refuses by itself."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from networks import loans
from networks.models import Loan
from tests import builders
from tests.full.together import together

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def kit(uusimaa):
    return builders.kit(builders.network(uusimaa))


@pytest.fixture
def week():
    first = timezone.localdate() + 10 * DAY
    return {"first_day": first, "last_day": first + 6 * DAY}


def test_of_libraries_that_book_the_same_week_at_once_one_gets_it(kit, employee, colleague, week):
    for round_ in range(4):
        days = {name: day + round_ * 10 * DAY for name, day in week.items()}
        results = together(*(partial(loans.book, kit, person=who, **days) for who in (employee, colleague) * 3))
        assert sum(isinstance(result, Loan) for result in results) == 1
        assert [result.code for result in results if not isinstance(result, Loan)] == ["taken"] * 5
    assert Loan.objects.count() == 4


def test_two_loans_moved_to_the_same_days_at_once_do_not_meet(kit, employee, colleague, week):
    first = loans.book(kit, person=employee, **week)
    other = loans.book(kit, person=colleague, **{name: day + 20 * DAY for name, day in week.items()})
    to = {name: day + 10 * DAY for name, day in week.items()}
    results = together(*(partial(loans.move, loan, **to) for loan in (first, other)))
    assert sum(isinstance(result, Loan) for result in results) == 1
    assert Loan.objects.filter(**to).count() == 1


def row(kit, person, first, last, **fields):
    """A loan written past all actions, its service day as the table has it."""
    values = {"tied_until": last + kit.service_days * DAY, **fields}
    return Loan.objects.create(kit=kit, library=person.library, person=person, first_day=first, last_day=last, **values)


def test_the_table_itself_refuses_days_that_meet_and_the_service_day(kit, employee, colleague, week):
    loans.book(kit, person=employee, **week)
    for first in (week["first_day"], week["last_day"], week["last_day"] + DAY):
        with pytest.raises(IntegrityError, match="loans_of_a_kit_do_not_overlap"):
            row(kit, colleague, first, first + 3 * DAY)
    row(kit, colleague, week["last_day"] + 2 * DAY, week["last_day"] + 3 * DAY)


def test_the_table_lets_be_what_is_cancelled_and_other_kits(kit, employee, colleague, week):
    loans.cancel(loans.book(kit, person=employee, **week), by=employee)
    row(kit, colleague, *week.values())
    row(builders.kit(kit.network, "Toinen", "Andra"), colleague, *week.values())
