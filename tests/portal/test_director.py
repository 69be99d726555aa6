"""The page of a library's director."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets import actions as books
from peerlearning import actions as visits
from peerlearning import agenda
from peerlearning.models import Visit
from people.models import Deputy
from tests import builders
from trainings import actions


@pytest.fixture
def trip(employee, director, host, coordinator, loviisa_main, uusimaa):
    builders.travel_plan(uusimaa)
    return builders.visit(employee, loviisa_main, ticket="40.00", state="submitted")


def page(client, path="/fi/director/"):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_what_waits_who_is_away_and_what_the_ake_pays_stand_on_one_page(
    sign_in, trip, training, employee, director, host, coordinator
):
    actions.sign_up(training, person=employee)
    client = sign_in(director)
    html = page(client)
    assert f"/fi/visits/decisions/{trip.consents.get(kind='director').pk}/" in html
    assert "Omatoimikirjaston arki" in html and training.title_fi in html and "Aino Esimerkki" in html
    for kind, by in (("host", host), ("director", director), ("ake", coordinator)):
        visits.consent(trip.consents.get(kind=kind), by=by)
    html = page(client)
    assert "Odottaa päätöstäsi" not in html and "40,00" in html
    books.spend(Visit.objects.get().expense, "15.00", by=coordinator, is_last=False)
    html = page(client)
    assert "15,00" in html and "25,00" in html


def test_of_a_groups_trip_each_library_reads_its_own_part(
    employee, colleague, director, host, coordinator, askola, loviisa, uusimaa
):
    plan = builders.plan(uusimaa)
    trip = builders.made_visit(
        *(employee, loviisa),
        plan=plan,
        by=coordinator,
        kind="study_trip",
        others=[colleague],
        costs={"ticket": "90.00"},
    )
    books.spend(Visit.objects.get(pk=trip.pk).expense, "30.00", by=coordinator, is_last=False)
    year = timezone.localdate().year
    for library in (askola, loviisa):
        assert agenda.costs_of([library], year) == {"number": 1, "spent": Decimal("15.00"), "bound": Decimal("30.00")}
    assert agenda.costs_of([askola, loviisa], year)["spent"] == Decimal("30.00")
    assert agenda.costs_of([askola], year - 1) == {"number": 0, "spent": Decimal(0), "bound": Decimal(0)}


def test_the_page_is_for_directors_and_deputies_on_their_days(
    sign_in, director, employee, colleague, coordinator, host, askola, loviisa
):
    for person in (employee, coordinator):
        assert sign_in(person).get("/fi/director/").status_code == 404
        assert "/fi/director/" not in page(sign_in(person), "/fi/")
    assert "/fi/director/" in page(sign_in(director), "/fi/")
    today = timezone.localdate()
    stands_in = Deputy.objects.create(library=loviisa, person=colleague, first_day=today, last_day=today)
    html = page(sign_in(colleague))
    assert "first_day" not in html
    assert "/fi/director/" in page(sign_in(colleague), "/fi/")
    assert sign_in(colleague).post(f"/fi/director/deputies/{stands_in.pk}/end/").status_code == 404
    stands_in.first_day = stands_in.last_day = today - timedelta(days=1)
    stands_in.save()
    assert sign_in(colleague).get("/fi/director/").status_code == 404
    assert "/fi/director/" not in page(sign_in(colleague), "/fi/")


def test_a_deputy_is_set_for_dates_and_decides_in_them(
    sign_in, employee, director, host, coordinator, loviisa_main, askola, uusimaa
):
    builders.travel_plan(uusimaa)
    deputy = builders.person("sijainen@askola.example", "Siiri", "Sijainen", library=askola)
    today = timezone.localdate()
    typed = {"person": deputy.pk, "first_day": today.isoformat(), "last_day": (today + timedelta(days=7)).isoformat()}
    client = sign_in(director)
    assert client.post("/fi/director/", typed).status_code == 302
    assert "Siiri Sijainen" in page(client)
    visit = builders.visit(employee, loviisa_main, state="submitted")
    assert visit.consents.get(kind="director").person == deputy
    client.post(f"/fi/director/deputies/{Deputy.objects.get().pk}/end/")
    assert not Deputy.objects.exists()


def test_a_deputy_from_elsewhere_or_with_days_the_wrong_way_is_refused_at_the_field(
    sign_in, director, employee, colleague, askola
):
    today = timezone.localdate()
    client = sign_in(director)
    response = client.post(
        "/fi/director/", {"person": colleague.pk, "first_day": today.isoformat(), "last_day": today.isoformat()}
    )
    assert response.status_code == 422 and "id_person_error" in response.content.decode()
    earlier = (today - timedelta(days=1)).isoformat()
    response = client.post(
        "/fi/director/", {"person": employee.pk, "first_day": today.isoformat(), "last_day": earlier}
    )
    assert response.status_code == 422 and "Viimeinen päivä on ennen ensimmäistä." in response.content.decode()
    assert not Deputy.objects.exists()


def test_what_is_read_quickly_is_what_the_agenda_says(
    employee, director, host, coordinator, colleague, loviisa_main, uusimaa, askola
):
    """Also for a deputy, and for whoever directs a library and works for an AKE."""
    builders.travel_plan(uusimaa)
    today = timezone.localdate()
    Deputy.objects.create(library=askola, person=colleague, first_day=today, last_day=today)
    for n in range(agenda.MOST + 2):
        builders.visit(employee, loviisa_main, in_days=20 + n % 3, ticket="4.00", state="submitted")
    coordinator.directs.add(loviisa_main.library)
    for person in (director, colleague, coordinator, employee):
        assert agenda.first_waiting(person) == list(agenda.waiting_for(person)[: agenda.MOST])
        coming, wanted = agenda.first_staff_coming(person), list(agenda.staff_coming(person)[: agenda.MOST])
        assert coming == wanted
        assert [visit.host_names for visit in coming] == [visit.host_names for visit in wanted]
    assert len(agenda.first_staff_coming(director)) == agenda.MOST and agenda.first_staff_coming(employee) == []
    tomorrow = today + timedelta(days=1)
    Deputy.objects.update(first_day=tomorrow, last_day=tomorrow)
    assert agenda.first_staff_coming(colleague) == list(agenda.staff_coming(colleague)) == []


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_takes_the_same_queries_whatever_there_is(
    sign_in, employee, director, host, coordinator, loviisa_main, uusimaa, askola, number, django_assert_num_queries
):
    builders.travel_plan(uusimaa)
    for n in range(number):
        builders.visit(employee, loviisa_main, in_days=20 + n, ticket="4.00", state="submitted")
        actions.sign_up(builders.training(uusimaa, in_days=5 + n), person=employee)
        today = timezone.localdate()
        Deputy.objects.create(library=askola, person=employee, first_day=today, last_day=today + timedelta(days=n))
    client = sign_in(director)
    with django_assert_num_queries(11):
        page(client)
