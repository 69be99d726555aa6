"""The front page of visits and the page of one visit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ake_portal.lib.exports import download
from ake_portal.lib.pdf import PDF
from ideas.models import Idea
from peerlearning import actions, case, claims, money, order
from peerlearning.forms import ColleagueForm
from peerlearning.messages import refusal
from peerlearning.models import Consent, HostFeedback, Visit, Wish

PER_PAGE = 25
MOST_WISHES = 30  # open ones on the front page: the others stand in their own list


@login_not_required
@require_safe
def visits(request):
    """What waits for the reader's decision, the own visits, the staff's or the region's; to others what libraries are good at."""
    user = request.user
    if not user.is_authenticated:
        return redirect("libraries:list")
    waiting = Consent.objects.decidable_by(user).for_rows()
    own = Visit.objects.of(user).for_rows().order_by("-leaves_at", "-pk")
    wishes = list(Wish.objects.visible_to(user).live().own_first(user).in_list()[:MOST_WISHES])
    state = request.GET.get("state", "")
    others = _others(user)
    if state in Visit.State.values:
        others = others.filter(state=state)
    page = Paginator(others.for_rows().order_by("-leaves_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": waiting[:50],
        "own": list(own[:50]),
        "own_wishes": [wish for wish in wishes if wish.writer_id == user.pk],
        "wishes": [wish for wish in wishes if wish.writer_id != user.pk],
        "page": page,
        "state": state,
        "states": [choice for choice in Visit.State.choices if choice[0] != Visit.State.DRAFT],
        "is_staff": user.is_coordinator,
    }
    return render(request, "peerlearning/visits.html", context)


def _others(user):
    """Visits of the region for its AKE, of the staff for directors, and those the reader was asked about."""
    seen = Visit.objects.run_by(user) if user.is_coordinator else Visit.objects.none()
    keys = [
        seen.exclude(state=Visit.State.DRAFT).values("pk"),
        Visit.objects.from_library_of(user).exclude(state=Visit.State.DRAFT).values("pk"),
        Visit.objects.asked_of(user).values("pk"),
    ]
    found = Visit.objects.filter(pk__in=keys[0]) | Visit.objects.filter(pk__in=keys[1])
    return (found | Visit.objects.filter(pk__in=keys[2])).exclude(pk__in=Visit.objects.of(user).values("pk"))


def _visit(request, pk):
    visits = Visit.objects.visible_to(request.user).for_page().prefetch_related("topics").with_directed(request.user)
    visits = visits.select_related("wish")
    return get_object_or_404(visits, pk=pk)


def _shown_story(visit):
    """The story for everybody, when it is published."""
    return visit.story if visit.story_id and visit.story.state == Idea.State.PUBLISHED else None


@require_safe
def visit(request, pk):
    """One visit: what, when, who pays, where it stands, and what the reader can do."""
    visit, user = _visit(request, pk), request.user
    is_own = any(traveller.person_id == user.pk for traveller in visit.travellers.all())
    is_writer = visit.traveller_id == user.pk or user.is_superuser or user.runs(visit.region)
    directs = visit.is_directed
    waiting = list(case.open_consents(visit).with_decidable(user)) if visit.state == Visit.State.SUBMITTED else []
    # a host sees what, who and when; the money is between the traveller, the employer and the AKE
    sees_money = is_own or is_writer or directs
    sees_line = is_writer and (user.is_superuser or user.runs(visit.region)) or directs
    context = {
        "visit": visit,
        "who": case.who(visit),
        "when": case.when(visit),
        "stops": case.stops(visit),
        "costs": case.costs(visit) if sees_money else [],
        "line": case.line_view(visit) if sees_line and visit.leaves_at else None,
        "bookings": list(money.bookings(visit)) if sees_line else [],
        "history": case.steps(visit, waiting=waiting),
        "to_decide": [consent for consent in waiting if consent.is_decidable],
        "may_tell": is_own and visit.may_be_told and (visit.story_id is None or visit.story.author_id == user.pk),
        "story": _shown_story(visit),
        "thanks": list(HostFeedback.objects.filter(stop__visit=visit).select_related("by", "stop__branch"))
        if visit.is_group and visit.may_be_told
        else [],
        "may_thank": is_own and visit.is_group and visit.may_be_told,
        "claims": claims.of_visit(visit, user) if visit.state in Visit.MADE else None,
        "sees_money": sees_money,
        "wish": getattr(visit, "wish", None) if is_writer else None,
        "is_own": is_own,
        "is_writer": is_writer,
        "may_edit": is_writer and visit.state == Visit.State.DRAFT,
        "may_change": is_writer and visit.may("change") and not visit.has_begun(),
        "may_cancel": (is_writer or directs and visit.state != Visit.State.DRAFT)
        and visit.may("cancel")
        and not visit.is_over(),
        "may_take_along": is_writer and visit.is_group and visit.is_live and not visit.has_begun(),
        "has_order": sees_money and visit.state in Visit.MADE,
        "colleague_form": ColleagueForm(),
    }
    return render(request, "peerlearning/visit.html", context)


@require_POST
def story(request, pk):
    """To the story of one's own visit, which is begun when there is none yet."""
    visit = get_object_or_404(Visit.objects.of(request.user), pk=pk)
    try:
        idea = actions.tell(visit, by=request.user)
    except actions.Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(visit)
    return redirect("ideas:edit", pk=idea.pk) if idea.author_id == request.user.pk else redirect(idea)


@require_POST
def thank(request, pk, stop):
    """Feedback to a host after a group's visit."""
    visit = get_object_or_404(Visit.objects.of(request.user), pk=pk)
    stop = get_object_or_404(visit.stops.select_related("visit", "branch"), pk=stop)
    try:
        actions.thank(stop, by=request.user, text=request.POST.get("text", "")[:2000])
    except actions.Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("The host has got your feedback."))
    return redirect(visit)


@require_safe
def travel_order(request, pk):
    """The travel order of an approved visit as PDF, for travellers, their directors and the AKE."""
    user = request.user
    own = (
        Visit.objects.of(user).values("pk"),
        Visit.objects.editable_by(user).values("pk"),
        Visit.objects.from_library_of(user).values("pk"),
    )
    seen = (
        Visit.objects.filter(pk__in=own[0]) | Visit.objects.filter(pk__in=own[1]) | Visit.objects.filter(pk__in=own[2])
    )
    seen = Visit.objects.filter(pk__in=seen.values("pk"), state__in=Visit.MADE)
    visit = get_object_or_404(seen.for_page().prefetch_related("topics"), pk=pk)
    content = order.pdf_of(visit)
    name = _("travel order")
    response: HttpResponse = download(content, PDF, f"{name} {visit.case}", "pdf")
    return response
