"""Signing up, answering and leaving on the pages."""

from datetime import timedelta

import pytest

from notifications.models import Mail
from tests import builders
from tests.trainings.test_detail import box
from trainings import actions
from trainings.models import Registration, SeatOffer

State = Registration.State


def post(client, training, what, **data):
    """Post to a training's address; returns the words of the messages and the box that follow."""
    response = client.post(f"/fi/trainings/{training.pk}/{what}/", data, follow=True)
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"]), box(response)


@pytest.fixture
def full(uusimaa, askola):
    training = builders.training(uusimaa, onsite_capacity=1)
    actions.sign_up(training, person=builders.people(1, askola)[0])
    return training


def test_one_click_signs_a_known_person_up(sign_in, training, employee):
    client = sign_in(employee)
    assert "Ilmoittaudut nimellä Aino Esimerkki" in box(client.get(training.get_absolute_url()))
    said, after = post(client, training, "sign-up")
    assert said == "Olet ilmoittautunut. Lähetimme vahvistuksen sähköpostiisi."
    assert "Voit perua ti 27.10. klo 9 saakka" in after.replace("\xa0", " ")
    registration = Registration.objects.get()
    assert (registration.state, registration.library) == (State.REGISTERED, employee.library)


@pytest.mark.parametrize("others", [1, 30])
def test_signing_up_takes_the_same_few_queries_after_1_and_30_others(
    sign_in, django_assert_num_queries, uusimaa, askola, employee, others
):
    training = builders.training(uusimaa, onsite_capacity=50, open_to_all=True)
    for person in builders.people(others, askola):
        actions.sign_up(training, person=person)
    client = sign_in(employee)
    # session, person, training under its lock, who is in it, the registration, sessions, the mail; two for the savepoint
    with django_assert_num_queries(9):
        client.post(f"/fi/trainings/{training.pk}/sign-up/")
    assert Registration.objects.filter(person=employee, state=State.REGISTERED).exists()


def test_second_click_is_harmless(sign_in, training, employee):
    client = sign_in(employee)
    post(client, training, "sign-up")
    said, _ = post(client, training, "sign-up")
    assert said == "Olet jo ilmoittautunut."
    assert Registration.objects.count() == Mail.objects.count() == 1


def test_visitor_who_posts_is_sent_to_sign_in_and_lands_on_the_page(client, sign_in, training, employee):
    response = client.post(f"/fi/trainings/{training.pk}/sign-up/")
    assert response.status_code == 302 and "/account/login/" in response["Location"]
    response = sign_in(employee).get(f"/fi/trainings/{training.pk}/sign-up/")
    assert response["Location"] == training.get_absolute_url()
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"signup_opens_at": timedelta(days=2)}, "Ilmoittautuminen alkaa to 8.10. klo 10."),
        ({"signup_closes_at": timedelta(days=-2)}, "Ilmoittautuminen on päättynyt. Kysy järjestäjältä"),
    ],
)
def test_refusal_is_said_after_the_click_as_well(sign_in, uusimaa, employee, now, fields, said):
    training = builders.training(uusimaa, **{name: now + delta for name, delta in fields.items()})
    words, _ = post(sign_in(employee), training, "sign-up")
    assert words.replace("\xa0", " ").startswith(said) and not Registration.objects.exists()


def test_training_of_another_region_and_a_cancelled_one_refuse(sign_in, training, stranger, employee):
    assert "oman toimialueensa" in post(sign_in(stranger), training, "sign-up")[0]
    actions.cancel_training(training)
    assert post(sign_in(employee), training, "sign-up")[0] == "Tämä koulutus on peruttu."


def test_hybrid_training_asks_how_one_takes_part(sign_in, uusimaa, employee, colleague):
    training = builders.training(uusimaa, format="hybrid", onsite_capacity=1, remote_capacity=1)
    client = sign_in(employee)
    assert "Miten osallistut?" in box(client.get(training.get_absolute_url()))
    assert (
        "https://meet.example/abc"
        in client.post(f"/fi/trainings/{training.pk}/sign-up/", {"mode": "remote"}, follow=True).content.decode()
    )
    assert post(sign_in(colleague), training, "sign-up", mode="boat")[0].startswith("Valitse")


