import pytest

from notifications.models import Mail
from tests import builders
from trainings import actions
from trainings.models import Registration

State = Registration.State


def test_sign_up_gives_a_seat_and_a_mail_in_the_readers_language(training, colleague):
    registration = actions.sign_up(training, person=colleague)
    assert registration.state == State.REGISTERED
    mail = Mail.objects.get()
    assert (mail.person, mail.language, mail.reply_to, [method for method, _ in mail.calendars]) == (
        colleague,
        "sv",
        "ake@porvoo.example",
        ["REQUEST"],
    )


def test_full_training_puts_the_next_person_on_the_waiting_list_and_a_freed_seat_is_offered(
    uusimaa, employee, colleague
):
    training = builders.training(uusimaa, onsite_capacity=1)
    first = actions.sign_up(training, person=employee)
    second = actions.sign_up(training, person=colleague)
    assert second.state == State.WAITING and second.queue_position == 1
    actions.cancel(first, by=employee)
    second.refresh_from_db()
    assert second.state == State.OFFERED
    actions.answer_offer(second, accept=True)
    second.refresh_from_db()
    assert second.state == State.REGISTERED


def test_nobody_signs_up_twice(training, employee):
    actions.sign_up(training, person=employee)
    with pytest.raises(actions.Refused, match="twice"):
        actions.sign_up(training, person=employee)
