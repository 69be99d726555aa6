"""The meetings of a person's mentoring groups, for the own page and the private feed."""

from django.utils import timezone

from mentoring import invitations
from mentoring.models import Meeting


def _meetings_of(person):
    """Of the groups in which the person takes part."""
    return Meeting.objects.filter(
        group__applications__person=person, group__applications__state="member"
    ).select_related("group__topic", "group__cohort")


def coming(person, now=None):
    """Meetings that have not ended, the next first, the cancelled ones among them while one can still open their page."""
    meetings = _meetings_of(person).filter(ends_at__gte=now or timezone.now())
    return list(meetings.exclude(group__cohort__state="cancelled").order_by("starts_at", "pk"))


def events_for(person, since, until):
    """Calendar entries between two moments, cancelled meetings marked so."""
    meetings = _meetings_of(person).filter(ends_at__gte=since, starts_at__lte=until).order_by("starts_at", "pk")
    return [invitations.entry(meeting, person.language) for meeting in meetings]
