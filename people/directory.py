"""Branches from Kirjastohakemisto (the Finnish Library Directory, API v4, CC BY 4.0). Its persons are never read.

The list comes once in Finnish and once in Swedish, as files or over HTTP. A missing Swedish text comes back in Finnish, so the
Swedish one is kept only where it differs. Everything is looked through before the first row is written, and written in one
transaction: a list that is broken, partial or odd leaves the database as it was.
"""

import json
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from ake_portal.lib.progress import progress
from people.models import Branch, Library, Municipality

LARGEST = 30 * 1024 * 1024  # bytes of one list; the whole country takes about 2 MB
SECONDS = 20  # without an answer
SECONDS_IN_ALL = 120  # for one answer
PER_PAGE = 200
MOST_ITEMS = 20_000
LARGEST_NUMBER = 2_147_483_647  # what the database's integer holds


class BadDirectory(Exception):
    """The list cannot be taken in; the message says why, for the operator to read."""


@dataclass
class Report:
    """What an import did; `skipped` holds (name, reason), `gone` are our branches that the list does not have."""

    counts: Counter = field(default_factory=Counter)
    skipped: list = field(default_factory=list)
    gone: int = 0


# Reading


def is_url(source):
    return "://" in source


def _read(source):
    """The bytes of a file or of an URL, at most LARGEST of them."""
    if not is_url(source):
        try:
            with Path(source).open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            raise BadDirectory(
                _("%(source)s cannot be read: %(why)s") % {"source": source, "why": error.strerror}
            ) from error
    else:
        content = _fetch(source)
    if len(content) > LARGEST:
        raise BadDirectory(
            _("%(source)s is larger than %(size)d MB.") % {"source": source, "size": LARGEST // 1024 // 1024}
        )
    return content


def _fetch(url):
    if urlsplit(url).scheme not in ("http", "https"):
        raise BadDirectory(_("Only addresses that begin with http:// or https:// are read, not %s.") % url)
    began, parts, size = time.monotonic(), [], 0
    try:
        # The scheme is checked above, and urllib follows no redirect out of http and https to files
        request = Request(url, headers={"Accept": "application/json"})  # noqa: S310  http and https only, as checked above
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  http and https only, as checked above
            while part := answer.read(65536):
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    break
                if time.monotonic() - began > SECONDS_IN_ALL:
                    raise BadDirectory(_("%s answers too slowly.") % url)
    except (URLError, OSError, HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise BadDirectory(_("%(source)s cannot be read: %(why)s") % {"source": url, "why": why}) from error
    return b"".join(parts)


def _parse(content, source):
    """A list as Python's values: {"total", "items", "refs"}. Raises BadDirectory for anything else."""

    def no_such_number(name):
        raise ValueError(name)

    try:
        listed = json.loads(content.decode("utf-8-sig"), parse_constant=no_such_number)
    except (ValueError, RecursionError) as error:
        raise BadDirectory(_("%s is not a list in JSON.") % source) from error
    if not isinstance(listed, dict) or not isinstance(listed.get("items"), list):
        raise BadDirectory(_("%s is not a list of libraries: it has no items.") % source)
    refs = listed.get("refs")
    if not _is_number(listed.get("total")) or not isinstance(refs, dict) or not isinstance(refs.get("city"), dict):
        raise BadDirectory(_("%s is not a list of libraries: total or the cities are missing.") % source)
    if len(listed["items"]) > MOST_ITEMS or listed["total"] > MOST_ITEMS:
        raise BadDirectory(_("%s has too many items.") % source)
    return listed


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_NUMBER


def _with_query(url, **query):
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **query})))


