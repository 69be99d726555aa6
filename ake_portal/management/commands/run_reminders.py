"""Post the reminders that are due now, or would be at another moment."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ake_portal import reminders
from notifications import reminders as runner


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--as-of", help="a day or moment such as 2026-11-24 or 2026-11-24T09:00 (in Helsinki)")

    def handle(self, *, as_of, **options):
        now = timezone.now()
        if as_of:
            try:
                now = datetime.fromisoformat(as_of)
            except ValueError as error:
                raise CommandError(f"{as_of} is no moment: write it like 2026-11-24T09:00.") from error
            if timezone.is_naive(now):
                now = timezone.make_aware(now)
        number = runner.run(reminders.RULES, now)
        self.stdout.write(f"{number} reminders posted as of {timezone.localtime(now):%Y-%m-%d %H:%M}.")
