"""Group mentoring as everybody sees it, and the way in: an application, and the place that comes of it."""

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ake_portal.lib import words
from mentoring import actions
from mentoring.forms import LANGUAGES, ApplicationForm
from mentoring.messages import TEXTS
from mentoring.models import Application, Cohort
from mentoring.times import Slot

PAST = 20  # closed cohorts on the list
State = Application.State


@login_not_required
@require_safe
def cohort_list(request):
    """Seasons that take applications, those that are under way, and past ones; with the reader's own part in them."""
    user = request.user
    cohorts = Cohort.objects.visible_to(user).exclude(state=Cohort.State.CANCELLED).newest_first()
    rows = list(cohorts.select_related("region").prefetch_related("co_regions", "topics"))
    own = {one.cohort_id: one for one in user.applications.all()} if user.is_authenticated else {}
    for one in rows:
        one.own = own.get(one.pk)
    is_open = [one for one in rows if one.takes_applications]
    closed = [one for one in rows if one.state == Cohort.State.CLOSED]
    drafts = [one for one in rows if one.state == Cohort.State.DRAFT]
    context = {
        "open": sorted(is_open, key=lambda one: one.deadline),
        "under_way": [one for one in rows if one not in is_open and one not in closed and one not in drafts],
        "past": closed[:PAST],
        "drafts": drafts,
    }
    return render(request, "mentoring/list.html", context)


def _seen(request, pk):
    cohorts = Cohort.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(cohorts.prefetch_related("co_regions", "topics"), pk=pk)


def _step(cohort):
    """Which of the steps on its page is going on: 1 for applying to 5 for the survey, 6 when all is done."""
    now = timezone.now()
    if cohort.state == Cohort.State.RUNNING:
        return 3 if now < cohort.answer_until and timezone.localdate() < cohort.first_day else 4
    if cohort.state == Cohort.State.OPEN:
        return 1 if now < cohort.deadline else 2
    return {"draft": 0, "forming": 2, "closing": 5, "closed": 6, "cancelled": 0}[cohort.state]


@login_not_required
@require_safe
def cohort(request, pk, slug):
    """A season's page: for whom, how it goes, and what the reader can do about it."""
    found, user = _seen(request, pk), request.user
    if found.get_absolute_url() != request.path:
        return redirect(found)
    application = actions.of(found, user) if user.is_authenticated else None
    context = {
        "cohort": found,
        "application": application,
        "obstacle": TEXTS.get(actions.why_not_apply(found, user)) if application and not application.pk else "",
        "is_run": found.is_run_by(user),
        "step": _step(found),
    }
    return render(request, "mentoring/cohort.html", context)


def apply(request, pk):
    """Apply, and change what was sent until the deadline; after that the page shows it and what happens next."""
    found = _seen(request, pk)
    application = actions.of(found, request.user)
    obstacle = actions.why_not_apply(found, request.user)
    is_sent = request.method == "POST"
    may_write = not obstacle and (application.may("apply") or application.may("change"))
    form = ApplicationForm(request.POST if is_sent else None, cohort=found, application=application)
    if is_sent and not may_write:
        form.add_error(None, _why_not_taken(found, obstacle or "state"))
    elif is_sent and form.is_valid():
        is_new = application.may("apply")
        try:
            actions.apply(found, person=request.user, **form.values)
        except actions.Refused as refused:
            form.add_error(None, _why_not_taken(found, *refused.codes))
        else:
            text = (
                _("Your application is sent. You get a mail about it, and can change it until the deadline.")
                if is_new
                else _("Your application is changed.")
            )
            said.success(request, text)
            return redirect(found)
    context = {
        "cohort": found,
        "application": application,
        "obstacle": TEXTS.get(obstacle),
        "form": form if may_write or is_sent else None,
        "is_first": application.may("apply"),
        "is_late": is_sent and not may_write,
        **_as_sent(application),
    }
    return render(request, "mentoring/apply.html", context, status=422 if is_sent else 200)


def _why_not_taken(cohort, *codes):
    """Why an application was not taken, in words; nothing of it is lost."""
    if "deadline" in codes or not cohort.takes_applications:
        text = _("The time for applications ended on %(moment)s, so this was not saved. What you wrote is still below.")
        return text % {"moment": words.moment(cohort.deadline)}
    return _in_words(codes)


def _in_words(codes):
    return " ".join(str(TEXTS[code]) for code in codes)


def _as_sent(application):
    """What an application says, in words: for whoever can no longer change it."""
    if not application.pk or application.state == State.WITHDRAWN:
        return {}
    names = dict(LANGUAGES)
    times = {}
    for code in sorted(application.times):
        slot = Slot(code)
        times.setdefault(slot.day_name, []).append(slot.clock.hour)
    return {
        "wishes": list(application.wishes.select_related("topic")),
        "languages": [names[code] for code in application.languages if code in names],
        "times": list(times.items()),
    }


def withdraw(request, pk):
    """Asks whether one is sure; its POST takes the application back."""
    found = _seen(request, pk)
    application = get_object_or_404(found.applications.filter(person=request.user))
    application.cohort = found
    if request.method != "POST":
        if not application.may("withdraw"):
            return redirect("mentoring:apply", pk)
        return render(request, "mentoring/withdraw.html", {"cohort": found, "application": application})
    try:
        actions.withdraw(application)
    except actions.Refused as refused:
        said.error(request, _in_words(refused.codes))
        return redirect("mentoring:apply", pk)
    said.success(request, _("Your application is withdrawn."))
    return redirect(found)


def _in_words(codes):
    return " ".join(str(TEXTS[code]) for code in codes)


def place(request, pk):
    """The place that is kept for the reader: what group, until when; its POST accepts or declines."""
    applications = request.user.applications.select_related(
        "cohort__region", "group__topic", "group__cohort", "group__mentor"
    )
    application = get_object_or_404(applications.exclude(cohort__state=Cohort.State.DRAFT), pk=pk)
    if application.state in (State.APPLIED, State.LISTED, State.WITHDRAWN):
        return redirect("mentoring:apply", application.cohort_id)
    if request.method == "POST":
        return _answer(request, application)
    is_open = (
        application.state == State.OFFERED
        and application.offer_until > timezone.now()
        and application.cohort.state == Cohort.State.RUNNING
    )
    others = []
    if is_open or application.is_member:
        others = list(
            application.group.applications.members().select_related("person", "library").by_name().exclude(pk=pk)
        )
    context = {
        "application": application,
        "cohort": application.cohort,
        "group": application.group,
        "is_open": is_open,
        "others": others,
    }
    return render(request, "mentoring/place.html", context)


def _answer(request, application):
    accepts = request.POST.get("answer") == "accept"
    try:
        if accepts:
            actions.accept(application)
        elif request.POST.get("answer") == "decline":
            actions.decline(application)
        else:
            return redirect("mentoring:place", application.pk)
    except actions.Refused as refused:
        said.error(request, _in_words(refused.codes))
    else:
        text = (
            _("The place is yours. You get a mail about how the group begins.")
            if accepts
            else _("You have declined the place. It goes to the next.")
        )
        said.success(request, text)
    return redirect("mentoring:place", application.pk)
