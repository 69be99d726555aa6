"""News with real workers and a real mail server: whoever unsubscribes while they wait gets none."""

import pytest

from tests.processes import wait_for

pytestmark = pytest.mark.full

SEND = """
from tests import builders
from tests.networks import made
region = builders.region("testi")
library = builders.library(region, "Askola")
network = made.network(region)
for person in builders.people(60, library):
    made.member(network, person)
made.sent(network, None)
"""
EVERY_THIRD_GIVES_UP = """
from networks import news
from networks.models import Membership
for membership in Membership.objects.order_by("pk")[::3]:
    assert news.unsubscribe(membership.network, person=membership.person)
"""


def test_whoever_unsubscribes_while_a_mail_waits_never_gets_it(portal, mail_server):
    portal.python(SEND)
    portal.python(EVERY_THIRD_GIVES_UP)
    assert portal.mails_by_state() == {"queued": 60}
    given_up = {
        row[0]
        for row in portal.rows(
            "SELECT p.email FROM networks_membership m JOIN people_user p ON p.id = m.person_id WHERE NOT m.gets_news"
        )
    }
    portal.start_redis()
    portal.start_worker()
    portal.start_beat()
    wait_for(lambda: portal.mails_by_state() == {"sent": 40, "unwanted": 20}, "all mails are dealt with", 60)
    assert len(mail_server.mails) == len({*mail_server.recipients}) == 40
    assert len(given_up) == 20 and not given_up & {*mail_server.recipients}
    assert portal.rows("SELECT count(*) FROM networks_membership WHERE state = 'member'") == [(60,)]
