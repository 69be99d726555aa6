"""What a person has when, as far as trainings go: for the home page, the own page and the private feed."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import cache

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from ake_portal.lib.prepared import Prepared
from trainings import mails
from trainings.models import Registration, RegistrationQuerySet, SeatOffer, Training

State = Registration.State


def registrations_of(person):
    """The person's registrations with their training and its region, in one query.

    Annotated with `place_in_queue` (1 for the first, None when not waiting) and `offer_until` (the moment until which
    a seat is held, None when none is).
    """
    ahead = (
        Registration.objects.filter(
            training=OuterRef("training"), mode=OuterRef("mode"), state=State.WAITING, pk__lte=OuterRef("pk")
        )
        .order_by()
        .values("training")
        .annotate(n=Count("pk"))
        .values("n")
    )
    offer = SeatOffer.objects.filter(registration=OuterRef("pk"), answer=SeatOffer.Answer.OPEN).order_by()
    return person.registrations.select_related("training__region").annotate(
        place_in_queue=Case(
            When(state=State.WAITING, then=Coalesce(Subquery(ahead), 0)), default=None, output_field=IntegerField()
        ),
        offer_until=Subquery(offer.values("expires_at")[:1]),
    )


# Plain querysets, made once
ALL = RegistrationQuerySet(Registration)
LIVE = ALL.live()
# The seats that are taken by mode and state, and which of them is the reader's, now or earlier: one look for all
SEATS = Prepared(
    lambda training, person: (
        ALL.filter(Q(state__in=Registration.LIVE) | Q(person=person), training=training)
        .order_by()
        .values_list("mode", "state")
        .annotate(
            n=Count("*"),
            n_own=Count("pk", filter=Q(person=person)),
            own=Max("pk", filter=Q(person=person)),
            added_by=Max("added_by", filter=Q(person=person)),
        )
    ),
    int,
    int,
)
NOBODY = 0


def seats_and_own(training, person):
    """({(mode, holds a seat): number} of a training, the person's live registration or None, the number of those that are over), in one query.

    The registration knows its mode and state, and `offer_until` when a seat is offered; it loads the rest when asked.
    """
    taken, own, earlier = Counter(), None, 0
    for mode, state, number, number_own, key, added_by in SEATS(training.pk, person.pk or NOBODY):
        if state not in Registration.LIVE:
            earlier += number_own
            continue
        taken[mode, state != State.WAITING] += number
        if key:
            names = ["id", "training_id", "person_id", "mode", "state", "added_by_id"]
            own = Registration.from_db("default", names, [key, training.pk, person.pk, mode, state, added_by])
    if own:
        own.training = training
        if own.state == State.OFFERED:
            offers = own.offers.filter(answer=SeatOffer.Answer.OPEN)
            own.offer_until = offers.values_list("expires_at", flat=True).first()
    return taken, own, earlier


def coming(person, now=None):
    """Live registrations for trainings that have not ended, the next first: seats, places in the queue, offers."""
    return (
        registrations_of(person)
        .live()
        .filter(training__ends_at__gte=now or timezone.now())
        .order_by("training__starts_at", "pk")
    )


# With what a card shows of a training
CARDS = (
    LIVE.select_related("training")
    .only(
        *("training_id", "mode", "state"),
        *(f"training__{name}" for name in ("kind", "texts", "title_fi", "title_sv", "starts_at", "network_id")),
    )
    .order_by("training__starts_at", "pk")
)
COMING_CARDS = Prepared(lambda person, now: CARDS.filter(person=person, training__ends_at__gte=now), int, datetime)


def cards(person, now=None):
    """`coming` as a list that tells less of each training: for pages whose subject is another."""
    now = now or timezone.now()
    registrations = COMING_CARDS(person.pk, now)
    if any(row.state in (State.WAITING, State.OFFERED) for row in registrations):
        in_line = registrations_of(person).filter(state__in=[State.WAITING, State.OFFERED])
        known = {pk: rest for pk, *rest in in_line.values_list("pk", "place_in_queue", "offer_until")}
        for row in registrations:
            row.place_in_queue, row.offer_until = known.get(row.pk, (None, None))
    return registrations


def past(person, now=None):
    """Registrations with a seat in trainings that are over, the latest first."""
    return (
        registrations_of(person)
        .taking_part()
        .filter(training__ends_at__lt=now or timezone.now())
        .order_by("-training__starts_at", "-pk")
    )


def offers_among(registrations, now=None):
    """`waiting_for` of registrations that are loaded."""
    now = now or timezone.now()
    held = [row for row in registrations if row.state == State.OFFERED and row.offer_until and row.offer_until > now]
    return sorted(held, key=lambda row: row.offer_until)


def waiting_for(person, now=None):
    """What the person has to answer: registrations with a seat held for them, the most urgent first."""
    return (
        registrations_of(person)
        .filter(state=State.OFFERED, offer_until__gt=now or timezone.now())
        .order_by("offer_until")
    )


GATHERINGS = 6  # of one's networks on a page about oneself
# No sign-up of one's own, or none that has come to a seat yet; who has left or declined does not come
WITHOUT_SEAT = Q(own_state=None) | Q(own_state__in=[State.WAITING, State.OFFERED])


def gatherings_coming(person, now=None):
    """Gatherings of the person's networks that have not ended and that the person has not signed up for, the next first.

    Like `coming`: each as a Registration, of which there is no row.
    """
    held = Training.objects.gatherings_for(person).filter(own_state=None).coming(now)
    held = held.defer(*Training.LONG_TEXTS)[:GATHERINGS]
    return [Registration(training=training, person=person, mode=training.modes[0], state="") for training in held]


def _gatherings_for(user, since, until):
    """[(session, calendar entry)] of gatherings of the user's networks that the user has no seat in."""
    held = Training.objects.gatherings_for(user).filter(
        WITHOUT_SEAT,
        Q(is_drop_in=True) | Q(ends_at__gte=timezone.now()),  # without a seat nobody was there
        ends_at__gte=since,
        starts_at__lte=until,
    )
    entries = []
    for training in held.prefetch_related("sessions").order_by("starts_at", "pk"):
        for session in training.sessions.all():
            entry = mails.members_entry(session, training, user.language)
            if not training.is_drop_in and not training.is_cancelled:
                said = gettext("You have no seat yet.") if training.own_state else gettext("You have not signed up.")
                entry = replace(entry, tentative=True, text="\n\n".join(part for part in (said, entry.text) if part))
            entries.append((session, entry))
    return entries


def events_for(user, since, until):
    """Calendar entries of the sessions between two moments that `user` has a seat in or that the user's networks meet in.

    What is called off stays, marked so. Each session comes once, with the UID that it has everywhere.
    """
    called_off = Q(state=State.CANCELLED, training__state=Training.State.CANCELLED)
    registrations = (
        user.registrations.filter(
            Q(state__in=[State.REGISTERED, State.ATTENDED, State.ABSENT])
            | called_off & Q(changed_at=F("training__cancelled_at")),
            training__ends_at__gte=since,
            training__starts_at__lte=until,
        )
        .select_related("training__region")
        .prefetch_related("training__sessions")
        .order_by("training__starts_at", "pk")
    )
    own = [
        (session, mails.own_entry(session, registration))
        for registration in registrations
        for session in registration.training.sessions.all()
    ]
    return [
        entry
        for session, entry in [*own, *_gatherings_for(user, since, until)]
        if session.ends_at >= since and session.starts_at <= until
    ]


@cache
def _of_staff(number, most):
    """Seats that the staff of so many libraries have in trainings to come: one more than `most`, or all."""

    def build(now, *libraries):
        registrations = (
            Registration.objects.taking_part()
            .filter(
                person__library__in=libraries,
                training__state=Training.State.PUBLISHED,
                training__ends_at__gte=now,
            )
            .select_related("training", "person")
            .only(
                *("training", "person"),
                *(f"training__{name}" for name in ("kind", "title_fi", "title_sv", "texts", "starts_at", "ends_at")),
                *(f"person__{name}" for name in ("first_name", "last_name", "email")),
            )
            .order_by("training__starts_at", "training_id", "pk")
        )
        return registrations[: most and most + 1]

    return Prepared(build, datetime, *[int] * number)


def staff_coming(libraries, now=None, most=None):
    """[(training, [people with a seat])] of the trainings to come in which staff of `libraries` take part, the next first.

    `most` is how many seats to look at; a training whose people are not all among them is left out.
    """
    rows = _of_staff(len(libraries), most)(now or timezone.now(), *[library.pk for library in libraries])
    found = {}
    for registration in rows:
        found.setdefault(registration.training_id, (registration.training, []))[1].append(registration.person)
    if most and len(rows) > most and len(found) > 1:
        found.popitem()
    return list(found.values())
