"""Regions, themes, topics and places as pages and mails name them: from memory, at most a minute old. Not for forms and rights."""

from dataclasses import dataclass, field

from django.apps import apps

from ake_portal.lib.kept import Kept, KeptTable

regions = KeptTable("people.Region")
themes = KeptTable("people.Theme")
topics = KeptTable("people.Topic")


@dataclass
class Places:
    """Where things are, as (latitude, longitude): working branches by their keys, and of each library every place."""

    branches: dict = field(default_factory=dict)
    libraries: dict = field(default_factory=dict)


def _read_places():
    found = Places()
    on_map = {"library__isnull": False, "lat__isnull": False, "lon__isnull": False}
    branches = apps.get_model("people.Branch").objects.filter(closed_on=None, **on_map).order_by("pk")
    for key, library, lat, lon in branches.values_list("pk", "library", "lat", "lon"):
        found.branches[key] = (lat, lon)
        found.libraries.setdefault(library, []).append((lat, lon))
    towns = apps.get_model("people.Municipality").objects.filter(**on_map).order_by("pk")
    with_branches = set(found.libraries)
    for library, lat, lon in towns.values_list("library", "lat", "lon"):
        if library not in with_branches:  # then the municipality says about where it is
            found.libraries.setdefault(library, []).append((lat, lon))
    return found


places = Kept(_read_places)
