"""What whoever runs a network does with its gatherings, and who was there. Each action is one transaction."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ake_portal.lib import days
from networks.models import Network
from trainings import actions, gathering_mails
from trainings.actions import Refused
from trainings.models import Attendance, Guest, Registration, Session, Training

State = Registration.State


# A series


@transaction.atomic
def make_series(network, *, key, on, begins, ends, by, now=None, **fields):
    """Publish a gathering on each of the dates `on`, from `begins` to `ends`, and tell the network's members in one mail each.

    `key` is the UUID of the series: what is sent twice is made once. `fields` are those of the Training, the same for
    all of them. Returns the trainings in order of time. Raises Refused: "state" for a network that has ended, and those
    of actions.publish.
    """
    now = now or timezone.now()
    network = Network.objects.select_for_update(of=("self",)).select_related("region").get(pk=network.pk)
    if made := list(Training.objects.filter(series=key).order_by("starts_at")):
        return made
    if network.closed_on:
        raise Refused("state")
    together = list(network.co_regions.all())
    for day in sorted(on):
        draft = Training.objects.create(network=network, region=network.region, series=key, created_by=by, **fields)
        draft.co_organisers.set(together)
        Session.objects.create(training=draft, starts_at=days.at(day, begins), ends_at=days.at(day, ends))
        actions.sessions_changed(draft, now=now)
        made.append(actions.publish(draft, now=now))
    gathering_mails.invited(network, made, key=key)
    return made


def from_here_on(training, now=None):
    """The gathering and those after it in its series that are still to come, in order of time."""
    later = Training.objects.none()
    if training.series:
        later = Training.objects.filter(
            series=training.series,
            network=training.network_id,
            state=Training.State.PUBLISHED,
            starts_at__gt=max(training.starts_at, now or timezone.now()),
        ).order_by("starts_at", "pk")
    return [training, *later]


def _to_change(training, following, now):
    """(network, [trainings]) of a change, the network's row being the lock. Raises Refused "state", "past"."""
    network = Network.objects.select_for_update(of=("self",)).select_related("region").get(pk=training.network_id)
    training = Training.objects.get(pk=training.pk)
    if training.state != Training.State.PUBLISHED:
        raise Refused("state")
    if training.is_over(now):
        raise Refused("past")
    return network, from_here_on(training, now) if following else [training]


def _signed_up(trainings):
    """The keys of those who hear of a change by their own sign-up."""
    live = Registration.objects.live().filter(training__in=trainings)
    return set(live.order_by().values_list("person", flat=True))


def moved_to(session, shift, begins=None, ends=None):
    """(start, end) of a session `shift` (a timedelta of days) later, at its own clock in Helsinki or at another."""
    start, end = days.local(session.starts_at), days.local(session.ends_at)
    return (
        days.at(start.date() + shift, begins or start.time()),
        days.at(end.date() + shift, ends or end.time()),
    )


@transaction.atomic
def move(training, *, day, begins, ends, following=False, now=None, **fields):
    """Hold a gathering on `day` from `begins` to `ends`; with `following` those after it move by as many days, to the same clock.

    `fields` (place_fi, place_sv, link) are changed with it. Who has signed up gets the mail of the own sign-up, the
    other members one mail about all of it. Returns the trainings. Raises Refused: "state", "past".
    """
    now = now or timezone.now()
    network, trainings = _to_change(training, following, now)
    shift = timedelta(days=(day - days.local(trainings[0].starts_at).date()).days)
    moved = [_move(one, shift, begins, ends, fields, now) for one in trainings]
    # sent twice, the second changes nothing and tells nobody
    changed = [one for one in moved if one.sessions.filter(changed_at=now).exists()]
    if changed:
        key = f"{training.pk}:{now.isoformat()}"
        gathering_mails.moved(network, changed, key=key, without=_signed_up(trainings))
    return moved


def _move(training, shift, begins, ends, fields, now):
    before = actions.snapshot(training)
    for name, value in fields.items():
        setattr(training, name, value)
    for name in ("signup_opens_at", "signup_closes_at", "cancel_until"):
        if moment := getattr(training, name):
            there = days.local(moment)
            setattr(training, name, days.at(there.date() + shift, there.time()))
    training.save(update_fields=[*fields, "signup_opens_at", "signup_closes_at", "cancel_until"])
    for number, session in enumerate(training.sessions.all()):
        # of a gathering with several sessions the first has the new clock, the others keep theirs
        session.starts_at, session.ends_at = moved_to(session, shift, *((begins, ends) if not number else ()))
        if session.starts_at <= now:
            raise Refused("past")
        session.save(update_fields=["starts_at", "ends_at"])
    return actions.sessions_changed(training, before=before, now=now)


