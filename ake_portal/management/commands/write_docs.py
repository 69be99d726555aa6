"""Write the pages of docs/ that are generated from code."""

from django.conf import settings
from django.core.management.base import BaseCommand

from ake_portal.lib.moves import as_markdown
from budgets import workflow as budgets
from ideas import workflow as ideas
from mentoring import workflow as mentoring
from networks import loan_workflow as loans
from networks import workflow as networks
from peerlearning import workflow as peerlearning
from trainings import workflow as trainings

HEAD = (
    "# Workflows\n\nWritten by `make docs` from the `workflow.py` of each app. *Owner* is the AKE of the region,"
    " *organisers* are the owner and the co-organisers, *clock* is a scheduled task or another move.\n"
)
TABLES = {
    "A training": trainings.TRAINING,
    "A registration": trainings.REGISTRATION,
    "A visit": peerlearning.VISIT,
    "A travel claim": peerlearning.CLAIM,
    "A wish for a host": peerlearning.WISH,
    "A plan": budgets.PLAN,
    "An invoice": budgets.INVOICE,
    "An idea": ideas.IDEA,
    "A membership of a network": networks.MEMBERSHIP,
    "A loan of a kit": loans.LOAN,
    "A cohort of group mentoring": mentoring.COHORT,
    "An application to a cohort": mentoring.APPLICATION,
}


def workflows():
    """docs/workflows.md."""
    return "\n".join([HEAD, *(as_markdown(title, moves) for title, moves in TABLES.items())])


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        (settings.BASE_DIR / "docs" / "workflows.md").write_text(workflows())
