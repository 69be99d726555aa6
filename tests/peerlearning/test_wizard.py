"""Writing a visit on the pages: every step keeps what is typed, what is wrong stands at its field, sending asks everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Mail
from peerlearning import actions
from peerlearning.models import Consent, Visit
from people.models import Branch
from tests import builders


@pytest.fixture
def plan(uusimaa):
    return builders.travel_plan(uusimaa)


@pytest.fixture
def everybody(employee, director, host, coordinator, loviisa_main, plan):
    builders.km_rates()
    return loviisa_main


def first_step(branch, **changes):
    return {
        "subject": "Omatoimikirjaston arki",
        "topics": [str(builders.topic().pk)],
        "kind": "visit",
        "stop0-branch": str(branch.pk) if branch else "",
        "stop0-contact_name": "",
        "stop0-contact_email": "",
        "other-region": "",
        **changes,
    }


def second_step(visit, in_days=21, **changes):
    day = (timezone.localdate() + timedelta(days=in_days)).isoformat()
    values = {
        "goal": "Opin illan rutiinit.",
        "leave_day": day,
        "leave_clock": "08:00",
        "return_day": day,
        "return_clock": "17:00",
    }
    for stop in visit.stops.all():
        values |= {f"day_{stop.pk}": day, f"from_{stop.pk}": "09:30", f"until_{stop.pk}": "12:00"}
    return {**values, **changes}


def third_step(**changes):
    return {
        "travel": "car",
        "km": "92",
        "passengers": "0",
        "claims_km": "on",
        "no_transit_reason": "Bussia ei ole.",
        **changes,
    }


def errors(response):
    assert response.status_code == 422
    return response.content.decode()


def test_from_the_first_word_to_everybodys_inbox(sign_in, employee, director, host, coordinator, everybody):
    client = sign_in(employee)
    response = client.post("/fi/visits/new/", first_step(everybody))
    visit = Visit.objects.get()
    assert response.url == f"/fi/visits/{visit.pk}/when/"
    response = client.post(f"/fi/visits/{visit.pk}/when/", second_step(visit))
    assert response.url == f"/fi/visits/{visit.pk}/travel/"
    response = client.post(f"/fi/visits/{visit.pk}/travel/", third_step())
    assert response.url == f"/fi/visits/{visit.pk}/review/"
    page = client.get(f"/fi/visits/{visit.pk}/review/").content.decode()
    assert "Vielä puuttuu" not in page and "50,60" in page
    response = client.post(f"/fi/visits/{visit.pk}/review/")
    visit.refresh_from_db()
    assert response.url == f"/fi/visits/{visit.pk}/" and visit.state == "submitted"
    asked = Mail.objects.filter(template="peerlearning/asked").values_list("person__email", flat=True)
    assert set(asked) == {director.email, host.email, coordinator.email}


def test_a_draft_is_kept_however_little_is_written_and_only_its_writer_sees_it(
    sign_in, employee, director, everybody, client
):
    response = sign_in(employee).post(
        "/fi/visits/new/", {**first_step(None, subject="Pelikerho", topics=[]), "later": "1"}
    )
    assert response.url == "/fi/visits/"
    visit = Visit.objects.get()
    assert "Pelikerho" in client.get("/fi/visits/").content.decode()
    page = client.get(f"/fi/visits/{visit.pk}/review/").content.decode()
    assert "Kerro, minne menet." in page and f"/fi/visits/{visit.pk}/where/" in page
    client.post(f"/fi/visits/{visit.pk}/review/")
    assert Visit.objects.get().state == "draft"
    assert sign_in(director).get(f"/fi/visits/{visit.pk}/").status_code == 404


def test_a_place_and_a_topic_come_along_from_where_one_read_of_them(sign_in, employee, everybody):
    topic = builders.topic()
    page = sign_in(employee).get(f"/fi/visits/new/?branch={everybody.pk}&topic={topic.pk}").content.decode()
    assert f'value="{everybody.pk}" selected' in page
    assert f'value="{topic.pk}"' in page and "checked" in page


def test_one_more_place_is_shown_without_losing_what_was_typed(sign_in, employee, everybody):
    response = sign_in(employee).post("/fi/visits/new/", {**first_step(everybody, subject="Pelikerho"), "more": "1"})
    page = response.content.decode()
    assert response.status_code == 200 and not Visit.objects.exists()
    assert "stop1-branch" in page and 'value="Pelikerho"' in page and f'value="{everybody.pk}" selected' in page


def test_places_of_another_region_are_shown_when_asked_for(sign_in, employee, everybody, stranger, lapland):
    inari = builders.branch(stranger.library, "Inarin pääkirjasto")
    client = sign_in(employee)
    assert "Inarin pääkirjasto" not in client.get("/fi/visits/new/").content.decode()
    response = client.post("/fi/visits/new/", {**first_step(None), "other-region": str(lapland.pk), "show": "1"})
    assert "Inarin pääkirjasto" in response.content.decode()
    client.post("/fi/visits/new/", first_step(inari, **{"other-region": str(lapland.pk)}))
    assert Visit.objects.get().stops.get().branch == inari


def test_the_own_library_is_no_place_to_choose(sign_in, employee, askola, everybody):
    own = builders.branch(askola, "Askolan pääkirjasto")
    page = errors(sign_in(employee).post("/fi/visits/new/", first_step(own)))
    assert "stop0-branch" in page and not Visit.objects.exists()


def test_the_same_place_twice_is_said_at_the_second(sign_in, employee, everybody):
    twice = {
        **first_step(everybody),
        "stop1-branch": str(everybody.pk),
        "stop1-contact_name": "",
        "stop1-contact_email": "",
    }
    assert "Sama paikka on kahteen kertaan." in errors(sign_in(employee).post("/fi/visits/new/", twice))


def test_a_contact_must_work_at_the_host_so_that_nobody_answers_for_oneself(sign_in, employee, everybody):
    typed = {"stop0-contact_email": "aino.kaksi@posti.example", "stop0-contact_name": "Aino Kaksi"}
    page = errors(sign_in(employee).post("/fi/visits/new/", first_step(everybody, **typed)))
    assert "Osoite ei kuulu tähän kirjastoon" in page and "aino.kaksi@posti.example" in page
    typed = {"stop0-contact_email": "pia@loviisa.example", "stop0-contact_name": "Pia Pedagog"}
    sign_in(employee).post("/fi/visits/new/", first_step(everybody, **typed))
    assert Visit.objects.get().stops.get().contact_email == "pia@loviisa.example"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"return_clock": "07:00"}, "Paluun on oltava lähdön jälkeen."),
        ({"leave_clock": ""}, "Täytä myös tämä."),
        ({"leave_day": "2026-10-01", "return_day": "2026-10-01"}, "Matkan on oltava edessäpäin."),
        ({"leave_clock": "kahdeksan"}, "kahdeksan"),
    ],
)
def test_wrong_times_are_said_at_their_field_and_nothing_typed_is_lost(sign_in, employee, everybody, changes, said):
    visit = builders.visit(employee, everybody)
    page = errors(
        sign_in(employee).post(f"/fi/visits/{visit.pk}/when/", second_step(visit, goal="Mun tavoite", **changes))
    )
    assert said in page and "Mun tavoite" in page
    assert Visit.objects.get().goal != "Mun tavoite"


def test_a_stop_lies_within_the_trip(sign_in, employee, everybody):
    visit = builders.visit(employee, everybody)
    stop = visit.stops.get()
    page = errors(
        sign_in(employee).post(f"/fi/visits/{visit.pk}/when/", second_step(visit, **{f"until_{stop.pk}": "18:00"}))
    )
    assert "Käynnin on oltava lähdön ja paluun välissä." in page


def test_kilometres_are_suggested_from_the_map_and_may_be_put_right(sign_in, employee, everybody, askola):
    employee.branch = builders.branch(askola, "Askolan pääkirjasto", lat=60.53, lon=25.60)
    employee.save()
    visit = builders.visit(employee, everybody)
    client = sign_in(employee)
    page = client.get(f"/fi/visits/{visit.pk}/travel/").content.decode()
    assert "Arvio kartalta: 88 km" in page
    client.post(f"/fi/visits/{visit.pk}/travel/", third_step(km="88"))
    assert Visit.objects.get().km_is_estimate
    client.post(f"/fi/visits/{visit.pk}/travel/", third_step(km="92"))
    assert not Visit.objects.get().km_is_estimate


def test_a_year_without_a_rate_is_said_at_the_kilometres_and_told_to_the_coordinators_once(
    sign_in, employee, coordinator, everybody
):
    visit = builders.visit(employee, everybody, in_days=100)
    for _ in range(2):
        page = errors(sign_in(employee).post(f"/fi/visits/{visit.pk}/travel/", third_step()))
        assert "Vuoden 2027 kilometrikorvausta ei vielä tunneta." in page
    assert not visit.costs.filter(kind="km").exists()
    assert Mail.objects.filter(template="peerlearning/no_rate", person=coordinator).count() == 1


def test_sums_are_typed_with_a_comma(sign_in, employee, everybody):
    visit = builders.visit(employee, everybody, ticket=None)
    sign_in(employee).post(
        f"/fi/visits/{visit.pk}/travel/", {"travel": "public", "ticket": "1 012,40", "lodging": "96"}
    )
    assert {line.kind: str(line.amount) for line in visit.costs.all()} == {"ticket": "1012.40", "lodging": "96.00"}
    page = errors(sign_in(employee).post(f"/fi/visits/{visit.pk}/travel/", {"travel": "public", "ticket": "-4"}))
    assert "-4" in page


def test_ake_staff_prepare_a_visit_for_somebody_of_the_own_region(sign_in, coordinator, employee, stranger, everybody):
    client = sign_in(coordinator)
    assert client.get("/fi/visits/new/").url == "/fi/visits/new/whom/"
    assert "vahvistettu työpaikka" in errors(client.post("/fi/visits/new/whom/", {"email": stranger.email}))
    response = client.post("/fi/visits/new/whom/", {"email": employee.email})
    assert response.url == f"/fi/visits/new/?for={employee.pk}"
    client.post(response.url, first_step(everybody))
    visit = Visit.objects.get()
    assert (visit.traveller, visit.prepared_by, visit.library) == (employee, coordinator, employee.library)
    assert client.get(f"/fi/visits/new/?for={stranger.pk}").status_code == 404


def test_whoever_has_no_library_is_sent_to_tell_it(sign_in, db):
    response = sign_in(builders.person("uusi@example.fi", "Uusi", "Tulokas")).get("/fi/visits/new/")
    assert response.url == "/fi/people/me/"


# Changing what was sent


def approved(employee, director, host, coordinator, branch):
    visit = builders.visit(employee, branch, state="submitted")
    for kind, by in (("host", host), ("director", director), ("ake", coordinator)):
        actions.consent(visit.consents.current().get(kind=kind), by=by)
    return Visit.objects.get(pk=visit.pk)


def change_of(visit, in_days, **changes):
    travel = {"travel": "public", "ticket": "40,00", "ticket_text": "", "lodging": "", "employer_case": ""}
    return {**first_step(visit.stops.get().branch), **second_step(visit, in_days, goal=visit.goal), **travel, **changes}


def test_a_change_first_shows_whom_it_concerns_and_changes_nothing(
    sign_in, employee, director, host, coordinator, everybody
):
    visit = approved(employee, director, host, coordinator, everybody)
    client = sign_in(employee)
    response = client.post(f"/fi/visits/{visit.pk}/change/", change_of(visit, 28))
    page = response.content.decode()
    assert (
        "Loviisan pääkirjasto: sopiiko" in page
        and "Askolan kirjasto: työtehtävä" in page
        and "AKE: rahoitus" not in page
    )
    assert Visit.objects.get().state == "approved" and Visit.objects.get().leaves_at == visit.leaves_at
    client.post(f"/fi/visits/{visit.pk}/change/", {**change_of(visit, 28), "confirm": "1"})
    visit = Visit.objects.get()
    assert visit.state == "submitted" and visit.first_day == timezone.localdate() + timedelta(days=28)
    assert {consent.kind for consent in visit.consents.open()} == {"host", "director"}


def test_a_small_change_asks_nobody(sign_in, employee, director, host, coordinator, everybody):
    visit = approved(employee, director, host, coordinator, everybody)
    stop = visit.stops.get()
    same = {f"from_{stop.pk}": "09:00", f"until_{stop.pk}": "10:00", "ticket": "55,00"}
    page = sign_in(employee).post(f"/fi/visits/{visit.pk}/change/", change_of(visit, 21, **same)).content.decode()
    assert "Keneltäkään ei tarvitse kysyä uudelleen" in page
    sign_in(employee).post(f"/fi/visits/{visit.pk}/change/", {**change_of(visit, 21, **same), "confirm": "1"})
    assert Visit.objects.get().state == "approved" and str(Visit.objects.get().total) == "55.00"


def test_another_place_asks_its_host_and_lets_the_first_know(
    sign_in, employee, director, host, coordinator, everybody, uusimaa
):
    porvoo = builders.library(uusimaa, "Porvoon kirjasto")
    porvoo.director = builders.person("johtaja@porvoo.example", library=porvoo)
    porvoo.save()
    other = builders.branch(porvoo, "Porvoon pääkirjasto")
    visit = approved(employee, director, host, coordinator, everybody)
    typed = {**change_of(visit, 21, **{"stop0-branch": str(other.pk)}), "confirm": "1"}
    sign_in(employee).post(f"/fi/visits/{visit.pk}/change/", typed)
    visit = Visit.objects.get()
    assert [stop.branch for stop in visit.stops.all()] == [other]
    assert Consent.objects.open().get(kind="host").person == porvoo.director
    assert Mail.objects.filter(template="peerlearning/stop_dropped", person=host).exists()


def test_cancelling_asks_first_and_tells_all(sign_in, employee, director, host, coordinator, everybody):
    visit = approved(employee, director, host, coordinator, everybody)
    client = sign_in(employee)
    assert "Perutaanko vierailu?" in client.get(f"/fi/visits/{visit.pk}/cancel/").content.decode()
    assert Visit.objects.get().state == "approved"
    client.post(f"/fi/visits/{visit.pk}/cancel/", {"reason": "Sairastuin."})
    assert Visit.objects.get().state == "cancelled"
    assert Mail.objects.filter(template="peerlearning/cancelled", person=host).exists()


def test_the_director_may_cancel_with_a_reason(sign_in, employee, director, host, coordinator, everybody):
    visit = approved(employee, director, host, coordinator, everybody)
    client = sign_in(director)
    assert "Kerro, miksi." in errors(client.post(f"/fi/visits/{visit.pk}/cancel/", {"reason": ""}))
    client.post(f"/fi/visits/{visit.pk}/cancel/", {"reason": "Henkilökuntaa on liian vähän."})
    assert Visit.objects.get().state == "cancelled"


def test_a_new_plan_is_made_from_a_declined_one(sign_in, employee, director, host, coordinator, everybody):
    visit = builders.visit(employee, everybody, state="submitted")
    actions.decline(visit.consents.get(kind="host"), by=host, message="remontti")
    response = sign_in(employee).post(f"/fi/visits/{visit.pk}/again/")
    new = Visit.objects.exclude(pk=visit.pk).get()
    assert response.url == f"/fi/visits/{new.pk}/when/"
    assert (new.state, new.subject, new.leaves_at, new.stops.get().branch) == ("draft", visit.subject, None, everybody)


def test_a_study_trip_takes_colleagues_along(
    sign_in, employee, colleague, director, host, coordinator, everybody, uusimaa
):
    porvoo = builders.library(uusimaa, "Porvoon kirjasto")
    fellow = builders.person("matkaaja@porvoo.example", "Matti", "Matkaaja", library=porvoo)
    visit = builders.visit(employee, everybody, kind="study_trip")
    client = sign_in(employee)
    client.post(f"/fi/visits/{visit.pk}/travellers/", {"email": fellow.email})
    assert {one.person for one in visit.travellers.all()} == {employee, fellow}
    page = client.post(
        f"/fi/visits/{visit.pk}/travellers/", {"email": "ei.ole@porvoo.example"}, follow=True
    ).content.decode()
    assert "Tällä osoitteella ei ole ketään" in page
    client.post(f"/fi/visits/{visit.pk}/travellers/{fellow.pk}/leave/")
    assert {one.person for one in visit.travellers.all()} == {employee}


def test_the_wizard_is_for_the_writer_alone(
    sign_in, employee, colleague, director, host, stranger, other_coordinator, everybody
):
    visit = builders.visit(employee, everybody)
    for person in (colleague, director, host, stranger, other_coordinator):
        for step in ("where", "when", "travel", "review", "cancel"):
            assert sign_in(person).get(f"/fi/visits/{visit.pk}/{step}/").status_code == 404, (person, step)


def test_a_closed_place_cannot_be_chosen_and_one_chosen_before_stays(sign_in, employee, everybody):
    visit = builders.visit(employee, everybody)
    Branch.objects.filter(pk=everybody.pk).update(closed_on=timezone.localdate())
    client = sign_in(employee)
    assert "Loviisan pääkirjasto" in client.get(f"/fi/visits/{visit.pk}/where/").content.decode()
    assert "Loviisan pääkirjasto" not in client.get("/fi/visits/new/").content.decode()
