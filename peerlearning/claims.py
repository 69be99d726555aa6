"""What is done with a travel claim, and with what the AKE buys for a visit. Each action is one transaction.

The moves are those of workflow.CLAIM. A file that is taken is written before the transaction ends, and taken away again
when it fails.
"""

from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ake_portal.lib import days
from ake_portal.lib.money import ZERO
from budgets import actions as books
from budgets import invoices
from budgets.actions import OverBudget, Refused
from budgets.models import Invoice
from peerlearning import claim_complete, claim_mails, workflow
from peerlearning.models import (
    Claim,
    ClaimCost,
    ClaimReceipt,
    ClaimYear,
    KmRate,
    Leg,
    NoRate,
    Purchase,
    Step,
    Traveller,
    Visit,
)
from peerlearning.models.claims import driven_by_year, paid_for, sums_of
from people.models import User

State = Claim.State
IN_BOOKS = (State.APPROVED, State.PAID)
__all__ = ["Incomplete", "OverBudget", "Refused"]


class Incomplete(Refused):
    """The claim cannot be sent: `lacks` says what is missing where."""

    def __init__(self, lacks):
        super().__init__("incomplete")
        self.lacks = lacks


@contextmanager
def _or_no_files(kept):
    """The files in the list `kept` go when the work inside fails."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for receipt in kept:
            receipt.file.storage.delete(receipt.file.name)
        raise


def _drop(receipts):
    """Take receipts away, their files when this is committed."""
    for receipt in receipts:
        file = receipt.file
        receipt.delete()
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))


def _lock_visit(visit):
    return (
        Visit.objects.select_for_update(of=("self",))
        .select_related("region", "library", "traveller", "branch", "expense__line__plan")
        .get(pk=visit.pk)
    )


def _lock(claim, move):
    """The claim as it is now, locked and moved on in memory. Raises Refused "claim_state"."""
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("person", "traveller__library", "traveller__visit__region", "traveller__visit__expense__line")
        .get(pk=claim.pk)
    )
    if not claim.may(move):
        raise Refused("claim_state")
    claim.state = workflow.CLAIM[move].target
    return claim


def _own(claim, by):
    if claim.person_id != by.pk:
        raise Refused("not_yours")


def _staff(claim, by):
    """Raises Refused "not_checker" unless `by` works for the region's AKE and is not the traveller."""
    if by.pk == claim.person_id or not by.runs(claim.visit.region):
        raise Refused("not_checker")


# Who does what


def checkers_of(claim):
    """The AKE staff who check the claim; where nobody but the traveller is left, those who look after the portal."""
    staff = claim.visit.region.coordinators.active().exclude(pk=claim.person_id)
    return staff if staff.exists() else User.objects.active().filter(is_superuser=True).exclude(pk=claim.person_id)


def approvers_of(claim):
    """The people who may approve the claim: whom the region names, neither checker nor traveller."""
    return (
        User.objects.active()
        .filter(approves_invoices_of__region=claim.visit.region_id)
        .exclude(pk__in=[claim.person_id, claim.checked_by_id])
    )


# Writing


@transaction.atomic
def begin(traveller, *, by, now=None):
    """The traveller's claim, filled in from the visit; one that was waived is begun anew, one that is there is returned.

    Raises Refused: "not_yours", "not_made" (the visit is not made yet, or settled), "nothing_agreed" (the AKE pays nothing
    of it).
    """
    if traveller.person_id != by.pk:
        raise Refused("not_yours")
    visit = _lock_visit(traveller.visit)
    found = Claim.objects.filter(traveller=traveller).first()
    if found is not None and found.state != State.WAIVED:
        return found
    _open(visit)
    if found is not None:
        claim = _lock(found, "begin")
        claim.save()
    else:
        claim = _new(visit, traveller, now)
    _fill_in(claim, visit)
    return claim


def _open(visit):
    if visit.state != Visit.State.DONE:
        raise Refused("not_made")
    if visit.expense_id is None:
        raise Refused("nothing_agreed")


