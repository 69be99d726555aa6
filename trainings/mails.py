"""One function per mail about trainings. All are stored with the change that causes them."""

from dataclasses import replace

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override

from ake_portal.lib import calendars, days, links, words
from ake_portal.lib.prepared import Prepared
from notifications.models import Mail
from notifications.outbox import compose, post, post_all, render
from trainings.models import Mode, Registration, Session


def _page(training, language):
    with override(language):
        return settings.SITE_URL + training.get_absolute_url()


def _link(name, registration):
    """Address of a page where the person of `registration` can act without signing in."""
    with override(registration.person.language):
        return settings.SITE_URL + reverse(
            f"trainings:{name}", args=[links.token("trainings.registration", registration, registration.person)]
        )


def entry(session, training, language, *, mode=None):
    """A session as calendar entry in `language`; the remote link only for who takes part remotely."""
    with override(language):
        link = (session.link or training.link) if mode == Mode.REMOTE else ""
        place = ", ".join(part for part in (training.place_in(session), training.address) if part)
        no_sign_up = gettext("Nobody signs up: just come") if training.is_drop_in and not training.is_cancelled else ""
        return calendars.Entry(
            uid=f"session-{session.uid}@ake-portal",
            sequence=session.revision,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            summary=gettext("Cancelled: %(title)s") % {"title": training.title}
            if training.is_cancelled
            else training.title,
            place=place if place and training.is_drop_in else link or place,
            text="\n\n".join(part for part in (training.summary, no_sign_up, link) if part),
            url=settings.SITE_URL + training.get_absolute_url(),
            cancelled=training.is_cancelled,
            changed_at=training.cancelled_at or session.changed_at,
        )


def own_entry(session, registration):
    """The entry of who takes part. Signing up, leaving and signing up again each have a greater SEQUENCE than the last."""
    training = registration.training
    made = entry(session, training, registration.person.language, mode=registration.mode)
    # What is called off has its next revision already
    has_left = not registration.is_live and not training.is_cancelled
    return replace(made, sequence=made.sequence + 2 * registration.earlier + has_left)


def members_entry(session, training, language):
    """The entry of a member of the network whose gathering it is: who just comes gets the link."""
    return entry(session, training, language, mode=Mode.REMOTE if training.shows_link_to_members else None)


def _invitations(registration, sessions, method):
    """(method, calendar file) of each session, stamped now."""
    training, person = registration.training, registration.person
    with override(person.language):
        organiser = (training.region.title, training.region.email)
    make = calendars.request if method == "REQUEST" else calendars.cancel
    return [
        (
            method,
            make(
                replace(own_entry(session, registration), changed_at=None),
                organiser=organiser,
                attendee=(person.get_full_name(), person.email),
            ),
        )
        for session in sessions
    ]


SESSIONS = Prepared(lambda training: QuerySet(Session).filter(training=training), int)


def _sessions(training):
    """The sessions of a training; read with it when there are many mails to write."""
    return (
        list(training.sessions.all())
        if "sessions" in getattr(training, "_prefetched_objects_cache", ())
        else SESSIONS(training.pk)
    )


def _context(registration):
    training, language = registration.training, registration.person.language
    sessions = _sessions(training)
    with override(language):
        where = ", ".join(part for part in (training.place_in(training), training.address) if part)
        when = [
            words.period(session.starts_at, session.ends_at)
            + (f", {session.place}" if session.place and training.place_in(session) else "")
            for session in sessions
        ]
    join_urls = (
        {session.link or training.link for session in sessions} - {""} if registration.mode == Mode.REMOTE else ()
    )
    return {
        "registration": registration,
        "training": training,
        "sessions": sessions,
        "when": when,
        "where": "" if registration.mode == Mode.REMOTE else where,
        "remotely": registration.mode == Mode.REMOTE,
        "join_urls": sorted(join_urls),
        "page_url": _page(training, language),
    }


def _post(name, registration, what, *, method=None, **options):
    """Post mail/trainings/<name>, once for this registration and `what` (an occasion or revision).

    With a `method` (REQUEST or CANCEL) all sessions go along as calendar files.
    """
    context = _context(registration)
    if method:
        options["calendars"] = _invitations(registration, context["sessions"], method)
    post(
        f"trainings/{name}",
        to=registration.person,
        key=f"trainings/{name}:{registration.pk}:{what}",
        region=registration.training.region,
        **context,
        **options,
    )


