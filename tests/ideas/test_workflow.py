"""The table of an idea's moves is what the actions do and what the buttons show, for every member of the cast."""

import pytest
from django.db import IntegrityError, transaction

from ideas import actions, workflow
from ideas.actions import Refused
from ideas.models import Idea
from notifications.models import Mail
from tests import builders

State = Idea.State
MOVES = {
    "send": lambda idea, by: actions.send(idea, by=by),
    "ask_check": actions.ask_check,
    "answer_check": lambda idea, by: actions.answer_check(idea, by=by),
    "go_on": lambda idea, by: actions.go_on(idea, by=by),
    "send_back": lambda idea, by: actions.send_back(idea, by=by, note="Kerro lisää."),
    "make_practice": lambda idea, by: actions.make_practice(idea, by=by),
    "publish": lambda idea, by: actions.publish(idea, by=by),
    "unpublish": lambda idea, by: actions.unpublish(idea, by=by),
    "set_aside": lambda idea, by: actions.set_aside(idea, by=by),
    "reopen": lambda idea, by: actions.reopen(idea, by=by),
    "take_back": lambda idea, by: actions.take_back(idea, by=by),
    "withdraw": lambda idea, by: actions.withdraw(idea, by=by),
}


@pytest.fixture
def cast(employee, colleague, director, coordinator, other_coordinator, superuser, stranger):
    """The employee in Askola writes about a visit to Loviisa, where the colleague is the contact."""
    return {
        "author": employee,
        "host": colleague,
        "director": director,
        "ake": coordinator,
        "other": other_coordinator,
        "superuser": superuser,
        "stranger": stranger,
    }


def story(cast, state=State.DRAFT, **fields):
    """A story that is ready for every move, in a state."""
    idea = builders.idea(
        cast["author"],
        kind=fields.pop("kind", "story"),
        host=cast["host"].library,
        host_contact=cast["host"],
        asked=cast["host"],
        title_sv="Läshunden",
        summary_fi="Koira.",
        summary_sv="Hund.",
        **fields,
    )
    times = {"asked_at": idea.created_at, "published_at": idea.created_at}
    Idea.objects.filter(pk=idea.pk).update(state=state, **times)
    idea.refresh_from_db()
    return idea


def test_table_knows_every_state_and_every_move_is_an_action():
    named = {state for move in workflow.IDEA.values() for state in (*move.sources, move.target)}
    assert named == set(State.values) and set(MOVES) == set(workflow.IDEA)
    assert all(callable(getattr(actions, name)) for name in workflow.IDEA)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", workflow.IDEA)
def test_an_idea_moves_only_from_where_the_table_says(cast, state, move):
    kind = "tip" if move == "make_practice" and state not in (State.PUBLISHED, State.WITH_HOST) else "story"
    idea = story(cast, state, kind=kind)
    expected = workflow.IDEA[move]
    if state in expected.sources:
        MOVES[move](idea, cast["ake"])
        state = expected.target
    else:
        with pytest.raises(Refused, match="state"):
            MOVES[move](idea, cast["ake"])
    idea.refresh_from_db()
    assert idea.state == state


WHO = {
    "author": {"send", "ask_check", "take_back", "withdraw"},
    "host": {"answer_check"},
    "director": set(),
    "ake": {"ask_check", "go_on", "send_back", "make_practice", "publish", "unpublish", "set_aside", "reopen"},
    "other": set(),
    "stranger": set(),
}
WHO["superuser"] = WHO["ake"]


@pytest.mark.parametrize("member", WHO)
def test_every_move_is_open_to_those_whom_the_table_names(cast, member):
    person = cast[member]
    for state in State.values:
        idea = story(cast, state)
        open_to_person = {move for move in workflow.IDEA if Idea.objects.open_to(person, move).filter(pk=idea.pk)}
        assert open_to_person == {move for move in WHO[member] if state in workflow.IDEA[move].sources}
        buttons = set(actions.moves_for(idea, person))
        assert buttons == open_to_person - {"answer_check", "make_practice"}


