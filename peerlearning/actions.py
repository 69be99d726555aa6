"""What is done with a visit. Each action is one transaction under a lock on the visit's row; the moves are those of workflow.VISIT."""

from datetime import time

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from ake_portal.lib import days
from budgets.actions import OverBudget, Refused
from ideas import actions as ideas
from peerlearning import complete, consents, mails, money, reminders, workflow
from peerlearning.models import (
    Consent,
    CostLine,
    HostFeedback,
    KmRate,
    NoRate,
    Step,
    Stop,
    Traveller,
    TravelRules,
    Visit,
)
from people.models import User

State = Visit.State
__all__ = ["OverBudget", "Refused"]


class Incomplete(Refused):
    """The visit cannot be sent: `lacks` has (field, code) pairs."""

    def __init__(self, lacks):
        super().__init__(lacks[0][1])
        self.lacks = lacks


def lock(visit, move=None):
    """The visit as it is now, locked. Raises Refused "state" when `move` does not begin where it stands."""
    visit = (
        Visit.objects.select_for_update(of=("self",))
        .select_related("region", "library", "traveller", "expense__line__plan", "measure")
        .get(pk=visit.pk)
    )
    if move and not visit.may(move):
        raise Refused("state")
    return visit


def _note(visit, move, *, by=None, name="", note="", now=None):
    Step.objects.create(visit=visit, move=move, by=by, name=name, note=note[:500], at=now or timezone.now())


def _go(visit, move, **fields):
    visit.state = workflow.VISIT[move].target
    for name, value in fields.items():
        setattr(visit, name, value)
    visit.revision += 1
    visit.save()


# Writing


@transaction.atomic
def begin(*, traveller, by, kind=Visit.Kind.VISIT, branch=None, topics=(), language="fi", **fields):
    """A draft for `traveller`, from the library of today. Raises Refused "no_library"."""
    library = traveller.library
    if library is None:
        raise Refused("no_library")
    home = traveller.branch
    municipality = (home and home.municipality) or library.municipalities.order_by("pk").first()
    visit = Visit.objects.create(
        kind=kind,
        traveller=traveller,
        library=library,
        branch=home,
        municipality=municipality,
        region=library.region,
        prepared_by=None if by == traveller else by,
        language=language,
        payer=TravelRules.of(library.region).payer,
        **fields,
    )
    visit.topics.set(topics)
    Traveller.objects.create(visit=visit, person=traveller, library=library)
    if branch is not None:
        Stop.objects.create(visit=visit, branch=branch)
    return visit


@transaction.atomic
def join(visit, *, email, by, now=None):
    """Add a colleague to a study trip; the home library is asked, too. Raises Refused "state", "not_group", "no_colleague", "joined", "late"."""
    visit = lock(visit)
    if not visit.is_group:
        raise Refused("not_group")
    if not visit.is_live:
        raise Refused("state")
    if visit.has_begun(now):
        raise Refused("late")
    person = User.objects.active().filter(email=email.strip().lower(), library__isnull=False).first()
    if person is None or not person.is_confirmed:
        raise Refused("no_colleague")
    if visit.travellers.filter(person=person).exists():
        raise Refused("joined")
    Traveller.objects.create(visit=visit, person=person, library=person.library)
    if visit.state != State.DRAFT:
        # the home library decides on this traveller, too, also when it has said yes to another
        if visit.state == State.APPROVED:
            _go(visit, "change", approved_at=None)
        _ask([consents.ask(visit, (Consent.Kind.DIRECTOR, None, person.library))])
    mails.joined(visit, person, by=by)
    return visit


@transaction.atomic
def part(visit, *, person, by):
    """Take a traveller off a study trip. Raises Refused "organiser", "state", "late"."""
    visit = lock(visit)
    if person.pk == visit.traveller_id:
        raise Refused("organiser")
    if not visit.is_live:
        raise Refused("state")
    if visit.has_begun():
        raise Refused("late")
    gone = visit.travellers.filter(person=person)
    if gone.exists():
        gone.delete()
        consents.drop_gone(visit)
        _note(visit, "part", by=by, name=str(person))
        _approve_if_all_agree(visit, by=by)
    return visit


