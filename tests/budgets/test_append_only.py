"""What is booked or published is never changed and never deleted, by whatever road."""

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError

from budgets import actions
from budgets.models import Booking, BudgetLine, Expense, PlanSnapshot
from budgets.models.frozen import WrittenOnce
from tests import builders


@pytest.fixture
def booking(uusimaa, coordinator):
    expense = builders.expense(builders.plan(uusimaa), by=coordinator)
    return actions.commit(expense, 10, by=coordinator)


@pytest.fixture
def snapshot(booking, coordinator):
    return PlanSnapshot.objects.create(plan=booking.line.plan, number=1, made_by=coordinator, contents={})


def rows():
    return list(Booking.objects.values_list()), list(PlanSnapshot.objects.values_list())


ROADS = {
    "save": lambda thing: thing.save(),
    "delete": lambda thing: thing.delete(),
    "update of many": lambda thing: type(thing).objects.filter(pk=thing.pk).update(pk=99),
    "delete of many": lambda thing: type(thing).objects.all().delete(),
    "bulk update": lambda thing: type(thing).objects.bulk_update([thing], ["id"]),
    "bulk create over it": lambda thing: type(thing).objects.bulk_create(
        [thing], update_conflicts=True, unique_fields=["id"], update_fields=["id"]
    ),
    "update or create": lambda thing: type(thing).objects.update_or_create(pk=thing.pk, defaults={"id": thing.pk}),
}


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("what", ["booking", "snapshot"])
def test_no_road_through_the_models_changes_it(request, booking, snapshot, what, road):
    before = rows()
    with pytest.raises(WrittenOnce):
        ROADS[road](request.getfixturevalue(what))
    assert rows() == before


def test_nor_does_the_manager_of_its_line(booking):
    for road in (lambda: booking.line.bookings.update(text="x"), lambda: booking.expense.bookings.all().delete()):
        with pytest.raises(WrittenOnce):
            road()


def test_nothing_it_belongs_to_can_be_deleted(booking, snapshot):
    for thing in (
        booking.expense,
        booking.line,
        booking.line.plan,
        booking.by,
        Expense.objects.all(),
        BudgetLine.objects.all(),
    ):
        with pytest.raises(ProtectedError):
            thing.delete()


@pytest.mark.full
@pytest.mark.parametrize("table", ["budgets_booking", "budgets_plansnapshot"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_postgresql_refuses_whoever_goes_past_the_portal(booking, snapshot, table, statement):
    assert connection.vendor == "postgresql", "set DATABASE_URL"
    before = rows()
    with transaction.atomic(), connection.cursor() as cursor:
        # Between tests the tables are emptied, so conftest lets that pass; in the real world it is on
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER never_emptied")
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            cursor.execute(statement.format(table))
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")
    assert rows() == before


@pytest.mark.full
@pytest.mark.parametrize("model", [Booking, PlanSnapshot])
def test_postgresql_refuses_a_plain_queryset_too(booking, snapshot, model):
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        models.QuerySet(model).update(id=1)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        models.QuerySet(model)._raw_delete("default")
