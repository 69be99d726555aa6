"""The public shelf: what libraries have made together, in its language versions; files from outside are harmless or refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from networks.models import Leader, Publication, PublicationVersion
from tests import builders
from tests.networks import made
from tests.portal.test_uploads import HOSTILE, small_pdf

SHELF = "/fi/publications/"
ADD = "/fi/admin/networks/publication/add/"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Tests that run beside these keep files too."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def files(settings):
    return lambda: {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


@pytest.fixture
def lanu(uusimaa):
    return made.network(uusimaa, "LaNu", "LaNu")


@pytest.fixture
def guide(uusimaa, lanu):
    """The guide for work-experience pupils: in Finnish in November 2021, in Swedish in February 2022."""
    return made.publication(
        uusimaa,
        {"language": "fi", "year": 2021, "month": 11},
        {"language": "sv", "year": 2022, "month": 2},
        network=lanu,
        made_by_fi="LaNu-verkosto",
        made_by_sv="Nätverket LaNu",
    )


def shown(response):
    return response.content.decode()


def titles(client, query=""):
    return [one.title for one in client.get(SHELF + query).context["page"]]


def written(region, versions=(), **fields):
    """What the admin's form sends."""
    data = {
        "kind": "publication",
        "title_fi": "Lukuhaaste",
        "title_sv": "Läsutmaning",
        "summary_fi": "Kaikille.",
        "summary_sv": "För alla.",
        "year": "2025",
        "region": region.pk,
        "is_shown": "on",
        "versions-TOTAL_FORMS": len(versions),
        "versions-INITIAL_FORMS": sum("id" in version for version in versions),
        **fields,
    }
    for n, version in enumerate(versions):
        data |= {f"versions-{n}-{name}": value for name, value in {"language": "fi", **version}.items()}
    return data


# The shelf


def test_everybody_reads_a_publication_with_its_versions_and_their_months(client, guide):
    text = shown(client.get(guide.get_absolute_url()))
    for words in ("TET-opas", "Suomeksi", "marraskuu 2021", "Ruotsiksi", "helmikuu 2022", "LaNu-verkosto"):
        assert words in text
    text = shown(client.get(guide.get_absolute_url().replace("/fi/", "/sv/"), follow=True))
    for words in ("PRAO-guide", "På finska", "november 2021", "februari 2022", "Nätverket LaNu"):
        assert words in text


def test_the_shelf_is_filtered_by_words_network_region_kind_language_and_year(client, guide, lanu, uusimaa, lapland):
    made.publication(
        lapland, title_fi="Äidit lukevat", title_sv="Mammor läser", kind="project", year=2024, made_by_fi="Rovaniemi"
    )
    made.publication(uusimaa, title_fi="Luonnos", title_sv="Utkast", shown=False)
    assert titles(client) == ["Äidit lukevat", "TET-opas"]
    found = {
        "?q=prao": ["TET-opas"],
        "?q=%C3%84IDIT": ["Äidit lukevat"],
        "?q=rovaniemi": ["Äidit lukevat"],
        f"?network={lanu.pk}": ["TET-opas"],
        "?region=rovaniemi": ["Äidit lukevat"],
        "?kind=project": ["Äidit lukevat"],
        "?language=sv": ["TET-opas"],
        "?language=en": [],
        "?year=2021": ["TET-opas"],
        "?year=2022": ["TET-opas"],
        "?year=2024&kind=publication": [],
        "?year=abc&kind=%27&network=99&region=x&language=q": ["Äidit lukevat", "TET-opas"],
    }
    assert {query: titles(client, query) for query in found} == found


def test_what_is_not_on_the_shelf_is_seen_by_its_writers_alone(sign_in, uusimaa, coordinator, employee, stranger):
    draft = made.publication(uusimaa, shown=False)
    address = draft.get_absolute_url()
    assert [sign_in(one).get(address).status_code for one in (coordinator, employee, stranger)] == [200, 404, 404]


@pytest.mark.parametrize("number", [1, 30])
def test_the_shelf_asks_the_database_as_often_at_1_and_at_30_rows(
    client, uusimaa, lanu, number, django_assert_num_queries
):
    for n in range(number):
        made.publication(uusimaa, {"language": "fi"}, {"language": "sv"}, title_fi=f"Opas {n}", network=lanu)
    client.get(SHELF)
    with django_assert_num_queries(6):
        client.get(SHELF)


