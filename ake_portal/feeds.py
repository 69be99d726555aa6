"""The private calendar of a person, to subscribe to: whoever has its address reads it, so the address can be renewed."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from ake_portal.lib import calendars
from mentoring import group_agenda as mentoring
from networks import loan_agenda
from peerlearning import agenda as peerlearning
from people.models import User
from trainings import agenda as trainings
from trainings.views import calendar_response

LOOKS_BACK, LOOKS_AHEAD = timedelta(days=365), timedelta(days=730)


@login_not_required
@require_safe
def calendar_feed(request, token):
    """What the person of `token` has when, in the language of the person's mails; 404 when the address was renewed."""
    person = User.objects.active().filter(calendar_token=token).first()
    if person is None:
        raise Http404
    now = timezone.now()
    with override(person.language):
        since, until = now - LOOKS_BACK, now + LOOKS_AHEAD
        entries = [
            entry
            for app in (trainings, peerlearning, mentoring, loan_agenda)
            for entry in app.events_for(person, since, until)
        ]
        text = calendars.feed(gettext("My events in the AKE portal"), entries)
    return calendar_response(request, text, "ake.ics", cache="private, max-age=900")
