"""Write database and uploaded files into one file."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ake_portal import backup


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="a new file; without it one in VAR_DIR/backups")

    def handle(self, **options):
        default = settings.VAR_DIR / "backups" / f"portal-{timezone.localtime():%Y%m%d-%H%M%S}.tar.gz"
        target = options["file"] or default
        try:
            backup.write(target)
        except backup.Failed as error:
            raise CommandError(error) from error
        self.stdout.write(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
