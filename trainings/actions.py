"""What people do with trainings. Each action is one transaction under a lock on the training's row; mails are stored with it."""

from datetime import time, timedelta

from django.db import transaction
from django.db.models import F, Max, Min, QuerySet, prefetch_related_objects
from django.utils import timezone

from ake_portal.lib import days
from ake_portal.lib.prepared import Prepared, PreparedInsert
from people import kept
from trainings import agenda, mails, workflow
from trainings.models import Attendance, Registration, SeatOffer, Session, Training

State = Registration.State
OFFER_WORKING_DAYS = 2
CLOCK_RUNS_DAYS_BEFORE = 10
LOCKED = Prepared(lambda key: QuerySet(Training).filter(pk=key).select_for_update(), int)
STORE = PreparedInsert(Registration)


class Refused(Exception):
    """An action that cannot be done; `code` tells why, for a message in the reader's language (trainings.messages)."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def lock(training):
    """The Training (or the one of a key) read anew, its row locked; its region as kept. Raises Training.DoesNotExist."""
    return _lock(training)


def _lock(training):
    training = LOCKED.first(getattr(training, "pk", training))
    if training is None:
        raise Training.DoesNotExist
    training.region = kept.regions[training.region_id]  # its name in mails may be a minute old
    return training


# Signing up and leaving


@transaction.atomic
def sign_up(training, *, person, mode=None, by=None, over_capacity=False, now=None):
    """Give `person` a seat, or a place in the queue when there is none. Returns the Registration.

    `training` may be its key alone: it is read under the lock.
    `by` is who adds the person when it is somebody else: staff may do so before sign-up opens, after it closes and for
    people of other regions, and with `over_capacity` also past the queue and the number of seats.
    Raises Refused: "drop_in", "draft", "cancelled", "early", "closed", "not_for_you", "mode", "twice".
    """
    now = now or timezone.now()
    training = _lock(training)
    if training.is_drop_in:
        raise Refused("drop_in")
    by_staff = by is not None and by != person and any(by.runs(region) for region in training.organising_regions)
    state = training.signup_state(now)
    if state in ("draft", "cancelled") or (state != "open" and not (by_staff and not training.is_over(now))):
        raise Refused(state)
    if not by_staff and not training.is_for(person):
        raise Refused("not_for_you")
    mode = mode or training.modes[0]
    if mode not in training.modes:
        raise Refused("mode")
    counts, own, earlier = agenda.seats_and_own(training, person)
    if own:
        raise Refused("twice")
    taken, waiting, capacity = counts[mode, True], counts[mode, False], training.capacity(mode)
    queued = capacity is not None and (taken >= capacity or (waiting > 0 and now < training.offers_end_at))
    if by_staff and over_capacity:
        queued = False
    registration = STORE(
        Registration(
            training=training,
            person=person,
            mode=mode,
            state=State.WAITING if queued else State.REGISTERED,
            library=person.library,
            municipality_id=person.branch.municipality_id if person.branch else None,
            added_by=by if by != person else None,
            earlier=earlier,
            created_at=now,
            changed_at=now,
        )
    )
    if queued:
        registration.place_in_queue = waiting + 1
        mails.queued(registration, position=waiting + 1)
    else:
        mails.confirmed(registration)
    return registration


def _require(thing, move, code="gone"):
    """Raise Refused(code) when `move` of the workflow does not begin where `thing` stands."""
    if not thing.may(move):
        raise Refused(code)


def _take(registration, move, now):
    """Move the registration on as the workflow says. Raises Refused "gone"."""
    _require(registration, move)
    registration.state = workflow.REGISTRATION[move].target
    registration.changed_at = now
    registration.save(update_fields=["state", "changed_at"])


def _locked(registration):
    """(training, registration) with the training's row locked and the registration read anew."""
    training = _lock(registration.training)
    registration = Registration.objects.select_related("person__library__region").get(pk=registration.pk)
    registration.training = training
    return training, registration


