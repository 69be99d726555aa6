"""How long a trip is: a first guess from the map that the traveller puts right."""

from ake_portal.lib.distance import road_km


def _place(thing):
    return (thing.lat, thing.lon) if thing is not None and thing.lat is not None and thing.lon is not None else None


def home_of(visit):
    """(latitude, longitude) of where the traveller works, or of the municipality; None when neither is known."""
    return _place(visit.branch) or _place(visit.municipality)


def estimate(visit):
    """Kilometres from home over the stops and back, by road as far as the map tells; None when a place is not on it."""
    home = home_of(visit)
    stops = [_place(stop.branch) or _place(stop.branch.municipality) for stop in visit.stops.all()]
    if home is None or not stops or None in stops:
        return None
    way = [home, *stops, home]
    return round(sum(road_km(*here, *there) for here, there in zip(way, way[1:], strict=False)))


def route(visit):
    """The places in order, there and back, as one line."""
    home = str(visit.branch or visit.municipality or visit.library)
    return " – ".join([home, *(str(stop.branch) for stop in visit.stops.all()), home])