def _pages(url, language):
    """All pages of the list that begins at `url`, as one list."""
    query = {
        "type": "municipal",
        "with": "emailAddresses,primaryContactInfo,mailAddress",
        "refs": "city,consortium",
        "lang": language,
        "limit": PER_PAGE,
    }
    whole = None
    while whole is None or len(whole["items"]) < whole["total"]:
        page_url = _with_query(url, **query, skip=len(whole["items"]) if whole else 0)
        page = _parse(_read(page_url), page_url)
        if whole is None:
            whole = page
        else:
            if page["total"] != whole["total"]:
                raise BadDirectory(_("The list at %s changed while it was read. Try again.") % url)
            whole["items"] += page["items"]
            for kind, things in page["refs"].items():
                whole["refs"].setdefault(kind, {}).update(things if isinstance(things, dict) else {})
        if not page["items"]:
            break
    return whole


def read_list(source, language=None):
    """The whole list of a file or an URL; of an URL with `language` page by page. Raises BadDirectory."""
    listed = _pages(source, language) if language else _parse(_read(source), source)
    if len(listed["items"]) != listed["total"]:
        raise BadDirectory(
            _("%(source)s is not whole: it says %(total)d items and has %(found)d.")
            % {"source": source, "total": listed["total"], "found": len(listed["items"])}
        )
    return listed


# Looking through


def _text(item, name, longest, where):
    """A text of `item`, trimmed; empty when there is none. Markup and control characters are refused."""
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadDirectory(_("%(where)s: %(name)s is not a text.") % {"where": where, "name": name})
    value = " ".join(value.split())
    if len(value) > longest:
        raise BadDirectory(_("%(where)s: %(name)s is too long.") % {"where": where, "name": name})
    if "<" in value or ">" in value or not value.isprintable():
        raise BadDirectory(
            _("%(where)s: %(name)s has characters that do not belong there.") % {"where": where, "name": name}
        )
    return value


def _part(item, name, where):
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadDirectory(_("%(where)s: %(name)s has an odd form.") % {"where": where, "name": name})
    return value


def _coordinate(place, name, most, where):
    value = place.get(name)
    if value is None:
        return None
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= most:
        raise BadDirectory(_("%(where)s: the coordinates are not on the map.") % {"where": where})
    return number


def _homepage(contact, where):
    """A homepage, or nothing where it is no whole address; one that a browser would not just open is refused."""
    homepage = _text(contact, "homepage", 300, where)
    try:
        parts = urlsplit(homepage)
    except ValueError:
        return ""
    if parts.scheme and parts.scheme.lower() not in ("http", "https") and "." not in parts.scheme:
        raise BadDirectory(_("%(where)s: the homepage is not a web address.") % {"where": where})
    try:
        URLValidator(schemes=["http", "https"])(homepage)
    except ValidationError:
        return ""
    return homepage


def _email(item, contact, where):
    listed = item.get("emailAddresses") or []
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise BadDirectory(_("%(where)s: %(name)s has an odd form.") % {"where": where, "name": "emailAddresses"})
    for holder in (contact, *listed):
        email = _text(holder, "email", 254, where).lower()
        try:
            validate_email(email)
        except ValidationError:
            continue
        return email
    return ""


def _moment(item, where):
    text = _text(item, "modified", 40, where)
    try:
        moment = parse_datetime(text) if text else None
    except ValueError:
        moment = None
    return make_aware(moment) if moment and is_naive(moment) else moment


def _items(listed, source):
    """{id: values} of a list that has been looked through to the last item."""
    found = {}
    for place, item in enumerate(listed["items"], 1):
        where = _("%(source)s, item %(place)d") % {"source": source, "place": place}
        if not isinstance(item, dict) or not _is_number(item.get("id")) or item["id"] == 0:
            raise BadDirectory(_("%(where)s: the number is missing or odd.") % {"where": where})
        if item["id"] in found:
            raise BadDirectory(
                _("%(where)s: the number %(number)d occurs twice.") % {"where": where, "number": item["id"]}
            )
        name = _text(item, "name", 160, where)
        if not name:
            raise BadDirectory(_("%(where)s: the name is missing.") % {"where": where})
        address, contact = _part(item, "address", where), _part(item, "primaryContactInfo", where)
        coordinates = _part(item, "coordinates", where)
        found[item["id"]] = {
            "name": name,
            "city": _name_of(listed, "city", item.get("city"), where),
            "consortium": _name_of(listed, "consortium", item.get("consortium"), where),
            "street": _text(address, "street", 160, where),
            "zipcode": _text(address, "zipcode", 10, where),
            "area": _text(address, "city", 80, where) or _text(address, "area", 80, where),
            "lat": _coordinate(coordinates, "lat", 90, where),
            "lon": _coordinate(coordinates, "lon", 180, where),
            "email": _email(item, contact, where),
            "phone": _text(contact, "phone", 60, where),
            "homepage": _homepage(contact, where),
            "modified_at": _moment(item, where),
        }
    return found


