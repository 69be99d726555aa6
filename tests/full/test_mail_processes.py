"""Never lost, never twice: with real workers, a real Redis and a real mail server that fail."""

import signal
from collections import Counter

import pytest

from tests.processes import wait_for

pytestmark = pytest.mark.full
MAILS = "from tests import builders; builders.mails({}, text='Hei!\\n' * 100)"


@pytest.mark.parametrize("portal", [{"MAIL_LEASE_SECONDS": 6}], indirect=True)
def test_a_worker_killed_amid_2000_mails_loses_none_and_repeats_at_most_the_one_in_hand(portal, mail_server):
    portal.python(MAILS.format(2000))
    portal.start_redis()
    worker = portal.start_worker()
    portal.start_beat()
    wait_for(lambda: len(mail_server.mails) >= 700, "700 mails have arrived", 60)
    worker.kill()
    arrived = len(mail_server.mails)
    assert arrived < 2000 and portal.mails_by_state()["sent"] < 2000, "it was killed in the middle"
    portal.start_worker()
    wait_for(lambda: portal.mails_by_state() == {"sent": 2000}, "all mails are sent", 90)
    times = Counter(mail_server.recipients)
    assert len(times) == 2000
    twice = {recipient: number for recipient, number in times.items() if number > 1}
    assert len(twice) <= 1 and not set(twice.values()) - {2}
    for recipient in twice:
        assert len({message["Message-ID"] for message in mail_server.mails_to(recipient)}) == 1
    assert portal.rows("SELECT count(*) FROM notifications_mail WHERE attempts > 1") == [(0,)]


SIGN_UP = """
import time
from django.utils import timezone
from tests import builders
from trainings import actions
region = builders.region("testi")
training = builders.training(region, open_to_all=True)
people = builders.people(5)
actions.sign_up(training, person=people[0])  # the first one connects and imports
begun = time.perf_counter()
for person in people[1:]:
    actions.sign_up(training, person=person)
print(time.perf_counter() - begun)
"""


def test_with_redis_stopped_people_sign_up_without_delay_and_their_mails_go_out_when_it_is_back(portal, mail_server):
    redis = portal.start_redis()
    portal.start_worker()
    portal.start_beat()
    redis.kill()
    assert float(portal.python(SIGN_UP)) < 2
    assert portal.mails_by_state() == {"queued": 5} and mail_server.mails == []
    portal.start_redis()
    wait_for(lambda: portal.mails_by_state() == {"sent": 5}, "the mails are sent", 60)
    assert len({*mail_server.recipients}) == len(mail_server.mails) == 5


def test_with_redis_hung_a_sign_up_waits_for_half_a_second_once(portal, mail_server):
    redis = portal.start_redis()
    redis.signal(signal.SIGSTOP)
    assert float(portal.python(SIGN_UP)) < 2
    assert portal.mails_by_state() == {"queued": 5}


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", None], ids=["refuses sessions", "is gone"])
def test_a_mail_server_that_takes_nothing_delays_mails_and_loses_none(portal, mail_server, answer):
    if answer:
        mail_server.refuses_sessions = answer
    else:
        mail_server.stop()
    portal.python(MAILS.format(50))
    portal.start_redis()
    worker = portal.start_worker()
    portal.start_beat()
    wait_for(lambda: worker.said.count("takes no mail now") >= 3, "the worker has tried three times", 60)
    assert portal.rows("SELECT count(*) FROM notifications_mail WHERE attempts > 0 OR state = 'failed'") == [(0,)]
    if answer:
        mail_server.refuses_sessions = ""
    else:
        mail_server.start()
    wait_for(lambda: portal.mails_by_state() == {"sent": 50}, "the mails are sent", 60)
    assert len({*mail_server.recipients}) == len(mail_server.mails) == 50


def test_one_refused_address_fails_with_a_reason_and_the_others_get_their_mail(portal, mail_server):
    portal.python(MAILS.format(30))
    [(refused,)] = portal.rows("SELECT address FROM notifications_mail ORDER BY id OFFSET 10 LIMIT 1")
    mail_server.refused[refused] = f"550 5.1.1 <{refused}> is unknown here"
    portal.start_redis()
    worker = portal.start_worker()
    portal.start_beat()
    wait_for(lambda: portal.mails_by_state() == {"sent": 29, "failed": 1}, "all mails are dealt with", 60)
    assert portal.rows("SELECT address, reason FROM notifications_mail WHERE state = 'failed'") == [
        (refused, "550 5.1.1 … is unknown here")
    ]
    assert "@example.fi" not in worker.said
