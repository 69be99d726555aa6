"""What happens to a cohort and to an application, one verb each, one transaction each. The moves are those of workflow."""

from contextlib import suppress
from datetime import time

from django.db import transaction
from django.utils import timezone

from ake_portal.lib import days
from mentoring import fitting, mails, mentor_mails, workflow
from mentoring.models import Application, Cohort, Group, Meeting, Theme, TopicWish

State = Application.State
ANSWER_DAYS = 3  # working days to accept a place that comes free later
JOINS_UNTIL_MEETING = 2  # a group that has met twice takes in nobody from the list by itself
FROM_LIST = "from_list"  # in placed_because


class Refused(Exception):
    """An action that cannot be done; `codes` tell why, keys of messages.TEXTS."""

    def __init__(self, *codes):
        super().__init__(*codes)
        self.codes = codes


def lock(cohort, move=None):
    """The cohort's row, locked. Raises Refused "state" when `move` does not begin where it stands."""
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("region").get(pk=cohort.pk)
    if move and not cohort.may(move):
        raise Refused("state")
    return cohort


def advance(cohort, move, now, **changes):
    """Write that the locked cohort has taken `move`, and what changes with it."""
    cohort.state = workflow.COHORT[move].target
    cohort.state_since = now or timezone.now()
    for name, value in changes.items():
        setattr(cohort, name, value)
    cohort.save(update_fields=["state", "state_since", *changes])
    return cohort


# The person


def of(cohort, person):
    """The person's application to the cohort, whatever its state; an unsaved one where there is none."""
    found = Application.objects.filter(cohort=cohort, person=person).select_related("group__topic").first()
    if found is None:
        return Application(cohort=cohort, person=person, library=person.library, state="", languages=[])
    found.cohort, found.person = cohort, person
    return found


def why_not_apply(cohort, person, now=None):
    """Code of what keeps `person` from applying, or nothing."""
    if not cohort.takes_applications_at(now or timezone.now()):
        return "deadline"
    if not person.is_confirmed:
        return "unconfirmed"
    if not cohort.takes(person):
        return "elsewhere"
    return ""


@transaction.atomic
def apply(cohort, *, person, topics, now=None, **values):
    """Apply to the cohort, or change an application that is there. Returns the Application.

    `topics` are wished for in their order; `values` are brings, learns, languages, times, employer_agrees, superior_email.
    Raises Refused: "state", "deadline", "unconfirmed", "elsewhere".
    """
    now = now or timezone.now()
    cohort = lock(cohort)
    obstacle = why_not_apply(cohort, person, now)
    if obstacle:
        raise Refused(obstacle)
    application = of(cohort, person)
    is_new = application.may("apply")
    if not is_new and not application.may("change"):
        raise Refused("state")
    for name, value in values.items():
        setattr(application, name, value)
    if is_new:
        application.state, application.state_since, application.applied_at = State.APPLIED, now, now
        application.library = person.library
    application.save()
    application.wishes.all().delete()
    TopicWish.objects.bulk_create(
        TopicWish(application=application, topic=topic, rank=rank) for rank, topic in enumerate(topics, start=1)
    )
    if is_new:
        mails.applied(application)
    return application


def _lock_application(application, move):
    """The application with its cohort locked. Raises Refused "state"."""
    cohort = lock(application.cohort)
    application = Application.objects.select_related("person__library__region", "group").get(pk=application.pk)
    application.cohort = cohort
    if not application.may(move):
        raise Refused("state")
    return application


def _go(application, move, now=None, **changes):
    application.state = workflow.APPLICATION[move].target
    application.state_since = now or timezone.now()
    for name, value in changes.items():
        setattr(application, name, value)
    application.save(update_fields=["state", "state_since", *changes])
    return application


@transaction.atomic
def withdraw(application, *, now=None):
    """Take the application back. Raises Refused "state"."""
    application = _lock_application(application, "withdraw")
    return _go(application, "withdraw", now, group=None, placed_because="")


