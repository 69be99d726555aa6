"""Collect into locale_packages/ the texts of installed packages that have no Finnish or no Swedish of their own.

Keeps the translations that are there; --check only tells whether something is missing or out of date.
"""

import re
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

LANGUAGES = ("fi", "sv")
FOLDER = settings.BASE_DIR / "locale_packages"
# Packages that bring no catalogs, or none in our languages; their texts are read from the source
UNTRANSLATED = ("unfold", "auditlog")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def key_of(message):
    return message.context, message.id[0] if message.pluralizable else message.id


def is_translated(message):
    return not message.fuzzy and bool(all(message.string) if message.pluralizable else message.string)


def texts_of(folder):
    """(msgid, or a pair of singular and plural; context) of a package's Python files and templates."""
    parts_of_their_own = {Path(app.path) for app in apps.get_app_configs()} - {folder}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if "contrib" in inside and not any(part in path.parents for part in parts_of_their_own):
            continue
        if path.suffix == ".py" and "migrations" not in inside and "management" not in inside:
            source = path.read_bytes()
        elif path.suffix in (".html", ".txt") and "templates" in inside:
            # What is not a text has become X: without its indentation Babel reads it as Python
            source = re.sub(r"^\s+", "", templatize(path.read_text(encoding="utf-8")), flags=re.M).encode()
        else:
            continue
        for _line, function, texts, _comments in extract_python(BytesIO(source), KEYWORDS, [], {}):
            texts = [text for text in (texts if isinstance(texts, tuple) else (texts,)) if text]
            if not texts:
                continue
            context = texts.pop(0) if function.startswith("pgettext") else None
            yield (tuple(texts[:2]) if function.startswith("ngettext") else texts[0]), context


def own_catalogs(language):
    """The catalogs that Django and the installed packages bring for a language."""
    folders = [Path(django.__file__).parent / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    for folder in folders:
        path = folder / "locale" / language / "LC_MESSAGES" / "django.po"
        if path.exists() and settings.BASE_DIR / "ake_portal" not in path.parents:
            with path.open("rb") as file:
                yield read_po(file, locale=language)


def wanted(language):
    """What our own catalog must hold: texts that no package's catalog translates."""
    there, lacking = set(), {}
    for catalog in own_catalogs(language):
        for message in catalog:
            if not message.id:
                continue
            if is_translated(message):
                there.add(key_of(message))
            else:
                lacking[key_of(message)] = (message.id, message.context)
    for app in apps.get_app_configs():
        if app.name.split(".")[0] in UNTRANSLATED:
            for text, context in texts_of(Path(app.path)):
                lacking[context, text[0] if isinstance(text, tuple) else text] = (text, context)
    return {key: value for key, value in lacking.items() if key not in there}


def catalog_path(language):
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def missing(language):
    """Texts without a translation, and those that the catalog does not know yet."""
    with catalog_path(language).open("rb") as file:
        done = {key_of(message) for message in read_po(file, locale=language) if message.id and is_translated(message)}
    return sorted(key[1] for key in wanted(language) if key not in done)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check, **options):
        for language in LANGUAGES:
            path = catalog_path(language)
            if check:
                if lacks := missing(language):
                    raise CommandError(f"{path.relative_to(settings.BASE_DIR)} lacks: {'; '.join(lacks)}")
                continue
            old = Catalog(locale=language)
            if path.exists():
                with path.open("rb") as file:
                    old = read_po(file, locale=language)
            kept = {key_of(message): message for message in old if message.id}
            made = Catalog(
                locale=language,
                header_comment="# Texts of installed packages; collected by manage.py collect_package_texts",
                creation_date=old.creation_date if path.exists() else None,
                fuzzy=False,
            )
            for key, (text, context) in sorted(
                wanted(language).items(), key=lambda item: (item[0][1], item[0][0] or "")
            ):
                before = kept.get(key)
                made.add(text, before.string if before and is_translated(before) else None, context=context)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, made, width=120, omit_header=False, no_location=True)
            self.stdout.write(
                f"{path.relative_to(settings.BASE_DIR)}: {len(made)} texts, {len(missing(language))} missing"
            )
