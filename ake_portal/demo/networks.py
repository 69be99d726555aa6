"""Networks of the demo with their members, made through the real actions."""

import tomllib
import uuid
from datetime import time, timedelta
from pathlib import Path

from ake_portal.demo.cast import BY_KEY
from ake_portal.demo.programme import written_at
from ake_portal.lib import days, series
from ake_portal.lib.progress import progress
from networks import actions
from networks.models import Leader, Network
from people.models import Region, Topic, User
from trainings import gatherings, materials
from trainings.models import Material, Training

SOURCE = Path(__file__).with_name("networks.toml")
# Trainings of the demo's year that are a network's gatherings, by how their title begins
GATHERINGS = {"lanu": ("Lanujen", "Lasten ja nuorten kirjastotyön verkostopäivä"), "severi": ("SEVERI-verkoston",)}
MEETING = {
    "title_fi": "Johtajien tapaaminen: talousarvio ja ensi vuosi",
    "title_sv": "Chefsträff: budgeten och nästa år",
    "summary_fi": "Kahden tunnin tapaaminen etänä. Kukin kertoo yhden päätöksen, joka on edessä.",
    "summary_sv": "En träff på två timmar på distans. Var och en berättar om ett beslut som väntar.",
    "kind": Training.Kind.MEETING,
    "format": Training.Format.REMOTE,
    "link": "https://meet.example/johtajat",
    "language": Training.Language.FINNISH,
}
COFFEES = {
    "title_fi": "SEVERI-kahvit",
    "title_sv": "SEVERI-kaffe",
    "summary_fi": "Kolme varttia kahvia ja yksi aihe. Ilmoittautua ei tarvitse.",
    "summary_sv": "Tre kvart kaffe och ett ämne. Ingen anmälan behövs.",
    "kind": Training.Kind.REMOTE_COFFEE,
    "format": Training.Format.REMOTE,
    "link": "https://meet.example/severi",
    "language": Training.Language.BOTH,
    "is_drop_in": True,
}


def load(cast, now):
    """Make the networks of networks.toml as of `now`. Returns {key: Network}."""
    said = tomllib.loads(SOURCE.read_text())["network"]
    regions = {region.code: region for region in Region.objects.all()}
    topics = {topic.name_fi: topic for topic in Topic.objects.all()}
    return {one["key"]: _make(one, regions, topics, cast, now) for one in progress(said, "Networks")}


def gather(networks, cast, now):
    """Give the networks their gatherings: those of the demo's year with notes of the held ones, and SEVERI's coffees every second week."""
    for key, beginnings in GATHERINGS.items():
        for words in beginnings:
            Training.objects.filter(region=networks[key].region, title_fi__startswith=words).update(
                network=networks[key]
            )
    for held in Training.objects.exclude(network=None).filter(state=Training.State.PUBLISHED, ends_at__lt=now):
        notes = {"title_fi": "Muistiinpanot ja linkit", "title_sv": "Anteckningar och länkar"}
        link = f"https://muistio.example/{held.pk}"
        materials.add(Material(training=held, link=link, added_at=held.ends_at, added_by=held.created_by, **notes))
    first = days.local(now).date() + timedelta(days=7)
    first += timedelta(days=(1 - first.weekday()) % 7)  # a Tuesday
    found = series.days_of(networks["severi"].region, first=first, rhythm=series.Rhythm.SECOND_WEEK, times=6)
    on = [one.day for one in found if not one.skipped]
    announced = days.at(days.local(now).date() - timedelta(days=4), time(10))
    for key, dates, (begins, ends), by, fields in (
        ("severi", on, (time(9), time(9, 45)), "porvoo", COFFEES),
        ("managers", on[1:2], (time(13), time(15)), "rovaniemi", MEETING),
    ):
        series_key = uuid.uuid5(uuid.NAMESPACE_URL, key)
        gatherings.make_series(
            networks[key], key=series_key, on=dates, begins=begins, ends=ends, by=cast[by], now=announced, **fields
        )
    written_at(announced)


def _make(said, regions, topics, cast, now):
    texts = {
        f"{name}_{language}": said[language][number]
        for language in ("fi", "sv")
        for number, name in enumerate(("name", "purpose", "description"))
    }
    network = Network.objects.create(
        region=regions[said["region"]],
        joining=said.get("joining", "ask"),
        teams_link=said.get("teams", ""),
        **texts,
    )
    network.co_regions.set([regions[code] for code in said.get("together", [])])
    network.topics.set([topics[name] for name in said["topics"]])
    leaders = [cast[key] for key in said["leaders"]]
    for position, person in enumerate(leaders):
        Leader.objects.create(network=network, person=person, position=position)
    by = leaders[0] if leaders else cast["superuser"]
    _join(network, [*(cast[key] for key in said["named"]), *_staff(network, said["members"])], by, now)
    asked = days.at(days.local(now).date() - timedelta(days=2), time(14))
    for key in said["asks"]:
        actions.ask(network, person=cast[key], message=said["message"], now=asked)
    for person in _staff(network, said["asking"]):
        actions.ask(network, person=person, now=asked)
    written_at(asked)
    return network


def _join(network, people, by, now):
    """They have belonged for half a year; the leader has added all but the last to Teams."""
    for number, person in enumerate(people):
        when = days.at(days.local(now).date() - timedelta(days=180 - 3 * number), time(10))
        if network.joining == Network.Joining.APPOINTED:
            actions.invite(network, email=person.email, by=by, now=when)
        else:
            actions.ask(network, person=person, now=when)
        if network.joining == Network.Joining.ASK:
            actions.accept(network, person=person, by=by, now=when)
        written_at(when)
    actions.tick_teams(network, people=[person.pk for person in people[:-1]], by=by)


def _staff(network, number):
    """So many of the regions' confirmed staff, none of the cast, none that is there already; for chiefs the directors."""
    known = [member.email for member in BY_KEY.values()]
    staff = User.objects.active().filter(
        library__region__in=[region.pk for region in network.regions], library_confirmed_at__isnull=False
    )
    if network.joining == Network.Joining.APPOINTED:
        staff = staff.filter(directs__isnull=False)
    staff = staff.exclude(email__in=known).exclude(memberships__network=network)
    return list(staff.select_related("library__region").order_by("email")[:number])
