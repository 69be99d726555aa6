"""Claims as files: a table for payroll or for employers' bills; one claim as PDF/UA, with PDF receipts beside it in a zip."""

import tempfile
import zipfile
from io import BytesIO

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from PIL import Image

from ake_portal.lib import pdf, words
from ake_portal.lib.exports import csv_text
from peerlearning import claim_mails, claim_rows
from peerlearning.models.rules import Payer

PAGE_WIDTH, PAGE_HEIGHT = 17, 20  # centimetres that a photographed receipt may fill
IN_MEMORY = 5 * 1024 * 1024  # a larger zip is written to a temporary file


def name_of(claim):
    """What the claim's files are called, without signs that mean something to a system."""
    claim_word = slugify(_("travel claim"))
    return f"{claim_word}-{slugify(claim.document_number.replace('/', '-')) or claim.pk}"


# The table


def _heads():
    return [
        _("Document number"),
        _("Case"),
        _("Traveller"),
        _("Library"),
        _("Who pays the traveller"),
        _("Purpose"),
        _("Leaves"),
        _("Is back"),
        _("Route"),
        _("Kilometres by own car"),
        _("€ a kilometre"),
        _("For kilometres, €"),
        _("For passengers, €"),
        _("Tickets and lodging, €"),
        _("Together, €"),
        _("Of which VAT, €"),
        _("State"),
        pgettext("a claim, by whom", "Checked"),
        pgettext("a claim, by whom", "Approved"),
        _("Approved on"),
        _("Paid on"),
        _("Budget line"),
        _("Account"),
        _("Cost centre"),
    ]


def as_csv(claims):
    """The bytes of a CSV file with a row for each claim of the queryset."""
    rows = claims.select_related(
        "person",
        "checked_by",
        "approved_by",
        "traveller__library",
        "traveller__visit__expense__line",
    ).prefetch_related("legs", "years")
    return csv_text(_heads(), [_row(claim) for claim in rows])


def _row(claim):
    visit, line = claim.visit, claim.visit.expense and claim.visit.expense.line
    return [
        claim.document_number,
        visit.case,
        str(claim.person),
        str(claim.traveller.library),
        str(visit.get_payer_display()),
        claim.purpose,
        visit.leaves_at,
        visit.returns_at,
        route(claim),
        claim.km,
        _rates(claim),
        claim.own_km_amount,
        claim.passenger_amount,
        claim.costs_amount,
        claim.amount,
        claim.vat,
        str(claim.get_state_display()),
        str(claim.checked_by or ""),
        str(claim.approved_by or ""),
        claim.approved_at,
        claim.paid_at,
        str(line or ""),
        line.account if line else "",
        line.cost_centre if line else "",
    ]


def _rates(claim):
    """The rate of the claim's kilometres; of a trip over New Year that of each year, as text."""
    rates = {kept.year: kept.own_car for kept in claim.years.all()}
    if len(rates) == 1:
        return rates.popitem()[1]
    return "; ".join(f"{year}: {rate}".replace(".", ",") for year, rate in rates.items())


def route(claim):
    """The places of the way in order, one after the other."""
    places = []
    for leg in claim.legs.all():
        places += [place for place in (leg.from_place, leg.to_place) if place and (not places or place != places[-1])]
    return " – ".join(places)


# One claim


def _facts(claim):
    visit, ordered = claim.visit, claim.ordered_by()
    yield (
        _("Traveller"),
        [", ".join(part for part in (str(claim.person), claim.person.title, str(claim.traveller.library)) if part)],
    )
    yield _("Visit"), [f"{visit.case} {visit.subject}", visit.host_names]
    yield _("Purpose"), [claim.purpose]
    yield (
        pgettext("a trip", "Ordered by"),
        [f"{ordered.decider}, {ordered.library}, {words.day(ordered.decided_at, with_year=True)}"]
        if ordered
        else [_("no travel order was found")],
    )
    yield _("Employer's case number"), [visit.employer_case]
    yield _("Why no public transport"), [claim.no_transit_reason]
    yield _("Who pays the traveller"), [str(visit.get_payer_display())]
    by_employer = visit.payer == Payer.EMPLOYER
    how = claim_mails.how_paid(visit, words.language())
    yield (_("Bill to the AKE") if by_employer else _("How payroll gets what it needs")), how.splitlines()


def _when(moment):
    return f"{words.day(moment, with_year=True)} {words.clock(moment)}" if moment else ""