def _close_offer(registration, answer, now):
    registration.offers.filter(answer=SeatOffer.Answer.OPEN).update(answer=answer, answered_at=now)


@transaction.atomic
def cancel(registration, *, by, even_late=False, now=None):
    """Give up a seat, an offer or a place in the queue; a freed seat goes to the queue.

    Staff may cancel for a person until the training ends, and `even_late` lets a person who leaves the portal do so.
    Raises Refused: "gone", "too_late".
    """
    now = now or timezone.now()
    training, registration = _locked(registration)
    _require(registration, "cancel")
    by_staff = by != registration.person and any(by.runs(region) for region in training.organising_regions)
    if training.is_over(now) if by_staff or even_late else not registration.can_cancel(now):
        raise Refused("too_late")
    had_seat = registration.state == State.REGISTERED
    _close_offer(registration, SeatOffer.Answer.WITHDRAWN, now)
    _take(registration, "cancel", now)
    mails.left(registration, had_seat=had_seat, by_staff=by_staff)
    promote(training, now=now)
    return registration


@transaction.atomic
def answer_offer(registration, *, accept, now=None):
    """Take the offered seat or decline it. Raises Refused "gone" when the offer is not open any more."""
    now = now or timezone.now()
    training, registration = _locked(registration)
    offer = registration.offers.filter(answer=SeatOffer.Answer.OPEN).first()
    if offer is None or offer.expires_at <= now or training.state != Training.State.PUBLISHED:
        raise Refused("gone")
    if accept:
        _close_offer(registration, SeatOffer.Answer.ACCEPTED, now)
        _take(registration, "accept", now)
        mails.confirmed(registration)
    else:
        _close_offer(registration, SeatOffer.Answer.DECLINED, now)
        _take(registration, "decline", now)
        promote(training, now=now)
    return registration


@transaction.atomic
def take_free_seat(registration, *, now=None):
    """From the queue straight to a free seat, when seats are no longer held for anyone. Raises Refused "gone", "full"."""
    now = now or timezone.now()
    training, registration = _locked(registration)
    _require(registration, "take_free_seat")
    if training.state != Training.State.PUBLISHED or training.has_begun(now):
        raise Refused("gone")
    if now < training.offers_end_at or training.free(registration.mode) == 0:
        raise Refused("full")
    _take(registration, "take_free_seat", now)
    mails.confirmed(registration)
    return registration


def offer_expires_at(training, person, now):
    """How long a seat is held: to 16.00 on the second working day, at the latest to 16.00 on the day before the training.

    Quiet periods of the person's region and library stop the clock; in the last ten days before the training it runs
    in any case.
    """
    today = days.local(now).date()
    last_quiet = days.local(training.starts_at).date() - timedelta(days=CLOCK_RUNS_DAYS_BEFORE + 1)
    quiet = [
        (first, min(last, last_quiet))
        for first, last in (person.region or training.region).quiet_periods(today, person.library)
        if first <= last_quiet
    ]
    return min(days.at(days.add_working_days(today, OFFER_WORKING_DAYS, quiet), time(16)), training.offers_end_at)


def promote(training, *, now=None):
    """Offer free seats to the first in the queue; the one function behind every path that frees a seat.

    Call it inside a transaction that holds the lock on `training`. From 16.00 on the day before nothing is held any
    more: the queue is told, and whoever comes first gets the seat.
    """
    now = now or timezone.now()
    if training.state != Training.State.PUBLISHED or training.has_begun(now):
        return
    for mode in training.modes:
        queue = list(training.registrations.queue(mode).select_related("person__library__region"))
        free = training.free(mode)
        if not queue or free == 0:
            continue
        if now >= training.offers_end_at:
            # told once for each seat that comes free, however often this is called
            last = (
                training.registrations.filter(mode=mode)
                .exclude(state=State.WAITING)
                .aggregate(moment=Max("changed_at"))["moment"]
            )
            for registration in queue:
                registration.training = training
                mails.seat_is_free(registration, occasion=f"{last and last.isoformat()}:{training.capacity(mode)}")
            continue
        for registration in queue if free is None else queue[:free]:
            registration.training = training
            offer = SeatOffer.objects.create(
                registration=registration,
                offered_at=now,
                expires_at=offer_expires_at(training, registration.person, now),
            )
            _take(registration, "offer", now)
            mails.seat_offered(registration, offer)


