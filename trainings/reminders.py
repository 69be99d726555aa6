"""When participants are reminded: a week before when they travel, the day before in any case."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from notifications.reminders import Due, Rule
from trainings import mails
from trainings.models import Mode, Registration, Training


def _follows_closely(session, sessions, days_before):
    """Whether an earlier session of the same training lies inside the days of the reminder: one mail is enough for both."""
    day = days.local(session.starts_at).date()
    return any(
        0 <= (day - days.local(other.starts_at).date()).days <= days_before
        for other in sessions[: sessions.index(session)]
    )


def _known_since(registration, session):
    """When the person was told this time and place last: by the confirmation, or by the mail about a move."""
    is_new = registration.state == Registration.State.REGISTERED
    joined = registration.changed_at if is_new else registration.created_at
    return max(joined, session.changed_at) if session.revision else joined


def _find(name, days_before, expires_days_before, modes):
    def find(since, until):
        horizon = until + timedelta(days=days_before + 1)
        registrations = (
            Registration.objects.taking_part()  # also those whose first session has been ticked off
            .filter(
                mode__in=modes,
                training__state=Training.State.PUBLISHED,
                training__ends_at__gt=since,
                training__sessions__starts_at__gt=since,
                training__sessions__starts_at__lt=horizon,
            )
            .select_related("training__region", "person__library__region")
            .prefetch_related("training__sessions")
            .distinct()
        )
        for registration in registrations:
            sessions = list(registration.training.sessions.all())
            for session in sessions:
                if _follows_closely(session, sessions, days_before):
                    continue
                send_at = days.days_before(session.starts_at, days_before, time(9))
                expires_at = (
                    min(session.starts_at, days.days_before(session.starts_at, expires_days_before, time(9)))
                    if expires_days_before is not None
                    else session.starts_at
                )
                if send_at <= until and expires_at > since and _known_since(registration, session) <= send_at:
                    # By day: who was reminded is reminded again when it moves to another day, not for another room
                    key = f"trainings/{name}:{registration.pk}:{session.pk}:{days.local(session.starts_at).date()}"
                    yield Due(
                        key=key,
                        send_at=send_at,
                        expires_at=expires_at,
                        person=registration.person,
                        about=registration.training.title,
                        region=registration.training.region,
                        send=lambda registration=registration, session=session, key=key: mails.starts_soon(
                            registration, session, key, now=until
                        ),
                    )

    return find


RULES = [
    Rule("trainings.week", _("A week before a training on site"), _find("week", 7, 1, [Mode.ONSITE])),
    Rule("trainings.day", _("The day before a training"), _find("day", 1, None, [Mode.ONSITE, Mode.REMOTE])),
]
