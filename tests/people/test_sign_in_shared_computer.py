"""A shared computer forgets the person: when the browser is closed, and after 15 minutes of nothing."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.people.test_sign_in import ask_for_code, code_to, url, write_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def enter(client, person, **data):
    ask_for_code(client, person.email, **data)
    write_code(client, code_to(person.email))
    return client


def enter_with_password(client, person, **data):
    person.set_password("kirja hyllyssä 7")
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    client.post(url("account_password_login"), {"login": person.email, "password": "kirja hyllyssä 7", **data})
    return client


@pytest.mark.parametrize("way", [enter, enter_with_password])
def test_session_on_a_shared_computer_ends_with_the_browser(client, employee, way):
    way(client, employee, shared="on")
    assert client.session["_auth_user_id"] == str(employee.pk)
    assert client.session.get_expire_at_browser_close()
    assert client.cookies["sessionid"]["max-age"] == ""


@pytest.mark.parametrize("way", [enter, enter_with_password])
def test_own_computer_remembers(client, employee, way):
    way(client, employee)
    assert not client.session.get_expire_at_browser_close()
    assert int(client.cookies["sessionid"]["max-age"]) > 20 * 24 * 3600


@pytest.mark.parametrize(("language", "words"), [("fi", "Sinut kirjattiin ulos"), ("sv", "Du loggades ut")])
def test_fifteen_idle_minutes_sign_out_and_keep_where_the_person_was(
    client, employee, time_machine, now, language, words
):
    enter(client, employee, shared="on")
    time_machine.move_to(now + timedelta(minutes=10), tick=True)
    assert client.get(url("mine", language)).status_code == 200
    time_machine.move_to(now + timedelta(minutes=24), tick=True)
    assert client.get(url("mine", language)).status_code == 200
    time_machine.move_to(now + timedelta(minutes=40), tick=True)
    response = client.get(url("mine", language) + "?a=1")
    assert response["Location"].startswith(url("account_login", language))
    page = client.get(response["Location"]).content.decode()
    assert words in page
    assert f'name="next" value="/{language}/mine/?a=1"' in page
    assert "_auth_user_id" not in client.session


def test_own_computer_does_not_sign_out(client, employee, time_machine, now):
    enter(client, employee)
    time_machine.move_to(now + timedelta(hours=8), tick=True)
    assert client.get(url("mine")).status_code == 200


def test_idle_time_is_noted_at_most_once_a_minute(client, employee, django_assert_num_queries):
    enter(client, employee, shared="on")
    client.get(url("accessibility"))
    with django_assert_num_queries(2):
        client.get(url("accessibility"))
