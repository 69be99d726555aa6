"""The one list of automatic reminders."""

from budgets import reminders as budgets
from trainings import reminders as trainings

RULES = [*trainings.RULES, *budgets.RULES]
