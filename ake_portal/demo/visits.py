"""Visits of the demo in every state, made through the real actions on the days on which they would have been."""

import tomllib
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

from ake_portal.demo import claims
from ake_portal.demo.cast import BY_KEY, person_of
from ake_portal.demo.programme import Calendar, written_at
from ake_portal.lib import days
from ake_portal.lib.progress import progress
from budgets.actions import Refused
from peerlearning import actions, travel
from peerlearning.models import Consent, CostLine, KmRate, Stop, TravelRules, Visit
from peerlearning.models.rules import Payer
from people.models import Branch, Library, Region, Topic, User

SOURCE = Path(__file__).with_name("visits.toml")
Kind = Consent.Kind
COMPANY = 3  # colleagues who come along on a study trip
BILLING = (
    "Verkkolaskuosoite 003700000000, välittäjä 003721291126. Viitteeksi asian numero, esimerkiksi 2026-041.",
    "Nätfakturaadress 003700000000, förmedlare 003721291126. Som referens ärendets nummer, till exempel 2026-041.",
)
PAYROLL = (
    "Ilmoita henkilötunnuksesi ja tilinumerosi kaupungin palkanlaskennan suojatulla lomakkeella, ei sähköpostilla."
    " Korvaus maksetaan seuraavana palkkapäivänä.",
    "Meddela din personbeteckning och ditt kontonummer på löneräkningens skyddade blankett, inte per e-post."
    " Ersättningen betalas på följande lönedag.",
)
RULES = {
    "porvoo": {"billing_fi": BILLING[0], "billing_sv": BILLING[1]},
    "kuopio": {"billing_fi": BILLING[0], "billing_sv": BILLING[1]},
    "rovaniemi": {"payer": Payer.CITY, "payroll_fi": PAYROLL[0], "payroll_sv": PAYROLL[1]},
}
# What has been answered in each state, in order
ANSWERS = {
    "host_yes": (Kind.HOST,),
    "director_yes": (Kind.HOST, Kind.DIRECTOR),
    "approved": (Kind.HOST, Kind.DIRECTOR, Kind.AKE),
    "done": (Kind.HOST, Kind.DIRECTOR, Kind.AKE),
    "cancelled": (Kind.HOST, Kind.DIRECTOR),
}


def load(now):
    """Make the visits of visits.toml as of `now`. Returns how many."""
    for code, rules in RULES.items():
        TravelRules.objects.get_or_create(region=Region.objects.get(code=code), defaults=rules)
    calendar = Calendar(days.local(now).date())
    specifications = tomllib.loads(SOURCE.read_text())["visit"]
    # the earlier ones first: cases are numbered as they come
    for number, said in enumerate(progress(sorted(specifications, key=lambda one: one["week"]), "Visits")):
        Maker(said, number, calendar, now).make()
    return len(specifications)


