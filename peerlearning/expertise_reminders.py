"""Once a year a library is asked whether what it shows still holds."""

from datetime import time, timedelta

from django.db.models import Min, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from notifications.reminders import Due, Rule
from peerlearning import expertise_mails as mails
from peerlearning.models import Expertise, ExpertiseEditor
from people.models import Library

LATE = timedelta(days=30)  # after that the question of the next year will do


def _stale(since, until):
    after = timedelta(days=Expertise.STALE_AFTER)
    libraries = (
        Library.objects.working()
        .annotate(oldest=Min("expertise__checked_on", filter=Q(expertise__is_shown=True)))
        .filter(oldest__lte=days.local(until).date() - after, oldest__gte=days.local(since).date() - after - LATE)
        .select_related("region", "director")
        .prefetch_related(
            Prefetch("expertise", Expertise.objects.filter(is_shown=True).order_by("pk")),
            Prefetch("expertise_editors", ExpertiseEditor.objects.select_related("person").order_by("pk")),
        )
        .order_by("pk")
    )
    for library in libraries:
        send_at = days.at(library.oldest + after, time(9))
        for person in _keepers(library):
            key = f"peerlearning/still_true:{library.pk}:{library.oldest}:{person.pk}"
            yield Due(
                key=key,
                send_at=send_at,
                expires_at=send_at + LATE,
                person=person,
                about=str(library),
                region=library.region,
                send=lambda library=library, person=person, key=key: mails.still_true(
                    library, person, rows=list(library.expertise.all()), key=key
                ),
            )


def _keepers(library):
    """Whom to ask: the named editors who still work there, else the director."""
    editors = [editor.person for editor in library.expertise_editors.all() if editor.is_there]
    if editors:
        return editors
    return [library.director] if library.director and library.director.is_active else []


RULES = [Rule("peerlearning.still_true", _("Once a year: does a library's expertise still hold"), _stale)]
