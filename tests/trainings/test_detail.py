"""A training's page: who sees it, what it says first, and what others find of it."""

import json
import re
from datetime import datetime, timedelta

import pytest

from notifications.models import Mail
from people.models import Topic
from tests import builders
from trainings import actions


def box(response):
    """The words of the sign-up box."""
    html = re.search(r'<section class="spine[^>]*id="sign-up".*?</section>', response.content.decode(), re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_old_address_leads_to_the_right_one_in_each_language(client, training):
    response = client.get(f"/sv/trainings/{training.pk}-vanha-nimi/?from=mail")
    assert (response.status_code, response["Location"]) == (
        302,
        f"/sv/trainings/{training.pk}-delaktighet-med-lag-troskel/?from=mail",
    )


def test_page_says_when_where_in_which_language_and_how_many_seats(client, uusimaa, employee):
    training = builders.training(uusimaa, sessions=2, address="Papinkatu 20", onsite_capacity=2, partners="SEDU")
    training.audience.add(Topic.objects.create(name_fi="Lukukoirat", name_sv="Läshundar", group="children"))
    actions.sign_up(training, person=employee)
    page = client.get(training.get_absolute_url()).content.decode().replace("\xa0", " ")
    for fact in (
        "ti 27.10. klo 9–16",
        "ke 28.10. klo 9–16",
        "Papinkatu 20",
        "suomeksi",
        "1 paikka vapaana, yhteensä 2",
        "Lukukoirat",
        "SEDU",
        "ake@porvoo.example",
    ):
        assert fact in page
    assert page.count("<h1") == 1


def test_draft_is_shown_to_its_staff_with_a_mark_and_to_nobody_else(
    client, sign_in, uusimaa, employee, coordinator, other_coordinator
):
    draft = builders.training(uusimaa, published=False)
    url = draft.get_absolute_url()
    assert client.get(url).status_code == 404
    assert sign_in(employee).get(url).status_code == 404
    assert sign_in(other_coordinator).get(url).status_code == 404
    page = sign_in(coordinator).get(url).content.decode()
    assert "Luonnos" in page and "noindex" in page and "ld+json" not in page
    assert client.post(f"/fi/trainings/{draft.pk}/sign-up/").status_code == 302
    assert not draft.registrations.exists()


def test_cancelled_training_gives_the_reason(client, training):
    actions.cancel_training(training, reason="Kouluttaja sairastui.")
    page = client.get(training.get_absolute_url()).content.decode()
    assert "Tämä koulutus on peruttu." in page and "Kouluttaja sairastui." in page


def test_link_is_for_remote_participants_with_a_seat_only(client, sign_in, uusimaa, askola, employee, colleague):
    training = builders.training(uusimaa, format="remote", remote_capacity=1)
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    url = training.get_absolute_url()
    assert "meet.example" not in client.get(url).content.decode()
    assert "https://meet.example/abc" in sign_in(employee).get(url).content.decode()
    assert "meet.example" not in sign_in(colleague).get(url).content.decode()
    texts = {mail.template.split("/")[1]: mail.text for mail in Mail.objects.all()}
    assert "https://meet.example/abc" in texts["confirmed"] and "meet.example" not in texts["queued"]


def test_search_engines_and_shared_links_get_what_they_need(client, uusimaa):
    training = builders.training(uusimaa, title_fi="Lapset & </script><b>nuoret")
    page = client.get(training.get_absolute_url()).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert (data["@type"], data["name"], data["startDate"], data["eventStatus"]) == (
        "EducationEvent",
        "Lapset & </script><b>nuoret",
        "2026-10-27T09:00:00+02:00",
        "https://schema.org/EventScheduled",
    )
    assert 'property="og:title" content="Lapset &amp; ' in page
    assert re.search(r'rel="canonical" href="http://127.0.0.1:\d+/fi/trainings/', page)
    assert 'hreflang="sv"' in page


def event_on(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


def test_each_day_of_a_training_is_an_event_of_its_own_for_search_engines(client, uusimaa):
    days_two, one = builders.training(uusimaa, sessions=2), builders.training(uusimaa)
    data = event_on(client.get(days_two.get_absolute_url()).content.decode())
    held = [(session.starts_at, session.ends_at) for session in days_two.sessions.all()]
    assert [
        (datetime.fromisoformat(event["startDate"]), datetime.fromisoformat(event["endDate"]))
        for event in data["subEvent"]
    ] == held
    assert data["subEvent"][0]["location"] == data["location"] and data["subEvent"][1]["name"].startswith(data["name"])
    assert "subEvent" not in event_on(client.get(one.get_absolute_url()).content.decode())


def test_what_one_can_do_stands_above_a_long_description(client, uusimaa):
    """On a phone the page is one column, in this order."""
    training = builders.training(uusimaa, description_fi="Ensin kahvit.")
    page = client.get(training.get_absolute_url()).content.decode()
    places = [page.index(text) for text in ('class="facts"', 'id="sign-up"', "Ensin kahvit.", "<footer")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Kirjaudu ja ilmoittaudu"),
        ({"signup_opens_at": 2}, "Ilmoittautuminen alkaa to 8.10. klo 10"),
        ({"signup_closes_at": -2}, "Ilmoittautuminen on päättynyt. Kysy järjestäjältä"),
    ],
)
def test_box_says_what_a_visitor_can_do(client, uusimaa, now, fields, said):
    moments = {name: now + timedelta(days=days) for name, days in fields.items()}
    training = builders.training(uusimaa, **moments)
    assert said in box(client.get(training.get_absolute_url()))


def test_sign_in_leads_back_to_the_page(client, training):
    page = client.get(training.get_absolute_url()).content.decode()
    assert f"?next={training.get_absolute_url()}" in page


def test_staff_of_another_region_read_what_to_do(sign_in, training, stranger):
    said = box(sign_in(stranger).get(training.get_absolute_url()))
    assert "Ei avoinna sinun kirjastollesi" in said and "ake@porvoo.example" in said


def test_national_organiser_works_for_everybody(sign_in, stranger):
    vake = builders.region("vake", kind="vake")
    training = builders.training(vake)
    assert "Ilmoittaudut nimellä Ville Vieras" in box(sign_in(stranger).get(training.get_absolute_url()))


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("signed_in", "queries"), [(False, 4), (True, 6)])
def test_page_takes_the_same_few_queries_for_1_and_30_participants(
    client, sign_in, uusimaa, askola, employee, rows, signed_in, queries, django_assert_num_queries
):
    training = builders.training(uusimaa, sessions=rows)
    for person in builders.people(rows, askola):
        actions.sign_up(training, person=person)
    if signed_in:
        actions.sign_up(training, person=employee)
        sign_in(employee)
    url = training.get_absolute_url()
    client.get(url)  # names of regions, themes and topics are kept for a minute
    with django_assert_num_queries(queries):
        client.get(url)