class Maker:
    """One visit of the file."""

    def __init__(self, said, number, calendar, now):
        self.said, self.now = said, now
        self.region = Region.objects.get(code=said["region"])
        self.traveller = self._traveller(number)
        self.day = calendar.day(said["week"], said["weekday"])
        # asked for in good time, yet never later than a few days ago
        asked = days.at(self.day - timedelta(days=24 + number % 5), time(9 + number % 6))
        self.asked_at = min(asked, now - timedelta(days=2 + number % 3))

    def _traveller(self, number):
        key = self.said.get("who")
        if key in BY_KEY and "from" not in self.said:
            return person_of(key)
        library = Library.objects.get(mail_domains__domain=f"{self.said['from']}.example")
        staff = User.objects.filter(library=library, library_confirmed_at__isnull=False).exclude(directs=library)
        staff = list(staff.select_related("library__region", "branch").order_by("pk"))
        # texts are in the traveller's language, where the library has somebody who speaks it
        staff = [person for person in staff if person.language == self.said.get("language", "fi")] or staff
        return staff[number % len(staff)]

    def make(self):
        said = self.said
        visit = actions.begin(
            traveller=self.traveller,
            by=self.traveller,
            kind=said.get("kind", "visit"),
            topics=Topic.objects.filter(name_fi__in=said["topics"]),
            language=self.traveller.language,
            subject=said["subject"],
            goal=said["goal"],
            is_mutual=said.get("mutual", False),
            created_at=self.asked_at,
        )
        self._trip(visit)
        self._costs(visit)
        if said.get("kind") == "study_trip":
            self._colleagues(visit)
        if said["becomes"] != "draft":
            self._decide(visit)
        written_at(self.asked_at + timedelta(minutes=1))
        visit = Visit.objects.select_related("traveller").get(pk=visit.pk)
        if "claim" in said and visit.state == Visit.State.DONE:
            claims.make(visit, said["claim"], self.now)

    def _trip(self, visit):
        visit.leaves_at = days.at(self.day, time(self.said.get("leaves", 8)))
        visit.returns_at = days.at(self.day + timedelta(days=self.said.get("nights", 0)), time(16, 30))
        visit.save()
        clock = 9
        for position, name in enumerate(self.said["to"], 1):
            branch = Branch.objects.get(name_fi=name, library__region=self.region)
            Stop.objects.create(
                visit=visit,
                branch=branch,
                position=position,
                starts_at=days.at(self.day, time(clock, 30)),
                ends_at=days.at(self.day, time(clock + 2, 30)),
            )
            clock += 3
        visit.route = travel.route(visit)
        visit.save()

    def _costs(self, visit):
        said = self.said
        visit.travel = "car" if "km" in said else "public"
        for kind in ("ticket", "lodging"):
            if kind in said:
                CostLine.objects.create(visit=visit, kind=kind, amount=Decimal(str(said[kind])))
        if "km" in said:
            visit.km, visit.no_transit_reason = said["km"], said["no_bus"]
            visit.passengers = COMPANY if said.get("kind") == "study_trip" else 0
            # the rate of a year to come is not known before the Tax Administration has decided
            if KmRate.objects.filter(year=self.day.year).exists():
                CostLine.objects.create(visit=visit, kind="km", amount="0.01")
        visit.save()
        actions.price(visit)

    def _colleagues(self, visit):
        others = User.objects.filter(library__region=self.region, library_confirmed_at__isnull=False, directs=None)
        hosts = visit.stops.values("branch__library")
        for person in others.exclude(pk=visit.traveller_id).exclude(library__in=hosts).order_by("-pk")[:COMPANY]:
            actions.join(visit, email=person.email, by=visit.traveller, now=self.asked_at)

    def _decide(self, visit):
        becomes = self.said["becomes"]
        actions.submit(visit, by=visit.traveller, now=self.asked_at)
        when = self.asked_at
        try:
            for kind in ANSWERS.get(becomes, ()):
                for consent in visit.consents.current().open().filter(kind=kind):
                    when = min(when + timedelta(hours=5), self.now)
                    actions.consent(consent, by=self._decider(consent), now=when)
        except Refused:
            return  # no plan for the year of travel yet: the AKE's consent waits
        first = visit.consents.current().open().order_by("pk").first()
        if becomes == "change":
            message = "Kävisikö jokin päivä viikkoa myöhemmin? Silloin opastajat ovat paikalla."
            actions.ask_change(first, by=self._decider(first), message=message, now=when)
        elif becomes == "declined":
            actions.decline(first, by=self._decider(first), message="Meillä on silloin remontti.", now=when)
        elif becomes == "cancelled":
            actions.cancel(visit, by=visit.traveller, reason="Sairastuin.", now=when)
        elif becomes in ("done", "lapsed"):
            over = min(days.at(self.day + timedelta(days=self.said.get("nights", 0) + 1), time(6)), self.now)
            written_at(when)
            actions.tick(over)
            written_at(over)

    def _decider(self, consent):
        if consent.person is not None:
            return consent.person
        coordinators = consent.visit.region.coordinators.order_by("pk")
        return coordinators.exclude(pk__in=consent.visit.travellers.values("person")).first()
