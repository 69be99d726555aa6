"""Reminders of visits: a consent that waits, after three and seven working days; a trip that is close."""

from datetime import time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from notifications.reminders import Due, Rule
from peerlearning import consents, mails
from peerlearning.models import Consent, Visit

AFTER = (3, 7)  # working days
IN_HASTE = timedelta(days=10)
LEAVES_SOON = 2  # days before


def quiet_for(consent):
    """When the clock of a consent stands still: the region's quiet periods, unless the trip is within ten days of the asking."""
    visit = consent.visit
    if visit.leaves_at - consent.asked_at <= IN_HASTE:
        return ()
    library = consent.library or (consent.stop and consent.stop.branch.library)
    return visit.region.quiet_periods(timezone.localdate(consent.asked_at), library)


def waits_since(consent, working_days):
    """The moment at which a consent has waited so many working days: nine o'clock of the day after them."""
    asked = timezone.localdate(consent.asked_at)
    return days.at(days.add_working_days(asked, working_days, quiet_for(consent)), time(9))


def waiting_consents():
    """Open consents of sent visits, with all that their clock and their mails need."""
    return (
        Consent.objects.open()
        .filter(visit__state=Visit.State.SUBMITTED)
        .select_related(
            "visit__region",
            "visit__library",
            "visit__traveller",
            "person__library__region",
            "library",
            "stop__branch__library",
        )
        .prefetch_related(
            "visit__region__quiet", "visit__stops__branch__library", "visit__travellers__person", "visit__costs"
        )
    )


def _find(number, until_number):
    def find(since, until):
        for consent in waiting_consents():
            send_at = waits_since(consent, number)
            last = waits_since(consent, until_number) if until_number else consent.visit.leaves_at
            expires_at = min(last, consent.visit.leaves_at)
            if send_at > until or expires_at <= since:
                continue
            for person in consents.askable(consent):
                who = person.pk or person.email
                yield Due(
                    key=f"peerlearning/asked:{consent.visit_id}:{consent.pk}:{number}:{who}",
                    send_at=send_at,
                    expires_at=expires_at,
                    person=person,
                    about=str(consent.visit),
                    region=consent.visit.region,
                    send=lambda consent=consent: mails.asked(consent, reminder=str(number)),
                )

    return find


def _soon(since, until):
    visits = Visit.objects.filter(
        state=Visit.State.APPROVED,
        leaves_at__gt=since,
        leaves_at__lt=until + timedelta(days=LEAVES_SOON + 1),
    ).for_page()
    for visit in visits:
        send_at = days.days_before(visit.leaves_at, LEAVES_SOON, time(9))
        # who got the approval inside the window has just read it all
        if send_at > until or visit.leaves_at <= since or visit.approved_at > send_at:
            continue
        for traveller in visit.travellers.all():
            key = f"peerlearning/leaves_soon:{visit.pk}:{visit.first_day}:{traveller.person_id}"
            yield Due(
                key=key,
                send_at=send_at,
                expires_at=visit.leaves_at,
                person=traveller.person,
                about=str(visit),
                region=visit.region,
                send=lambda visit=visit, person=traveller.person, key=key: mails.leaves_soon(visit, person, key),
            )


RULES = [
    Rule("peerlearning.consent3", _("A decision on a visit waits for three working days"), _find(3, 7)),
    Rule("peerlearning.consent7", _("A decision on a visit waits for seven working days"), _find(7, None)),
    Rule("peerlearning.soon", _("Two days before a visit"), _soon),
]
