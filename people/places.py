"""What the portal knows of the country from its own tables: regions, municipalities, topics and themes."""

import csv
from collections import Counter
from pathlib import Path

from django.db import transaction

from ake_portal.lib.progress import progress
from people.models import Municipality, Region, Theme, Topic

DATA = Path(__file__).parent / "data"


def _rows(name):
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def put(model, key, values, fill_only=()):
    """Bring the row of `model` that `key` (a dict) names to `values`: "added", "changed" or "unchanged".

    Fields named in `fill_only` are set on a new row and left alone afterwards, for they are edited in the admin.
    """
    row = model.objects.filter(**key).first()
    if row is None:
        row = model(**key, **values)
        row.full_clean(validate_unique=False)
        row.save()
        return row, "added"
    changed = [name for name, value in values.items() if name not in fill_only and getattr(row, name) != value]
    if not changed:
        return row, "unchanged"
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean(validate_unique=False)
    row.save()
    return row, "changed"


@transaction.atomic
def load():
    """Load all tables; {table name: Counter of added, changed, unchanged}. What is edited in the admin pages stays."""
    report = {}
    regions = {}
    report["regions"] = Counter()
    for row in _rows("regions.csv"):
        code = row.pop("code")
        regions[code], what = put(Region, {"code": code}, row, fill_only=row.keys())
        report["regions"][what] += 1
    report["municipalities"] = Counter()
    for row in progress(_rows("municipalities.csv"), "municipalities"):
        values = {
            **row,
            "region": regions[row["region"]],
            "lat": float(row["lat"]) if row["lat"] else None,
            "lon": float(row["lon"]) if row["lon"] else None,
        }
        report["municipalities"][put(Municipality, {"code": values.pop("code")}, values)[1]] += 1
    for name, model in (("topics", Topic), ("themes", Theme)):
        report[name] = Counter()
        for row in _rows(f"{name}.csv"):
            report[name][put(model, {"name_fi": row.pop("name_fi")}, row, fill_only=row.keys())[1]] += 1
    return report
