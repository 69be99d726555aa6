"""A mail backend that keeps mails in a Maildir on disk, and its reader: what the demo uses for an SMTP server."""

import mailbox
import re
from email import message_from_bytes, policy

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


def _maildir():
    settings.MAILBOX_DIR.parent.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(settings.MAILBOX_DIR, create=True)


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        box = _maildir()
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)


def _moment(key):
    """(second, microsecond, number) of a Maildir key such as 1790000000.M5P17Q3.host: mails of one second keep their order."""
    second, rest, *_ = key.split(".")
    return int(second), *(int(number) for number in re.findall(r"[MQ](\d+)", rest))


def delivered(limit=200):
    """The newest `limit` mails as (key, email message), newest first."""
    box = _maildir()
    newest = sorted(box.iterkeys(), key=_moment, reverse=True)
    return [(key, read(key)) for key in newest[:limit]]


def read(key):
    """One mail by its key. Raises KeyError when there is none."""
    return message_from_bytes(_maildir().get_bytes(key), policy=policy.default)
