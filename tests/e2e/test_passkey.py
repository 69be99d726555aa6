"""A passkey as second factor, in a real browser with a virtual key, under the strict content policy."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import override_settings

from tests.e2e.browse import click

pytestmark = pytest.mark.browser


def virtual_key(page):
    """A key inside the browser that says yes to everything."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def ask_for_code(page, person, mail_to):
    page.goto("/fi/account/login/?next=/fi/admin/")
    page.get_by_label("Työsähköpostisi").fill(person.email)
    click(page.get_by_role("button", name="Lähetä koodi"))
    page.get_by_label("Sähköpostiin tullut koodi").fill(mail_to(person.email).code)
    click(page.get_by_role("main").get_by_role("button", name="Kirjaudu sisään"))


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_passkey_opens_the_admin_pages(visit, coordinator, mail_to):
    page = visit(None, "/fi/")
    virtual_key(page)
    ask_for_code(page, coordinator, mail_to)
    click(page.get_by_role("link", name="Lisää pääsyavain"))
    click(page.get_by_role("button", name="Lisää pääsyavain"))
    click(page.get_by_role("link", name="Koodit ovat tallessa, jatka"))
    assert Authenticator.objects.filter(user=coordinator, type="webauthn").count() == 1
    page.goto("/fi/admin/")
    assert page.url.endswith("/fi/admin/")
    page.context.clear_cookies()
    ask_for_code(page, coordinator, mail_to)
    assert "second-factor/authenticate" in page.url
    page.get_by_role("button", name="Käytä pääsyavainta").click()
    page.wait_for_url("**/fi/admin/")


def test_key_that_refuses_is_told_on_the_page(visit, employee):
    page = visit(employee, "/fi/account/second-factor/webauthn/add/")
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('refused')) }")
    note = page.get_by_text("Pääsyavain ei toiminut")
    assert not note.is_visible()
    page.get_by_role("button", name="Lisää pääsyavain").click()
    note.wait_for(state="visible")
