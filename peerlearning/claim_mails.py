"""One function per mail about claims and purchases. All are stored with the change that causes them."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from notifications.models import Mail
from notifications.outbox import post
from peerlearning.models import TravelRules
from peerlearning.models.rules import Payer


def _address(name, language, *args):
    with override(language):
        return settings.SITE_URL + reverse(name, args=args)


def _post(name, claim, person, **context):
    post(
        f"peerlearning/claims/{name}",
        to=person,
        key=f"peerlearning/claims/{name}:{claim.pk}:{claim.revision}:{person.pk}",
        region=claim.visit.region,
        claim=claim,
        visit=claim.visit,
        url=_address("peerlearning:claim", person.language, claim.pk),
        **context,
    )


def how_paid(visit, language):
    """How the money comes to the traveller: the region's own text on billing or payroll, in one language."""
    with override(language):
        rules = TravelRules.of(visit.region)
        return rules.billing if visit.payer == Payer.EMPLOYER else rules.payroll


def sent(claim, checkers):
    """To the AKE: a claim is to be checked."""
    for person in checkers:
        _post("sent", claim, person)


def returned(claim, by):
    """To the traveller: who returns it, and what is to be completed."""
    _post("returned", claim, claim.person, by=by)


def to_approve(claim, approvers):
    """To those who may approve it: whose trip, how much, who checked it."""
    for person in approvers:
        _post("to_approve", claim, person)


def approved(claim):
    """To the traveller: what was approved, and what happens next, by payer."""
    language = claim.person.language
    _post(
        "approved",
        claim,
        claim.person,
        by_employer=claim.visit.payer == Payer.EMPLOYER,
        how=how_paid(claim.visit, language),
    )


def paid(claim):
    """To the traveller: the money is on its way, or the employer's bill is paid."""
    _post("paid", claim, claim.person, by_employer=claim.visit.payer == Payer.EMPLOYER)


def bought(purchase):
    """To all travellers: what the AKE has bought, so that nobody buys it again."""
    visit = purchase.visit
    for traveller in visit.travellers.select_related("person__library__region"):
        post(
            "peerlearning/claims/bought",
            to=traveller.person,
            key=f"peerlearning/claims/bought:{purchase.pk}:{traveller.person_id}",
            region=visit.region,
            purchase=purchase,
            visit=visit,
            url=_visit_address(visit, traveller.person.language),
        )


def closed(visit):
    """To all travellers: everything is settled, thank you."""
    for traveller in visit.travellers.select_related("person__library__region"):
        post(
            "peerlearning/claims/closed",
            to=traveller.person,
            key=f"peerlearning/claims/closed:{visit.pk}:{traveller.person_id}",
            region=visit.region,
            visit=visit,
            url=_visit_address(visit, traveller.person.language),
        )


def _visit_address(visit, language):
    """The visit's own page; before it has one, the claims."""
    try:
        return _address("peerlearning:visit", language, visit.pk)
    except NoReverseMatch:
        return _address("peerlearning:claims", language)


def due(traveller, key, *, until, occasion):
    """Reminder to a traveller whose claim is not sent: `occasion` is "first", "again", "limit" or "books"."""
    visit, person = traveller.visit, traveller.person
    post(
        "peerlearning/claims/due",
        to=person,
        key=key,
        region=visit.region,
        urgency=Mail.Urgency.MASS,
        visit=visit,
        until=until,
        occasion=occasion,
        url=_visit_address(visit, person.language),
    )


def no_rate(region, year):
    """To the coordinators, once for a year: the kilometre rate is missing, and a claim waits for it."""
    for person in region.coordinators.active():
        try:
            url = _address("admin:peerlearning_kmrate_add", person.language)
        except NoReverseMatch:
            url = _address("admin:index", person.language)
        post(
            "peerlearning/claims/no_rate",
            to=person,
            # the same key as when a visit finds the rate missing: one mail for both
            key=f"peerlearning/no_rate:{year}:{region.pk}:{person.pk}",
            region=region,
            year=year,
            url=url,
        )
