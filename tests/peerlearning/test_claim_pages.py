"""Pages of claims: written on a phone without JavaScript, decided with the whole case in sight, nothing typed lost."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from ake_portal.lib.uploads import examine
from budgets.messages import FILES
from budgets.models import Booking, Category, Invoice
from notifications.models import Mail
from peerlearning import claims
from peerlearning.models import Claim, ClaimReceipt, KmRate, TravelRules, Visit
from tests import builders
from tests.portal.test_uploads import HOSTILE

State = Claim.State


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=1000, lines={Category.TRAVEL: 1000})


@pytest.fixture
def approver(uusimaa):
    return builders.approver(uusimaa)


@pytest.fixture
def visit(employee, loviisa, plan, coordinator, director):
    return builders.made_visit(employee, loviisa, plan=plan, by=coordinator)


def ticket(**fields):
    values = {"kind": "ticket", "text": "Juna Kouvolaan", "amount": Decimal("23.40"), "vat": Decimal("2.88")}
    return {**values, "receipts": [examine(builders.photo())], **fields}


def at(name, *args):
    return reverse(f"peerlearning:{name}", args=args)


def typed(page):
    """What the form of the page would send, as a browser without JavaScript does: {name: value}."""
    form = page.split('enctype="multipart/form-data"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if attrs.get("type") not in ("file", "checkbox") and "name" in attrs:
            found[attrs["name"]] = attrs.get("value", "")
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form):
        found[name] = text
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def begun(desk, visit, person):
    """Begin the claim from the visit: (its address, the page)."""
    answer = desk.post(at("begin_claim", visit.travellers.get(person=person).pk))
    assert answer.status_code == 302
    return answer["Location"], desk.get(answer["Location"]).content.decode()


def test_a_prefilled_claim_is_sent_with_one_button(sign_in, visit, employee, coordinator):
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    fields = typed(page)
    assert fields["leg0-from_place"] == "Askolan kirjasto" and fields["leg0-leaves_clock"] == "08:00"
    assert fields["leg0-mode"] == "car" and fields["leg1-km"] == "75" and "82,50\xa0€" in page
    answer = desk.post(address, {**fields, "do": "send"}, follow=True)
    assert "Lähetetty AKElle" in answer.content.decode()
    claim = Claim.objects.get()
    assert (claim.state, claim.amount) == (State.SENT, Decimal("82.50"))
    assert desk.get(address).status_code == 302  # nothing more to write
    assert Mail.objects.get(template="peerlearning/claims/sent").person == coordinator


def test_every_button_keeps_what_is_typed(sign_in, visit, employee):
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    fields = {**typed(page), "claim-purpose": "Lukukoiria katsomassa", "leg1-to_place": "Porvoo"}
    answer = desk.post(address, {**fields, "do": "add_leg"})
    page = desk.get(answer["Location"]).content.decode()
    fields = typed(page)
    assert fields["legs"] == "3" and fields["claim-purpose"] == "Lukukoiria katsomassa" and fields["leg2-mode"] == ""
    fields |= {
        "leg2-from_place": "Porvoo",
        "leg2-to_place": "Askola",
        "leg2-day": "2026-10-02",
        "leg2-leaves_clock": "17:10",
        "leg2-arrives_clock": "17:40",
        "leg2-mode": "bus",
    }
    answer = desk.post(address, {**fields, "do": "add_cost"})
    fields = typed(desk.get(answer["Location"]).content.decode())
    assert (fields["legs"], fields["costs"], fields["leg2-to_place"]) == ("3", "1", "Askola")
    fields |= {
        "cost0-kind": "ticket",
        "cost0-text": "Bussi",
        "cost0-amount": "6,40",
        "cost0-receipts": builders.photo(),
    }
    assert desk.post(address, {**fields, "do": "save"}).status_code == 302
    claim = Claim.objects.get()
    assert [str(leg) for leg in claim.legs.all()] == [
        "Askolan kirjasto – Loviisan pääkirjasto",
        "Loviisan pääkirjasto – Porvoo",
        "Porvoo – Askola",
    ]
    assert (claim.costs.get().amount, claim.costs.get().receipts.get().name) == (Decimal("6.40"), "kuitti.jpg")
    fields = typed(desk.get(address).content.decode())
    assert desk.post(address, {**fields, "leg2-gone": "on", "cost0-gone": "on", "do": "save"}).status_code == 302
    assert claim.legs.count() == 2 and not claim.costs.exists() and not ClaimReceipt.objects.exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fi",
            ["Kerro, miksi matka tehtiin.", "Kerro, miksi julkisilla ei päässyt", "Anna kilometrit", "Lisää kuitti."],
        ),
        (
            "sv",
            [
                "Berätta varför resan gjordes.",
                "inte gick att åka kollektivt",
                "Ange kilometrarna",
                "Lägg till kvittot.",
            ],
        ),
    ],
)
def test_what_is_missing_is_said_at_the_field(language, said, sign_in, visit, employee):
    desk = sign_in(employee)
    with override(language):
        address, page = begun(desk, visit, employee)
        fields = {**typed(page), "claim-purpose": "", "claim-no_transit_reason": "", "leg1-km": "", "costs": "1"}
        fields |= {"cost0-kind": "lodging", "cost0-text": "Hotelli, 1 yö", "cost0-amount": "90", "do": "send"}
        page = desk.post(address, fields, follow=True).content.decode()
    for text in said:
        assert text in page
    for name in ("claim-purpose", "claim-no_transit_reason", "leg1-km", "cost0-receipts"):
        assert re.search(rf'<div class="field-error" id="id_{name}_error">', page), name
        assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page), name
    assert Claim.objects.get().state == State.DRAFT and typed(page)["cost0-text"] == "Hotelli, 1 yö"


def test_half_a_clock_is_told_and_nothing_typed_is_lost(sign_in, visit, employee):
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    fields = {**typed(page), "leg0-day": "", "leg1-arrives_clock": "14:00", "claim-purpose": "Uusi tarkoitus"}
    fields |= {"costs": "1", "cost0-amount": "0", "cost0-vat": "5", "do": "add_leg"}
    answer = desk.post(address, fields)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Anna myös päivä." in page and "Tämä on ennen lähtöä." in page
    assert "Kerro, onko se matkalippu vai majoitus." in page and "Anna nollaa suurempi summa." in page
    assert typed(page)["claim-purpose"] == "Uusi tarkoitus" and typed(page)["leg1-arrives_clock"] == "14:00"
    assert Claim.objects.get().purpose == visit.subject


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("claim-purpose", "Hetuni on 010190-123A", "näyttää henkilötunnukselta"),
        ("claim-no_transit_reason", "Tili FI21 1234 5600 0007 85", "näyttää tilinumerolta"),
        ("leg0-passengers", "Leo 010190A123B", "näyttää henkilötunnukselta"),
        ("leg0-from_place", "FI2112345600000785", "näyttää tilinumerolta"),
        ("cost0-text", "maksu tilille FI21 1234 5600 0007 85", "näyttää tilinumerolta"),
    ],
)
def test_no_identity_code_and_no_account_is_taken(field, text, said, sign_in, visit, employee):
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    fields = {**typed(page), "costs": "1", "cost0-kind": "ticket", "cost0-amount": "5", field: text, "do": "send"}
    page = desk.post(address, fields).content.decode()
    assert said in page.split(f'id="id_{field}_error">')[1][:120]
    assert Claim.objects.get().state == State.DRAFT and not Claim.objects.get().costs.exists()


def test_notes_of_the_ake_hold_no_identity_code_either(sign_in, visit, coordinator):
    claim = builders.claim(visit, state="sent")
    for name, field in (("send_back_claim", "back-note"), ("check_claim", "check-document_number")):
        page = sign_in(coordinator).post(at(name, claim.pk), {field: "010190-123A"}).content.decode()
        assert "näyttää henkilötunnukselta" in page
    claim.refresh_from_db()
    assert claim.state == State.SENT


def test_a_request_that_was_cut_off_throws_nothing_away(sign_in, visit, employee):
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    for cut in ({}, {"legs": "0"}, {"claim-purpose": "Uusi"}):
        assert desk.post(address, cut).status_code == 200
    assert Claim.objects.get().legs.count() == 2 and Claim.objects.get().purpose == visit.subject


def test_a_strange_request_breaks_nothing(sign_in, visit, employee):
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    for strange in ({"legs": "x", "costs": "-1"}, {"legs": "99999", "costs": "²"}, {"costs": "1", "cost0-pk": "a"}, {}):
        assert desk.post(address, {**strange, "do": "nothing"}).status_code in (200, 302, 422)
    other = builders.claim(visit).costs.create(kind="ticket", amount=5)
    fields = {
        "legs": "0",
        "costs": "2",
        **{f"cost{n}-{name}": value for n in (0, 1) for name, value in _cost(other.pk).items()},
    }
    assert desk.post(address, fields).status_code == 302
    assert Claim.objects.get().costs.count() == 1


def _cost(key):
    return {"pk": key, "kind": "ticket", "amount": "7"}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_receipt_is_refused_at_its_field(what, sign_in, visit, employee, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    content, code = HOSTILE[what]
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    fields = {**typed(page), "costs": "1", "cost0-kind": "ticket", "cost0-text": "Juna", "cost0-amount": "23,40"}
    evil = SimpleUploadedFile("kuitti.pdf", content, content_type="application/pdf")
    page = desk.post(address, {**fields, "cost0-receipts": evil, "do": "save"}).content.decode()
    assert 'id="id_cost0-receipts_error"' in page and "valitse tiedostot uudelleen" in page
    assert str(FILES[code]) in page and typed(page)["cost0-amount"] == "23,40"
    assert not ClaimReceipt.objects.exists() and not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_cost_has_at_most_five_receipts(sign_in, visit, employee):
    claim = builders.claim(visit, costs=[ticket(receipts=[examine(builders.photo()) for _ in range(4)])])
    desk = sign_in(employee)
    address = at("write_claim", claim.pk)
    fields = {**typed(desk.get(address).content.decode()), "do": "save"}
    page = desk.post(address, {**fields, "cost0-receipts": [builders.photo(), builders.photo()]}).content.decode()
    assert "enintään 5 kuittia" in page
    drop = [receipt.pk for receipt in ClaimReceipt.objects.all()[:1]]
    sent = {**fields, "cost0-receipts": [builders.photo(), builders.photo()], "cost0-drop": drop}
    assert desk.post(address, sent).status_code == 302 and ClaimReceipt.objects.count() == 5


# Deciding


def test_the_page_shows_the_case_and_each_reader_the_own_buttons(
    sign_in, visit, employee, coordinator, approver, uusimaa
):
    TravelRules.objects.create(
        region=uusimaa, billing_fi="Verkkolaskuosoite 0037, viite AKE", billing_sv="Nätfakturaadress 0037"
    )
    claim = builders.claim(visit, costs=[ticket()], state="sent")
    address = at("claim", claim.pk)
    page = sign_in(employee).get(address).content.decode()
    assert "Verkkolaskuosoite 0037" in page and "Kerttu Johtava" in page and "105,90\xa0€" in page
    assert "Merkitse maksetuksi" not in page and "Budjettirivi" not in page and 'action="/fi/visits/claims' not in page
    page = sign_in(coordinator).get(address).content.decode()
    assert (
        at("check_claim", claim.pk) in page
        and at("send_back_claim", claim.pk) in page
        and at("approve_claim", claim.pk) not in page
    )
    # of 1000 82,50 are bound for the visit; the claim takes 103,02 of it
    assert "jäljellä 917,50\xa0€" in page and "rivillä jäljellä 896,98\xa0€" in page
    sign_in(coordinator).post(at("check_claim", claim.pk), {"check-document_number": "M-77"})
    desk = sign_in(approver)
    page = desk.get(address).content.decode()
    assert at("approve_claim", claim.pk) in page and at("check_claim", claim.pk) not in page
    assert desk.post(at("approve_claim", claim.pk)).status_code == 302
    assert Booking.objects.get(kind="actual").document_number == "M-77"
    assert sign_in(coordinator).post(at("pay_claim", claim.pk)).status_code == 302
    assert sign_in(employee).get(address).content.decode().count('<li class="done">') == 4


def test_the_city_that_pays_says_how_payroll_gets_what_it_needs(sign_in, visit, employee, uusimaa):
    Visit.objects.filter(pk=visit.pk).update(payer="city")
    TravelRules.objects.create(
        region=uusimaa,
        payer="city",
        payroll_fi="Täytä lomake palkanlaskennan asioinnissa.",
        payroll_sv="Fyll i blanketten.",
    )
    claim = builders.claim(visit, state="sent")
    desk = sign_in(employee)
    for language, said in (("fi", "Täytä lomake palkanlaskennan"), ("sv", "Fyll i blanketten.")):
        with override(language):
            page = desk.get(at("claim", claim.pk)).content.decode()
        assert said in page


def test_over_the_line_is_told_at_its_field(sign_in, visit, coordinator, approver, plan):
    claim = builders.claim(visit, state="checked", checker=coordinator, costs=[ticket()])
    plan.lines.update(planned=90)
    desk = sign_in(approver)
    page = desk.post(at("approve_claim", claim.pk)).content.decode()
    assert "Rivillä on jäljellä 7,50\xa0€" in page.split('id="id_approve-override_reason_error"')[1]
    assert desk.post(at("approve_claim", claim.pk), {"approve-override_reason": "Johtaja päätti."}).status_code == 302
    assert "Johtaja päätti." in desk.get(at("claim", claim.pk)).content.decode()


def test_without_an_approver_the_page_says_so(sign_in, visit, coordinator):
    claim = builders.claim(visit, state="checked", checker=coordinator)
    page = sign_in(coordinator).get(at("claim", claim.pk)).content.decode()
    assert "Kukaan ei voi hyväksyä" in page and reverse("admin:budgets_bookkeeping_changelist") in page


def test_a_year_without_a_rate_is_told_on_the_page(sign_in, visit, employee):
    KmRate.objects.filter(year=2026).delete()
    desk = sign_in(employee)
    address, page = begun(desk, visit, employee)
    assert "Vuoden 2026 kilometrikorvaus ei ole vielä tiedossa." in page
    page = desk.post(address, {**typed(page), "do": "send"}, follow=True).content.decode()
    assert "AKEa on pyydetty lisäämään se" in page
    assert Mail.objects.filter(template="peerlearning/claims/no_rate").count() == 1


PAGES = {
    "GET claim": lambda claim: at("claim", claim.pk),
    "GET claim_pdf": lambda claim: at("claim_pdf", claim.pk),
    "GET claim_zip": lambda claim: at("claim_zip", claim.pk),
    "GET claim_receipt": lambda claim: at("claim_receipt", ClaimReceipt.objects.get().pk),
    "GET write_claim": lambda claim: at("write_claim", claim.pk),
    "GET bought": lambda claim: at("bought", claim.visit.pk),
    "GET claims_csv": lambda claim: at("claims_csv"),
    "POST check_claim": lambda claim: at("check_claim", claim.pk),
    "POST approve_claim": lambda claim: at("approve_claim", claim.pk),
    "POST send_back_claim": lambda claim: at("send_back_claim", claim.pk),
    "POST pay_claim": lambda claim: at("pay_claim", claim.pk),
    "POST begin_claim": lambda claim: at("begin_claim", claim.traveller_id),
    "POST waive_claim": lambda claim: at("waive_claim", claim.traveller_id),
    "POST close_visit": lambda claim: at("close_visit", claim.visit.pk),
}
OPEN_TO = {
    "GET claim": "employee coordinator approver superuser",
    "GET claim_pdf": "employee coordinator approver superuser",
    "GET claim_zip": "employee coordinator approver superuser",
    "GET claim_receipt": "employee coordinator approver superuser",
    "GET write_claim": "employee",
    "GET bought": "coordinator superuser",
    "GET claims_csv": "coordinator other approver superuser",
    "POST check_claim": "coordinator superuser",
    "POST approve_claim": "coordinator approver superuser",
    "POST send_back_claim": "coordinator approver superuser",
    "POST pay_claim": "coordinator superuser",
    "POST begin_claim": "employee",
    "POST waive_claim": "employee coordinator superuser",
    "POST close_visit": "coordinator superuser",
}


@pytest.mark.parametrize("page", PAGES)
def test_who_opens_what(
    page,
    client,
    sign_in,
    visit,
    employee,
    colleague,
    director,
    coordinator,
    other_coordinator,
    approver,
    stranger,
    superuser,
):
    claim = builders.claim(visit, state="sent", costs=[ticket()])
    method, address = page.split()[0].lower(), PAGES[page](claim)
    answer = getattr(client, method)(address)
    assert answer.status_code == 302 and reverse("account_login") in answer["Location"]
    cast = {
        "employee": employee,
        "colleague": colleague,
        "director": director,
        "stranger": stranger,
        "coordinator": coordinator,
        "other": other_coordinator,
        "approver": approver,
        "superuser": superuser,
    }
    let_in = {name for name, person in cast.items() if getattr(sign_in(person), method)(address).status_code != 404}
    assert let_in == set(OPEN_TO[page].split())


def test_a_draft_is_nobody_elses(sign_in, visit, employee, coordinator, approver, superuser):
    claim = builders.claim(visit, costs=[ticket()])
    for person in (coordinator, approver, superuser):
        assert sign_in(person).get(at("claim", claim.pk)).status_code == 404
        assert sign_in(person).get(at("claim_receipt", ClaimReceipt.objects.get().pk)).status_code == 404
        assert claim.document_number not in sign_in(person).get(at("claims")).content.decode()
    assert claim.document_number in sign_in(employee).get(at("claims")).content.decode()


# Lists


def test_the_list_says_what_waits_and_filters(sign_in, visit, employee, loviisa, plan, coordinator, approver, director):
    other = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, days_ago=9, payer="city")
    sent = builders.claim(visit, state="sent")
    checked = builders.claim(other, state="checked", checker=coordinator)
    page = sign_in(coordinator).get(at("claims")).content.decode()
    waits, every = page.split("Kaikki matkalaskut</h2>")
    assert sent.document_number in waits and checked.document_number not in waits
    assert sent.document_number in every and checked.document_number in every
    waits, every = sign_in(approver).get(at("claims")).content.decode().split("Kaikki matkalaskut</h2>")
    assert checked.document_number in waits and sent.document_number not in waits
    page = sign_in(coordinator).get(at("claims"), {"state": "checked"}).content.decode()
    every = page.split("Kaikki matkalaskut</h2>")[1]
    assert checked.document_number in every and sent.document_number not in every
    every = (
        sign_in(coordinator)
        .get(at("claims"), {"payer": "employer"})
        .content.decode()
        .split("Kaikki matkalaskut</h2>")[1]
    )
    assert sent.document_number in every and checked.document_number not in every
    page = sign_in(employee).get(at("claims")).content.decode()
    assert "Omat matkalaskut" in page and "Kaikki matkalaskut" not in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_the_same_few_queries(
    rows, employee, loviisa, plan, coordinator, approver, director, sign_in, django_assert_num_queries
):
    for number in range(rows):
        visit = builders.made_visit(employee, loviisa, plan=plan, by=coordinator, costs={"km": "5"}, number_=number + 1)
        builders.claim(visit, legs=[builders.leg(visit, km=5)], state="sent")
    for person, name, queries in ((coordinator, "claims", 8), (approver, "claims", 7), (coordinator, "claims_csv", 6)):
        desk = sign_in(person)
        desk.get(at(name))
        with django_assert_num_queries(queries):
            assert "2026-001/1" in desk.get(at(name)).content.decode()


# The visit


def on_visit(visit, user):
    request = RequestFactory().get("/")
    request.user = user
    return render_to_string(
        "peerlearning/claims/on_visit.html", {"claims": claims.of_visit(visit, user), "user": user}, request=request
    )


def test_the_visits_page_offers_the_next_step(visit, employee, coordinator, colleague, approver, director):
    page = on_visit(visit, employee)
    assert at("begin_claim", visit.travellers.get().pk) in page and "2.12.2026" in page and "Käsittele" not in page
    page = on_visit(visit, coordinator)
    assert at("bought", visit.pk) in page and "ei vielä matkalaskua" in page and at("close_visit", visit.pk) not in page
    for person in (colleague, approver, director):
        assert not on_visit(visit, person).strip()
    claim = builders.claim(visit)
    assert at("write_claim", claim.pk) in on_visit(visit, employee)
    assert at("claim", claim.pk) not in on_visit(visit, coordinator)
    claims.waive(claim.traveller, by=employee)
    page = on_visit(visit, coordinator)
    assert at("close_visit", visit.pk) in page and at("claim", claim.pk) in page


def test_the_ake_enters_a_ticket_on_its_page(sign_in, visit, coordinator, employee):
    desk = sign_in(coordinator)
    address = at("bought", visit.pk)
    page = desk.post(address, {"kind": "per_diem", "text": "", "amount": "0"}).content.decode()
    assert "id_kind_error" in page and "id_text_error" in page and not Invoice.objects.exists()
    sent = {"kind": "ticket", "text": "Juna klo 8.05", "amount": "61,37", "vat": "6,14", "document_number": "T-9"}
    answer = desk.post(address, {**sent, "receipts": builders.photo(), "checked": "on"}, follow=True)
    assert "Juna klo 8.05" in answer.content.decode()
    invoice = Invoice.objects.get()
    assert (invoice.amount, invoice.state, invoice.is_last) == (Decimal("61.37"), "checked", False)
    assert Mail.objects.get(template="peerlearning/claims/bought").person == employee
    page = desk.post(address, {**sent, "amount": "2000", "text": "Liikaa"}).content.decode()
    assert "Rivillä on jäljellä" in page and 'value="Liikaa"' in page
    claim = builders.claim(visit)
    assert "Juna klo 8.05" in sign_in(employee).get(at("write_claim", claim.pk)).content.decode()


def test_a_visit_is_settled_from_its_page(sign_in, visit, coordinator, employee):
    desk = sign_in(coordinator)
    page = desk.post(at("close_visit", visit.pk), follow=True).content.decode()
    assert "Jollekin matkustajalle ei ole maksettu" in page
    sign_in(employee).post(at("waive_claim", visit.travellers.get().pk))
    page = sign_in(coordinator).post(at("close_visit", visit.pk), follow=True).content.decode()
    assert "Käsitelty loppuun" in page
    visit.refresh_from_db()
    assert visit.state == Visit.State.CLOSED
