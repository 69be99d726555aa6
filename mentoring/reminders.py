"""Who is reminded of a place in a mentoring group: whoever has not answered two days before it goes to the next."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from mentoring import mails
from mentoring.models import Application, Cohort
from notifications.reminders import Due, Rule

DAYS_BEFORE = 2
JUST_OFFERED = timedelta(days=1)  # whoever has got the place within it needs no reminder


def _place_waits(since, until):
    waiting = Application.objects.filter(
        state=Application.State.OFFERED, cohort__state=Cohort.State.RUNNING, offer_until__gt=since
    )
    for application in waiting.select_related("person__library__region", "cohort__region", "group__topic").order_by(
        "pk"
    ):
        send_at = days.days_before(application.offer_until, DAYS_BEFORE)
        if send_at > until or application.state_since + JUST_OFFERED > send_at:
            continue
        key = f"mentoring/place_waits:{application.pk}:{application.offer_until.isoformat()}"
        yield Due(
            key=key,
            send_at=send_at,
            expires_at=application.offer_until,
            person=application.person,
            about=str(application.cohort),
            region=application.cohort.region,
            send=lambda application=application, key=key: mails.place_waits(application, key),
        )


RULES = [
    Rule("mentoring.place_waits", _("A place in a mentoring group two days before it goes to the next"), _place_waits)
]
