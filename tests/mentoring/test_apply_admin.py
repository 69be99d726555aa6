"""Seasons of group mentoring in the admin: made in both languages, by those whose region it is."""

import pytest
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from mentoring.models import Cohort, Note, Theme
from tests import builders

LIST, ADD = "admin:mentoring_cohort_changelist", "admin:mentoring_cohort_add"


def change(cohort):
    return reverse("admin:mentoring_cohort_change", args=[cohort.pk])


def filled(region, topic, **changes):
    return {
        "name_fi": "Ryhmämentorointi 2028",
        "name_sv": "",
        "summary_fi": "Vertaiset jakavat.",
        "summary_sv": "",
        "description_fi": "",
        "description_sv": "",
        "topics": [topic.pk],
        "region": region.pk,
        "partners": "SEDU",
        "measure": "",
        "deadline_0": "10.12.2026",
        "deadline_1": "16.00",
        "answer_until_0": "20.12.2026",
        "answer_until_1": "16.00",
        "first_day": "10.1.2027",
        "last_day": "31.5.2027",
        "smallest": 4,
        "largest": 9,
        "meeting_minutes": 90,
        **changes,
    }


def test_a_coordinator_makes_a_season_for_the_own_region_and_it_is_a_draft(sign_in, coordinator, uusimaa, lapland):
    client = sign_in(coordinator)
    page = client.get(reverse(ADD)).text
    assert 'name="name_fi"' in page and 'name="name_sv"' in page and 'lang="sv"' in page
    answer = client.post(reverse(ADD), filled(uusimaa, builders.topic()))
    assert answer.status_code == 302, answer.context["errors"]
    made = Cohort.objects.get()
    assert (made.name_fi, made.region, made.state, made.partners) == ("Ryhmämentorointi 2028", uusimaa, "draft", "SEDU")
    assert made.topics.get() == builders.topic()
    answer = client.post(reverse(ADD), filled(lapland, builders.topic()))
    assert answer.status_code == 200 and Cohort.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name_fi": ""}, "suomeksi tai ruotsiksi"),
        ({"last_day": "1.1.2027"}, "päättyy ennen kuin se alkaa"),
        ({"answer_until_0": "9.12.2026"}, "vasta hakuajan päätyttyä"),
        ({"smallest": 9, "largest": 5}, "pienempi kuin vähimmäiskoko"),
    ],
)
def test_what_does_not_fit_together_is_said(sign_in, coordinator, uusimaa, changes, said):
    answer = sign_in(coordinator).post(reverse(ADD), filled(uusimaa, builders.topic(), **changes))
    assert answer.status_code == 200 and said in answer.text
    assert not Cohort.objects.exists()


def test_each_sees_and_changes_the_seasons_of_the_own_regions(
    sign_in, coordinator, other_coordinator, superuser, uusimaa, lapland
):
    own = builders.cohort(uusimaa, name_fi="Vain Uusimaa")
    both = builders.cohort(uusimaa, name_fi="Yhdessä", co_regions=[lapland])
    for person, seen in ((coordinator, {own, both}), (other_coordinator, {both}), (superuser, {own, both})):
        client = sign_in(person)
        listed = client.get(reverse(LIST)).text
        for cohort in (own, both):
            assert (cohort.name_fi in listed) == (cohort in seen)
            assert (client.get(change(cohort)).status_code == 200) == (cohort in seen)


def test_what_lacks_swedish_is_found(sign_in, coordinator, uusimaa):
    builders.cohort(uusimaa, name_fi="Valmis")
    builders.cohort(uusimaa, name_fi="Puolivalmis", name_sv="")
    page = sign_in(coordinator).get(reverse(LIST), {"lacks": "sv"}).text
    assert "Puolivalmis" in page and ">Valmis<" not in page


def test_a_measure_is_chosen_among_those_of_open_plans_with_their_year(sign_in, coordinator, uusimaa, lapland):
    builders.plan(uusimaa)
    builders.plan(uusimaa, year=2024, state="frozen")
    builders.plan(lapland)
    page = sign_in(coordinator).get(change(builders.cohort(uusimaa))).text
    assert "Uusimaa 2026: Koulutuspäivät" in page
    assert "Uusimaa 2024:" not in page and "Lappi 2026:" not in page


def test_only_a_draft_can_be_deleted_and_no_question_before_it_lists_what_a_group_has_said(
    sign_in, coordinator, superuser, uusimaa, employee
):
    draft, running = builders.cohort(uusimaa, state="draft"), builders.cohort(uusimaa, state="running")
    group = builders.mentoring_group(running, employee)
    Theme.objects.create(group=group, text="Uupumus", proposed_by=employee)
    for person in (coordinator, superuser):
        client = sign_in(person)
        assert client.get(reverse("admin:mentoring_cohort_delete", args=[running.pk])).status_code == 403
        selected = {"action": "delete_selected", "_selected_action": [running.pk]}
        assert "Uupumus" not in client.post(reverse(LIST), selected).text
        assert client.get(reverse("admin:mentoring_cohort_delete", args=[draft.pk])).status_code == 200
    client.post(reverse("admin:mentoring_cohort_delete", args=[draft.pk]), {"post": "yes"})
    assert Cohort.objects.get() == running


def test_the_log_keeps_who_changed_a_season(sign_in, coordinator, uusimaa):
    cohort = builders.cohort(uusimaa)
    data = filled(uusimaa, builders.topic(), name_sv="Gruppmentorskap 2028", summary_sv="Jämlikar delar med sig.")
    assert sign_in(coordinator).post(change(cohort), data).status_code == 302
    entry = LogEntry.objects.get_for_object(cohort).filter(action=LogEntry.Action.UPDATE).latest("pk")
    assert entry.actor == coordinator and entry.changes_dict["name_fi"][1] == "Ryhmämentorointi 2028"


def test_themes_and_notes_have_neither_a_page_nor_a_history(sign_in, superuser, uusimaa, employee):
    group = builders.mentoring_group(builders.cohort(uusimaa, state="running"), employee)
    Theme.objects.create(group=group, text="Uupumus", proposed_by=employee)
    for model in (Theme, Note):
        assert not admin.site.is_registered(model)
        assert not LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model)).exists()


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_asks_as_often_for_one_season_as_for_thirty(
    sign_in, coordinator, uusimaa, lapland, employee, number, django_assert_num_queries
):
    for _ in range(number):
        builders.application(builders.cohort(uusimaa, co_regions=[lapland]), employee)
    client = sign_in(coordinator)
    client.get(reverse(LIST))
    with django_assert_num_queries(ADMIN_QUERIES):
        client.get(reverse(LIST))


ADMIN_QUERIES = 5


def test_the_menu_leads_to_the_seasons(sign_in, coordinator):
    assert reverse(LIST) in sign_in(coordinator).get(reverse("admin:index")).text
