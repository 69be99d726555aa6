from celery import shared_task
from django.utils import timezone

from notifications import delivery


@shared_task
def deliver():
    """Send what waits in the outbox."""
    delivery.deliver_waiting()


@shared_task
def sweep():
    """Give back what a killed worker left in the middle, and send what waits."""
    delivery.give_back_unfinished(timezone.now())
    delivery.deliver_waiting()
