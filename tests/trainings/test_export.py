"""Participants as xlsx and csv: complete, in the reader's language, and nothing in them runs."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from ake_portal.lib import exports
from tests import builders
from trainings import actions
from trainings.models import Training

HOSTILE = ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x", '=HYPERLINK("http://x")', "＝1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_formula_is_text(text):
    assert exports.harmless(text).startswith("'")
    sheet = load_workbook(BytesIO(exports.xlsx("x", [text], [[text]]))).active
    assert [(cell.data_type, cell.value[:1]) for cell in (sheet["A1"], sheet["A2"])] == [("s", "'")] * 2
    first, second = csv.reader(
        StringIO(exports.csv_text([text], [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert first[0].startswith("'") and second[0].startswith("'")


def test_ordinary_texts_numbers_and_phone_numbers_stay_what_they_are():
    row = ["Äly-Åsa O'Neill", 3, None, "+358 40 123 4567", "a=b", ""]
    sheet = load_workbook(BytesIO(exports.xlsx("Osallistujat: [a]/b*?" * 3, ["h"] * 6, [row]))).active
    assert [cell.value for cell in sheet[2]] == [*row[:5], None]
    assert len(sheet.title) <= 31


def test_characters_that_a_workbook_cannot_hold_are_left_out():
    sheet = load_workbook(BytesIO(exports.xlsx("x", ["h"], [["a\x00b\x0bc"]]))).active
    assert sheet["A2"].value == "abc"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", 'a"; filename="x.exe', "Äidit & isät\r\nSet-Cookie: a=b", "图书馆", ""]
)
def test_file_names_are_plain(name):
    header = exports.download(b"", exports.XLSX, name, "xlsx")["Content-Disposition"]
    filename = header.removeprefix('attachment; filename="').removesuffix('"')
    assert filename.endswith(".xlsx") and set(filename) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.fixture
def listed(uusimaa, coordinator, colleague, time_machine):
    """Two days; Linnea was there on the first; an evil twin waits."""
    training = builders.training(uusimaa, sessions=2, onsite_capacity=1)
    registration = actions.sign_up(training, person=colleague)
    evil = builders.person("evil@x.example", "=cmd|' /C calc'!A0", "@evil")
    actions.sign_up(training, person=evil, by=coordinator)
    session = training.sessions.first()
    time_machine.move_to(session.starts_at)
    actions.mark_attendance(training, session=session, was_there={registration.pk: True}, by=coordinator)
    return training


def rows_of(response):
    sheet = load_workbook(BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in sheet.rows]


def test_workbook_has_everybody_with_real_dates_and_marks(listed, coordinator, sign_in):
    response = sign_in(coordinator).get(reverse("trainings:export_participants", args=[listed.pk, "xlsx"]))
    headers, evil, linnea = rows_of(response)
    assert len(headers) == len(linnea) == 13
    assert linnea[:3] == ["Exempel", "Linnea", "linnea@loviisa.example"]
    assert isinstance(linnea[9], datetime) and (linnea[9].hour, linnea[9].tzinfo) == (10, None)
    assert linnea[11] and linnea[12] is None
    assert [evil[0], evil[1]] == ["'@evil", "'=cmd|' /C calc'!A0"]
    assert "no-store" in response["Cache-Control"]


def test_csv_opens_in_excel(listed, coordinator, sign_in):
    response = sign_in(coordinator).get(reverse("trainings:export_participants", args=[listed.pk, "csv"]))
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [len(row) for row in rows] == [13, 13, 13]
    assert rows[2][0] == "Exempel" and rows[2][9] == "2026-10-06 10:00"


def test_headers_and_libraries_are_in_the_readers_language(listed, coordinator, sign_in):
    client = sign_in(coordinator)
    for language, library in (("fi", "Loviisan kirjasto"), ("sv", "Lovisa bibliotek")):
        response = client.get(f"/{language}/trainings/{listed.pk}/participants.xlsx")
        assert library in rows_of(response)[2]


@pytest.mark.parametrize(("language", "name"), [("fi", "osallistujat"), ("sv", "deltagare")])
def test_file_is_named_in_the_readers_language_however_long_the_title(listed, coordinator, sign_in, language, name):
    Training.objects.filter(pk=listed.pk).update(title_fi="Pitkä otsikko " * 11, title_sv="En lång rubrik " * 10)
    address = reverse("trainings:export_participants", args=[listed.pk, "csv"]).replace("/fi/", f"/{language}/")
    assert sign_in(coordinator).get(address)["Content-Disposition"].endswith(f'-{name}.csv"')


def test_other_formats_do_not_exist(listed, coordinator, sign_in):
    assert sign_in(coordinator).get(f"/fi/trainings/{listed.pk}/participants.html").status_code == 404


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_only_those_who_run_the_training_get_the_file(
    listed, client, employee, director, stranger, other_coordinator, lapland, superuser, extension
):
    address = reverse("trainings:export_participants", args=[listed.pk, extension])
    assert client.get(address).status_code == 302
    for person in (employee, director, stranger, other_coordinator):
        client.force_login(person)
        assert client.get(address).status_code == 404
    listed.co_organisers.add(lapland)
    for person in (other_coordinator, superuser):
        client.force_login(person)
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_export_takes_seven_queries(uusimaa, coordinator, sign_in, django_assert_num_queries, number):
    training = builders.training(uusimaa)
    for person in builders.people(number):
        actions.sign_up(training, person=person, by=coordinator)
    client = sign_in(coordinator)
    with django_assert_num_queries(7):
        client.get(reverse("trainings:export_participants", args=[training.pk, "csv"]))


def test_printable_list_has_a_place_to_sign_for_each_session(listed, coordinator, sign_in):
    response = sign_in(coordinator).get(reverse("trainings:print_participants", args=[listed.pk]))
    text = response.content.decode()
    assert "Exempel" in text and "evil" not in text
    assert text.count('<th scope="col">') == 4
