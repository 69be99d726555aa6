"""Prepared queries give the rows of the queryset they are made of."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ake_portal.lib.prepared import Prepared, PreparedInsert
from notifications.models import Mail
from people.models import Deputy, Region, User
from tests import builders
from trainings.models import Registration


def test_rows_are_those_of_the_queryset(uusimaa, lapland, employee, colleague, coordinator):
    def build(region, joined_before):
        runs = Exists(Region.coordinators.through.objects.filter(user_id=OuterRef("pk")))
        people = QuerySet(User).select_related("library").annotate(runs=runs)
        return people.filter(library__region=region, joined_at__lt=joined_before).order_by("pk")

    prepared = Prepared(build, int, datetime)
    soon = timezone.now() + timedelta(days=1)
    for region, moment in [(uusimaa.pk, soon), (lapland.pk, soon), (uusimaa.pk, soon - timedelta(days=700)), (0, soon)]:
        wanted = list(build(region, moment))
        with CaptureQueriesContext(connection) as queries:
            found = prepared(region, moment)
            assert [(row.pk, row.email, row.library.name, row.runs) for row in found] == [
                (row.pk, row.email, row.library.name, row.runs) for row in wanted
            ]
        assert len(queries) == 1
    assert len(prepared(uusimaa.pk, soon)) >= 2


def test_rows_of_values_and_the_first_of_them(employee, colleague):
    prepared = Prepared(lambda email: QuerySet(User).filter(email=email).values_list("pk", "library__name_fi"), str)
    assert prepared(colleague.email) == [(colleague.pk, colleague.library.name_fi)]
    assert prepared.first("nobody@example.fi") is None


def test_days_are_told_from_moments(employee, askola):
    def build(day, moment):
        return QuerySet(Deputy).filter(first_day__lte=day, last_day__gte=day, person__joined_at__lt=moment)

    now, today = timezone.now() + timedelta(minutes=1), timezone.localdate()
    deputy = Deputy.objects.create(library=askola, person=employee, first_day=today, last_day=today)
    prepared = Prepared(build, date, datetime)
    assert prepared(today, now) == [deputy]
    assert prepared(today + timedelta(days=1), now) == prepared(today, now - timedelta(days=9999)) == []


def test_same_value_may_stand_in_several_places(employee, colleague):
    prepared = Prepared(lambda key: QuerySet(User).filter(pk=key) | QuerySet(User).filter(library__director=key), int)
    assert prepared(employee.pk) == [employee]


def test_days_are_values_too(employee, askola):
    today = timezone.localdate()
    deputy = Deputy.objects.create(library=askola, person=employee, first_day=today, last_day=today)
    prepared = Prepared(lambda day: QuerySet(Deputy).filter(first_day__lte=day, last_day__gte=day), date)
    assert prepared(today) == [deputy] and prepared(today + timedelta(days=1)) == []


def test_sql_is_written_once(employee, monkeypatch):
    prepared = Prepared(lambda key: QuerySet(User).filter(pk=key), int)
    assert prepared(employee.pk) == [employee]

    def fail(*args, **kwargs):
        raise AssertionError("written again")

    monkeypatch.setattr(SQLCompiler, "as_sql", fail)
    assert prepared(employee.pk) == [employee]
    assert prepared(0) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda key: QuerySet(User).filter(is_active=True),
        lambda key: QuerySet(User).filter(pk=key + 1),
        lambda key: QuerySet(User).filter(pk=key).prefetch_related("topics"),
    ],
    ids=["not in the query", "changed on the way", "prefetching"],
)
def test_what_cannot_be_prepared_is_refused(build, db):
    with pytest.raises(ValueError, match="prepared|Prepared|as it was given"):
        Prepared(build, int)(1)


def test_only_objects_and_lists_of_values_can_be_made(db):
    with pytest.raises(ValueError, match="objects, or a list of values"):
        Prepared(lambda key: QuerySet(User).filter(pk=key).values("pk"), int)(1)


def test_one_value_of_each_row(employee):
    prepared = Prepared(lambda key: QuerySet(User).filter(pk=key).values_list("email", flat=True), int)
    assert prepared(employee.pk) == [employee.email]


def test_values_are_what_the_fields_make_of_them(employee):
    """Moments with their zone, JSON as lists: also where the database keeps texts."""
    [mail] = builders.mails(1, calendars=[["REQUEST", "BEGIN:VCALENDAR"]])
    (found,) = Prepared(lambda key: QuerySet(Mail).filter(key=key), str)(mail.key)
    assert (found.calendars, found.created_at, found.is_secret) == (mail.calendars, mail.created_at, False)


def test_an_object_is_stored_and_gets_its_key(employee):
    training = builders.training(employee.library.region)
    store = PreparedInsert(Registration)
    for person in (employee, builders.person(library=employee.library)):
        with CaptureQueriesContext(connection) as queries:
            registration = store(Registration(training=training, person=person, mode="onsite", state="registered"))
        assert len(queries) == 1
        assert not registration._state.adding
        stored = Registration.objects.get(pk=registration.pk)
        assert (stored.person, stored.mode, stored.created_at) == (person, "onsite", registration.created_at)


def test_what_a_constraint_forbids_is_not_stored(employee):
    training = builders.training(employee.library.region)
    store = PreparedInsert(Registration)
    for refused in (False, True):
        registration = Registration(training=training, person=employee, mode="onsite", state="registered")
        with pytest.raises(IntegrityError) if refused else nullcontext(), transaction.atomic():
            store(registration)
    assert Registration.objects.count() == 1


def test_what_is_there_already_stays_as_it_is(employee):
    store = PreparedInsert(Mail, ignore_conflicts=True)
    for number, subject in enumerate(["First", "Second"]):
        texts = {"subject": subject, "text": "100 %s\n", "html": "", "calendars": [["REQUEST", "'; --"]]}
        store(Mail(key="the one", message_id=str(number), person=employee, send_after=timezone.now(), **texts))
    [mail] = Mail.objects.all()
    assert (mail.subject, mail.text, mail.calendars) == ("First", "100 %s\n", [["REQUEST", "'; --"]])


def test_hostile_text_is_a_value_like_any_other(employee):
    prepared = Prepared(lambda email: QuerySet(User).filter(email=email), str)
    assert prepared("' OR 1=1 --") == []
    assert prepared("%s") == []


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_prepared_lock_keeps_others_out(uusimaa):
    """The row is locked within the transaction; who does not want to wait is told."""
    training = builders.training(uusimaa)
    model = type(training)
    prepared = Prepared(lambda key: QuerySet(model).filter(pk=key).select_for_update(), int)
    seen = []

    def other():
        try:
            with transaction.atomic():
                list(QuerySet(model).filter(pk=training.pk).select_for_update(nowait=True))
            seen.append("got it")
        except DatabaseError:
            seen.append("kept out")
        finally:
            connection.close()

    with transaction.atomic():
        assert prepared(training.pk) == [training]
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert seen == ["kept out"]


def told():
    """The names of the queries that the connection's server knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_told_once_in_each_connection(employee):
    prepared = Prepared(lambda email, key: QuerySet(User).filter(email=email, pk=key, last_name="%"), str, int)
    for _ in range(2):
        for _ in range(7):  # past the five after which the server plans no more
            with CaptureQueriesContext(connection) as queries:
                assert prepared(employee.email, employee.pk) == []
            assert [query["sql"] for query in queries] == [
                f"EXECUTE {prepared.sql.name} ('{employee.email}', {employee.pk})"
            ]
        assert prepared.sql.name in told()
        connection.close()


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_the_server_keeps_nothing(employee, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    prepared = Prepared(lambda email: QuerySet(User).filter(email=email), str)
    assert prepared(employee.email) == [employee]
    assert prepared.sql.name not in told()


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_told_once_how_to_store(employee):
    store = PreparedInsert(Registration)
    training = builders.training(employee.library.region)
    for _ in range(2):
        for _ in range(7):
            with CaptureQueriesContext(connection) as queries:
                made = store(Registration(training=training, person=employee, mode="onsite", state="cancelled"))
            assert [query["sql"].split(" (")[0] for query in queries] == [f"EXECUTE {store.sql.name}"]
            assert Registration.objects.get(pk=made.pk).person == employee
        assert store.sql.name in told()
        connection.close()
