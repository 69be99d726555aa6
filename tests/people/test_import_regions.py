from django.core.management import call_command

from people.models import Municipality, Region, Theme, Topic


def test_country_is_loaded_once_and_what_was_edited_stays(db, capsys):
    call_command("load_regions")
    assert (Region.objects.count(), Municipality.objects.count()) == (11, 293)
    assert Municipality.objects.get(name_fi="Askola").region.code == "porvoo"
    assert not Municipality.objects.filter(region__kind__in=["vake", "swedish"]).exists()
    assert Region.objects.get(code="porvoo").title_sv == "Det regionala utvecklingsuppdraget i Nyland"
    Region.objects.filter(code="porvoo").update(email="kirjasto@porvoo.example")
    capsys.readouterr()
    call_command("load_regions")
    assert capsys.readouterr().out.splitlines() == [
        "regions: 0 added, 0 changed, 11 unchanged",
        "municipalities: 0 added, 0 changed, 293 unchanged",
        f"topics: 0 added, 0 changed, {Topic.objects.count()} unchanged",
        f"themes: 0 added, 0 changed, {Theme.objects.count()} unchanged",
    ]
    assert Region.objects.get(code="porvoo").email == "kirjasto@porvoo.example"


def test_every_loaded_text_is_there_in_both_languages(db):
    call_command("load_regions")
    for model, names in (
        (Region, ("name", "title", "city")),
        (Municipality, ("name", "province")),
        (Topic, ("name",)),
        (Theme, ("name",)),
    ):
        for row in model.objects.all():
            assert all(getattr(row, f"{name}_{language}") for name in names for language in ("fi", "sv")), row
