"""The one list of automatic reminders."""

from budgets import reminders as budgets
from ideas import reminders as ideas
from mentoring import closing_reminders as mentoring_closing
from mentoring import meeting_reminders as mentoring_groups
from mentoring import reminders as mentoring
from networks import loan_reminders as loans
from networks import reminders as networks
from peerlearning import claim_reminders as claims
from peerlearning import expertise_reminders as expertise
from peerlearning import reminders as peerlearning
from peerlearning import wish_reminders as wishes
from trainings import reminders as trainings

RULES = [
    *trainings.RULES,
    *peerlearning.RULES,
    *wishes.RULES,
    *claims.RULES,
    *expertise.RULES,
    *budgets.RULES,
    *ideas.RULES,
    *networks.RULES,
    *loans.RULES,
    *mentoring_closing.RULES,
    *mentoring.RULES,
    *mentoring_groups.RULES,
]
