"""Whoever is signed out while filling in a form, or has an old form before them, need not type anything twice."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from notifications.models import Mail
from tests import builders
from tests.people.test_sign_in_shared_computer import enter
from trainings import actions

TEXT = "Otathan <b>oman</b> puhelimen\r\nja laturin mukaan."
OWN = {"Origin": "http://testserver"}


@pytest.fixture
def message(uusimaa, employee):
    """A form with much to type: where it goes, and what is typed into it."""
    training = builders.training(uusimaa)
    actions.sign_up(training, person=employee)
    cache.clear()
    return reverse("trainings:message", args=[training.pk]), {
        "to": ["registered"],
        "subject_fi": "Mitä mukaan?",
        "body_fi": TEXT,
        "subject_sv": "",
        "body_sv": "",
        "nonce": "0b8ce18c-6a1c-4d2c-9f0f-000000000001",
    }


def kept(response):
    """(address, {name: values}) of the form that the page offers to send again."""
    html = response.content.decode()
    form = re.search(r'<form method="post" action="([^"]+)" class="mb-4">(.*?)</form>', html, re.S)
    fields = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[2], re.S):
        fields.setdefault(name, []).append(unescape(value))
    return unescape(form[1]), fields


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "Sinut on kirjattu ulos"), ("sv", "Du har loggats ut")], ids=["fi", "sv"]
)
def test_session_that_ran_out_keeps_the_form_until_one_has_signed_in(
    client, sign_in, coordinator, message, language, words
):
    address, typed = message
    address = address.replace("/fi/", f"/{language}/")
    page = client.post(address, typed)
    assert page.status_code == 403 and words in page.content.decode()
    again, fields = kept(page)
    fields.pop("csrfmiddlewaretoken")
    assert (again, fields) == (address, {name: value if name == "to" else [value] for name, value in typed.items()})
    assert "Otathan &lt;b&gt;oman&lt;/b&gt; puhelimen<br>" in page.content.decode()  # to be read and copied
    preview = sign_in(coordinator).post(again, fields)
    assert preview.status_code == 200 and "ja laturin mukaan." in preview.context["previews"][0]["text"]


def test_quarter_of_an_hour_on_a_shared_computer_takes_no_text(client, coordinator, message, time_machine, now):
    address, typed = message
    enter(client, coordinator, shared="on")
    sent = Mail.objects.count()
    time_machine.move_to(now + timedelta(minutes=16), tick=True)
    page = client.post(address, {**typed, "send": "1"})
    assert page.status_code == 403 and kept(page)[1]["body_fi"] == [TEXT]
    assert "_auth_user_id" not in client.session and Mail.objects.count() == sent


def test_form_with_an_old_token_is_sent_again_with_a_good_one(coordinator, message):
    """As it comes about when one signs in, in another tab, while the form is open."""
    address, typed = message
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator)
    page = client.post(address, {**typed, "csrfmiddlewaretoken": "x" * 64}, headers=OWN)
    assert page.status_code == 403 and f"nimellä {coordinator.get_full_name()}" in page.content.decode()
    again, fields = kept(page)
    preview = client.post(again, fields, headers=OWN)
    assert preview.status_code == 200 and "ja laturin mukaan." in preview.context["previews"][0]["text"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_what_another_site_sends_is_not_offered_to_be_sent_on(coordinator, message, headers):
    address, typed = message
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator)
    page = client.post(address, typed, headers=headers)
    assert page.status_code == 403 and "puhelimen" not in page.content.decode()


def test_password_is_never_shown_again(client, employee, db):
    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": "kirja hyllyssä 7", "password1": "kirja hyllyssä 8", "password2": "kirja hyllyssä 8"},
    )
    assert page.status_code == 302 and "kirja" not in page.content.decode()


def test_click_without_text_leads_back_to_the_page_with_the_button(client, employee):
    address = reverse("networks:answer", args=[7, "withdraw"])
    page = client.post(address, headers={"Referer": "http://testserver/fi/networks/7-severi/?a=1"})
    assert page["Location"] == "/fi/account/login/?next=/fi/networks/7-severi/%3Fa%3D1"
    page = client.post(address, headers={"Referer": "https://evil.example/"})
    assert page["Location"] == f"/fi/account/login/?next={address}"


def test_files_are_said_to_be_chosen_again(client, db):
    page = client.post(
        reverse("ideas:write", args=["story"]),
        {"title": "Lukukoira kylässä", "picture": SimpleUploadedFile("kuva.png", b"x")},
    )
    assert "Tiedostot eivät säily" in page.content.decode()
