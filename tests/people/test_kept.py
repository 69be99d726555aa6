"""Names of regions, themes and topics come from the process's memory, and never older than a minute."""

from people import kept
from people.models import Region
from tests import builders


def test_table_is_read_once_for_many_pages(uusimaa, lapland, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [kept.regions[uusimaa.pk].name, kept.regions[lapland.pk].name] == ["Uusimaa", "Lappi"]
        assert kept.regions.pick({lapland.pk}) == [lapland]


def test_new_row_is_found_at_once(uusimaa):
    assert list(kept.regions.rows.values()) == [uusimaa]
    vake = builders.region("vake", kind="vake")
    assert kept.regions[vake.pk] == vake
    savo = builders.region("kuopio")
    assert kept.regions.pick({uusimaa.pk, savo.pk}) == [savo, uusimaa]


def test_change_shows_after_a_minute(uusimaa):
    assert kept.regions[uusimaa.pk].phone == ""
    Region.objects.update(phone="019 520 100")
    kept.regions._read_at -= 61
    assert kept.regions[uusimaa.pk].phone == "019 520 100"


def test_page_of_a_new_training_names_its_new_region(client, uusimaa):
    client.get("/fi/trainings/")
    builders.training(uusimaa)
    builders.training(builders.region("kuopio", name_fi="Pohjois-Savo", name_sv="Norra Savolax"))
    page = client.get("/fi/trainings/").content.decode()
    assert "Pohjois-Savo" in page
