"""Compile the Finnish and Swedish catalogs with Babel: no gettext needed on the machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, **options):
        for root in settings.LOCALE_PATHS:
            for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
                with source.open("rb") as file:
                    catalog = read_po(file, locale=source.parent.parent.name)
                with source.with_suffix(".mo").open("wb") as file:
                    write_mo(file, catalog)
                self.stdout.write(f"{source.relative_to(settings.BASE_DIR)}: {len(catalog)} texts")
