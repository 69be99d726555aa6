"""Every move of a visit, tried by every member of the cast on the portal's pages."""

import pytest
from django.urls import reverse

from peerlearning import claims, workflow
from peerlearning.models import Visit
from tests import builders

CAST = ("employee", "colleague", "director", "host", "coordinator", "other_coordinator", "superuser", "stranger")
# Who may take each move; the clock's and the last consent's moves have no page
MAY = {
    "submit": {"employee", "coordinator", "superuser"},
    "consent host": {"host"},
    "consent director": {"director"},
    "consent ake": {"coordinator", "superuser"},
    "ask_change host": {"host"},
    "ask_change director": {"director"},
    "ask_change ake": {"coordinator", "superuser"},
    "decline host": {"host"},
    "decline director": {"director"},
    "decline ake": {"coordinator", "superuser"},
    "change": {"employee", "coordinator", "superuser"},
    "cancel": {"employee", "director", "coordinator", "superuser"},
    "close": {"coordinator", "superuser"},
}
ANSWERS = {"consent": "yes", "ask_change": "change", "decline": "no"}


@pytest.fixture
def cast(employee, colleague, director, host, coordinator, other_coordinator, superuser, stranger, uusimaa):
    builders.travel_plan(uusimaa)
    there = locals()
    return {name: there[name] for name in CAST}


def attempt(client, cast, move, branch):
    """Take `move` on the portal's page. Returns whether the visit moved."""
    verb, _space, kind = move.partition(" ")
    if verb == "submit":
        visit = builders.visit(cast["employee"], branch)
        client.post(reverse("peerlearning:review", args=[visit.pk]))
        return Visit.objects.get(pk=visit.pk).state == "submitted"
    if verb == "close":
        visit = builders.made_visit(
            cast["employee"], branch.library, plan=cast["employee"].region.plans.get(), by=cast["coordinator"]
        )
        claims.waive(visit.travellers.get(), by=cast["employee"])
        client.post(reverse("peerlearning:close_visit", args=[visit.pk]))
        return Visit.objects.get(pk=visit.pk).state == "closed"
    visit = builders.visit(cast["employee"], branch, state="submitted")
    if verb in ANSWERS:
        consent = visit.consents.get(kind=kind)
        typed = {"answer": ANSWERS[verb], "message": "Perustelu.", "is_duty": "on"}
        client.post(reverse("peerlearning:decide", args=[consent.pk]), typed)
        consent.refresh_from_db()
        return consent.state != "open"
    if verb == "cancel":
        client.post(reverse("peerlearning:cancel", args=[visit.pk]), {"reason": "Sairaus."})
        return Visit.objects.get(pk=visit.pk).state == "cancelled"
    return client.get(reverse("peerlearning:change", args=[visit.pk])).status_code == 200


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("move", MAY)
def test_a_move_is_open_to_those_whom_the_table_names_and_to_nobody_else(sign_in, cast, loviisa_main, move, who):
    assert attempt(sign_in(cast[who]), cast, move, loviisa_main) is (who in MAY[move])


def test_no_move_is_left_out():
    by_people = {move.partition(" ")[0] for move in MAY}
    by_itself = {"approve", "adjust", "lapse", "finish"}  # the last consent, a change that concerns nobody, the clock
    assert by_people | by_itself == set(workflow.VISIT)
