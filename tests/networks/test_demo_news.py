"""The demo's news and publications: made for the networks that it is given, dated in the past, complete in both languages."""

import pytest

from ake_portal.demo import network_news
from networks.models import News, Publication
from notifications.models import Mail
from tests.networks import made


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_the_networks_of_the_demo_have_news_and_a_shelf(
    client, uusimaa, employee, colleague, coordinator, director, now
):
    networks = {
        "severi": made.network(uusimaa, leader=director),
        "lanu": made.network(uusimaa, "LaNu", "LaNu"),
    }
    for person in (employee, colleague):
        made.member(networks["lanu"], person)
    assert network_news.load(networks, {"porvoo": coordinator}, now) == 5
    assert {(one.network.name, one.author) for one in News.objects.all()} == {
        ("SEVERI", director),
        ("LaNu", coordinator),
    }
    assert not News.objects.filter(sent_at=None).exists() and not News.objects.filter(sent_at__gte=now).exists()
    assert Mail.objects.count() == 4 and set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    versions = {str(one): [str(version) for version in one.versions.all()] for one in Publication.objects.all()}
    assert versions["TET-opas kirjastoille"] == ["suomeksi, marraskuu 2021", "ruotsiksi, helmikuu 2022"]
    for publication in Publication.objects.all():
        assert publication.lacks("fi") == publication.lacks("sv") == []
        assert client.get(publication.get_absolute_url()).status_code == 200
        for version in publication.versions.all():
            assert b"".join(client.get(version.url).streaming_content).startswith(b"%PDF-")
