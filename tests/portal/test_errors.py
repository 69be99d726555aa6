"""What people see when something is wrong."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver
from django.utils.translation import override

from ake_portal import views


@pytest.mark.parametrize(("language", "words"), [("fi", "Sivua ei löydy"), ("sv", "Sidan hittas inte")])
def test_unknown_page_is_told_in_the_readers_language_with_ways_on(client, db, language, words):
    response = client.get(f"/{language}/ei-ole-mitaan/")
    assert response.status_code == 404
    html = response.content.decode()
    assert words in html and f"/{language}/trainings/" in html


def test_unknown_page_names_nothing_of_the_portals_inside(client, db):
    html = client.get("/fi/ei-ole-mitaan/").content.decode()
    assert "ake_portal" not in html and "Traceback" not in html


def test_fault_of_the_portal_is_told_in_both_languages_without_the_database():
    """No `db`: the test fails if the page asks the database anything."""
    response = views.server_error(RequestFactory().get("/fi/"))
    html = response.content.decode()
    assert response.status_code == 500
    assert "Jotain meni vikaan" in html and "Något gick fel" in html


def test_fault_in_a_view_shows_that_page(employee, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(employee)
    monkeypatch.setattr("trainings.agenda.past", None)
    response = client.get("/fi/mine/")
    assert response.status_code == 500 and "Något gick fel" in response.content.decode()


def addresses(resolver, before=""):
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, before + str(one.pattern))
        elif "(?P" not in str(one.pattern):
            yield before + str(one.pattern)


@pytest.mark.parametrize("who", [None, "employee", "superuser"])
def test_number_that_no_database_can_hold_is_a_page_not_found(request, client, db, who):
    if who:
        client.force_login(request.getfixturevalue(who))
    for pattern in addresses(get_resolver()):
        address = re.sub(r"<(int|path):\w+>", "9" * 20, pattern)
        if address != pattern:
            address = "/" + re.sub(r"<\w+:\w+>", "x", address)
            assert client.get(address).status_code < 500, address
            assert client.post(address).status_code < 500, address


def test_wrong_host_name_is_told_in_both_languages(client, db):
    response = client.get("/fi/", headers={"host": "evil.example"})
    html = response.content.decode()
    assert response.status_code == 400
    assert "Pyyntöä ei ymmärretty" in html and "gick inte att förstå" in html


@pytest.mark.parametrize(("language", "words"), [("fi", "Lomaketta ei voitu lähettää"), ("sv", "kunde inte skickas")])
def test_form_without_its_token_explains_how_to_go_on(db, language, words):
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/{language}/feedback/", {"text": "x"})
    assert response.status_code == 403 and words in response.content.decode()


@pytest.mark.parametrize(("language", "words"), [("fi", "Sivu ei ole sinulle avoinna"), ("sv", "inte öppen för dig")])
def test_refused_page_is_told_in_the_readers_language(rf, db, language, words):
    request = rf.get(f"/{language}/")
    request.user = AnonymousUser()
    with override(language):
        response = views.forbidden(request, PermissionError())
    assert response.status_code == 403 and words in response.content.decode()
