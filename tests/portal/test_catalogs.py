"""Every text is there in Finnish and in Swedish, and every template compiles."""

import ast
import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ake_portal.management.commands import check_texts

CATALOG = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Seats"
msgstr "{seats}"

#, python-format
msgid "%(number)s seat"
msgid_plural "%(number)s seats"
msgstr[0] "{one}"
msgstr[1] "{many}"
"""


def catalog(tmp_path, **texts):
    words = {"seats": "Paikat", "one": "%(number)s paikka", "many": "%(number)s paikkaa"} | texts
    path = tmp_path / "django.po"
    path.write_text(CATALOG.format(**words))
    return path


def test_templates_compile_and_no_catalog_has_a_gap():
    assert check_texts.template_problems() == []
    for language in ("fi", "sv"):
        for root in settings.LOCALE_PATHS:
            assert check_texts.catalog_problems(root / language / "LC_MESSAGES/django.po", language) == []


def test_finnish_and_swedish_have_the_same_texts():
    finnish, swedish = (set(check_texts.texts_of(check_texts.catalog_file(code), code)) for code in ("fi", "sv"))
    assert finnish == swedish


TRANSLATES = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "npgettext"}


def test_no_text_hides_in_an_f_string_where_xgettext_does_not_find_it():
    hidden = []
    for path in settings.BASE_DIR.glob("[a-z]*/**/*.py"):
        if path.relative_to(settings.BASE_DIR).parts[0] in ("tests", "bench", "var"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for call in ast.walk(node) if isinstance(node, ast.JoinedStr) else ():
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in TRANSLATES:
                    hidden.append(f"{path.name}: {ast.unparse(call)}")
    assert hidden == []


@pytest.mark.full
def test_every_text_in_the_source_is_in_the_catalogs():
    assert shutil.which("xgettext"), "needs gettext"
    call_command("check_texts")


def test_a_whole_catalog_is_fine(tmp_path):
    assert check_texts.catalog_problems(catalog(tmp_path), "fi") == []


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({"seats": ""}, "empty"),
        ({"many": ""}, "empty"),
        ({"many": "%(numero)s paikkaa"}, "placeholders differ"),
        ({"many": "paikkaa"}, "placeholders differ"),
    ],
)
def test_gaps_and_wrong_placeholders_are_found(tmp_path, texts, problem):
    (found,) = check_texts.catalog_problems(catalog(tmp_path, **texts), "fi")
    assert problem in found


def test_a_fuzzy_text_is_found(tmp_path):
    path = catalog(tmp_path)
    path.write_text(path.read_text().replace('msgid "Seats"', '#, fuzzy\nmsgid "Seats"'))
    assert check_texts.catalog_problems(path, "fi") == ["fi: fuzzy: 'Seats'"]


def test_a_template_that_does_not_compile_fails_the_check(tmp_path, settings):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/broken.html").write_text("{% if %}")
    settings.BASE_DIR = tmp_path
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    (problem,) = check_texts.template_problems()
    assert problem.startswith("broken.html: ")


def test_the_command_names_what_lacks(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(check_texts.shutil, "which", lambda name: None)
    for language in ("fi", "sv"):
        directory = tmp_path / language / "LC_MESSAGES"
        directory.mkdir(parents=True)
        catalog(directory, seats="" if language == "sv" else "Paikat")
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="sv: empty: 'Seats'"):
        call_command("check_texts")
