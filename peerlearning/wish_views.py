"""Wishes for a host: writing one, what the AKE proposes, and the visit that comes of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ake_portal.lib.words import language
from peerlearning import complete, wishes
from peerlearning.forms import RegionForm
from peerlearning.models import Proposal, Visit, Wish
from peerlearning.wish_forms import CloseForm, Hosts, NoteForm, TakeBackForm, TakeForm, TurnDownForm, WishForm
from peerlearning.wish_messages import refusal

PER_PAGE = 25


def _wish(request, pk, move=None):
    """A wish that the reader sees, or on which the reader may take `move`."""
    seen = Wish.objects.open_to(request.user, move) if move else Wish.objects.visible_to(request.user)
    return get_object_or_404(seen.for_page(), pk=pk)


@require_safe
def wish_list(request):
    """The own wishes, and for AKE staff those of the region by state."""
    user = request.user
    state = request.GET.get("state", "")
    others = Wish.objects.run_by(user).exclude(writer=user) if user.is_coordinator else Wish.objects.none()
    if state in Wish.State.values:
        others = others.filter(state=state)
    page = Paginator(others.in_list().order_by("-state_since", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "own": Wish.objects.of(user).in_list().order_by("-pk")[:50],
        "page": page,
        "state": state,
        "states": [choice for choice in Wish.State.choices if choice[0] != Wish.State.DRAFT],
    }
    return render(request, "peerlearning/wishes/list.html", context)


# Writing


def new(request):
    """A new wish, perhaps of a topic that somebody has read about."""
    if request.user.library is None:
        messages.info(request, _("First tell where you work: visits are made from a library."))
        return redirect("people:profile")
    if request.method == "POST":
        return _save(request, None, WishForm(request.POST))
    topic = request.GET.get("topic", "")
    initial = {
        "topics": [topic] if topic.isdigit() else [],
        "subject": request.GET.get("subject", "")[:160],
        "languages": [request.user.language],
    }
    return _write_page(request, None, WishForm(initial={"kind": "visit", **initial}))


def write(request, pk):
    """Go on writing a draft."""
    wish = _wish(request, pk, "write")
    if request.method == "POST":
        return _save(request, wish, WishForm(request.POST))
    return _write_page(request, wish, WishForm(initial=WishForm.initial_of(wish)))


def _save(request, wish, form):
    """Keep what was typed, and send it when that was asked for and nothing is missing."""
    if not form.is_valid():
        return _write_page(request, wish, form, status=422)
    try:
        if wish is None:
            wish = wishes.begin(by=request.user, language=language(), **form.values)
        else:
            wish = wishes.write(wish, by=request.user, **form.values)
        if "later" in request.POST:
            messages.success(request, _("Saved as a draft: only you see it."))
            return redirect(wish)
        wish = wishes.send(wish, by=request.user)
    except wishes.Incomplete as incomplete:
        form.say(incomplete.lacks)
        return _write_page(request, wish, form, status=422)
    except wishes.Refused as refused:
        form.add_error(None, refusal(refused))
        return _write_page(request, wish, form, status=422)
    messages.success(request, _("Sent. The AKE looks for a host, and you hear by mail."))
    return redirect(wish)


def _write_page(request, wish, form, status=200):
    action = reverse("peerlearning:write_wish", args=[wish.pk]) if wish else request.path
    return render(
        request, "peerlearning/wishes/write.html", {"wish": wish, "form": form, "action": action}, status=status
    )


def note(request):
    """AKE staff write down a wish that somebody has told by phone or mail."""
    if not request.user.is_coordinator:
        raise Http404
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        initial={"kind": "visit", "languages": [language()]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            wish = wishes.note(by=request.user, language=language(), **form.values)
        except wishes.Incomplete as incomplete:
            form.say(incomplete.lacks)
        except wishes.Refused as refused:
            form.add_error("email", refusal(refused))
        else:
            messages.success(request, _("Written down. The writer has got a mail with it."))
            return redirect(wish)
    context = {"form": form, "action": request.path, "is_noted": True}
    return render(request, "peerlearning/wishes/write.html", context, status=422 if form.errors else 200)


# One wish


@require_safe
def wish(request, pk):
    """What is wished for, what has been proposed, and what the reader can do."""
    return _page(request, _wish(request, pk))


def _page(request, wish, *, take=None, turn_down=None, status=200):
    moves = wishes.moves_for(wish, request.user)
    context = {
        "wish": wish,
        "moves": moves,
        "is_own": wish.writer_id == request.user.pk,
        "open": [proposal for proposal in wish.proposals.all() if proposal.is_open],
        "taken": [proposal for proposal in wish.proposals.all() if proposal.state == Proposal.State.TAKEN],
        "left": [proposal for proposal in wish.proposals.all() if proposal.state in Proposal.GONE],
        "take_form": take or TakeForm(wish) if "take" in moves else None,
        "turn_down_form": turn_down or TurnDownForm() if "turn_down" in moves else None,
        "may_send": request.user.is_confirmed,
        "may_begin_anew": request.user.library is not None and _came_to_nothing(wish),
        "history": _history(wish),
    }
    return render(request, "peerlearning/wishes/wish.html", context, status=status)


def _came_to_nothing(wish):
    """Whether no host was found, or the visit to it was not made."""
    if wish.state == Wish.State.TAKEN:
        return wish.visit is not None and not wish.visit.is_live and wish.visit.state not in Visit.MADE
    return not wish.is_live


def _history(wish):
    """[(when, what)] of what has happened, in order."""
    steps = []
    if wish.sent_at:
        noted = _("Written down by the AKE: %(name)s") % {"name": wish.noted_by} if wish.noted_by else ""
        steps.append((wish.sent_at, noted or _("Sent to the AKE")))
    for at in sorted({proposal.at for proposal in wish.proposals.all()}):
        steps.append((at, _("The AKE proposed hosts")))
    for at in sorted(
        {one.answered_at for one in wish.proposals.all() if one.state == Proposal.State.LEFT and one.answer}
    ):
        steps.append((at, _("None of them suited")))
    for one in wish.proposals.all():
        if one.state == Proposal.State.BACK:
            steps.append(
                (
                    one.answered_at,
                    _("%(name)s took back: %(host)s") % {"name": one.taken_back_by or _("AKE"), "host": one},
                )
            )
    ends = {
        Wish.State.TAKEN: _("A host was chosen"),
        Wish.State.WITHDRAWN: _("Withdrawn by the writer"),
        Wish.State.CLOSED: _("Closed by the AKE"),
        Wish.State.LAPSED: _("The latest day passed"),
    }
    if wish.ended_at:
        steps.append((wish.ended_at, ends[wish.state]))
    return sorted(steps, key=lambda step: step[0])


@require_POST
def take(request, pk):
    """Take one of the proposed hosts or several: on to the visit that is begun with them."""
    wish = _wish(request, pk, "take")
    form = TakeForm(wish, request.POST)
    if form.is_valid():
        try:
            visit = wishes.take(wish, form.chosen, by=request.user)
        except wishes.Refused as refused:
            form.add_error("proposals", refusal(refused))
        else:
            messages.success(request, _("The visit is begun with all that you wrote. Fill in what is still missing."))
            return redirect(f"peerlearning:{complete.next_step(visit)}", pk=visit.pk)
    return _page(request, wish, take=form, status=422)


@require_POST
def turn_down(request, pk):
    """None of the proposed hosts suits."""
    wish = _wish(request, pk, "turn_down")
    form = TurnDownForm(request.POST)
    if form.is_valid():
        try:
            wishes.turn_down(wish, by=request.user, why=form.cleaned_data["why"])
        except wishes.Refused as refused:
            form.add_error("why", refusal(refused))
        else:
            messages.success(request, _("The AKE has got your answer and looks on."))
            return redirect(wish)
    return _page(request, wish, turn_down=form, status=422)


def withdraw(request, pk):
    """Ask whether to withdraw the own wish, and do it."""
    wish = _wish(request, pk, "withdraw")
    if request.method == "POST":
        try:
            wishes.withdraw(wish, by=request.user)
        except wishes.Refused as refused:
            messages.error(request, refusal(refused))
            return redirect(wish)
        messages.success(request, _("Withdrawn.") if wish.sent_at else _("The draft is thrown away."))
        return redirect("peerlearning:visits")
    return render(request, "peerlearning/wishes/withdraw.html", {"wish": wish})


# The AKE


def propose(request, pk):
    """The AKE proposes one host or several."""
    wish = _wish(request, pk, "propose")
    sent = request.POST if request.method == "POST" else None
    region_form = RegionForm(wish.region, sent, prefix="other")
    region = region_form.cleaned_data.get("region") if sent and region_form.is_valid() else None
    is_asking = "more" in request.POST or "show" in request.POST
    is_sent = sent is not None and not is_asking
    hosts = Hosts(wish, sent, region=region, shown=_shown(request), is_asking=is_asking)
    error = ""
    if is_sent and hosts.is_valid():
        try:
            wishes.propose(wish, hosts.values, by=request.user)
        except wishes.Refused as refused:
            error = refusal(refused)
        else:
            messages.success(request, _("Proposed. The writer has got a mail."))
            return redirect(wish)
    context = {"wish": wish, "hosts": hosts, "region_form": region_form, "error": error}
    return render(request, "peerlearning/wishes/propose.html", context, status=422 if is_sent else 200)


def _shown(request):
    """How many hosts the form had, and one more when that was asked for."""
    shown = sum(1 for name in request.POST if name.startswith("host") and name.endswith("-branch"))
    return shown + ("more" in request.POST)


def take_back(request, pk):
    """The AKE takes back one of the proposed hosts and says why."""
    open_wishes = Wish.objects.open_to(request.user, "take_back").values("pk")
    proposals = Proposal.objects.open().with_places().filter(wish__in=open_wishes).select_related("wish")
    proposal = get_object_or_404(proposals, pk=pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wish = wishes.take_back(proposal, by=request.user, why=form.cleaned_data["why"])
        except wishes.Refused as refused:
            form.add_error("why", refusal(refused))
        else:
            messages.success(request, _("Taken back. The writer has got a mail."))
            return redirect(wish)
    context = {"wish": proposal.wish, "proposal": proposal, "form": form}
    return render(request, "peerlearning/wishes/take_back.html", context, status=422 if form.errors else 200)


def close(request, pk):
    """The AKE closes a wish and says why."""
    wish = _wish(request, pk, "close")
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wishes.close(wish, by=request.user, reason=form.cleaned_data["reason"])
        except wishes.Refused as refused:
            form.add_error("reason", refusal(refused))
        else:
            messages.success(request, _("Closed. The writer has got your reason by mail."))
            return redirect(wish)
    return render(
        request, "peerlearning/wishes/close.html", {"wish": wish, "form": form}, status=422 if form.errors else 200
    )
