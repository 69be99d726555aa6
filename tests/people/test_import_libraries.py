"""Branches come from Kirjastohakemisto: whole or not at all, twice without change."""

import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from people.models import Branch, Library, Municipality
from tests import builders


@pytest.fixture
def municipalities(uusimaa, askola):
    """Askola with its library, Loviisa without one."""
    values = {"province_fi": "Uusimaa", "province_sv": "Nyland", "region": uusimaa}
    Municipality.objects.create(code="018", name_fi="Askola", name_sv="Askola", library=askola, **values)
    Municipality.objects.create(code="434", name_fi="Loviisa", name_sv="Lovisa", **values)


def item(number, name, city, **fields):
    return {
        "id": number,
        "name": name,
        "slug": name.lower(),
        "city": city,
        "consortium": 7,
        "address": {"street": "Koulutie 5", "area": "Monninkylä", "zipcode": "07500", "city": "Askola"},
        "coordinates": {"lat": 60.53, "lon": 25.6},
        "emailAddresses": [{"email": "kirjasto@askola.example", "name": None}],
        "primaryContactInfo": {"email": None, "phone": "019 123", "homepage": "https://askola.example/kirjasto"},
        "modified": "2026-03-02T10:00:00+02:00",
        "persons": [{"firstName": "Ei", "lastName": "Tänne"}],
        **fields,
    }


@pytest.fixture
def finnish():
    return {
        "type": "library",
        "total": 3,
        "items": [
            item(1, "Askolan pääkirjasto", 10),
            item(
                2,
                "Loviisan pääkirjasto",
                20,
                address={"street": "Kuningattarenkatu 24", "zipcode": "07900", "city": "Loviisa", "area": None},
            ),
            item(
                3, "Kummalan kirjasto", 30, primaryContactInfo=None, coordinates=None, emailAddresses=[], address=None
            ),
        ],
        "refs": {
            "city": {
                "10": {"id": 10, "name": "Askola"},
                "20": {"id": 20, "name": "Loviisa"},
                "30": {"id": 30, "name": "Kummala"},
            },
            "consortium": {"7": {"id": 7, "name": "Helle-kirjastot"}},
        },
    }


