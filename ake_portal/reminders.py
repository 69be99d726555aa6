"""The one list of automatic reminders."""

from budgets import reminders as budgets
from peerlearning import reminders as peerlearning
from trainings import reminders as trainings

RULES = [*trainings.RULES, *peerlearning.RULES, *budgets.RULES]
