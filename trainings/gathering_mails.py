"""Mails to a network's members about its gatherings: one for a whole series, however many days it has.

They go to members who read the network's news, never to those who have only asked to join. Who has signed up for a
gathering hears of its changes by the mails of `mails` and is left out here.

Joining, leaving and joining again each have a greater SEQUENCE than the last, as with a seat (mails.own_entry).
"""

import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from ake_portal.lib import calendars, words
from notifications.models import Mail
from notifications.outbox import compose, post_all
from trainings import mails
from trainings.models import Session, Training

INVITED = ("trainings/gatherings", "trainings/gatherings_moved", "trainings/gatherings_cancelled")
TAKEN_OUT = ("networks/left", "networks/removed")
UID = re.compile(r"^UID:(.+?)\r?$", re.MULTILINE)


def _entries(trainings, language):
    """Calendar entries; those of drop-in gatherings carry the link, the others bring it with the confirmation."""
    return [
        mails.members_entry(session, training, language)
        for training in trainings
        for session in training.sessions.all()
    ]


def _facts(network, trainings, language):
    """What a mail in `language` tells of gatherings that differ in their times alone."""
    first = trainings[0]
    with override(language):
        place = ", ".join(part for part in (first.place_in(first), first.address) if part)
        return {
            "network": network,
            "training": first,
            "where": "" if first.format == Training.Format.REMOTE else place,
            "remotely": first.format != Training.Format.ONSITE,
            "link": first.link if first.shows_link_to_members else "",
            "when": [words.period(training.starts_at, training.ends_at) for training in trainings],
            "page_url": settings.SITE_URL + first.get_absolute_url(),
            "network_url": settings.SITE_URL + network.get_absolute_url(),
            "organiser": (str(network.region.title), network.region.email),
            "entries": _entries(trainings, language),
        }


def _files(facts, membership, method):
    """[(method, calendar file)]: one for each drop-in gathering; of gatherings to sign up for one with all the days."""
    entries = facts["entries"]
    if not facts["training"].is_drop_in:
        # a seat comes with its own file, so this one only says when: nothing to take back later
        return [("PUBLISH", calendars.feed(str(facts["training"]), entries))] if method == "REQUEST" else []
    return [(method, _file(entry, membership, method, facts["organiser"])) for entry in entries]


def _file(entry, membership, method, organiser, has_left=False):
    person = membership.person
    make = calendars.request if method == "REQUEST" else calendars.cancel
    return make(
        replace(entry, sequence=entry.sequence + 2 * membership.earlier + has_left),
        organiser=organiser,
        attendee=(person.get_full_name(), person.email),
    )


def _to_members(name, network, trainings, key, *, method, without=(), **context):
    """Store mail/trainings/<name> to each member who reads news; returns to how many."""
    facts = {language: _facts(network, trainings, language) for language, _name in settings.LANGUAGES}
    composed = []
    for membership in network.memberships.reading_news().select_related("person__library__region"):
        person = membership.person
        if person.pk in without:
            continue
        mine = facts[person.language]
        composed.append(
            compose(
                f"trainings/{name}",
                to=person,
                key=f"trainings/{name}:{key}:{person.pk}",
                region=network.region,
                urgency=Mail.Urgency.MASS,
                calendars=_files(mine, membership, method),
                **{name: value for name, value in mine.items() if name not in ("entries", "organiser")},
                **context,
            )
        )
    post_all(composed)
    return len(composed)


def invited(network, trainings, *, key):
    """The network meets: all the days of a series."""
    return _to_members("gatherings", network, trainings, key, method="REQUEST")


def moved(network, trainings, *, key, without):
    """New times or another place."""
    return _to_members("gatherings_moved", network, trainings, key, method="REQUEST", without=without)


def called_off(network, trainings, *, key, without):
    """Not held, with the reason."""
    return _to_members("gatherings_cancelled", network, trainings, key, method="CANCEL", without=without)


@dataclass(frozen=True)
class TakenOut:
    """A gathering that goes out of a calendar: what, when, and the file that does it."""

    title: str
    when: str
    file: str


def to_take_out(membership):
    """TakenOut of each coming gathering that mails have put into the member's calendar and that goes with the membership.

    What the person is signed up for stays: that has its own file.
    """
    network, person = membership.network, membership.person
    held = _in_calendar_of(person)
    if not held:
        return []
    sessions = (
        Session.objects.filter(
            training__network=network, training__state=Training.State.PUBLISHED, ends_at__gte=timezone.now()
        )
        .exclude(training__registrations__in=person.registrations.live())
        .select_related("training")
        .order_by("starts_at", "pk")
    )
    with override(person.language):
        organiser = (str(network.region.title), network.region.email)
        entries = [(one, mails.entry(one, one.training, person.language)) for one in sessions]
        return [
            TakenOut(
                session.training.title,
                words.period(session.starts_at, session.ends_at),
                _file(entry, membership, "CANCEL", organiser, has_left=True),
            )
            for session, entry in entries
            if entry.uid in held
        ]


def _in_calendar_of(person):
    """The UIDs of what the mails to a member have put into the calendar and not taken out again."""
    sent = Mail.objects.filter(person=person, template__in=INVITED + TAKEN_OUT).exclude(state=Mail.State.FAILED)
    last = {
        uid: method
        for files in sent.order_by("pk").values_list("calendars", flat=True)
        for method, text in files
        for uid in UID.findall(text)
    }
    return {uid for uid, method in last.items() if method == "REQUEST"}
