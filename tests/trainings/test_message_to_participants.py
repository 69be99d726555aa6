"""A message from staff: chosen, written in the readers' languages, looked at, sent once."""

import pytest
from django.urls import reverse

from notifications.models import Mail
from tests import builders
from trainings import actions

FINNISH = {"subject_fi": "Tuo kannettava", "body_fi": "Ota mukaan kannettava.\nKahvi on klo 9."}
SWEDISH = {"subject_sv": "Ta med dator", "body_sv": "Ta med en bärbar dator."}
NONCE = {"nonce": "3f1c2b1e-4f0e-4a6b-9c7d-1f2e3d4c5b6a"}


@pytest.fixture
def running(uusimaa, employee, colleague, stranger, coordinator):
    """Aino (fi) and Linnea (sv) have the two seats, Ville (fi) waits; no mails yet."""
    training = builders.training(uusimaa, onsite_capacity=2)
    for person in (employee, colleague, stranger):
        actions.sign_up(training, person=person, by=coordinator)
    Mail.objects.all().delete()
    return training


@pytest.fixture
def write(running, coordinator, sign_in):
    """Send the form of the message page: `write(to=[...], ...)` gives the response."""
    client = sign_in(coordinator)
    return lambda **data: client.post(reverse("trainings:message", args=[running.pk]), {**NONCE, **data})


def test_both_languages_are_needed_when_both_are_read(write):
    response = write(to=["registered"], **FINNISH)
    assert sorted(response.context["form"].errors) == ["body_sv", "subject_sv"]
    response = write(to=["queue"], **FINNISH)
    assert [preview["language"] for preview in response.context["previews"]] == ["fi"]


def test_receivers_must_be_chosen(write):
    assert "to" in write(**FINNISH, **SWEDISH).context["form"].errors
    assert "to" in write(to=["everybody"], **FINNISH, **SWEDISH).context["form"].errors


def test_preview_shows_both_mails_and_sends_nothing(write):
    context = write(to=["registered"], **FINNISH, **SWEDISH).context
    assert [(preview["language"], preview["subject"]) for preview in context["previews"]] == [
        ("fi", "Tuo kannettava"),
        ("sv", "Ta med dator"),
    ]
    assert "Petra Kehittäjä" in context["previews"][1]["text"] and dict(context["languages"]) == {"fi": 1, "sv": 1}
    assert not Mail.objects.exists()


def test_sent_mails_are_as_previewed_and_each_in_the_persons_language(write, employee, colleague):
    data = {"to": ["registered"], **FINNISH, **SWEDISH}
    shown = {preview["language"]: preview["text"] for preview in write(**data).context["previews"]}
    write(**data, send="1")
    sent = {mail.person: (mail.subject, mail.text, mail.reply_to) for mail in Mail.objects.all()}
    assert sent == {
        employee: ("Tuo kannettava", shown["fi"], "ake@porvoo.example"),
        colleague: ("Ta med dator", shown["sv"], "ake@porvoo.example"),
    }


def test_sending_twice_sends_once_and_a_changed_text_is_another_message(write):
    data = {"to": ["registered", "queue"], **FINNISH, **SWEDISH, "send": "1"}
    write(**data)
    write(**data)
    assert Mail.objects.count() == 3
    write(**{**data, "body_fi": "Korjaus: kahvi on klo 8.30."})
    assert Mail.objects.count() == 6


def test_sender_is_told_how_many_got_it(write):
    response = write(to=["registered"], **FINNISH, **SWEDISH, send="1")
    assert response.url.endswith("/participants/")
    assert "2" in [str(message) for message in response.wsgi_request._messages][0]


def test_going_back_from_the_preview_keeps_what_was_typed(write):
    form = write(to=["registered"], **FINNISH, **SWEDISH, edit="1").context["form"]
    assert (form["body_fi"].value(), form["to"].value(), str(form["nonce"].value())) == (
        FINNISH["body_fi"],
        ["registered"],
        NONCE["nonce"],
    )


def test_erased_people_and_those_who_may_not_sign_in_get_none(write, running, employee):
    employee.is_active = False
    employee.save()
    write(to=["registered"], **SWEDISH, send="1")
    assert [mail.language for mail in Mail.objects.all()] == ["sv"]


def test_markup_in_a_message_is_shown_as_text(write):
    write(to=["queue"], subject_fi="<b>Huom</b>", body_fi="<script>alert(1)</script>", send="1")
    mail = Mail.objects.get()
    assert "<script>alert" not in mail.html and "<script>alert" in mail.text


def test_nobody_to_write_to(training, coordinator, sign_in):
    response = sign_in(coordinator).get(reverse("trainings:message", args=[training.pk]))
    assert response.url == reverse("trainings:participants", args=[training.pk])
