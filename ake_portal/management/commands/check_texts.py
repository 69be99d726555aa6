"""Check that every template compiles and that the Finnish and Swedish catalogs lack nothing."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError, engines

OWN = [
    "ake_portal",
    "trainings",
    "peerlearning",
    "networks",
    "mentoring",
    "budgets",
    "ideas",
    "people",
    "notifications",
    "templates",
]
PLACEHOLDER = re.compile(r"%\([a-zA-Z_]\w*\)[sd]|%[sd]|\{\w*\}")


def template_problems():
    """One line for each template of the project that does not compile."""
    engine = engines["django"]
    found = []
    for root in [settings.BASE_DIR / "templates", *settings.BASE_DIR.glob("*/templates")]:
        for path in sorted(root.rglob("*.*")):
            name = path.relative_to(root).as_posix()
            try:
                engine.get_template(name)
            except TemplateSyntaxError as error:
                found.append(f"{name}: {error}")
    return found


def catalog_file(language):
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def texts_of(path, language):
    """The catalog's messages by (context, msgid)."""
    with path.open("rb") as file:
        return {(message.context, message.id): message for message in read_po(file, locale=language) if message.id}


def catalog_problems(path, language):
    """Lines about texts that are fuzzy, empty, or have other placeholders than their msgid."""
    found = []
    for message in texts_of(path, language).values():
        strings = message.string if message.pluralizable else (message.string,)
        msgids = message.id if message.pluralizable else (message.id,)
        if message.fuzzy:
            found.append(f"{language}: fuzzy: {msgids[0]!r}")
        elif not all(strings):
            found.append(f"{language}: empty: {msgids[0]!r}")
        else:
            known = {word for msgid in msgids for word in PLACEHOLDER.findall(msgid)}
            used = {word for string in strings for word in PLACEHOLDER.findall(string)}
            every = set(PLACEHOLDER.findall(msgids[-1]))
            if used - known or every - set(PLACEHOLDER.findall(strings[-1])):
                found.append(f"{language}: placeholders differ: {msgids[-1]!r} – {strings[-1]!r}")
    return found


def texts_in_code():
    """(context, msgid) of every text marked in the source, collected by gettext in a copy; the tree stays as it is."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory)
        for name in OWN:
            shutil.copytree(settings.BASE_DIR / name, copy / name, ignore=shutil.ignore_patterns("*.pyc", "migrations"))
        (copy / "locale").mkdir()
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "fi", "--add-location", "never", "-v", "0"],
            cwd=copy,
            check=True,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
        return set(texts_of(copy / "locale/fi/LC_MESSAGES/django.po", "fi"))


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        problems = template_problems()
        collected = texts_in_code() if shutil.which("xgettext") else None
        for language in ("fi", "sv"):
            path = catalog_file(language)
            for root in settings.LOCALE_PATHS:
                problems += catalog_problems(root / language / "LC_MESSAGES" / "django.po", language)
            if collected is not None:
                missing = collected - set(texts_of(path, language))
                problems += [f"{language}: not in the catalog: {msgid!r}" for _, msgid in sorted(missing, key=str)]
        if problems:
            raise CommandError("\n".join(["Texts are not ready:", *problems]))
        self.stdout.write(
            "Templates compile, catalogs are complete."
            if collected is not None
            else "Templates compile, catalogs have no gaps. Without gettext, new texts in the source were not looked for."
        )
