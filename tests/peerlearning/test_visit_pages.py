"""The front page of visits, a visit's page, the travel order, the calendar, one's own data."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from ake_portal import privacy
from peerlearning import actions
from peerlearning.models import Consent, Visit
from tests import builders


@pytest.fixture
def plan(uusimaa):
    return builders.travel_plan(uusimaa)


@pytest.fixture
def approved(employee, director, host, coordinator, loviisa_main, plan):
    visit = builders.visit(employee, loviisa_main, km=92, state="submitted", employer_case="M-77/2026")
    for kind, by in (("host", host), ("director", director), ("ake", coordinator)):
        actions.consent(visit.consents.get(kind=kind), by=by)
    return Visit.objects.get()


def test_each_sees_the_part_that_is_theirs(
    sign_in, approved, employee, director, host, coordinator, stranger, other_coordinator, colleague
):
    path = f"/fi/visits/{approved.pk}/"
    pages = {person: sign_in(person).get(path) for person in (employee, director, host, coordinator)}
    assert all(response.status_code == 200 for response in pages.values())
    texts = {person: response.content.decode() for person, response in pages.items()}
    for person in (employee, director, coordinator):
        assert "50,60" in texts[person]
    assert "50,60" not in texts[host]
    assert "Kirjaukset" in texts[coordinator] and "Kirjaukset" not in texts[employee]
    for person in (stranger, other_coordinator, colleague):
        assert sign_in(person).get(path).status_code == 404


def test_the_travel_order_is_a_tagged_pdf_for_travellers_directors_and_ake(
    sign_in, approved, employee, director, host, coordinator, stranger
):
    path = f"/fi/visits/{approved.pk}/order.pdf"
    for person in (employee, director, coordinator):
        response = sign_in(person).get(path)
        assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
        assert b"pdfuaid" in response.content
    for person in (host, stranger):
        assert sign_in(person).get(path).status_code == 404


def test_there_is_no_travel_order_before_the_approval(
    sign_in, employee, director, host, coordinator, loviisa_main, plan
):
    visit = builders.visit(employee, loviisa_main, state="submitted")
    assert sign_in(employee).get(f"/fi/visits/{visit.pk}/order.pdf").status_code == 404


def test_the_private_calendar_has_the_trip_for_the_traveller_and_the_visitors_for_the_host(
    client, approved, employee, host, director
):
    def summaries(person):
        text = client.get(f"/calendar/{person.calendar_token}.ics").content
        return [str(event["summary"]) for event in Calendar.from_ical(text).walk("VEVENT")]

    assert summaries(employee) == ["Vierailu: Omatoimikirjaston arki"]
    assert summaries(host) == ["Besökare: Omatoimikirjaston arki"]
    assert summaries(director) == []
    actions.cancel(approved, by=employee)
    text = client.get(f"/calendar/{employee.calendar_token}.ics").content
    assert [str(event["status"]) for event in Calendar.from_ical(text).walk("VEVENT")] == ["CANCELLED"]


def test_staff_find_the_visits_of_their_region_by_state(
    sign_in, approved, employee, loviisa_main, coordinator, other_coordinator
):
    builders.visit(employee, loviisa_main, state="submitted", subject="Pelikerhon aloittaminen")
    client = sign_in(coordinator)
    page = client.get("/fi/visits/?state=approved").content.decode()
    assert "Omatoimikirjaston arki" in page
    others = page[page.index('id="others"') :]
    assert "Pelikerhon aloittaminen" not in others
    assert "Omatoimikirjaston arki" not in sign_in(other_coordinator).get("/fi/visits/").content.decode()


def test_the_lists_ask_the_database_as_often_for_one_visit_as_for_thirty(
    sign_in, employee, director, host, coordinator, loviisa_main, plan, django_assert_num_queries
):
    numbers = {employee: 7, director: 8, coordinator: 9}
    builders.visit(employee, loviisa_main, state="submitted")
    for person, number in numbers.items():
        client = sign_in(person)
        client.get("/fi/visits/")
        with django_assert_num_queries(number):
            client.get("/fi/visits/")
    for number in range(29):
        builders.visit(employee, loviisa_main, in_days=30 + number, state="submitted")
    for person, number in numbers.items():
        client = sign_in(person)
        with django_assert_num_queries(number):
            client.get("/fi/visits/")


def test_my_data_holds_my_visits_and_decisions(approved, employee, director):
    mine = privacy.export_for(employee)["visits"]
    assert mine["visits"][0]["subject"] == "Omatoimikirjaston arki"
    assert mine["visits"][0]["why_no_public_transport"] == "Bussia ei kulje siihen aikaan."
    assert privacy.export_for(director)["visits"]["decisions"][0]["visit"] == approved.case
    json.dumps(mine, default=str)


def test_erasing_cancels_the_own_visit_and_hands_on_what_was_to_be_decided(
    employee, director, host, coordinator, loviisa, loviisa_main, plan
):
    visit = builders.visit(employee, loviisa_main, in_days=40, state="submitted")
    loviisa.director = None
    loviisa.email = "kirjasto@loviisa.example"
    loviisa.save()
    privacy.erase(host)
    consent = Consent.objects.open().get(visit=visit, kind="host")
    assert (consent.person, consent.mailbox) == (None, "kirjasto@loviisa.example")
    privacy.erase(employee)
    visit.refresh_from_db()
    assert (visit.state, visit.goal, visit.no_transit_reason) == ("cancelled", "", "")
    assert plan.lines.with_sums().get().left == 1000


def test_reading_a_visit_asks_the_database_as_often_for_one_stop_as_for_many(
    sign_in, employee, director, host, coordinator, loviisa, loviisa_main, plan, django_assert_num_queries
):
    visit = builders.visit(employee, loviisa_main, state="submitted")
    client = sign_in(coordinator)
    client.get(f"/fi/visits/{visit.pk}/")
    with django_assert_num_queries(12):
        client.get(f"/fi/visits/{visit.pk}/")
    for number in range(20):
        visit.steps.create(move="adjust", by=employee, at=timezone.now() - timedelta(days=1))
        visit.stops.create(branch=builders.branch(loviisa, f"Sivukirjasto {number}"), position=2 + number)
    with django_assert_num_queries(12):
        client.get(f"/fi/visits/{visit.pk}/")