@transaction.atomic
def expire_offers(training, *, now=None):
    """End the offers whose time is up and promote the next. Returns how many ended."""
    now = now or timezone.now()
    training = _lock(training)
    ended = list(
        Registration.objects.filter(
            training=training, state=State.OFFERED, offers__answer=SeatOffer.Answer.OPEN, offers__expires_at__lte=now
        ).select_related("person__library__region")
    )
    for registration in ended:
        registration.training = training
        _close_offer(registration, SeatOffer.Answer.EXPIRED, now)
        _take(registration, "expire", now)
        mails.offer_expired(registration)
    if ended:
        promote(training, now=now)
    return len(ended)


def expire_all_offers(*, now=None):
    """`expire_offers` for every training that has offers past their time. Returns how many ended."""
    now = now or timezone.now()
    waiting = Training.objects.filter(
        registrations__offers__answer=SeatOffer.Answer.OPEN, registrations__offers__expires_at__lte=now
    )
    return sum(expire_offers(training, now=now) for training in waiting.distinct())


# What staff do with a training


@transaction.atomic
def publish(training, *, now=None):
    """Show a draft to everybody. Raises Refused: "state", "no_session", "past", "lacks_fi", "lacks_sv", "no_text"."""
    now = now or timezone.now()
    training = _lock(training)
    _require(training, "publish", "state")
    obstacle = why_not_publishable(training, now)
    if obstacle:
        raise Refused(obstacle)
    training.state = workflow.TRAINING["publish"].target
    training.published_at = now
    training.save(update_fields=["state", "published_at"])
    return training


def why_not_publishable(training, now):
    """The first obstacle's code, or None."""
    if not training.starts_at:
        return "no_session"
    if training.is_over(now):
        return "past"
    for language in ("fi", "sv"):
        if training.lacks(language):
            return f"lacks_{language}"
    if not (training.title_fi or training.title_sv) or not (training.summary_fi or training.summary_sv):
        return "no_text"
    return None


@transaction.atomic
def unpublish(training):
    """Take a training back to draft. Raises Refused: "state", "people" when somebody has signed up."""
    training = _lock(training)
    _require(training, "unpublish", "state")
    if training.registrations.live().exists():
        raise Refused("people")
    training.state = workflow.TRAINING["unpublish"].target
    training.save(update_fields=["state"])
    return training


@transaction.atomic
def cancel_training(training, *, reason="", now=None):
    """Call a training off: everybody in it is told and the calendars are cleared. Raises Refused "state", "past".

    `reason` maps "fi" and "sv" to texts, or is one text for both.
    """
    now = now or timezone.now()
    training = _lock(training)
    _require(training, "cancel_training", "state")
    if training.is_over(now):
        raise Refused("past")
    training.state = workflow.TRAINING["cancel_training"].target
    training.cancelled_at = now
    reasons = {"fi": reason, "sv": reason} if isinstance(reason, str) else reason
    training.cancel_reason_fi, training.cancel_reason_sv = reasons.get("fi", ""), reasons.get("sv", "")
    training.save(update_fields=["state", "cancelled_at", "cancel_reason_fi", "cancel_reason_sv"])
    training.sessions.update(revision=F("revision") + 1, changed_at=now)
    prefetch_related_objects([training], "sessions")
    for registration in training.registrations.live().select_related("person__library__region"):
        registration.training = training
        had_seat = registration.state == State.REGISTERED
        _close_offer(registration, SeatOffer.Answer.WITHDRAWN, now)
        _take(registration, "call_off", now)
        mails.training_cancelled(registration, had_seat=had_seat)
    return training


