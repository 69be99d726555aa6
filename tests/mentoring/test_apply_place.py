"""A place in a mentoring group: offered, accepted or declined in time, reminded of; and the mails around it."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ake_portal import agenda
from ake_portal.admin import KINDS
from ake_portal.reminders import RULES
from mentoring import actions, mails, workflow
from mentoring.models import Application, Cohort, Group
from mentoring.reminders import RULES as OWN_RULES
from notifications import reminders
from notifications.models import Mail
from tests import builders

State = Application.State


@pytest.fixture
def cohort(uusimaa):
    return builders.cohort(uusimaa)


@pytest.fixture
def offered(cohort, employee, colleague):
    """The employee has a place; the colleague has accepted hers; the answer's deadline is in three weeks."""
    return offer_to(cohort, employee, colleague)


def offer_to(cohort, person, *others, until=None):
    made = builders.application(cohort, person)
    Cohort.objects.filter(pk=cohort.pk).update(state="running")
    cohort.refresh_from_db()
    made.group = builders.mentoring_group(cohort, *others)
    made.save()
    return actions.offer(made, until=until)


def url(application, name="place"):
    return reverse(f"mentoring:{name}", args=[application.pk if name == "place" else application.cohort_id])


def sent(name):
    return list(Mail.objects.filter(template=f"mentoring/{name}").order_by("pk"))


def run(moment):
    return reminders.run(RULES, moment)


def test_the_mail_of_a_place_leads_over_the_sign_in_to_the_page_where_it_is_accepted(
    client, sign_in, employee, offered
):
    (mail,) = sent("place_offered")
    assert mail.person == employee and url(offered) in mail.text
    for words in ("Omatoimikirjasto", "tiistai klo 9", "suomi", "ti 27.10."):
        assert words in mail.text and words in mail.html, words
    assert client.get(url(offered)).url == f"{reverse('account_login')}?next={url(offered)}"
    client = sign_in(employee)
    page = client.get(url(offered)).text
    for words in ("Omatoimikirjasto", "tiistai klo 9", "ti 27.10.", "Linnea Exempel", "Loviisan kirjasto"):
        assert words in page, words
    assert Application.objects.get(pk=offered.pk).state == "offered", "looking accepts nothing"
    answer = client.post(url(offered), {"answer": "accept"}, follow=True)
    assert "Paikka on sinun." in answer.text
    assert Application.objects.get(pk=offered.pk).state == "member"
    (welcome,) = sent("welcome")
    assert welcome.person == employee and offered.group.get_absolute_url() in welcome.text


def test_a_place_is_declined_and_that_is_told_on_the_page(sign_in, employee, offered):
    client = sign_in(employee)
    answer = client.post(url(offered), {"answer": "decline"}, follow=True)
    assert "Olet luopunut paikasta" in answer.text and "Luovuit paikasta 6.10.2026" in answer.text
    assert "Linnea" not in answer.text and "Ota paikka vastaan" not in answer.text
    assert Application.objects.get(pk=offered.pk).state == "declined"
    again = client.post(url(offered), {"answer": "accept"}, follow=True)
    assert "ei enää onnistu" in again.text
    assert Application.objects.get(pk=offered.pk).state == "declined"


def test_an_answer_without_a_choice_changes_nothing(sign_in, employee, offered):
    sign_in(employee).post(url(offered), {"answer": "perhaps"})
    assert Application.objects.get(pk=offered.pk).state == "offered"


def test_a_place_that_is_accepted_too_late_is_gone(sign_in, employee, offered, time_machine):
    client = sign_in(employee)
    time_machine.move_to(offered.offer_until)
    answer = client.post(url(offered), {"answer": "accept"}, follow=True)
    assert "ei enää onnistu" in answer.text and "Vastausaika on mennyt umpeen" in answer.text
    assert "Linnea" not in answer.text
    for _ in range(2):
        actions.tick()
    assert Application.objects.get(pk=offered.pk).state == "expired"
    assert [mail.person for mail in sent("place_expired")] == [employee]
    assert "Vastausaika on mennyt umpeen" in client.get(url(offered)).text
    assert not sent("welcome")


def test_names_are_for_those_with_a_place_alone(sign_in, employee, colleague, offered, cohort):
    other = builders.person("toinen@askola.example", library=employee.library)
    listed = Application.objects.create(
        cohort=cohort, person=other, library=other.library, state="listed", employer_agrees=True
    )
    assert "Linnea" not in sign_in(other).get(url(listed), follow=True).text
    assert sign_in(colleague).get(url(offered)).status_code == 404


