"""Logs and alarms without personal data: what they hold may be read, kept and sent outside the house."""

import logging
import re
import time

from django.conf import settings
from django.core.mail import mail_admins

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SIGNED = re.compile(r"[\w-]+:[\w-]{6}:[\w-]{30,}")  # the tokens of links in mails
TOKEN = re.compile(  # those of calendar feeds, wherever they stand; a hyphen may begin or end them
    r"(?<=/calendar/)[\w-]{32}|(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{32,}(?![\w-])"
)


def discreet(text):
    """`text` with mail addresses and the tokens of links left out."""
    for pattern in (ADDRESS, SIGNED, TOKEN):
        text = pattern.sub("…", text)
    return text


class DiscreetFormatter(logging.Formatter):
    """Formats the whole record, traceback included, and leaves out addresses and tokens."""

    def format(self, record):
        return discreet(super().format(record))


class OperatorMail(logging.Handler):
    """Mails an error to settings.ADMINS, past the outbox, which may be what is broken.

    Django's own handler would send the request's data and cookies; this one tells where it happened. The same error
    is mailed once in `PAUSE` seconds by each process, so that a lost database does not fill the mailbox.
    """

    PAUSE = 900

    def __init__(self):
        super().__init__(logging.ERROR)
        self.told = {}

    def emit(self, record):
        if not settings.ADMINS:
            return
        error = record.exc_info[1] if record.exc_info else None
        what = type(error).__name__ if error else record.getMessage()
        where = (record.name, record.pathname, record.lineno, what)
        now = time.monotonic()
        if now < self.told.get(where, now):
            return
        self.told[where] = now + self.PAUSE
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        lines = [self.format(record), "", f"Server: {settings.SITE_URL}"]
        if request is not None:
            lines.append(f"Request: {request.method} {match.route if match else '(no page)'}")
        try:
            mail_admins(discreet(f"{record.levelname}: {what}")[:120].replace("\n", " "), "\n".join(lines))
        except Exception:  # the mail server may be what is broken: the log still has it
            self.handleError(record)


def discreet_event(event, hint):
    """Sentry's before_send: the error and where it happened, without the request, the person and what was typed."""
    for name in ("request", "user", "breadcrumbs", "extra"):
        event.pop(name, None)
    for error in event.get("exception", {}).get("values", []):
        error["value"] = discreet(str(error.get("value") or ""))
    entry = event.get("logentry")
    if entry:
        event["logentry"] = {"message": discreet(str(entry.get("formatted") or entry.get("message") or ""))}
    return event
