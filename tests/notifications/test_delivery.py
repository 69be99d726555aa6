import re
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from django.core.mail import get_connection
from django.utils import timezone

from notifications import delivery
from notifications.models import Mail
from tests import builders

State = Mail.State
pytestmark = pytest.mark.django_db


def states():
    return dict(Mail.objects.order_by("pk").values_list("address", "state"))


def test_codes_go_first_and_all_go_over_one_connection(mail_server):
    mass = builders.mails(25, urgency=Mail.Urgency.MASS)
    [code] = builders.mails(1, urgency=Mail.Urgency.CODE)
    assert delivery.deliver_waiting() == 26
    assert mail_server.recipients == [code.address, *(mail.address for mail in mass)]
    assert mail_server.sessions == 1
    assert {*states().values()} == {State.SENT}


def test_a_mail_says_who_sends_it_in_which_language_and_that_a_machine_wrote_it(mail_server):
    [mail] = builders.mails(
        1,
        sender_name="Alueellinen kehittämistehtävä",
        reply_to="ake@porvoo.example",
        list_id="AKE <porvoo.ake.example>",
    )
    delivery.deliver_waiting()
    [message] = mail_server.mails_to(mail.address)
    names = ("From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language", "List-Id")
    assert {name: message[name] for name in names} == {
        "From": "Alueellinen kehittämistehtävä <portaali@ake.example>",
        "To": mail.address,
        "Reply-To": "ake@porvoo.example",
        "Subject": mail.subject,
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fi",
        "List-Id": "AKE <porvoo.ake.example>",
    }
    assert message.get_body(["plain"]).get_content().strip() == "Hei!"
    assert message.get_body(["html"]).get_content().strip() == "<p>Hei!</p>"


@pytest.mark.parametrize(
    "name",
    [
        "Keski-Suomen ja Pohjois-Savon alueellinen kehittämistehtävä",
        "Regionala utvecklingsuppdraget i Österbotten, Vasa",
    ],
)
def test_a_long_name_of_the_sender_is_encoded_in_short_pieces_and_read_as_one(mail_server, name):
    [mail] = builders.mails(1, sender_name=name)
    delivery.deliver_waiting()
    [message] = mail_server.mails_to(mail.address)
    head = message.as_bytes().split(b"\n\n")[0]
    [written] = re.findall(rb"^From: (\S.+(?:\n .+)*)$", head, re.MULTILINE)
    assert max(map(len, head.splitlines())) <= 78
    assert str(make_header(decode_header(written.decode("ascii")))) == f"{name} <portaali@ake.example>"


def calendar_parts(message):
    return [
        (part.get_content_type(), part.get_param("method"), part.get_filename())
        for part in message.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]


def test_one_invitation_stands_beside_the_text_and_several_are_attached(mail_server):
    text = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    [one] = builders.mails(1, calendars=[["REQUEST", text]])
    [two] = builders.mails(1, calendars=[["REQUEST", text], ["CANCEL", text]])
    delivery.deliver_waiting()
    [message] = mail_server.mails_to(one.address)
    assert calendar_parts(message) == [("text/calendar", "REQUEST", None), ("application/ics", None, "request.ics")]
    [alternatives] = [part for part in message.walk() if part.get_content_type() == "multipart/alternative"]
    assert [part.get_content_type() for part in alternatives.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    [message] = mail_server.mails_to(two.address)
    assert calendar_parts(message) == [
        ("text/calendar", "REQUEST", "request-1.ics"),
        ("text/calendar", "CANCEL", "cancel-2.ics"),
    ]


def test_a_refused_address_fails_with_the_servers_answer_and_the_others_get_theirs(mail_server, caplog):
    first, refused, last = builders.mails(3)
    mail_server.refused = {refused.address: f"550 5.1.1 <{refused.address}>: no such user"}
    assert delivery.deliver_waiting() == 2
    assert states() == {first.address: State.SENT, refused.address: State.FAILED, last.address: State.SENT}
    refused.refresh_from_db()
    assert (refused.reason, refused.attempts) == ("550 5.1.1 …: no such user", 1)
    assert refused.address not in caplog.text and "550" in caplog.text


def test_a_mail_refused_for_now_backs_off_and_fails_after_the_last_try(mail_server, time_machine):
    [mail] = builders.mails(1)
    mail_server.refused = {mail.address: "450 4.2.0 greylisted"}
    for wait in [*delivery.BACK_OFF, None]:
        assert delivery.deliver_waiting() == 0
        mail.refresh_from_db()
        if wait:
            assert mail.state == State.QUEUED
            assert abs(mail.send_after - timezone.now() - wait) < timedelta(seconds=5)
            assert delivery.deliver_waiting() == 0 and Mail.objects.get().attempts == mail.attempts
            time_machine.move_to(mail.send_after + timedelta(seconds=1))
    assert (mail.state, mail.attempts, mail.reason) == (State.FAILED, 7, "450 4.2.0 greylisted")
    mail_server.refused = {}
    assert delivery.send_again(Mail.objects.all()) == 1
    assert delivery.deliver_waiting() == 1
    assert [message["Message-ID"] for message in mail_server.mails_to(mail.address)] == [mail.message_id]


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "554 5.3.2 no mail here"])
def test_a_server_that_refuses_the_session_costs_no_try_and_is_left_alone_for_a_while(mail_server, settings, answer):
    builders.mails(30)
    mail_server.refuses_sessions = answer
    assert delivery.deliver_waiting() == 0
    assert {*states().values()} == {State.QUEUED} and not Mail.objects.exclude(attempts=0).exists()
    assert delivery.resting.is_open
    mail_server.refuses_sessions = ""
    assert delivery.deliver_waiting() == 0, "the server rests"
    delivery.resting.reset()
    assert delivery.deliver_waiting() == 10, "the batch that was refused waits a little longer"
    Mail.objects.update(send_after=timezone.now())
    assert delivery.deliver_waiting() == 20
    assert len({*mail_server.recipients}) == len(mail_server.mails) == 30