def test_in_swedish_it_says_the_same(sign_in, colleague, employee, cohort):
    made = offer_to(cohort, colleague, employee)
    page = sign_in(colleague).get(url(made).replace("/fi/", "/sv/")).text
    for words in ("En plats i en stödgrupp", "tisdag kl. 9", "Meröppet bibliotek", "Ta emot platsen", "Aino Esimerkki"):
        assert words in page, words
    (mail,) = sent("place_offered")
    assert mail.subject == "En plats för dig: Gruppmentorskap 2027"
    for words in ("Meröppet bibliotek", "tisdag kl. 9", "Se platsen och svara"):
        assert words in mail.text, words


def test_a_place_waits_on_the_home_page_until_it_is_answered(sign_in, employee, colleague, offered):
    client = sign_in(employee)
    page = client.get("/fi/").text
    waiting = page[page.index('aria-labelledby="tasks"') :].partition("</section>")[0]
    assert url(offered) in waiting and "Vastaa viimeistään ti 27.10." in waiting
    assert url(offered) not in sign_in(colleague).get("/fi/").text
    actions.accept(offered)
    assert url(offered) not in sign_in(employee).get("/fi/").text


def test_a_place_costs_the_home_page_no_query(sign_in, employee, director, offered, django_assert_num_queries):
    for person in (employee, builders.person(library=employee.library)):
        client = sign_in(person)
        client.get("/fi/")
        with django_assert_num_queries(10):
            assert (url(offered) in client.get("/fi/").text) == (person == employee)


def test_of_two_places_the_more_urgent_waits_first(employee, uusimaa, time_machine):
    late = offer_to(builders.cohort(uusimaa, in_days=20), employee)
    soon = offer_to(builders.cohort(uusimaa, in_days=10), employee)
    assert [task.url for task in agenda.waiting_for(employee)] == [url(soon)]
    time_machine.move_to(soon.offer_until)
    assert [task.url for task in agenda.waiting_for(employee)] == [url(late)]


@pytest.mark.parametrize("number", [1, 8])
def test_the_page_of_a_place_asks_as_often_however_many_are_in_the_group(
    sign_in, employee, askola, cohort, number, django_assert_num_queries
):
    made = offer_to(cohort, employee, *(builders.person(library=askola) for _ in range(number)))
    client = sign_in(employee)
    with django_assert_num_queries(PLACE_QUERIES):
        client.get(url(made))


PLACE_QUERIES = 4


# Every move, by every member of the cast, from every state


CAST = ("employee", "colleague", "director", "coordinator", "other_coordinator", "superuser", "stranger")
PAGES = {
    "change": ("apply", {}),
    "withdraw": ("withdraw", {}),
    "accept": ("place", {"answer": "accept"}),
    "decline": ("place", {"answer": "decline"}),
}


@pytest.mark.parametrize(("move", "state"), list(product(PAGES, State.values)))
def test_every_move_by_every_member_of_the_cast_from_every_state(
    move, state, request, sign_in, cohort, employee, colleague
):
    made = builders.application(cohort, employee)
    group = builders.mentoring_group(cohort, colleague)
    until = timezone.now() + timedelta(days=1) if state == "offered" else None
    is_open = move in ("change",) or state == "withdrawn"
    Cohort.objects.update(state="open" if is_open else "running")
    Application.objects.filter(pk=made.pk).update(state=state, group=group, offer_until=until, brings="Ennen.")
    page, data = PAGES[move]
    if move == "change":
        data = {
            "wish_1": cohort.topics.get().pk,
            "brings": "Jälkeen.",
            "learns": "x",
            "languages": "fi",
            "times": "1-08",
            "employer_agrees": "on",
        }
    for who in CAST:
        client = sign_in(request.getfixturevalue(who))
        with transaction.atomic():
            client.post(url(made, page), data)
            after = Application.objects.get(pk=made.pk)
            transaction.set_rollback(True)
        moves = {"change": ("change", "apply")}.get(move, (move,))
        allowed = who == "employee" and any(state in workflow.APPLICATION[one].sources for one in moves)
        if move == "change":
            assert (after.brings == "Jälkeen.") == allowed, who
        else:
            assert (after.state == workflow.APPLICATION[move].target != state) == allowed, who


# Mails