def confirmed(registration):
    """You have a seat; the sessions as calendar invitations."""
    _post(
        "confirmed",
        registration,
        registration.changed_at.isoformat(),
        method="REQUEST",
        cancel_url=_link("cancel_by_link", registration),
    )


def queued(registration, *, position):
    """You are in the queue, at this place."""
    _post(
        "queued",
        registration,
        "first",
        position=position,
        cancel_url=_link("cancel_by_link", registration),
    )


def seat_offered(registration, offer):
    """A seat is held for you until a moment: take it or leave it."""
    _post(
        "seat_offered",
        registration,
        offer.pk,
        offer=offer,
        answer_url=_link("offer_by_link", registration),
        urgency=Mail.Urgency.CODE,
        secret=True,
    )


def offer_expired(registration):
    """The seat went to the next in the queue."""
    _post("offer_expired", registration, registration.changed_at.isoformat())


def seat_is_free(registration, *, occasion):
    """A seat has come free at the last moment: whoever comes first gets it. Told once for each `occasion`."""
    _post(
        "seat_is_free",
        registration,
        occasion,
        answer_url=_link("offer_by_link", registration),
        urgency=Mail.Urgency.CODE,
        secret=True,
    )


def left(registration, *, had_seat, by_staff):
    """You are no longer signed up; the calendar entries are taken away."""
    _post(
        "left",
        registration,
        registration.changed_at.isoformat(),
        had_seat=had_seat,
        by_staff=by_staff,
        method="CANCEL" if had_seat else None,
    )


def training_cancelled(registration, *, had_seat):
    """The training is called off, with the reason; the calendar entries are taken away."""
    _post(
        "training_cancelled",
        registration,
        "cancelled",
        had_seat=had_seat,
        method="CANCEL" if had_seat else None,
        urgency=Mail.Urgency.MASS,
    )


def moved(registration, *, moved, removed, now):
    """Time or place has changed; for those with a seat the calendar entries with their next SEQUENCE."""
    revision = "-".join(str(session.pk) + "r" + str(session.revision) for session in moved) or "removed"
    had_entries = registration.state not in (Registration.State.WAITING, Registration.State.OFFERED)
    with override(registration.person.language):
        taken_out = [words.period(session.starts_at, session.ends_at) for session in removed]
    _post(
        "moved",
        registration,
        f"{revision}:{now.isoformat()}",
        removed=taken_out,
        position=registration.queue_position,
        calendars=_invitations(registration, moved, "REQUEST") + _invitations(registration, removed, "CANCEL")
        if had_entries
        else [],
        cancel_url=_link("cancel_by_link", registration),
        urgency=Mail.Urgency.MASS,
    )


def starts_soon(registration, session, key, *, now):
    """Reminder: today, tomorrow or in a week, where and how."""
    day, today = days.local(session.starts_at).date(), days.local(now).date()
    with override(registration.person.language):
        clock = words.clock(session.starts_at)
        soon = {
            0: gettext("Today at %(clock)s") % {"clock": clock},
            1: gettext("Tomorrow at %(clock)s") % {"clock": clock},
        }.get((day - today).days, gettext("On %(day)s at %(clock)s") % {"day": words.day(day), "clock": clock})
    post(
        "trainings/starts_soon",
        to=registration.person,
        key=key,
        region=registration.training.region,
        urgency=Mail.Urgency.MASS,
        session=session,
        soon=soon,
        cancel_url=_link("cancel_by_link", registration) if registration.can_cancel(now) else "",
        **_context(registration),
    )


def preview(name, registration, **options):
    """What mail/trainings/<name> would say to the person of `registration`: {"language", "subject", "text"}."""
    language = registration.person.language
    subject, text, _html = render(
        f"trainings/{name}",
        language,
        person=registration.person,
        region=registration.training.region,
        **{**_context(registration), **options},
    )
    return {"language": language, "subject": subject, "text": text}


def message(training, registrations, *, subject, body, by, key):
    """A message from staff to participants: `subject` and `body` map "fi" and "sv" to texts. Returns the number of mails."""
    composed = []
    for registration in registrations:
        person = registration.person
        registration.training = training
        composed.append(
            compose(
                "trainings/message",
                to=person,
                key=f"trainings/message:{key}:{registration.pk}",
                region=training.region,
                urgency=Mail.Urgency.MASS,
                message_subject=subject[person.language],
                message_body=body[person.language],
                by=by,
                **_context(registration),
            )
        )
    post_all(composed)
    return len(composed)
