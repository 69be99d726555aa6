"""The one list of automatic reminders."""

from budgets import reminders as budgets
from ideas import reminders as ideas
from trainings import reminders as trainings

RULES = [*trainings.RULES, *budgets.RULES, *ideas.RULES]
