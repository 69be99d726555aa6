"""Deciding on the page, by the portal and by the link in a mail: GET shows, POST decides, once, by the right person."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Mail
from peerlearning import actions, links
from peerlearning.models import Consent, Visit
from tests import builders


@pytest.fixture
def plan(uusimaa):
    return builders.travel_plan(uusimaa)


@pytest.fixture
def sent(employee, director, host, coordinator, loviisa_main, plan):
    return builders.visit(employee, loviisa_main, km=92, state="submitted")


def consent_of(visit, kind):
    return visit.consents.current().get(kind=kind)


def link_of(person):
    """The path of the newest decision mail to `person`."""
    text = Mail.objects.filter(template="peerlearning/asked", person=person).latest("pk").text
    return re.search(r"https?://[^/]+(/\S+/decide/\S+)", text)[1]


def test_the_director_sees_the_whole_case_and_decides_from_the_mail_without_signing_in(sent, director, client):
    path = link_of(director)
    page = client.get(path).content.decode()
    for shown in (
        "Aino Esimerkki",
        "Loviisan pääkirjasto",
        "92 km × 0,55",
        "50,60",
        "1 000,00",
        "949,40",
        "Oma kirjasto",
    ):
        assert shown.replace(" ", "\xa0") in page or shown in page, shown
    assert consent_of(sent, "director").is_open
    response = client.post(path, {"answer": "yes", "is_duty": "on", "message": "Hyvää matkaa!"})
    assert response.status_code == 302
    consent = consent_of(sent, "director")
    assert (consent.state, consent.decided_by, consent.message) == ("given", director, "Hyvää matkaa!")


def test_opening_a_link_alone_changes_nothing(sent, director, host, coordinator, client):
    for person in (director, host, coordinator):
        for _ in range(2):
            response = client.get(link_of(person))
            assert response.status_code == 200
            assert response["X-Robots-Tag"] == "noindex" and "no-store" in response["Cache-Control"]
            assert response["Referrer-Policy"] == "same-origin"  # the address is a key, and the answer needs its origin
        assert client.head(link_of(person)).status_code == 200
    assert sent.consents.open().count() == 3


def test_the_mail_with_the_link_is_masked_and_sent_first(sent, director):
    mail = Mail.objects.get(template="peerlearning/asked", person=director)
    assert mail.is_secret and mail.urgency == Mail.Urgency.CODE


def test_a_used_link_says_kindly_what_was_decided(sent, director, client):
    path = link_of(director)
    client.post(path, {"answer": "yes", "is_duty": "on"})
    page = client.get(path).content.decode()
    assert "Vastaus oli kyllä: ti 6.10., Kerttu Johtava." in page and 'name="answer"' not in page
    client.post(path, {"answer": "no", "message": "ei sittenkään"})
    assert consent_of(sent, "director").state == "given"


def test_the_page_speaks_the_readers_language(sent, host, client):
    path = link_of(host)
    assert path.startswith("/sv/")
    page = client.get(path).content.decode()
    assert "Passar dagen?" in page and 'lang="fi"' in page  # what the traveller wrote is Finnish


def test_a_host_sees_no_money(sent, host, client):
    page = client.get(link_of(host)).content.decode()
    assert "50,60" not in page and "Vem betalar" not in page


def test_the_box_of_the_work_assignment_must_be_ticked(sent, director, client):
    response = client.post(link_of(director), {"answer": "yes", "message": "Hyvää matkaa!"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Merkitse, että vierailu on työtehtävä." in page and "Hyvää matkaa!" in page
    assert consent_of(sent, "director").is_open


@pytest.mark.parametrize("answer", ["no", "change"])
def test_a_no_or_a_change_needs_its_reason(sent, director, client, answer):
    response = client.post(link_of(director), {"answer": answer, "message": " "})
    assert response.status_code == 422 and consent_of(sent, "director").is_open
    client.post(link_of(director), {"answer": answer, "message": "Silloin on inventaario."})
    assert Visit.objects.get().state == {"no": "declined", "change": "draft"}[answer]


def test_an_answer_that_is_none_changes_nothing(sent, director, client):
    client.post(link_of(director), {"answer": "maybe", "is_duty": "on"})
    client.post(link_of(director), {"is_duty": "on"})
    assert consent_of(sent, "director").is_open


def test_links_of_another_person_tampered_or_too_old_give_a_clear_page(sent, director, employee, client, time_machine):
    consent = consent_of(sent, "director")
    for person in (employee,):
        page = client.get(f"/fi/visits/decide/{links.token(consent, person)}/").content.decode()
        assert 'name="answer"' not in page
        client.post(f"/fi/visits/decide/{links.token(consent, person)}/", {"answer": "yes", "is_duty": "on"})
        assert consent_of(sent, "director").is_open
    path = link_of(director)
    response = client.get(path[:-3] + "x/")
    assert response.status_code == 404 and "Linkki ei toimi" in response.content.decode()
    time_machine.move_to(timezone.now() + timedelta(days=61))
    response = client.get(path)
    assert response.status_code == 404 and "Linkki on liian vanha" in response.content.decode()


def test_a_link_opens_one_case_only(sent, director, employee, loviisa_main, client):
    other = builders.visit(employee, loviisa_main, in_days=30, state="submitted")
    client.post(link_of(director), {"answer": "yes", "is_duty": "on"})
    assert consent_of(other, "director").state == "given"
    assert consent_of(sent, "director").is_open


def test_after_a_change_the_old_link_points_to_the_newer_mail(sent, host, director, coordinator, employee, client):
    old = link_of(host)
    for stop in sent.stops.all():
        stop.starts_at += timedelta(hours=1)
        stop.ends_at += timedelta(hours=1)
        stop.save()
    actions.change(sent, by=employee)
    page = client.get(old).content.decode()
    assert "nyare meddelande" in page and 'name="answer"' not in page
    new = link_of(host)
    assert new != old
    client.post(new, {"answer": "yes"})
    assert consent_of(sent, "host").state == "given"


def test_a_link_of_somebody_who_no_longer_decides_opens_nothing(sent, director, askola, client):
    director.is_active = False
    director.save()
    assert client.get(link_of(director)).status_code == 404
    director.is_active = True
    director.save()
    askola.director = None
    askola.save()
    consent_of(sent, "director").delete()
    assert client.get(link_of(director)).status_code == 404


def test_a_shared_mailbox_is_asked_for_a_name(employee, director, coordinator, loviisa, loviisa_main, plan, client):
    loviisa.email = "kirjasto@loviisa.example"
    loviisa.save()
    visit = builders.visit(employee, loviisa_main, state="submitted")
    text = Mail.objects.get(address="kirjasto@loviisa.example").text
    path = re.search(r"https?://[^/]+(/\S+/decide/\S+)", text)[1]
    response = client.post(path, {"answer": "yes", "name": ""})
    assert response.status_code == 422 and "Kirjoita nimesi" in response.content.decode()
    client.post(path, {"answer": "yes", "name": "Oona Osaava"})
    assert consent_of(visit, "host").decided_name == "Oona Osaava"
    assert "Oona Osaava" in client.get(path).content.decode()


def test_from_the_portal_the_home_page_leads_to_the_decision(sign_in, sent, director):
    client = sign_in(director)
    path = f"/fi/visits/decisions/{consent_of(sent, 'director').pk}/"
    assert path in client.get("/fi/").content.decode()
    assert path in client.get("/fi/visits/").content.decode()
    client.post(path, {"answer": "yes", "is_duty": "on"})
    assert consent_of(sent, "director").decided_by == director
    assert path not in client.get("/fi/").content.decode()


def test_only_whoever_may_decide_opens_the_decision_in_the_portal(
    sign_in, sent, employee, colleague, stranger, other_coordinator, director, host, coordinator, superuser
):
    readers = {"host": {host, superuser}, "director": {director}, "ake": {coordinator, superuser}}
    for kind, allowed in readers.items():
        path = f"/fi/visits/decisions/{consent_of(sent, kind).pk}/"
        for person in (employee, colleague, stranger, other_coordinator, director, host, coordinator):
            client = sign_in(person)
            assert client.get(path).status_code == (200 if person in allowed else 404), (kind, person)
            if person not in allowed:
                assert client.post(path, {"answer": "yes", "is_duty": "on"}).status_code == 404
    assert sent.consents.open().count() == 3


def test_the_ake_says_why_when_the_line_has_too_little(
    sign_in, employee, director, host, coordinator, loviisa_main, uusimaa
):
    builders.travel_plan(uusimaa, 20)
    visit = builders.visit(employee, loviisa_main, state="submitted")
    client = sign_in(coordinator)
    path = f"/fi/visits/decisions/{consent_of(visit, 'ake').pk}/"
    page = client.get(path).content.decode()
    assert "enemmän kuin rivillä on" in page and "override_reason" in page
    response = client.post(path, {"answer": "yes", "message": "Selvä"})
    assert response.status_code == 422 and "Selvä" in response.content.decode()
    client.post(path, {"answer": "yes", "override_reason": "Siirretään rivien kesken."})
    assert consent_of(visit, "ake").override_reason == "Siirretään rivien kesken."


def test_the_ake_ties_the_visit_to_a_measure_of_the_plan(sign_in, sent, coordinator, plan):
    measure = plan.focus_areas.get().measures.get()
    client = sign_in(coordinator)
    client.post(f"/fi/visits/decisions/{consent_of(sent, 'ake').pk}/", {"answer": "yes", "measure": measure.pk})
    visit = Visit.objects.get()
    assert visit.measure == measure and visit.expense.measure == measure


def test_without_a_plan_the_ake_reads_that_its_consent_waits(
    sign_in, employee, director, host, coordinator, loviisa_main
):
    visit = builders.visit(employee, loviisa_main, state="submitted")
    client = sign_in(coordinator)
    path = f"/fi/visits/decisions/{consent_of(visit, 'ake').pk}/"
    assert "ei ole matkan vuodelle suunnitelmaa" in client.get(path).content.decode()
    response = client.post(path, {"answer": "yes"})
    assert response.status_code == 422 and consent_of(visit, "ake").is_open


def test_ten_steps_or_one_the_decision_page_asks_the_database_as_often(
    sign_in, sent, director, employee, loviisa_main, uusimaa, django_assert_num_queries
):
    client = sign_in(director)
    path = f"/fi/visits/decisions/{consent_of(sent, 'director').pk}/"
    client.get(path)
    with django_assert_num_queries(10):
        client.get(path)
    for number in range(30):
        sent.steps.create(move="adjust", by=employee, note=f"muutos {number}")
        library = builders.library(uusimaa, f"Kirjasto {number}")
        Consent.objects.create(visit=sent, kind="director", library=library, person=director)
    with django_assert_num_queries(10):
        client.get(path)


def test_nothing_is_decided_without_the_forms_token(sent, director):
    client = Client(enforce_csrf_checks=True)
    assert client.post(link_of(director), {"answer": "yes", "is_duty": "on"}).status_code == 403
    assert consent_of(sent, "director").is_open