def price(visit):
    """Put the kilometre cost right: euros at the rate of the first day, over New Year half of the way at that of the last.

    Raises Refused "no_rate".
    """
    line = visit.costs.filter(kind=CostLine.Kind.KM).first()
    if line is None or not visit.km or not visit.first_day:
        return
    try:
        rate, rate_back = KmRate.on(visit.first_day), KmRate.on(visit.last_day or visit.first_day)
    except NoRate as missing:
        raise Refused("no_rate", year=missing.year) from missing
    back = visit.km // 2 if rate_back.year != rate.year else 0
    line.rate, line.rate_back = rate.own_car, rate_back.own_car if back else None
    line.amount = rate.cost(visit.km - back, visit.passengers) + rate_back.cost(back, visit.passengers)
    line.save(update_fields=["rate", "rate_back", "amount"])


def _number(visit):
    """The next number of the region's cases in this year."""
    visit.year = timezone.localdate().year
    # whoever takes a number waits for the other: the region's row is the lock
    type(visit.region).objects.select_for_update().filter(pk=visit.region_id).values_list("pk").first()
    last = Visit.objects.filter(region=visit.region_id, year=visit.year).aggregate(Max("number"))["number__max"]
    visit.number = (last or 0) + 1


@transaction.atomic
def submit(visit, *, by, now=None):
    """Send it: every host, every home library's director and the AKE are asked at once.

    Raises Incomplete, Refused: "state", "unconfirmed", "no_rate" (told to the coordinators by the caller).
    """
    visit, now = lock(visit, "submit"), now or timezone.now()
    if not visit.traveller.is_confirmed:
        raise Refused("unconfirmed")
    lacks = complete.lacks(visit, now)
    if lacks:
        raise Incomplete(lacks)
    price(visit)
    if not visit.number:
        _number(visit)
    _go(visit, "submit", submitted_at=now, reason="")
    money.reserve_if_it_fits(visit, by=by, now=now)
    consents.drop_gone(visit)
    asked = [consents.ask(visit, party, now) for party in consents.to_ask(visit)]
    _note(visit, "submit", by=by, now=now)
    _ask(asked)
    _approve_if_all_agree(visit, by=by, now=now)
    return visit


def _ask(asked):
    for consent in asked:
        mails.asked(consent)


# Deciding


def _open(consent, by):
    """The consent and its visit, locked. Raises Refused "decided", "state", "not_yours"."""
    visit = lock(consent.visit)
    consent = Consent.objects.select_related("stop__branch__library", "library").get(pk=consent.pk)
    consent.visit = visit
    if consent.state != Consent.State.OPEN:
        raise Refused("decided")
    if visit.state != State.SUBMITTED:
        raise Refused("state")
    if by is not None:
        if visit.travellers.filter(person=by).exists():
            raise Refused("not_yours")
        if not Consent.objects.decidable_by(by).filter(pk=consent.pk).exists():
            raise Refused("not_yours")
    return consent, visit


def _decide(consent, state, *, by, name, message, now, override=""):
    consent.state, consent.decided_at, consent.decided_by = state, now, by
    consent.decided_name, consent.message = name[:120], message[:500]
    consent.override_reason = override
    consent.save()


@transaction.atomic
def consent(consent, *, by=None, name="", message="", override="", region_reason="", measure=None, now=None):
    """Give a consent; the last one approves the visit. `by` is None for a shared mailbox, which leaves a `name`.

    Raises OverBudget, Refused: "decided", "state", "not_yours", "no_name", "no_plan", "no_region_reason".
    `measure` is that of the plan which the visit carries out.
    """
    now = now or timezone.now()
    consent, visit = _open(consent, by)
    if by is None and not name.strip():
        raise Refused("no_name")
    if consent.kind == Consent.Kind.AKE:
        visit.other_region_reason = region_reason or visit.other_region_reason
        if visit.goes_elsewhere and not visit.other_region_reason:
            raise Refused("no_region_reason")
        if measure is not None:
            visit.measure = measure
        visit.save(update_fields=["other_region_reason", "measure"])
        money.reserve(visit, by=by, override=override, now=now)
        override = override if money.went_past(visit) else ""
    _decide(consent, Consent.State.GIVEN, by=by, name=name, message=message, now=now, override=override)
    _note(visit, f"consent_{consent.kind}", by=by, name=name, note=message, now=now)
    if not _approve_if_all_agree(visit, by=by, now=now):
        mails.consent_given(consent)
    return consent


def _booker(visit, by):
    """In whose name the books are written when a consent through a shared mailbox is the last one: who gave the money."""
    if by is not None:
        return by
    given = visit.consents.current().filter(kind=Consent.Kind.AKE, decided_by__isnull=False).first()
    return given.decided_by if given else visit.traveller


