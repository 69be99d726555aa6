"""A plan's money as files."""

import io
import re
import zlib
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from budgets import actions, exports
from budgets.models import Category
from tests import builders

HOSTILE = '#read("/etc/passwd") *bold* $x$ <a> \\ =1+1 @SUM(A1) שלום 🎈'


@pytest.fixture
def plan(uusimaa, coordinator):
    made = builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.TRAVEL: 200})
    expense = builders.expense(made, by=coordinator, text="Kahvit")
    actions.spend(expense, Decimal("60.45"), vat="8.16", document_number="T-1", by=coordinator)
    actions.commit(builders.expense(made, by=coordinator, text=HOSTILE), 100, override=HOSTILE, by=coordinator)
    return made


def test_workbook_has_real_numbers_and_a_sum_row(plan, sign_in, coordinator):
    answer = sign_in(coordinator).get(reverse("budgets:money_file", args=[plan.pk, "xlsx"]))
    assert 'filename="uusimaa-2026.xlsx"' in answer["Content-Disposition"]
    lines, bookings = load_workbook(io.BytesIO(answer.content)).worksheets
    assert [[cell.value for cell in row] for row in lines.iter_rows(min_row=2)] == [
        ["Kahvitarjoilut", None, None, 100, 0, 0, 100, 60.45, -60.45, 160.45],
        ["Matka- ja majoituskulut", None, None, 200, 0, 0, 0, 0, 200, 0],
        ["Yhteensä", None, None, 300, 0, 0, 100, 60.45, 139.55, 160.45],
    ]
    assert lines["D2"].number_format == '#,##0.00 "€"'
    assert [bookings.cell(2, column).value for column in (3, 4, 7, 8, 9)] == [
        *("toteuma", "Kahvit", "T-1", 60.45, 8.16)
    ]
    assert bookings.cell(3, 11).data_type == "s"


def test_workbook_in_swedish(plan):
    with override("sv"):
        lines = load_workbook(io.BytesIO(exports.money_xlsx(plan))).worksheets[0]
    assert (lines.title, lines["A2"].value, lines["A4"].value) == ("Budgetrader", "Kaffeservering", "Sammanlagt")


def streams(content):
    """The compressed parts of a PDF, opened."""
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
        try:
            yield zlib.decompress(raw)
        except zlib.error:
            continue


@pytest.mark.parametrize(("language", "title"), [("fi", "Talous: Uusimaa 2026"), ("sv", "Ekonomi: Nyland 2026")])
def test_pdf_is_accessible_and_in_the_readers_language(plan, language, title):
    with override(language):
        content = exports.money_pdf(plan)
    assert content.startswith(b"%PDF-")
    everything = content + b"".join(streams(content))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in everything
    assert b"/StructTreeRoot" in everything and b"/Marked true" in everything
    assert f"/Lang({language})".encode() in everything.replace(b" ", b"")
    assert title.encode() in everything
    assert b"root:" not in everything  # no text is run as a part of the document


def test_pdf_of_a_plan_without_lines(uusimaa):
    assert exports.money_pdf(builders.plan(uusimaa, granted=0, lines={})).startswith(b"%PDF-")
