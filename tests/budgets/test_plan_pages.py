"""The plan's pages: the public one, those that publish and freeze it, its form in the admin."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from budgets import plans
from budgets.models import Category, FocusArea, FundingSource, Measure, Plan
from tests import builders


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.TRAVEL: 200}, state="draft")


def test_coordinator_publishes_and_everybody_reads(plan, sign_in, coordinator, client):
    client.logout()
    with override("fi"):
        address = plan.get_absolute_url()
    assert client.get(address).status_code == 404
    desk = sign_in(coordinator)
    assert "Luonnos" in desk.get(address).content.decode()
    assert desk.post(reverse("budgets:publish", args=[plan.pk])).status_code == 302
    client.logout()
    page = client.get(address).content.decode()
    assert "Toimintasuunnitelma 2026" in page and "100,00\xa0€" in page and "300,00\xa0€" in page
    with override("sv"):
        page = client.get(plan.get_absolute_url(), follow=True).content.decode()
    assert "Verksamhetsplan 2026" in page and "Kaffeservering" in page


def test_readers_see_the_last_edition_and_what_is_done_today(plan, coordinator, client):
    plans.publish(plan, by=coordinator)
    Measure.objects.update(name_fi="Muutettu", state="done", outcome_fi="Kuusi koulutusta pidetty.")
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "Koulutuspäivät" in page and "Muutettu" not in page
    assert "Kuusi koulutusta pidetty." in page and "tehty" in page


def test_swedish_page_marks_what_is_in_finnish(plan, coordinator, client):
    Measure.objects.update(outcome_fi="Vain suomeksi.")
    plans.publish(plan, by=coordinator)
    with override("sv"):
        page = client.get(plan.get_absolute_url()).content.decode()
    assert '<span lang="fi">Vain suomeksi.</span>' in page


def test_amendment_asks_for_its_reason_and_shows_what_changes(plan, sign_in, coordinator):
    plans.publish(plan, by=coordinator)
    FocusArea.objects.update(name_fi="Yhdenvertaisuus")
    desk = sign_in(coordinator)
    address = reverse("budgets:publish", args=[plan.pk])
    page = desk.get(address).content.decode()
    assert "<del>Osallisuus</del>" in page and "<ins>Yhdenvertaisuus</ins>" in page
    assert "Tämä kenttä vaaditaan" in desk.post(address, {"note_fi": "Uusi painotus.", "note_sv": " "}).content.decode()
    assert desk.post(address, {"note_fi": "Uusi painotus.", "note_sv": "Ett nytt fokus."}).status_code == 302
    page = desk.get(reverse("budgets:edition", args=[plan.pk, 2])).content.decode()
    assert "Uusi painotus." in page and "<ins>Yhdenvertaisuus</ins>" in page


def test_list_of_plans_names_every_region(plan, lapland, coordinator, client):
    plans.publish(plan, by=coordinator)
    page = client.get(reverse("budgets:plans")).content.decode()
    assert "2026: Toimintasuunnitelma 2026" in page and "Lappi" in page and "ei ole vielä julkaistu" in page


def test_copy_page_leads_to_the_draft(plan, sign_in, coordinator):
    desk = sign_in(coordinator)
    address = reverse("budgets:copy", args=[plan.pk])
    assert "on jo suunnitelma" in desk.post(address, {"year": 2026}).content.decode()
    assert desk.post(address, {"year": 2027}).status_code == 302
    assert Plan.objects.get(year=2027).state == "draft"


def test_frozen_plan_has_no_buttons_that_change_it(plan, sign_in, coordinator):
    plans.publish(plan, by=coordinator)
    desk = sign_in(coordinator)
    assert desk.post(reverse("budgets:freeze", args=[plan.pk])).status_code == 302
    page = desk.get(reverse("budgets:money", args=[plan.pk])).content.decode()
    assert reverse("budgets:book_cost", args=[plan.pk]) not in page
    form = desk.get(reverse("admin:budgets_plan_change", args=[plan.pk]))
    assert 'name="name_fi"' not in form.content.decode()
    measure = Measure.objects.get()
    change = reverse("admin:budgets_measure_change", args=[measure.pk])
    assert desk.post(change, {"name_fi": "x"}).status_code == 403


# The admin


def form_of(page):
    """{name: value} of the form on an admin page, as a browser would send it."""
    form = page.context["adminform"].form
    sent = {}
    for part in (form, *(inline.formset for inline in page.context["inline_admin_formsets"])):
        forms = [part] if hasattr(part, "fields") else [part.management_form, *part.forms]
        for one in forms:
            for field in one:
                value = field.value()
                if isinstance(value, list):
                    sent[field.html_name] = [str(getattr(item, "pk", item)) for item in value]
                elif value is not None and value is not False:
                    sent[field.html_name] = str(value)
    return sent


def test_plan_is_written_in_the_admin(uusimaa, sign_in, coordinator):
    desk = sign_in(coordinator)
    add = reverse("admin:budgets_plan_add")
    sent = form_of(desk.get(add)) | {
        "region": uusimaa.pk,
        "year": "2027",
        "name_fi": "Yhdessä",
        "name_sv": "Tillsammans",
        "focus_areas-TOTAL_FORMS": "1",
        "focus_areas-0-position": "1",
        "focus_areas-0-name_fi": "Osallisuus",
        "focus_areas-0-name_sv": "Delaktighet",
        "staff-TOTAL_FORMS": "1",
        "staff-0-title_fi": "Suunnittelija",
        "staff-0-title_sv": "Planerare",
        "staff-0-percent": "80",
        "sources-TOTAL_FORMS": "1",
        "sources-0-kind": "state_grant",
        "sources-0-applied": "1000",
        "sources-0-cut": "0",
        "sources-0-returned": "0",
    }
    answer = desk.post(add, sent)
    assert answer.status_code == 302, answer.context["errors"]
    plan = Plan.objects.get()
    change = reverse("admin:budgets_plan_change", args=[plan.pk])
    sent = form_of(desk.get(change)) | {
        "lines-TOTAL_FORMS": "1",
        "lines-0-position": "1",
        "lines-0-category": "coffee_at_trainings",
        "lines-0-source": plan.sources.get().pk,
        "lines-0-account": "4340",
        "lines-0-cost_centre": "1210",
        "lines-0-planned": "1000,00",
    }
    answer = desk.post(change, sent)
    assert answer.status_code == 302, answer.context["errors"]
    assert [str(line) for line in plan.lines.all()] == ["Kahvitarjoilut"]


def test_line_of_another_plans_source_is_refused(plan, lapland, sign_in, coordinator):
    other = builders.plan(lapland)
    desk = sign_in(coordinator)
    change = reverse("admin:budgets_plan_change", args=[plan.pk])
    sent = form_of(desk.get(change)) | {"lines-0-source": other.sources.get().pk}
    assert desk.post(change, sent).status_code == 200
    assert plan.lines.first().source.plan == plan


def test_other_regions_are_out_of_sight(plan, sign_in, other_coordinator):
    desk = sign_in(other_coordinator)
    assert "Toimintasuunnitelma 2026" not in desk.get(reverse("admin:budgets_plan_changelist")).content.decode()
    for name, thing in (("plan", plan), ("measure", Measure.objects.get())):
        assert desk.get(reverse(f"admin:budgets_{name}_change", args=[thing.pk])).status_code == 302
    assert "Osallisuus" not in desk.get(reverse("admin:budgets_measure_add")).content.decode()


def test_dropped_measure_says_why_in_both_languages(plan, sign_in, coordinator):
    measure = Measure.objects.get()
    desk = sign_in(coordinator)
    change = reverse("admin:budgets_measure_change", args=[measure.pk])
    sent = form_of(desk.get(change)) | {"state": "dropped", "drop_reason_fi": "Ei rahaa."}
    assert "molemmilla kielillä" in desk.post(change, sent).content.decode()
    assert desk.post(change, sent | {"drop_reason_sv": "Inga pengar."}).status_code == 302


def test_line_with_bookings_is_not_deleted(plan, sign_in, coordinator):
    builders.expense(plan, by=coordinator)
    desk = sign_in(coordinator)
    change = reverse("admin:budgets_plan_change", args=[plan.pk])
    answer = desk.post(change, form_of(desk.get(change)) | {"lines-0-DELETE": "on"})
    assert answer.status_code == 200
    assert plan.lines.count() == 2


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("plan", 6), ("measure", 6)])
def test_lists_take_the_same_few_queries(rows, name, queries, uusimaa, sign_in, coordinator, django_assert_num_queries):
    for number in range(rows):
        builders.plan(uusimaa, year=2020 + number)
    desk = sign_in(coordinator)
    address = reverse(f"admin:budgets_{name}_changelist")
    desk.get(address)
    with django_assert_num_queries(queries):
        desk.get(address)


@pytest.mark.parametrize("rows", [1, 30])
def test_public_page_takes_the_same_few_queries(rows, plan, coordinator, client, django_assert_num_queries):
    area = FocusArea.objects.get()
    Measure.objects.bulk_create(
        Measure(focus_area=area, position=n, name_fi=f"Toimi {n}", name_sv=f"Åtgärd {n}") for n in range(rows)
    )
    for n in range(rows):
        builders.plan(plan.region, year=2027 + n)
    plans.publish(plan, by=coordinator)
    address = plan.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(6):
        client.get(address)


def test_funding_is_never_negative_and_no_more_is_cut_than_granted(plan, sign_in, coordinator):
    desk = sign_in(coordinator)
    change = reverse("admin:budgets_plan_change", args=[plan.pk])
    sent = form_of(desk.get(change)) | {"sources-0-cut": "301"}
    answer = desk.post(change, sent)
    assert "ei voi leikata" in answer.content.decode(), answer.context["errors"]
    assert FundingSource.objects.get().cut == 0
