"""Sending what the outbox holds: claim, send, mark; a killed worker repeats at most the mail in its hands.

Two kinds of failure are kept apart. The server is down, or refuses the session: no mail's fault, so the batch goes back
untouched and this process lets the server rest. The server refuses one mail: that mail waits longer after each try, or
is given up at once when the answer is final, and the others go on.
"""

import logging
import re
import smtplib
import uuid
from contextlib import contextmanager
from datetime import timedelta
from email.header import Header
from email.utils import formataddr, parseaddr
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext, override

from notifications.breaker import Breaker
from notifications.models import Mail

log = logging.getLogger(__name__)

BATCH = 20
BACK_OFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
]
CLOSING = 421  # "service not available, closing the channel": said about the session, at whatever command
TOO_BIG = 552  # the one refusal of MAIL FROM that is about the mail

# What a process has learnt about the server: it refused a session, so it is left alone for a while
resting = Breaker(settings.MAIL_PAUSE.total_seconds())


class SessionRefused(Exception):
    """The server cannot be reached or takes no mail at all now; `reason` tells why, without addresses."""

    def __init__(self, error):
        super().__init__(type(error).__name__)
        self.reason = reason_of(error)


# The message

FROM = parseaddr(settings.DEFAULT_FROM_EMAIL)


class Letter(EmailMultiAlternatives):
    """A message whose parts are divided by random marks: the generator would compile a pattern per mail to find some."""

    def message(self):
        message = super().message()
        for part in message.walk():
            if part.is_multipart():
                part.set_boundary(uuid.uuid4().hex)
        return message


@lru_cache
def _sender(name):
    """The From header. Few send, and encoding the letters of a name takes long."""
    return formataddr((Header(name or FROM[0], header_name="From").encode(linesep=""), FROM[1]))


