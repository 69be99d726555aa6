"""Notes and themes go 90 days after the cohort is closed; those of one that was called off, which nobody can open, at once."""

from datetime import time, timedelta

from django.db import transaction
from django.db.models import Q

from ake_portal.lib import days
from mentoring.models import Cohort, Note, Theme


def ended(now):
    """Cohorts whose groups' notes have to be gone: from the morning of Cohort.notes_go_on."""
    tomorrow = days.at(days.local(now).date() + timedelta(days=1), time(0))
    closed = Q(state=Cohort.State.CLOSED, state_since__lt=tomorrow - Cohort.NOTES_KEPT)
    return Cohort.objects.filter(closed | Q(state=Cohort.State.CANCELLED))


@transaction.atomic
def delete_old(now):
    """Delete the notes and themes of ended cohorts. Returns how many notes and themes have gone."""
    cohorts = ended(now).values("pk")
    notes, _ = Note.objects.filter(meeting__group__cohort__in=cohorts).delete()
    themes = Theme.objects.filter(group__cohort__in=cohorts)
    number = themes.count()
    themes.delete()
    return notes + number
