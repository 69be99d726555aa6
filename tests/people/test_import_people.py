"""People from Excel: shown first, then taken in as a whole or not at all, in own regions only."""

import zipfile
from datetime import datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from people.models import Branch, User
from tests import builders

HEADERS = ("Sähköposti", "Etunimi", "Sukunimi", "Nimike", "Kirjasto", "Toimipaikka", "Kieli")
PAGE = "/sv/admin/people/user/import/"


def table(*rows, headers=HEADERS):
    book = Workbook()
    for row in (headers, *rows):
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def branch(askola):
    return Branch.objects.create(name_fi="Monninkylän kirjasto", name_sv="Monby bibliotek", library=askola)


@pytest.fixture
def upload(sign_in, coordinator):
    """Send a file to the import page as the coordinator (or somebody else); returns the response."""

    def send(content, by=coordinator, page="/en/"):
        file = content if isinstance(content, SimpleUploadedFile) else SimpleUploadedFile("vaki.xlsx", content)
        return sign_in(by).post(reverse("admin:people_user_import_people"), {"table": file})

    return send


def confirm(client, response, **changes):
    return client.post(reverse("admin:people_user_import_people"), {"rows": response.context["sealed"], **changes})


def errors(response):
    return [(line, str(column), str(message)) for line, column, message in response.context["plan"].errors]


def test_preview_shows_new_changed_and_unchanged_people_and_saves_nothing(upload, employee, director, branch):
    response = upload(
        table(
            (
                "Uusi.Ihminen@askola.example",
                "Uusi",
                "Ihminen",
                "kirjastonhoitaja",
                "askolan kirjasto",
                "Monby bibliotek",
                "ruotsi",
            ),
            ("aino@askola.example", "Aino", "Esimerkki", "informaatikko", "", "", ""),
            ("johtaja@askola.example", "Kerttu", "Johtava", "kirjastonjohtaja", "Askola bibliotek", "", "fi"),
        )
    )
    plan = response.context["plan"]
    assert errors(response) == []
    assert [person.user.email for person in plan.new] == ["uusi.ihminen@askola.example"]
    assert [(str(what), before, after) for what, before, after in plan.changed[0].changes] == [
        ("nimike", "kirjastovirkailija", "informaatikko")
    ]
    assert [person.user for person in plan.unchanged] == [director]
    assert User.objects.get(pk=employee.pk).title == "kirjastovirkailija"
    assert not User.objects.filter(email="uusi.ihminen@askola.example").exists()


def test_confirmed_import_makes_confirmed_people_without_a_password(
    client, upload, employee, branch, askola, coordinator
):
    response = upload(
        table(
            (
                "uusi@askola.example",
                "Uusi",
                "Ihminen",
                "kirjastonhoitaja",
                "Askolan kirjasto",
                "Monninkylän kirjasto",
                "sv",
            ),
            ("aino@askola.example", "", "", "informaatikko", "", "", ""),
        )
    )
    assert confirm(client, response).status_code == 302
    person = User.objects.get(email="uusi@askola.example")
    assert (person.get_full_name(), person.title, person.language) == ("Uusi Ihminen", "kirjastonhoitaja", "sv")
    assert (person.library, person.branch, person.library_confirmed_by) == (askola, branch, coordinator)
    assert person.is_confirmed
    assert not person.has_usable_password()
    employee.refresh_from_db()
    assert (employee.title, employee.first_name) == ("informaatikko", "Aino")


def test_person_who_waits_is_confirmed_by_being_imported(client, upload, askola, coordinator):
    waiting = builders.person("odottaa@askola.example", library=askola, confirmed=False)
    confirm(client, upload(table(("odottaa@askola.example", "", "", "", "Askolan kirjasto", "", ""))))
    waiting.refresh_from_db()
    assert waiting.library_confirmed_by == coordinator


