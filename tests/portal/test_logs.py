"""What logs and alarms hold: where it happened, and nobody's address, token or typed words."""

import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.http import HttpResponse
from django.urls import path

from ake_portal import urls as portal_urls
from ake_portal.lib import links
from ake_portal.lib.logs import DiscreetFormatter, OperatorMail, discreet, discreet_event


@login_not_required
def broken(request, token=""):
    raise RuntimeError(f"no such person: {request.POST.get('email', 'aino@askola.example')}")


@login_not_required
def fine(request, token):
    return HttpResponse("ok")


urlpatterns = [path("broken/<str:token>/", broken), path("fine/<str:token>/", fine), *portal_urls.urlpatterns]
handler500 = portal_urls.handler500


@pytest.fixture
def operator(settings):
    settings.ADMINS = [("operator", "operator@portal.example")]
    handler = OperatorMail()
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_addresses_and_tokens_of_links_are_left_out(training, employee):
    token = links.token("trainings.cancel", training, employee)
    text = f"/fi/trainings/cancel/{token}/ and /calendar/{employee.calendar_token}.ics of {employee.email} failed"
    assert discreet(text) == "/fi/trainings/cancel/…/ and /calendar/….ics of … failed"
    assert discreet("/fi/trainings/12-matalan-kynnyksen-osallistaminen-kirjastossa/") == (
        "/fi/trainings/12-matalan-kynnyksen-osallistaminen-kirjastossa/"
    )


@pytest.mark.parametrize(
    "token", ["-8oBX5IzEDIDTqC4mosKBuGjGLTAIPaq", "78oBX5IzEDIDTqC4mosKBuGjGLTAIPa-", "z" * 31 + "Z"]
)
def test_a_calendars_token_is_left_out_whatever_it_is_made_of(token):
    assert discreet(f"/calendar/{token}.ics failed") == "/calendar/….ics failed"


@pytest.mark.urls("tests.portal.test_logs")
def test_an_error_reaches_the_operator_once_and_without_what_was_typed(db, client, operator, training, employee):
    client.raise_request_exception = False
    token = links.token("trainings.cancel", training, employee)
    for _ in range(3):
        client.post(f"/broken/{token}/", {"email": "aino@askola.example", "password": "kirjasto"})
    assert len(mail.outbox) == 1
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert mail.outbox[0].to == ["operator@portal.example"]
    assert "RuntimeError" in text and "Request: POST broken/<str:token>/" in text and "test_logs.py" in text
    for secret in (token, "askola.example", "kirjasto", "csrftoken"):
        assert secret not in text


@pytest.mark.urls("tests.portal.test_logs")
def test_the_request_log_holds_the_route_and_not_the_token(db, client, caplog):
    with caplog.at_level(logging.INFO, "ake_portal.requests"):
        client.get("/fine/abcdef/?q=aino@askola.example")
    assert "GET fine/<str:token>/ 200" in caplog.text
    assert "abcdef" not in caplog.text and "askola" not in caplog.text


def test_sentry_gets_the_error_and_nothing_of_the_person():
    event = {
        "request": {"data": {"email": "aino@askola.example"}},
        "user": {"id": 1},
        "exception": {"values": [{"type": "IntegrityError", "value": "Key (email)=(aino@askola.example) exists"}]},
        "logentry": {"message": "%s", "params": ["aino@askola.example"], "formatted": "aino@askola.example"},
    }
    assert discreet_event(event, None) == {
        "exception": {"values": [{"type": "IntegrityError", "value": "Key (email)=(…) exists"}]},
        "logentry": {"message": "…"},
    }
