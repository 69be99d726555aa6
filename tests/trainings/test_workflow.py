"""The tables of moves are what the actions do, and what the documentation says."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from ake_portal.management.commands.write_docs import workflows
from tests import builders
from trainings import actions, workflow
from trainings.models import Registration, SeatOffer, Training

State = Registration.State


def test_documentation_is_what_the_tables_say():
    assert (settings.BASE_DIR / "docs" / "workflows.md").read_text() == workflows()


def test_tables_know_every_state():
    for states, moves in (
        (set(Training.State.values), workflow.TRAINING),
        (set(State.values), workflow.REGISTRATION),
    ):
        named = {state for move in moves.values() for state in (*move.sources, move.target)}
        assert named == states


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", ["cancel", "accept", "decline", "give_seat"])
def test_registration_moves_only_from_where_the_table_says(uusimaa, employee, coordinator, state, move):
    training = builders.training(uusimaa)
    registration = actions.sign_up(training, person=employee)
    Registration.objects.filter(pk=registration.pk).update(state=state)
    if state == State.OFFERED:
        SeatOffer.objects.create(registration=registration, expires_at=timezone.now() + timedelta(days=1))
    take = {
        "cancel": lambda: actions.cancel(registration, by=coordinator),
        "accept": lambda: actions.answer_offer(registration, accept=True),
        "decline": lambda: actions.answer_offer(registration, accept=False),
        "give_seat": lambda: actions.give_seat(registration),
    }[move]
    expected = workflow.REGISTRATION[move]
    if state in expected.sources:
        take()
        state = expected.target
    else:
        with pytest.raises(actions.Refused, match="gone"):
            take()
    registration.refresh_from_db()
    assert registration.state == state


@pytest.mark.parametrize("state", Training.State.values)
@pytest.mark.parametrize("move", workflow.TRAINING)
def test_training_moves_only_from_where_the_table_says(uusimaa, state, move):
    training = builders.training(uusimaa)
    Training.objects.filter(pk=training.pk).update(state=state)
    expected = workflow.TRAINING[move]
    if state in expected.sources:
        getattr(actions, move)(training)
        state = expected.target
    else:
        with pytest.raises(actions.Refused, match="state"):
            getattr(actions, move)(training)
    training.refresh_from_db()
    assert training.state == state