def test_a_version_is_a_file_or_a_link_and_a_month_is_of_a_year(guide):
    for fields in (
        {},
        {"file": "publications/x.pdf", "link": "https://a.example"},
        {"link": "https://a.example", "month": 5},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicationVersion.objects.create(publication=guide, language="fi", **fields)


# Written in the admin


def test_the_ake_writes_a_publication_with_a_cover_a_file_and_a_link(sign_in, client, uusimaa, coordinator):
    versions = [
        {"year": "2021", "month": "11", "file": SimpleUploadedFile("../../TET opas.exe", small_pdf())},
        {"language": "sv", "year": "2022", "month": "2", "link": "https://bibliotek.example/prao"},
    ]
    cover = builders.photo("kansi.jpg", size=(1200, 1600))
    response = sign_in(coordinator).post(ADD, written(uusimaa, versions, cover=cover))
    assert response.status_code == 302, shown(response)
    publication = Publication.objects.get()
    assert publication.cover.name.startswith("covers/") and "kansi" not in publication.cover.name
    finnish, swedish = publication.versions.all()
    assert (finnish.file_name, finnish.link, swedish.file.name) == ("TET opas.pdf", "", "")
    assert finnish.file.name.startswith("publications/") and "TET" not in finnish.file.name
    client.logout()
    served = client.get(finnish.url)
    assert served["Content-Type"] == "application/pdf" and served["X-Content-Type-Options"] == "nosniff"
    assert 'filename="TET opas.pdf"' in served["Content-Disposition"]
    assert b"".join(served.streaming_content) == small_pdf()
    assert client.get(publication.cover_url)["Content-Type"] == "image/jpeg"
    assert f'href="{swedish.link}" hreflang="sv"' in shown(client.get(publication.get_absolute_url()))
    assert client.get(f"/media/{finnish.file.name}").status_code == 404


def test_files_of_what_is_not_shown_are_for_its_writers_alone(sign_in, client, uusimaa, coordinator, employee):
    versions = [{"file": SimpleUploadedFile("a.pdf", small_pdf())}]
    sign_in(coordinator).post(ADD, written(uusimaa, versions, cover=builders.photo()))
    Publication.objects.update(is_shown=False)
    publication = Publication.objects.get()
    addresses = (publication.versions.get().url, publication.cover_url)
    assert [sign_in(coordinator).get(address)["Cache-Control"] for address in addresses] == ["private, no-store"] * 2
    assert [sign_in(employee).get(address).status_code for address in addresses] == [404, 404]
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [404, 404]


@pytest.mark.parametrize("about", HOSTILE)
@pytest.mark.parametrize("name", ["opas.pdf", "../../etc/passwd", '<img src=x onerror="alert(1)">.png'])
def test_hostile_files_are_refused_at_their_field_and_nothing_is_kept(
    sign_in, uusimaa, coordinator, files, about, name
):
    content = HOSTILE[about][0]
    client = sign_in(coordinator)
    for sent in (
        written(uusimaa, [{"file": SimpleUploadedFile(name, content)}]),
        written(uusimaa, cover=SimpleUploadedFile(name, content)),
    ):
        response = client.post(ADD, sent)
        assert response.status_code == 200 and "<img src=x" not in shown(response)
    assert not Publication.objects.exists() and files() == set()


def test_a_pdf_is_no_cover(sign_in, uusimaa, coordinator, files):
    sent = written(uusimaa, cover=SimpleUploadedFile("kansi.jpg", small_pdf()))
    assert "Vain JPEG- ja PNG-kuvat" in shown(sign_in(coordinator).post(ADD, sent))
    assert files() == set()


@pytest.mark.parametrize(
    ("fields", "version", "text"),
    [
        ({"summary_sv": ""}, None, "Kerro ruotsiksi, mikä se on."),
        ({"title_fi": ""}, None, "Suomenkielinen otsikko puuttuu."),
        ({"year": "21"}, None, "Kirjoita vuosi neljällä numerolla."),
        ({}, {"year": "2021"}, "Lisää tiedosto tai linkki."),
        ({}, {"link": "https://a.example", "file": SimpleUploadedFile("a.pdf", small_pdf())}, "ei molempia"),
        ({}, {"link": "https://a.example", "month": "3"}, "Minkä vuoden kuukausi"),
        ({}, {"link": "javascript:alert(1)"}, "Syötä oikea URL-osoite."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_saved(sign_in, uusimaa, coordinator, fields, version, text):
    versions = [] if version is None else [version]
    response = sign_in(coordinator).post(ADD, written(uusimaa, versions, **fields))
    assert response.status_code == 200 and text in shown(response)
    assert not Publication.objects.exists()


def changed(publication, *versions):
    """The admin's form of a publication as it stands, with changed versions."""
    return written(publication.region, [{"publication": publication.pk, **version} for version in versions])


def test_replaced_and_removed_files_go_and_untouched_ones_stay(
    sign_in, uusimaa, coordinator, files, django_capture_on_commit_callbacks
):
    client = sign_in(coordinator)
    sent = [{"file": SimpleUploadedFile(f"{name}.pdf", small_pdf())} for name in ("a", "b", "c")]
    client.post(ADD, written(uusimaa, sent, cover=builders.photo()))
    publication = Publication.objects.get()
    first, second, third = publication.versions.order_by("pk")
    address = reverse("admin:networks_publication_change", args=[publication.pk])
    assert third.url in shown(client.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            address,
            changed(
                publication,
                {"id": first.pk},
                {"id": second.pk, "file": SimpleUploadedFile("uusi.pdf", small_pdf())},
                {"id": third.pk, "DELETE": "on"},
            ),
        )
    assert response.status_code == 302, shown(response)
    names = dict(publication.versions.values_list("file_name", "file"))
    assert sorted(names) == ["a.pdf", "uusi.pdf"] and names["a.pdf"] == first.file.name
    assert len(files()) == 3
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:networks_publication_delete", args=[publication.pk]), {"post": "yes"})
    assert not Publication.objects.exists() and files() == set()


def test_coordinators_see_and_choose_their_own_alone(sign_in, guide, uusimaa, lapland, coordinator, other_coordinator):
    other = made.network(lapland, "Esihenkilöt", "Chefer")
    elsewhere = made.publication(lapland, title_fi="Muualta")
    change = reverse("admin:networks_publication_change", args=[guide.pk])
    assert sign_in(other_coordinator).get(change).status_code == 302
    client = sign_in(coordinator)
    text = shown(client.get("/fi/admin/networks/publication/"))
    assert "TET-opas" in text and "Muualta" not in text
    form = shown(client.get(change))
    assert "LaNu" in form and "Esihenkilöt" not in form
    assert client.post(ADD, written(lapland)).status_code == 200
    assert client.post(ADD, written(uusimaa, network=other.pk)).status_code == 200
    assert set(Publication.objects.all()) == {guide, elsewhere}


@pytest.mark.parametrize("number", [1, 30])
def test_the_admins_list_asks_the_database_as_often_at_1_and_at_30_rows(
    sign_in, coordinator, uusimaa, lanu, number, django_assert_num_queries
):
    for n in range(number):
        made.publication(uusimaa, {"language": "fi"}, title_fi=f"Opas {n}", network=lanu)
    client = sign_in(coordinator)
    client.get("/fi/admin/networks/publication/")
    with django_assert_num_queries(6):
        client.get("/fi/admin/networks/publication/")


# Written by a network's leader on the portal


@pytest.fixture
def leader(lanu, employee):
    """Leads LaNu without working at the AKE."""
    Leader.objects.create(network=lanu, person=employee)
    return employee


def as_leader(region, versions=(), **fields):
    """What the leader's form sends: as the admin's, without what is the network's."""
    data = written(region, versions, **fields)
    del data["region"]
    return data


def test_a_leader_puts_a_publication_on_the_shelf_and_replaces_a_version_later(
    sign_in, client, uusimaa, lanu, leader, files, django_capture_on_commit_callbacks
):
    page = sign_in(leader)
    versions = [
        {"year": "2021", "month": "11", "file": SimpleUploadedFile("opas.pdf", small_pdf())},
        {"language": "sv"},
    ]
    address = reverse("publications:write", args=[lanu.pk])
    response = page.post(address, as_leader(uusimaa, versions, cover=builders.photo()))
    publication = Publication.objects.get()
    assert response["Location"] == publication.get_absolute_url()
    assert (publication.network, publication.region, publication.is_shown) == (lanu, uusimaa, True)
    version = publication.versions.get()
    assert (version.file_name, str(version)) == ("opas.pdf", "suomeksi, marraskuu 2021")
    edit = reverse("publications:edit", args=[publication.pk])
    assert "opas.pdf" in shown(page.get(edit)) and edit in shown(page.get(publication.get_absolute_url()))
    sent = {"id": version.pk, "link": "kirjasto.example/opas", "file-clear": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        assert page.post(edit, as_leader(uusimaa, [sent])).status_code == 302
    version.refresh_from_db()
    assert (version.link, version.file.name, version.file_name) == ("https://kirjasto.example/opas", "", "")
    assert len(files()) == 1, "the cover alone"


@pytest.mark.parametrize("about", HOSTILE)
def test_a_leaders_hostile_file_is_refused_at_its_field_and_what_was_typed_stays(
    sign_in, uusimaa, lanu, leader, files, about
):
    upload = SimpleUploadedFile('<img src=x onerror="alert(1)">.pdf', HOSTILE[about][0])
    sent = as_leader(uusimaa, [{"year": "2021", "file": upload}], title_fi="Äitien opas")
    response = sign_in(leader).post(reverse("publications:write", args=[lanu.pk]), sent)
    text = shown(response)
    assert response.status_code == 422 and 'id="id_versions-0-file_error"' in text
    assert "Äitien opas" in text and "<img src=x" not in text
    assert not Publication.objects.exists() and files() == set()


def test_leaders_write_for_their_own_network_alone(sign_in, uusimaa, lapland, lanu, leader, guide, colleague):
    other = made.network(lapland, "Esihenkilöt", "Chefer")
    elsewhere = made.publication(lapland, network=other)
    without = made.publication(uusimaa)
    client = sign_in(leader)
    assert client.get(reverse("publications:write", args=[other.pk])).status_code == 404
    keys = (guide.pk, elsewhere.pk, without.pk)
    answers = [client.get(reverse("publications:edit", args=[key])).status_code for key in keys]
    assert answers == [200, 404, 404]
    assert sign_in(colleague).get(reverse("publications:edit", args=[guide.pk])).status_code == 404
