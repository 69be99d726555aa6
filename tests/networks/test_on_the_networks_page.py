"""The parts of a network's page that news and publications bring: for those inside, for everybody, for those who run it."""

from datetime import timedelta

import pytest
from django.template import Context, engines
from django.utils import timezone

from networks.models import Leader
from people.models import Deputy, Theme
from tests import builders
from tests.networks import made
from trainings import actions as trainings
from trainings.models import Material

NEWS = "{% network_news network is_run %}"
SHELF = "{% network_publications network is_run %}"


@pytest.fixture
def severi(uusimaa):
    return made.network(uusimaa)


def rendered(text, network, is_run=False):
    return engines["django"].engine.from_string(text).render(Context({"network": network, "is_run": is_run}))


def test_the_latest_three_news_stand_there_and_no_draft(severi, coordinator, now):
    for n in range(4):
        made.sent(severi, coordinator, title_fi=f"Uutinen {n}")
    made.draft(severi, coordinator, title_fi="Luonnos")
    text = rendered(NEWS, severi)
    assert [name for name in ("Uutinen 3", "Uutinen 2", "Uutinen 1", "Uutinen 0", "Luonnos") if name in text] == [
        "Uutinen 3",
        "Uutinen 2",
        "Uutinen 1",
    ]
    assert "news-items/write/" not in text and "news-items/write/" in rendered(NEWS, severi, is_run=True)


def test_everybody_sees_the_networks_part_of_the_shelf_and_its_writers_what_is_not_there_yet(severi, uusimaa):
    made.publication(uusimaa, {"language": "fi"}, network=severi)
    made.publication(uusimaa, network=severi, title_fi="Kesken", shown=False)
    made.publication(uusimaa, title_fi="Muu")
    text, own = rendered(SHELF, severi), rendered(SHELF, severi, is_run=True)
    assert "TET-opas" in text and "Kesken" not in text and "Muu" not in text and "publications/write/" not in text
    assert "Kesken" in own and "ei vielä hyllyssä" in own and "publications/write/" in own


def test_a_network_without_publications_has_no_such_part(severi):
    assert rendered(SHELF, severi).strip() == ""


@pytest.mark.parametrize("number", [1, 30])
def test_both_parts_ask_the_database_as_often_at_1_and_at_30_rows(
    severi, uusimaa, coordinator, number, django_assert_num_queries
):
    for n in range(number):
        made.sent(severi, coordinator, title_fi=f"Uutinen {n}")
        made.publication(uusimaa, {"language": "fi"}, {"language": "sv"}, network=severi, title_fi=f"Opas {n}")
    with django_assert_num_queries(1):
        rendered(NEWS, severi)
    with django_assert_num_queries(1):
        rendered(SHELF, severi)


def test_a_publication_tells_all_its_languages_in_their_order_once(severi, uusimaa):
    versions = [{"language": "sv", "year": 2022}, {"language": "fi", "year": 2021}]
    made.publication(uusimaa, *versions, network=severi)
    made.publication(uusimaa, network=severi, title_fi="Ilman", year=2020)
    text = rendered(SHELF, severi)
    assert "2021, suomeksi, ruotsiksi<" in text and "2020<" in text
    assert text.count("TET-opas") == 1


@pytest.fixture
def whole(severi, uusimaa, lapland, askola, employee, coordinator, time_machine, now):
    """Fills every part of SEVERI's page with so many rows; Aino belongs to it and waits in a gathering's queue."""

    def fill(number):
        severi.co_regions.add(lapland)
        severi.topics.set(builders.topic(f"Aihe {n}") for n in range(min(number, 5)))
        theme = Theme.objects.create(name_fi="Osallisuus", name_sv="Delaktighet")
        made.member(severi, employee)
        day = {"network": severi, "kind": "network_day"}
        for n in range(number):
            leader = builders.person(library=askola, title="vetäjä")
            Leader.objects.create(network=severi, person=leader, position=n)
            made.sent(severi, coordinator, title_fi=f"Uutinen {n}")
            made.publication(uusimaa, {"language": "fi"}, {"language": "sv"}, network=severi, title_fi=f"Opas {n}")
            builders.kit(severi, f"Pakopeli {n}")
            past = builders.training(uusimaa, in_days=n + 1, title_fi=f"Pidetty {n}", **day)
            Material.objects.create(training=past, title_fi=f"Esitys {n}", link="https://kalvot.example/1")
            coming = builders.training(uusimaa, in_days=n + 60, title_fi=f"Tuleva {n}", onsite_capacity=1, **day)
            for training in (past, coming):
                training.themes.add(theme)
            trainings.sign_up(coming, person=builders.people(1, askola)[0])
            trainings.sign_up(coming, person=employee)
        time_machine.move_to(now + timedelta(days=50))

    return fill


PARTS = ("Tuleva 0", "Pidetty 0", "Esitys 0", "Opas 0", "Pakopeli 0", "Aihe 0", "Lappi", "vetäjä", "Osallisuus")
INSIDE = (*PARTS, "Uutinen 0", "Jonossa 1.")


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("who", "queries"),
    [
        *(("member", 11), ("leader", 11), ("coordinator", 12), ("deputising coordinator", 12)),
        *(("superuser", 12), ("anonymous", 8)),
    ],
)
def test_the_whole_page_takes_at_most_twelve_queries_at_1_and_at_30_rows(
    client,
    sign_in,
    severi,
    whole,
    askola,
    employee,
    coordinator,
    superuser,
    who,
    queries,
    number,
    django_assert_num_queries,
):
    whole(number)
    readers = {"member": employee, "coordinator": coordinator, "superuser": superuser}
    readers["deputising coordinator"] = coordinator
    if who == "deputising coordinator":
        today = timezone.localdate()
        Deputy.objects.create(library=askola, person=coordinator, first_day=today, last_day=today)
    readers["leader"] = severi.leaders.first().person
    if who in readers:
        sign_in(readers[who])
    client.get(severi.get_absolute_url())  # names of regions, topics and networks are kept for a minute
    with django_assert_num_queries(queries):
        page = client.get(severi.get_absolute_url()).text
    lacking = {
        "member": set(),
        "anonymous": {"Esitys 0"},  # for members
    }.get(who, set())
    shown = set(INSIDE if who == "member" else PARTS) - lacking
    if number > 3:  # of the news the latest three, of the held gatherings the latest ten
        shown -= {"Uutinen 0", "Pidetty 0", "Esitys 0"}
    assert [text for text in sorted(shown) if text not in page] == []
    assert page.count("Tuleva ") == min(number, 15) and page.count("Pidetty ") == min(number, 10)
