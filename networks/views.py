"""Networks as everybody and as their members see them, and what a person does about a network."""

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from networks import actions
from networks.forms import AskForm, DirectoryFilter, ListFilter
from networks.messages import TEXTS
from networks.models import Leader, Membership, Network
from people import kept

PER_PAGE = 50
TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@login_not_required
@require_safe
def network_list(request):
    """Networks, those of the reader's region first."""
    form, user = ListFilter(request.GET), request.user
    networks = Network.objects.active()
    if form.chosen:
        networks = networks.of_region(form.chosen)
    leaders = Prefetch("leaders", Leader.objects.select_related("person"))
    found = list(networks.with_size().select_related("region").prefetch_related("co_regions", leaders).by_name())
    mine = {}
    if user.is_authenticated:
        mine = {one.network_id: one for one in user.memberships.exclude(state__in=["left", "refused"])}
        region = user.library.region_id if user.library else None
        near = {region, *(one.pk for one in user.coordinated_regions)}
        found.sort(key=lambda one: not near.intersection(place.pk for place in one.regions))
    rows = [(network, mine.get(network.pk)) for network in found]
    return render(request, "networks/list.html", {"form": form, "rows": rows})


def _ties_of(network):
    """Let the network know its regions; the topics that it is about. One query for both."""
    ties = Network.objects.filter(pk=network.pk).order_by().values_list("co_regions", "topics")
    # One row for each combination: a network has a few of each
    co_regions, topics = ({row[number] for row in ties} - {None} for number in (0, 1))
    network.region = kept.regions[network.region_id]
    network.regions = [network.region, *kept.regions.pick(co_regions)]
    return kept.topics.pick(topics)


@login_not_required
@require_safe
def network(request, pk, slug):
    """A network's page: for everybody what it is for and what it does; for members its inside."""
    user = request.user
    found = get_object_or_404(Network.objects.with_size().with_asking().with_own(user), pk=pk)
    address = found.get_absolute_url()
    if address != request.path:
        return redirect(address)
    topics = _ties_of(found)
    membership = (
        getattr(found, "own", Membership(network=found, person=user, state="")) if user.is_authenticated else None
    )
    leaders = list(found.leaders.select_related("person"))
    is_run = user.is_authenticated and found.is_run_by(user, leaders)
    context = {
        "network": found,
        "kits": list(found.kits.filter(is_active=True)),
        "topics": topics,
        "leaders": leaders,
        "membership": membership,
        "is_inside": is_run or bool(membership and membership.is_member),
        "is_run": is_run,
        "may_ask": bool(membership) and (membership.may("ask") or membership.may("join")) and not found.closed_on,
        "obstacle": TEXTS.get(actions.why_not_join(found, user)) if membership and not membership.pk else "",
        "waiting": found.asking if is_run else 0,
    }
    return render(request, "networks/network.html", context)


def join(request, pk):
    """Ask to join, with a message or without; an open network takes one at once."""
    found = get_object_or_404(Network.objects.active().select_related("region").prefetch_related("co_regions"), pk=pk)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.ask(found, person=request.user, message=form.cleaned_data["message"])
        except actions.Refused as refused:
            said.error(request, TEXTS[refused.code])
        else:
            text = (
                _("Welcome to the network.")
                if membership.is_member
                else _("Asked. You get a mail when a leader has answered.")
            )
            said.success(request, text)
        return redirect(found)
    obstacle = actions.why_not_join(found, request.user)
    context = {"network": found, "form": form, "obstacle": TEXTS.get(obstacle)}
    return render(request, "networks/join.html", context, status=422 if form.errors else 200)


@require_POST
def answer(request, pk, move):
    """Leave, take an invitation, or decline it."""
    if move not in ("leave", "agree", "decline"):
        raise Http404
    found = get_object_or_404(Network.objects.select_related("region"), pk=pk)
    texts = {
        "leave": _("You no longer belong to the network."),
        "agree": _("Welcome to the network."),
        "decline": _("Declined. The leader can invite you again."),
    }
    try:
        getattr(actions, move)(found, person=request.user)
    except actions.Refused as refused:
        said.error(request, TEXTS[refused.code])
    else:
        said.success(request, texts[move])
    return redirect(found)


@require_POST
def news(request, pk, switch):
    """Whether the network's news come by mail."""
    if switch not in ("on", "off"):
        raise Http404
    found = get_object_or_404(Network.objects.of(request.user), pk=pk)
    actions.mute(found, person=request.user, gets_news=switch == "on")
    texts = {
        "on": _("News come to you by mail again."),
        "off": _("No more news by mail. You still belong to the network."),
    }
    said.success(request, texts[switch])
    return redirect(found)


@require_safe
def members(request, pk):
    """The members' directory, for members: names, libraries, and what each has chosen to show."""
    found = get_object_or_404(Network.objects.inside(request.user).select_related("region"), pk=pk)
    everybody = Membership.objects.members().filter(network=found)
    form = DirectoryFilter(request.GET, everybody)
    rows = form.narrow(everybody).select_related("person__library").prefetch_related("person__topics").by_name()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    is_run = Network.objects.run_by(request.user).filter(pk=pk).exists()
    context = {"network": found, "form": form, "page": page, "is_run": is_run}
    return render(request, "networks/members.html", context)


@login_not_required
@require_safe
def picture(request, name):
    """A leader's picture: it stands on a public page."""
    leader = get_object_or_404(Leader, picture=f"leaders/{name}")
    try:
        content = leader.picture.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(content, content_type=TYPES[name.rpartition(".")[2]], headers=headers)
