"""Mails about people and workplaces."""

from datetime import time, timedelta

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from ake_portal.lib import days, links
from notifications.models import Mail
from notifications.outbox import post
from people.models import User

WAITING_LINK = "people.waiting"
WAITING_LINK_AGE = timedelta(days=14)


def _url(name, language, *args):
    with override(language):
        return settings.SITE_URL + reverse(name, args=args)


def workplace_confirmed(person, *, by):
    """Tell the person that the workplace is confirmed and what that opens."""
    post(
        "people/confirmed",
        to=person,
        key=f"people/confirmed:{person.pk}:{person.library_confirmed_at.isoformat()}",
        library=person.library,
        by=by,
        button_url=_url("home", person.language),
    )


def workplace_denied(person, *, library, by):
    """Tell the person that the library was taken off, and where to choose another."""
    post(
        "people/denied",
        to=person,
        key=f"people/denied:{person.pk}:{timezone.now().isoformat()}",
        region=library.region,
        library=library,
        by=by,
        button_url=_url("people:profile", person.language),
    )


def send_digests(now):
    """Tell directors, deputies and, where a library has none, coordinators who waits for their confirmation.

    On working days from 8 to 16, once a day at most and only when somebody new has come since the last one: safe to
    run at any time, any number of times.
    """
    today = days.local(now).date()
    if not days.is_working_day(today) or not time(8) <= days.local(now).time() < time(16):
        return
    for decider, people in _deciders(today).items():
        newest = max(person.library_claimed_at or person.joined_at for person in people)
        told = Mail.objects.filter(person=decider, template="people/waiting").aggregate(at=Max("created_at"))["at"]
        if told is None or newest > told:
            waiting_for_confirmation(decider, people, today)


def _deciders(today):
    """{user: [people who wait for the user's word]}"""
    found = {}
    waiting = (
        User.objects.unconfirmed()
        .select_related("library__region", "library__director")
        .prefetch_related("library__deputies__person", "library__region__coordinators")
        .order_by("library_claimed_at", "pk")
    )
    for person in waiting:
        library = person.library
        deciders = [deputy.person for deputy in library.deputies.all() if deputy.first_day <= today <= deputy.last_day]
        deciders += [library.director] if library.director else []
        deciders = [one for one in deciders if one.is_active and one.pk != person.pk]
        for decider in dict.fromkeys(deciders or library.region.coordinators.all()):
            if decider.pk != person.pk:
                found.setdefault(decider, []).append(person)
    return found


def waiting_for_confirmation(decider, people, day):
    """One mail with all who wait for `decider`; its link opens the page without signing in."""
    token = links.token(WAITING_LINK, decider, decider)
    post(
        "people/waiting",
        to=decider,
        key=f"people/waiting:{decider.pk}:{day.isoformat()}",
        region=people[0].library.region,
        secret=True,
        urgency=Mail.Urgency.CODE,
        people=people,
        button_url=_url("people:waiting_by_link", decider.language, token),
    )