@transaction.atomic
def sessions_changed(training, *, before=None, now=None):
    """Bring the training's own times up to date with its sessions, tell participants what moved, promote the queue.

    `before` is what `snapshot(training)` gave before the change; without it nobody is told.
    """
    now = now or timezone.now()
    training = _lock(training)
    times = training.sessions.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    training.starts_at, training.ends_at = times["first"], times["last"]
    training.save(update_fields=["starts_at", "ends_at"])
    moved, removed = [], []
    if before is not None:
        sessions = {session.pk: session for session in training.sessions.all()}
        for session in sessions.values():
            was = before.get(session.pk)
            if was is None or was["what"] != _what(training, session):
                session.revision = was["session"].revision + 1 if was else session.revision
                session.changed_at = now
                session.save(update_fields=["revision", "changed_at"])
                moved.append(session)
        removed = [was["session"] for pk, was in before.items() if pk not in sessions]
        for session in removed:
            session.revision += 1
    if training.state == Training.State.PUBLISHED and not training.is_over(now):
        if len(training.modes) == 1:
            # a training day that became a webinar takes its people along
            training.registrations.live().exclude(mode=training.modes[0]).update(mode=training.modes[0])
        _hold_no_longer_than_allowed(training, now)
        if moved or removed:
            prefetch_related_objects([training], "sessions")
            # on the second day of two, those who were marked on the first are to know as well
            for registration in training.registrations.live().select_related("person__library__region"):
                registration.training = training
                mails.moved(registration, moved=moved, removed=removed, now=now)
        promote(training, now=now)
    return training


def _hold_no_longer_than_allowed(training, now):
    """Shorten open offers when a training has moved nearer; when the time of offers is past already, to its beginning."""
    latest = training.offers_end_at if training.offers_end_at > now else training.starts_at
    SeatOffer.objects.filter(
        registration__training=training, answer=SeatOffer.Answer.OPEN, expires_at__gt=latest
    ).update(expires_at=latest)


def _what(training, session):
    return (
        session.starts_at,
        session.ends_at,
        session.place_fi or training.place_fi,
        session.place_sv or training.place_sv,
        training.address,
        session.link or training.link,
        training.format,
    )


def snapshot(training):
    """What is in people's calendars now, by session, to compare with after a change."""
    return {session.pk: {"session": session, "what": _what(training, session)} for session in training.sessions.all()}


@transaction.atomic
def copy(training, *, by, now=None):
    """A new draft with the texts, themes and sessions of `training`, dates four weeks on; nobody is signed up.

    Asked for twice in a row, as by a double click, it gives the first copy again as long as nobody has changed it.
    """
    now = now or timezone.now()
    training = _lock(training)
    sessions = list(training.sessions.all())
    themes, audience, co_organisers = (
        list(training.themes.all()),
        list(training.audience.all()),
        list(training.co_organisers.all()),
    )
    shift = timedelta(weeks=4)
    while training.starts_at and training.starts_at + shift <= now:
        shift += timedelta(weeks=4)
    draft = Training.objects.get(pk=training.pk)
    draft.pk = None
    draft._state.adding = True
    draft.state = Training.State.DRAFT
    draft.published_at = draft.cancelled_at = None
    draft.cancel_reason_fi = draft.cancel_reason_sv = ""
    draft.created_by = by
    draft.series = None
    for name in ("signup_opens_at", "signup_closes_at", "cancel_until", "starts_at", "ends_at"):
        value = getattr(draft, name)
        setattr(draft, name, value and _same_clock(value, shift))
    if draft.measure and draft.starts_at and draft.measure.focus_area.plan.year != days.local(draft.starts_at).year:
        draft.measure = None  # the plan of another year does not pay for it
    if first := _same_draft(draft):
        return first
    draft.save()
    draft.themes.set(themes)
    draft.audience.set(audience)
    draft.co_organisers.set(co_organisers)
    for session in sessions:
        Session.objects.create(
            training=draft,
            starts_at=_same_clock(session.starts_at, shift),
            ends_at=_same_clock(session.ends_at, shift),
            place_fi=session.place_fi,
            place_sv=session.place_sv,
            link=session.link,
        )
    return draft


