"""Signing in with the employer's account: a small identity provider answers over real HTTP."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache

from notifications.models import Mail
from people.models import User
from tests.people.test_sign_in import code_to, url

pytestmark = pytest.mark.django_db


def unsigned_token(claims):
    part = lambda data: base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()  # noqa: E731  one line
    return f"{part({'alg': 'RS256', 'kid': 'k'})}.{part(claims)}.{base64.urlsafe_b64encode(b'x' * 32).decode()}"


class Provider(BaseHTTPRequestHandler):
    """Discovery, token and userinfo; `server.claims` is who signs in."""

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif self.path == "/userinfo" and self.headers["Authorization"] == "Bearer lupa":
            self.answer(self.server.claims)
        else:
            self.answer({"error": "not found"}, 404)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        right = form.get("code") == ["koodi"] and form.get("client_secret") == ["salaisuus"] and "code_verifier" in form
        if not right:
            return self.answer({"error": "invalid_grant"}, 400)
        base = f"http://127.0.0.1:{self.server.server_port}"
        claims = {"iss": base, "aud": "ake", "exp": 4102444800, "iat": 1, **self.server.claims}
        return self.answer({"access_token": "lupa", "token_type": "Bearer", "id_token": unsigned_token(claims)})

    def answer(self, data, status=200):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings):
    cache.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "work",
                    "name": "Kaupunki",
                    "client_id": "ake",
                    "secret": "salaisuus",
                    "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
                }
            ],
        }
    }
    server.claims = {
        "sub": "tunniste-1",
        "email": "aino@askola.example",
        "email_verified": True,
        "given_name": "Aino",
        "family_name": "Esimerkki",
    }
    yield server
    server.shutdown()
    server.server_close()


def go(client, language="fi", next_page="", code="koodi", state=None):
    """Press the button, come back from the provider."""
    query = f"?next={next_page}" if next_page else ""
    client.get(url("account_login", language) + query)
    response = client.post(url("openid_connect_login", language, "work") + query)
    asked = parse_qs(urlsplit(response["Location"]).query)
    assert asked["redirect_uri"] == ["http://testserver/oidc/work/login/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/oidc/work/login/callback/", {"code": code, "state": state or asked["state"][0]})


@pytest.mark.parametrize(("language", "words"), [("fi", "Kirjaudu: Kaupunki"), ("sv", "Logga in med Kaupunki")])
def test_button_stands_on_the_sign_in_page_when_configured(client, provider, settings, language, words):
    assert words in client.get(url("account_login", language)).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Kaupunki" not in client.get(url("account_login", language)).content.decode()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_known_person_with_a_vouched_address_is_in_and_back_at_the_page(client, provider, employee, language):
    goal = url("mine", language)
    response = go(client, language, goal)
    assert response["Location"] == goal
    assert client.session["_auth_user_id"] == str(employee.pk)
    assert SocialAccount.objects.get().user == employee


def test_same_account_comes_back_even_with_another_address(client, provider, employee):
    go(client)
    client.post(url("account_logout"))
    provider.claims["email"] = "toinen@askola.example"
    go(client)
    assert client.session["_auth_user_id"] == str(employee.pk)


@pytest.mark.parametrize("word", [False, "false", "true", 0, 1, None])
def test_address_that_nobody_vouches_for_does_not_open_an_account(client, provider, employee, word):
    provider.claims["email_verified"] = word
    go(client)
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert Mail.objects.get().template == "account/no_account"


def test_missing_word_about_the_address_counts_as_unproven(client, provider, employee):
    del provider.claims["email_verified"]
    go(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_new_person_is_asked_for_the_library_only(client, provider, askola, language):
    goal = url("mine", language)
    response = go(client, language, goal)
    person = User.objects.get()
    assert (person.email, str(person), person.library) == ("aino@askola.example", "Aino Esimerkki", None)
    assert person.language == language
    assert response["Location"].startswith(url("people:welcome", language) + "?next=")
    assert client.get(response["Location"]).context["form"].initial["library"] == askola.pk


@pytest.mark.parametrize("word", [False, "false", "true"])
def test_new_person_with_an_unproven_address_proves_it_by_a_code(client, provider, askola, word):
    provider.claims["email_verified"] = word
    response = go(client)
    assert "_auth_user_id" not in client.session
    client.post(response["Location"], {"code": code_to("aino@askola.example")})
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_shared_mailbox_is_refused_here_too(client, provider, askola):
    askola.email = "aino@askola.example"
    askola.save()
    response = go(client)
    assert "yhteinen sähköposti" in client.get(response["Location"]).content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example/"])
def test_nobody_is_sent_to_a_strange_site(client, provider, employee, goal):
    assert go(client, next_page=goal)["Location"] == url("home")


@pytest.mark.parametrize("wrong", [{"code": "arvaus"}, {"state": "arvaus"}])
def test_wrong_code_or_state_opens_nothing(client, provider, employee, wrong):
    response = go(client, **wrong)
    assert response.status_code in (200, 401, 403)
    assert "työnantajasi" in response.content.decode().lower()
    assert "_auth_user_id" not in client.session


def test_closed_account_does_not_open(client, provider, employee):
    employee.is_active = False
    employee.save()
    go(client)
    assert "_auth_user_id" not in client.session
