import time
from itertools import count

import pytest
from django.db import transaction

from notifications import outbox
from notifications.models import Mail
from tests import builders
from trainings import actions

pytestmark = pytest.mark.django_db


def test_a_mail_is_stored_with_the_change_that_causes_it_or_not_at_all(training, employee):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.sign_up(training, person=employee)
        raise ZeroDivisionError
    assert Mail.objects.count() == 0


def test_a_mail_speaks_its_readers_language_and_names_the_region(training, employee, colleague):
    for person in (employee, colleague):
        actions.sign_up(training, person=person)
    finnish, swedish = Mail.objects.order_by("pk")
    assert training.title_fi in finnish.subject and training.title_sv in swedish.subject
    assert [(mail.language, mail.sender_name, mail.reply_to, mail.list_id) for mail in (finnish, swedish)] == [
        (language, title, "ake@porvoo.example", f"AKE porvoo <porvoo.{outbox.HOST}>")
        for language, title in (("fi", training.region.title_fi), ("sv", training.region.title_sv))
    ]


def test_texts_are_plain_in_the_text_and_escaped_in_the_html(uusimaa, employee):
    training = builders.training(uusimaa, title_fi="Äänet & 'kuvat' <b>")
    actions.sign_up(training, person=employee)
    mail = Mail.objects.get()
    assert training.title_fi in mail.subject and training.title_fi in mail.text
    assert "&amp; &#x27;kuvat&#x27; &lt;b&gt;" in mail.html and "<b>" not in mail.html


def test_the_same_key_is_posted_once_and_who_may_not_sign_in_gets_no_mail(training, employee, colleague):
    registration = actions.sign_up(training, person=employee)
    Mail.objects.all().delete()
    options = {"region": training.region, "registration": registration, "training": training}
    colleague.is_active = False
    for person, key in ((employee, "a"), (employee, "a"), (employee, "b"), (colleague, "c")):
        outbox.post("trainings/left", to=person, key=key, **options)
    assert sorted(Mail.objects.values_list("key", flat=True)) == ["a", "b"]


def test_without_a_broker_nobody_waits_and_it_is_tried_again_after_a_while(settings, caplog, time_machine):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.CELERY_TASK_ALWAYS_EAGER = False
    begun = time.perf_counter()
    for _ in range(100):
        outbox.wake()
    assert time.perf_counter() - begun < 5
    assert caplog.text.count("No broker") == 1, "asked once"
    outbox.no_broker.reset()
    outbox.wake()
    assert caplog.text.count("No broker") == 2


@pytest.fixture
def calls(settings):
    """How many calls for the worker lie in a broker in this process's memory."""
    settings.CELERY_BROKER_URL = "memory://"
    settings.CELERY_TASK_ALWAYS_EAGER = False
    with outbox.impatient_broker() as broker:
        queue = broker.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE)
        queue.clear()
        yield queue.qsize
        queue.clear()


def test_one_call_a_second_serves_all_mails_of_that_second_and_a_code_calls_at_once(
    calls, training, employee, django_capture_on_commit_callbacks
):
    registration = actions.sign_up(training, person=employee)
    keys = count()

    def store(number, urgency):
        options = {"region": training.region, "registration": registration, "training": training}
        for _ in range(number):
            with django_capture_on_commit_callbacks(execute=True):
                outbox.post("trainings/left", to=employee, key=f"test:{next(keys)}", urgency=urgency, **options)

    store(5, Mail.Urgency.NORMAL)
    assert calls() == 1
    store(1, Mail.Urgency.CODE)
    assert calls() == 2
    store(2, Mail.Urgency.MASS)
    assert calls() == 2
    outbox.called.reset()  # a second later
    store(2, Mail.Urgency.NORMAL)
    assert calls() == 3


def test_a_call_that_reached_no_broker_is_not_counted_on(calls, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    outbox.wake_soon()
    settings.CELERY_BROKER_URL = "memory://"
    outbox.no_broker.reset()
    outbox.wake_soon()
    assert calls() == 1
