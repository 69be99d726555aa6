"""One function per mail about visits. All are stored with the change that causes them."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from ake_portal.lib import calendars, words
from notifications.models import Mail
from notifications.outbox import post
from peerlearning import case, consents, links
from peerlearning.models import Consent, Visit


def page_of(visit, language):
    with override(language):
        return settings.SITE_URL + visit.get_absolute_url()


def decision_page(consent, person):
    """The address where `person` decides without signing in."""
    with override(person.language):
        return settings.SITE_URL + reverse("peerlearning:decide_by_link", args=[links.token(consent, person)])


def context_of(visit, language):
    """What the mails say of a visit, in the reader's language."""
    with override(language):
        return {
            "visit": visit,
            "who": case.who(visit),
            "stops": case.stops(visit),
            "when": case.when(visit),
            "total": visit.total,
            "page_url": page_of(visit, language),
        }


def _post(name, visit, person, what, **options):
    """Post mail/peerlearning/<name> to `person`, once for this visit and `what` (an occasion or revision)."""
    who = person.pk or person.email
    post(
        f"peerlearning/{name}",
        to=person,
        key=f"peerlearning/{name}:{visit.pk}:{what}:{who}"[:200],
        region=visit.region,
        **context_of(visit, person.language),
        **options,
    )


def entry(visit, language, *, stop=None):
    """The trip as calendar entry for travellers, or a host's part of it."""
    with override(language):
        called_off = visit.state in (Visit.State.CANCELLED, Visit.State.DECLINED, Visit.State.LAPSED)
        title = (
            gettext("Visitors: %(subject)s") % {"subject": visit.subject}
            if stop
            else gettext("Visit: %(subject)s") % {"subject": visit.subject}
        )
        return calendars.Entry(
            uid=f"stop-{stop.pk}@ake-portal" if stop else f"visit-{visit.pk}@ake-portal",
            sequence=visit.revision,
            starts_at=stop.starts_at if stop else visit.leaves_at,
            ends_at=stop.ends_at if stop else visit.returns_at,
            summary=gettext("Cancelled: %(title)s") % {"title": title} if called_off else title,
            place=str(stop.branch) if stop else visit.host_names,
            text=f"{case.who(visit)}\n\n{visit.goal}",
            url=page_of(visit, language),
            cancelled=called_off,
        )


def _file(method, visit, person, stop=None):
    """[(method, calendar file)] of the trip for one reader."""
    with override(person.language):
        organiser = (visit.region.title, visit.region.email)
    make = calendars.request if method == "REQUEST" else calendars.cancel
    attendee = (person.get_full_name(), person.email)
    return [(method, make(entry(visit, person.language, stop=stop), organiser=organiser, attendee=attendee))]


def travellers_of(visit):
    return [traveller.person for traveller in visit.travellers.select_related("person__library__region")]


# Asking


def asked(consent, *, reminder="", urgency=Mail.Urgency.CODE):
    """To whoever decides: the whole case, and the one link that opens the decision. `reminder` names the occasion."""
    visit = consent.visit
    for person in consents.askable(consent):
        _post(
            "asked",
            visit,
            person,
            f"{consent.pk}:{reminder or 'first'}",
            consent=consent,
            is_reminder=bool(reminder),
            is_again=_is_again(consent),
            decide_url=decision_page(consent, person),
            secret=True,
            urgency=urgency,
        )


def _is_again(consent):
    """Whether the same party has been asked before about this visit."""
    earlier = consent.visit.consents.filter(kind=consent.kind, library=consent.library, pk__lt=consent.pk)
    return (earlier.filter(stop=consent.stop) if consent.stop_id else earlier).exists()


def stuck(consent, people):
    """A consent that waits too long: the deputies may decide, the AKE knows."""
    visit = consent.visit
    for person in people:
        _post(
            *("asked", visit, person, f"{consent.pk}:handed-on"),
            consent=consent,
            is_reminder=True,
            is_again=False,
            decide_url=decision_page(consent, person),
            secret=True,
            urgency=Mail.Urgency.CODE,
        )
    for person in visit.region.coordinators.active():
        _post("stuck", visit, person, consent.pk, consent=consent)


# What came of it


def consent_given(consent):
    """To the organiser: one more has agreed, others are still to decide."""
    visit = consent.visit
    waiting = visit.consents.open().count()
    _post("consent_given", visit, visit.traveller, consent.pk, consent=consent, waiting=waiting)


def approved(visit):
    """To travellers, hosts and directors, with the trip for the calendar."""
    occasion = visit.approved_at.isoformat()
    for person in travellers_of(visit):
        _post("approved", visit, person, occasion, calendars=_file("REQUEST", visit, person), role="traveller")
    for consent in visit.consents.current().select_related("person", "stop__branch__library"):
        if consent.kind == Consent.Kind.HOST:
            for person in consents.askable(consent):
                files = _file("REQUEST", visit, person, consent.stop)
                _post("approved", visit, person, f"{occasion}:{consent.pk}", calendars=files, role="host")
        elif consent.kind == Consent.Kind.DIRECTOR:
            for person in {one for one in (consent.person, consent.decided_by) if one}:
                _post("approved", visit, person, f"{occasion}:director", role="director")


