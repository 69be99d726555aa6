"""Signing in by a code or a password, as somebody known and as somebody new."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from notifications.models import Mail
from people.models import Branch, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def url(name, language="fi", *args):
    with translation.override(language):
        return reverse(name, args=args)


def ask_for_code(client, email, language="fi", next_page="", **data):
    query = f"?next={next_page}" if next_page else ""
    return client.post(url("account_login", language) + query, {"email": email, **data})


def code_to(email):
    return re.search(r"\b(\d{6})\b", Mail.objects.filter(address=email, template="account/code").latest("pk").text)[1]


def write_code(client, code, language="fi", next_page=""):
    return client.post(url("account_confirm_login_code", language), {"code": code, "next": next_page})


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_known_person_signs_in_with_a_code_and_lands_where_they_were_going(client, employee, language):
    goal = url("mine", language)
    response = ask_for_code(client, employee.email, language, goal)
    assert response.status_code == 302
    assert response["Location"].startswith(url("account_confirm_login_code", language))
    page = client.get(response["Location"]).content.decode()
    assert employee.email in page and f'value="{goal}"' in page
    response = write_code(client, code_to(employee.email), language, goal)
    assert response["Location"] == goal
    assert client.session["_auth_user_id"] == str(employee.pk)


@pytest.mark.parametrize(("language", "subject"), [("fi", "Kirjautumiskoodisi"), ("sv", "Din inloggningskod")])
def test_code_comes_at_once_masked_in_the_readers_language(client, employee, language, subject):
    employee.language = language
    employee.save()
    ask_for_code(client, employee.email, "sv" if language == "fi" else "fi")
    mail = Mail.objects.get(template="account/code")
    assert (mail.subject, mail.urgency, mail.is_secret, mail.language) == (subject, Mail.Urgency.CODE, True, language)
    assert not re.search(r"\d{6}", mail.subject)


def test_unknown_address_becomes_an_account_and_is_asked_for_name_and_library(client, askola):
    goal = url("mine", "sv")
    ask_for_code(client, "Uusi@Askola.example", "sv", goal)
    assert not User.objects.exists()  # nobody is there before the mailbox is proven
    response = write_code(client, code_to("uusi@askola.example"), "sv", goal)
    person = User.objects.get()
    assert (person.email, person.language, person.library) == ("uusi@askola.example", "sv", None)
    assert response["Location"].startswith(url("people:welcome", "sv"))
    page = client.get(response["Location"])
    assert page.context["form"].initial["library"] == askola.pk
    response = client.post(
        response["Location"],
        {"first_name": "Uuno", "last_name": "Uusi", "title": "", "library": askola.pk, "language": "sv", "next": goal},
    )
    assert response["Location"] == goal
    person.refresh_from_db()
    assert (person.library, person.is_confirmed, str(person)) == (askola, False, "Uuno Uusi")


def test_page_looks_the_same_for_known_and_unknown_addresses(client, employee, askola):
    answers = []
    for email in (employee.email, "kuka@muu.example"):
        client.cookies.clear()
        response = ask_for_code(client, email)
        page = client.get(response["Location"]).content.decode()
        page = re.sub(r'value="\w{20,}"', "", page).replace(email, "X")
        answers.append((response.status_code, response["Location"], page))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(("language", "words"), [("fi", "yhteinen sähköposti"), ("sv", "gemensamma e-post")])
@pytest.mark.parametrize("where", ["library", "branch"])
def test_shared_mailbox_cannot_be_an_account(client, askola, where, language, words):
    if where == "library":
        askola.email = "Kirjasto@askola.example"
        askola.save()
    else:
        Branch.objects.create(library=askola, name_fi="Monninkylä", email="kirjasto@askola.example")
    response = ask_for_code(client, "kirjasto@askola.example", language)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Mail.objects.exists()


def test_directory_that_names_a_persons_address_as_the_librarys_locks_nobody_out(client, employee, askola):
    Branch.objects.create(library=askola, name_fi="Monninkylä", email=employee.email)
    ask_for_code(client, employee.email)
    write_code(client, code_to(employee.email))
    assert client.session["_auth_user_id"] == str(employee.pk)


def test_address_that_is_none_is_refused_at_the_field(client, db):
    response = ask_for_code(client, "ei osoite")
    assert 'aria-describedby="id_email_error"' in response.content.decode()
    assert 'value="ei osoite"' in response.content.decode()


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_sent_to_a_strange_site_after_signing_in(client, employee, goal):
    ask_for_code(client, employee.email, next_page=goal)
    assert write_code(client, code_to(employee.email), next_page=goal)["Location"] == url("home")


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example"])
def test_nobody_is_sent_to_a_strange_site_from_the_welcome_page(sign_in, employee, goal):
    response = sign_in(employee).post(
        url("people:welcome"),
        {"first_name": "A", "last_name": "B", "language": "fi", "library": employee.library_id, "next": goal},
    )
    assert response["Location"] == url("home")


def test_code_works_once(client, employee):
    ask_for_code(client, employee.email)
    code = code_to(employee.email)
    write_code(client, code)
    client.post(url("account_logout"))
    write_code(client, code)
    assert "_auth_user_id" not in client.session


def test_code_works_in_the_browser_that_asked_for_it_only(client, employee):
    ask_for_code(client, employee.email)
    code = code_to(employee.email)
    other = type(client)()
    write_code(other, code)
    assert "_auth_user_id" not in other.session
    ask_for_code(other, "toinen@muu.example")
    write_code(other, code)
    assert "_auth_user_id" not in other.session


def test_old_code_is_refused(client, employee, time_machine, now):
    ask_for_code(client, employee.email)
    time_machine.move_to(now + timedelta(minutes=16), tick=True)
    response = write_code(client, code_to(employee.email))
    assert response["Location"] == url("account_login")
    assert "vanhentunut" in client.get(response["Location"]).content.decode()


def test_code_cannot_be_guessed(client, employee):
    """Three tries per code, and a limited number of codes: the code is thrown away."""
    ask_for_code(client, employee.email)
    code = code_to(employee.email)
    wrong = "000000" if code != "000000" else "111111"
    assert write_code(client, wrong).status_code == 200
    assert write_code(client, wrong).status_code == 200
    assert write_code(client, wrong).status_code == 302
    write_code(client, code)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("language", "words"), [("fi", "Liian monta yritystä"), ("sv", "För många försök")])
def test_codes_for_one_address_are_limited(client, employee, language, words):
    for _ in range(3):
        assert ask_for_code(client, employee.email, language).status_code == 302
    response = ask_for_code(client, employee.email, language)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert Mail.objects.count() == 3


@pytest.mark.parametrize(("language", "words"), [("fi", "Liian monta yritystä"), ("sv", "För många försök")])
def test_many_addresses_from_one_machine_meet_a_clear_page(client, db, language, words):
    answers = [ask_for_code(client, f"joku{n}@muu.example", language) for n in range(32)]
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert words in answers[-1].content.decode()


def test_new_code_can_be_asked_for_and_the_earlier_one_stops_working(client, employee):
    ask_for_code(client, employee.email)
    first = code_to(employee.email)
    client.post(url("account_confirm_login_code"), {"action": "resend"})
    assert Mail.objects.filter(template="account/code").count() == 2
    second = code_to(employee.email)
    if first != second:
        write_code(client, first)
        assert "_auth_user_id" not in client.session
    write_code(client, second)
    assert client.session["_auth_user_id"] == str(employee.pk)


def test_new_codes_cannot_be_used_to_go_on_guessing(client, employee):
    ask_for_code(client, employee.email)
    for _ in range(6):
        client.post(url("account_confirm_login_code"), {"action": "resend"})
    assert Mail.objects.filter(template="account/code").count() <= 3


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_person_signs_in_with_a_password(client, employee, language):
    employee.set_password("kirja hyllyssä 7")
    employee.save()
    goal = url("mine", language)
    response = client.post(
        url("account_password_login", language) + f"?next={goal}",
        {"login": employee.email.upper(), "password": "kirja hyllyssä 7"},
    )
    # the address has never been proven in this portal: a code comes first
    assert response["Location"] == url("account_email_verification_sent", language)
    response = client.post(response["Location"], {"code": code_to(employee.email)})
    assert response["Location"] == goal
    client.post(url("account_logout", language))
    response = client.post(
        url("account_password_login", language) + f"?next={goal}",
        {"login": employee.email, "password": "kirja hyllyssä 7"},
    )
    assert response["Location"] == goal


@pytest.mark.parametrize(("language", "words"), [("fi", "väärin"), ("sv", "fel")])
def test_wrong_password_says_so_and_is_limited(client, employee, language, words):
    employee.set_password("kirja hyllyssä 7")
    employee.save()
    page = url("account_password_login", language)
    for n in range(5):
        response = client.post(page, {"login": employee.email, "password": f"arvaus {n}"})
        assert words in response.content.decode()
    response = client.post(page, {"login": employee.email, "password": "kirja hyllyssä 7"})
    assert "_auth_user_id" not in client.session
    assert ("Liian monta" if language == "fi" else "För många") in response.content.decode()


def test_forgotten_password_is_chosen_anew_with_a_code(client, employee):
    response = client.post(url("account_reset_password"), {"email": employee.email})
    response = client.post(response["Location"], {"code": code_to(employee.email)})
    response = client.post(
        response["Location"], {"password1": "uusi hyvä sana 9", "password2": "uusi hyvä sana 9"}, follow=True
    )
    employee.refresh_from_db()
    assert employee.check_password("uusi hyvä sana 9")
    assert Mail.objects.filter(template="account/changed", person=employee).exists()


def test_forgotten_password_of_an_unknown_address_tells_only_its_reader(client, employee):
    answers = []
    for email in (employee.email, "kuka@muu.example"):
        client.cookies.clear()
        response = client.post(url("account_reset_password"), {"email": email})
        page = re.sub(r'value="\w{20,}"', "", client.get(response["Location"]).content.decode()).replace(email, "X")
        answers.append((response.status_code, response["Location"], page))
    assert answers[0] == answers[1]
    assert Mail.objects.get(address="kuka@muu.example").template == "account/no_account"


def test_closed_account_does_not_open(client, employee):
    employee.is_active = False
    employee.save()
    ask_for_code(client, employee.email)
    response = write_code(client, code_to(employee.email))
    assert response["Location"] == url("account_inactive")
    assert "_auth_user_id" not in client.session


def test_there_is_no_other_way_to_sign_up(client, db):
    response = client.get(url("account_signup") + "?next=/fi/mine/")
    assert response["Location"] == url("account_login") + "?next=%2Ffi%2Fmine%2F"
    client.post(url("account_signup"), {"email": "joku@muu.example"})
    assert not User.objects.exists()


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    "name",
    ["account_login", "account_password_login", "account_reset_password", "account_inactive"],
)
def test_pages_on_the_way_in_open_for_everybody(client, db, name, language):
    assert client.get(url(name, language)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_set_password",
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "people:profile",
        "people:welcome",
        "people:waiting",
        "own_data",
        "export_own_data",
        "socialaccount_connections",
    ],
)
def test_own_pages_ask_to_sign_in_first(client, db, name):
    response = client.get(url(name))
    assert response.status_code == 302
    assert response["Location"].startswith(url("account_login"))


def test_signed_in_page_costs_two_queries_for_session_and_person(sign_in, employee, django_assert_num_queries):
    client = sign_in(employee)
    client.get(url("accessibility"))
    with django_assert_num_queries(2):
        client.get(url("accessibility"))
