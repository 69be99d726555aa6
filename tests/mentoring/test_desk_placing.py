"""From applications to groups: the proposal kept, people moved by hand, groups announced, and who comes next from the list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ake_portal.lib import days
from mentoring import actions, fitting, placing
from mentoring.actions import Refused
from mentoring.models import Application, Cohort, Group
from notifications.models import Mail
from people.models import Deputy
from tests import builders
from tests.mentoring.formed import applicants, fresh, states, to_forming

DAY = timedelta(days=1)


@pytest.fixture
def children():
    return builders.topic("Lapset ja nuoret", "Barn och unga", "children")


@pytest.fixture
def seniors():
    return builders.topic("Seniorit", "Seniorer", "services")


@pytest.fixture
def cohort(uusimaa, children, seniors):
    """Takes applications until in two weeks; groups of 3 to 4."""
    return builders.cohort(uusimaa, children, seniors, smallest=3, largest=4)


def placed(application, group):
    return placing.move(application, group=group)


@pytest.fixture
def group(cohort, children, askola, loviisa):
    """Three people of two libraries in a group that meets on Tuesdays at 9, not announced."""
    applicants(cohort, 2, children, library=askola)
    applicants(cohort, 1, children, library=loviisa, first=2)
    cohort = to_forming(cohort)
    group = placing.add_group(cohort, topic=children, language="fi", slot="2-09")
    for application in cohort.applications.all():
        placed(application, group)
    return group


def on_list(cohort, *topics, library, first=10, **fields):
    """Somebody who has applied and stands on the list of an announced cohort."""
    person = builders.person(f"jono{first}@kirjasto.example", f"Jono{first}", library=library)
    values = {"times": ["2-09"], "languages": ["fi"], "employer_agrees": True, **fields}
    made = Application.objects.create(
        cohort=cohort, person=person, library=library, state="listed", brings="x", learns="y", **values
    )
    for rank, topic in enumerate(topics, 1):
        made.wishes.create(topic=topic, rank=rank)
    return made


def refusal(action, *args, **options):
    with pytest.raises(Refused) as refused:
        action(*args, **options)
    return list(refused.value.codes)


# Who is kept apart


def kept_apart(cohort):
    """The names of those who are kept apart, as pairs in alphabetical order."""
    applications = fitting.people_in(cohort)
    names = {one.pk: one.person.first_name for one in applications}
    people = fitting.applicants_of(applications)
    return {tuple(sorted((names[key], names[other]))) for key, one in people.items() for other in one.kept_apart}


def test_a_director_is_kept_apart_from_everybody_in_the_library_and_a_deputy_from_nobody(
    cohort, employee, director, colleague, host
):
    Deputy.objects.create(
        library=employee.library, person=colleague, first_day=timezone.localdate(), last_day=timezone.localdate()
    )
    for person in (employee, director, colleague, host):
        builders.application(cohort, person)
    assert kept_apart(cohort) == {("Aino", "Kerttu"), ("Hanna", "Linnea")}


def test_the_directors_superior_is_kept_apart_from_the_director_and_the_library(
    cohort, employee, director, colleague, askola
):
    askola.superior = colleague
    askola.save()
    for person in (employee, director, colleague):
        builders.application(cohort, person)
    assert kept_apart(cohort) == {("Aino", "Kerttu"), ("Aino", "Linnea"), ("Kerttu", "Linnea")}


def test_whoever_names_a_superior_is_kept_apart_however_the_address_is_written(cohort, employee, colleague):
    builders.application(cohort, employee, superior_email="Linnea@LOVIISA.example")
    builders.application(cohort, colleague)
    assert kept_apart(cohort) == {("Aino", "Linnea")}


def test_who_has_withdrawn_or_was_erased_is_in_no_proposal(cohort, employee, colleague):
    actions.withdraw(builders.application(cohort, employee))
    builders.application(cohort, colleague)
    type(colleague).objects.filter(pk=colleague.pk).update(erased_at=timezone.now())
    assert fitting.people_in(cohort) == []


# Proposing


def test_a_proposal_is_kept_with_the_reason_of_each_place_and_the_rule_that_blocks(cohort, children, askola, loviisa):
    inside = [
        *applicants(cohort, 2, children, library=askola),
        *applicants(cohort, 2, children, library=loviisa, first=2),
    ]
    (outside,) = applicants(cohort, 1, children, library=loviisa, first=4, times=["5-16"])
    proposal = placing.propose(to_forming(cohort))
    (group,) = cohort.groups.all()
    assert (group.topic, group.number, group.language, group.slot) == (children, 1, "fi", "2-09")
    assert {(fresh(one).group, fresh(one).placed_because) for one in inside} == {(group, "first_wish")}
    assert fresh(outside).group is None and fresh(outside).placed_because == proposal.unplaced[0].rule


def test_proposing_anew_takes_the_place_of_what_was_there(group):
    gone = placing.add_group(group.cohort, topic=group.topic, language="sv", slot="5-16")
    placing.propose(group.cohort)
    assert not Group.objects.filter(pk__in=[group.pk, gone.pk]).exists()
    assert group.cohort.groups.count() == 1
    assert group.cohort.applications.filter(group__isnull=False).count() == 3


def test_groups_are_proposed_only_while_they_are_formed(cohort, group):
    placing.announce(group.cohort)
    assert refusal(placing.propose, cohort) == ["state"]


# By hand


def test_a_person_is_moved_and_it_is_remembered_that_it_was_by_hand(cohort, group):
    application = group.applications.first()
    other = placing.add_group(cohort, topic=group.topic, language="fi", slot="3-10")
    assert other.number == 2
    placing.move(application, group=other, seen=group.pk)
    assert (fresh(application).group, fresh(application).placed_because) == (other, "by_hand")
    placing.move(application, group=None, seen=other.pk)
    assert fresh(application).group is None


def test_a_move_does_not_undo_what_somebody_else_has_done_meanwhile(cohort, group):
    application = group.applications.first()
    other = placing.add_group(cohort, topic=group.topic, language="fi", slot="3-10")
    placing.move(application, group=other, seen=group.pk)
    assert refusal(placing.move, application, group=None, seen=group.pk) == ["moved"]
    assert fresh(application).group == other


def test_nobody_is_moved_into_a_group_that_is_gone_or_of_another_cohort(cohort, group, uusimaa):
    application = group.applications.first()
    gone = placing.add_group(cohort, topic=group.topic, language="fi", slot="3-10")
    placing.remove_group(gone)
    gone = Group(pk=10**6, cohort=cohort)
    assert refusal(placing.move, application, group=gone) == ["moved"]
    elsewhere = builders.mentoring_group(builders.cohort(uusimaa, state="running"))
    assert refusal(placing.move, application, group=elsewhere) == ["elsewhere_group"]


def test_only_an_empty_group_goes(cohort, group):
    assert refusal(placing.remove_group, group) == ["not_empty"]
    empty = placing.add_group(cohort, topic=group.topic, language="fi", slot="3-10")
    placing.remove_group(empty)
    assert list(cohort.groups.all()) == [group]


def test_a_group_gets_another_time_unless_somebody_else_has_changed_it(cohort, group):
    seen = ("fi", "2-09", "", None)
    placing.change_group(group, language="fi", slot="3-10", teams_link="https://teams.example/1", seen=seen)
    assert fresh(group).slot == "3-10"
    assert refusal(placing.change_group, group, language="sv", slot="2-09", teams_link="", seen=seen) == [
        "group_changed"
    ]
    assert (fresh(group).language, fresh(group).slot) == ("fi", "3-10")


def test_when_the_places_are_offered_the_time_stays_and_the_link_can_still_change(cohort, group):
    placing.announce(cohort)
    placing.change_group(group, language="fi", slot="2-09", teams_link="https://teams.example/2")
    assert fresh(group).teams_link == "https://teams.example/2"
    assert refusal(placing.change_group, group, language="fi", slot="3-10", teams_link="") == ["state"]


# Announcing


def test_announcing_offers_the_places_and_puts_the_others_on_the_list(cohort, children, askola, loviisa):
    inside = applicants(cohort, 3, children, library=askola)
    (outside,) = applicants(cohort, 1, children, library=loviisa, first=3, times=["5-16"])
    placing.propose(to_forming(cohort))
    cohort = placing.announce(cohort)
    assert cohort.state == "running"
    assert states(*inside, outside) == ["offered"] * 3 + ["listed"]
    assert {fresh(one).offer_until for one in inside} == {fresh(cohort).answer_until}
    sent = Mail.objects.exclude(template="mentoring/applied").values_list("template", "person")
    assert sorted(sent) == sorted(
        [("mentoring/place_offered", one.person_id) for one in inside] + [("mentoring/listed", outside.person_id)]
    )


def test_nothing_is_announced_without_groups_or_while_one_breaks_a_rule(cohort, group):
    empty = builders.cohort(cohort.region, state="forming")
    assert refusal(placing.announce, empty) == ["no_groups"]
    placing.move(group.applications.first(), group=None)
    assert refusal(placing.announce, cohort) == ["broken"]
    assert fresh(cohort).state == "forming" and not Mail.objects.filter(template="mentoring/place_offered").exists()


def test_what_the_coordinator_may_know_better_is_announced_all_the_same(cohort, group, seniors):
    Group.objects.filter(pk=group.pk).update(topic=seniors)  # none of them has wished for it
    (standing,) = fitting.standings(cohort, fitting.people_in(cohort))[0]
    assert [rule.rule for rule in standing.broken] == ["not_wished"]
    assert placing.announce(cohort).state == "running"


def test_places_are_not_offered_until_a_day_that_is_past(cohort, group):
    Cohort.objects.filter(pk=cohort.pk).update(answer_until=timezone.now() - timedelta(seconds=1))
    assert refusal(placing.announce, cohort) == ["answer_until_passed"]
    until = timezone.now() + 5 * DAY
    placing.announce(cohort, answer_until=until)
    assert fresh(cohort).answer_until == until
    assert set(cohort.applications.values_list("offer_until", flat=True)) == {until}


# The next from the list


@pytest.fixture
def running(cohort, group):
    """An announced cohort whose group has three offers out, and room for one more."""
    return placing.announce(cohort)


def give_up_by_declining(application, now):
    actions.decline(application, now=now)


def give_up_by_not_answering(application, now):
    Application.objects.filter(pk=application.pk).update(offer_until=now)
    actions.tick(now)


def give_up_by_leaving(application, now):
    actions.accept(application, now=now)
    actions.leave(application, now=now)


WAYS = [give_up_by_declining, give_up_by_not_answering, give_up_by_leaving]


@pytest.mark.parametrize("give_up", WAYS)
def test_a_place_that_comes_free_goes_to_the_next_on_the_list(give_up, running, group, children, askola):
    following = on_list(running, children, library=askola)
    give_up(group.applications.first(), timezone.now())
    following = fresh(following)
    assert (following.state, following.group, following.placed_because) == ("offered", group, "from_list")
    assert Mail.objects.filter(template="mentoring/place_offered", person=following.person).count() == 1


@pytest.mark.parametrize("give_up", WAYS)
def test_the_next_is_who_has_wished_for_the_topic_most_then_who_has_applied_first(
    give_up, running, group, children, seniors, askola
):
    now = timezone.now()
    second_wish = on_list(running, seniors, children, library=askola, first=10, applied_at=now - 3 * DAY)
    later = on_list(running, children, library=askola, first=11, applied_at=now - DAY)
    first = on_list(running, children, library=askola, first=12, applied_at=now - 2 * DAY)
    unwished = on_list(running, seniors, library=askola, first=13, applied_at=now - 4 * DAY)
    order = []
    for application in group.applications.order_by("pk"):
        give_up(application, now)
        order += (
            Application.objects.filter(placed_because="from_list").exclude(pk__in=order).values_list("pk", flat=True)
        )
    assert order == [first.pk, later.pk, second_wish.pk]
    assert fresh(unwished).state == "listed"


@pytest.mark.parametrize(
    "fields", [{"times": ["3-10"]}, {"languages": ["sv"]}, {"superior_email": "hakija2@kirjasto.example"}]
)
def test_whoever_does_not_fit_the_group_is_passed_over(fields, running, group, children, askola):
    unfit = on_list(running, children, library=askola, first=10, **fields)
    fit = on_list(running, children, library=askola, first=11)
    actions.decline(group.applications.order_by("pk").first())
    assert states(unfit, fit) == ["listed", "offered"]


def test_nobody_is_asked_when_nobody_fits(running, group, seniors, askola):
    other = on_list(running, seniors, library=askola)
    actions.decline(group.applications.first())
    assert states(other) == ["listed"]


def test_after_the_second_meeting_a_place_that_is_left_stays_empty(running, group, children, askola):
    following = on_list(running, children, library=askola)
    first, second = group.applications.order_by("pk")[:2]
    for application in (first, second):
        actions.accept(application)
    builders.meeting(group, in_days=-30)
    builders.meeting(group, in_days=-20, cancelled_at=timezone.now())
    builders.meeting(group, in_days=20)
    now = timezone.now()
    builders.meeting(group, in_days=-1)
    actions.leave(first, now=now)
    assert states(following) == ["listed"]
    group.meetings.filter(starts_at__gt=now - 2 * DAY, starts_at__lt=now).delete()
    actions.leave(second, now=now)
    assert states(following) == ["offered"]


def test_when_the_season_is_over_nobody_is_asked_any_more(running, group, children, askola):
    following = on_list(running, children, library=askola)
    Cohort.objects.filter(pk=running.pk).update(state="closing")
    actions.decline(fresh(group.applications.first()))
    assert states(following) == ["listed"]


def test_a_place_offered_late_is_kept_three_working_days(running, group, children, askola):
    following = on_list(running, children, library=askola)
    now = fresh(running).answer_until - timedelta(hours=1)
    actions.decline(group.applications.first(), now=now)
    until = fresh(following).offer_until
    assert until > now + 2 * DAY
    assert days.local(until).date() == days.add_working_days(
        days.local(now).date(), 3, running.region.quiet_periods(days.local(now).date())
    )


def test_who_runs_it_offers_a_place_out_of_turn(running, group, seniors, askola):
    other = on_list(running, seniors, library=askola)
    placing.give_place(other, group=group)
    assert (fresh(other).state, fresh(other).group) == ("offered", group)
    last = on_list(running, seniors, library=askola, first=11)
    assert refusal(placing.give_place, last, group=group) == ["full"]


def test_out_of_turn_is_not_against_a_rule(running, group, children, askola):
    other = on_list(running, children, library=askola, times=["3-10"])
    assert refusal(placing.give_place, other, group=group) == ["broken_by_place"]
    assert states(other) == ["listed"]
    assert refusal(placing.give_place, group.applications.first(), group=group) == ["state"]
