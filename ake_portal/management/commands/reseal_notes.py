"""Seal the notes of mentoring groups with the newest key of NOTES_KEYS, so that older keys can go."""

from django.core.management.base import BaseCommand, CommandError

from mentoring import notes


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        done, lost = notes.reseal()
        self.stdout.write(f"{done} notes are sealed with the newest key.")
        if lost:
            raise CommandError(
                f"{lost} notes are opened by none of the keys: they stay as they are. Keep looking for their key."
            )
