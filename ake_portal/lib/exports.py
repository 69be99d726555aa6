"""Tables as xlsx and csv that a spreadsheet opens without running anything in them."""

import csv
import re
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO

from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ake_portal.lib.days import local

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet takes a cell that begins so for a formula, also after white space; the full-width forms count for Excel.
FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
EUROS = '#,##0.00 "€"'
PHONE = re.compile(r"\+\d[\d ]+")


def harmless(text):
    """A text that no spreadsheet runs as a formula: what looks like one begins with an apostrophe."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(text))
    return f"'{text}" if FORMULA.match(text) else text


def _value(value):
    """Numbers stay numbers, moments become Helsinki's clock without a zone; all else is harmless text."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None, second=0, microsecond=0)
    return harmless(value)


def xlsx(title, headers, rows):
    """The bytes of a workbook with one sheet."""
    return workbook([(title, headers, rows)])


def workbook(sheets):
    """The bytes of a workbook of (title, headers, rows): bold headers that stay in sight, real dates and sums, fitting columns."""
    book = Workbook()
    book.remove(book.active)
    for title, headers, rows in sheets:
        _fill(book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", harmless(title)).strip()[:31] or "1"), headers, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet, headers, rows):
    widths = [len(str(header)) for header in headers]
    for column, header in enumerate(headers, 1):
        cell = sheet.cell(1, column, harmless(header))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows, 2):
        for column, raw in enumerate(row, 1):
            value = _value(raw)
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                # kept as text whatever it says; a phone number needs no apostrophe to stay one
                cell.value = raw if PHONE.fullmatch(str(raw)) else value
                cell.data_type = "s"
            else:
                cell.value = value
                if isinstance(value, datetime):
                    cell.number_format = "d.m.yyyy h:mm"
                elif isinstance(value, Decimal):
                    cell.number_format = EUROS
            widths[column - 1] = max(
                widths[column - 1], 16 if isinstance(value, datetime | Decimal) else len(str(value or ""))
            )
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width + 2, 48)
    sheet.freeze_panes = "A2"


def csv_text(headers, rows):
    """The bytes of a semicolon-separated file in UTF-8 with the mark by which Excel knows it."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(header) for header in headers])
    for row in rows:
        values = [_value(value) for value in row]
        writer.writerow(
            [
                f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else "" if value is None else value
                for value in values
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def download(content, content_type, name, extension):
    """A response that is saved as a file; its name is made of plain letters, digits and hyphens of `name`."""
    filename = f"{slugify(name)[:80].strip('-') or 'export'}.{extension}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"},
    )
