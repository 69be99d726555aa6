"""Who is asked about a visit, and again after a change."""

from decimal import Decimal

from django.utils import timezone

from peerlearning.models import Consent
from people.actions import is_shared_mailbox
from people.models import User

Kind, State = Consent.Kind, Consent.State
DEARER_EUROS = Decimal(30)
DEARER_SHARE = Decimal("0.10")


def facts(visit, party):
    """What a party is asked to agree to, as plain data: a host to its stop, a director to days, places and money, the AKE to money."""
    kind, stop, _library = party
    if kind == Kind.HOST:
        return {
            "branch": stop.branch_id,
            "from": _moment(stop.starts_at),
            "until": _moment(stop.ends_at),
            "contact": stop.contact_id,
        }
    money = {"total": str(visit.total), "year": visit.first_day.year}
    if kind == Kind.AKE:
        return money
    stops = [[stop.branch_id, _day(stop.starts_at)] for stop in visit.stops.order_by("starts_at", "pk")]
    return {**money, "days": [str(visit.first_day), str(visit.last_day)], "stops": stops}


def _moment(value):
    return value.isoformat() if value else ""


def _day(value):
    return str(timezone.localdate(value)) if value else ""


def holds(consent, visit, party):
    """Whether what was agreed to is still so; a cost may grow by a tenth or 30 €, whichever is larger."""
    before, after = dict(consent.about), facts(visit, party)
    if "total" in after:
        agreed, now = Decimal(before.pop("total", "0")), Decimal(after.pop("total"))
        if now - agreed > max(agreed * DEARER_SHARE, DEARER_EUROS):
            return False
    return before == after


def parties(visit):
    """[(kind, stop, library)] of all whose consent the visit needs: each host, each home library, the AKE."""
    stops = list(visit.stops.select_related("branch__library"))
    homes = {traveller.library_id: traveller.library for traveller in visit.travellers.select_related("library")}
    return [
        *((Kind.HOST, stop, None) for stop in stops),
        *((Kind.DIRECTOR, None, library) for library in homes.values()),
        (Kind.AKE, None, None),
    ]


def _contact(stop, visit):
    """The person named at a stop, who becomes a User without a password when the portal did not know them; None for a shared mailbox."""
    if not stop.contact_email or is_shared_mailbox(stop.contact_email):
        return None
    person = User.objects.filter(email=stop.contact_email).first()
    if person is None:
        first, _space, last = stop.contact_name.strip().rpartition(" ")
        person = User.objects.create_user(
            stop.contact_email,
            first_name=first or last,
            last_name=last if first else "",
            library=stop.branch.library,
            library_claimed_at=timezone.now(),
            language=visit.language,
        )
    if not person.is_active or person.erased_at:
        return None
    return person


def _host(stop, visit):
    """(person, shared mailbox) to ask at a stop: whom the traveller named, else the library's director, else its mailbox."""
    travelling = set(visit.travellers.values_list("person", flat=True))
    library = stop.branch.library
    contact = _contact(stop, visit)
    if stop.contact_id != (contact and contact.pk):
        stop.contact = contact
        stop.save(update_fields=["contact"])
    if contact is not None and contact.pk not in travelling:
        return contact, ""
    if stop.contact_email and contact is None:
        return None, stop.contact_email
    director = library and library.approver_for(visit.traveller)
    if director and director.pk not in travelling:
        return director, ""
    return None, stop.branch.email or (library.email if library else "")


def _director(library, visit):
    """Who decides for the travellers of a library; nobody is a task for the AKE. Never one of the travellers."""
    travelling = [traveller.person for traveller in visit.travellers.select_related("person")]
    own = [traveller.person for traveller in visit.travellers.all() if traveller.library_id == library.pk]
    # the director who travels with the staff is the strictest case: then the superior or a deputy decides for all
    person = next((one for one in own if one.pk == library.director_id), own[0])
    approver = library.approver_for(person)
    if approver is None or approver.pk in {one.pk for one in travelling}:
        return None
    return approver


def ask(visit, party, now=None, but=None):
    """A new open consent of one party; an earlier one is replaced. `but` is somebody who decides no more. Returns the Consent."""
    kind, stop, library = party
    now = now or timezone.now()
    visit.consents.current().filter(kind=kind, stop=stop, library=library).update(state=State.REPLACED)
    person, mailbox = None, ""
    if kind == Kind.HOST:
        person, mailbox = _host(stop, visit)
    elif kind == Kind.DIRECTOR:
        person = _director(library, visit)
    if but is not None and person == but:
        person = None
    return Consent.objects.create(
        visit=visit,
        kind=kind,
        stop=stop,
        library=library,
        person=person,
        mailbox=mailbox,
        about=facts(visit, party),
        asked_at=now,
    )


def leave_out(stop):
    """Take a stop off a sent visit. Returns [(person, branch)] of those who were asked about it, to be told."""
    told = []
    for consent in stop.consents.current().select_related("person", "visit", "stop__branch__library"):
        told += [(person, stop.branch) for person in askable(consent)]
        consent.state = State.REPLACED
        consent.save(update_fields=["state"])
    stop.delete()
    return told


def drop_gone(visit):
    """Consents of stops and libraries that are no longer part of the visit count no more."""
    wanted = {(kind, stop and stop.pk, library and library.pk) for kind, stop, library in parties(visit)}
    for consent in visit.consents.current():
        if (consent.kind, consent.stop_id, consent.library_id) not in wanted:
            consent.state = State.REPLACED
            consent.save(update_fields=["state"])


def to_ask(visit):
    """The parties that must be asked, for the first time or again: what they agreed to or were asked is not so any more."""
    current = {(one.kind, one.stop_id, one.library_id): one for one in visit.consents.current()}
    wanted = []
    for party in parties(visit):
        found = current.get((party[0], _key(party[1]), _key(party[2])))
        if found is None or found.state not in (State.OPEN, State.GIVEN) or not holds(found, visit, party):
            wanted.append(party)
    return wanted


def _key(thing):
    return thing.pk if thing is not None else None


def is_for_ake(consent):
    """Whether the AKE decides this: the money, and a home library that has nobody to decide."""
    return consent.kind == Kind.AKE or consent.kind == Kind.DIRECTOR and consent.person_id is None


def askable(consent):
    """The people a mail about an open consent goes to; a shared mailbox is a User without a row."""
    if consent.person_id:
        return [consent.person]
    if is_for_ake(consent):
        travelling = consent.visit.travellers.values("person")
        return list(consent.visit.region.coordinators.active().exclude(pk__in=travelling))
    if consent.mailbox:
        return [User(email=consent.mailbox, library=consent.stop.branch.library, language=consent.visit.language)]
    return []
