"""The groups of a cohort side by side: proposed by the system, changed by whoever runs it, who sees at once what breaks."""

from django.contrib import messages as said
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mentoring import actions, desk_views, fitting, placing
from mentoring.desk_forms import NewGroupForm, ProposeForm, SettingsForm
from mentoring.forming import best_settings
from mentoring.forms import LANGUAGES
from mentoring.messages import OBSTACLES, REASONS, TEXTS, TOLD, UNPLACED
from mentoring.models import Application, Cohort
from mentoring.times import Slot
from people import kept

State = Application.State
NOWHERE = "-"  # "in no group" as the choice of a person's new place


def board(request, cohort, *, status=200, changed=None, new_form=None, propose_form=None):
    """The groups with their people, then who is in none. `changed` is a SettingsForm with what is wrong, by its group's key."""
    applications = fitting.people_in(cohort)
    standings, people = fitting.standings(cohort, applications)
    is_forming, is_running = cohort.state == Cohort.State.FORMING, cohort.state == Cohort.State.RUNNING
    names = {one.pk: one.person.get_full_name() for one in applications}
    rules = fitting.rules_of(cohort)
    inside = {one.pk for standing in standings for one in standing.applications}
    for one in applications:
        _explain(one, people[one.pk], standings, rules)
        if is_forming or one.state == State.LISTED and is_running:
            one.places = _places(one, people[one.pk], standings, rules)
    for standing in standings:
        group = standing.group
        standing.told = [(rule, _sentence(rule, group, names, cohort)) for rule in standing.broken]
        standing.better = _better(standing, rules) if is_forming and standing.broken else ""
        standing.form = (changed or {}).get(group.pk) or SettingsForm(group, time_stays=not is_forming)
    topics = sorted(cohort.topics.all(), key=lambda topic: (str(topic), topic.pk))
    return desk_views.page(
        request,
        cohort,
        "groups",
        status,
        here="groups",
        standings=standings,
        outside=[one for one in applications if one.pk not in inside],
        total=len(applications),
        is_forming=is_forming,
        is_running=is_running,
        nowhere=NOWHERE,
        new_form=new_form or NewGroupForm(topics),
        propose_form=propose_form or ProposeForm(cohort),
        may_announce=is_forming and not placing.why_not_announceable(cohort, standings),
        number_broken=sum(not standing.is_sound for standing in standings),
    )


def _sentence(rule, group, names, cohort):
    """A forming.Broken of the group in words; `names` are {key: name}."""
    named = [names[key] for key in rule.keys]
    return TOLD[rule.rule] % {
        "names": ", ".join(named),
        "one": named[0] if named else "",
        "other": named[-1] if named else "",
        "smallest": cohort.smallest,
        "largest": cohort.largest,
        "time": group.time,
        "language": dict(LANGUAGES)[group.language],
    }


def _explain(application, person, standings, rules):
    """Give an application `rank`, the number of its wish for its group's topic or None, and why it is where it is:
    `because`, in words, and `passed`, what became of the wishes before that."""
    topic = next((one.group.topic_id for one in standings if one.group.pk == application.group_id), None)
    application.topics = [kept.topics[key] for key in person.wishes]
    application.rank = person.wishes.index(topic) + 1 if topic in person.wishes else None
    application.because = (REASONS if application.group_id else UNPLACED).get(application.placed_because, "")
    before = application.topics[: (application.rank or 1) - 1]
    application.passed = [
        _("%(topic)s: %(why)s") % {"topic": topic, "why": _why_not(topic, person, standings, rules)} for topic in before
    ]


def _why_not(topic, person, standings, rules):
    """What keeps somebody out of the groups of a topic, in a few words."""
    there = [one for one in standings if one.group.topic_id == topic.pk]
    if not there:
        return _("no group")
    broken = min((fitting.what_keeps_out(one.group, one.members, person, rules) for one in there), key=len)
    return ", ".join(str(OBSTACLES[rule.rule]) for rule in broken) or _("would suit, too")