def _new(visit, traveller, now, state=State.DRAFT):
    number = Claim.objects.filter(traveller__visit=visit).count() + 1
    claim = Claim.objects.create(
        traveller=traveller,
        person_id=traveller.person_id,
        state=state,
        document_number=f"{visit.case}/{number}",
        begun_at=now or timezone.now(),
    )
    claim.traveller.visit = visit
    return claim


def _fill_in(claim, visit):
    """What the visit knows already: purpose, the way out over the stops and back, means of travel, kilometres there and back."""
    claim.purpose = visit.subject[:300]
    is_own_trip = claim.person_id == visit.traveller_id
    claim.no_transit_reason = visit.no_transit_reason if is_own_trip else ""
    claim.save()
    home = str((visit.branch if is_own_trip else claim.person.branch) or claim.traveller.library)
    stops = list(visit.stops.select_related("branch"))
    places = [home, *(str(stop.branch) for stop in stops), home]
    mode = {Visit.Travel.CAR: Leg.Mode.CAR, Visit.Travel.RIDE: Leg.Mode.RIDE}.get(visit.travel, "")
    if mode == Leg.Mode.CAR and not is_own_trip:
        mode = Leg.Mode.RIDE
    leaves = [visit.leaves_at, *(stop.ends_at for stop in stops)]
    arrives = [*(stop.starts_at for stop in stops), visit.returns_at]
    # the kilometres of the application are those there and back: over several stops only the traveller knows each
    half = visit.km // 2 if visit.km and len(stops) == 1 and mode == Leg.Mode.CAR else None
    for number, (place, onward) in enumerate(zip(places, places[1:], strict=False)):
        starts, ends = leaves[number], arrives[number]
        if starts and ends and ends <= starts:
            ends = None
        Leg.objects.create(
            claim=claim,
            position=number + 1,
            from_place=place[:120],
            to_place=onward[:120],
            leaves_at=starts,
            arrives_at=ends,
            mode=mode,
            km=None if half is None else (visit.km - half if number else half),
        )


def save(claim, *, by, purpose, no_transit_reason, legs, costs, now=None):
    """Keep what the traveller has written so far, however little. Returns the Claim.

    `legs` are dicts of Leg's fields in order, `costs` dicts with "kind", "text", "amount", "vat", the "pk" of one that is
    there, new "receipts" from lib.uploads.examine, and the keys of those to "drop". What is not among them goes.
    Raises Refused: "claim_state", "not_yours".
    """
    now, kept = now or timezone.now(), []
    with _or_no_files(kept):
        claim = _lock(claim, "complete" if claim.state == State.RETURNED else "write")
        _own(claim, by)
        claim.purpose, claim.no_transit_reason = purpose, no_transit_reason
        claim.save()
        claim.legs.all().delete()
        for position, leg in enumerate(legs, 1):
            Leg.objects.create(claim=claim, position=position, **leg)
        _keep_costs(claim, costs, now, kept)
    return claim


def _keep_costs(claim, costs, now, kept):
    there = claim.costs.in_bulk()
    for values in costs:
        cost = there.pop(values.get("pk"), None) or ClaimCost(claim=claim)
        for name in ("kind", "text", "amount", "vat"):
            setattr(cost, name, values[name])
        cost.save()
        _drop(cost.receipts.filter(pk__in=values.get("drop", ())))
        for upload in values.get("receipts", ()):
            receipt = ClaimReceipt(
                cost=cost,
                name=upload.name,
                content_type=upload.content_type,
                size=len(upload.content),
                uploaded_at=now,
            )
            receipt.file.save(f"receipt.{upload.extension}", ContentFile(upload.content), save=False)
            kept.append(receipt)
            receipt.save(force_insert=True)
    for cost in there.values():
        _drop(cost.receipts.all())
        cost.delete()


