"""Writing: a story, a good practice, a tip; and what has become of one's own. Whatever is typed is kept first."""

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ake_portal.lib import words
from ake_portal.lib.limits import too_many
from ideas import actions, messages
from ideas.forms import TipForm, WriteForm
from ideas.models import Idea

TIPS_PER_HOUR = {True: 30, False: 5}  # signed in or not
WRITABLE = (Idea.Kind.STORY, Idea.Kind.PRACTICE)


@require_safe
def mine(request):
    """The reader's own ideas and where they stand."""
    ideas = list(Idea.objects.of(request.user).select_related("host", "region", "checked_by", "asked"))
    rows = [(idea, actions.moves_for(idea, request.user)) for idea in ideas]
    return render(request, "ideas/mine.html", {"rows": rows, "may_write": may_write(request.user)})


def may_write(person):
    """Whether a director or coordinator has said where the person works; the AKE's own people write too."""
    return person.is_confirmed or person.is_coordinator


def write(request, kind):
    """A new story or good practice of the reader."""
    if kind not in WRITABLE:
        raise Http404
    if not may_write(request.user):
        return render(request, "ideas/not_confirmed.html", status=403)
    person = request.user
    region = person.region or person.coordinated_regions[0]
    idea = Idea(kind=kind, author=person, library=person.library, region=region, language=words.language())
    return _write(request, idea)


def edit(request, pk):
    """Go on writing what is a draft, or was returned."""
    return _write(request, get_object_or_404(Idea.objects.open_to(request.user, "withdraw"), pk=pk))


def _write(request, idea):
    if idea.pk and not idea.may("send"):
        return redirect("ideas:mine")  # it is with the host or the AKE: take it back first
    if request.method != "POST":
        return _form(request, idea, WriteForm(idea=idea))
    form = WriteForm(request.POST, request.FILES, idea=idea)
    if not form.can_be_saved:
        form.is_valid()
        return _form(request, idea, form, status=422)
    idea = form.save()
    if "picture" in form.errors:
        return _form(request, idea, _again(idea, form), status=422)
    move = request.POST.get("move", "")
    if move not in ("send", "ask_check"):
        said.success(request, _("Saved as a draft: only you see it."))
        return redirect(reverse("ideas:edit", args=[idea.pk]) + ("#pictures" if move == "picture" else ""))
    try:
        getattr(actions, move)(idea, by=request.user)
    except actions.Refused as refused:
        return _form(request, idea, WriteForm(idea=_fresh(idea)).refuse(refused.codes), status=422)
    said.success(
        request,
        _("Thank you! The host library checks the facts, and then it goes to the AKE.")
        if move == "ask_check"
        else _("Thank you! The AKE adds the other language and publishes it."),
    )
    return redirect("ideas:mine")


def _fresh(idea):
    return Idea.objects.prefetch_related("pictures", "topics").get(pk=idea.pk)


def _again(idea, sent):
    """The form as it is stored now, with what was wrong with the picture at its field."""
    form = WriteForm(idea=_fresh(idea)).refuse([])
    form.add_error("picture" if "picture" in form.fields else None, sent.errors["picture"].as_data())
    form.initial["picture_alt"] = sent.cleaned_data.get("picture_alt", "")
    return form


def _form(request, idea, form, status=200):
    action = reverse("ideas:edit", args=[idea.pk]) if idea.pk else request.path
    return render(request, "ideas/write.html", {"idea": idea, "form": form, "action": action}, status=status)


@require_POST
def move(request, pk, move):
    """The author takes an idea back to go on writing, or withdraws it."""
    if move not in ("take_back", "withdraw"):
        raise Http404
    idea = get_object_or_404(Idea.objects.open_to(request.user, move), pk=pk)
    try:
        getattr(actions, move)(idea, by=request.user)
    except actions.Refused as refused:
        said.error(request, messages.TEXTS[refused.codes[0]])
        return redirect("ideas:mine")
    if move == "take_back":
        return redirect("ideas:edit", pk=pk)
    said.success(request, _("Withdrawn: nobody else sees it."))
    return redirect("ideas:mine")


# Tips


@login_not_required
def tip(request):
    """A tip to the AKE, also by somebody who has not signed in."""
    form = TipForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if too_many(request, "tip", TIPS_PER_HOUR[request.user.is_authenticated]):
            form.add_error(None, _("There have been many tips from here within an hour. Try again later."))
        else:
            actions.tip(**form.said)
            return redirect("ideas:thanks")
    return render(request, "ideas/tip.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def thanks(request):
    """What happens to the tip now."""
    return render(request, "ideas/thanks.html")
