"""The one list of automatic reminders."""

from trainings import reminders as trainings

RULES = [*trainings.RULES]
