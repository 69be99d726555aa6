"""The AKE's desk: what waits, Finnish and Swedish side by side, and the way to the public page or back to the author."""

from django.contrib import messages as said
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ideas import actions, messages
from ideas.forms import DeskForm, NoteForm
from ideas.models import Idea
from ideas.reminders import late_since

SHOWN = 100  # of each state
State = Idea.State
DONE = {
    "publish": gettext_lazy("Published: everybody reads it now."),
    "unpublish": gettext_lazy("Unpublished: it lies on the desk again."),
    "send_back": gettext_lazy("Returned to the author, who gets your note by mail."),
    "ask_check": gettext_lazy("The host library has got a mail."),
    "go_on": gettext_lazy("It is on the desk now, unchecked."),
    "set_aside": gettext_lazy("Set aside."),
    "reopen": gettext_lazy("It lies on the desk again."),
    "make_practice": gettext_lazy("It is a good practice now: write it out in both languages."),
}


@require_safe
def queue(request):
    """What lies on the desk, the longest there first, and what is with hosts and authors."""
    if not request.user.is_staff:
        raise Http404
    now = timezone.now()
    rows = {state: [] for state in (State.WITH_AKE, State.WITH_HOST, State.RETURNED, State.ASIDE)}
    ideas = Idea.objects.run_by(request.user).filter(state__in=rows).defer(*Idea.LONG_TEXTS)
    ideas = ideas.select_related("author", "library", "host", "region", "asked").prefetch_related("region__quiet")
    for idea in ideas.order_by("state_since", "pk")[: SHOWN * len(rows)]:
        idea.is_late = idea.state == State.WITH_AKE and late_since(idea) <= now
        rows[idea.state].append(idea)
    return render(request, "ideas/queue.html", {"rows": {str(state): found for state, found in rows.items()}})


def note(request):
    """Write down a tip that somebody has told by phone or mail: it lies on the desk then."""
    if not request.user.is_coordinator:
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        idea = actions.tip(**form.said)
        said.success(request, _("Written down: it lies on the desk."))
        return redirect("ideas:desk", pk=idea.pk)
    return render(request, "ideas/note.html", {"form": form}, status=422 if form.errors else 200)


def desk(request, pk):
    """Edit an idea in both languages and decide on it; what is typed is kept before anything else happens."""
    ideas = Idea.objects.run_by(request.user).select_related(
        "author", "library", "host", "region", "checked_by", "noted_by"
    )
    idea = get_object_or_404(ideas.prefetch_related("topics", "pictures"), pk=pk)
    if request.method != "POST":
        return _shown(request, idea, DeskForm(idea=idea))
    move = request.POST.get("move", "")
    if move and move not in actions.moves_for(idea, request.user):
        said.error(request, messages.TEXTS["state"])
        return redirect("ideas:desk", pk=pk)
    note = request.POST.get("note", "")
    if is_editable(idea):
        form = DeskForm(request.POST, request.FILES, idea=idea)
        if not form.can_be_saved:
            return _shown(request, idea, form, status=422)
        idea = form.save()
        if "picture" in form.errors:
            return _shown(request, idea, _stored(idea, note, (), form.errors["picture"].as_data()), status=422)
        note = form.cleaned_data["note"]
    if not move:
        said.success(request, _("Saved."))
        return redirect("ideas:desk", pk=pk)
    try:
        idea = _move(idea, move, request.user, note)
    except actions.Refused as refused:
        return _shown(request, idea, _stored(idea, note, refused.codes), status=422)
    said.success(request, DONE[move])
    return redirect(_where_to(idea, move))


def is_editable(idea):
    """Whether the AKE writes in it: on its desk, and on the public page."""
    return idea.state in (State.WITH_AKE, State.PUBLISHED)


def _move(idea, move, by, note):
    options = {"note": note} if move == "send_back" else {}
    return getattr(actions, move)(idea, by=by, **options)


def _where_to(idea, move):
    if move == "publish":
        return idea.get_absolute_url()
    if move in ("unpublish", "make_practice", "go_on", "reopen"):
        return reverse("ideas:desk", args=[idea.pk])
    return reverse("ideas:queue")


def _stored(idea, note, codes, faults=()):
    """The form as it is stored now, with what was refused at its fields, and the note that is not stored."""
    fresh = Idea.objects.select_related("author", "library", "host", "region").get(pk=idea.pk)
    form = DeskForm(idea=fresh)
    form.initial["note"] = note
    form.refuse(codes)
    for fault in faults:
        form.add_error("picture" if "picture" in form.fields else None, fault)
    return form


def _shown(request, idea, form, status=200):
    context = {
        "idea": idea,
        "form": form,
        "moves": actions.moves_for(idea, request.user),
        "is_editable": is_editable(idea),
    }
    return render(request, "ideas/desk.html", context, status=status)
