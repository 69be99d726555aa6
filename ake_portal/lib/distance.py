"""How far it is between two places, for a first guess that people put right."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
DETOUR = 1.25  # a road is so much longer than the straight line


def straight_km(lat1, lon1, lat2, lon2):
    """Kilometres along the surface of the earth between two places in degrees."""
    lat1, lon1, lat2, lon2 = (radians(value) for value in (lat1, lon1, lat2, lon2))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def road_km(lat1, lon1, lat2, lon2):
    """Kilometres by road, estimated from the straight line."""
    return straight_km(lat1, lon1, lat2, lon2) * DETOUR