@transaction.atomic
def call_off(training, *, reason, following=False, now=None):
    """Call a gathering off, with `following` those after it too; `reason` maps "fi" and "sv" to texts.

    Who has signed up gets the mail of the own sign-up, the other members one mail about all of it. Returns the
    trainings. Raises Refused: "state", "past".
    """
    now = now or timezone.now()
    network, trainings = _to_change(training, following, now)
    without = _signed_up(trainings)
    gone = [actions.cancel_training(one, reason=reason, now=now) for one in trainings]
    gathering_mails.called_off(network, gone, key=f"{training.pk}:{now.isoformat()}", without=without)
    return gone


# Who was there


@dataclass(frozen=True)
class Numbers:
    """How many people were at a gathering, and from how many libraries."""

    people: int
    libraries: int


def numbers(training):
    """Numbers of those who were there: who signed up and came, who checked in, and who was entered afterwards."""
    attended = training.registrations.filter(state=State.ATTENDED).order_by()
    guests = training.guests.order_by()
    libraries = {*attended.values_list("library", flat=True), *guests.values_list("library", flat=True)} - {None}
    return Numbers(attended.count() + (guests.aggregate(n=Sum("number"))["n"] or 0), len(libraries))


def check_in_state(training, now=None):
    """ "open" on the days of the gathering and on the day after, else "early", "closed" or why not: "state"."""
    if training.state != Training.State.PUBLISHED or not training.is_drop_in:
        return "state"
    today = days.local(now or timezone.now()).date()
    if today < days.local(training.starts_at).date():
        return "early"
    return "open" if today <= days.local(training.ends_at).date() + timedelta(days=1) else "closed"


def _session_at(training, now):
    """The last session that begins today or has begun."""
    tomorrow = days.local(now).date() + timedelta(days=1)
    sessions = list(training.sessions.all())
    begun = [session for session in sessions if days.local(session.starts_at).date() < tomorrow]
    return (begun or sessions)[-1]


def _was_there(training, person, by, now):
    """The person's registration, marked as attended; made where there is none."""
    registration = training.registrations.live().filter(person=person).first()
    if registration is None:
        registration = Registration.objects.create(
            training=training,
            person=person,
            mode=training.modes[0],
            state=State.ATTENDED,
            library=person.library,
            municipality_id=person.branch.municipality_id if person.branch else None,
            added_by=by if by != person else None,
            created_at=now,
            changed_at=now,
        )
    elif registration.may("mark_there"):
        registration.state, registration.changed_at = State.ATTENDED, now
        registration.save(update_fields=["state", "changed_at"])
    Attendance.objects.update_or_create(
        registration=registration,
        session=_session_at(training, now),
        defaults={"was_there": True, "marked_by": by, "marked_at": now},
    )
    return registration


@transaction.atomic
def check_in(training, *, person, now=None):
    """`person` says: I am here. Twice is once. Raises Refused: "state", "early", "closed"."""
    now = now or timezone.now()
    training = actions.lock(training)
    state = check_in_state(training, now)
    if state != "open":
        raise Refused(state)
    return _was_there(training, person, person, now)


@transaction.atomic
def check_in_guest(training, *, name, library=None, now=None):
    """Somebody who is not signed in says so, by name and library. Twice is once. Raises Refused: "state", "early", "closed"."""
    now = now or timezone.now()
    training = actions.lock(training)
    state = check_in_state(training, now)
    if state != "open":
        raise Refused(state)
    there = training.guests.filter(name__iexact=name, library=library).first()
    return there or training.guests.create(name=name, library=library, entered_at=now)


@transaction.atomic
def enter(training, *, there, listed, guests, gone, by, now=None):
    """Who was at a drop-in gathering, entered afterwards on one page.

    `there` are people of those `listed`; the others of them count as not there. `guests` are (name, key of the
    library, number), `gone` the keys of guests to take away. Raises Refused: "state", "early" before the day.
    """
    now = now or timezone.now()
    training = actions.lock(training)
    if training.state != Training.State.PUBLISHED:
        raise Refused("state")
    if days.local(now).date() < days.local(training.starts_at).date():
        raise Refused("early")
    if training.is_drop_in:
        keys = {person.pk for person in there}
        not_there = [person.pk for person in listed if person.pk not in keys]
        training.registrations.filter(person__in=not_there).delete()
        for person in there:
            _was_there(training, person, by, now)
    training.guests.filter(pk__in=gone).delete()
    Guest.objects.bulk_create(
        Guest(training=training, name=name, library_id=library, number=number, entered_by=by, entered_at=now)
        for name, library, number in guests
    )
