"""A person's sign-ups: for the export of one's own data, and when the data is erased."""

from django.utils import timezone

from trainings import actions
from trainings.models import Registration, Training

State = Registration.State


def export_for(person):
    """Plain data for one's own export."""
    registrations = (
        person.registrations.select_related("training__region", "library", "municipality")
        .prefetch_related("attendances__session")
        .order_by("pk")
    )
    return [
        {
            "training": str(registration.training),
            "organiser": str(registration.training.region),
            "starts_at": registration.training.starts_at,
            "ends_at": registration.training.ends_at,
            "takes_part": registration.mode,
            "state": registration.state,
            "library": str(registration.library or ""),
            "municipality": str(registration.municipality or ""),
            "signed_up_at": registration.created_at,
            "attendance": [
                {"session": attendance.session.starts_at, "was_there": attendance.was_there}
                for attendance in registration.attendances.all()
            ],
        }
        for registration in registrations
    ]


def leave_everything(person, now=None):
    """Give up every seat, offer and place in the queue that is still to come, so that others get them."""
    now = now or timezone.now()
    coming = Registration.objects.filter(
        person=person,
        state__in=[State.REGISTERED, State.WAITING, State.OFFERED],
        training__state=Training.State.PUBLISHED,
        training__ends_at__gt=now,
    )
    for registration in coming.select_related("training"):
        actions.cancel(registration, by=person, even_late=True, now=now)