def test_full_training_offers_the_queue_and_shows_the_place(sign_in, full, employee):
    client = sign_in(employee)
    assert "Liity jonoon" in box(client.get(full.get_absolute_url()))
    said, after = post(client, full, "sign-up")
    assert said == "Olet jonossa sijalla 1." and "Olet jonossa sijalla 1" in after and "Poistu jonosta" in after


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [("accept", State.REGISTERED, "Paikka on sinun."), ("decline", State.DECLINED, "Luovuit")],
)
def test_offered_seat_is_taken_or_declined(sign_in, full, employee, answer, state, said):
    registration = actions.sign_up(full, person=employee)
    holder = full.registrations.get(state=State.REGISTERED)
    actions.cancel(holder, by=holder.person)
    client = sign_in(employee)
    assert "Vastaa viimeistään to 8.10. klo 16" in box(client.get(full.get_absolute_url())).replace("\xa0", " ")
    assert post(client, full, "offer", answer=answer)[0].startswith(said)
    registration.refresh_from_db()
    assert registration.state == state
    assert client.post(f"/fi/trainings/{full.pk}/offer/", {"answer": "nonsense"}).status_code in (302, 404)


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_answering_an_offer_twice_says_the_same_twice(sign_in, full, employee, answer):
    registration = actions.sign_up(full, person=employee)
    actions.cancel(full.registrations.first(), by=full.registrations.first().person)
    client = sign_in(employee)
    first, second = (post(client, full, "offer", answer=answer)[0] for _click in range(2))
    assert first == second and Mail.objects.filter(template="trainings/confirmed", person=employee).count() < 2
    registration.refresh_from_db()
    assert registration.state == {"accept": State.REGISTERED, "decline": State.DECLINED}[answer]


def test_leaving_twice_says_the_same_twice(sign_in, training, employee):
    actions.sign_up(training, person=employee)
    client = sign_in(employee)
    assert {post(client, training, "leave")[0] for _click in range(2)} == {"Ilmoittautumisesi on peruttu."}
    assert Mail.objects.filter(template="trainings/left").count() == 1


def test_offer_that_ran_out_is_refused_kindly(sign_in, full, employee, time_machine):
    actions.sign_up(full, person=employee)
    holder = full.registrations.get(state=State.REGISTERED)
    actions.cancel(holder, by=holder.person)
    client = sign_in(employee)
    time_machine.move_to(SeatOffer.objects.get().expires_at)
    assert "määräaika on päättynyt" in post(client, full, "offer", answer="accept")[0]


def test_free_seat_is_taken_at_the_last_moment(sign_in, full, employee, time_machine):
    actions.sign_up(full, person=employee)
    time_machine.move_to(full.offers_end_at)
    holder = full.registrations.get(state=State.REGISTERED)
    actions.cancel(holder, by=holder.person)
    client = sign_in(employee)
    assert "Ota paikka vastaan" in box(client.get(full.get_absolute_url()))
    assert post(client, full, "free-seat")[0].startswith("Paikka on sinun.")


def test_leaving_asks_first_and_acts_on_post_only(sign_in, training, employee):
    registration = actions.sign_up(training, person=employee)
    client = sign_in(employee)
    assert "Perutko ilmoittautumisesi?" in client.get(f"/fi/trainings/{training.pk}/leave/").content.decode()
    registration.refresh_from_db()
    assert registration.state == State.REGISTERED
    said, after = post(client, training, "leave")
    assert said == "Ilmoittautumisesi on peruttu." and "Ilmoittaudut nimellä" in after


def test_after_the_deadline_the_page_says_whom_to_write_to(sign_in, uusimaa, employee, now):
    training = builders.training(uusimaa, cancel_until=now - timedelta(hours=1))
    actions.sign_up(training, person=employee)
    client = sign_in(employee)
    after = box(client.get(training.get_absolute_url()))
    assert "kirjoita osoitteeseen ake@porvoo.example" in after and "Peru ilmoittautumiseni" not in after
    assert post(client, training, "leave")[0].startswith("Perumisaika on päättynyt")


def test_nobody_answers_or_leaves_for_another(sign_in, full, employee, colleague):
    actions.sign_up(full, person=employee)
    client = sign_in(colleague)
    for what in ("offer", "free-seat"):
        assert client.post(f"/fi/trainings/{full.pk}/{what}/", {"answer": "accept"}).status_code == 404
    client.post(f"/fi/trainings/{full.pk}/leave/")
    assert Registration.objects.get(person=employee).state == State.WAITING
