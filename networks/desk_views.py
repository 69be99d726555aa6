"""The leader's desk: who asks, who is invited, what is to be done in Teams."""

from django.contrib import messages as said
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from networks import actions
from networks.forms import InviteForm, RefuseForm
from networks.messages import TEXTS
from networks.models import Membership, Network
from people.models import User

Teams = Membership.Teams


def _network(request, pk):
    networks = Network.objects.run_by(request.user).select_related("region").prefetch_related("co_regions")
    return get_object_or_404(networks, pk=pk)


def _desk(request, network, form=None):
    rows = network.memberships.select_related("person__library").by_name()
    context = {
        "network": network,
        "waiting": list(rows.waiting()),
        "invited": list(rows.filter(state=Membership.State.INVITED)),
        "to_add": list(rows.filter(teams=Teams.TO_ADD)),
        "to_remove": list(rows.filter(teams=Teams.TO_REMOVE)),
        "unreached": list(network.libraries_without_a_member()),
        "form": form or InviteForm(),
        "refuse_form": RefuseForm(),
    }
    return render(request, "networks/desk.html", context, status=422 if form is not None else 200)


@require_safe
def desk(request, pk):
    return _desk(request, _network(request, pk))


@require_POST
def decide(request, pk, person, move):
    """Accept, refuse, take out."""
    if move not in ("accept", "refuse", "remove"):
        raise Http404
    network = _network(request, pk)
    about = get_object_or_404(User, pk=person, memberships__network=network)
    options = {"reason": request.POST.get("reason", "")} if move == "refuse" else {}
    texts = {
        "accept": _("%(name)s belongs to the network now, and has got a mail."),
        "refuse": _("%(name)s has got a mail about it."),
        "remove": _("%(name)s no longer belongs to the network."),
    }
    try:
        getattr(actions, move)(network, person=about, by=request.user, **options)
    except actions.Refused as refused:
        said.error(request, TEXTS[refused.code])
    else:
        said.success(request, texts[move] % {"name": about})
    return redirect("networks:desk", pk=pk)


@require_POST
def invite(request, pk):
    """Invite a colleague by mail."""
    network, form = _network(request, pk), InviteForm(request.POST)
    if form.is_valid():
        try:
            membership = actions.invite(network, email=form.cleaned_data["email"], by=request.user)
        except actions.Refused as refused:
            form.add_error("email", TEXTS[refused.code])
        else:
            name = {"name": membership.person}
            text = (
                _("%(name)s belongs to the network now, and has got a mail.")
                if membership.is_member
                else _("%(name)s has been invited by mail.")
            )
            said.success(request, text % name)
            return redirect("networks:desk", pk=pk)
    return _desk(request, network, form)


@require_POST
def teams(request, pk):
    """Tick off what the leader has done in Teams."""
    network = _network(request, pk)
    keys = [int(key) for key in request.POST.getlist("person") if key.isdigit() and len(key) < 10]
    number = actions.tick_teams(network, people=keys, by=request.user)
    text = ngettext("%(n)s person ticked off.", "%(n)s people ticked off.", number) % {"n": number}
    said.success(request, text)
    return redirect("networks:desk", pk=pk)
