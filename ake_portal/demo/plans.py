"""Plans of the demo with their money, made through the real actions."""

import csv
import tomllib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from ake_portal.demo.cast import person_of
from ake_portal.demo.pictures import receipt
from ake_portal.demo.programme import written_at
from ake_portal.lib import days
from ake_portal.lib.progress import progress
from ake_portal.lib.uploads import examine
from budgets import actions, invoices, ledger, plans
from budgets.models import Bookkeeping, BudgetLine, Expense, FocusArea, FundingSource, Measure, Plan, StaffShare
from people.models import Library, Region, Theme
from trainings.models import Training

HERE = Path(__file__).parent
VAT = Decimal("0.135")
DROPPED = ("Osallistujia ei ilmoittautunut tarpeeksi.", "För få anmälde sig.")
DONE = {
    "under_way": ("Aloitettu keväällä, jatkuu syksyllä.", "Började på våren, fortsätter på hösten."),
    "done": ("Pidettiin suunnitellusti.", "Genomfördes enligt planen."),
}


def both(name, texts):
    """The Finnish and the Swedish column of a text."""
    return {f"{name}_fi": texts[0], f"{name}_sv": texts[1]}


def load(now):
    """Make the plans of plans.toml as of `now`. Returns how many."""
    specifications = tomllib.loads((HERE / "plans.toml").read_text())["plan"]
    for specification in progress(specifications, "Plans"):
        Maker(specification, now).make()
    return len(specifications)


def _approvers(region):
    """The director of the AKE's own city library; in Uusimaa also the chair of the steering group, whom a visitor may be."""
    own = Library.objects.filter(region=region, municipalities__name_fi=region.city_fi).exclude(director=None).first()
    return [
        *([own.director] if own else []),
        *([person_of("director")] if region.code == "porvoo" else []),
    ]


