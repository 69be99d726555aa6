"""The reminder runner: rules come from the apps, moments are computed anew at each run, keys keep every mail single."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notifications.models import Mail

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """One reminder to one person: to be sent at `send_at` or as soon after as a run comes, but before `expires_at`."""

    key: str
    send_at: datetime
    expires_at: datetime
    person: object
    about: str
    send: Callable[[], None]
    region: object = None


@dataclass(frozen=True)
class Rule:
    """A kind of reminder. `find(since, until)` yields Due items with `send_at` <= until and `expires_at` > since.

    It leaves out who joined after `send_at`, who left, and what is cancelled.
    """

    name: str
    label: str
    find: Callable[[datetime, datetime], Iterable[Due]]


def is_due(item, now):
    """From its moment on, as a missed run is caught up; never when it is too late."""
    return item.send_at <= now < item.expires_at


def _not_posted(pairs):
    """Those (rule, Due) pairs whose mail is not in the outbox."""
    keys = [item.key for _, item in pairs]
    posted = set(Mail.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return [(rule, item) for rule, item in pairs if item.key not in posted]


def run(rules, now):
    """Post every reminder that is due at `now` and not posted yet. Returns how many were handed to the outbox.

    Two runs at once post nothing twice: the key of a mail is unique. What is broken in one reminder stops no other.
    """
    due = [(rule, item) for rule in rules for item in rule.find(now, now) if is_due(item, now)]
    handed = 0
    for rule, item in _not_posted(due):
        try:
            with transaction.atomic():
                item.send()
        except Exception:  # the next run tries it again
            log.exception("The reminder %s could not be written (%s)", item.key, rule.name)
        else:
            handed += 1
    return handed


def coming(rules, now, until, regions=None):
    """(rule, Due) of all reminders that will be sent between `now` and `until`, in order of time.

    `regions`, when given, are the keys of the regions whose reminders are wanted.
    """
    found = [
        (rule, item)
        for rule in rules
        for item in rule.find(now, until)
        if item.expires_at > now and (regions is None or (item.region and item.region.pk in regions))
    ]
    return sorted(_not_posted(found), key=lambda pair: (pair[1].send_at, pair[1].about, pair[1].key))
