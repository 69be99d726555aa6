"""A plan's money as files: a workbook for those who reckon on, a PDF for the archive."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ake_portal.lib import pdf, words
from ake_portal.lib.exports import workbook
from ake_portal.lib.money import cents
from budgets.messages import balance
from budgets.models import Booking
from budgets.overview import FIGURES, overview


def _heads():
    """What the figures of a line are called, in the order of FIGURES."""
    return [
        pgettext("money", "Planned"),
        _("Moved"),
        _("Reserved"),
        _("Committed"),
        _("Actual"),
        _("Left"),
        _("Forecast"),
    ]


def money_xlsx(plan):
    """The bytes of a workbook: the lines with a sum row, and every booking behind them."""
    found = overview(plan)
    lines = [
        [str(line), line.account, line.cost_centre, *(cents(getattr(line, name)) for name in FIGURES)]
        for line in found["lines"]
    ]
    lines.append([_("Together"), "", "", *(found["total"][name] for name in FIGURES)])
    bookings = (
        Booking.objects.filter(line__plan=plan)
        .select_related("line", "expense__measure", "by", "invoice__checked_by", "invoice__approved_by")
        .order_by("pk")
    )
    rows = [
        [
            booking.at,
            str(booking.line),
            booking.get_kind_display(),
            str(booking.expense or ""),
            str(booking.expense.measure or "") if booking.expense else "",
            booking.text,
            booking.document_number,
            cents(booking.amount),
            cents(booking.vat),
            _("yes") if booking.subject_to_grant else "",
            booking.override_reason,
            str(booking.by),
            *_who_saw_to(booking),
        ]
        for booking in bookings
    ]
    heads = [
        _("When"),
        _("Budget line"),
        _("Booking"),
        _("What"),
        _("Measure"),
        _("Text"),
        _("Document number"),
        _("Without VAT"),
        _("VAT"),
        _("subject to the grant").capitalize(),
        _("Past the line"),
        pgettext("a booking", "By"),
        _("checked by").capitalize(),
        _("approved by").capitalize(),
    ]
    line_heads = [pgettext("of a budget", "Line"), _("Account"), _("Cost centre"), *_heads()]
    return workbook([(_("Budget lines"), line_heads, lines), (_("Bookings"), heads, rows)])


def _who_saw_to(booking):
    """Who checked and who approved the invoice behind a booking; nothing where there is none."""
    invoice = getattr(booking, "invoice", None)
    return [str(invoice.checked_by), str(invoice.approved_by)] if invoice else ["", ""]


def money_pdf(plan):
    """The bytes of a PDF/UA with the funding and the lines, in the reader's language."""
    found = overview(plan)
    sources = [
        [
            str(source),
            words.euros(source.applied),
            _("not decided") if source.granted is None else words.euros(source.granted),
            *(words.euros(sum_) for sum_ in (source.cut, source.returned, source.amount)),
        ]
        for source in found["sources"]
    ]
    lines = [[str(line), *(words.euros(cents(getattr(line, name))) for name in FIGURES)] for line in found["lines"]]
    heading = _("Money")
    return pdf.render(
        "money",
        language=words.language(),
        title=f"{heading}: {plan.region} {plan.year}",
        sender=plan.region.title,
        date=f"{timezone.localdate():%-d.%-m.%Y}",
        name=plan.name or "",
        state=str(plan.get_state_display()).capitalize(),
        funding={
            "title": _("Funding"),
            "head": [
                pgettext("of money", "Source"),
                _("Applied for"),
                _("Granted"),
                _("Cut"),
                _("Returned"),
                _("In use"),
            ],
            "rows": sources,
            "sum": [],
        },
        balance=str(balance(found["difference"])),
        lines={
            "title": _("Budget lines"),
            "head": [pgettext("of a budget", "Line"), *_heads()],
            "rows": lines,
            "sum": [_("Together"), *(words.euros(found["total"][name]) for name in FIGURES)],
        },
        overrides={
            "title": _("Let past the line"),
            "items": [
                f"{words.day(booking.at, with_year=True)}, {booking.line}: {booking.expense}, "
                f"{words.euros(booking.amount)} – {booking.override_reason} ({booking.by})"
                for booking in found["overrides"]
            ],
        },
        note=_(
            "All sums without VAT. Forecast: actual, committed and reserved, and the estimates of what is planned but"
            " not yet booked."
        ),
    )