def test_a_tip_can_do_less(cast):
    tip = story(cast, State.WITH_AKE, kind="tip")
    assert set(actions.moves_for(tip, cast["ake"])) == {"make_practice", "set_aside"}
    assert actions.moves_for(tip, cast["author"]) == ["withdraw"]
    for move in ("publish", "send_back"):
        with pytest.raises(Refused, match="tip"):
            MOVES[move](tip, cast["ake"])
    practice = actions.make_practice(tip, by=cast["ake"])
    assert practice.kind == "practice" and not practice.shows_author and practice.state == State.WITH_AKE
    with pytest.raises(Refused, match="no_tip"):
        actions.make_practice(practice, by=cast["ake"])


@pytest.mark.parametrize(
    "change, code",
    [
        ({"title_fi": ""}, "title_fi"),
        ({"title_sv": ""}, "title_sv"),
        ({"summary_fi": ""}, "summary_fi"),
        ({"summary_sv": None}, "summary_sv"),
        ({"aim_fi": ""}, "no_text"),
    ],
)
def test_publishing_needs_title_and_summary_in_both_languages_and_a_text(cast, change, code):
    idea = story(cast, State.WITH_AKE)
    Idea.objects.filter(pk=idea.pk).update(**change)
    with pytest.raises(Refused) as refused:
        actions.publish(idea, by=cast["ake"])
    assert refused.value.codes == (code,)


def test_publishing_needs_pictures_described_in_both_languages(cast):
    idea = story(cast, State.WITH_AKE)
    picture = builders.picture(idea)
    with pytest.raises(Refused, match="alt_sv"):
        actions.publish(idea, by=cast["ake"])
    picture.alt_sv = "Hunden ligger på mattan."
    picture.save()
    assert actions.publish(idea, by=cast["ake"]).is_published


def test_only_a_story_with_a_host_who_can_be_asked_is_checked(cast, askola):
    practice = builders.idea(cast["author"])
    with pytest.raises(Refused, match="no_host"):
        actions.ask_check(practice, cast["author"])
    nobody = builders.library(askola.region, "Sipoon kirjasto")
    idea = builders.idea(cast["author"], kind="story", host=nobody)
    with pytest.raises(Refused, match="no_one_to_ask"):
        actions.ask_check(idea, cast["author"])
    # a director who has written about the own library is not asked about it
    own = builders.idea(cast["director"], kind="story", host=askola)
    with pytest.raises(Refused, match="no_one_to_ask"):
        actions.ask_check(own, cast["director"])


def test_what_goes_out_has_title_text_and_descriptions(cast):
    idea = builders.idea(cast["author"], title_fi="", body_fi="")
    builders.picture(idea, alt="")
    with pytest.raises(Refused) as refused:
        actions.send(idea, by=cast["author"])
    assert refused.value.codes == ("no_title", "no_text", "not_described")


def test_the_day_of_publication_stays_and_the_author_is_told_once(cast):
    idea = actions.publish(story(cast, State.WITH_AKE), by=cast["ake"])
    first = idea.published_at
    Idea.objects.filter(pk=idea.pk).update(published_at=None, state=State.WITH_AKE)
    idea = actions.publish(idea, by=cast["ake"])
    again = actions.publish(actions.unpublish(idea, by=cast["ake"]), by=cast["ake"])
    assert again.published_at == idea.published_at >= first
    assert Mail.objects.filter(template="ideas/published").count() == 1


def test_the_database_keeps_tips_from_everybodys_eyes(cast):
    tip = story(cast, State.WITH_AKE, kind="tip")
    practice = builders.idea(cast["author"])
    for idea, state in ((tip, State.PUBLISHED), (practice, State.PUBLISHED), (practice, State.WITH_HOST)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Idea.objects.filter(pk=idea.pk).update(state=state)


def test_a_story_can_be_begun_by_another_app(cast, loviisa):
    idea = actions.begin_story(
        author=cast["author"],
        library=cast["author"].library,
        region=loviisa.region,
        host=loviisa,
        topics=[],
        title="Omatoimi Loviisassa",
        language="sv",
    )
    assert (idea.kind, idea.state, idea.title_sv, idea.title_fi, idea.host) == (
        *("story", State.DRAFT, "Omatoimi Loviisassa", None),
        loviisa,
    )
    assert list(Idea.objects.visible_to(cast["author"])) == [idea]
    assert not any(Idea.objects.visible_to(cast[who]).exists() for who in ("ake", "host", "director", "stranger"))
