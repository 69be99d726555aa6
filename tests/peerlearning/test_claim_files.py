"""Claims as files: a table nothing runs in, a PDF that everybody can read, a zip with what is not set into it."""

import csv
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from ake_portal.lib import pdf
from ake_portal.lib.uploads import examine
from budgets.models import Category
from peerlearning import claim_exports, claims
from peerlearning.models import Claim, ClaimReceipt, KmRate, TravelRules, Visit
from tests import builders
from tests.budgets.test_money_files import streams
from tests.portal.test_uploads import file, small_pdf

HOSTILE = '=HYPERLINK("http://evil.example") #read("/etc/passwd") *bold* $x$ <a> שלום 🎈'


@pytest.fixture
def plan(uusimaa):
    made = builders.plan(uusimaa, granted=1000, lines={Category.TRAVEL: 1000})
    made.lines.update(account="4410", cost_centre="12345")
    return made


@pytest.fixture
def approver(uusimaa):
    return builders.approver(uusimaa)


@pytest.fixture
def visit(employee, loviisa, plan, coordinator, director):
    return builders.made_visit(employee, loviisa, plan=plan, by=coordinator)


def cost(*receipts, **fields):
    values = {"kind": "ticket", "text": "Juna Kouvolaan", "amount": Decimal("23.40"), "vat": Decimal("2.88"), **fields}
    return {**values, "receipts": [examine(receipt) for receipt in receipts]}


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_table_for_payroll_has_every_sum_and_no_identity(sign_in, visit, coordinator, approver):
    legs = [
        builders.leg(visit, passengers="Leo Lukija"),
        builders.leg(visit, (15, 17), from_place="Loviisan pääkirjasto", to_place="Askola"),
    ]
    builders.claim(
        visit, legs=legs, costs=[cost(builders.photo())], state="approved", checker=coordinator, approver=approver
    )
    answer = sign_in(coordinator).get(reverse("peerlearning:claims_csv"), {"state": "approved"})
    assert 'filename="matkalaskut.csv"' in answer["Content-Disposition"]
    heads, row = rows_of(answer)
    found = dict(zip(heads, row, strict=True))
    assert row[0] == f"{visit.case}/1"
    assert found["Matkustaja"] == "Aino Esimerkki" and found["Reitti"] == "Askola – Loviisan pääkirjasto – Askola"
    assert [found[name] for name in ("Kilometrit omalla autolla", "€ kilometriltä", "Kilometreistä, €")] == [
        "150",
        "0.550",
        "82.50",
    ]
    assert [found[name] for name in ("Lisämatkustajista, €", "Yhteensä, €", "Siitä arvonlisäveroa, €")] == [
        "3.00",
        "108.90",
        "2.88",
    ]
    assert found["Hyväksytty"] == "Hilkka Hyväksyjä" and found["Tarkastettu"] == "Petra Kehittäjä"
    assert row[-2:] == ["4410", "12345"]
    assert len(rows_of(sign_in(coordinator).get(reverse("peerlearning:claims_csv"), {"payer": "city"}))) == 1
    assert len(rows_of(sign_in(coordinator).get(reverse("peerlearning:claims_csv"), {"state": "paid"}))) == 1


def test_no_cell_of_the_table_is_a_formula(visit, coordinator):
    legs = [builders.leg(visit, from_place="=1+1", to_place="@SUM(A1)")]
    builders.claim(visit, legs=legs, purpose=HOSTILE, state="sent")
    content = claim_exports.as_csv(Claim.objects.all()).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content), delimiter=";"):
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'=HYPERLINK" in content


def everything(content):
    return content + b"".join(streams(content))


@pytest.mark.parametrize(
    ("language", "title", "alt"),
    [("fi", "Matkalasku", "Valokuva kuitista"), ("sv", "Reseräkning", "Fotografi av ett kvitto")],
)
def test_the_pdf_is_accessible_in_both_languages_with_photographs_as_pages(
    language, title, alt, visit, coordinator, approver
):
    receipts = (builders.photo("lippu.jpg"), builders.photo("lippu2.png", kind="PNG"))
    claim = builders.claim(visit, costs=[cost(*receipts)], state="approved", checker=coordinator, approver=approver)
    with override(language):
        content = claim_exports.as_pdf(claim)
        without = claim_exports.as_pdf(builders_without(visit, coordinator))
    whole = everything(content)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in whole and f"/Lang({language})".encode() in whole.replace(b" ", b"")
    assert whole.count(b"/S /Figure") + whole.count(b"/S/Figure") == 2
    assert in_pdf(alt, whole) >= 2 and in_pdf(title, whole)
    assert pages(content) == pages(without) + 2


def builders_without(visit, coordinator):
    """A claim without receipts, for comparison."""
    other = builders.made_visit(
        visit.traveller, visit.stops.get().branch.library, plan=visit.expense.line.plan, by=coordinator, days_ago=9
    )
    return builders.claim(other, state="sent")


