"""The mails that were sent to a person, and their ageing."""

from datetime import timedelta

from django.db.models import Q

from notifications.models import Mail

KEPT = timedelta(days=2 * 365)


def export_for(person):
    """Plain data for one's own export; what holds a code or a link that acts is left out."""
    return [
        {
            "subject": mail.subject,
            "address": mail.address,
            "state": mail.state,
            "written_at": mail.created_at,
            "sent_at": mail.sent_at,
            "text": "" if mail.is_secret else mail.text,
        }
        for mail in Mail.objects.filter(person=person).order_by("pk")
    ]


def blank_old(now):
    """Take texts and addresses out of mails sent, or given up unsent, more than two years ago; that there was one stays. Returns how many."""
    is_old = Q(state=Mail.State.SENT, sent_at__lt=now - KEPT) | Q(state=Mail.State.UNWANTED, created_at__lt=now - KEPT)
    old = Mail.objects.filter(is_old).exclude(text="", html="", address="")
    return old.update(text="", html="", calendars=[], address="", unsubscribe_url="")
