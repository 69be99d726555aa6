"""Whether mails flow: for probes and for whoever runs the portal. Fast, also with the broker gone."""

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from notifications.models import Mail
from notifications.outbox import impatient_broker


def broker_answers():
    """Whether the broker answers, found out within half a second."""
    if settings.EMBEDDED:
        return True
    try:
        with impatient_broker() as broker:
            return broker.default_channel is not None
    except Exception:  # whatever the broker's client raises
        return False


def report():
    """The broker's state; how many mails wait, the age in seconds of the oldest that is due, and how many have failed."""
    now = timezone.now()
    due = Q(state=Mail.State.QUEUED, send_after__lte=now) | Q(state=Mail.State.SENDING)
    mails = Mail.objects.filter(due | Q(state=Mail.State.FAILED)).aggregate(
        waiting=Count("pk", filter=due),
        oldest=Min("created_at", filter=due),
        failed=Count("pk", filter=Q(state=Mail.State.FAILED)),
    )
    age = int((now - mails["oldest"]).total_seconds()) if mails["oldest"] else 0
    return {
        "broker": "ok" if broker_answers() else "gone",
        "outbox": {"waiting": mails["waiting"], "oldest_seconds": max(0, age), "failed": mails["failed"]},
    }
