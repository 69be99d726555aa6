"""The whole case of a visit as its readers see it: the trip, who pays what, the budget line before and after, what has happened."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ake_portal.lib import words
from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.prepared import Prepared
from peerlearning import money
from peerlearning.models import Consent, CostLine, Step, Visit

WIDTH = 100  # of the bar, in the units of its drawing
STEPS = Prepared(lambda visit: QuerySet(Step).filter(visit=visit).select_related("by"), int)


@dataclass(frozen=True)
class Cost:
    """A row of the table "who pays": `euros` is empty where the portal does not know the sum."""

    text: str
    payer: str
    euros: object = None
    note: str = ""


def when(visit):
    """The trip's days and clocks in words."""
    return words.period(visit.leaves_at, visit.returns_at) if visit.leaves_at and visit.returns_at else ""


def stops(visit):
    """[(stop, when in words)] in order."""
    return [
        (stop, words.period(stop.starts_at, stop.ends_at) if stop.starts_at and stop.ends_at else "")
        for stop in visit.stops.all()
    ]


def who(visit):
    """The traveller with title and library; of a study trip how many more."""
    person = visit.traveller
    text = ", ".join(part for part in (str(person), person.title, str(visit.library)) if part)
    more = len(visit.travellers.all()) - 1
    if more > 0:
        text += " " + ngettext("and %(count)s colleague", "and %(count)s colleagues", more) % {"count": more}
    return text


def costs(visit):
    """The rows of the table "who pays", the employer's part at the end."""
    ake = _("AKE")
    rows = []
    for line in visit.costs.all():
        if line.kind == CostLine.Kind.KM and visit.km:
            text = _own_car(visit, line)
            if visit.passengers:
                text += ", " + ngettext(
                    "%(count)s colleague in the car", "%(count)s colleagues in the car", visit.passengers
                ) % {"count": visit.passengers}
            rows.append(Cost(text, ake, line.amount, visit.no_transit_reason))
        else:
            label = str(line.get_kind_display())
            rows.append(Cost(label[:1].upper() + label[1:], ake, line.amount, line.text))
    rows.append(Cost(_("Working time and possible per diems"), _("Own library")))
    return rows


def _own_car(visit, line):
    """Kilometres and rate; over New Year those of the way there and of the way back."""
    if line.rate_back is None:
        return _("Own car, %(km)s km × %(rate)s €") % {"km": visit.km, "rate": _plain(line.rate)}
    back = visit.km // 2
    return _("Own car, %(km)s km × %(rate)s € + %(back)s km × %(rate_back)s €") % {
        "km": visit.km - back,
        "rate": _plain(line.rate),
        "back": back,
        "rate_back": _plain(line.rate_back),
    }


def _plain(rate):
    return f"{rate:.3f}".rstrip("0").ljust(4, "0").replace(".", ",") if rate is not None else "–"


def line_view(visit):
    """The travel line before and after this trip, or None when the region has no plan for the year.

    {"line", "year", "is_granted", "spent", "bound", "this", "left", "before", "parts"}: `bound` without this trip's part.
    """
    line = money.line_for(visit)
    if line is None:
        return None
    own_bound = cents((line.own_reserved or ZERO) + (line.own_committed or ZERO))
    this = max(ZERO, visit.total - cents(line.own_spent or ZERO)) if visit.state in Visit.LIVE else own_bound
    spent, bound = cents(line.spent), cents(line.reserved + line.committed - own_bound)
    before = line.available - spent - bound
    parts, x = [], Decimal(0)
    whole = max(line.available, spent + bound + this)
    for kind, sum_ in (("spent", spent), ("bound", bound), ("this", this)):
        width = (sum_ * WIDTH / whole).quantize(Decimal("0.01")) if whole and sum_ > 0 else ZERO
        if width:
            if kind == "this":
                width = max(width, Decimal("1.2"))  # to be seen at all
            parts.append({"kind": kind, "x": str(min(x, Decimal(99))), "width": str(width)})
            x += width
    return {
        "line": line,
        "year": line.plan.year,
        "plan": line.plan,
        "is_granted": not line.is_subject_to_grant,
        "available": line.available,
        "spent": spent,
        "bound": bound,
        "this": this,
        "before": before,
        "left": before - this,
        "parts": parts,
    }


def _said(step):
    """What a step is called."""
    texts = {
        "submit": _("Application sent"),
        "consent_host": _("Host library: the date suits"),
        "consent_director": _("Library director: a work assignment"),
        "consent_ake": _("AKE: the money is kept"),
        "approve": _("The visit is approved"),
        "ask_change_host": _("Host library asks for a change"),
        "ask_change_director": _("Library director asks for a change"),
        "ask_change_ake": _("AKE asks for a change"),
        "decline_host": _("The date does not suit the host library"),
        "decline_director": _("Library director declines"),
        "decline_ake": _("AKE declines"),
        "change": _("Changed, and asked again"),
        "adjust": _("Changed a little"),
        "cancel": pgettext("a visit", "Cancelled"),
        "lapse": _("Not decided in time"),
        "finish": _("The visit has been made"),
        "story": _("The story is begun"),
        "close": _("Settled"),
        "part": _("A traveller has left"),
    }
    return texts.get(step.move, step.move)


def _waiting(consent):
    """What is asked of a party."""
    texts = {
        Consent.Kind.HOST: _("Host library: does the date suit?"),
        Consent.Kind.DIRECTOR: _("Library director: a work assignment?"),
        Consent.Kind.AKE: _("AKE: the money"),
    }
    return texts[consent.kind]


def open_consents(visit):
    """The consents that are waited for, with what their steps say."""
    return visit.consents.open().select_related("person", "library", "stop__branch")


def steps(visit, mine=None, waiting=None):
    """[{"text", "detail", "note", "state"}] of what has happened ("done"), what is waited for ("now") and what comes ("").

    `mine` is the consent that the reader is looking at, `waiting` the open ones when they are known already.
    """
    found = []
    for step in STEPS(visit.pk):
        detail = " ".join(part for part in (words.day(step.at), step.name or (str(step.by) if step.by else "")) if part)
        found.append({"text": _said(step), "detail": detail, "note": step.note, "state": "done"})
    if visit.state == Visit.State.SUBMITTED:
        for consent in waiting if waiting is not None else open_consents(visit):
            is_mine = mine is not None and consent.pk == mine.pk
            text = _waiting(consent)
            if consent.kind == Consent.Kind.HOST and consent.stop:
                detail = str(consent.stop.branch)
            else:
                detail = str(consent.library or visit.region)
            found.append(
                {
                    "text": text,
                    "detail": _("your decision")
                    if is_mine
                    else _("%(who)s, asked %(day)s") % {"who": detail, "day": words.day(consent.asked_at)},
                    "note": "",
                    "state": "now" if is_mine else "waits",
                }
            )
    ahead = {
        Visit.State.SUBMITTED: [_("The trip, the travel claim, the story")],
        Visit.State.APPROVED: [_("The trip, the travel claim, the story")],
        Visit.State.DONE: [_("The travel claim and the story")],
    }
    found += [{"text": text, "detail": "", "note": "", "state": ""} for text in ahead.get(visit.state, [])]
    return found
