"""When travellers are reminded of the claim: two days after the trip, after two weeks, before the limit of two months, and
before the city closes the books of the year."""

from datetime import time, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from budgets.models import Plan
from notifications.reminders import Due, Rule
from peerlearning import claim_mails
from peerlearning.models import Claim, Traveller, TravelRules, Visit

FIRST = timedelta(days=2)
AGAIN = timedelta(days=14)
BEFORE_LIMIT = timedelta(days=7)
CLOCK = time(9)


def _waiting():
    """Travellers of made visits whose claim is not sent, with all that a reminder needs."""
    return (
        Traveller.objects.filter(visit__state=Visit.State.DONE, visit__expense__isnull=False)
        .filter(Q(claim__isnull=True) | Q(claim__state__in=Claim.UNSENT))
        .select_related("visit__region", "person__library__region", "visit__expense__line__plan")
        .order_by("pk")
    )


def _due(traveller, occasion, send_at, expires_at, until):
    visit, person = traveller.visit, traveller.person
    key = f"peerlearning/claims/due:{occasion}:{visit.pk}:{until}:{person.pk}"
    return Due(
        key=key,
        send_at=send_at,
        expires_at=expires_at,
        person=person,
        about=str(visit),
        region=visit.region,
        send=lambda: claim_mails.due(traveller, key, until=until, occasion=occasion),
    )


def _end_of(day):
    return days.at(day + timedelta(days=1), time(0))


def _after(occasion):
    """The finder of one of the reminders that go by the day of the trip."""

    def moments(visit):
        """(send, expire) of `occasion`: one ends where the next begins."""
        last, until = visit.last_day, visit.claims_until
        sends = {
            "first": days.at(last + FIRST, CLOCK),
            "again": days.at(last + AGAIN, CLOCK),
            "limit": days.at(until - BEFORE_LIMIT, CLOCK),
            "over": _end_of(until),
        }
        names = list(sends)
        return sends[occasion], sends[names[names.index(occasion) + 1]]

    def find(since, until):
        for traveller in _waiting():
            send_at, expires_at = moments(traveller.visit)
            if send_at <= until and expires_at > since:
                yield _due(traveller, occasion, send_at, expires_at, traveller.visit.claims_until)

    return find


def last_day_for(plan, rules):
    """The region's last day for claims of the plan's year, or None while nobody has said when the books close."""
    return plan.books_close_on and plan.books_close_on - timedelta(days=rules.days_before_books)


def _before_books(since, until):
    waiting = _waiting().filter(visit__expense__line__plan__books_close_on__isnull=False)
    waiting = waiting.select_related("visit__region__travel_rules")
    for traveller in waiting.exclude(visit__expense__line__plan__state=Plan.State.FROZEN):
        visit = traveller.visit
        plan = visit.expense.line.plan
        last = last_day_for(plan, getattr(visit.region, "travel_rules", None) or TravelRules(region=visit.region))
        # a claim that is asked for anyway before that day needs no other mail
        if visit.last_day > last or visit.claims_until < last:
            continue
        send_at, expires_at = days.at(last - BEFORE_LIMIT, CLOCK), _end_of(last)
        if send_at <= until and expires_at > since:
            yield _due(traveller, "books", send_at, expires_at, last)


RULES = [
    Rule("peerlearning.claim_first", _("Travel claim and story, two days after the trip"), _after("first")),
    Rule("peerlearning.claim_again", _("A travel claim that is not sent two weeks after the trip"), _after("again")),
    Rule("peerlearning.claim_limit", _("A travel claim a week before the limit of two months"), _after("limit")),
    Rule("peerlearning.claim_books", _("A travel claim a week before the region's last day"), _before_books),
]
