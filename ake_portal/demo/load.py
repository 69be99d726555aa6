"""Fill an empty database with the demo, in one transaction: all of it or nothing."""

import random
from email.utils import format_datetime

from django.db import transaction
from django.utils import timezone

from ake_portal.demo import expertise, ideas, kits, mentoring, network_news, networks, places, plans, visits, wishes
from ake_portal.demo.programme import Programme
from ake_portal.lib import mailbox
from ake_portal.lib.progress import progress
from notifications.delivery import message_of
from notifications.models import Mail
from peerlearning.models import Claim
from people import places as country
from people.models import User

IN_THE_BOX = 8  # newest mails per member of the cast that the inbox begins with


def is_empty():
    """Whether nobody is here yet."""
    return not User.objects.exists()


def load(now=None):
    """Load the demo as of `now`. Returns how many there are: {"trainings": number, …}."""
    # The same demo every time: what is random here guards nothing
    rng = random.Random(293)  # noqa: S311  demo data, no secret
    now = now or timezone.now()
    with transaction.atomic():
        country.load()
        libraries = places.load_libraries()
        people, cast = places.load_people(libraries, rng)
        trainings = Programme(people, cast, libraries, rng, now).load()
        made_plans = plans.load(now)
        made_visits = visits.load(now)
        made_wishes = wishes.load(now)
        made_ideas = ideas.load(libraries, cast, now)
        made_networks = networks.load(cast, now)
        networks.gather(made_networks, cast, now)
        network_news.load(made_networks, cast, now)
        made_kits = kits.load(made_networks, libraries, cast, now)
        made_expertise = expertise.load(libraries, cast, now)
        made_seasons = mentoring.load(cast, now)
        _one_that_failed()
        # The mails are dated as sent: waking the worker a thousand times would find nothing to do
        transaction.get_connection().run_on_commit.clear()
    _fill_inbox(cast.values())
    return {
        "trainings": trainings,
        "people": len(people),
        "libraries": len(libraries),
        "plans": made_plans,
        "visits": made_visits,
        "claims": Claim.objects.count(),
        "wishes": made_wishes,
        "ideas": made_ideas,
        "expertise": made_expertise,
        "networks": len(made_networks),
        "kits": made_kits,
        "seasons": made_seasons,
        "mails": Mail.objects.count(),
    }


def _one_that_failed():
    """A mail that a full mailbox refused, so that coordinators see how that looks."""
    mail = Mail.objects.filter(region__code="porvoo", person__library__mail_domains__domain="kerava.example").first()
    if mail:
        Mail.objects.filter(pk=mail.pk).update(
            state=Mail.State.FAILED, sent_at=None, attempts=7, reason="SMTPRecipientsRefused: 552 5.2.2 Mailbox full"
        )


def _fill_inbox(cast):
    """The newest mails of the cast as files, dated as they were sent; the others stand in the outbox only."""
    chosen = []
    for person in cast:
        chosen += Mail.objects.filter(person=person, state=Mail.State.SENT).order_by("-sent_at")[:IN_THE_BOX]
    chosen.sort(key=lambda mail: mail.sent_at)
    box = mailbox.EmailBackend()
    for mail in progress(chosen, "Mails"):
        message = message_of(mail)
        message.extra_headers["Date"] = format_datetime(mail.sent_at)
        box.send_messages([message])
