"""A second factor: open to all, required on the admin pages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core.cache import cache

from tests.people.test_sign_in import ask_for_code, code_to, url, write_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def app_code(secret, step=0):
    """What the app shows; `step` is how many half minutes later."""
    counter = list(auth.yield_hotp_counters_from_time())[1] + step
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def enter(client, person):
    ask_for_code(client, person.email)
    return write_code(client, code_to(person.email))


def start_app(client, language="fi"):
    page = client.get(url("mfa_activate_totp", language)).content.decode()
    secret = re.search(r'class="copy">([A-Z2-7]+)<', page)[1]
    response = client.post(url("mfa_activate_totp", language), {"code": app_code(secret)})
    assert response.status_code == 302, response.content.decode()
    return secret


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_app_is_asked_after_the_code_and_next_is_kept(client, employee, language):
    enter(client, employee)
    secret = start_app(client, language)
    client.post(url("account_logout"))
    goal = url("mine", language)
    ask_for_code(client, employee.email, language, goal)
    response = write_code(client, code_to(employee.email), language, goal)
    assert response["Location"] == url("mfa_authenticate", language)
    assert "_auth_user_id" not in client.session
    wrong = client.post(response["Location"], {"code": "000000"})
    assert 'aria-describedby="id_code_error"' in wrong.content.decode()
    response = client.post(response["Location"], {"code": app_code(secret, step=1)})
    assert response["Location"] == goal
    assert client.session["_auth_user_id"] == str(employee.pk)


def test_shared_computer_is_remembered_over_the_second_factor(client, employee):
    enter(client, employee)
    secret = start_app(client)
    client.post(url("account_logout"))
    ask_for_code(client, employee.email, shared="on")
    response = write_code(client, code_to(employee.email))
    client.post(response["Location"], {"code": app_code(secret, step=1)})
    assert client.session["shared_computer"] is True
    assert client.session.get_expire_at_browser_close()


def test_recovery_code_opens_once(client, employee):
    enter(client, employee)
    start_app(client)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    page = client.get(url("mfa_view_recovery_codes")).content.decode()
    assert all(code in page for code in codes)
    for opens in (True, False):
        client.post(url("account_logout"))
        response = enter(client, employee)
        client.post(response["Location"], {"code": codes[0]})
        assert ("_auth_user_id" in client.session) is opens


def test_second_factor_cannot_be_guessed(client, employee):
    enter(client, employee)
    secret = start_app(client)
    client.post(url("account_logout"))
    page = enter(client, employee)["Location"]
    for n in range(12):
        client.post(page, {"code": f"{n:06}"})
    client.post(page, {"code": app_code(secret, step=1)})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_admin_pages_ask_for_setting_one_up(client, coordinator, required, language):
    enter(client, coordinator)
    response = client.get(url("admin:index", language))
    assert response["Location"].startswith(url("mfa_index", language) + "?next=")
    page = client.get(response["Location"]).content.decode()
    assert ("Ylläpitoon tarvitaan" if language == "fi" else "kräver ett andra verifieringssteg") in page
    start_app(client, language)
    assert client.get(url("admin:index", language)).status_code == 200


def test_session_from_before_the_second_factor_does_not_open_the_admin_pages(client, coordinator, required):
    enter(client, coordinator)
    other = type(client)()
    other.force_login(coordinator)
    secret = start_app(client)
    response = other.get(url("admin:people_user_changelist"))
    assert response["Location"].startswith(url("mfa_reauthenticate") + "?next=")
    response = other.post(response["Location"], {"code": app_code(secret, step=1)})
    assert response["Location"] == url("admin:people_user_changelist")
    assert other.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_admin_page_is_behind_it(client, superuser, required, method):
    client.force_login(superuser)
    for name in ("admin:index", "admin:people_user_changelist", "admin:people_user_add", "admin:jsi18n"):
        assert getattr(client, method)(url(name)).status_code == 302


def test_staff_pages_of_a_training_are_behind_it_too(client, coordinator, training, required):
    enter(client, coordinator)
    for name in ("participants", "message", "cancel_training", "copy"):
        address = url(f"trainings:{name}", "fi", training.pk)
        assert client.get(address)["Location"].startswith(url("mfa_index") + "?next=")
    start_app(client)
    assert client.get(url("trainings:participants", "fi", training.pk)).status_code == 200


def test_portal_pages_do_not_ask_for_it(client, coordinator, required):
    enter(client, coordinator)
    for name in ("home", "mine", "people:profile", "people:waiting"):
        assert client.get(url(name)).status_code == 200


def test_nobody_is_asked_where_it_is_not_required(client, coordinator):
    enter(client, coordinator)
    assert client.get(url("admin:index")).status_code == 200


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_admin_has_no_sign_in_of_its_own(client, superuser, language):
    superuser.set_password("kirja hyllyssä 7")
    superuser.save()
    for path in (url("admin:login", language), url("admin:index", language)):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0].startswith(url("account_login", language) + "?next=")
    client.post(
        url("admin:login", language),
        {"username": superuser.email, "password": "kirja hyllyssä 7", "next": "/fi/admin/"},
    )
    assert "_auth_user_id" not in client.session


def test_others_are_refused_at_the_admin_pages_without_a_circle(sign_in, employee):
    response = sign_in(employee).get(url("admin:index"), follow=True)
    assert response.status_code == 403


def test_pages_with_passkeys_hold_no_inline_script(client, employee):
    enter(client, employee)
    pages = [client.get(url("mfa_add_webauthn"))]
    start_app(client)
    client.post(url("account_logout"))
    pages.append(client.get(enter(client, employee)["Location"]))
    for page in pages:
        assert page.status_code == 200
        assert "script-src 'self'" in page["Content-Security-Policy"]
        for tag in re.findall(r"<script[^>]*>", page.content.decode()):
            assert "src=" in tag or 'type="application/json"' in tag


def test_second_factor_of_another_person_cannot_be_touched(sign_in, employee, colleague):
    theirs = Authenticator.objects.create(user=colleague, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    client = sign_in(employee)
    assert client.post(url("mfa_remove_webauthn", "fi", theirs.pk)).status_code == 404
    assert client.post(url("mfa_edit_webauthn", "fi", theirs.pk), {"name": "oma"}).status_code == 404
