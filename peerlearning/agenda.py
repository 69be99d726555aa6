"""What a person has when, and what waits, as far as visits go: for the home page and the private feed."""

from collections import defaultdict
from datetime import date, datetime, time
from functools import cache

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from ake_portal.lib import days
from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.prepared import Prepared
from peerlearning import mails
from peerlearning.models import Claim, Consent, Traveller, Visit
from peerlearning.models.visits import Stop, stops_in_rows

SHOWN = (Visit.State.APPROVED, Visit.State.DONE, Visit.State.CLOSED)
MOST = 16  # rows of the lists that are prepared: one more than a director's page shows at first
WAITING = Prepared(
    lambda person, day: Consent.objects.undecided().concerning_keys(person, [], day).for_rows()[:MOST], int, date
)
COMING = Prepared(lambda person, day, now: _coming(person, day, now).without_stops()[:MOST], *(int, date, datetime))
STOPS = Prepared(lambda *visits: stops_in_rows().filter(visit__in=visits), *[int] * MOST)


def waiting_for(user):
    """Consents that `user` may give now, the most urgent first."""
    return Consent.objects.decidable_by(user).for_rows()


def first_waiting(user):
    """What waiting_for gives, to MOST of them, as a list; quickly for whoever works for no AKE."""
    if user.coordinated_regions:
        return list(waiting_for(user)[:MOST])
    return WAITING(user.pk, timezone.localdate())


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
    return _coming(user, timezone.localdate(), now or timezone.now()).for_rows()


def _coming(user, day, now):
    visits = Visit.objects.from_library_of(user, day)
    visits = visits.filter(state__in=[Visit.State.SUBMITTED, Visit.State.APPROVED], returns_at__gte=now)
    return visits.order_by("leaves_at", "pk")


def first_staff_coming(user):
    """What staff_coming gives, to MOST of them, as a list with its stops, in two queries that are written once."""
    visits = COMING(user.pk, timezone.localdate(), timezone.now())
    stops = defaultdict(list)
    keys = [visit.pk for visit in visits]
    for stop in STOPS(*keys, *[keys[-1]] * (MOST - len(keys))) if keys else ():
        stops[stop.visit_id].append(stop)
    for visit in visits:
        visit._prefetched_objects_cache = {"stops": stops[visit.pk]}  # as prefetching leaves them
    return visits


@cache
def _costs(number):
    """What visits of a time have cost, by visit, for the staff of so many libraries."""

    def build(since, until, *libraries):
        travellers = Traveller.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
        own = Traveller.objects.filter(library__in=libraries)
        return (
            Visit.objects.filter(pk__in=own.values("visit"), state__in=Visit.MADE)
            .filter(leaves_at__gte=since, leaves_at__lt=until)
            .order_by()
            .annotate(
                own=Subquery(travellers.filter(library__in=libraries).values(n=Count("pk"))),
                everybody=Subquery(travellers.values(n=Count("pk"))),
                spent=Sum("expense__bookings__spent", default=ZERO),
                reserved=Sum("expense__bookings__reserved", default=ZERO),
                committed=Sum("expense__bookings__committed", default=ZERO),
            )
            .values_list("own", "everybody", "spent", "reserved", "committed")
        )

    return Prepared(build, datetime, datetime, *[int] * number)


def costs_of(libraries, year):
    """What the AKE has paid and still means to pay in a year for the staff of `libraries`: {"number", "spent", "bound"} in euros.

    Of a group's trip a library's part is that of its travellers.
    """
    keys = [library.pk for library in libraries]
    since, until = (days.at(date(one, 1, 1), time.min) for one in (year, year + 1))
    rows = _costs(len(keys))(since, until, *keys)
    return {
        "number": len(rows),
        "spent": cents(sum((spent * own / everybody for own, everybody, spent, _, _ in rows), ZERO)),
        "bound": cents(sum(((held + bound) * own / everybody for own, everybody, _, held, bound in rows), ZERO)),
    }
