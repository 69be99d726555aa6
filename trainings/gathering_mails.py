"""Mails to a network's members about its gatherings: one for a whole series, however many days it has.

They go to members who read the network's news, never to those who have only asked to join. Who has signed up for a
gathering hears of its changes by the mails of `mails` and is left out here.
"""

from django.conf import settings
from django.utils.translation import override

from ake_portal.lib import calendars, words
from notifications.models import Mail
from notifications.outbox import compose, post_all
from trainings import mails
from trainings.models import Training


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


def _files(facts, person, method):
    """[(method, calendar file)]: one for each drop-in gathering; of gatherings to sign up for one with all the days."""
    entries, attendee = facts["entries"], (person.get_full_name(), person.email)
    if not facts["training"].is_drop_in:
        # a seat comes with its own file, so this one only says when: nothing to take back later
        return [("PUBLISH", calendars.feed(str(facts["training"]), entries))] if method == "REQUEST" else []
    make = calendars.request if method == "REQUEST" else calendars.cancel
    return [(method, make(entry, organiser=facts["organiser"], attendee=attendee)) for entry in entries]


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
                calendars=_files(mine, person, method),
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
