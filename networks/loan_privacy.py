"""A person's loans of kits: for the export of one's own data, when the person is erased, and when a loan is old."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from networks import loans
from networks.models import Loan

KEPT = timedelta(days=2 * 365)  # who borrowed, after the loan


def export_for(person):
    """Plain data for one's own export."""
    return [
        {
            "kit": str(loan.kit),
            "library": str(loan.library),
            "state": loan.state,
            "first_day": loan.first_day,
            "last_day": loan.last_day,
            "booked_at": loan.booked_at,
            "picked_up_on": loan.picked_up_on,
            "returned_on": loan.returned_on,
            "condition": loan.condition,
            "reason": loan.reason,
        }
        for loan in Loan.objects.filter(person=person).select_related("kit", "library").by_day()
    ]


def let_go(person):
    """What is booked is given up, and whoever lends the kit is told; the kit that is out is the library's, its loan stays."""
    for loan in Loan.objects.filter(person=person, state=Loan.State.BOOKED).select_related("kit"):
        loans.cancel(loan, by=person)


def forget_old(now):
    """Forget who borrowed what came back, was cancelled or never fetched more than two years ago; library and days stay. Returns how many."""
    last = timezone.localdate(now - KEPT)
    returned = Q(state=Loan.State.RETURNED, returned_on__lt=last)
    freed = Q(state__in=Loan.FREED, last_day__lt=last)
    return Loan.objects.filter(returned | freed, person__isnull=False).update(person=None)