def test_every_mail_has_its_kind_and_its_words_in_both_languages(cohort, employee, colleague, coordinator):
    """Each written once to a Finnish and once to a Swedish reader, about the same."""
    group = builders.mentoring_group(cohort, employee, colleague)
    Cohort.objects.update(reason="Vetäjä sairastui.")
    for person in (employee, colleague):
        one = Application.objects.select_related("group", "cohort").get(person=person)
        one.offer_until = cohort.answer_until
        for write in (mails.applied, mails.place_offered, mails.listed, mails.place_expired):
            write(one)
        mails.place_waits(one, f"waits:{person.pk}")
        mails.called_off(one, coordinator)
        mails.left(one, person)
    assert Group.objects.get() == group
    names = ["applied", "place_offered", "listed", "place_expired", "place_waits", "called_off", "left"]
    for name in names:
        finnish, swedish = sorted(sent(name), key=lambda mail: mail.language)
        assert (finnish.language, swedish.language) == ("fi", "sv"), name
        assert finnish.subject != swedish.subject or name == "left"
        assert "Hei Aino!" in finnish.text and "Hej Linnea!" in swedish.text
        assert "/fi/mentoring/" in finnish.text and "/sv/mentoring/" in swedish.text
        assert f"mentoring/{name}" in KINDS
        for mail in (finnish, swedish):
            assert "{" not in mail.text + mail.subject and "None" not in mail.text
            assert mail.reply_to == "ake@porvoo.example"


def test_who_has_left_is_told_to_those_who_stay_and_a_new_convenor_is_asked_for(cohort, employee, colleague):
    Cohort.objects.update(state="running")
    builders.mentoring_group(cohort, employee, colleague, convenor=employee)
    actions.leave(Application.objects.get(person=employee))
    (mail,) = sent("left")
    assert mail.person == colleague and "Aino Esimerkki" in mail.text
    assert "ingen sammankallare" in mail.text


# The reminder


def test_a_place_that_is_not_answered_is_reminded_of_once_two_days_before(offered, employee, time_machine):
    until = offered.offer_until
    moment = (until - timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)
    assert run(moment - timedelta(minutes=1)) == 0
    for after in (timedelta(0), timedelta(minutes=5), timedelta(days=1)):
        run(moment + after)
    (mail,) = sent("place_waits")
    assert mail.person == employee and url(offered) in mail.text and "ti 27.10." in mail.subject


def test_who_has_answered_is_not_reminded_nor_after_the_deadline(offered):
    late = offered.offer_until
    assert run(late) == 0
    actions.decline(offered)
    assert run(late - timedelta(days=1)) == 0 and not sent("place_waits")


def test_a_place_that_came_free_late_is_not_reminded_of_at_once(cohort, employee, time_machine):
    time_machine.move_to(cohort.answer_until - timedelta(days=2, hours=1))
    Cohort.objects.update(deadline=timezone.now() + timedelta(hours=1))
    cohort.refresh_from_db()
    offer_to(cohort, employee, until=cohort.answer_until)
    assert run(cohort.answer_until - timedelta(hours=1)) == 0


def test_two_runs_at_once_remind_once(offered):
    """Both runs found the same people before either had posted anything."""
    moment = offered.offer_until - timedelta(days=1)
    found = [item for rule in RULES for item in rule.find(moment, moment) if "place_waits" in item.key]
    again = [item for rule in RULES for item in rule.find(moment, moment) if "place_waits" in item.key]
    for item in found + again:
        item.send()
    assert len(found) == len(again) == len(sent("place_waits")) == 1


def test_the_page_of_coming_reminders_shows_it(sign_in, coordinator, other_coordinator, offered, time_machine):
    time_machine.move_to(offered.offer_until - timedelta(days=5))
    page = reverse("admin:reminders_coming")
    assert "Aino Esimerkki" in sign_in(coordinator).get(page).text
    assert "Aino Esimerkki" not in sign_in(other_coordinator).get(page).text


@pytest.mark.parametrize("rows", [1, 30])
def test_finding_reminders_takes_the_same_queries(rows, cohort, askola, django_assert_num_queries):
    people = [builders.person(library=askola) for _ in range(rows)]
    Cohort.objects.update(state="running")
    group = builders.mentoring_group(cohort, *people)
    Application.objects.update(state="offered", offer_until=cohort.answer_until, group=group)
    with django_assert_num_queries(2):
        now = timezone.now()
        assert len(reminders.coming(OWN_RULES, now, now + timedelta(days=60))) == rows