@pytest.fixture
def swedish(finnish):
    listed = copy.deepcopy(finnish)
    listed["items"][1]["name"] = "Lovisa huvudbibliotek"
    listed["items"][1]["address"] = {"street": "Drottninggatan 24", "zipcode": "07900", "city": "Lovisa", "area": None}
    return listed


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on lists, given as Python values or as raw text; returns what it says, in English."""

    def import_lists(*lists):
        paths = []
        for place, listed in enumerate(lists):
            path = tmp_path / f"list{place}.json"
            path.write_bytes(listed if isinstance(listed, bytes) else json.dumps(listed).encode())
            paths.append(str(path))
        with override("en"):
            call_command("import_libraries", *paths)
        return capsys.readouterr().out

    return import_lists


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Branch, Library, Municipality)]


def test_branches_and_the_library_that_is_missing_are_made(municipalities, run, finnish, swedish, askola):
    said = run(finnish, swedish)
    assert said.splitlines() == [
        "Skipped Kummalan kirjasto: no municipality Kummala",
        "Branches: 2 added, 0 changed, 0 unchanged, 1 skipped.",
        "Libraries made: 1",
    ]
    first, second = Branch.objects.order_by("directory_id")
    assert (first.library, first.name_fi, first.name_sv, first.email) == (
        askola,
        "Askolan pääkirjasto",
        None,
        "kirjasto@askola.example",
    )
    assert (first.lat, first.homepage, first.phone) == (60.53, "https://askola.example/kirjasto", "019 123")
    assert (second.name_sv, second.street_sv, second.area_sv) == (
        "Lovisa huvudbibliotek",
        "Drottninggatan 24",
        "Lovisa",
    )
    assert second.library == Municipality.objects.get(code="434").library
    assert second.library.consortium == "Helle-kirjastot"


def test_second_run_changes_nothing(municipalities, run, finnish, swedish):
    run(finnish, swedish)
    before = everything()
    assert "Branches: 0 added, 0 changed, 2 unchanged, 1 skipped." in run(finnish, swedish)
    assert everything() == before


def test_changed_text_is_changed_and_the_library_chosen_in_the_admin_stays(
    municipalities, run, finnish, swedish, uusimaa
):
    run(finnish, swedish)
    joint = builders.library(uusimaa, "Yhteinen kirjasto")
    Branch.objects.filter(directory_id=1).update(library=joint)
    finnish["items"][0]["address"]["street"] = "Uusi tie 1"
    assert "0 added, 1 changed, 1 unchanged" in run(finnish, swedish)
    branch = Branch.objects.get(directory_id=1)
    assert (branch.street_fi, branch.library) == ("Uusi tie 1", joint)


def test_finnish_list_alone_leaves_swedish_texts(municipalities, run, finnish, swedish):
    run(finnish, swedish)
    assert "0 changed, 2 unchanged" in run(finnish)
    assert Branch.objects.get(directory_id=2).name_sv == "Lovisa huvudbibliotek"


def test_branch_that_has_left_the_list_is_reported_and_kept(municipalities, run, finnish):
    run(finnish)
    finnish["items"].pop(0)
    finnish["total"] = 2
    assert "Not in the list any more (close them in the admin pages): 1" in run(finnish)
    assert Branch.objects.filter(directory_id=1).exists()


def deep(value):
    return b'{"total": 1, "refs": {"city": {}}, "items": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


def changed(**fields):
    def change(listed):
        listed["items"][0].update(fields)
        return listed

    return change


def replaced(**parts):
    return lambda listed: {**listed, **parts}


BAD = {
    "no JSON": (lambda listed: b"<html>", "is not a list in JSON"),
    "cut off": (lambda listed: json.dumps(listed).encode()[:-40], "is not a list in JSON"),
    "not UTF-8": (lambda listed: b'{"items": "\xff\xfe"}', "is not a list in JSON"),
    "nested without end": (deep, "is not a list in JSON"),
    "a number of 100 000 digits": (lambda listed: b'{"total": ' + b"9" * 100_000 + b"}", "is not a list in JSON"),
    "another thing": (lambda listed: [1, 2], "it has no items"),
    "no items": (lambda listed: {"total": 0}, "it has no items"),
    "no cities": (replaced(refs=None), "the cities are missing"),
    "total is text": (replaced(total="3"), "total or the cities are missing"),
    "partial": (replaced(total=4), "it says 4 items and has 3"),
    "too many": (replaced(total=10**9), "too many items"),
    "item is a text": (lambda listed: {**listed, "items": ["x", "y", "z"]}, "item 1: the number is missing"),
    "no number": (changed(id=None), "item 1: the number is missing"),
    "number is true": (changed(id=True), "item 1: the number is missing"),
    "number out of range": (changed(id=10**10), "item 1: the number is missing"),
    "number twice": (changed(id=2), "item 2: the number 2 occurs twice"),
    "no name": (changed(name=""), "item 1: the name is missing"),
    "name is a list": (changed(name=["x"]), "item 1: name is not a text"),
    "name too long": (changed(name="x" * 161), "item 1: name is too long"),
    "script in the name": (changed(name="<script>alert(1)</script>"), "item 1: name has characters"),
    "zero byte in the name": (changed(name="Askola\x00"), "item 1: name has characters"),
    "script as homepage": (
        changed(primaryContactInfo={"homepage": "javascript:alert(1)"}),
        "the homepage is not a web address",
    ),
    "data as homepage": (
        changed(primaryContactInfo={"homepage": "data:text/html,x"}),
        "the homepage is not a web address",
    ),
    "not a number": (
        lambda listed: json.dumps(changed(coordinates={"lat": float("nan"), "lon": 1})(listed)).encode(),
        "is not a list in JSON",
    ),
    "off the map": (changed(coordinates={"lat": 91, "lon": 1}), "the coordinates are not on the map"),
    "coordinate as words": (changed(coordinates={"lat": "nan", "lon": 1}), "the coordinates are not on the map"),
    "address is a text": (changed(address="Koulutie"), "item 1: address has an odd form"),
    "e-mail is a number": (changed(primaryContactInfo={"email": 5}), "item 1: email is not a text"),
    "city is a text": (changed(city="Askola"), "item 1: city is not a number"),
}


@pytest.mark.parametrize("case", BAD)
def test_broken_list_ends_with_a_clear_message_and_an_untouched_database(municipalities, run, finnish, case):
    make, message = BAD[case]
    run(finnish)
    before = everything()
    with pytest.raises(CommandError, match=message):
        run(make(finnish))
    assert everything() == before


def test_bad_swedish_list_stops_the_whole_import(municipalities, run, finnish, swedish):
    swedish["items"][2]["name"] = 5
    with pytest.raises(CommandError, match="item 3: name is not a text"):
        run(finnish, swedish)
    assert not Branch.objects.exists()


def test_message_is_in_the_operators_language(municipalities, tmp_path):
    with override("sv"), pytest.raises(CommandError, match="kan inte läsas"):
        call_command("import_libraries", str(tmp_path / "ingen.json"))


def test_list_that_is_too_large_is_not_read_to_its_end(municipalities, run, monkeypatch):
    monkeypatch.setattr("people.directory.LARGEST", 1024 * 1024)
    with pytest.raises(CommandError, match="larger than 1 MB"):
        run(b" " * (1024 * 1024 + 1))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript://x/alert(1)"])
def test_only_web_addresses_are_fetched(db, address):
    with override("en"), pytest.raises(CommandError, match="Only addresses that begin with"):
        call_command("import_libraries", address)


@pytest.fixture
def server(finnish, swedish):
    """A directory on this machine that answers in pages of at most two; `server.answers` overrides by path."""

    class Directory(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            self.server.asked.append(self.path)
            if parts.path in self.server.answers:
                status, headers, body = self.server.answers[parts.path]
            else:
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                listed = swedish if query["lang"] == "sv" else finnish
                first = int(query["skip"])
                page = {**listed, "items": listed["items"][first : first + min(2, int(query["limit"]))]}
                status, headers, body = 200, {"Content-Type": "application/json"}, json.dumps(page).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Directory)
    made.asked, made.answers = [], {}
    made.address = f"http://127.0.0.1:{made.server_port}"
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def test_one_address_gives_both_languages_page_by_page(municipalities, server, capsys):
    with override("en"):
        call_command("import_libraries", f"{server.address}/v4/library")
    assert "Branches: 2 added" in capsys.readouterr().out
    assert Branch.objects.get(directory_id=2).name_sv == "Lovisa huvudbibliotek"
    assert len(server.asked) == 4
    assert all("refs=city%2Cconsortium" in path and "type=municipal" in path for path in server.asked)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((500, {}, b"{}"), "cannot be read"),
        ((404, {}, b"{}"), "cannot be read"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "cannot be read"),
        ((200, {"Content-Length": "900"}, b'{"total": 1'), "cannot be read|is not a list in JSON"),
        ((200, {}, b""), "is not a list in JSON"),
    ],
)
def test_server_in_trouble_leaves_the_database_untouched(municipalities, server, answer, message):
    server.answers["/v4/library"] = answer
    with override("en"), pytest.raises(CommandError, match=message):
        call_command("import_libraries", f"{server.address}/v4/library")
    assert not Branch.objects.exists()


def test_nobody_answers(municipalities):
    with override("en"), pytest.raises(CommandError, match="cannot be read"):
        call_command("import_libraries", "http://127.0.0.1:9/v4/library")
