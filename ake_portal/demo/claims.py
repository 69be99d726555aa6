"""Travel claims of the demo's visits, made through the real actions on the working days after the trip."""

from contextlib import suppress
from datetime import time
from decimal import Decimal

from django.utils.translation import override

from ake_portal.demo.pictures import receipt
from ake_portal.demo.programme import written_at
from ake_portal.lib import days
from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.uploads import examine
from peerlearning import claims

VAT = Decimal("0.135")  # of passenger transport and of lodging
# The moves that bring a claim to where the file says it is
STEPS = {
    "draft": (),
    "sent": ("send",),
    "returned": ("send", "send_back"),
    "checked": ("send", "check"),
    "approved": ("send", "check", "approve"),
    "paid": ("send", "check", "approve", "pay"),
}
# How many working days after the trip
AFTER = {"begin": 1, "send": 2, "check": 3, "send_back": 3, "approve": 5, "pay": 9, "close": 10}


def make(visit, said, now):
    """The claim of a visit's traveller as far as `said` tells; who came along has nothing to claim; settled once it is paid."""
    Maker(visit, said, now).make()


class Maker:
    """The claims of one visit."""

    def __init__(self, visit, said, now):
        self.visit, self.said, self.now = visit, said, now
        self.person = visit.traveller
        self.company = list(visit.travellers.exclude(person=self.person).select_related("person"))

    def _day_of(self, move):
        """When the move is made, never in the future."""
        day = days.add_working_days(self.visit.last_day, AFTER[move])
        return min(days.at(day, time(9 + AFTER[move] % 6)), self.now)

    def make(self):
        begun = self._day_of("begin")
        with override(self.person.language):  # places are written in by their names in the traveller's language
            claim = claims.begin(self.visit.travellers.get(person=self.person), by=self.person, now=begun)
        texts = {"purpose": claim.purpose, "no_transit_reason": claim.no_transit_reason}
        claim = claims.save(claim, by=self.person, legs=self._legs(claim), costs=self._costs(), now=begun, **texts)
        for traveller in self.company:
            claims.waive(traveller, by=traveller.person, now=begun)
        with suppress(claims.Refused):  # the year of travel may have no kilometre rate yet: the claim waits for it
            self._take_on(claim)
        written_at(begun)

    def _take_on(self, claim):
        """Each move on its own day, with its mails."""
        for move in STEPS[self.said["becomes"]]:
            now = self._day_of(move)
            claim = self._move(claim, move, now)
            written_at(now)
        if self.said["becomes"] == "paid":
            now = self._day_of("close")
            claims.close_visit(self.visit, by=self._checker(claim), now=now)
            written_at(now)

    def _checker(self, claim):
        return claims.checkers_of(claim).order_by("pk").first()

    def _move(self, claim, move, now):
        if move == "send":
            return claims.send(claim, by=self.person, now=now)
        if move == "approve":
            return claims.approve(claim, by=claims.approvers_of(claim).order_by("pk").first(), now=now)
        if move == "send_back":
            return claims.send_back(claim, by=self._checker(claim), note=self.said["note"])
        return {"check": claims.check, "pay": claims.pay}[move](claim, by=self._checker(claim), now=now)

    def _legs(self, claim):
        """The way as the visit knows it, from one place home as long as the way out; colleagues in the own car by name."""
        legs = [
            {
                "from_place": leg.from_place,
                "to_place": leg.to_place,
                "leaves_at": leg.leaves_at,
                "arrives_at": leg.arrives_at,
                "mode": leg.mode or self.said["mode"],
                "km": leg.km,
                "passengers": ", ".join(str(one.person) for one in self.company) if leg.is_by_own_car else "",
            }
            for leg in claim.legs.all()
        ]
        if len(legs) == 2:
            out, home = legs
            home["leaves_at"] = home["arrives_at"] - (out["arrives_at"] - out["leaves_at"])
        for leg, km in zip(legs, self.said.get("km", ()), strict=False):
            leg["km"] = km
        return legs

    def _costs(self):
        """What was paid, VAT included, each with its receipt; a draft still lacks them."""
        return [
            {
                "kind": kind,
                "text": text,
                "amount": (amount := Decimal(str(euros))),
                "vat": cents(amount * VAT / (1 + VAT)) if self.said["becomes"] != "draft" else ZERO,
                "receipts": [examine(receipt(text, amount))] if self.said["becomes"] != "draft" else [],
            }
            for kind, text, euros in self.said.get("costs", ())
        ]
