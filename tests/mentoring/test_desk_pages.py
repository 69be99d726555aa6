"""The desk's pages: who may do what in which state, what stands on them, in how many queries, in both languages."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from budgets.models import Booking, Category, Measure
from mentoring import actions, placing, workflow
from mentoring.desk_views import STEPS
from mentoring.models import Application, Attendance, Cohort, SurveyAnswer
from notifications.models import Mail
from tests import builders
from tests.mentoring.formed import applicants, fresh, to_forming

CAST = ("employee", "colleague", "director", "coordinator", "other_coordinator", "superuser", "stranger")
RUN_IT = {"coordinator", "superuser"}
STATES = Cohort.State.values


@pytest.fixture
def children():
    return builders.topic("Lapset ja nuoret", "Barn och unga", "children")


@pytest.fixture
def seniors():
    return builders.topic("Seniorit", "Seniorer", "services")


@pytest.fixture
def cohort(uusimaa, children, seniors):
    return builders.cohort(uusimaa, children, seniors, smallest=3, largest=4)


@pytest.fixture
def formed(cohort, children, askola, loviisa):
    """A group of three, and somebody to whom its time does not suit."""
    applicants(cohort, 2, children, library=askola)
    applicants(cohort, 1, children, library=loviisa, first=2)
    applicants(cohort, 1, children, library=loviisa, first=3, times=["5-16"])
    cohort = to_forming(cohort)
    group = placing.add_group(cohort, topic=children, language="fi", slot="2-09")
    for application in cohort.applications.exclude(person__first_name="Hakija3"):
        placing.move(application, group=group)
    return group


def address(name, *args):
    return reverse(f"mentoring:{name}", args=args)


def put(cohort, state):
    """The cohort in another state, with its days as that state has them."""
    now, today = timezone.now(), timezone.localdate()
    values = {"state": state, "state_since": now}
    if state == "draft":
        values["deadline"] = now + timedelta(days=1)
    if state not in ("draft", "open", "cancelled"):
        values["deadline"] = now - timedelta(minutes=1)
    if state == "running":
        values.update(first_day=today - timedelta(days=200), last_day=today)
    Cohort.objects.filter(pk=cohort.pk).update(**values)
    return fresh(cohort)


# Its moves

SENT = {
    "reopen": {"deadline": "2026-11-01", "answer_until": "2026-11-10"},
    "announce": {"answer_until": "2026-11-10"},
    "cancel": {"reason": "Hakijoita on liian vähän."},
}


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("state", STATES)
def test_every_move_from_every_state_by_every_member_of_the_cast(state, who, formed, sign_in, request):
    cohort, client = formed.cohort, sign_in(request.getfixturevalue(who))
    for name, move in workflow.COHORT.items():
        put(cohort, state)
        if (name, state) == ("form", "open"):
            Cohort.objects.filter(pk=cohort.pk).update(deadline=timezone.now() - timedelta(minutes=1))
        response = client.post(address("desk_move", cohort.pk, name), SENT.get(name, {}))
        if who not in RUN_IT:
            assert (response.status_code, fresh(cohort).state) == (404, state)
            continue
        assert response.status_code == 302
        assert fresh(cohort).state == (move.target if state in move.sources else state)
        Application.objects.filter(cohort=cohort).update(state="applied", offer_until=None)
        if name == "reopen" and state == "forming":
            Application.objects.filter(cohort=cohort, person__first_name__in=["Hakija0", "Hakija1", "Hakija2"]).update(
                group=placing_again(cohort, formed)
            )


def placing_again(cohort, group):
    """The group that reopening has removed, made again."""
    group.pk = None
    group.save()
    return group


def test_a_group_that_wants_one_gets_a_mentor_whom_its_members_see(formed, sign_in, coordinator, colleague, employee):
    placing.announce(formed.cohort)
    member = formed.applications.first()
    actions.accept(member)
    client, url = sign_in(coordinator), address("change_group", formed.cohort_id, formed.pk)
    sent = {"teams_link": "", "seen": f"{formed.language} {formed.slot} "}
    response = client.post(url, {**sent, "mentor_email": "kuka@loviisa.example"})
    assert response.status_code == 422 and "Kenelläkään portaalissa ei ole tätä osoitetta." in response.text
    assert "kuka@loviisa.example" in response.text
    client.post(url, {**sent, "mentor_email": colleague.email})
    assert fresh(formed).mentor == colleague
    assert colleague.email in sign_in(member.person).get(address("group", formed.pk)).text
    assert sign_in(colleague).get(address("group", formed.pk)).status_code == 200


def test_who_calls_a_season_off_sees_how_many_get_a_mail(formed, sign_in, coordinator):
    page = sign_in(coordinator).get(address("desk_move", formed.cohort_id, "cancel")).text
    assert "<b>4</b> saa viestin" in page and "Miksi kautta ei järjestetä" in page


def test_all_of_the_workflows_moves_of_staff_are_on_the_desk():
    assert set(STEPS) == {name for name in workflow.COHORT if workflow.AKE in workflow.who(name, workflow.COHORT)}


@pytest.mark.parametrize("state", STATES)
def test_the_desk_offers_the_moves_that_are_open_and_no_others(state, formed, sign_in, coordinator):
    cohort = put(formed.cohort, state)
    if state == "open":
        Cohort.objects.filter(pk=cohort.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    page = sign_in(coordinator).get(address("desk", cohort.pk)).text
    offered = {name for name in workflow.COHORT if f'href="{address("desk_move", cohort.pk, name)}"' in page}
    assert offered == {name for name, move in workflow.COHORT.items() if state in move.sources}


def test_a_draft_tells_what_it_lacks_and_is_not_published(cohort, sign_in, coordinator):
    put(cohort, "draft")
    Cohort.objects.filter(pk=cohort.pk).update(name_sv="", summary_fi="")
    cohort.topics.clear()
    client = sign_in(coordinator)
    for page in (
        client.get(address("desk", cohort.pk)).text,
        client.get(address("desk_move", cohort.pk, "publish")).text,
    ):
        assert "Ruotsinkielinen nimi puuttuu." in page
        assert "Suomenkielinen tiivistelmä puuttuu." in page
        assert "Valitse ryhmien aiheet." in page
    client.post(address("desk_move", cohort.pk, "publish"))
    assert fresh(cohort).state == "draft"


def test_groups_are_not_formed_before_the_deadline(cohort, sign_in, coordinator):
    client = sign_in(coordinator)
    page = client.post(address("desk_move", cohort.pk, "form"), follow=True).text
    assert "Hakuaika on vielä kesken" in page and fresh(cohort).state == "open"


def test_reopening_asks_for_days_to_come_and_keeps_what_was_typed(formed, sign_in, coordinator):
    client, sent = sign_in(coordinator), {"deadline": "2026-10-01", "answer_until": "2026-11-10"}
    response = client.post(address("desk_move", formed.cohort_id, "reopen"), sent)
    assert response.status_code == 422
    assert (
        "Anna hakuajalle päättymisaika, joka on vielä edessä." in response.text
        and 'value="2026-11-10"' in response.text
    )
    client.post(address("desk_move", formed.cohort_id, "reopen"), SENT["reopen"])
    cohort = Cohort.objects.get()
    assert (cohort.state, timezone.localdate(cohort.deadline).isoformat()) == ("open", "2026-11-01")
    assert not cohort.groups.exists() and not cohort.applications.filter(group__isnull=False).exists()


def test_calling_off_needs_a_reason_which_the_applicants_get(formed, sign_in, coordinator):
    client = sign_in(coordinator)
    assert client.post(address("desk_move", formed.cohort_id, "cancel"), {"reason": " "}).status_code == 422
    client.post(address("desk_move", formed.cohort_id, "cancel"), SENT["cancel"])
    told = Mail.objects.filter(template="mentoring/called_off")
    assert told.count() == 4 and all("Hakijoita on liian vähän." in mail.text for mail in told)
    assert "Hakijoita on liian vähän." in client.get(address("desk", formed.cohort_id)).text


def test_a_draft_is_called_off_without_a_reason(cohort, sign_in, coordinator):
    put(cohort, "draft")
    sign_in(coordinator).post(address("desk_move", cohort.pk, "cancel"), {"reason": ""})
    assert fresh(cohort).state == "cancelled"


def test_the_groups_are_announced_with_another_day_to_answer(formed, sign_in, coordinator):
    client = sign_in(coordinator)
    page = client.get(address("desk_move", formed.cohort_id, "announce")).text
    assert "<b>3</b> saa tarjouksen paikasta" in page and "<b>1</b> siirtyy jonotuslistalle" in page
    assert (
        client.post(address("desk_move", formed.cohort_id, "announce"), {"answer_until": "2026-10-01"}).status_code
        == 422
    )
    client.post(address("desk_move", formed.cohort_id, "announce"), SENT["announce"])
    assert sorted(Application.objects.values_list("state", flat=True)) == ["listed"] + ["offered"] * 3
    assert {timezone.localdate(one.offer_until).isoformat() for one in formed.applications.all()} == {"2026-11-10"}


def test_groups_that_break_a_rule_are_not_announced(formed, sign_in, coordinator):
    placing.move(formed.applications.first(), group=None)
    client = sign_in(coordinator)
    page = client.post(address("desk_move", formed.cohort_id, "announce"), SENT["announce"], follow=True).text
    assert "Jokin ryhmä rikkoo sääntöä" in page and fresh(formed.cohort).state == "forming"


def test_the_ake_that_runs_it_together_has_the_desk_but_not_the_costs(cohort, sign_in, other_coordinator, lapland):
    client = sign_in(other_coordinator)
    assert client.get(address("desk", cohort.pk)).status_code == 404
    cohort.co_regions.add(lapland)
    client = sign_in(type(other_coordinator).objects.get(pk=other_coordinator.pk))
    page = client.get(address("desk", cohort.pk))
    assert page.status_code == 200 and address("costs", cohort.pk) not in page.text
    assert client.get(address("costs", cohort.pk)).status_code == 404
    assert client.post(address("book_cost", cohort.pk)).status_code == 404


# The applications


def test_applications_are_filtered_and_open_to_what_people_write(
    cohort, employee, colleague, children, seniors, sign_in, coordinator
):
    builders.application(cohort, employee, children, seniors, learns="Nuorten kohtaamista.")
    builders.application(cohort, colleague, seniors, brings="Sagostunder.", languages=["sv"], times=["2-09", "3-10"])
    client = sign_in(coordinator)

    def shown(query):
        page = client.get(address("desk", cohort.pk) + query).text
        return {name for name in ("Aino", "Linnea") if f"{name}</th>" in page or f" {name}<" in page}

    page = client.get(address("desk", cohort.pk)).text
    assert "Nuorten kohtaamista." in page and "Sagostunder." in page
    assert "1. Lapset ja nuoret<br>2. Seniorit" in page and "keskiviikko klo 10" in page.lower()
    assert shown("") == {"Aino", "Linnea"}
    assert shown(f"?topic={children.pk}") == {"Aino"}
    assert shown("?q=lovisa") == {"Linnea"}
    assert shown("?q=AINO+askola") == {"Aino"}
    assert shown("?state=offered") == set()
    Application.objects.filter(person=employee).update(state="withdrawn")
    assert shown("") == {"Linnea"}
    assert shown("?topic=x&state=y") == {"Linnea"}


def test_nobody_sees_the_superiors_address(cohort, employee, sign_in, coordinator):
    builders.application(cohort, employee, superior_email="salainen@esihenkilo.example")
    client = sign_in(coordinator)
    assert "salainen" not in client.get(address("desk", cohort.pk)).text
    book = load_workbook(BytesIO(client.get(address("applications_file", cohort.pk)).content))
    assert not any("salainen" in str(cell.value) for row in book.active for cell in row)


def test_the_workbook_runs_nothing(cohort, employee, sign_in, coordinator):
    builders.application(cohort, employee, brings="=HYPERLINK(1)")
    book = load_workbook(BytesIO(sign_in(coordinator).get(address("applications_file", cohort.pk)).content))
    rows = [[cell.value for cell in row] for row in book.active]
    assert rows[0][:4] == ["Sukunimi", "Etunimi", "Sähköposti", "Kirjasto"]
    assert rows[1][0] == "Esimerkki" and "'=HYPERLINK(1)" in rows[1]
    assert not any(cell.data_type == "f" for row in book.active for cell in row)


# The groups


def test_the_proposal_is_shown_with_reasons_and_the_rule_that_blocks(
    cohort, children, askola, loviisa, sign_in, coordinator
):
    applicants(cohort, 3, children, library=askola)
    applicants(cohort, 1, children, library=loviisa, first=3, times=["5-16"])
    to_forming(cohort)
    client = sign_in(coordinator)
    page = client.get(address("forming", cohort.pk)).text
    assert "Ehdota ryhmiä" in page
    page = client.post(address("propose_groups", cohort.pk), follow=True).text
    assert "Lapset ja nuoret 1" in page and "1. toive" in page and "aihe, aika ja kieli sopivat" in page
    outside = page[page.index("Ei ryhmässä</h2>") :]
    assert "Hakija3" in outside and "Mikään ryhmä ei kokoonnu hänelle sopivaan aikaan." in outside
    assert "(aika ei sovi)" in outside


def test_the_coordinator_says_how_many_groups_there_may_be(cohort, children, askola, sign_in, coordinator):
    applicants(cohort, 9, children, library=askola)
    client, url = sign_in(coordinator), address("propose_groups", to_forming(cohort).pk)
    client.post(url, {"most": ""})
    assert cohort.groups.count() > 1
    client.post(url, {"most": "1"})
    assert [group.applications.count() for group in cohort.groups.all()] == [4]  # the largest that this cohort allows
    response = client.post(url, {"most": "0"})
    assert response.status_code == 422 and "field-error" in response.text and 'value="0"' in response.text
    assert cohort.groups.count() == 1


def test_no_proposed_group_is_smaller_than_the_season_allows_and_who_is_left_is_shown_with_the_reason(
    cohort, children, askola, loviisa, sign_in, coordinator
):
    Cohort.objects.filter(pk=cohort.pk).update(smallest=5, largest=9)
    applicants(cohort, 5, children, library=askola)
    applicants(cohort, 4, children, library=loviisa, first=5, times=["5-16"])
    client, url = sign_in(coordinator), address("propose_groups", to_forming(cohort).pk)
    assert "vähintään 5 henkeä" in client.get(address("forming", cohort.pk)).text
    page = client.post(url, {"most": ""}, follow=True).text
    assert [group.applications.count() for group in cohort.groups.all()] == [5]
    outside = page[page.index("Ei ryhmässä</h2>") :]
    assert "4 hakijaa (kaikkiaan 9) ei ole missään ryhmässä." in page
    assert outside.count("Mikään ryhmä ei kokoonnu hänelle sopivaan aikaan.") == 4


def test_what_breaks_is_told_with_names_and_the_rule(formed, seniors, sign_in, coordinator):
    client = sign_in(coordinator)
    assert "Rikkoo sääntöä" not in client.get(address("forming", formed.cohort_id)).text
    first, second, third = formed.applications.order_by("pk")
    Application.objects.filter(pk=first.pk).update(times=["5-16"], languages=["sv"], superior_email=third.person.email)
    outside = Application.objects.get(person__first_name="Hakija3")
    page = client.post(
        address("move_person", formed.cohort_id, outside.pk), {"to": formed.pk, "seen": ""}, follow=True
    ).text
    assert "Hakija3 Dahl on nyt ryhmässä Lapset ja nuoret 1." in page
    assert "Aika (tiistai klo 9) ei sovi: Hakija0 Aalto, Hakija3 Dahl." in page
    assert "Kieli (suomi) ei sovi: Hakija0 Aalto." in page
    assert "Hakija0 Aalto ja Hakija2 Castrén: toinen on toisen esihenkilö." in page
    assert "1 ryhmä rikkoo sääntöä" in page and address("desk_move", formed.cohort_id, "announce") not in page
    second.refresh_from_db()
    client.post(address("move_person", formed.cohort_id, second.pk), {"to": "-", "seen": formed.pk})
    client.post(address("move_person", formed.cohort_id, outside.pk), {"to": "-", "seen": formed.pk})
    page = client.get(address("forming", formed.cohort_id)).text
    assert "Alle 3 henkeä: siitä ei vielä synny ryhmää." in page


def test_what_only_deserves_a_thought_does_not_keep_from_announcing(formed, seniors, askola, sign_in, coordinator):
    type(formed).objects.filter(pk=formed.pk).update(topic=seniors)
    Application.objects.update(library=askola)
    for application in formed.applications.all():
        type(application.person).objects.filter(pk=application.person_id).update(library=askola)
    page = sign_in(coordinator).get(address("forming", formed.cohort_id)).text
    assert "Ei ole toivonut tätä aihetta: Hakija0 Aalto, Hakija1 Berg, Hakija2 Castrén." in page
    assert "Kaikki ovat samasta kirjastosta." in page
    assert "Rikkoo sääntöä" not in page and address("desk_move", formed.cohort_id, "announce") in page


def test_a_move_from_an_old_page_changes_nothing_and_says_so(formed, sign_in, coordinator):
    application = formed.applications.first()
    placing.move(application, group=None)
    client = sign_in(coordinator)
    page = client.post(
        address("move_person", formed.cohort_id, application.pk), {"to": formed.pk, "seen": formed.pk}, follow=True
    ).text
    assert "Joku muu on ehtinyt muuttaa tätä." in page and fresh(application).group is None


@pytest.mark.parametrize("to", ["", "x", "999999", "99999999999999999999", "-1"])
def test_a_choice_that_is_none_moves_nobody(to, formed, sign_in, coordinator):
    application = formed.applications.first()
    client = sign_in(coordinator)
    response = client.post(address("move_person", formed.cohort_id, application.pk), {"to": to, "seen": formed.pk})
    assert response.status_code == 302 and fresh(application).group == formed


def test_groups_are_made_changed_and_removed_by_hand(formed, seniors, sign_in, coordinator):
    client, cohort = sign_in(coordinator), formed.cohort
    client.post(address("add_group", cohort.pk), {"topic": seniors.pk, "language": "sv", "slot": "4-13"})
    made = cohort.groups.get(topic=seniors)
    assert (made.number, made.language, made.slot) == (1, "sv", "4-13")
    sent = {"language": "fi", "slot": "4-14", "teams_link": "https://teams.example/x", "seen": "sv 4-13 "}
    client.post(address("change_group", cohort.pk, made.pk), sent)
    assert (fresh(made).language, fresh(made).slot, fresh(made).teams_link) == ("fi", "4-14", "https://teams.example/x")
    page = client.post(address("change_group", cohort.pk, made.pk), {**sent, "slot": "1-08"}, follow=True).text
    assert "Joku muu on ehtinyt muuttaa tätä ryhmää." in page and fresh(made).slot == "4-14"
    bad = client.post(address("change_group", cohort.pk, made.pk), {**sent, "teams_link": "ei linkki"})
    assert bad.status_code == 422 and 'value="ei linkki"' in bad.text
    assert client.post(address("add_group", cohort.pk), {"topic": 0}).status_code == 422
    client.post(address("remove_group", cohort.pk, formed.pk))
    client.post(address("remove_group", cohort.pk, made.pk))
    assert list(cohort.groups.all()) == [formed]


def test_a_place_is_offered_out_of_turn_from_the_list(formed, sign_in, coordinator):
    placing.announce(formed.cohort)
    listed = Application.objects.get(state="listed")
    client = sign_in(coordinator)
    page = client.get(address("forming", formed.cohort_id)).text
    assert f'<option value="{formed.pk}" disabled>Lapset ja nuoret 1 (aika ei sovi)</option>' in page
    client.post(address("move_person", formed.cohort_id, listed.pk), {"to": formed.pk})
    assert fresh(listed).state == "listed"
    Application.objects.filter(pk=listed.pk).update(times=["2-09"])
    page = client.post(address("move_person", formed.cohort_id, listed.pk), {"to": formed.pk}, follow=True).text
    assert "Hakija3 Dahl saa sähköpostiin tarjouksen paikasta ryhmässä Lapset ja nuoret 1." in page
    assert (fresh(listed).state, fresh(listed).group) == ("offered", formed)


# What comes of it


def test_the_desk_tells_of_meetings_and_attendance_and_nothing_of_what_was_said(formed, sign_in, coordinator):
    placing.announce(formed.cohort)
    formed.applications.update(state="member", offer_until=None)
    held = builders.meeting(formed, in_days=-3)
    builders.meeting(formed, in_days=-2, cancelled_at=timezone.now())
    builders.meeting(formed, in_days=20)
    for number, application in enumerate(formed.applications.all()):
        Attendance.objects.create(meeting=held, application=application, was_there=number > 0)
    formed.themes.create(text="Salainen teema", proposed_by=formed.applications.first().person)
    page = sign_in(coordinator).get(address("desk", formed.cohort_id)).text
    assert 'data-label="Tapaamisia pidetty">1</td>' in page and 'data-label="Läsnä">67 %</td>' in page
    assert "Salainen" not in page


def test_results_of_the_survey_are_on_the_desk_from_five_answers_up(formed, sign_in, coordinator):
    placing.announce(formed.cohort)
    Application.objects.update(state="member", offer_until=None, group=formed, has_answered_survey=True)
    put(formed.cohort, "closed")
    client = sign_in(coordinator)

    def answers(number_of):
        SurveyAnswer.objects.all().delete()
        for _number in range(number_of):
            formed.cohort.answers.create(competence=4, wellbeing=5, useful=3, recommends=5, changed="Rohkaistuin.")
        return client.get(address("desk", formed.cohort_id)).text

    assert "Osaamiseni on kasvanut" not in answers(4)
    assert "Osaamiseni on kasvanut" in answers(5) and "<b>4,0</b> / 5" in answers(5)


def test_a_cost_is_booked_on_the_plans_money_and_shared_out(formed, uusimaa, sign_in, coordinator):
    plan = builders.plan(uusimaa, year=2026, granted=300, lines={Category.COFFEE: 100, Category.VENUE: 200})
    measure = Measure.objects.get()
    Cohort.objects.update(measure=measure)
    placing.announce(formed.cohort)
    formed.applications.update(state="member", offer_until=None)
    client = sign_in(coordinator)
    form = client.get(address("book_cost", formed.cohort_id)).text
    assert f'<option value="{measure.pk}" selected>' in form
    sent = {"text": "Puhuja", "line": plan.lines.first().pk, "how": "commit", "amount": "60,00", "measure": measure.pk}
    assert client.post(address("book_cost", formed.cohort_id), {**sent, "amount": "160"}).status_code == 200
    assert not formed.cohort.costs.exists()
    client.post(address("book_cost", formed.cohort_id), sent)
    page = client.get(address("costs", formed.cohort_id)).text
    assert "Puhuja" in page and "20,00\xa0€ jäsentä kohti, kun jäseniä on 3" in page
    assert "60,00\xa0€" in client.get(address("desk", formed.cohort_id)).text
    expense = Booking.objects.get().expense
    caused = client.get(reverse("budgets:expense", args=[expense.pk])).text
    assert address("costs", formed.cohort_id) in caused and "Ryhmämentorointi 2027" in caused


def test_without_a_plan_the_page_of_costs_says_so(cohort, sign_in, coordinator):
    client = sign_in(coordinator)
    assert "Alueella ei ole suunnitelmaa vuodelle" in client.get(address("costs", cohort.pk)).text
    assert client.get(address("book_cost", cohort.pk)).status_code == 302


# How much it takes


@pytest.mark.parametrize("number_of", [4, 60])
@pytest.mark.parametrize(
    ("name", "state", "queries"),
    [("desk", "forming", 10), ("forming", "forming", 9), ("desk", "running", 10), ("forming", "running", 9)],
)
def test_pages_take_the_same_queries_with_4_and_60_applicants(
    name, state, queries, number_of, cohort, children, askola, loviisa, sign_in, coordinator, django_assert_num_queries
):
    for library, first in ((askola, 0), (loviisa, number_of // 2)):
        applicants(cohort, number_of // 2, children, library=library, first=first)
    placing.propose(to_forming(cohort))
    if state == "running":
        placing.announce(cohort)
    client = sign_in(coordinator)
    client.get(address(name, cohort.pk))
    with django_assert_num_queries(queries):
        assert client.get(address(name, cohort.pk)).status_code == 200


# In both languages


@pytest.mark.parametrize("name", ["desk", "forming", "costs"])
def test_pages_speak_swedish(name, formed, sign_in, coordinator):
    page = sign_in(coordinator).get(address(name, formed.cohort_id).replace("/fi/", "/sv/")).text
    heading = {"desk": "Säsongens arbetsbord", "forming": "Grupper", "costs": "Utgifter"}[name]
    assert f"<h1>{heading}</h1>" in page and "Gruppmentorskap 2027" in page
    if name == "forming":
        assert "Lapset" not in page and "önskemål 1" in page
