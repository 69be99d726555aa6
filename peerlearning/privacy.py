"""A person's visits: for the export of one's own data, and when the data is erased."""

from django.db.models import Q

from peerlearning import actions, consents, mails
from peerlearning.models import Consent, Expertise, Stop, Visit


def export_for(person):
    """Plain data for one's own export."""
    visits = Visit.objects.of(person).for_page().prefetch_related("topics").order_by("pk")
    decided = Consent.objects.filter(Q(person=person) | Q(decided_by=person)).select_related("visit").order_by("pk")
    return {
        "visits": [
            {
                "case": visit.case,
                "kind": visit.kind,
                "state": visit.state,
                "subject": visit.subject,
                "goal": visit.goal,
                "topics": [str(topic) for topic in visit.topics.all()],
                "from": str(visit.library),
                "municipality": str(visit.municipality or ""),
                "to": visit.host_names,
                "leaves_at": visit.leaves_at,
                "returns_at": visit.returns_at,
                "travel": visit.travel,
                "km": visit.km,
                "why_no_public_transport": visit.no_transit_reason,
                "costs": {line.kind: str(line.amount) for line in visit.costs.all()},
            }
            for visit in visits
        ],
        "decisions": [
            {
                "visit": consent.visit.case,
                "kind": consent.kind,
                "state": consent.state,
                "asked_at": consent.asked_at,
                "decided_at": consent.decided_at if consent.decided_by_id == person.pk else None,
                "message": consent.message if consent.decided_by_id == person.pk else "",
            }
            for consent in decided
        ],
        "asked_about": [
            {"library": str(row.library), "title": row.title}
            for row in Expertise.objects.filter(contact=person).select_related("library").order_by("pk")
        ],
        "writes_expertise_of": [str(one.library) for one in person.edits_expertise_of.select_related("library")],
        "named_as_host": [str(stop.branch) for stop in Stop.objects.filter(contact=person).select_related("branch")],
    }


def leave_everything(person):
    """Cancel the own visits to come, leave those of groups, and have others asked what `person` was to decide."""
    for visit in Visit.objects.owned_by(person).live():
        if visit.state == Visit.State.DRAFT or not visit.has_begun():
            actions.cancel(visit, by=person)
    for visit in Visit.objects.of(person).live().exclude(traveller=person):
        if not visit.has_begun():
            actions.part(visit, person=person, by=person)
    Expertise.objects.filter(contact=person).update(contact=None)
    Expertise.objects.filter(updated_by=person).update(updated_by=None)
    person.edits_expertise_of.all().delete()
    waiting = Consent.objects.open().filter(person=person, visit__state=Visit.State.SUBMITTED)
    Stop.objects.filter(contact=person).update(contact=None, contact_name="", contact_email="")
    for consent in waiting.select_related("visit", "stop__branch__library", "library"):
        again = consents.ask(consent.visit, (consent.kind, consent.stop, consent.library), but=person)
        mails.asked(again)


def forget(person):
    """Texts that tell of the person: why there was no bus, what was said in decisions. Places, days and sums stay for the books."""
    own = Visit.objects.owned_by(person)
    own.filter(state__in=[Visit.State.CANCELLED, Visit.State.DRAFT]).update(subject="", goal="")
    own.update(no_transit_reason="", employer_case="", reason="")
    Consent.objects.filter(decided_by=person).update(message="", decided_name="")
