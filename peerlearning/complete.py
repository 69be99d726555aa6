"""What a visit still lacks before it can be sent: (field, code of messages.TEXTS) pairs."""

from django.utils import timezone

from peerlearning.models import CostLine, Visit

STEPS = {
    "where": ("stops", "topics", "subject"),
    "when": ("goal", "leaves_at", "stop_times"),
    "travel": ("travel", "km", "no_transit_reason"),
}


def step_of(field):
    """The step of the wizard where a field is put right."""
    return next(step for step, fields in STEPS.items() if field in fields)


def next_step(visit):
    """The first step of the wizard in which something is missing, or the look over it all."""
    missing = lacks(visit)
    return step_of(missing[0][0]) if missing else "review"


def lacks(visit, now=None):
    """[(field, code)] in the order of the wizard."""
    now = now or timezone.now()
    stops = list(visit.stops.select_related("branch__library"))
    found = []
    if not stops:
        found.append(("stops", "no_stop"))
    if not visit.topics.exists():
        found.append(("topics", "no_topic"))
    if not visit.subject:
        found.append(("subject", "no_subject"))
    libraries = {stop.library for stop in stops if stop.library}
    if any(library.pk == visit.library_id for library in libraries):
        found.append(("stops", "own_library"))
    return found + _times(visit, stops, now) + _travel(visit)


def _times(visit, stops, now):
    found = [] if visit.goal else [("goal", "no_goal")]
    if not visit.leaves_at or not visit.returns_at:
        return [*found, ("leaves_at", "no_dates")]
    if visit.leaves_at <= now:
        found.append(("leaves_at", "past"))
    if any(not stop.starts_at or not stop.ends_at for stop in stops):
        found.append(("stop_times", "no_stop_time"))
    elif any(stop.starts_at < visit.leaves_at or stop.ends_at > visit.returns_at for stop in stops):
        found.append(("stop_times", "stop_outside"))
    return found


def _travel(visit):
    if not visit.travel:
        return [("travel", "no_travel")]
    found = []
    by_car = visit.costs.filter(kind=CostLine.Kind.KM).exists()
    if visit.travel == Visit.Travel.CAR:
        if not visit.km:
            found.append(("km", "no_km"))
        if by_car and not visit.no_transit_reason:
            found.append(("no_transit_reason", "no_transit_reason"))
    return found