@transaction.atomic
def accept(application, *, now=None):
    """Take the place that is offered. Raises Refused "state", also when the answer comes too late."""
    now = now or timezone.now()
    application = _lock_application(application, "accept")
    if application.offer_until <= now or application.cohort.state != Cohort.State.RUNNING:
        raise Refused("state")
    group = _lock_group(application)
    if group.mentor_id == application.person_id:  # who belongs to the group is one of equals
        group.mentor = None
        group.save(update_fields=["mentor"])
    _go(application, "accept", now, offer_until=None)
    mails.welcome(application, application.group.meetings.coming(now))
    return application


@transaction.atomic
def decline(application, *, now=None):
    """Not take the place that is offered; it goes to the next on the list. Raises Refused "state"."""
    application = _go(_lock_application(application, "decline"), "decline", now, offer_until=None)
    _offer_to_next(application, now)
    return application


@transaction.atomic
def leave(application, *, named=True, now=None):
    """Belong to the group no more; the others are told, without a name unless `named`. Raises Refused "state".

    Before the group's second meeting the place goes to the next on the list.
    """
    now = now or timezone.now()
    application = _lock_application(application, "leave")
    group = _lock_group(application)
    _go(application, "leave", now)
    Theme.voters.through.objects.filter(theme__group=group, theme__meeting=None, user=application.person).delete()
    if group.convenor_id == application.person_id:
        group.convenor = None
        group.save(update_fields=["convenor"])
    mails.left(application, application.person if named else "")
    if named:  # who is being erased gets no more mails
        mails.parted(application, group.meetings.coming(now))
    if group.meetings.filter(starts_at__lte=now, cancelled_at=None).count() < JOINS_UNTIL_MEETING:
        _offer_to_next(application, now)
    return application


def _lock_group(application):
    """The application's group, locked: whoever plans its meetings at the same time sees who belongs to it, or waits."""
    application.group = (
        Group.objects.select_for_update(of=("self",)).select_related("topic").get(pk=application.group_id)
    )
    application.group.cohort = application.cohort
    return application.group


def _offer_to_next(application, now):
    """The place of `application` has come free: offer it to the next on the list who fits the group, if there is one."""
    cohort = application.cohort
    group = cohort.groups.get(pk=application.group_id)
    group.cohort = cohort
    following = fitting.next_on_list(group) if cohort.state == Cohort.State.RUNNING else None
    if following:
        following.group, following.placed_because = group, FROM_LIST
        following.save(update_fields=["group", "placed_because"])
        offer(following, now=now)


# The AKE


def why_not_publishable(cohort, now=None):
    """Codes of what keeps a cohort from everybody's eyes."""
    now = now or timezone.now()
    lacks = [
        f"no_{name}_{language}"
        for name in Cohort.TRANSLATIONS_NEEDED
        for language in ("fi", "sv")
        if not getattr(cohort, f"{name}_{language}")
    ]
    if not cohort.topics.exists():
        lacks.append("no_topics")
    if cohort.deadline <= now:
        lacks.append("deadline_passed")
    return lacks


@transaction.atomic
def publish(cohort, *, now=None):
    """Open the cohort for applications. Raises Refused with the codes of what lacks."""
    cohort = lock(cohort, "publish")
    lacks = why_not_publishable(cohort, now)
    if lacks:
        raise Refused(*lacks)
    return advance(cohort, "publish", now)


@transaction.atomic
def form(cohort, *, now=None):
    """End the time of applying and begin to form groups. Raises Refused: "state", "deadline_not_passed"."""
    now = now or timezone.now()
    cohort = lock(cohort, "form")
    if now < cohort.deadline:
        raise Refused("deadline_not_passed")
    return advance(cohort, "form", now)


@transaction.atomic
def reopen(cohort, *, deadline, answer_until, now=None):
    """Take applications again until a new deadline; the groups thought of so far go. Raises Refused: "state", "deadline_passed"."""
    now = now or timezone.now()
    cohort = lock(cohort, "reopen")
    if deadline <= now or answer_until <= deadline:
        raise Refused("deadline_passed")
    clear_groups(cohort)
    return advance(cohort, "reopen", now, deadline=deadline, answer_until=answer_until)


