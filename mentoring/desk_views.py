"""The desk of a cohort, for those who run it: where it stands, who has applied, how the groups do, and its next move."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages as said
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from ake_portal.lib.exports import XLSX, download, xlsx
from budgets import costs as money
from mentoring import actions, fitting, placing, survey, workflow
from mentoring.desk_forms import AnnounceForm, CancelForm, FilterForm, ReopenForm
from mentoring.forms import LANGUAGES
from mentoring.messages import TEXTS
from mentoring.models import Application, Attendance, Cohort, Meeting
from mentoring.times import Slot
from people import kept

State = Application.State
SHOWN_AFTER = (Cohort.State.RUNNING, Cohort.State.CLOSING, Cohort.State.CLOSED)


@dataclass(frozen=True)
class Step:
    """A move of a cohort as its page of confirmation tells it."""

    title: str
    text: str
    done: str
    form: type | None = None
    is_final: bool = True


STEPS = {
    "publish": Step(
        _("Open for applications"),
        _("From then on everybody sees it among group mentoring, and people can apply. Nobody gets a mail about it."),
        _("It is open for applications."),
    ),
    "form": Step(
        _("Begin to form groups"),
        _("Nobody can apply or change an application any more. You see the groups first; nobody is told anything yet."),
        _("Groups can be formed now."),
        is_final=False,
    ),
    "reopen": Step(
        _("Take applications again"),
        _("People can apply and change their applications until the new day. The groups formed so far go."),
        _("It is open for applications again."),
        ReopenForm,
    ),
    "announce": Step(
        _("Announce the groups"),
        _(
            "Whoever has a group gets an offer of a place by mail. Everybody else gets a mail that they are on the list."
        ),
        _("The groups are announced, and the mails are on their way."),
        AnnounceForm,
    ),
    "survey": Step(
        _("Ask the members"),
        _("The members get a mail with a link to the closing survey. Their answers have no name."),
        _("The members have been asked."),
    ),
    "close": Step(
        _("Close the season"),
        _("The survey ends, and the members get a mail. The groups' notes are deleted 90 days later."),
        _("The season is closed."),
    ),
    "cancel": Step(
        pgettext_lazy("a cohort", "Call off"),
        _("It is not held. All who have applied get a mail with the reason."),
        _("It is called off."),
        CancelForm,
    ),
}


def load(request, pk):
    """A cohort that the reader runs, with its regions."""
    cohorts = Cohort.objects.run_by(request.user).select_related("region", "measure__focus_area__plan__region")
    return get_object_or_404(cohorts.prefetch_related("co_regions"), pk=pk)


def page(request, cohort, name, status=200, **context):
    """A page of the desk, with what the head of each of them needs."""
    context = {
        "cohort": cohort,
        "sees_costs": request.user.runs(cohort.region),
        "languages": dict(LANGUAGES),
        **context,
    }
    return render(request, f"mentoring/desk/{name}.html", context, status=status)


def refused(request, refusal):
    """Tell why something was not done."""
    for code in refusal.codes:
        said.error(request, TEXTS[code])


def moves_of(cohort):
    """The moves that are open to staff now."""
    return [
        name
        for name, move in workflow.COHORT.items()
        if workflow.AKE in workflow.who(name, workflow.COHORT) and move.is_open_to(cohort)
    ]


def obstacles(cohort, move, standings=None):
    """Codes of what stands in the way of a move that begins where the cohort stands."""
    if move == "publish":
        return actions.why_not_publishable(cohort)
    if move == "form" and timezone.now() < cohort.deadline:
        return ["deadline_not_passed"]
    if move == "announce":
        return placing.why_not_announceable(cohort, standings)
    if move == "survey" and timezone.localdate() < cohort.last_day - survey.BEFORE:
        return ["last_day_not_passed"]
    return []


# The desk


@require_safe
def desk(request, pk):
    cohort = load(request, pk)
    applications = _applications(cohort)
    topics = kept.topics.pick({wish.topic_id for one in applications for wish in one.wishes.all()})
    form = FilterForm(request.GET, topics)
    groups = _groups(cohort)
    live = [one for one in applications if one.state in Application.LIVE]
    standings, _people = fitting.standings(cohort, live, groups)
    for standing in standings:
        standing.states = Counter(one.state for one in standing.applications)
    costs = money.with_sums(cohort.costs) if request.user.runs(cohort.region) else []
    moves = moves_of(cohort)
    return page(
        request,
        cohort,
        "desk",
        here="desk",
        form=form,
        rows=_rows(applications, {group.pk: group for group in groups}, form),
        total=len(applications),
        numbers=Counter(one.state for one in applications),
        without_group=sum(one.state == State.APPLIED and one.group_id is None for one in applications),
        standings=standings,
        is_announced=cohort.state in SHOWN_AFTER,
        moves=[(move, STEPS[move], [TEXTS[code] for code in obstacles(cohort, move, standings)]) for move in moves],
        costs=money.shared_out(costs, sum(one.is_member for one in applications)),
        results=survey.results(cohort) if cohort.state in survey.ASKED else None,
    )


def _applications(cohort):
    """All but those that were withdrawn, by name, with what a row of them shows."""
    return list(
        cohort.applications.exclude(state=State.WITHDRAWN)
        .filter(person__erased_at=None)
        .select_related("person__library", "library")
        .prefetch_related("wishes")
        .by_name()
    )


def _groups(cohort):
    """The cohort's groups with `held`, the number of meetings that are over, and `there`, the share of members present, or None."""
    over = Q(meetings__ends_at__lt=timezone.now(), meetings__cancelled_at=None)
    groups = list(fitting.groups_of(cohort).select_related("convenor").annotate(held=Count("meetings", filter=over)))
    noted = Attendance.objects.filter(meeting__group__cohort=cohort, meeting__cancelled_at=None)
    shares = {
        group: round(100 * there / everybody)
        for group, there, everybody in noted.order_by()
        .values_list("meeting__group")
        .annotate(there=Count("pk", filter=Q(was_there=True)), everybody=Count("pk"))
    }
    for group in groups:
        group.there = shares.get(group.pk)
    return groups


