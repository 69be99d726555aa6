"""The admin pages speak Finnish and Swedish, in the packages' own words too."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse, translate_url

from ake_portal.management.commands.collect_package_texts import catalog_path, missing
from people.models import Theme


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_text_of_the_packages_is_translated(language):
    assert missing(language) == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_collecting_again_changes_nothing(language):
    before = catalog_path(language).read_bytes()
    call_command("collect_package_texts")
    assert catalog_path(language).read_bytes() == before


def test_language_switch_stays_on_the_same_page(sign_in, coordinator):
    client = sign_in(coordinator)
    for path in ("/fi/admin/", "/fi/admin/people/user/?q=a", "/fi/admin/people/user/import/"):
        assert f'href="{translate_url(path, "sv").replace("&", "&amp;")}"' in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fi/admin/", ["Odottaa sinua", "Takaisin portaaliin", "Henkilöt ja kirjastot"]),
        ("/sv/admin/", ["Det här väntar", "Tillbaka till portalen", "Personer och bibliotek"]),
        ("/fi/admin/people/user/", ["Valitse toiminto", "Suodattimet"]),
        ("/sv/admin/people/user/", ["Välj åtgärd", "Filter"]),
    ],
)
def test_pages_speak_the_language_of_their_address(sign_in, coordinator, askola, employee, path, words):
    shown = sign_in(coordinator).get(path).content.decode()
    assert [word for word in words if word not in shown] == []


def test_scripts_have_a_wider_policy_on_the_admin_pages_only(sign_in, coordinator):
    client = sign_in(coordinator)
    policy = client.get("/fi/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in f"{policy};"
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "unsafe" not in client.get("/fi/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("reminders_coming", "Tulevat muistutukset"),
        ("notifications_mail_changelist", "Viestit"),
        ("index", "Odottaa"),
    ],
)
def test_the_menu_lights_the_entry_of_the_page_alone(sign_in, coordinator, page, entry):
    html = sign_in(coordinator).get(reverse(f"admin:{page}")).content.decode()
    lit = re.findall(r'<a href="[^"]*" class="[^"]* active">(.*?)</a>', html, re.DOTALL)
    assert len(lit) == 1 and entry in lit[0]


def test_a_list_counts_without_a_name_in_the_wrong_case(sign_in, coordinator, askola):
    client = sign_in(coordinator)
    page = client.get("/fi/admin/people/library/").content.decode()
    assert "Yhteensä 1" in page and "osuma" not in page
    assert "1 osuma" in client.get("/fi/admin/people/library/?q=askola").content.decode()


def test_a_text_that_is_only_read_says_its_language_in_words(sign_in, coordinator):
    theme = Theme.objects.create(name_fi="Osallisuus", name_sv="Delaktighet")
    page = sign_in(coordinator).get(f"/fi/admin/people/theme/{theme.pk}/change/").content.decode()
    assert "Nimi (suomeksi)" in page and "Nimi (ruotsiksi)" in page and "[fi]" not in page


def test_themes_are_ticked_one_by_one(sign_in, coordinator):
    page = sign_in(coordinator).get("/fi/admin/budgets/plan/add/").content.decode()
    assert not re.search(r"<select[^>]* multiple", page)