def send(claim, *, by, now=None):
    """To the AKE, with the kilometre rate of each year of travel, which the claim keeps from now on.

    Raises Incomplete, Refused: "claim_state", "not_yours", "not_made", "nothing_to_claim", "no_rate" (the coordinators have
    been told).
    """
    try:
        return _send(claim, by, now or timezone.now())
    except NoRate as missing:
        # the transaction of the sending is gone: this mail is one of its own
        with transaction.atomic():
            claim_mails.no_rate(claim.visit.region, missing.year)
        raise Refused("no_rate", year=missing.year) from missing


@transaction.atomic
def _send(claim, by, now):
    claim = _lock(claim, "send")
    _own(claim, by)
    if claim.visit.state != Visit.State.DONE:
        raise Refused("not_made")
    lacks = claim_complete.lacks(claim, now)
    if lacks:
        raise Incomplete(lacks)
    _keep_rates(claim)
    _sum_up(claim)
    if not claim.amount:
        raise Refused("nothing_to_claim")
    claim.sent_at, claim.note = now, ""
    claim.revision += 1
    claim.save()
    claim_mails.sent(claim, checkers_of(claim))
    return claim


def _keep_rates(claim):
    """Copy the rate of every year in which a leg by own car begins. Raises NoRate."""
    claim.years.all().delete()
    for year in driven_by_year(claim.legs.all(), claim.visit.first_day):
        rate = KmRate.of_year(year)
        ClaimYear.objects.create(
            claim=claim,
            year=year,
            own_car=rate.own_car,
            passenger=rate.passenger,
            step_km=rate.step_km,
            own_car_after_step=rate.own_car_after_step,
        )


def _sum_up(claim):
    """Reckon the claim at the rates that it keeps, after the kilometres that the person was paid before in each year."""
    driven = driven_by_year(claim.legs.all(), claim.visit.first_day)
    years = list(claim.years.all())
    for kept in years:
        kept.driven, kept.km = _paid_before(claim, kept.year), driven[kept.year].km
        kept.own_km_amount, kept.passenger_amount = paid_for(driven[kept.year], kept.rate, kept.driven)
        kept.save()
    kilometres = [(kept.km, kept.own_km_amount, kept.passenger_amount) for kept in years]
    sums = sums_of(kilometres, claim.costs.all())
    claim.km, claim.own_km_amount, claim.passenger_amount = sums.km, sums.own, sums.passengers
    claim.costs_amount, claim.vat, claim.amount = sums.costs, sums.vat, sums.amount


def _paid_before(claim, year):
    """Kilometres of that year in the person's other claims that are in the books."""
    others = ClaimYear.objects.filter(year=year, claim__person=claim.person_id, claim__state__in=IN_BOOKS)
    return others.exclude(claim=claim).aggregate(km=Sum("km"))["km"] or 0


@transaction.atomic
def waive(traveller, *, by, now=None):
    """Nothing to claim: what was filled in goes. Two months after the trip the AKE says so for whoever keeps silent.

    Raises Refused: "claim_state", "not_yours", "not_made".
    """
    now = now or timezone.now()
    visit = _lock_visit(traveller.visit)
    is_late = visit.last_day is not None and days.local(now).date() > visit.claims_until
    if traveller.person_id != by.pk and not (is_late and by.runs(visit.region)):
        raise Refused("not_yours")
    if visit.state != Visit.State.DONE:
        raise Refused("not_made")
    found = Claim.objects.filter(traveller=traveller).first()
    if found is None:
        return _new(visit, traveller, now, State.WAIVED)
    claim = _lock(found, "waive")
    _drop(ClaimReceipt.objects.filter(cost__claim=claim))
    claim.costs.all().delete()
    claim.legs.all().delete()
    claim.years.all().delete()
    for name in ("own_km_amount", "passenger_amount", "costs_amount", "vat", "amount"):
        setattr(claim, name, ZERO)
    claim.km, claim.purpose, claim.no_transit_reason, claim.note = 0, "", "", ""
    claim.save()
    return claim


# Deciding