def in_pdf(text, content):
    """How often a text begins a string of a PDF, written in Latin signs or in two bytes each."""
    wide = b"\xfe\xff" + text.encode("utf-16-be")
    return (
        content.count(b"(" + text.encode("latin-1")) + content.count(wide) + content.count(wide.hex().upper().encode())
    )


def pages(content):
    """How many pages a PDF has."""
    return int(re.search(rb"/Type\s*/Pages\s*/Count (\d+)", content)[1])


def test_no_text_runs_in_the_pdf(visit):
    legs = [builders.leg(visit, from_place=HOSTILE[:120], passengers=HOSTILE[:200])]
    costs = [cost(builders.photo('"); #read("x.jpg'), text=HOSTILE)]
    claim = builders.claim(visit, legs=legs, costs=costs, purpose=HOSTILE, no_transit_reason=HOSTILE, state="sent")
    content = claim_exports.as_pdf(claim)
    assert content.startswith(b"%PDF-") and b"root:" not in everything(content)


def test_pictures_of_a_document_lie_nowhere_afterwards(visit, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert claim_exports.as_pdf(builders.claim(visit, costs=[cost(builders.photo())], state="sent"))
    assert not list(tmp_path.iterdir())
    assert not list(pdf.DIRECTORY.glob("*.jpg"))


def test_the_zip_has_the_claim_and_the_receipts_that_came_as_pdf(sign_in, visit, employee):
    paper = small_pdf()
    costs = [cost(builders.photo()), cost(file(paper, "../../hotelli Åland.pdf"), kind="lodging", text="Hotelli, 1 yö")]
    claim = builders.claim(visit, costs=costs, state="sent")
    answer = sign_in(employee).get(reverse("peerlearning:claim_zip", args=[claim.pk]))
    stem = f"matkalasku-{visit.case}-1"
    assert f'filename="{stem}.zip"' in answer["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.namelist() == [f"{stem}.pdf", "2-hotelli-aland.pdf"]
    assert archive.read("2-hotelli-aland.pdf") == paper and archive.read(f"{stem}.pdf").startswith(b"%PDF-")
    answer = sign_in(employee).get(reverse("peerlearning:claim_pdf", args=[claim.pk]))
    assert answer["Content-Type"] == "application/pdf" and f'filename="{stem}.pdf"' in answer["Content-Disposition"]


def test_a_receipt_whose_file_is_gone_is_named_and_stops_nothing(sign_in, visit, employee):
    claim = builders.claim(visit, costs=[cost(builders.photo())], state="sent")
    receipt = ClaimReceipt.objects.get()
    receipt.file.storage.delete(receipt.file.name)
    assert pages(claim_exports.as_pdf(claim)) == pages(
        claim_exports.as_pdf(builders_without(visit, visit.region.coordinators.get()))
    )
    assert sign_in(employee).get(reverse("peerlearning:claim_receipt", args=[receipt.pk])).status_code == 404


def test_a_claim_for_nothing_has_no_files(sign_in, visit, employee):
    claim = builders.claim(visit)
    for name in ("claim_pdf", "claim_zip"):
        assert sign_in(employee).get(reverse(f"peerlearning:{name}", args=[claim.pk])).status_code == 404


def test_receipts_are_served_as_what_they_are_and_lie_where_nobody_guesses(sign_in, visit, employee):
    builders.claim(visit, costs=[cost(builders.photo("../../äiti.jpg"))], state="sent")
    receipt = ClaimReceipt.objects.get()
    assert receipt.name == "äiti.jpg" and receipt.file.name.startswith("claims/")
    assert len(receipt.file.name.split("/")[-1]) == 36 and "iti" not in receipt.file.name
    answer = sign_in(employee).get(reverse("peerlearning:claim_receipt", args=[receipt.pk]))
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"
    assert sign_in(employee).get(f"/media/{receipt.file.name}").status_code == 404


def test_the_pdf_of_a_study_trip_in_two_steps_for_the_city_that_pays(
    employee, colleague, loviisa, plan, coordinator, approver, director, uusimaa
):
    visit = builders.made_visit(
        employee, loviisa, plan=plan, by=coordinator, others=[colleague], payer="city", kind=Visit.Kind.STUDY_TRIP
    )
    KmRate.objects.filter(year=2026).update(step_km=100, own_car_after_step="0.305")
    TravelRules.objects.create(region=uusimaa, payer="city", payroll_fi="Lomake 7", payroll_sv="Blankett 7")
    claim = builders.claim(visit, colleague, state="checked", checker=coordinator)
    claim = claims.approve(claim, by=approver)
    assert (claim.own_km_amount, claim.ordered_by().decider) == (Decimal("70.25"), "")
    with override("sv"):
        assert claim_exports.as_pdf(claim).startswith(b"%PDF-")
