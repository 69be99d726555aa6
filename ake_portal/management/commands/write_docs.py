"""Write the pages of docs/ that are generated from code."""

from django.conf import settings
from django.core.management.base import BaseCommand

from trainings import workflow


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        (settings.BASE_DIR / "docs" / "workflows.md").write_text(workflow.as_markdown())