def clear_groups(cohort):
    """Forget the groups that have not been announced."""
    cohort.applications.filter(state=State.APPLIED).update(group=None, placed_because="")
    cohort.groups.all().delete()


@transaction.atomic
def cancel(cohort, *, reason, by, now=None):
    """Call the cohort off; those who have applied get the reason. Raises Refused: "state", "no_reason"."""
    cohort = lock(cohort, "cancel")
    if cohort.state != Cohort.State.DRAFT and not reason.strip():
        raise Refused("no_reason")
    now = now or timezone.now()
    was_announced = cohort.state == Cohort.State.RUNNING
    advance(cohort, "cancel", now, reason=reason.strip()[:500])
    meetings = cancel_meetings(cohort, now)
    for application in cohort.applications.live().select_related("person__library__region", "group__topic"):
        application.cohort = cohort
        gone = meetings.get(application.group_id, []) if application.is_member else []
        mails.called_off(application, by, gone)
    if was_announced:  # before that, no mentor has heard of it
        mentor_mails.all_freed(cohort, meetings, now=now)
    return cohort


def cancel_meetings(cohort, now):
    """Cancel what the cohort's groups have before them. Returns {key of a group: [its meetings]}."""
    list(Group.objects.select_for_update().filter(cohort=cohort).order_by("pk"))  # nobody plans meanwhile
    found = {}
    for meeting in Meeting.objects.coming(now).filter(group__cohort=cohort, starts_at__gt=now):
        meeting.cancelled_at = meeting.changed_at = now
        meeting.revision += 1
        meeting.save(update_fields=["cancelled_at", "changed_at", "revision"])
        found.setdefault(meeting.group_id, []).append(meeting)
    return found


# Places


@transaction.atomic
def offer(application, *, until=None, now=None):
    """Offer a place in the application's group. Raises Refused: "state", "full".

    It is answered by the moment `until`; by itself that is the cohort's, or some working days from now if that is later.
    """
    now = now or timezone.now()
    application = _lock_application(application, "offer")
    cohort = application.cohort
    if cohort.state != Cohort.State.RUNNING or application.group is None:
        raise Refused("state")
    held = application.group.applications.filter(state__in=Application.HOLDS_PLACE).count()
    if held >= cohort.largest:
        raise Refused("full")
    if until is None:
        today = days.local(now).date()
        last = days.add_working_days(today, ANSWER_DAYS, cohort.region.quiet_periods(today))
        until = max(cohort.answer_until, days.at(last, time(16)))
    _go(application, "offer", now, offer_until=until)
    mails.place_offered(application)
    return application


@transaction.atomic
def put_on_list(application, *, now=None):
    """No place at announcing: the applicant waits for one that comes free. Raises Refused "state"."""
    application = _lock_application(application, "list")
    _go(application, "list", now)
    mails.listed(application)
    return application


@transaction.atomic
def expire(application, *, now=None):
    """The answer's deadline has passed; the place goes to the next on the list. Raises Refused "state"."""
    now = now or timezone.now()
    application = _lock_application(application, "expire")
    if application.offer_until > now:
        raise Refused("state")
    _go(application, "expire", now, offer_until=None)
    mails.place_expired(application)
    _offer_to_next(application, now)
    return application


def tick(now=None):
    """What the clock does: applications end, places that nobody answered expire. Safe to run twice, at the same time too."""
    now = now or timezone.now()
    for cohort in Cohort.objects.filter(state=Cohort.State.OPEN, deadline__lte=now):
        _unless_done(form, cohort, now)
    late = Application.objects.filter(state=State.OFFERED, offer_until__lte=now).select_related("cohort")
    for application in late:
        _unless_done(expire, application, now)


def _unless_done(move, thing, now):
    with suppress(Refused):  # another run was faster
        move(thing, now=now)
