"""Cohorts that have come as far as their groups, for tests of the desk."""

from datetime import timedelta

from django.utils import timezone

from mentoring import actions, placing
from mentoring.models import Application, Cohort
from tests import builders

NAMES = ("Aalto", "Berg", "Castrén", "Dahl", "Eskola", "Forss", "Granö", "Hakala", "Ivalo", "Järvi")


def applicants(cohort, number_of, *topics, library, first=0, **fields):
    """`number_of` people of the library who have applied."""
    made = []
    for number in range(first, first + number_of):
        person = builders.person(
            f"hakija{number}@kirjasto.example", f"Hakija{number}", NAMES[number % len(NAMES)], library=library
        )
        made.append(builders.application(cohort, person, *topics, **fields))
    return made


def to_forming(cohort):
    """The cohort after its deadline."""
    Cohort.objects.filter(pk=cohort.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    return actions.form(Cohort.objects.get(pk=cohort.pk))


def announced(cohort):
    return placing.announce(to_forming(cohort) if cohort.state == Cohort.State.OPEN else cohort)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def states(*applications):
    return [Application.objects.get(pk=one.pk).state for one in applications]