def _legs(claim):
    passengers = _("Passengers")
    return [
        [
            leg.from_place,
            leg.to_place,
            _when(leg.leaves_at),
            _when(leg.arrives_at),
            str(leg.get_mode_display()) + (f" ({passengers}: {leg.passengers})" if leg.passengers else ""),
            str(leg.km or ""),
        ]
        for leg in claim.legs.all()
    ]


def _decisions(claim):
    for moment, by, text in (
        (claim.sent_at, claim.person, pgettext("a claim", "Sent")),
        (claim.checked_at, claim.checked_by, pgettext("a claim, by whom", "Checked")),
        (claim.approved_at, claim.approved_by, pgettext("a claim, by whom", "Approved")),
        (claim.paid_at, None, pgettext("a claim", "Paid")),
    ):
        if moment:
            yield f"{text}: {words.day(moment, with_year=True)}{f', {by}' if by else ''}"


def _receipts(claim):
    """(number, cost, receipt, its bytes or None when the file is gone) of every receipt, numbered through."""
    number = 0
    for cost in claim.costs.prefetch_related("receipts"):
        for receipt in cost.receipts.all():
            number += 1
            try:
                with receipt.file.open("rb") as file:
                    content = file.read()
            except FileNotFoundError:
                content = None
            yield number, cost, receipt, content


def _is_wide(content):
    """Whether a picture fills the width of the page before its height."""
    with Image.open(BytesIO(content)) as picture:
        return picture.width * PAGE_HEIGHT > picture.height * PAGE_WIDTH


def as_pdf(claim):
    """The bytes of the claim as PDF/UA in the reader's language, photographed receipts as pages at its end."""
    images, pictures, items = {}, [], []
    for number, cost, receipt, content in _receipts(claim):
        title = _("Receipt %(number)s") % {"number": number}
        what = f"{cost}, {words.euros(cost.amount)}"
        if content is None:
            where = _("the file is no longer kept")
        elif receipt.is_picture:
            where = _("at the end of this document")
            file = f"receipt-{number}.{'png' if receipt.content_type == 'image/png' else 'jpg'}"
            images[file] = content
            alt = _("Photograph of a receipt: %(what)s. The file was called %(name)s.")
            alt %= {"what": what, "name": receipt.name}
            pictures.append({"title": f"{title}: {what}", "file": file, "alt": alt, "is_wide": _is_wide(content)})
        else:
            where = _("beside this document: %(name)s") % {"name": _file_name(number, receipt)}
        items.append(f"{title}: {what} ({where})")
    rows = [[row.text, row.how, words.euros(row.euros, sign=False)] for row in claim_rows.rows(claim)]
    return pdf.render(
        "claim",
        images=images,
        language=words.language(),
        title=str(claim),
        sender=claim.visit.region.title,
        date=f"{timezone.localdate():%-d.%-m.%Y}",
        facts=[
            {"label": label, "texts": kept}
            for label, texts in _facts(claim)
            if (kept := [text for text in texts if text])
        ],
        legs={
            "title": _("The way"),
            "head": [
                pgettext("of a leg", "From"),
                pgettext("of a leg", "To"),
                _("Leaves"),
                _("Arrives"),
                _("How"),
                "km",
            ],
            "rows": _legs(claim),
            "sum": [],
        },
        sums={
            "title": _("The sum"),
            "head": [_("What"), _("Reckoning"), "€"],
            "rows": rows,
            "sum": [
                _("Together"),
                _("of which VAT %(vat)s") % {"vat": words.euros(claim.vat)} if claim.vat else "",
                words.euros(claim.amount, sign=False),
            ],
        },
        note=_("The AKE pays no per diem. The portal stores no identity codes and no bank accounts."),
        decisions={"title": _("Where it stands"), "items": list(_decisions(claim))},
        receipts={"title": _("Receipts"), "items": items},
        pictures=pictures,
    )


def _file_name(number, receipt):
    stem = slugify(receipt.name.rpartition(".")[0])[:40] or "pdf"
    return f"{number}-{stem}.pdf"


def as_zip(claim):
    """A file, open at its beginning: the claim's PDF, and the receipts that came as PDF beside it."""
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever sends it closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name_of(claim)}.pdf", as_pdf(claim))
        for number, _cost, receipt, content in _receipts(claim):
            if content is not None and not receipt.is_picture:
                archive.writestr(_file_name(number, receipt), content)
    out.seek(0)
    return out
