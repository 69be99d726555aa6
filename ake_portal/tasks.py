"""Scheduled work: each task is safe to run twice, at the same time too."""

from celery import shared_task
from django.utils import timezone

from ake_portal import privacy, reminders
from mentoring import actions as mentoring
from mentoring import survey
from networks import loans
from notifications import reminders as runner
from peerlearning import actions as visits
from peerlearning import wishes
from people import mails as people
from trainings import actions as trainings


@shared_task
def send_reminders():
    runner.run(reminders.RULES, timezone.now())


@shared_task
def expire_seat_offers():
    trainings.expire_all_offers()


@shared_task
def move_visits():
    visits.tick()
    wishes.tick()


@shared_task
def move_mentoring():
    mentoring.tick()
    survey.tick()


@shared_task
def move_loans():
    loans.tick()


@shared_task
def send_digests():
    people.send_digests(timezone.now())


@shared_task
def keep_retention():
    privacy.keep_retention(timezone.now())