@pytest.mark.parametrize(
    "headers",
    [
        ("E-post", "Förnamn", "Efternamn", "Titel", "Bibliotek", "Verksamhetsställe", "Språk"),
        ("E-mail", "First name", "Last name", "Title", "Library", "Branch", "Language"),
        ("  SÄHKÖPOSTI *", "etunimi", "sukunimi", "nimike", "kirjasto", "toimipaikka", "kieli"),
    ],
)
def test_headers_are_read_in_three_languages(upload, askola, headers):
    response = upload(
        table(("uusi@askola.example", "Uusi", "Ihminen", "", "Askolan kirjasto", "", ""), headers=headers)
    )
    assert len(response.context["plan"].new) == 1


def test_errors_name_row_and_column_and_nothing_is_offered_to_confirm(upload, stranger, employee, branch, loviisa):
    loviisa.email = "kirjasto@loviisa.example"
    loviisa.save()
    response = upload(
        table(
            ("", "Nimetön", "", "", "Askolan kirjasto", "", ""),
            ("ei-osoite", "A", "B", "", "Askolan kirjasto", "", ""),
            ("aino@askola.example", "", "", "", "Inarin kirjasto", "", ""),
            ("vieras@inari.example", "Vallattu", "", "", "Askolan kirjasto", "", ""),
            ("uusi@askola.example", "", "", "", "", "", "saksa"),
            ("kaksi@askola.example", "", "", "", "Askolan kirjasto", "Keskuskirjasto", ""),
            ("kaksi@askola.example", "", "", "", "Askolan kirjasto", "", ""),
            ("kirjasto@loviisa.example", "", "", "", "Lovisa bibliotek", "", ""),
            ("pitka@askola.example", "x" * 81, "", "", "Askolan kirjasto", "", ""),
        )
    )
    assert [(line, column) for line, column, _message in errors(response)] == [
        (2, "sähköposti"),
        (3, "sähköposti"),
        (4, "kirjasto"),
        (5, "sähköposti"),
        (6, "kieli"),
        (6, "kirjasto"),
        (7, "toimipaikka"),
        (8, "sähköposti"),
        (9, "sähköposti"),
        (10, "etunimi"),
    ]
    assert response.context["sealed"] == ""
    stranger.refresh_from_db()
    assert stranger.first_name == "Ville"


def test_people_of_another_region_are_not_changed_even_when_they_arrive_between_preview_and_import(
    client, upload, askola, stranger, employee
):
    response = upload(table(("aino@askola.example", "Vallattu", "", "", "", "", "")))
    employee.library = stranger.library
    employee.save()
    refused = confirm(client, response)
    assert refused.context["plan"].errors
    employee.refresh_from_db()
    assert employee.first_name == "Aino"


def test_nothing_is_imported_when_one_row_has_become_wrong(client, upload, askola, stranger, employee):
    response = upload(
        table(
            ("uusi@askola.example", "", "", "", "Askolan kirjasto", "", ""),
            ("aino@askola.example", "Vallattu", "", "", "", "", ""),
        )
    )
    employee.library = stranger.library
    employee.save()
    confirm(client, response)
    assert not User.objects.filter(email="uusi@askola.example").exists()


def test_superuser_in_the_own_library_is_left_alone(upload, superuser, askola):
    superuser.library = askola
    superuser.save()
    response = upload(table(("yllapito@ake.example", "Vallattu", "", "", "", "", "")))
    assert len(response.context["plan"].errors) == 1


def test_preview_of_another_person_cannot_be_confirmed_nor_one_that_was_tampered_with(
    upload, sign_in, askola, other_coordinator
):
    response = upload(table(("uusi@askola.example", "", "", "", "Askolan kirjasto", "", "")))
    for rows, by in (
        (response.context["sealed"], other_coordinator),
        (response.context["sealed"] + "x", other_coordinator),
        ("", other_coordinator),
    ):
        answer = sign_in(by).post(reverse("admin:people_user_import_people"), {"rows": rows})
        assert answer.status_code == 200
        assert answer.context["form"].refusal
    assert not User.objects.filter(email="uusi@askola.example").exists()


