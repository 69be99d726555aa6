"""Two at once at the same groups, on PostgreSQL: places that come free, and coordinators who move people."""

from functools import partial

import pytest
from django.db import connection

from mentoring import actions, placing
from mentoring.models import Application, Group
from notifications.models import Mail
from tests import builders
from tests.full.together import together
from tests.mentoring.formed import applicants, to_forming

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.fail("A race says something on PostgreSQL only: set DATABASE_URL.")


@pytest.fixture
def group(uusimaa, askola, loviisa):
    """A group of four, not announced; the season has two people more, who fit."""
    cohort = builders.cohort(uusimaa, smallest=3, largest=4)
    applicants(cohort, 3, library=askola)
    applicants(cohort, 3, library=loviisa, first=3)
    cohort = to_forming(cohort)
    group = placing.add_group(cohort, topic=cohort.topics.get(), language="fi", slot="2-09")
    for application in cohort.applications.order_by("pk")[:4]:
        placing.move(application, group=group)
    return group


def of(group, *states):
    return Application.objects.filter(cohort=group.cohort, state__in=states).order_by("pk")


def test_two_who_decline_at_once_make_room_for_two_different_people(group):
    placing.announce(group.cohort)
    listed = list(of(group, "listed"))
    two = of(group, "offered")[:2]
    results = together(*(partial(actions.decline, application) for application in two))
    assert all(isinstance(result, Application) for result in results)
    assert set(of(group, "offered").filter(placed_because="from_list")) == set(listed)
    assert of(group, "offered").count() == 4
    assert Mail.objects.filter(template="mentoring/place_offered").count() == 6


def test_one_person_on_the_list_is_offered_one_place_when_two_come_free_at_once(group):
    placing.announce(group.cohort)
    actions.withdraw(of(group, "listed").first())
    (last,) = of(group, "listed")
    together(*(partial(actions.decline, application) for application in of(group, "offered")[:2]))
    assert of(group, "offered").count() == 3
    assert Mail.objects.filter(template="mentoring/place_offered", person=last.person_id).count() == 1


def test_a_place_declined_twice_at_once_comes_free_once(group):
    placing.announce(group.cohort)
    application = of(group, "offered").first()
    results = together(*(partial(actions.decline, application) for _ in range(4)))
    assert sum(isinstance(result, Application) for result in results) == 1
    assert (of(group, "offered").count(), of(group, "listed").count()) == (4, 1)


def test_a_place_is_offered_by_hand_and_by_itself_at_once_to_two_people_at_the_most(group):
    placing.announce(group.cohort)
    first, second = of(group, "listed")
    together(
        partial(actions.decline, of(group, "offered").first()),
        partial(placing.give_place, second, group=group),
        partial(placing.give_place, first, group=group),
    )
    assert of(group, "offered").count() == 4


def test_two_coordinators_who_move_the_same_person_at_once_do_not_lose_a_move(group):
    others = [placing.add_group(group.cohort, topic=group.topic, language="fi", slot=slot) for slot in ("3-10", "4-11")]
    application = group.applications.first()
    results = together(*(partial(placing.move, application, group=other, seen=group.pk) for other in others))
    moved = [result for result in results if isinstance(result, Application)]
    refused = [result for result in results if isinstance(result, actions.Refused)]
    assert len(moved) == len(refused) == 1 and refused[0].codes == ("moved",)
    assert Application.objects.get(pk=application.pk).group == moved[0].group


def test_groups_proposed_twice_at_once_are_those_of_one_proposal(group):
    results = together(*(partial(placing.propose, group.cohort) for _ in range(2)))
    assert [len(proposal.groups) for proposal in results] == [Group.objects.count()] * 2
    placed = Application.objects.filter(group__isnull=False).values_list("group", flat=True)
    assert set(placed) == set(Group.objects.values_list("pk", flat=True))


def test_groups_announced_twice_at_once_are_told_once(group):
    results = together(*(partial(placing.announce, group.cohort) for _ in range(2)))
    assert sorted(type(result).__name__ for result in results) == ["Cohort", "Refused"]
    assert Mail.objects.filter(template="mentoring/place_offered").count() == 4