def change_asked(visit, consent, hosts):
    """To the traveller: who asks for what. Hosts who had agreed hear that it is being changed."""
    _post("change_asked", visit, visit.traveller, consent.pk, consent=consent)


def declined(visit, consent, hosts):
    """To travellers and to all who were asked, with the reason."""
    for person in travellers_of(visit):
        _post("declined", visit, person, consent.pk, consent=consent, role="traveller")
    _others("declined", visit, consent.pk, hosts, consent=consent, but=consent)


def _others(name, visit, what, hosts, *, but=None, cancels=False, **context):
    """The same news to the other hosts and the directors; a host's calendar entry goes."""
    told = {but.decided_by_id} if but is not None and but.decided_by_id else set()
    for consent in hosts:
        if but is not None and consent.pk == but.pk:
            continue
        for person in consents.askable(consent) if consent.stop_id else [one for one in [consent.person] if one]:
            if person.pk and person.pk in told:
                continue
            told.add(person.pk)
            files = _file("CANCEL", visit, person, consent.stop) if cancels and consent.stop_id else []
            _post(name, visit, person, what, role="host", calendars=files, **context)
    directors = visit.consents.filter(kind=Consent.Kind.DIRECTOR, person__isnull=False).select_related("person")
    for consent in directors:
        if consent.person_id not in told:
            told.add(consent.person_id)
            _post(name, visit, consent.person, what, role="director", **context)


def adjusted(visit):
    """To travellers and hosts: a small change of an approved visit, with the calendar entry as it is now."""
    _tell_change("adjusted", visit)


def to_be_decided_again(visit):
    """To travellers and hosts of an approved visit that is decided anew: do not count on it yet."""
    for person in travellers_of(visit):
        _post("decided_again", visit, person, visit.revision)


def _tell_change(name, visit):
    for person in travellers_of(visit):
        _post(name, visit, person, visit.revision, calendars=_file("REQUEST", visit, person), role="traveller")
    for consent in (
        visit.consents.current().filter(kind=Consent.Kind.HOST).select_related("person", "stop__branch__library")
    ):
        for person in consents.askable(consent):
            files = _file("REQUEST", visit, person, consent.stop)
            _post(name, visit, person, f"{visit.revision}:{consent.pk}", calendars=files, role="host")


def stop_dropped(visit, person, branch):
    """To a host whose place is no longer on the way."""
    _post("stop_dropped", visit, person, f"{visit.revision}:{branch.pk}", branch=branch)


def cancelled(visit, *, by, hosts, was_approved):
    """To all who knew of the visit; the calendar entries go."""
    for person in travellers_of(visit):
        files = _file("CANCEL", visit, person) if was_approved else []
        _post("cancelled", visit, person, "cancelled", by=by, role="traveller", calendars=files)
    _others("cancelled", visit, "cancelled", hosts, cancels=was_approved, by=by)
    if by.pk in {person.pk for person in travellers_of(visit)}:
        for person in visit.region.coordinators.active():
            _post("cancelled", visit, person, "cancelled", by=by, role="ake")


def lapsed(visit, *, hosts):
    """To all: the day came before the decision."""
    for person in travellers_of(visit):
        _post("lapsed", visit, person, "lapsed", role="traveller")
    _others("lapsed", visit, "lapsed", hosts)
    for person in visit.region.coordinators.active():
        _post("lapsed", visit, person, "lapsed", role="ake")


def made(visit):
    """To travellers, the day after: thank you, the claim and the story."""
    with_claim = bool(visit.total)
    for person in travellers_of(visit):
        _post("made", visit, person, "made", with_claim=with_claim, until=words.as_date(visit.claims_until))


def thanked(visit, feedback):
    """To the host of a group's visit: what a traveller brought home from there."""
    asked = visit.consents.filter(stop=feedback.stop, state=Consent.State.GIVEN).select_related(
        "person", "stop__branch__library"
    )
    for consent in asked:
        for person in consents.askable(consent):
            _post("thanked", visit, person, f"feedback:{feedback.pk}", feedback=feedback)


def joined(visit, person, *, by):
    """To a colleague who was taken along on a study trip."""
    _post("joined", visit, person, "joined", by=by)


def leaves_soon(visit, person, key):
    """Reminder: the trip is close, where and when."""
    post(
        "peerlearning/leaves_soon",
        to=person,
        key=key,
        region=visit.region,
        urgency=Mail.Urgency.MASS,
        **context_of(visit, person.language),
    )


def no_rate(region, year):
    """To coordinators, once a year: the kilometre rate is missing, and somebody needs it."""
    for person in region.coordinators.active():
        with override(person.language):
            url = settings.SITE_URL + reverse("admin:peerlearning_kmrate_add")
        post(
            "peerlearning/no_rate",
            to=person,
            key=f"peerlearning/no_rate:{year}:{region.pk}:{person.pk}",
            region=region,
            year=year,
            url=url,
        )