def test_preview_is_good_for_two_hours(client, upload, askola, time_machine):
    response = upload(table(("uusi@askola.example", "", "", "", "Askolan kirjasto", "", "")))
    time_machine.move_to(datetime(2026, 10, 6, 9, 30))
    answer = confirm(client, response)
    assert not User.objects.filter(email="uusi@askola.example").exists()
    assert answer.context["form"].refusal


def bomb():
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (80 * 1024 * 1024))
    return content.getvalue()


def entities():
    content = BytesIO(table(("a@askola.example",)))
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><workbook>&lol2;</workbook>'
    made = BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            new.writestr(part, laughs if part == "xl/workbook.xml" else old.read(part))
    return made.getvalue()


def broken():
    content = bytearray(table(("a@askola.example", "A")))
    content[200:400] = b"\x00" * 200
    return bytes(content)


def word_document():
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("word/document.xml", b"<document/>")
    return content.getvalue()


HOSTILE = {
    "text": lambda: b"email;name\n",
    "old Excel": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "empty": lambda: b"",
    "Word": word_document,
    "bomb": bomb,
    "entities": entities,
    "broken": broken,
    "too large": lambda: b"PK\x03\x04" + b"x" * (5 * 1024 * 1024),
    "no rows": lambda: table(headers=()),
    "headers alone": lambda: table(),
    "other headers": lambda: table(("x",), headers=("Jotain",)),
    "column twice": lambda: table(("x",), headers=("Sähköposti", "E-post", "Etunimi")),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_file_that_is_no_table_of_people_is_refused_with_a_reason(upload, coordinator, kind):
    response = upload(HOSTILE[kind]())
    form = response.context["form"]
    assert response.status_code == 200
    assert form.refusal or form.errors["table"]
    assert response.context["plan"] is None


def test_hundred_thousand_rows_are_refused_without_reading_them_all(upload, coordinator):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADERS)
    for number in range(100_000):
        sheet.append((f"h{number}@askola.example",))
    content = BytesIO()
    book.save(content)
    assert upload(content.getvalue()).context["form"].refusal


@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("http://evil.example","x")', " =cmd|'/c calc'!A0"])
def test_formula_is_an_error_at_its_cell(upload, askola, cell):
    response = upload(table(("uusi@askola.example", cell, "", "", "Askolan kirjasto", "", "")))
    assert [(line, column) for line, column, _message in errors(response)] == [(2, "etunimi")]


def test_markup_in_a_name_is_shown_as_text(upload, askola):
    shown = upload(
        table(("uusi@askola.example", "<script>alert(1)</script>", "", "", "Askolan kirjasto", "", ""))
    ).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_template_has_headers_that_the_import_reads(sign_in, coordinator, upload, askola):
    for language in ("fi", "sv"):
        content = sign_in(coordinator).get(f"/{language}/admin/people/user/import/template.xlsx").content
        sheet = load_workbook(BytesIO(content)).active
        headers = [cell.value for cell in sheet[1]]
        response = upload(table(("uusi@askola.example", "U", "I", "n", "Askolan kirjasto", "", "sv"), headers=headers))
        assert len(response.context["plan"].new) == 1


@pytest.mark.parametrize("who", ["employee", "director"])
def test_only_staff_import(who, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    for path in (reverse("admin:people_user_import_people"), reverse("admin:people_user_import_template")):
        assert client.get(path, follow=True).status_code == 403


def test_errors_are_told_in_the_readers_language(sign_in, coordinator, askola):
    shown = (
        sign_in(coordinator)
        .post(PAGE, {"table": SimpleUploadedFile("x.xlsx", table(("", "Nimetön", "", "", "", "", "")))})
        .content.decode()
    )
    assert "Rad 2, e-post: E-postadressen saknas." in shown
