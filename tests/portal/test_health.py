"""What probes are told."""

import time

from django.utils import timezone

from notifications.models import Mail
from tests.portal.test_settings import start
from trainings import actions


def test_the_process_answers_by_any_host_name_and_asks_no_database(client):
    response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.content) == (200, b"ok")


def test_probes_are_not_sent_on_to_https(db, client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/fi/").status_code == 301
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_ready_tells_of_database_broker_and_outbox(training, employee, client, time_machine, now):
    actions.sign_up(training, person=employee)
    Mail.objects.update(state=Mail.State.QUEUED, send_after=timezone.now())
    time_machine.shift(90)
    body = client.get("/readyz").json()
    assert body["database"] == "ok" and body["broker"] == "ok"
    assert body["outbox"]["waiting"] == 1
    assert 90 <= body["outbox"]["oldest_seconds"] < 100


def test_with_the_broker_gone_it_is_still_ready_and_says_so_at_once(db, client, settings):
    settings.EMBEDDED = False
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    began = time.monotonic()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["broker"] == "gone"
    assert time.monotonic() - began < 2


def test_with_the_database_gone_the_process_lives_but_is_not_ready():
    done = start(
        "import django; django.setup(); from django.test import Client; client = Client();"
        "print([(response.status_code, response.content) for response in map(client.get, ['/healthz', '/readyz'])])",
        DATABASE_URL="postgres://postgres@127.0.0.1:1/gone",
    )
    assert done.stdout.strip() == str([(200, b"ok"), (503, b'{"database": "gone"}')]), done.stderr