def _places(application, person, standings, rules):
    """[(group, what a place there breaks in words, whether that is hard)] of all groups but the own."""
    found = []
    for standing in standings:
        if standing.group.pk == application.group_id:
            continue
        broken = fitting.what_keeps_out(standing.group, standing.members, person, rules)
        words = ", ".join(str(OBSTACLES[rule.rule]) for rule in broken)
        found.append((standing.group, words, any(rule.is_hard for rule in broken)))
    return found


def _better(standing, rules):
    """The language and time that would suit most of a group, in words, where they are not those it has."""
    if not standing.members:
        return ""
    language, slot = best_settings(standing.members, standing.group.topic_id, rules)
    if not language or not slot or (language, slot) == (standing.group.language, standing.group.slot):
        return ""
    return f"{Slot(slot)}, {dict(LANGUAGES)[language]}"


@require_safe
def forming(request, pk):
    return board(request, desk_views.load(request, pk))


def _back(request, cohort, anchor=""):
    return redirect(reverse("mentoring:forming", args=[cohort.pk]) + anchor)


def _try(request, action, *args, **options):
    """Whether `action` was done; a refusal is told."""
    try:
        action(*args, **options)
    except actions.Refused as refusal:
        desk_views.refused(request, refusal)
        return False
    return True


@require_POST
def propose(request, pk):
    cohort = desk_views.load(request, pk)
    form = ProposeForm(cohort, request.POST)
    if not form.is_valid():
        return board(request, cohort, status=422, propose_form=form)
    if _try(request, placing.propose, cohort, groups_at_most=form.cleaned_data["most"]):
        said.success(request, _("Here is the proposal. Nobody has been told anything yet."))
    return _back(request, cohort)


@require_POST
def move_person(request, pk, application):
    """Into the group chosen, or into none; on the list of a running cohort: an offer of a place there."""
    cohort = desk_views.load(request, pk)
    application = get_object_or_404(cohort.applications.live().select_related("person"), pk=application)
    application.cohort = cohort
    to, seen = request.POST.get("to", ""), request.POST.get("seen", "")
    group = cohort.groups.select_related("topic").filter(pk=to).first() if to.isdecimal() and len(to) < 10 else None
    name = {"name": application.person.get_full_name(), "group": group}
    if group is None and to != NOWHERE:
        # nothing chosen, or a group that somebody has removed since the page was drawn
        said.error(request, TEXTS["moved"] if to else _("Choose a group first."))
    elif cohort.state == Cohort.State.FORMING:
        seen = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        if _try(request, placing.move, application, group=group, seen=seen):
            said.success(
                request, (_("%(name)s is in %(group)s now.") if group else _("%(name)s is in no group now.")) % name
            )
    elif group and _try(request, placing.give_place, application, group=group):
        said.success(request, _("%(name)s gets an offer of a place in %(group)s by mail.") % name)
    return _back(request, cohort, f"#person-{application.pk}")


@require_POST
def add_group(request, pk):
    cohort = desk_views.load(request, pk)
    form = NewGroupForm(list(cohort.topics.all()), request.POST)
    if not form.is_valid():
        return board(request, cohort, status=422, new_form=form)
    if _try(request, placing.add_group, cohort, **form.values):
        said.success(request, _("The group is there. Now move people into it."))
    return _back(request, cohort)


def _group(request, pk, group):
    cohort = desk_views.load(request, pk)
    group = get_object_or_404(cohort.groups.select_related("topic"), pk=group)
    group.cohort = cohort
    return cohort, group


@require_POST
def change_group(request, pk, group):
    cohort, group = _group(request, pk, group)
    form = SettingsForm(group, request.POST, time_stays=cohort.state != Cohort.State.FORMING)
    if not form.is_valid():
        return board(request, cohort, status=422, changed={group.pk: form})
    if _try(request, placing.change_group, group, seen=form.was, **form.values):
        said.success(request, _("%(group)s is changed.") % {"group": group})
    return _back(request, cohort, f"#group-{group.pk}")


@require_POST
def remove_group(request, pk, group):
    cohort, group = _group(request, pk, group)
    if _try(request, placing.remove_group, group):
        said.success(request, _("The group is removed."))
    return _back(request, cohort)