def _approve_if_all_agree(visit, *, by, now=None):
    """The last consent approves: the estimate becomes a commitment, and all are told. Returns whether it did."""
    if visit.state != State.SUBMITTED or consents.to_ask(visit):
        return False
    if visit.consents.current().exclude(state=Consent.State.GIVEN).exists():
        return False
    now = now or timezone.now()
    ake = visit.consents.current().get(kind=Consent.Kind.AKE)
    money.commit(visit, by=_booker(visit, by), override=ake.override_reason, now=now)
    _go(visit, "approve", approved_at=now)
    _note(visit, "approve", now=now)
    mails.approved(visit)
    return True


@transaction.atomic
def ask_change(consent, *, by=None, name="", message, now=None):
    """Back to the traveller, who is told what to change. Raises Refused: "no_reason", "decided", "state", "not_yours", "no_name"."""
    return _stop(consent, "ask_change", Consent.State.CHANGE_ASKED, by=by, name=name, message=message, now=now)


@transaction.atomic
def decline(consent, *, by=None, name="", message, now=None):
    """No, and why. Raises Refused: "no_reason", "decided", "state", "not_yours", "no_name"."""
    return _stop(consent, "decline", Consent.State.DECLINED, by=by, name=name, message=message, now=now)


def _stop(consent, move, state, *, by, name, message, now):
    now = now or timezone.now()
    consent, visit = _open(consent, by)
    if not message.strip():
        raise Refused("no_reason")
    if by is None and not name.strip():
        raise Refused("no_name")
    _decide(consent, state, by=by, name=name, message=message, now=now)
    visit.consents.open().update(state=Consent.State.REPLACED)
    money.release(visit, by=_booker(visit, by), now=now)
    was_told = _hosts_in_the_know(visit)
    ended = {} if move == "ask_change" else {"ended_at": now}
    _go(visit, move, reason=message[:500], **ended)
    _note(visit, f"{move}_{consent.kind}", by=by, name=name, note=message, now=now)
    (mails.change_asked if move == "ask_change" else mails.declined)(visit, consent, was_told)
    return consent


def _hosts_in_the_know(visit):
    """Consents of hosts who have been asked or have agreed, so that they hear when nothing comes of it."""
    return list(visit.consents.filter(kind=Consent.Kind.HOST).select_related("person", "stop__branch__library"))


# Changing what has been sent


@transaction.atomic
def change(visit, *, by, left_at=None, left_out=(), now=None):
    """After a sent visit has been written anew: ask those whom the change concerns. Returns the new consents.

    `left_at` is when it was to begin before, `left_out` what consents.leave_out gave of stops that are no more. Raises Incomplete, OverBudget, Refused: "state", "late", "no_rate".
    """
    visit, now = lock(visit, "change"), now or timezone.now()
    if left_at is not None and left_at <= now:
        raise Refused("late")
    price(visit)
    lacks = complete.lacks(visit, now)
    if lacks:
        raise Incomplete(lacks)
    again = consents.to_ask(visit)
    consents.drop_gone(visit)
    was_approved = visit.state == State.APPROVED
    asked = []
    if again:
        _go(visit, "change", approved_at=None)
        asked = [consents.ask(visit, party, now) for party in again]
    elif was_approved:
        ake = visit.consents.current().get(kind=Consent.Kind.AKE)
        money.commit(visit, by=by, override=ake.override_reason, now=now)
        _go(visit, "adjust")
    if not was_approved:
        money.reserve_if_it_fits(visit, by=by, now=now)
        visit.revision += 0 if again else 1
        visit.save()
    _note(visit, "change" if again else "adjust", by=by, now=now)
    _ask(asked)
    if was_approved:
        (mails.to_be_decided_again if again else mails.adjusted)(visit)
    for person, branch in left_out:
        mails.stop_dropped(visit, person, branch)
    _approve_if_all_agree(visit, by=by, now=now)
    return asked


# Ending


@transaction.atomic
def cancel(visit, *, by, reason="", now=None):
    """Call it off: everybody who knew of it is told, what is bound is released. Raises Refused "state", "late", "no_reason"."""
    now = now or timezone.now()
    visit = lock(visit, "cancel")
    was = visit.state
    if was != State.DRAFT:
        if visit.is_over(timezone.localdate(now)):
            raise Refused("late")
        if by.pk != visit.traveller_id and not reason.strip():
            raise Refused("no_reason")
    told = _hosts_in_the_know(visit) if was != State.DRAFT else []
    money.release(visit, by=by, now=now)
    visit.consents.open().update(state=Consent.State.REPLACED)
    _go(visit, "cancel", reason=reason[:500], ended_at=now)
    _note(visit, "cancel", by=by, note=reason, now=now)
    if was != State.DRAFT:
        mails.cancelled(visit, by=by, hosts=told, was_approved=was == State.APPROVED)
    return visit


