"""Statements, feedback, what browsers and robots ask for."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.urls import get_resolver

from notifications.models import Mail
from tests.portal.test_errors import addresses


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def send(client, region, path="/fi/feedback/", **values):
    return client.post(
        path, {"topic": "accessibility", "region": region.pk, "text": "Painike ei kuulu ruudunlukijalla.", **values}
    )


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("accessibility", ["306/2019", "Traficom", "14 da|14 päivän", "PL 320|PB 320", "/feedback/"]),
        ("accessibility", ["Ylläpitosivut|Administrationssidorna", "Yksikieliset|på ett språk", "Jaetut|Delade filer"]),
        ("privacy", ["Porvoo|Borgå", "ake@porvoo.example", "15 min", "1492/2016", "tietosuoja.fi"]),
    ],
)
def test_statement_holds_its_facts_in_both_languages(client, uusimaa, language, name, facts):
    html = client.get(f"/{language}/{name}/").content.decode()
    missing = [fact for fact in facts if not any(choice in html for choice in fact.split("|"))]
    assert missing == []


def test_privacy_notice_names_every_region_as_controller(client, uusimaa, lapland):
    html = client.get("/sv/privacy/").content.decode()
    assert "ake@porvoo.example" in html and "ake@rovaniemi.example" in html


def test_feedback_reaches_the_regions_ake_and_answers_go_to_the_sender(client, uusimaa):
    response = send(client, uusimaa, email="asiakas@example.fi")
    assert response.status_code == 302
    mail = Mail.objects.get()
    assert (mail.address, mail.reply_to, mail.region) == ("ake@porvoo.example", "asiakas@example.fi", uusimaa)
    assert "Painike ei kuulu ruudunlukijalla." in mail.text and "Painike" in mail.html
    assert client.get(response.url).status_code == 200


def test_feedback_without_an_address_is_answered_by_nobody(client, uusimaa):
    send(client, uusimaa)
    mail = Mail.objects.get()
    assert mail.reply_to == "ake@porvoo.example"


def test_signed_in_person_finds_region_and_address_filled_in(sign_in, employee, uusimaa):
    form = sign_in(employee).get("/fi/feedback/").context["form"]
    assert (form["region"].value(), form["email"].value()) == (uusimaa.pk, employee.email)


def test_wrong_feedback_keeps_what_was_typed_and_says_what_is_wrong(client, uusimaa):
    response = send(client, uusimaa, email="ei osoite")
    html = response.content.decode()
    assert response.status_code == 422 and not Mail.objects.exists()
    assert "Painike ei kuulu ruudunlukijalla." in html and "ei osoite" in html
    assert 'aria-invalid="true"' in html and 'id="id_email_error"' in html


def test_robot_that_fills_in_the_hidden_field_sends_nothing(client, uusimaa):
    assert send(client, uusimaa, website="http://spam.example").status_code == 302
    assert not Mail.objects.exists()


def test_sixth_feedback_within_an_hour_is_refused_and_kept_on_the_page(client, uusimaa):
    answers = [send(client, uusimaa, text=f"Palaute {n}").status_code for n in range(6)]
    assert answers == [302] * 5 + [422]
    assert Mail.objects.count() == 5


def test_two_clicks_are_one_feedback_and_the_same_words_tomorrow_another(client, uusimaa, time_machine, now):
    assert [send(client, uusimaa).status_code for _click in range(2)] == [302, 302]
    assert Mail.objects.count() == 1
    time_machine.move_to(now + timedelta(days=1))
    send(client, uusimaa)
    assert Mail.objects.count() == 2


def test_html_in_feedback_stays_text(client, uusimaa):
    send(client, uusimaa, text="<script>alert(1)</script>")
    assert "<script>" not in Mail.objects.get().html


def test_feedback_of_a_director_is_signed(sign_in, director, uusimaa):
    send(sign_in(director), uusimaa)
    assert director.get_full_name() in Mail.objects.get().text


def test_robots_may_read_the_programme_and_nothing_private(client, db):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /fi/admin/" in lines and "Disallow: /sv/people/" in lines
    assert not any(line.endswith("/trainings/") for line in lines)


def test_robots_keep_away_from_every_link_that_carries_somebodys_right(client, db):
    lines = client.get("/robots.txt").content.decode().splitlines()
    tokens = [address.partition("<")[0] for address in addresses(get_resolver()) if "<str:token>" in address]
    assert len(tokens) >= 8
    for begin in tokens:
        for language in ("fi/", "sv/"):
            path = "/" + begin.replace("fi/", language, 1)
            assert any(path.startswith(line.removeprefix("Disallow: ")) for line in lines if "Disallow" in line), path


def test_browsers_find_the_icon(client, db):

    assert client.get("/favicon.ico").url == "/static/portal/favicon.ico"
    assert finders.find("portal/favicon.ico")
