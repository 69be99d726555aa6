"""What a person has when, and what waits, as far as visits go: for the home page and the private feed."""

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from ake_portal.lib.money import ZERO, cents
from peerlearning import mails
from peerlearning.models import Claim, Consent, Stop, Traveller, Visit

SHOWN = (Visit.State.APPROVED, Visit.State.DONE, Visit.State.CLOSED)


def waiting_for(user):
    """Consents that `user` may give now, the most urgent first."""
    return Consent.objects.decidable_by(user).for_rows()


def to_claim(user):
    """The reader's part in made visits whose claim is not sent: travellers, one for each visit."""
    unsent = Q(claim__isnull=True) | Q(claim__state__in=Claim.UNSENT)
    return Traveller.objects.filter(unsent, person=user, visit__state=Visit.State.DONE, visit__expense__isnull=False)


def events_for(user, since, until):
    """Calendar entries between two moments: own approved visits, those called off after the approval, and visits to come to oneself."""
    called_off = Q(state=Visit.State.CANCELLED, approved_at__isnull=False)
    within = Q(returns_at__gte=since, leaves_at__lte=until)
    own = Visit.objects.of(user).filter(within, Q(state__in=SHOWN) | called_off).for_page().order_by("leaves_at")
    entries = [mails.entry(visit, user.language) for visit in own]
    hosted = (
        Stop.objects.filter(
            consents__in=Consent.objects.filter(
                Q(person=user) | Q(decided_by=user), kind=Consent.Kind.HOST, state=Consent.State.GIVEN
            ),
            visit__state__in=SHOWN,
            starts_at__lte=until,
            ends_at__gte=since,
        )
        .select_related("branch", "visit__traveller", "visit__library", "visit__region")
        .prefetch_related("visit__travellers", "visit__stops__branch")
        .distinct()
    )
    return entries + [mails.entry(stop.visit, user.language, stop=stop) for stop in hosted]


def staff_coming(user, now=None):
    """Visits on their way or to be made by the staff of libraries that `user` directs, the next first."""
    now = now or timezone.now()
    visits = Visit.objects.from_library_of(user).filter(
        state__in=[Visit.State.SUBMITTED, Visit.State.APPROVED], returns_at__gte=now
    )
    return visits.for_rows().order_by("leaves_at", "pk")


def costs_of(libraries, year):
    """What the AKE has paid and still means to pay in a year for the staff of `libraries`: {"number", "spent", "bound"} in euros.

    Of a group's trip a library's part is that of its travellers.
    """
    travellers = Traveller.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    own = Traveller.objects.filter(library__in=libraries)
    rows = list(
        Visit.objects.filter(pk__in=own.values("visit"), leaves_at__year=year, state__in=Visit.MADE)
        .annotate(
            own=Subquery(travellers.filter(library__in=libraries).values(n=Count("pk"))),
            everybody=Subquery(travellers.values(n=Count("pk"))),
            spent=Sum("expense__bookings__spent", default=ZERO),
            reserved=Sum("expense__bookings__reserved", default=ZERO),
            committed=Sum("expense__bookings__committed", default=ZERO),
        )
        .values_list("own", "everybody", "spent", "reserved", "committed")
    )
    return {
        "number": len(rows),
        "spent": cents(sum((spent * own / everybody for own, everybody, spent, _, _ in rows), ZERO)),
        "bound": cents(sum(((held + bound) * own / everybody for own, everybody, _, held, bound in rows), ZERO)),
    }
