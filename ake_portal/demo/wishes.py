"""Wishes for a host of the demo, made through the real actions on the days on which they would have been."""

import tomllib
from datetime import time, timedelta
from pathlib import Path

from ake_portal.demo.cast import person_of
from ake_portal.demo.programme import Calendar, written_at
from ake_portal.lib import days
from peerlearning import wishes
from people.models import Branch, Topic, User

SOURCE = Path(__file__).with_name("wishes.toml")


def load(now):
    """Make the wishes of wishes.toml as of `now`. Returns how many."""
    calendar = Calendar(days.local(now).date())
    specifications = tomllib.loads(SOURCE.read_text())["wish"]
    for said in specifications:
        _make(said, calendar, now)
    return len(specifications)


def _make(said, calendar, now):
    writer = person_of(said["who"]) if "who" in said else _somebody(said["from"])
    coordinator = writer.region.coordinators.order_by("pk").first()
    first, last = said["weeks"]
    sent_at = _ago(said["ago"], now)
    wish = wishes.begin(
        by=writer,
        language=writer.language,
        topics=Topic.objects.filter(name_fi__in=said["topics"]),
        earliest=calendar.day(first, 0),
        latest=calendar.day(last, 4),
        in_finnish="fi" in said["languages"],
        in_swedish="sv" in said["languages"],
        now=sent_at,
        **{name: said[name] for name in ("subject", "goal", "when_note", "travel", "how_far", "more")},
    )
    wishes.send(wish, by=writer, now=sent_at)
    written_at(sent_at)
    if said["becomes"] == "open":
        return
    proposed_at = _ago(said["ago"] - 3, now)
    hosts = [_host(host, calendar, writer.region) for host in said["host"]]
    wish = wishes.propose(wish, hosts, by=coordinator, now=proposed_at)
    written_at(proposed_at)
    if said["becomes"] == "taken":
        taken_at = _ago(said["ago"] - 5, now)
        wishes.take(wish, wish.proposals.all(), by=writer, now=taken_at)
        written_at(taken_at)


def _somebody(slug):
    """Somebody of the staff who directs nothing."""
    staff = User.objects.filter(library__mail_domains__domain=f"{slug}.example", library_confirmed_at__isnull=False)
    return staff.filter(directs=None).select_related("library__region", "branch").order_by("pk").first()


def _host(said, calendar, region):
    day, (start, end) = calendar.day(said["week"], said["weekday"]), said["hours"]
    return {
        "branch": Branch.objects.get(name_fi=said["to"], library__region=region),
        "starts_at": days.at(day, time(start)),
        "ends_at": days.at(day, time(end)),
        "contact_name": said["contact"],
        "contact_email": "",
        "why": said["why"],
    }


def _ago(number, now):
    """A moment at work so many days ago."""
    day = days.local(now).date() - timedelta(days=number)
    while not days.is_working_day(day):
        day -= timedelta(days=1)
    return min(days.at(day, time(10)), now)