def unsubscribing(mail):
    """The headers by which a mail program unsubscribes: with one click (RFC 8058), or by a mail to the AKE that a person reads."""
    ways = [f"<{mail.unsubscribe_url}>"]
    if mail.reply_to:
        with override(mail.language):
            subject = gettext("Unsubscribe: %(subject)s") % {"subject": mail.subject[:60]}
        ways.append(f"<mailto:{mail.reply_to}?subject={quote(subject)}>")
    return {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def message_of(mail):
    """The Django message of an outbox row, with its own Message-ID and a text/calendar part for each session.

    A single invitation is an alternative of the text: that is how Outlook and Gmail show it with the mail; a copy as a
    file serves the rest. They take one invitation per mail, so several are attached, each to be opened by itself.
    """
    headers = {
        "From": _sender(mail.sender_name),
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }
    if mail.list_id:
        headers["List-Id"] = mail.list_id
    if mail.unsubscribe_url:
        headers |= unsubscribing(mail)
    message = Letter(
        mail.subject,
        mail.text,
        from_email=FROM[1],
        to=[mail.address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
    )
    message.attach_alternative(mail.html, "text/html")
    if len(mail.calendars) == 1:
        [(method, text)] = mail.calendars
        message.attach_alternative(text, f"text/calendar; method={method}")
        message.attach(f"{method.lower()}.ics", text.encode(), "application/ics")
    else:
        for number, (method, text) in enumerate(mail.calendars, start=1):
            message.attach(f"{method.lower()}-{number}.ics", text, f"text/calendar; method={method}")
    return message


# Taking and giving back


def claim(now, size=BATCH):
    """Take up to `size` waiting mails for this worker alone; another worker skips them."""
    with transaction.atomic():
        waiting = Mail.objects.waiting(now)
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        mails = list(waiting[:size])
        if mails:
            Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(state=Mail.State.SENDING, claimed_at=now)
    for mail in mails:
        mail.claimed_at = now
    return mails


def _held(mails):
    """Those of `mails` that are still this worker's own: the moment of the claim is its mark."""
    return Mail.objects.filter(
        pk__in=[mail.pk for mail in mails],
        state=Mail.State.SENDING,
        claimed_at__in={mail.claimed_at for mail in mails},
    )


def give_back(mails, **changes):
    """Queue claimed mails again; none of them counts a try."""
    if mails:
        _held(mails).update(state=Mail.State.QUEUED, claimed_at=None, **changes)


def give_back_unfinished(now):
    """Queue again what a worker claimed and never finished, as when it was killed. Returns how many."""
    return Mail.objects.filter(state=Mail.State.SENDING, claimed_at__lt=now - settings.MAIL_LEASE).update(
        state=Mail.State.QUEUED, claimed_at=None
    )


# Marking what became of a mail


@contextmanager
def light_notes():
    """On PostgreSQL, notes made in this block do not wait for the disk, which takes longer than sending a mail.

    Each is a commit of its own, so a killed worker loses none. A crash of the database itself can lose those of one
    batch, whose mails then go out again: taking the next batch waits for the disk.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def mark_sent(mail):
    """Note that `mail` is out. It is, whoever may hold the row by now; so nobody is asked."""
    changes = {"state": Mail.State.SENT, "sent_at": timezone.now(), "attempts": F("attempts") + 1, "reason": ""}
    if mail.is_secret:
        changes |= {"text": "", "html": ""}
    Mail.objects.filter(pk=mail.pk).update(**changes)


def mark_refused(mail, error):
    """Queue a refused mail for a later try, or give it up: after the last try, or at once when the answer is final."""
    tried = mail.attempts + 1
    changes = {"attempts": tried, "reason": reason_of(error), "claimed_at": None}
    if _is_final(error) or tried > len(BACK_OFF):
        changes |= {"state": Mail.State.FAILED}
    else:
        changes |= {"state": Mail.State.QUEUED, "send_after": timezone.now() + BACK_OFF[tried - 1]}
    _held([mail]).update(**changes)
    log.warning("Mail %s refused at try %s: %s %s", mail.pk, tried, type(error).__name__, _codes(error))


def is_wanted(mail):
    """Whether its reader still wants the mail: the app that wrote it knows (settings.MAIL_WANTED), for kinds that one may give up."""
    check = settings.MAIL_WANTED.get(mail.template)
    return check is None or import_string(check)(mail)


def mark_unwanted(mail):
    """Note that `mail` does not go out: its reader has given it up while it waited."""
    _held([mail]).update(state=Mail.State.UNWANTED, claimed_at=None, reason="", text="", html="")


def send_again(mails):
    """Queue failed mails (a queryset) for another round of tries. Returns how many."""
    return mails.filter(state=Mail.State.FAILED).update(
        state=Mail.State.QUEUED, attempts=0, send_after=timezone.now(), reason=""
    )


# What the server said


def _answers(error):
    """[(code, text)] of what the server answered, as far as it did."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return [(error.smtp_code, error.smtp_error)]
    return []


def _codes(error):
    return ", ".join(str(code) for code, _ in _answers(error))


def reason_of(error):
    """The server's answer, or the name of the error, for staff to read: without any address."""
    said = "; ".join(
        f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}" for code, text in _answers(error)
    )
    said = said or ": ".join(part for part in (type(error).__name__, str(error)) if part)
    return re.sub(r"<?[^\s<>]+@[^\s<>,;]+>?", "…", " ".join(said.split()))[:300]


def _is_about_the_session(error):
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code != TOO_BIG  # the sender is the same for all
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return any(code == CLOSING for code, _ in _answers(error))
    return isinstance(error, smtplib.SMTPException | OSError)


def _is_final(error):
    """Whether a later try is of no use: a permanent answer (5xx), or a message that cannot be written at all."""
    codes = [code for code, _ in _answers(error)]
    return all(code >= 500 for code in codes) if codes else isinstance(error, ValueError | UnicodeError)


# Sending


def _open(smtp):
    """True when this opened a session, False when one was there. Raises SessionRefused."""
    try:
        return smtp.open() is not False
    except (smtplib.SMTPException, OSError) as error:
        raise SessionRefused(error) from error


def _close(smtp):
    try:
        smtp.close()
    except (smtplib.SMTPException, OSError) as error:
        log.info("Closing the mail session: %s", type(error).__name__)


def _send(message, smtp):
    """Hand one message to the server. Raises SessionRefused, or whatever is wrong with this mail.

    Servers end a session after so many mails or minutes: a session that had worked is opened anew, once.
    """
    is_new = _open(smtp)
    try:
        smtp.send_messages([message])
    except (smtplib.SMTPException, OSError) as error:
        if not _is_about_the_session(error):
            raise
        _close(smtp)
        if is_new:
            raise SessionRefused(error) from error
        _send(message, smtp)


def deliver_batch(mails, smtp):
    """Send a claimed batch; what is left late in the lease, or when the server refuses, goes back. Returns the number sent."""
    sent = 0
    # Half of the lease: the other half is for a server that takes its time over the last mail
    until = mails[0].claimed_at + settings.MAIL_LEASE / 2
    for number, mail in enumerate(mails):
        if timezone.now() >= until:  # the lease runs out, another worker may take them soon
            give_back(mails[number:])
            break
        try:
            if not is_wanted(mail):
                mark_unwanted(mail)
                continue
            _send(message_of(mail), smtp)
        except SessionRefused as error:
            give_back(mails[number:], reason=error.reason, send_after=timezone.now() + settings.MAIL_PAUSE)
            raise
        except Exception as error:  # whatever is wrong with one mail must not stop the others
            mark_refused(mail, error)
        else:
            mark_sent(mail)
            sent += 1
    return sent


def deliver_waiting():
    """Send all that waits, over one connection as long as it holds. Returns the number sent."""
    if resting.is_open:
        return 0
    sent = 0
    smtp = get_connection()
    try:
        while mails := claim(timezone.now()):
            with light_notes():
                sent += deliver_batch(mails, smtp)
    except SessionRefused as error:
        resting.trip()
        log.warning("The mail server takes no mail now: %s", error.reason)
    finally:
        _close(smtp)
    return sent
