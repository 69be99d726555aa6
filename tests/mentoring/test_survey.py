"""The closing survey: nobody learns who said what, and nothing of fewer than five answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from ake_portal import reminders as portal
from ake_portal import tasks
from mentoring import closing_reminders, survey
from mentoring.actions import Refused
from mentoring.models import SurveyAnswer
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders

SAID = {"competence": 4, "wellbeing": 5, "useful": 3, "recommends": 5, "changed": "", "advice": ""}


def cohort_of(region, number=6, *, employee=None, **fields):
    """A running cohort that ends today, with `number` members in one group, `employee` first."""
    today = timezone.localdate()
    values = {"state": "running", "first_day": today - timedelta(days=150), "last_day": today, **fields}
    cohort = builders.cohort(region, in_days=-200, **values)
    library = builders.library(region, "Sipoon kirjasto", "Sibbo bibliotek")
    members = [employee] if employee else []
    members += [builders.person(f"jasen{n}@sipoo.example", library=library) for n in range(number - len(members))]
    return cohort, builders.mentoring_group(cohort, *members), members


@pytest.fixture
def asked(uusimaa, employee):
    """(cohort, members): six, the employee first; the survey has begun."""
    cohort, _, members = cohort_of(uusimaa, employee=employee)
    return survey.begin(cohort), members


def answered_by(cohort, members, **said):
    for person in members:
        survey.answer(cohort, by=person, **{**SAID, **said})


def page(client, cohort):
    return client.get(reverse("mentoring:survey", args=[cohort.pk]))


# When it is asked


def test_the_survey_waits_on_the_members_home_page_until_it_is_answered(asked, employee, sign_in):
    cohort, _ = asked
    client, link = sign_in(employee), f"/fi/mentoring/{cohort.pk}/survey/"
    assert link in client.get("/fi/").text
    answered_by(cohort, [employee])
    assert link not in client.get("/fi/").text


def test_the_members_are_asked_by_mail_in_their_language(uusimaa, employee, colleague):
    cohort, group, _ = cohort_of(uusimaa, employee=employee)
    builders.mentoring_group(cohort, colleague)
    survey.begin(cohort)
    assert Mail.objects.filter(template="mentoring/survey").count() == 7
    mail = Mail.objects.get(template="mentoring/survey", person=employee)
    assert mail.subject == "Mitä mentorointi antoi? Ryhmämentorointi 2027"
    assert f"/fi/mentoring/{cohort.pk}/survey/" in mail.text
    assert Mail.objects.get(template="mentoring/survey", person=colleague).subject.startswith("Vad gav mentorskapet?")


def test_the_ake_may_ask_two_weeks_before_the_season_ends_and_not_earlier(uusimaa):
    cohort, _, _ = cohort_of(uusimaa, last_day=timezone.localdate() + timedelta(days=15))
    with pytest.raises(Refused) as refused:
        survey.begin(cohort)
    assert refused.value.codes == ("last_day_not_passed",)
    assert survey.begin(cohort, now=timezone.now() + timedelta(days=1)).state == "closing"


def test_the_clock_asks_on_the_day_after_the_last_and_only_once(uusimaa, time_machine):
    cohort, _, _ = cohort_of(uusimaa, last_day=datetime(2026, 12, 15).date())
    time_machine.move_to(datetime(2026, 12, 15, 21, 30, tzinfo=UTC))  # still the 15th in Helsinki
    tasks.move_mentoring()
    cohort.refresh_from_db()
    assert cohort.state == "running"
    time_machine.move_to(datetime(2026, 12, 15, 22, 30, tzinfo=UTC))
    tasks.move_mentoring()
    tasks.move_mentoring()
    cohort.refresh_from_db()
    assert cohort.state == "closing" and Mail.objects.filter(template="mentoring/survey").count() == 6


def test_the_clock_closes_a_cohort_that_has_been_forgotten(asked, now):
    cohort, _ = asked
    survey.tick(now + timedelta(days=29))
    cohort.refresh_from_db()
    assert cohort.state == "closing"
    survey.tick(now + timedelta(days=30, hours=1))
    cohort.refresh_from_db()
    assert cohort.state == "closed"
    assert Mail.objects.filter(template="mentoring/closed").count() == 6


def test_when_it_is_closed_the_members_hear_on_which_day_the_notes_go(asked, employee):
    survey.close(asked[0])
    mail = Mail.objects.get(template="mentoring/closed", person=employee)
    assert "ma 4.1.2027" in mail.text and "poistetaan" in mail.text  # 90 days after 6 October


def test_what_groups_have_before_them_is_cancelled_when_the_season_is_closed(asked, employee, sign_in, coordinator):
    cohort, members = asked
    group = cohort.groups.get()
    held, going_on = builders.meeting(group, in_days=-3), builders.meeting(group, in_days=0, hours=(9, 23))
    first, last = builders.meeting(group, in_days=8), builders.meeting(group, in_days=20)
    client, address = sign_in(coordinator), reverse("mentoring:desk_move", args=[cohort.pk, "close"])
    page = client.get(address).text
    assert "Ryhmien tulevia tapaamisia: 2." in page and "Viimeinen niistä on ma 26.10." in page
    assert "päätä kausi vasta niiden jälkeen" in page
    client.post(address)
    assert set(group.meetings.exclude(cancelled_at=None)) == {first, last}
    assert set(group.meetings.filter(cancelled_at=None)) == {held, going_on}
    for person in members:
        mail = Mail.objects.get(template="mentoring/closed", person=person)
        files = [(method, Calendar.from_ical(text).walk("VEVENT")[0]) for method, text in mail.calendars]
        assert [(method, event["sequence"], event["status"]) for method, event in files] == [
            ("CANCEL", 1, "CANCELLED")
        ] * 2
        assert "tapaamiset on samalla peruttu" in mail.text and "tapaamiset on samalla peruttu" in mail.html


def test_without_a_meeting_to_come_closing_says_nothing_of_any(asked, employee, sign_in, coordinator):
    cohort, _ = asked
    builders.meeting(cohort.groups.get(), in_days=-3)
    client, address = sign_in(coordinator), reverse("mentoring:desk_move", args=[cohort.pk, "close"])
    assert "tulevia tapaamisia" not in client.get(address).text
    client.post(address)
    mail = Mail.objects.get(template="mentoring/closed", person=employee)
    assert "peruttu" not in mail.text and mail.calendars == []


def test_the_clock_waits_with_closing_until_the_last_meeting_is_over(asked, now):
    cohort, _ = asked
    meeting = builders.meeting(cohort.groups.get(), in_days=31)
    builders.meeting(cohort.groups.get(), in_days=60, cancelled_at=now)
    survey.tick(now + timedelta(days=30, hours=1))
    cohort.refresh_from_db()
    assert cohort.state == "closing"
    survey.tick(meeting.ends_at + timedelta(minutes=1))
    cohort.refresh_from_db()
    meeting.refresh_from_db()
    assert cohort.state == "closed" and meeting.cancelled_at is None


def test_whoever_has_not_answered_is_reminded_once(asked, employee, now):
    cohort, members = asked
    answered_by(cohort, members[1:])
    assert set(closing_reminders.RULES) <= set(portal.RULES)
    for moment in (now + timedelta(days=6), now + timedelta(days=7, hours=1), now + timedelta(days=8)):
        runner.run(closing_reminders.RULES, moment)
    mails = Mail.objects.filter(key__contains="survey_again")
    assert [mail.person for mail in mails] == [employee]
    assert mails[0].subject.startswith("Vastauksesi puuttuu vielä")


def test_nobody_is_reminded_of_a_survey_that_is_over(asked, now):
    survey.close(asked[0])
    runner.run(closing_reminders.RULES, now + timedelta(days=8))
    assert not Mail.objects.filter(key__contains="survey_again").exists()


# Answering


def test_a_member_answers_on_the_page_once(asked, employee, sign_in):
    cohort, _ = asked
    client = sign_in(employee)
    assert page(client, cohort).content.decode().count("<legend") == 4
    for changed in ("Uskallan kysyä.", "Toinen vastaus."):
        client.post(reverse("mentoring:survey", args=[cohort.pk]), {**SAID, "changed": changed}, follow=True)
    (answer,) = SurveyAnswer.objects.all()
    assert (answer.competence, answer.wellbeing, answer.useful, answer.recommends) == (4, 5, 3, 5)
    assert answer.changed == "Uskallan kysyä."
    text = page(client, cohort).content.decode()
    assert "<form method" not in text.partition("<main")[2] and "Uskallan kysyä." not in text


def test_an_answer_without_a_grade_says_so_and_keeps_what_was_typed(asked, employee, sign_in):
    cohort, _ = asked
    client = sign_in(employee)
    answer = {**SAID, "useful": "6", "changed": "Uskallan kysyä."}
    response = client.post(reverse("mentoring:survey", args=[cohort.pk]), answer)
    assert response.status_code == 422 and not SurveyAnswer.objects.exists()
    assert "Uskallan kysyä." in response.content.decode() and "field-error" in response.content.decode()


def test_nothing_is_taken_before_it_begins_or_after_it_is_over(uusimaa, employee):
    cohort, _, _ = cohort_of(uusimaa, employee=employee)
    for move in (lambda cohort: cohort, survey.begin, survey.close):
        cohort = move(cohort)
        if cohort.state == "closing":
            continue
        with pytest.raises(Refused):
            survey.answer(cohort, by=employee, **SAID)
    assert not SurveyAnswer.objects.exists()


def test_who_is_no_member_cannot_answer(asked, colleague):
    with pytest.raises(Refused):
        survey.answer(asked[0], by=colleague, **SAID)


def test_an_answer_keeps_nobody_and_no_moment():
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {
        *("id", "cohort", *survey.GRADES, *survey.TEXTS)
    }
    key = SurveyAnswer._meta.pk
    assert key.get_internal_type() == "UUIDField" and {str(SurveyAnswer().pk)[14] for _ in range(9)} == {"4"}


@pytest.mark.full
def test_the_versions_of_rows_do_not_tell_which_answer_belongs_to_whom(asked):
    if connection.vendor != "postgresql":
        pytest.skip("row versions are PostgreSQL's")
    cohort, members = asked
    answered_by(cohort, members[:3])
    with connection.cursor() as cursor:
        for table in ("mentoring_surveyanswer", "mentoring_application"):
            cursor.execute(f"SELECT DISTINCT cmin::text || xmin::text FROM {table}")
            assert len(cursor.fetchall()) == 1


# What is shown, and when


def test_nothing_is_shown_while_answers_still_come_in(asked, sign_in, coordinator):
    cohort, members = asked
    answered_by(cohort, members[:5], changed="Uskallan kysyä.")
    for person in (members[0], coordinator):
        text = page(sign_in(person), cohort).content.decode()
        assert "Uskallan kysyä." not in text and "survey-results" not in text
        assert "Kyselyyn on vastannut 5/6 jäsentä" in text


def test_when_all_have_answered_members_and_the_ake_see_the_same(asked, sign_in, coordinator):
    cohort, members = asked
    answered_by(cohort, members[:4], changed="Uskallan kysyä.")
    answered_by(cohort, members[4:], competence=1)
    results = survey.results(cohort)
    assert (results.answered, results.asked, results.is_shown) == (6, 6, True)
    competence = results.grades[0]
    assert (competence.mean, competence.counts) == (
        3.0,
        ((1, 2, 33), (2, 0, 0), (3, 0, 0), (4, 4, 67), (5, 0, 0)),
    )
    for person in (members[5], coordinator):
        text = page(sign_in(person), cohort).content.decode()
        assert text.count("Uskallan kysyä.") == 4 and "3,0" in text


@pytest.mark.parametrize(("answers", "is_shown"), [(4, False), (5, True)])
def test_when_it_is_over_results_are_shown_from_five_answers_up(asked, sign_in, coordinator, answers, is_shown):
    cohort, members = asked
    answered_by(cohort, members[:answers], changed="Uskallan kysyä.")
    text = page(sign_in(coordinator), survey.close(cohort)).content.decode()
    assert ("Uskallan kysyä." in text) is is_shown
    assert ("Liian vähän vastauksia" in text) is not is_shown


def test_four_members_who_have_all_answered_are_still_too_few(uusimaa, employee):
    cohort, _, members = cohort_of(uusimaa, 4, employee=employee)
    cohort = survey.begin(cohort)
    answered_by(cohort, members)
    results = survey.results(cohort)
    assert results.is_too_few and not results.grades and not results.texts


def test_texts_stand_in_the_order_of_their_random_keys(asked):
    cohort, members = asked
    for number, person in enumerate(members):
        answered_by(cohort, [person], changed=f"vastaus {number}")
    shown = dict(survey.results(cohort).texts)
    assert [*shown.values()][0] == list(cohort.answers.order_by("id").values_list("changed", flat=True))


def test_leaving_the_group_shows_nobody_the_answers_of_the_rest(asked):
    cohort, members = asked
    answered_by(cohort, members[:2])
    cohort.applications.exclude(person__in=members[:2]).update(state="left")
    assert not survey.results(cohort).is_shown


# Who opens it


def test_the_page_is_for_members_and_those_who_run_the_cohort(asked, sign_in, cast_of):
    cohort, _ = asked
    got = {name: page(sign_in(person), cohort).status_code for name, person in cast_of.items()}
    assert got == {
        "employee": 200, "coordinator": 200, "superuser": 200,
        "colleague": 404, "director": 404, "other_coordinator": 404, "stranger": 404,
    }  # fmt: skip


def test_the_page_asks_the_database_the_same_with_few_and_with_many_answers(
    asked, sign_in, employee, django_assert_num_queries, django_assert_max_num_queries
):
    cohort, members = asked
    survey.answer(cohort, by=employee, **SAID)
    client = sign_in(employee)
    page(client, cohort)
    with django_assert_max_num_queries(12) as queries:
        page(client, cohort)
    answered_by(cohort, members[1:], changed="Uskallan kysyä.", advice="Enemmän aikaa.")
    with django_assert_num_queries(len(queries) + 1):  # the answers themselves
        page(client, cohort)
