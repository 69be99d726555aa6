"""The parts of a network's page that news and publications bring: for those inside, for everybody, for those who run it."""

import pytest
from django.template import Context, engines

from tests.networks import made

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
    with django_assert_num_queries(2):
        rendered(SHELF, severi)
