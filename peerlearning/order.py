"""The travel order: the employer's paper on which an official trip rests, as PDF/UA in the reader's language."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ake_portal.lib import pdf, words
from peerlearning import case, claim_mails
from peerlearning.models import Consent


def _ordered_by(visit):
    """[who ordered, for which library, when] in words, one for each home library."""
    given = visit.consents.current().filter(kind=Consent.Kind.DIRECTOR, state=Consent.State.GIVEN)
    return [
        _("%(name)s, for %(library)s, %(day)s")
        % {
            "name": ", ".join(
                part for part in (consent.decider, consent.decided_by.title if consent.decided_by else "") if part
            ),
            "library": consent.library,
            "day": words.day(consent.decided_at, with_year=True),
        }
        for consent in given.select_related("library", "decided_by")
    ]


def _travellers(visit):
    return [
        ", ".join(part for part in (str(one.person), one.person.title, str(one.library)) if part)
        for one in visit.travellers.all()
    ]


def _granted_by(visit):
    """Who at the AKE reserved the money, and when."""
    given = visit.consents.current().filter(kind=Consent.Kind.AKE, state=Consent.State.GIVEN)
    return [
        f"{consent.decider}, {words.day(consent.decided_at, with_year=True)}"
        for consent in given.select_related("decided_by")
    ]


def _place(stop, clock):
    """The branch with its address or library, the clock, and who receives the visitors."""
    where = stop.branch.address or stop.branch.library
    place = f"{stop.branch} ({where})" if where else str(stop.branch)
    host = stop.contact or stop.contact_name
    return ", ".join([place, clock, *([_("met by %(name)s") % {"name": host}] if host else [])])


def _means(visit):
    """By what they travel, and how far by own car."""
    means = str(visit.get_travel_display())
    return f"{means}, {visit.km}\xa0km" if visit.km else means


def _payment(visit):
    """Who pays the traveller, and the region's own text on how the bill or the payroll gets what it needs."""
    return [str(visit.get_payer_display()), *claim_mails.how_paid(visit, words.language()).splitlines()]


def _rows(visit):
    yield _("Who ordered the trip"), _ordered_by(visit)
    yield _("Who travels"), _travellers(visit)
    yield _("Kind of trip"), [str(visit.get_kind_display()), _("They come to us, too") if visit.is_mutual else ""]
    yield _("Purpose"), [visit.subject, visit.goal]
    yield _("Leaves"), [f"{words.full_day(visit.leaves_at)} {words.clock(visit.leaves_at)}"]
    yield _("Is back"), [f"{words.full_day(visit.returns_at)} {words.clock(visit.returns_at)}"]
    yield _("Places"), [_place(stop, clock) for stop, clock in case.stops(visit)]
    yield _("Route"), [visit.route]
    yield _("Travel"), [_means(visit)]
    yield _("Why no public transport"), [visit.no_transit_reason]
    yield _("Employer's case number"), [visit.employer_case]
    yield _("AKE: the money is kept"), _granted_by(visit)
    yield _("Who pays the traveller"), _payment(visit)


def pdf_of(visit):
    """The bytes of the travel order."""
    costs = case.costs(visit)
    return pdf.render(
        "order",
        language=words.language(),
        title=_("Travel order %(case)s") % {"case": visit.case},
        sender=visit.region.title,
        date=f"{timezone.localdate():%-d.%-m.%Y}",
        facts=[
            {"label": label, "texts": [text for text in texts if text]} for label, texts in _rows(visit) if any(texts)
        ],
        costs={
            "title": _("Who pays"),
            "head": [_("Cost"), _("Payer"), "€"],
            "rows": [
                [
                    # why no bus would do stands above
                    f"{row.text} ({row.note})" if row.note and row.note != visit.no_transit_reason else row.text,
                    row.payer,
                    words.euros(row.euros, sign=False) if row.euros else "–",
                ]
                for row in costs
            ],
            "sum": [_("AKE pays together"), "", words.euros(visit.total, sign=False)],
        },
        note=_(
            "The AKE pays no per diem. Whether travelling is working time, and per diems, follow the employer's own rules."
        ),
    )
