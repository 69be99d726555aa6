"""A travel claim: written after the trip, checked by one, approved by another, at the rate that it keeps, to the cent."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ake_portal import privacy, reminders
from ake_portal.lib import days
from ake_portal.lib.uploads import examine
from budgets import actions as books
from budgets import invoices
from budgets.actions import OverBudget, Refused
from budgets.models import Booking, Category, Invoice
from notifications import reminders as runner
from notifications.models import Mail
from peerlearning import claim_exports, claim_rows, claims
from peerlearning.claim_reminders import RULES
from peerlearning.identity import holds_identity
from peerlearning.models import Claim, ClaimCost, ClaimReceipt, KmRate, Leg, Purchase, TravelRules, Visit
from peerlearning.workflow import CLAIM
from tests import builders

State = Claim.State


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=1000, lines={Category.COFFEE: 200, Category.TRAVEL: 800})


@pytest.fixture
def approver(uusimaa):
    return builders.approver(uusimaa)


@pytest.fixture
def visit(employee, loviisa, plan, coordinator, director):
    return builders.made_visit(employee, loviisa, plan=plan, by=coordinator)


@pytest.fixture
def team(coordinator, approver):
    return {"checker": coordinator, "approver": approver}


def ticket(amount="23.40", vat="2.88", kind="ticket", text="Juna Kouvolaan", **fields):
    return {
        "kind": kind,
        "text": text,
        "amount": Decimal(amount),
        "vat": Decimal(vat),
        "receipts": [examine(builders.photo())],
        **fields,
    }


def left(visit):
    line = visit.expense.line
    return line.plan.lines.with_sums().get(pk=line.pk).left


# The way of a claim


def test_a_claim_begins_filled_in_from_the_visit(visit, employee):
    claim = claims.begin(visit.travellers.get(), by=employee)
    assert (claim.state, claim.purpose) == (State.DRAFT, visit.subject)
    assert claim.no_transit_reason == "Bussi ei ehdi avaamiseen."
    assert claim.document_number == f"{visit.case}/1"
    legs = [
        (
            leg.from_place,
            leg.to_place,
            timezone.localtime(leg.leaves_at).hour,
            timezone.localtime(leg.arrives_at).hour,
            leg.mode,
            leg.km,
        )
        for leg in claim.legs.all()
    ]
    assert legs == [
        ("Askolan kirjasto", "Loviisan pääkirjasto", 8, 10, "car", 75),
        ("Loviisan pääkirjasto", "Askolan kirjasto", 15, 17, "car", 75),
    ]
    assert claim.ordered_by().decider == "Kerttu Johtava"
    assert claims.begin(visit.travellers.get(), by=employee) == claim


def test_from_the_trip_to_the_money_with_every_mail(visit, employee, coordinator, approver):
    claim = builders.claim(visit, costs=[ticket()], state="sent")
    assert Mail.objects.get(template="peerlearning/claims/sent").person == coordinator
    assert not Booking.objects.filter(kind="actual").exists()
    claims.check(claim, by=coordinator)
    assert Mail.objects.get(template="peerlearning/claims/to_approve").person == approver
    before = left(visit)
    claim = claims.approve(claim, by=approver)
    assert (
        "2026-" in claim.document_number
        and Mail.objects.get(template="peerlearning/claims/approved").person == employee
    )
    booking = Booking.objects.get(kind="actual")
    assert claim.booking == booking and booking.by == approver
    # 150 km × 0,55 + 23,40 – 2,88 of VAT: 82,50 was committed, the rest comes from the line
    assert (booking.spent, booking.vat, booking.committed) == (Decimal("103.02"), Decimal("2.88"), Decimal("-82.50"))
    assert (claim.amount, claim.net) == (Decimal("105.90"), Decimal("103.02"))
    assert left(visit) == before - Decimal("20.52")
    claim = claims.pay(claim, by=coordinator)
    mail = Mail.objects.get(template="peerlearning/claims/paid")
    assert mail.person == employee and "105,90" in mail.subject and claim.paid_at


def test_returned_it_is_completed_and_sent_again(visit, employee, coordinator, approver):
    claim = builders.claim(visit, state="checked", checker=coordinator, approver=approver)
    claims.send_back(claim, by=approver, note="Kilometrejä on liikaa.")
    mail = Mail.objects.get(template="peerlearning/claims/returned")
    assert mail.person == employee and "Kilometrejä on liikaa." in mail.text and "Hilkka Hyväksyjä" in mail.text
    claim.refresh_from_db()
    assert (claim.state, claim.checked_by, claim.note) == (State.RETURNED, None, "Kilometrejä on liikaa.")
    claims.save(
        *(claim,),
        by=employee,
        purpose="Matka",
        no_transit_reason="Ei bussia",
        legs=[builders.leg(visit, km=60)],
        costs=[],
    )
    claim.refresh_from_db()
    assert claim.state == State.RETURNED
    claim = claims.send(claim, by=employee)
    assert (claim.amount, claim.note) == (Decimal("33.00"), "")
    assert Mail.objects.filter(template="peerlearning/claims/sent", person=coordinator).count() == 2


def test_the_ake_that_travels_itself_is_checked_by_others(
    uusimaa, askola, loviisa, plan, coordinator, director, superuser
):
    coordinator.library = askola
    coordinator.save()
    visit = builders.made_visit(coordinator, loviisa, plan=plan, by=superuser)
    builders.approver(uusimaa, coordinator)
    claim = builders.claim(visit, state="sent")
    assert Mail.objects.get(template="peerlearning/claims/sent").person == superuser
    with pytest.raises(Refused, match="not_checker"):
        claims.check(claim, by=coordinator)
    claim = claims.check(claim, by=superuser)
    with pytest.raises(Refused, match="not_claim_approver"):
        claims.approve(claim, by=coordinator)
    with pytest.raises(Refused, match="not_checker"):
        claims.send_back(claim, by=coordinator, note="x")


def test_checker_does_not_approve_even_when_named(visit, uusimaa, coordinator):
    builders.approver(uusimaa, coordinator)
    claim = builders.claim(visit, state="checked", checker=coordinator)
    assert not Mail.objects.filter(template="peerlearning/claims/to_approve").exists()
    with pytest.raises(Refused, match="not_claim_approver"):
        claims.approve(claim, by=coordinator)


def in_state(visit, state, coordinator, approver):
    """A claim of the visit in `state`, by the real moves."""
    if state == State.WAIVED:
        return claims.waive(visit.travellers.get(person=visit.traveller), by=visit.traveller)
    if state == State.RETURNED:
        claim = builders.claim(visit, state="sent")
        return claims.send_back(claim, by=coordinator, note="x")
    return builders.claim(visit, state=state, checker=coordinator, approver=approver)


def moves(claim):
    """{move: how `by` makes it}."""
    texts = {"purpose": "x", "no_transit_reason": "x", "legs": [builders.leg(claim.visit)], "costs": []}
    traveller = claim.traveller
    return {
        "begin": lambda by: claims.begin(traveller, by=by),
        "write": lambda by: claims.save(claim, by=by, **texts),
        "complete": lambda by: claims.save(claim, by=by, **texts),
        "send": lambda by: claims.send(claim, by=by),
        "send_back": lambda by: claims.send_back(claim, by=by, note="x"),
        "check": lambda by: claims.check(claim, by=by),
        "approve": lambda by: claims.approve(claim, by=by),
        "pay": lambda by: claims.pay(claim, by=by),
        "waive": lambda by: claims.waive(traveller, by=by),
    }


WHO = {
    "begin": {"employee"},
    "write": {"employee"},
    "complete": {"employee"},
    "send": {"employee"},
    "send_back": {"coordinator", "superuser", "approver"},
    "check": {"coordinator", "superuser"},
    "approve": {"approver"},
    "pay": {"coordinator", "superuser"},
    "waive": {"employee"},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", CLAIM)
def test_every_move_by_every_member_of_the_cast_from_every_state(
    move, state, visit, employee, colleague, director, coordinator, other_coordinator, approver, stranger, superuser
):
    claim = in_state(visit, state, coordinator, approver)
    cast = {
        "employee": employee,
        "colleague": colleague,
        "director": director,
        "coordinator": coordinator,
        "other_coordinator": other_coordinator,
        "approver": approver,
        "stranger": stranger,
        "superuser": superuser,
    }
    for name, person in cast.items():
        allowed = name in WHO[move] and state in CLAIM[move].sources
        if move == "send_back" and name == "approver":
            allowed = state == State.CHECKED  # who approves sees to checked claims only
        try:
            with transaction.atomic():
                made = moves(claim)[move](person)
                claim.refresh_from_db()
                done = claim.state == CLAIM[move].target and (move != "begin" or state == State.WAIVED)
                assert made.state == claim.state
                transaction.set_rollback(True)
        except Refused:
            done = False
        if move in ("write", "complete") and name == "employee" and state in Claim.UNSENT:
            continue  # one action for both: tried above where a returned claim is completed
        assert done == allowed, (name, move, state)
        claim = Claim.objects.get(pk=claim.pk)


# What a claim lacks


def lacking(claim, employee):
    with pytest.raises(claims.Incomplete) as refused:
        claims.send(claim, by=employee)
    return {(lack.part, lack.number, lack.field, lack.code) for lack in refused.value.lacks}


def test_an_empty_claim_says_what_it_lacks(visit, employee):
    claim = builders.claim(visit, legs=[], purpose="", no_transit_reason="")
    assert lacking(claim, employee) == {("claim", 0, "purpose", "no_purpose"), ("leg", 0, "from_place", "no_leg")}
    assert claim.state == State.DRAFT and not Mail.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from_place": " "}, {("from_place", "no_from")}),
        ({"to_place": ""}, {("to_place", "no_to")}),
        ({"mode": "", "km": None}, {("mode", "no_mode")}),
        ({"km": None}, {("km", "no_km")}),
        ({"km": 0}, {("km", "no_km")}),
        ({"leaves_at": None}, {("leaves_clock", "no_leaving")}),
        ({"arrives_at": None}, {("arrives_clock", "no_arrival")}),
    ],
)
def test_a_leg_says_what_it_lacks(change, said, visit, employee):
    claim = builders.claim(visit, legs=[builders.leg(visit, **change)])
    assert {(field, code) for _, _, field, code in lacking(claim, employee)} == said


def test_legs_lie_in_order_within_the_trip_and_in_the_past(visit, employee):
    day = timedelta(days=1)
    first, second = builders.leg(visit, (8, 10)), builders.leg(visit, (9, 11))
    claim = builders.claim(visit, legs=[first, second])
    assert lacking(claim, employee) == {("leg", 1, "leaves_clock", "too_early")}
    early = builders.leg(visit)
    early = {**early, "leaves_at": early["leaves_at"] - day, "arrives_at": early["arrives_at"] - day}
    late = builders.leg(visit)
    late = {**late, "leaves_at": late["leaves_at"] + 2 * day, "arrives_at": late["arrives_at"] + 9 * day}
    claim = builders.claim(visit, legs=[early, late])
    assert lacking(claim, employee) == {
        ("leg", 0, "day", "outside"),
        ("leg", 1, "day", "outside"),
        ("leg", 1, "arrives_clock", "outside"),
    }
    night = {**builders.leg(visit), "arrives_at": builders.leg(visit)["arrives_at"] + day}
    assert claims.send(builders.claim(visit, legs=[night]), by=employee).state == State.SENT


def test_own_car_needs_a_reason_lodging_a_place_and_both_a_receipt(visit, employee):
    costs = [ticket(receipts=[]), ticket(kind="lodging", text="")]
    claim = builders.claim(visit, no_transit_reason="", costs=costs)
    assert lacking(claim, employee) == {
        ("claim", 0, "no_transit_reason", "no_transit_reason"),
        ("cost", 0, "receipts", "no_receipt"),
        ("cost", 1, "text", "no_lodging"),
    }
    by_bus = [builders.leg(visit, mode="bus", km=None)]
    claim = builders.claim(visit, no_transit_reason="", legs=by_bus, costs=[ticket(vat="0")])
    assert claims.send(claim, by=employee).amount == Decimal("23.40")


def test_a_claim_for_nothing_is_not_sent(visit, employee):
    claim = builders.claim(visit, legs=[builders.leg(visit, mode="ride", km=None)])
    with pytest.raises(Refused, match="nothing_to_claim"):
        claims.send(claim, by=employee)


def test_nothing_is_claimed_before_the_trip_or_where_the_ake_pays_nothing(
    employee, loviisa, plan, coordinator, director
):
    ahead = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, state="approved", days_ago=-5)
    free = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, costs={})
    for visit, code in ((ahead, "not_made"), (free, "nothing_agreed")):
        with pytest.raises(Refused, match=code):
            claims.begin(visit.travellers.get(), by=employee)


# The rate


def test_passengers_add_a_supplement_for_each_kilometre(visit):
    legs = [builders.leg(visit, passengers="Leo Lukija, Mia Muisto"), builders.leg(visit, (15, 17), km=74)]
    claim = builders.claim(visit, legs=legs, state="sent")
    # 149 × 0,55 and 75 × 2 × 0,04
    assert (claim.own_km_amount, claim.passenger_amount) == (Decimal("81.95"), Decimal("6.00"))
    assert claim.amount == Decimal("87.95") == sum(row.euros for row in claim_rows.rows(claim))


def test_the_claim_keeps_the_rate_it_was_sent_with(visit, coordinator, approver):
    claim = builders.claim(visit, state="sent")
    KmRate.objects.filter(year=2026).update(own_car="0.70")
    claim = claims.approve(claims.check(claim, by=coordinator), by=approver)
    kept = claim.years.get()
    assert (kept.year, kept.own_car, claim.booking.spent) == (2026, Decimal("0.55"), Decimal("82.50"))


def test_the_rate_is_that_of_the_day_of_travel(employee, loviisa, uusimaa, coordinator, director):
    plan = builders.plan(uusimaa, year=2025, granted=500, lines={Category.TRAVEL: 500})
    visit = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, days_ago=300)
    assert builders.claim(visit, state="sent").own_km_amount == Decimal("88.50")  # 150 × 0,59


@pytest.fixture
def over_new_year(employee, loviisa, uusimaa, coordinator, director):
    """Out on the last day of 2025 (0,59 € a kilometre), home on the first of 2026 (0,55 €)."""
    plan = builders.plan(uusimaa, year=2025, granted=500, lines={Category.TRAVEL: 500})
    days_ago = (timezone.localdate() - date(2025, 12, 31)).days
    visit = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, days_ago=days_ago)
    visit.returns_at = days.at(date(2026, 1, 1), time(17))
    visit.save()
    return visit


def leg_at(visit, leaves, arrives, **fields):
    return builders.leg(visit, leaves_at=days.at(*leaves), arrives_at=days.at(*arrives), **fields)


OLD, NEW = date(2025, 12, 31), date(2026, 1, 1)


def test_over_new_year_each_leg_is_paid_at_the_rate_of_the_year_in_which_it_leaves(
    over_new_year, coordinator, approver
):
    legs = [
        leg_at(over_new_year, (OLD, time(8)), (OLD, time(10)), passengers="Leo Lukija"),
        leg_at(over_new_year, (OLD, time(23, 30)), (NEW, time(0, 20)), km=10),  # it left in the old year
        leg_at(over_new_year, (NEW, time(0, 30)), (NEW, time(1)), km=5),  # the old year still in UTC
        leg_at(over_new_year, (NEW, time(15)), (NEW, time(17)), passengers="Leo Lukija, Mia Muisto"),
    ]
    claim = builders.claim(over_new_year, legs=legs, state="checked", checker=coordinator)
    rows = [(row.text, row.how.replace("\xa0", " "), row.euros) for row in claim_rows.rows(claim)]
    assert rows == [
        ("Oma auto, vuoden 2025 korvaus", "85 km × 0,59 €", Decimal("50.15")),
        ("Oma auto, vuoden 2026 korvaus", "80 km × 0,55 €", Decimal("44.00")),
        ("Korotus lisämatkustajista", "75 matkustajakilometriä × 0,04 €", Decimal("3.00")),
        ("Korotus lisämatkustajista", "150 matkustajakilometriä × 0,04 €", Decimal("6.00")),
    ]
    claim = claims.approve(claim, by=approver)
    assert (claim.km, claim.own_km_amount, claim.passenger_amount) == (165, Decimal("94.15"), Decimal("9.00"))
    assert claim.booking.spent == Decimal("103.15") == sum(row.euros for row in claim_rows.rows(claim))
    assert "2025: 0,590; 2026: 0,550" in claim_exports.as_csv(Claim.objects.all()).decode("utf-8-sig")


def test_over_new_year_a_claim_waits_for_the_rate_of_its_later_year(over_new_year, employee, coordinator):
    KmRate.objects.filter(year=2026).delete()
    legs = [
        leg_at(over_new_year, (OLD, time(8)), (OLD, time(10))),
        leg_at(over_new_year, (NEW, time(15)), (NEW, time(17))),
    ]
    claim = builders.claim(over_new_year, legs=legs)
    assert claim_rows.preview(claim) == {"sums": None, "year": 2026}
    with pytest.raises(Refused, match="no_rate") as refused:
        claims.send(claim, by=employee)
    assert refused.value.values == {"year": 2026} and not claim.years.exists()
    home_by_bus = [legs[0], {**legs[1], "mode": "bus", "km": None}]
    assert claims.send(builders.claim(over_new_year, legs=home_by_bus), by=employee).own_km_amount == Decimal("44.25")


def test_each_year_has_its_own_step_and_counts_its_own_kilometres(
    over_new_year, employee, loviisa, plan, coordinator, approver
):
    KmRate.objects.filter(year=2026).update(step_km=100, own_car_after_step="0.30")
    legs = [
        leg_at(over_new_year, (OLD, time(8)), (OLD, time(10)), km=150),
        leg_at(over_new_year, (NEW, time(15)), (NEW, time(17)), km=90),
    ]
    claim = builders.claim(over_new_year, legs=legs, state="checked", checker=coordinator)
    claims.approve(claim, by=approver)
    later = builders.made_visit(employee, loviisa, plan=plan, by=coordinator)
    claim = builders.claim(later, state="approved", checker=coordinator, approver=approver)
    # 90 km of 2026 were paid before, not 240: 10 × 0,55 + 140 × 0,30
    assert (claim.years.get().driven, claim.own_km_amount) == (90, Decimal("47.50"))


def test_a_year_without_a_rate_refuses_and_tells_the_coordinators_once(visit, employee, coordinator, uusimaa):
    colleague = builders.person("toinen@porvoo.example", "Toinen", "Kehittäjä")
    uusimaa.coordinators.add(colleague)
    KmRate.objects.filter(year=2026).delete()
    claim = builders.claim(visit)
    for _ in range(2):
        with pytest.raises(Refused, match="no_rate") as refused:
            claims.send(claim, by=employee)
    assert refused.value.values == {"year": 2026}
    told = Mail.objects.filter(template="peerlearning/claims/no_rate")
    assert {mail.person for mail in told} == {coordinator, colleague} and told.count() == 2
    claim.refresh_from_db()
    assert (claim.state, claim.amount) == (State.DRAFT, 0)
    by_bus = [builders.leg(visit, mode="bus", km=None)]
    claim = builders.claim(visit, legs=by_bus, costs=[ticket()])
    assert not claims.send(claim, by=employee).years.exists()


def test_after_the_step_kilometres_are_paid_less_counting_those_paid_before(
    employee, loviisa, plan, coordinator, approver, director
):
    visits = [builders.made_visit(employee, loviisa, plan=plan, by=coordinator, days_ago=days) for days in (9, 6, 3)]
    KmRate.objects.filter(year=2026).update(step_km=200, own_car_after_step="0.30")
    first, second, third = [builders.claim(visit, state="checked", checker=coordinator) for visit in visits]
    assert second.own_km_amount == Decimal("82.50")  # nothing was paid yet when it was sent
    claims.approve(first, by=approver)
    second = claims.approve(second, by=approver)
    # 150 km were paid before: 50 × 0,55 + 100 × 0,30
    assert (second.years.get().driven, second.own_km_amount, second.booking.spent) == (
        150,
        Decimal("57.50"),
        Decimal("57.50"),
    )
    rows = [(row.how.replace("\xa0", " "), row.euros) for row in claim_rows.rows(second)]
    assert rows == [("50 km × 0,55 €", Decimal("27.50")), ("100 km × 0,30 €", Decimal("30.00"))]
    assert claims.approve(third, by=approver).own_km_amount == Decimal("45.00")


# Money


def test_over_the_line_needs_a_reason(visit, coordinator, approver, plan):
    claim = builders.claim(visit, costs=[ticket("100.00", "0")], state="checked", checker=coordinator)
    other = builders.expense(plan, by=coordinator, text="Muu", line=visit.expense.line)
    books.commit(other, left(visit) - 50, by=coordinator)
    with pytest.raises(OverBudget) as refused:
        claims.approve(claim, by=approver)
    assert (refused.value.amount, refused.value.left) == (Decimal("100.00"), Decimal("50.00"))
    claim.refresh_from_db()
    assert claim.state == State.CHECKED and not Booking.objects.filter(kind="actual").exists()
    claim = claims.approve(claim, by=approver, override="Johtaja päätti.")
    assert claim.override_reason == claim.booking.override_reason == "Johtaja päätti."


def test_a_frozen_plan_takes_no_claim(visit, coordinator, approver, plan):
    claim = builders.claim(visit, state="checked", checker=coordinator)
    type(plan).objects.filter(pk=plan.pk).update(state="frozen")
    with pytest.raises(Refused, match="frozen"):
        claims.approve(claim, by=approver)


def test_the_books_agree_to_the_cent_with_three_travellers_and_a_ticket_bought_before(
    employee, colleague, askola, loviisa, plan, coordinator, approver, director
):
    third = builders.person("kolmas@askola.example", "Kaisa", "Kolmas", library=askola)
    visit = builders.made_visit(
        *(employee, loviisa), plan=plan, by=coordinator, others=[colleague, third], costs={"km": "300", "ticket": "100"}
    )
    purchase = claims.buy(
        visit, "61.37", kind="ticket", by=coordinator, document_number="T-1", text="Juna", vat="6.14", checked=True
    )
    invoices.approve(purchase.invoice, by=approver)
    made = [builders.claim(visit, person, state="checked", checker=coordinator) for person in (employee, colleague)]
    for claim in made:
        claims.approve(claim, by=approver)
    with pytest.raises(Refused, match="open_claims"):
        claims.close_visit(visit, by=coordinator)
    claims.waive(visit.travellers.get(person=third), by=third)
    for claim in made:
        claims.pay(claim, by=coordinator)
    spent = sum(booking.spent for booking in Booking.objects.filter(expense=visit.expense))
    assert spent == Decimal("61.37") + 2 * Decimal("82.50") == visit.expense.open_sums()["spent"]
    assert [claim.document_number for claim in Claim.objects.order_by("pk")] == [f"{visit.case}/{n}" for n in (1, 2, 3)]
    closed = claims.close_visit(visit, by=coordinator)
    assert closed.state == Visit.State.CLOSED and closed.steps.get().move == "close"
    assert visit.expense.open_sums() == {"reserved": 0, "committed": 0, "spent": Decimal("226.37")}
    assert left(visit) == 800 - Decimal("226.37")
    assert {mail.person for mail in Mail.objects.filter(template="peerlearning/claims/closed")} == {
        *(employee, colleague, third)
    }


# Bought beforehand


def test_a_ticket_bought_beforehand_goes_the_way_of_invoices_and_is_told(
    employee, loviisa, plan, coordinator, approver, director
):
    visit = builders.made_visit(
        *(employee, loviisa), plan=plan, by=coordinator, state="approved", days_ago=-5, costs={"ticket": "80"}
    )
    purchase = claims.buy(
        *(visit, "61.37"),
        kind="ticket",
        by=coordinator,
        document_number="T-1",
        text="Juna klo 8.05",
        vat="6.14",
        receipts=[examine(builders.photo())],
    )
    mail = Mail.objects.get(template="peerlearning/claims/bought")
    assert mail.person == employee and "Juna klo 8.05" in mail.subject
    invoice = purchase.invoice
    assert (invoice.state, invoice.is_last, invoice.receipts.count()) == (Invoice.State.TO_CHECK, False, 1)
    invoices.approve(invoices.check(invoice, by=coordinator), by=approver)
    assert visit.expense.open_sums() == {"reserved": 0, "committed": Decimal("18.63"), "spent": Decimal("61.37")}
    claims.buy(visit, "-61.37", kind="ticket", by=coordinator, document_number="T-2", text="Hyvitys")
    assert Mail.objects.filter(template="peerlearning/claims/bought").count() == 1


def test_only_the_ake_buys_and_only_for_approved_visits(
    visit, employee, other_coordinator, coordinator, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    sent = {"kind": "ticket", "document_number": "T-1", "receipts": [examine(builders.photo())]}
    for person in (employee, other_coordinator):
        with pytest.raises(Refused, match="not_staff"):
            claims.buy(visit, 5, by=person, **sent)
    for state in set(Visit.State) - {Visit.State.APPROVED, Visit.State.DONE}:
        Visit.objects.filter(pk=visit.pk).update(state=state)
        with pytest.raises(Refused, match="not_to_buy"):
            claims.buy(visit, 5, by=coordinator, **sent)
    Visit.objects.filter(pk=visit.pk).update(state="done")
    with pytest.raises(IntegrityError), transaction.atomic():
        claims.buy(visit, 5, by=coordinator, **{**sent, "kind": "per_diem"})
    assert not Purchase.objects.exists() and not Invoice.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# Settling


def test_a_visit_is_closed_when_nothing_waits(visit, employee, coordinator, other_coordinator, approver):
    with pytest.raises(Refused, match="not_staff"):
        claims.close_visit(visit, by=other_coordinator)
    claims.waive(visit.travellers.get(), by=employee)
    purchase = claims.buy(visit, 10, kind="lodging", by=coordinator, document_number="T-1", text="Yö")
    with pytest.raises(Refused, match="open_invoices"):
        claims.close_visit(visit, by=coordinator)
    invoices.drop(purchase.invoice, by=coordinator, note="Ei ollut meidän.")
    claims.close_visit(visit, by=coordinator)
    assert left(visit) == 800
    with pytest.raises(Refused, match="not_made"):
        claims.close_visit(visit, by=coordinator)
    with pytest.raises(Refused, match="not_made"):
        claims.begin(visit.travellers.get(), by=employee)


def test_what_was_waived_can_be_begun_anew_until_the_visit_is_settled(
    visit, employee, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    builders.claim(visit, costs=[ticket()])
    with django_capture_on_commit_callbacks(execute=True):
        claim = claims.waive(visit.travellers.get(), by=employee)
    assert (claim.state, claim.purpose, claim.legs.count(), claim.costs.count()) == (State.WAIVED, "", 0, 0)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    claim = claims.begin(visit.travellers.get(), by=employee)
    assert (claim.state, claim.purpose, claim.legs.count()) == (State.DRAFT, visit.subject, 2)
    assert Claim.objects.count() == 1


def test_the_ake_waives_for_the_silent_when_two_months_are_over(visit, coordinator, other_coordinator, time_machine):
    traveller = visit.travellers.get()
    with pytest.raises(Refused, match="not_yours"):
        claims.waive(traveller, by=coordinator)
    time_machine.move_to(timezone.now() + timedelta(days=70))
    with pytest.raises(Refused, match="not_yours"):
        claims.waive(traveller, by=other_coordinator)
    assert claims.waive(traveller, by=coordinator).state == State.WAIVED


# What the database promises


@pytest.mark.parametrize(
    "change",
    [
        {"approved_by": "coordinator"},
        {"approved_by": "employee"},
        {"checked_by": "employee"},
        {"booking": None},
        {"state": "checked"},
        {"state": "paid"},
        {"paid_at": timezone.now()},
        {"amount": Decimal("82.51")},
        {"amount": 0, "own_km_amount": 0},
        {"own_km_amount": -1, "amount": -1},
        {"vat": 1},
        {"km": 0},
        {"sent_at": None},
    ],
)
def test_the_database_refuses_an_unsound_claim(change, visit, employee, coordinator, approver):
    people = {"coordinator": coordinator, "employee": employee}
    claim = builders.claim(visit, state="approved", checker=coordinator, approver=approver)
    values = {name: people.get(value, value) if isinstance(value, str) else value for name, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**values)


def test_a_per_diem_cannot_be_stored_and_sums_are_above_zero(visit):
    claim = builders.claim(visit)
    assert set(ClaimCost.Kind.values) == set(Purchase.Kind.values) == {"ticket", "lodging"}
    for values in (
        {"kind": "per_diem", "amount": 51},
        {"kind": "ticket", "amount": 0},
        {"kind": "ticket", "amount": 5, "vat": 5},
        {"kind": "ticket", "amount": 5, "vat": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClaimCost.objects.create(claim=claim, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        claim.legs.update(arrives_at=visit.leaves_at - timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Leg.objects.filter(claim=claim).update(km=3001)


def test_a_traveller_has_one_claim(visit, employee):
    claim = builders.claim(visit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(traveller=claim.traveller, person=employee, document_number="x")


# Receipts


def test_receipts_go_six_years_after_the_year_of_travel(visit, tmp_path, settings, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    claim = builders.claim(visit, costs=[ticket()])
    end_of_2032, new_year = (
        timezone.now().replace(year=year, month=month, day=day) for year, month, day in ((2032, 12, 31), (2033, 1, 1))
    )
    assert claims.delete_old_receipts(end_of_2032) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert privacy.keep_retention(new_year)["claim_receipts"] == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert claim.costs.get().amount == Decimal("23.40") and not ClaimReceipt.objects.exists()


def test_a_cost_keeps_its_receipts_until_they_are_taken_away(
    visit, employee, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    claim = builders.claim(visit, costs=[ticket(), ticket(text="Bussi")])
    first, second = claim.costs.all()
    texts = {"by": employee, "purpose": "x", "no_transit_reason": "x", "legs": []}
    with django_capture_on_commit_callbacks(execute=True):
        claims.save(claim, costs=[ticket(pk=first.pk, amount="9.00", receipts=[])], **texts)
    assert [(cost.amount, cost.receipts.count()) for cost in claim.costs.all()] == [(Decimal("9.00"), 1)]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    drop = [first.receipts.get().pk, *(receipt.pk for receipt in second.receipts.all())]
    with django_capture_on_commit_callbacks(execute=True):
        claims.save(claim, costs=[ticket(pk=first.pk, receipts=[], drop=drop)], **texts)
    assert not ClaimReceipt.objects.exists() and not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_save_that_fails_leaves_no_file(visit, employee, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    claim = builders.claim(visit)
    with pytest.raises(IntegrityError), transaction.atomic():
        claims.save(
            claim, by=employee, purpose="uusi", no_transit_reason="", legs=[], costs=[ticket(), ticket(kind="per_diem")]
        )
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    claim.refresh_from_db()
    assert claim.purpose != "uusi" and not ClaimReceipt.objects.exists()


# Reminders and privacy


def posted(now, template="peerlearning/claims/due"):
    runner.run(reminders.RULES, now)
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("person__email", "subject"))


def test_whoever_has_not_sent_the_claim_is_reminded_three_times(visit, employee, now):
    assert {rule.name for rule in RULES} <= {rule.name for rule in reminders.RULES}
    back = visit.returns_at  # Friday 2.10. at 17
    assert posted(back + timedelta(days=1)) == []
    first = posted(back + timedelta(days=2))
    assert first == [("aino@askola.example", "Matkalasku ja vierailukertomus: Lukukoirat ja lukumummit")]
    assert posted(back + timedelta(days=5)) == first
    assert len(posted(back + timedelta(days=14))) == 2
    builders.claim(visit)
    assert len(posted(back + timedelta(days=55))) == 3
    assert "2.12." in Mail.objects.latest("pk").subject
    assert len(posted(back + timedelta(days=80))) == 3


def test_whoever_has_sent_or_waived_is_left_alone(visit, employee, now):
    claim = builders.claim(visit, state="sent")
    assert posted(visit.returns_at + timedelta(days=14)) == []
    claims.send_back(claim, by=visit.region.coordinators.get(), note="x")
    assert len(posted(visit.returns_at + timedelta(days=14))) == 1
    claims.waive(claim.traveller, by=employee)
    assert len(posted(visit.returns_at + timedelta(days=55))) == 1


def test_before_the_books_close_the_regions_last_day_is_told(visit, plan, uusimaa, now):
    plan.books_close_on = now.date() + timedelta(days=30)  # 5.11.
    plan.save()
    TravelRules.objects.create(region=uusimaa, days_before_books=10)
    assert "lukukoirat" not in str(posted(now + timedelta(days=12)))
    told = [subject for _, subject in posted(now + timedelta(days=13, hours=3)) if "26.10." in subject]
    assert len(told) == 1
    # who has missed a run is told later, but not after the day
    Mail.objects.all().delete()
    assert not [subject for _, subject in posted(now + timedelta(days=21)) if "26.10." in subject]


def test_own_data_has_the_claims_and_erasing_leaves_no_draft(visit, employee, coordinator, approver, loviisa, plan):
    builders.claim(visit, costs=[ticket()], state="approved", checker=coordinator, approver=approver)
    other = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, days_ago=8)
    draft = builders.claim(other)
    exported = privacy.export_for(employee)["claims"]["claims"]
    assert [(one["state"], one["euros"]) for one in exported] == [("approved", "105.90"), ("draft", "0.00")]
    assert exported[0]["legs"][0]["from"] == "Askola" and exported[0]["costs"][0]["receipts"] == ["kuitti.jpg"]
    assert privacy.export_for(approver)["claims"]["decided_claims"][0]["approved"]
    privacy.erase(employee)
    draft.refresh_from_db()
    assert (draft.state, draft.purpose) == (State.WAIVED, "")
    assert Claim.objects.get(state="approved").booking.spent == Decimal("103.02")


# Identity codes and accounts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hetu 010190-123A", "identity_code"),
        ("010190A123a", "identity_code"),
        ("311299 – 9876", "identity_code"),
        ("010101Y901K", "identity_code"),
        ("tili FI21 1234 5600 0007 85", "account"),
        ("FI2112345600000785", "account"),
        ("fi21-1234-5600-0007-85", "account"),
        ("SE35 5000 0000 0549 1000 0003", "account"),
        ("Bussi 1234 klo 8.05, laskun numero 202604-1234", ""),
        ("Lähtö 1.10.2026 klo 8, 150 km", ""),
        ("2026-041/1", ""),
        ("JÄRVENPÄÄN KIRJASTO JA LOVIISAN PÄÄKIRJASTO", ""),
        ("0400 123 456", ""),
        ("FI21 viite 1234", ""),
    ],
)
def test_texts_that_look_like_identity_codes_and_accounts_are_known(text, found):
    assert holds_identity(text) == found