def _same_draft(draft):
    """A draft by the same person that says the same of the same time, or None."""
    names = ("created_by", "region", "kind", "title_fi", "title_sv", "summary_fi", "summary_sv", "starts_at", "ends_at")
    same = {name: getattr(draft, name) for name in names}
    same = {f"{name}__isnull" if value is None else name: value is None or value for name, value in same.items()}
    return Training.objects.filter(state=Training.State.DRAFT, **same).first() if draft.starts_at else None


def _same_clock(moment, shift):
    """`moment` moved by whole days, at the same clock in Helsinki over a change of summer time."""
    there = days.local(moment)
    return days.at(there.date() + shift, there.time())


@transaction.atomic
def mark_attendance(training, *, session, was_there, by, now=None):
    """Note who was at `session`: `was_there` maps registration keys to True, False or None (take the mark away).

    Keys of people who do not take part are left alone. Raises Refused: "state", "early" before the session's day.
    """
    now = now or timezone.now()
    training = _lock(training)
    if training.state != Training.State.PUBLISHED:
        raise Refused("state")
    if days.local(now).date() < days.local(session.starts_at).date():
        raise Refused("early")
    registrations = list(training.registrations.taking_part().filter(pk__in=was_there))
    marked = [registration for registration in registrations if was_there[registration.pk] is not None]
    unmarked = [registration.pk for registration in registrations if was_there[registration.pk] is None]
    Attendance.objects.filter(registration__in=unmarked, session=session).delete()
    Attendance.objects.bulk_create(
        [
            Attendance(
                registration=registration,
                session=session,
                was_there=was_there[registration.pk],
                marked_by=by,
                marked_at=now,
            )
            for registration in marked
        ],
        update_conflicts=True,
        unique_fields=["registration", "session"],
        update_fields=["was_there", "marked_by", "marked_at"],
    )
    marks = {}
    for pk, there in Attendance.objects.filter(registration__in=registrations).values_list("registration", "was_there"):
        marks.setdefault(pk, []).append(there)
    changed = {}
    for registration in registrations:
        there = marks.get(registration.pk)
        move = "unmark" if not there else "mark_there" if any(there) else "mark_absent"
        if registration.may(move):
            changed.setdefault(move, []).append(registration.pk)
    for move, keys in changed.items():
        training.registrations.filter(pk__in=keys).update(state=workflow.REGISTRATION[move].target, changed_at=now)


@transaction.atomic
def send_message(training, registrations, *, subject, body, by, key):
    """Write to the people of `registrations`; `subject` and `body` map "fi" and "sv" to texts. Returns to how many.

    Sent once for a `key`, however often this is called with it.
    """
    return mails.message(training, registrations, subject=subject, body=body, by=by, key=key)


@transaction.atomic
def give_seat(registration, *, now=None):
    """A seat for somebody in the queue, past the others and the number of seats: staff decide it by name.

    Raises Refused: "gone" when the person is not in the queue any more.
    """
    now = now or timezone.now()
    training, registration = _locked(registration)
    _require(registration, "give_seat")
    if training.state != Training.State.PUBLISHED or training.is_over(now):
        raise Refused("gone")
    _close_offer(registration, SeatOffer.Answer.ACCEPTED, now)
    _take(registration, "give_seat", now)
    mails.confirmed(registration)
    return registration
