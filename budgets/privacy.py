"""What a person has done with plans and money, for the export of one's own data.

Bookings and invoices are accounting records of the city: they stay with the key of an erased person, who has no name then.
"""

from django.db.models import Q

from budgets.models import Booking, Bookkeeping, Invoice, Measure


def export_for(person):
    """Plain data for one's own export."""
    return {
        "responsible_for": [str(measure) for measure in Measure.objects.filter(responsible=person)],
        "bookings": [
            {"at": booking.at, "kind": booking.kind, "text": booking.text, "euros": str(booking.amount)}
            for booking in Booking.objects.filter(by=person).order_by("pk")
        ],
        "invoices": [
            {
                "invoice": str(invoice),
                "euros": str(invoice.amount),
                "entered": invoice.entered_by_id == person.pk,
                "checked": invoice.checked_by_id == person.pk,
                "approved": invoice.approved_by_id == person.pk,
            }
            for invoice in Invoice.objects.filter(
                Q(entered_by=person) | Q(checked_by=person) | Q(approved_by=person)
            ).select_related("expense")
        ],
    }


def let_go(person):
    """What an erased person does no more: approve invoices, answer for measures of open plans."""
    for bookkeeping in Bookkeeping.objects.filter(approvers=person):
        bookkeeping.approvers.remove(person)
    Measure.objects.filter(responsible=person).exclude(focus_area__plan__state="frozen").update(responsible=None)
