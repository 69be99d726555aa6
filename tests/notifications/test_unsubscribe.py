"""What a mail program is told about unsubscribing (RFC 8058), and that what was given up never reaches the mail server."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from django.core.mail import get_connection
from django.test import Client
from django.utils import timezone

from networks import actions, news
from networks.models import Membership
from notifications import delivery
from notifications.models import Mail
from tests import builders
from tests.networks import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def severi(uusimaa, coordinator, employee, colleague):
    network = made.network(uusimaa, "Uudenmaan seniorityön verkosto SEVERI", "Nätverket för äldre SEVERI")
    for person in (employee, colleague):
        made.member(network, person)
    return network


def ways(message):
    """The addresses in a message's List-Unsubscribe."""
    return re.findall(r"<([^>]+)>", message["List-Unsubscribe"])


def test_a_mail_program_finds_both_ways_and_unsubscribes_with_one_click(mail_server, severi, coordinator, employee):
    made.sent(severi, coordinator)
    delivery.deliver_waiting()
    [message] = mail_server.mails_to(employee.email)
    one_click, by_mail = ways(message)
    letter = Mail.objects.get(person=employee)
    assert one_click == letter.unsubscribe_url and message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        message["List-Id"]
        == f"AKE porvoo network-{severi.pk} <network-{severi.pk}.porvoo.{urlsplit(one_click).hostname}>"
    )
    assert unquote(by_mail) == f"mailto:ake@porvoo.example?subject=Tilauksen peruutus: {letter.subject[:60]}"
    foot = message.get_body(["plain"]).get_content()
    assert one_click in foot.replace("\n", "") and one_click in message.get_body(["html"]).get_content()
    head = message.as_bytes().split(b"\n\n")[0]
    assert max(map(len, head.splitlines())) <= 998
    response = Client(enforce_csrf_checks=True).post(urlsplit(one_click).path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not Membership.objects.get(person=employee).gets_news


def test_other_mails_have_no_such_head(mail_server):
    [mail] = builders.mails(1)
    delivery.deliver_waiting()
    [message] = mail_server.mails_to(mail.address)
    assert message["List-Unsubscribe"] is None and message["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("gives_up", [news.unsubscribe, actions.leave], ids=["unsubscribes", "leaves"])
def test_what_waits_is_not_sent_to_whoever_has_given_it_up(
    mail_server, severi, coordinator, employee, colleague, gives_up
):
    made.sent(severi, coordinator)
    gives_up(severi, person=employee)
    assert delivery.deliver_waiting() == 1
    assert mail_server.recipients == [colleague.email]


def test_who_unsubscribes_after_a_worker_has_taken_the_batch_gets_nothing_either(
    mail_server, severi, coordinator, employee, colleague
):
    """The first mail of the batch is out when the second one's reader gives it up."""
    made.sent(severi, coordinator)
    batch = delivery.claim(timezone.now())
    assert [letter.person for letter in batch] == [employee, colleague]
    take = mail_server.handle_DATA

    async def then(server, session, envelope):
        answer = await take(server, session, envelope)
        given_up.append(True)
        return answer

    given_up = []
    mail_server.handle_DATA = then
    is_wanted = delivery.is_wanted

    def ask(letter):
        if given_up:
            news.unsubscribe(severi, person=colleague)
        return is_wanted(letter)

    delivery.is_wanted = ask
    try:
        assert delivery.deliver_batch(batch, get_connection()) == 1
    finally:
        delivery.is_wanted = is_wanted
    assert mail_server.recipients == [employee.email]
    assert list(Mail.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "unwanted"]


def test_a_mail_refused_for_now_is_not_tried_again_when_its_reader_has_left(
    mail_server, severi, coordinator, employee, colleague, time_machine
):
    mail_server.refused = {employee.email: "450 4.2.0 greylisted"}
    made.sent(severi, coordinator)
    assert delivery.deliver_waiting() == 1
    actions.leave(severi, person=employee)
    mail_server.refused = {}
    time_machine.shift(3600)
    assert delivery.deliver_waiting() == 0
    assert mail_server.recipients == [colleague.email]