@transaction.atomic
def check(claim, *, by, document_number="", now=None):
    """Trip, kilometres, receipts and sum are right: the approvers are told. Raises Refused: "claim_state", "not_checker"."""
    claim = _lock(claim, "check")
    _staff(claim, by)
    claim.checked_by, claim.checked_at = by, now or timezone.now()
    claim.document_number = document_number.strip() or claim.document_number
    claim.revision += 1
    claim.save()
    claim_mails.to_approve(claim, approvers_of(claim))
    return claim


@transaction.atomic
def send_back(claim, *, by, note):
    """Back to the traveller, to be completed. Raises Refused: "claim_state", "not_checker", "no_reason"."""
    claim = _lock(claim, "send_back")
    if not Claim.objects.approvable_by(by).filter(pk=claim.pk).exists():
        _staff(claim, by)
    if not note.strip():
        raise Refused("no_reason")
    claim.note, claim.checked_by, claim.checked_at = note[:500], None, None
    claim.revision += 1
    claim.save()
    claim_mails.returned(claim, by)
    return claim


@transaction.atomic
def approve(claim, *, by, override="", now=None):
    """Into the books as an actual of the visit's expense, at the rates that the claim keeps. Returns the Claim with its booking.

    Raises OverBudget, Refused: "claim_state", "frozen", "not_claim_approver" (the region has not named `by`, or `by` has
    checked it or travelled).
    """
    claim = _lock(claim, "approve")
    if not Claim.objects.approvable_by(by).filter(pk=claim.pk).exists():
        raise Refused("not_claim_approver")
    now = now or timezone.now()
    # two claims of a person at once: the second one counts the kilometres of the first
    list(User.objects.select_for_update(no_key=True).filter(pk=claim.person_id).values_list("pk"))
    _sum_up(claim)
    claim.booking = books.spend(
        claim.visit.expense,
        claim.net,
        by=by,
        vat=claim.vat,
        document_number=claim.document_number,
        is_last=False,
        override=override,
        text=f"{claim.visit.expense}, {claim.person}"[:300],
        now=now,
    )
    claim.override_reason = claim.booking.override_reason
    claim.approved_by, claim.approved_at = by, now
    claim.revision += 1
    claim.save()
    claim_mails.approved(claim)
    return claim


@transaction.atomic
def pay(claim, *, by, now=None):
    """The traveller, or the employer that bills, has got the money. Raises Refused: "claim_state", "not_checker"."""
    claim = _lock(claim, "pay")
    _staff(claim, by)
    claim.paid_at = now or timezone.now()
    claim.save()
    claim_mails.paid(claim)
    return claim


# Bought beforehand


def buy(
    visit,
    amount,
    *,
    kind,
    by,
    document_number,
    text="",
    vat=ZERO,
    override="",
    receipts=(),
    checked=False,
    now=None,
):
    """A ticket or a night that the AKE has bought, as an invoice of the visit's expense; the travellers are told. Returns the Purchase.

    `amount` is net; a refund is negative. Raises OverBudget, Refused: "not_staff", "not_to_buy" (the visit is not approved, or
    is settled), "nothing_agreed", "frozen", "nothing".
    """
    stored = []
    try:
        with transaction.atomic():
            visit = _lock_visit(visit)
            if not by.runs(visit.region):
                raise Refused("not_staff")
            if visit.state not in (Visit.State.APPROVED, Visit.State.DONE):
                raise Refused("not_to_buy")
            if visit.expense_id is None:
                raise Refused("nothing_agreed")
            invoice = invoices.enter(
                visit.expense,
                amount,
                by=by,
                document_number=document_number,
                vat=vat,
                is_last=False,
                override=override,
                receipts=receipts,
                checked=checked,
                now=now,
            )
            stored = [receipt.file for receipt in invoice.receipts.all()]
            purchase = Purchase.objects.create(visit=visit, kind=kind, text=text, invoice=invoice)
            if invoice.amount > 0:
                claim_mails.bought(purchase)
    except BaseException:
        for file in stored:
            file.storage.delete(file.name)
        raise
    return purchase


