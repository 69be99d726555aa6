"""The meetings of a person's mentoring groups, for the own page and the private feed."""

from django.db.models import Q
from django.utils import timezone

from mentoring import invitations
from mentoring.models import Group, Meeting


def _meetings_of(person):
    """Of the groups in which the person takes part, and of those that the person is the mentor of."""
    own = person.applications.filter(state="member").values("group")
    groups = Group.objects.filter(Q(pk__in=own) | Q(mentor=person))
    return Meeting.objects.filter(group__in=groups.values("pk")).select_related("group__topic", "group__cohort")


def coming(person, now=None):
    """Meetings that have not ended, the next first, the cancelled ones among them while one can still open their page."""
    meetings = _meetings_of(person).filter(ends_at__gte=now or timezone.now())
    return list(meetings.exclude(group__cohort__state="cancelled").order_by("starts_at", "pk"))


def events_for(person, since, until):
    """Calendar entries between two moments, cancelled meetings marked so."""
    meetings = _meetings_of(person).filter(ends_at__gte=since, starts_at__lte=until).order_by("starts_at", "pk")
    return [invitations.entry(meeting, person.language) for meeting in meetings]
