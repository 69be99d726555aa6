"""The demo's kits on loan: loans past, running and coming, made through the real actions."""

import tomllib
from datetime import time, timedelta
from pathlib import Path

from ake_portal.demo.programme import written_at
from ake_portal.lib import days
from ake_portal.lib.progress import progress
from networks import loans
from networks.models import Kit, KitPart

SOURCE = Path(__file__).with_name("kits.toml")
BOOKED_BEFORE = timedelta(days=20)  # how long before its first day a loan was booked


def load(networks, libraries, cast, now):
    """Kits of kits.toml as of `now`; `networks` are {key: Network} with "lanu" and "lapland". Returns how many kits.

    Every loan is made and lived through in the order of its days, as those of a kit follow each other.
    """
    rows = tomllib.loads(SOURCE.read_text())["kit"]
    for said in progress(rows, "Kits"):
        kit = _kit(said, networks[said["network"]])
        for loan in said["loans"]:
            _loan(kit, libraries, *loan, now=now)
    return len(rows)


def _kit(said, network):
    texts = {
        f"{name}_{code}": text
        for code in ("fi", "sv")
        for name, text in zip(("name", "description"), said[code], strict=True)
    }
    kit = Kit.objects.create(network=network, region=network.region, kind=said["kind"], **texts)
    for position, (fi, sv, number) in enumerate(said["parts"], 1):
        KitPart.objects.create(kit=kit, position=position, name_fi=fi, name_sv=sv, number=number)
    return kit


def _loan(kit, libraries, library, first, last, comes_from, becomes, *, now):
    today = days.local(now).date()
    first_day, last_day = today + timedelta(days=first), today + timedelta(days=last)
    booked_on = min(today, first_day - BOOKED_BEFORE)
    booked_at = days.at(booked_on, time(10))
    person = _borrower(libraries[library])
    loan = loans.book(
        *(kit,),
        person=person,
        first_day=first_day,
        last_day=last_day,
        comes_from=comes_from,
        today=booked_on,
        now=booked_at,
    )
    written_at(min(booked_at, now))
    if becomes == "booked":
        return
    loans.hand_over(loan, today=first_day)
    if becomes == "out":
        return
    lost = {kit.parts.last().pk: 1} if becomes == "missing" else {}
    condition = "Tiimalasi jäi matkalle, muuten kunnossa." if lost else ""
    loans.take_back(loan, by=person, missing=lost, condition=condition, today=last_day)
    written_at(days.at(last_day, time(15)))


def _borrower(library):
    """Somebody of the library whose workplace is confirmed, the director where there is nobody else."""
    people = library.people.filter(library_confirmed_at__isnull=False).exclude(pk=library.director_id)
    return people.order_by("pk").first() or library.director
