"""Load the nine regions, the municipalities and the topics and themes; twice changes nothing."""

from django.core.management.base import BaseCommand

from people import places


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        for table, counts in places.load().items():
            numbers = ", ".join(f"{counts[what]} {what}" for what in ("added", "changed", "unchanged"))
            self.stdout.write(f"{table}: {numbers}")