@transaction.atomic
def lapse(visit, *, now=None):
    """The first day has passed undecided. Does nothing when it was decided in the meantime."""
    now = now or timezone.now()
    visit = lock(visit)
    if not visit.may("lapse") or visit.first_day >= timezone.localdate(now):
        return visit
    told = _hosts_in_the_know(visit)
    money.release(visit, by=visit.traveller, now=now)
    visit.consents.open().update(state=Consent.State.REPLACED)
    _go(visit, "lapse", ended_at=now)
    _note(visit, "lapse", now=now)
    mails.lapsed(visit, hosts=told)
    return visit


@transaction.atomic
def finish(visit, *, now=None):
    """The day after the last day: the visit is made, claim and story are asked for."""
    now = now or timezone.now()
    visit = lock(visit)
    if not visit.may("finish") or not visit.is_over(timezone.localdate(now)):
        return visit
    _go(visit, "finish")
    _note(visit, "finish", now=now)
    mails.made(visit)
    return visit


def tick(now=None):
    """What the clock does: visits made yesterday are done, those undecided on their first day lapse, consents that wait
    too long go to others. Safe to run twice."""
    now = now or timezone.now()
    today = days.at(timezone.localdate(now), time.min)
    for visit in Visit.objects.filter(state=State.SUBMITTED, leaves_at__lt=today):
        lapse(visit, now=now)
    for visit in Visit.objects.filter(state=State.APPROVED, returns_at__lt=today):
        finish(visit, now=now)
    for consent in reminders.waiting_consents().filter(escalated_at=None):
        if reminders.waits_since(consent, reminders.AFTER[-1]) <= now:
            hand_on(consent, now=now)


# Afterwards


@transaction.atomic
def tell(visit, *, by):
    """The story of the visit, begun by the first traveller who wants to write it. Returns the Idea. Raises Refused "not_made"."""
    visit = lock(visit)
    if not visit.may_be_told:
        raise Refused("not_made")
    if visit.story is not None:
        return visit.story
    traveller = visit.travellers.select_related("library__region").get(person=by)
    stop = visit.stops.select_related("branch__library", "contact").first()
    visit.story = ideas.begin_story(
        author=by,
        library=traveller.library,
        region=visit.region,
        host=stop.branch.library,
        host_contact=stop.contact,
        topics=visit.topics.all(),
        title=visit.subject,
        language=by.language,
    )
    visit.save(update_fields=["story"])
    _note(visit, "story", by=by)
    return visit.story


@transaction.atomic
def thank(stop, *, by, text, now=None):
    """Feedback to a host after a group's visit, by mail and on the visit's page. Raises Refused: "not_made", "no_text", "twice"."""
    visit = lock(stop.visit)
    if not visit.may_be_told or not visit.is_group:
        raise Refused("not_made")
    if not text.strip():
        raise Refused("no_text")
    if stop.feedback.filter(by=by).exists():
        raise Refused("twice")
    feedback = HostFeedback.objects.create(stop=stop, by=by, text=text.strip(), at=now or timezone.now())
    mails.thanked(visit, feedback)
    return feedback


@transaction.atomic
def hand_on(consent, *, now=None):
    """A consent that nobody gave in time goes to the deputy, or to the AKE. Returns whether it went to somebody new."""
    now = now or timezone.now()
    visit = lock(consent.visit)
    consent = Consent.objects.select_related("library", "stop__branch__library").get(pk=consent.pk)
    consent.visit = visit
    if not consent.is_open or visit.state != State.SUBMITTED or consent.escalated_at:
        return False
    consent.escalated_at = now
    consent.save(update_fields=["escalated_at"])
    mails.stuck(consent, _stand_ins(consent))
    return True


def _stand_ins(consent):
    """Who may decide instead: deputies of the library on this day; never a traveller."""
    library = consent.library or (consent.stop and consent.stop.branch.library)
    if library is None:
        return []
    today = timezone.localdate()
    travelling = consent.visit.travellers.values("person")
    standing_in = User.objects.active().filter(
        Q(deputises__library=library, deputises__first_day__lte=today, deputises__last_day__gte=today)
        | Q(directs=library)
    )
    return list(standing_in.exclude(pk__in=travelling).exclude(pk=consent.person_id).distinct())