# Settling


def why_open(visit):
    """What keeps a made visit from being settled: a code of claim_messages or budgets.messages, or ""."""
    travellers = Traveller.objects.filter(visit=visit)
    if visit.expense_id and travellers.exclude(claim__state__in=Claim.SETTLED).exists():
        return "open_claims"
    if visit.expense_id and Invoice.objects.filter(expense=visit.expense_id).waiting().exists():
        return "open_invoices"
    return ""


@transaction.atomic
def close_visit(visit, *, by, now=None):
    """Claims and purchases are settled: what is still bound is released, the travellers are thanked.

    Raises Refused: "not_staff", "not_made", "open_claims", "open_invoices", "frozen".
    """
    now = now or timezone.now()
    visit = _lock_visit(visit)
    if not by.runs(visit.region):
        raise Refused("not_staff")
    if not visit.may("close"):
        raise Refused("not_made")
    obstacle = why_open(visit)
    if obstacle:
        raise Refused(obstacle)
    if visit.expense_id:
        sums = visit.expense.open_sums()
        if sums["reserved"] or sums["committed"]:
            books.release(visit.expense, by=by, now=now)
    visit.state, visit.ended_at = workflow.VISIT["close"].target, now
    visit.revision += 1
    visit.save(update_fields=["state", "ended_at", "revision"])
    Step.objects.create(visit=visit, move="close", by=by, at=now)
    claim_mails.closed(visit)
    return visit


def delete_old_receipts(now):
    """Files go six years after the end of the year of travel; the claim stays. Returns how many went."""
    last_year = timezone.localtime(now).year - ClaimReceipt.YEARS_KEPT - 1
    gone = 0
    for receipt in ClaimReceipt.objects.filter(cost__claim__traveller__visit__returns_at__year__lte=last_year):
        with transaction.atomic():
            _drop([receipt])
        gone += 1
    return gone


# For the page of the visit


def of_visit(visit, user):
    """What the visit's page shows of claims and purchases to `user`; None when there is nothing for this reader.

    For peerlearning/claims/on_visit.html: "mine" (the own Traveller) with "claim", "rows" of all travellers for AKE staff,
    "purchases", and who may do what.
    """
    is_staff = user.runs(visit.region)
    travellers = list(visit.travellers.select_related("person", "claim").order_by("pk"))
    mine = next((one for one in travellers if one.person_id == user.pk), None)
    if (mine is None and not is_staff) or visit.state not in Visit.MADE or visit.expense_id is None and not is_staff:
        return None
    is_done, has_money = visit.state == Visit.State.DONE, visit.expense_id is not None
    claim = getattr(mine, "claim", None)
    may_close = is_staff and visit.may("close")
    return {
        "visit": visit,
        "mine": mine,
        "claim": claim,
        "may_begin": mine is not None and is_done and has_money and (claim is None or claim.may("begin")),
        "may_waive": mine is not None and is_done and has_money and (claim is None or claim.may("waive")),
        "rows": [_row(visit, one, user) for one in travellers] if is_staff and has_money else [],
        "purchases": list(visit.purchases.select_related("invoice")) if has_money else [],
        "may_buy": is_staff and has_money and visit.state in (Visit.State.APPROVED, Visit.State.DONE),
        "may_close": may_close,
        "obstacle": why_open(visit) if may_close else "",
        "is_staff": is_staff,
        "until": visit.claims_until,
    }


def _row(visit, traveller, user):
    """A traveller with the claim, for AKE staff: a claim that is being written is nobody's but the traveller's."""
    claim = getattr(traveller, "claim", None)
    is_other = traveller.person_id != user.pk
    is_waivable = claim is None or claim.may("waive")
    return {
        "traveller": traveller,
        "claim": claim,
        "is_open_to_staff": claim is not None and is_other and claim.state != State.DRAFT,
        "may_waive": is_other
        and is_waivable
        and visit.state == Visit.State.DONE
        and timezone.localdate() > visit.claims_until,
    }
