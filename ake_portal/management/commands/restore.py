"""Bring a backup into an empty portal. Stop web, worker and beat first."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ake_portal import backup


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="throw away what is there now")

    def handle(self, **options):
        try:
            backup.read(options["file"], replace=options["replace"])
        except backup.Failed as error:
            raise CommandError(error) from error
        call_command("release", verbosity=options["verbosity"])
        self.stdout.write(f"{options['file']} is restored. Everybody signs in anew.")