def test_a_server_that_is_gone_loses_no_mail(mail_server):
    builders.mails(3)
    mail_server.stop()
    assert delivery.deliver_waiting() == 0
    assert {*states().values()} == {State.QUEUED} and not Mail.objects.exclude(attempts=0).exists()
    assert Mail.objects.first().reason.startswith("ConnectionRefusedError")
    mail_server.start()
    delivery.resting.reset()
    Mail.objects.update(send_after=timezone.now())
    assert delivery.deliver_waiting() == 3
    assert not Mail.objects.exclude(reason="").exists()


def test_a_server_that_takes_a_few_mails_per_session_gets_them_in_several(mail_server):
    builders.mails(7)
    mail_server.mails_per_session = 3
    assert delivery.deliver_waiting() == 7
    assert (mail_server.sessions, len(mail_server.mails)) == (3, 7)


def test_what_cannot_be_written_fails_and_the_others_go(mail_server):
    [broken] = builders.mails(1, reply_to="a@example.fi\nBcc: b@example.fi")
    [sound] = builders.mails(1)
    assert delivery.deliver_waiting() == 1
    assert states() == {broken.address: State.FAILED, sound.address: State.SENT}


def test_a_code_is_blanked_when_it_is_delivered_but_not_before(mail_server):
    [mail] = builders.mails(1, is_secret=True, text="123456", html="<p>123456</p>")
    mail_server.refused = {mail.address: "450 later"}
    delivery.deliver_waiting()
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("123456", "<p>123456</p>")
    mail_server.refused = {}
    Mail.objects.update(send_after=timezone.now())
    delivery.deliver_waiting()
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == (State.SENT, "", "")


def test_what_a_dead_worker_held_is_sent_after_its_lease_and_not_before(mail_server, settings):
    builders.mails(3)
    now = timezone.now()
    delivery.claim(now)
    assert delivery.deliver_waiting() == 0
    assert delivery.give_back_unfinished(now + settings.MAIL_LEASE) == 0
    assert delivery.give_back_unfinished(now + settings.MAIL_LEASE + timedelta(seconds=1)) == 3
    assert delivery.deliver_waiting() == 3


def test_a_worker_that_stalls_beyond_its_lease_does_not_send_what_another_took(mail_server, settings, time_machine):
    """The server answers the first mail so late that the lease is over; by then the second is another worker's."""
    first, second, third = builders.mails(3)
    take = mail_server.handle_DATA

    async def late(server, session, envelope):
        time_machine.shift(settings.MAIL_LEASE + timedelta(seconds=1))
        return await take(server, session, envelope)

    mail_server.handle_DATA = late
    claimed = delivery.claim(timezone.now())
    Mail.objects.filter(pk=second.pk).update(claimed_at=timezone.now() + settings.MAIL_LEASE)
    assert delivery.deliver_batch(claimed, get_connection()) == 1
    assert mail_server.recipients == [first.address]
    assert states() == {first.address: State.SENT, second.address: State.SENDING, third.address: State.QUEUED}


def test_giving_back_leaves_alone_what_another_worker_holds_by_now(settings):
    builders.mails(2)
    mine = delivery.claim(timezone.now())
    Mail.objects.update(claimed_at=timezone.now() - settings.MAIL_LEASE * 2)
    delivery.give_back_unfinished(timezone.now())
    others = delivery.claim(timezone.now() + timedelta(seconds=1))
    delivery.give_back(mine)
    delivery.mark_refused(mine[0], ValueError("too late"))
    assert len(others) == 2 and {*states().values()} == {State.SENDING}