def _name_of(listed, kind, key, where):
    """The name of what an item refers to by number; empty when the list does not have it."""
    if key is None:
        return ""
    if not _is_number(key):
        raise BadDirectory(_("%(where)s: %(name)s is not a number.") % {"where": where, "name": kind})
    things = listed["refs"].get(kind)
    thing = things.get(str(key)) if isinstance(things, dict) else None
    return _text(thing, "name", 80, where) if isinstance(thing, dict) else ""


# Writing

TRANSLATED = ("name", "street", "area")
SAME = ("zipcode", "lat", "lon", "email", "phone", "homepage", "modified_at")


def import_branches(finnish, swedish=None, source=""):
    """Take in the lists (as `read_list` gives them) and return a Report. Raises BadDirectory and writes nothing then."""
    items = _items(finnish, source)
    in_swedish = _items(swedish, source) if swedish else {}
    try:
        with transaction.atomic():
            return _write(items, in_swedish if swedish else None)
    except ValidationError as error:
        raise BadDirectory("; ".join(error.messages)) from error


def _write(items, in_swedish):
    report = Report()
    municipalities = {}
    for municipality in Municipality.objects.select_related("library", "region"):
        municipalities[municipality.name_fi.casefold()] = municipality
        if municipality.name_sv:
            municipalities.setdefault(municipality.name_sv.casefold(), municipality)
    branches = {
        branch.directory_id: branch for branch in Branch.objects.select_related("library").exclude(directory_id=None)
    }
    report.gone = len(branches.keys() - items.keys())
    for number, values in progress(list(items.items()), _("branches")):
        municipality = municipalities.get(values["city"].casefold())
        if municipality is None:
            reason = _("no municipality %s") % values["city"] if values["city"] else _("no municipality in the list")
            report.skipped.append((values["name"], reason))
            continue
        wanted = {name: values[name] for name in SAME}
        for name in TRANSLATED:
            wanted[f"{name}_fi"] = values[name]
            if in_swedish is not None and number in in_swedish:
                text = in_swedish[number][name]
                wanted[f"{name}_sv"] = text if text != values[name] else ""
        branch = branches.get(number) or Branch(directory_id=number)
        report.counts[_bring(branch, wanted, municipality, values["consortium"], report)] += 1
    return report


def _bring(branch, wanted, municipality, consortium, report):
    """Set what differs: "added", "changed" or "unchanged". The library of a branch that has one is left to the admin pages."""
    new = branch.pk is None
    changed = [name for name, value in wanted.items() if (getattr(branch, name) or "") != (value or "")]
    for name in changed:
        setattr(branch, name, wanted[name])
    if branch.municipality_id != municipality.pk:
        branch.municipality = municipality
        changed.append("municipality")
    if branch.library_id is None:
        branch.library = _library_of(municipality, consortium, report)
        changed.append("library")
    if not changed:
        return "unchanged"
    branch.full_clean(validate_unique=False, validate_constraints=False)
    branch.save()
    return "added" if new else "changed"


def _library_of(municipality, consortium, report):
    """The library that serves the municipality; made, under a name that the coordinator may better, when there is none."""
    if municipality.library is None:
        municipality.library = Library.objects.create(
            name_fi=f"{municipality.name_fi}, kirjasto",
            name_sv=f"{municipality.name_sv or municipality.name_fi} bibliotek",
            region=municipality.region,
            consortium=consortium,
        )
        municipality.save(update_fields=["library"])
        report.counts["libraries"] += 1
    return municipality.library
