"""Links in mails: GET shows, POST acts, without signing in; broken, used and old ones say so kindly."""

import re
from datetime import timedelta

import pytest

from ake_portal.lib import links
from notifications.models import Mail
from tests import builders
from trainings import actions
from trainings.models import Registration

State = Registration.State


def path_in(template, person):
    """The path of the link that acts in a person's latest mail."""
    mail = Mail.objects.filter(template=f"trainings/{template}", person=person).latest("pk")
    return re.search(r"http://[^/]+(/\w\w/trainings/(?:cancel|offer)/\S+)", mail.text)[1]


@pytest.fixture
def offered(uusimaa, askola, employee):
    """A registration of the employee with a seat offered."""
    training = builders.training(uusimaa, onsite_capacity=1)
    holder = actions.sign_up(training, person=builders.people(1, askola)[0])
    registration = actions.sign_up(training, person=employee)
    actions.cancel(holder, by=holder.person)
    registration.refresh_from_db()
    return registration


def test_cancel_link_shows_on_get_acts_on_post_and_says_when_used(client, training, colleague):
    registration = actions.sign_up(training, person=colleague)
    path = path_in("confirmed", colleague)
    assert path.startswith("/sv/")
    page = client.get(path).content.decode()
    registration.refresh_from_db()
    assert "Linnea Exempel" in page and registration.state == State.REGISTERED
    assert "Din anmälan är annullerad." in client.post(path).content.decode()
    registration.refresh_from_db()
    assert registration.state == State.CANCELLED
    assert "Inget att annullera" in client.get(path).content.decode()
    assert "Din anmälan är annullerad." in client.post(path).content.decode()  # two clicks say the same
    assert Mail.objects.filter(template="trainings/left").count() == 1


def test_head_and_other_methods_do_not_act(client, training, employee):
    registration = actions.sign_up(training, person=employee)
    path = path_in("confirmed", employee)
    for method in (client.head, client.options, client.put, client.delete):
        method(path)
    registration.refresh_from_db()
    assert registration.state == State.REGISTERED


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [("accept", State.REGISTERED, "Paikka on sinun"), ("decline", State.DECLINED, "Olet luopunut paikasta")],
)
def test_offer_link_takes_or_declines(client, offered, answer, state, said):
    path = path_in("seat_offered", offered.person)
    assert "to 8.10. klo 16" in client.get(path).content.decode().replace("\xa0", " ")
    offered.refresh_from_db()
    assert offered.state == State.OFFERED
    assert said in client.post(path, {"answer": answer}).content.decode()
    offered.refresh_from_db()
    assert offered.state == state
    assert client.post(path, {"answer": "accept"}).status_code == 200
    offered.refresh_from_db()
    assert offered.state == state


def test_offer_link_after_its_time_does_nothing(client, offered, time_machine):
    path = path_in("seat_offered", offered.person)
    time_machine.move_to(offered.offers.get().expires_at)
    assert "Paikka ei ole enää tarjolla" in client.get(path).content.decode()
    client.post(path, {"answer": "accept"})
    offered.refresh_from_db()
    assert offered.state == State.OFFERED


def test_last_minute_link_gives_the_seat_to_the_first(client, uusimaa, askola, employee, colleague, time_machine):
    training = builders.training(uusimaa, onsite_capacity=1)
    holder = actions.sign_up(training, person=builders.people(1, askola)[0])
    for person in (employee, colleague):
        actions.sign_up(training, person=person)
    time_machine.move_to(training.offers_end_at)
    actions.cancel(holder, by=holder.person)
    fast, slow = path_in("seat_is_free", colleague), path_in("seat_is_free", employee)
    assert "Platsen är din" in client.post(fast, {"answer": "take"}).content.decode()
    assert "Joku muu ehti" in client.get(slow).content.decode()
    client.post(slow, {"answer": "take"})
    assert training.registrations.get(person=employee).state == State.WAITING


@pytest.mark.parametrize("kind", ["cancel", "offer"])
@pytest.mark.parametrize("token", ["x", "WzEsMV0:abc:def", "%00", "a" * 500])
def test_broken_link_says_so_kindly(client, db, kind, token):
    response = client.get(f"/fi/trainings/{kind}/{token}/")
    assert response.status_code == 404 and "Linkki ei toimi" in response.content.decode()
    assert client.post(f"/fi/trainings/{kind}/{token}/").status_code == 404


def test_link_is_bound_to_its_registration_person_and_purpose(client, training, employee, colleague):
    registration = actions.sign_up(training, person=employee)
    for token in (
        links.token("trainings.registration", registration, colleague),
        links.token("something.else", registration, employee),
    ):
        assert client.post(f"/fi/trainings/cancel/{token}/").status_code == 404
    registration.refresh_from_db()
    assert registration.state == State.REGISTERED


def test_old_link_says_that_it_is_too_old(client, training, employee, time_machine, now):
    actions.sign_up(training, person=employee)
    path = path_in("confirmed", employee)
    time_machine.move_to(now + timedelta(days=401))
    assert "Linkki on vanhentunut" in client.get(path).content.decode()


def test_link_of_an_erased_person_is_dead(client, training, employee, now):
    actions.sign_up(training, person=employee)
    path = path_in("confirmed", employee)
    employee.erased_at = now
    employee.save()
    assert client.get(path).status_code == 404


def test_links_that_act_are_kept_from_caches_and_search_engines(client, training, employee):
    actions.sign_up(training, person=employee)
    response = client.get(path_in("confirmed", employee))
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


def test_decision_links_are_secret_in_the_outbox(offered):
    assert Mail.objects.get(template="trainings/seat_offered").is_secret
