"""From applications to groups: what the system proposes, what the coordinator changes, announcing, and the list afterwards.

All of it holds the cohort's row, so that two coordinators, or two who decline at once, go one after the other.
"""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from mentoring import actions, fitting, forming, mentor_mails, mentors
from mentoring.actions import Refused, advance, lock
from mentoring.models import Application, Cohort, Group

State = Application.State
BY_HAND = "by_hand"  # in Application.placed_because beside the reasons and rules of forming
ANY = object()


def _forming(cohort):
    """The cohort, locked while its groups are formed. Raises Refused "state"."""
    cohort = lock(cohort)
    if cohort.state != Cohort.State.FORMING:
        raise Refused("state")
    return cohort


def _group(group, cohort, *, locked=False):
    """The group as it is now, of the locked cohort; itself `locked`, too, where its members may be about to change it.

    Raises Refused "moved" when somebody has removed it.
    """
    if group.cohort_id != cohort.pk:
        raise Refused("elsewhere_group")
    groups = cohort.groups.select_for_update() if locked else cohort.groups
    group = groups.filter(pk=group.pk).first()
    if group is None:
        raise Refused("moved")
    group.cohort = cohort
    return group


# Forming


@transaction.atomic
def propose(cohort, *, groups_at_most=None, now=None):
    """Form groups anew by the rules, in place of those that are there, `groups_at_most` if that is given.

    Returns the forming.Proposal. Raises Refused "state".
    """
    cohort = _forming(cohort)
    actions.clear_groups(cohort)
    applications = {one.pk: one for one in fitting.people_in(cohort)}
    rules = replace(fitting.rules_of(cohort), groups_at_most=groups_at_most)
    proposal = forming.propose(list(fitting.applicants_of(applications.values()).values()), rules)
    made, numbers = [], {}
    for group in proposal.groups:
        numbers[group.topic] = numbers.get(group.topic, 0) + 1
        made.append(
            Group.objects.create(
                cohort=cohort,
                topic_id=group.topic,
                number=numbers[group.topic],
                language=group.language,
                slot=group.time,
            )
        )
    for placement in proposal.placements:
        application = applications[placement.key]
        application.group, application.placed_because = made[placement.group], placement.reason
    for unplaced in proposal.unplaced:
        applications[unplaced.key].placed_because = unplaced.rule
    Application.objects.bulk_update(applications.values(), ["group", "placed_because"])
    return proposal


@transaction.atomic
def move(application, *, group, seen=ANY):
    """Put an applicant into a group, or with None into none, whatever that breaks: the groups' page tells. Returns the Application.

    `seen` is the key of the group (None for none) in which whoever moves has seen the applicant. Raises Refused:
    "state"; "moved" when the applicant has meanwhile been moved from there, or the group is no more; "elsewhere_group".
    """
    cohort = _forming(application.cohort)
    application = Application.objects.select_related("person").get(pk=application.pk)
    if application.state != State.APPLIED:
        raise Refused("state")
    if seen is not ANY and application.group_id != seen:
        raise Refused("moved")
    application.cohort, application.group = cohort, _group(group, cohort) if group else None
    application.placed_because = BY_HAND
    application.save(update_fields=["group", "placed_because"])
    return application


@transaction.atomic
def add_group(cohort, *, topic, language, slot):
    """A new, empty group. Raises Refused "state"."""
    cohort = _forming(cohort)
    last = cohort.groups.filter(topic=topic).aggregate(last=Max("number"))["last"] or 0
    return Group.objects.create(cohort=cohort, topic=topic, number=last + 1, language=language, slot=slot)


@transaction.atomic
def change_group(group, *, language, slot, teams_link, mentor=None, seen=ANY, now=None):
    """Another language, time, link or mentor. Once the places are offered, the language and the time stay. Returns the Group.

    `seen` is the (language, slot, teams_link, key of the mentor or None) that whoever changes has seen. Raises Refused:
    "state"; "group_changed" when it is another now; "moved" when the group is no more; what mentors.why_not says.
    """
    cohort = lock(group.cohort)
    group = _group(group, cohort, locked=True)
    if cohort.state not in (Cohort.State.FORMING, Cohort.State.RUNNING):
        raise Refused("state")
    if seen is not ANY and (group.language, group.slot, group.teams_link, group.mentor_id) != tuple(seen):
        raise Refused("group_changed")
    if cohort.state != Cohort.State.FORMING and (language, slot) != (group.language, group.slot):
        raise Refused("state")
    group.language, group.slot, group.teams_link = language, slot, teams_link
    group.save(update_fields=["language", "slot", "teams_link"])
    mentors.change(group, mentor, now=now or timezone.now())
    return group


@transaction.atomic
def remove_group(group):
    """Remove an empty group. Raises Refused: "state", "not_empty"."""
    cohort = _forming(group.cohort)
    group = _group(group, cohort)
    if group.applications.filter(state__in=Application.LIVE).exists():
        raise Refused("not_empty")
    group.delete()


# Announcing, and afterwards


def why_not_announceable(cohort, standings=None):
    """Codes of what keeps the groups from being announced."""
    if standings is None:
        standings, _people = fitting.standings(cohort, fitting.people_in(cohort))
    if not standings:
        return ["no_groups"]
    return [] if all(standing.is_sound for standing in standings) else ["broken"]


@transaction.atomic
def announce(cohort, *, answer_until=None, now=None):
    """Offer the places, and put on the list whoever has none. `answer_until`, a moment, takes the place of the cohort's.

    Raises Refused: "state", "no_groups", "broken", "answer_until_passed".
    """
    now = now or timezone.now()
    cohort = lock(cohort, "announce")
    codes = why_not_announceable(cohort)
    if (answer_until or cohort.answer_until) <= now:
        codes.append("answer_until_passed")
    if codes:
        raise Refused(*codes)
    cohort = advance(cohort, "announce", now, answer_until=answer_until or cohort.answer_until)
    for application in cohort.applications.filter(state=State.APPLIED).order_by("pk"):
        if application.group_id:
            actions.offer(application, until=cohort.answer_until, now=now)
        else:
            actions.put_on_list(application, now=now)
    mentor_mails.all_named(cohort, now=now)
    return cohort


@transaction.atomic
def give_place(application, *, group, now=None):
    """Offer a place in the group to somebody on the list, out of turn. Raises Refused: "state", "full", "broken", "moved", "elsewhere_group"."""
    cohort = lock(application.cohort)
    group = _group(group, cohort)
    applications = fitting.people_in(cohort)
    application = next((one for one in applications if one.pk == application.pk), None)
    if application is None or application.state != State.LISTED or cohort.state != Cohort.State.RUNNING:
        raise Refused("state")
    people = fitting.applicants_of(applications)
    held = [one for one in applications if one.group_id == group.pk and one.state in Application.HOLDS_PLACE]
    if len(held) >= cohort.largest:
        raise Refused("full")
    obstacles = fitting.what_keeps_out(
        group, [people[one.pk] for one in held], people[application.pk], fitting.rules_of(cohort)
    )
    if any(rule.is_hard for rule in obstacles):
        raise Refused("broken_by_place")
    application.group, application.placed_because = group, BY_HAND
    application.save(update_fields=["group", "placed_because"])
    return actions.offer(application, now=now)