class Maker:
    """One plan of the file."""

    def __init__(self, said, now):
        self.said, self.now = said, now
        self.region = Region.objects.get(code=said["region"])
        self.by = self.region.coordinators.order_by("pk").first()
        self.year = said["year"] if said["year"] > 100 else days.local(now).year + said["year"]

    def make(self):
        said, year = self.said, self.year
        self.plan = Plan.objects.create(
            region=self.region,
            year=year,
            books_close_on=date(year + 1, 1, 31),
            **both("name", said["name"]),
            **both("highlights", said["highlights"]),
        )
        self.plan.themes.set(Theme.objects.filter(name_fi__in=said.get("themes", [])))
        for fi, sv, percent in said["staff"]:
            StaffShare.objects.create(plan=self.plan, percent=percent, title_fi=fi, title_sv=sv)
        self._aims()
        self._budget()
        if said["state"] == "draft":
            return
        Bookkeeping.objects.get_or_create(region=self.region)[0].approvers.set(_approvers(self.region))
        begins = days.at(date(year, 1, 15), time(9))
        plans.publish(self.plan, by=self.by, now=min(begins, self.now))
        self._costs()
        self._invoices()
        if self.said.get("ledger"):
            self._ledger()
        if "amendment" in said:
            FundingSource.objects.filter(plan=self.plan).update(cut=Decimal(said["cut"]))
            plans.publish(
                self.plan,
                by=self.by,
                note=dict(zip(plans.LANGUAGES, said["amendment"], strict=True)),
                now=self._ago(70),
            )
        if said["state"] == "frozen":
            plans.freeze(self.plan, now=days.at(date(year + 1, 2, 1), time(12)))

    def _ago(self, number):
        """So many days ago at noon, never before the plan's year."""
        day = days.local(self.now).date() - timedelta(days=number)
        return min(datetime.combine(max(day, date(self.year, 1, 16)), time(12), self.now.tzinfo), self.now)

    def _aims(self):
        self.measures = []
        for position, said in enumerate(self.said["area"], 1):
            area = FocusArea.objects.create(
                plan=self.plan, position=position, **both("name", said["name"]), **both("goal", said["goal"])
            )
            for number, (fi, sv, state) in enumerate(said["measures"], 1):
                self.measures.append(
                    Measure.objects.create(
                        focus_area=area,
                        position=number,
                        name_fi=fi,
                        name_sv=sv,
                        state=state,
                        responsible=self.by,
                        starts_on=date(self.year, 2, 1),
                        ends_on=date(self.year, 11, 30),
                        **both("outcome", DONE.get(state, ("", ""))),
                        **(both("drop_reason", DROPPED) if state == "dropped" else {}),
                    )
                )
        if self.said["year"] == 0:
            held = Training.objects.filter(region=self.region, starts_at__year=self.year)
            for number, training in enumerate(held.order_by("pk")):
                measure = self.measures[number % len(self.measures)]
                Training.objects.filter(pk=training.pk).update(measure=measure)

    def _budget(self):
        said = self.said
        if "lines" in said:
            with (HERE / said["lines"]).open() as file:
                budget = [(row["category"], Decimal(row["planned_eur"])) for row in csv.DictReader(file)]
        else:
            budget = [(category, Decimal(euros)) for category, euros in said["budget"]]
        total = Decimal(said.get("grant") or sum(euros for _, euros in budget))
        source = FundingSource.objects.create(
            plan=self.plan,
            applied=total,
            granted=total if said.get("granted") else None,
            used_from=date(self.year, 1, 1),
            used_until=date(self.year, 12, 31),
        )
        self.lines = {
            category: BudgetLine.objects.create(
                plan=self.plan,
                source=source,
                position=position,
                category=category,
                account=str(4000 + 10 * position),
                cost_centre=f"{self.region.code[:3].upper()}-620",
                planned=euros,
            )
            for position, (category, euros) in enumerate(budget, 1)
        }

    def _costs(self):
        if "transfer" in self.said:
            line, to, euros, text = self.said["transfer"]
            actions.transfer(
                self.lines[line], self.lines[to], Decimal(str(euros)), by=self.by, text=text, now=self._ago(72)
            )
        for number, (text, line, what, euros, ago, measure) in enumerate(self.said.get("costs", []), 1):
            euros, now = Decimal(str(euros)), self._ago(ago)
            expense = Expense.objects.create(
                line=self.lines[line],
                measure=self.measures[measure - 1] if measure else None,
                text=text,
                estimate=euros if what == "estimate" else None,
                created_by=self.by,
                created_at=now,
            )
            if what in ("reserve", "release"):
                actions.reserve(expense, euros, by=self.by, now=now)
                if what == "release":
                    actions.release(expense, by=self.by, text="Vierailu peruuntui.", now=self._ago(ago - 2))
            elif what in ("commit", "override"):
                reason = "Lisäpäivä sovittiin kirjastojohtajien kokouksessa." if what == "override" else ""
                actions.commit(expense, euros, by=self.by, override=reason, now=now)
            elif what in ("spend", "reversed"):
                vat = 0 if line == "salaries" else euros * VAT
                booking = actions.spend(
                    expense, euros, vat=vat, document_number=f"{self.year}-{1000 + number}", by=self.by, now=now
                )
                if what == "reversed":
                    actions.reverse(booking, text="Kirjattu väärään suunnitelmaan.", by=self.by, now=self._ago(ago - 2))
        written_at(self._ago(3))

    def _invoices(self):
        """One invoice each, with its receipt, taken as far as the file says."""
        approvers = _approvers(self.region)
        for number, (text, line, becomes, euros, ago, measure) in enumerate(self.said.get("invoices", []), 1):
            euros, now = Decimal(str(euros)), self._ago(ago)
            expense = Expense.objects.create(
                line=self.lines[line],
                measure=self.measures[measure - 1] if measure else None,
                text=text,
                created_by=self.by,
                created_at=now,
            )
            invoice = invoices.enter(
                *(expense, euros),
                by=self.by,
                vat=euros * VAT,
                document_number=f"{self.year}-{2000 + number}",
                receipts=[examine(receipt(text, euros))],
                checked=becomes in ("checked", "approved"),
                now=now,
            )
            if becomes == "approved":
                invoices.approve(invoice, by=approvers[0], now=now + timedelta(hours=3))
            elif becomes == "returned":
                invoices.send_back(invoice, by=self.by, note="Laskusta puuttuu viite.")
            elif becomes == "dropped":
                invoices.drop(invoice, by=self.by, note="Sama lasku tuli kahdesti.")
        written_at(self._ago(3))

    def _ledger(self):
        """The city's ledger of the year so far: what the plan has, less the newest; the salaries of July; a correction."""
        known = ledger.open_bookings(self.plan).exclude(document_number="").select_related("line").order_by("pk")
        rows = [
            (
                booking.at,
                booking.line.account,
                booking.line.cost_centre,
                booking.document_number,
                booking.text,
                booking.spent,
            )
            for booking in list(known)[:-1]
        ]
        salaries, coffee = self.lines["salaries"], self.lines["coffee_at_trainings"]
        when = self._ago(30)
        rows += [
            (when, salaries.account, salaries.cost_centre, "", "Palkat heinäkuu", Decimal("7702.15")),
            (when, coffee.account, coffee.cost_centre, "M-3321", "Hyvitys, kahvitarjoilu", Decimal("-24.60")),
        ]
        lines = [";".join(ledger.COLUMNS.values())]
        for at, *texts, amount in rows:
            lines.append(";".join([f"{days.local(at):%d.%m.%Y}", *texts, f"{amount:.2f}".replace(".", ",")]))
        content = "\r\n".join(lines).encode("cp1252", errors="replace")
        ledger.read(self.plan, content, name="paakirja.csv", columns=ledger.COLUMNS, by=self.by)