def _rows(applications, groups, form):
    """The applications that the filter lets through, each with its `topics` in the order of the wishes."""
    chosen = form.cleaned_data
    words = chosen.get("q", "").lower().split()
    found = []
    for one in applications:
        wishes = [wish.topic_id for wish in one.wishes.all()]
        library = one.library
        text = f"{one.person.get_full_name()} {library.name_fi} {library.name_sv}".lower()
        if (
            all(word in text for word in words)
            and chosen.get("state", "") in ("", one.state)
            and chosen.get("topic") in (None, *wishes)
        ):
            one.topics = [kept.topics[key] for key in wishes]
            one.suits = [Slot(code) for code in sorted(one.times)]
            one.its_group = groups.get(one.group_id)
            found.append(one)
    return found


@require_safe
def applications_file(request, pk):
    """The applications as a workbook, without the superiors' addresses: those are nobody's to see."""
    cohort = load(request, pk)
    names, groups = dict(LANGUAGES), {group.pk: group for group in _groups(cohort)}
    rows = [
        (
            one.person.last_name,
            one.person.first_name,
            one.person.email,
            one.library.name,
            one.get_state_display(),
            str(groups.get(one.group_id, "")),
            ", ".join(kept.topics[wish.topic_id].name for wish in one.wishes.all()),
            ", ".join(str(names[language]) for language in one.languages),
            ", ".join(str(Slot(code)) for code in sorted(one.times)),
            one.brings,
            one.learns,
        )
        for one in _applications(cohort)
    ]
    heads = (
        *(_("Last name"), _("First name"), _("E-mail"), _("Library"), _("State"), _("Group"), _("Wishes")),
        *(_("Languages"), _("Times"), _("Brings"), _("Wants to learn")),
    )
    return download(xlsx(cohort.name, heads, rows), XLSX, cohort.name, "xlsx")


# Its moves


def move(request, pk, move):
    """Ask first, then take a move of the workflow."""
    if move not in STEPS:
        raise Http404
    cohort = load(request, pk)
    if not cohort.may(move):
        refused(request, actions.Refused("state"))
        return redirect("mentoring:desk", pk=pk)
    step = STEPS[move]
    form = _form(step, cohort, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _take(cohort, move, form.cleaned_data if form else {}, request.user)
        except actions.Refused as refusal:
            refused(request, refusal)
            return redirect("mentoring:desk_move", pk=pk, move=move)
        said.success(request, step.done)
        return redirect("mentoring:forming" if move == "form" else "mentoring:desk", pk=pk)
    return page(
        request,
        cohort,
        "move",
        422 if form and form.errors else 200,
        move=move,
        step=step,
        form=form,
        obstacles=[TEXTS[code] for code in obstacles(cohort, move)],
        live=cohort.applications.live().count(),
        to_come=_to_come(cohort) if move in ("close", "cancel") else [],
        placed=cohort.applications.filter(state=State.APPLIED, group__isnull=False).count(),
        unplaced=cohort.applications.filter(state=State.APPLIED, group=None).count(),
        texts=[
            (language, name, getattr(cohort, f"name_{language}"), getattr(cohort, f"summary_{language}"))
            for language, name in (("fi", _("In Finnish")), ("sv", _("In Swedish")))
        ],
    )


def _to_come(cohort):
    """What the groups have before them, which the end of the season cancels."""
    return list(Meeting.objects.coming().filter(group__cohort=cohort, starts_at__gt=timezone.now()))


def _form(step, cohort, data):
    if step.form is None:
        return None
    form = step.form(data)
    if step.form is AnnounceForm and cohort.answer_until > timezone.now():
        form.initial["answer_until"] = timezone.localdate(cohort.answer_until)
    if step.form is CancelForm and cohort.state == Cohort.State.DRAFT:
        form.fields["reason"].required = False
        form.fields["reason"].help_text = ""
    return form


def _take(cohort, move, values, by):
    """Raises actions.Refused."""
    if move == "announce":
        placing.announce(cohort, **values)
    elif move == "survey":
        survey.begin(cohort)
    elif move == "close":
        survey.close(cohort)
    elif move == "cancel":
        actions.cancel(cohort, by=by, **values)
    else:
        getattr(actions, move)(cohort, **values)
