"""What a new version needs before it serves: tables, the cache table, the regions. Safe to run again."""

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("createcachetable", verbosity=options["verbosity"])
        if "load_regions" in get_commands():
            call_command("load_regions", verbosity=options["verbosity"])
