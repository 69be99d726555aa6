"""A plan on its way: published in editions that stay, amended, frozen, copied."""

from datetime import date
from decimal import Decimal

import pytest

from budgets import actions, plans
from budgets.models import Category, FundingSource, Measure, Plan, StaffShare
from budgets.workflow import PLAN
from tests import builders


@pytest.fixture
def plan(uusimaa):
    made = builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.TRAVEL: 200}, state="draft")
    for percent in (80, 100, 20):
        StaffShare.objects.create(plan=made, title_fi="Suunnittelija", title_sv="Planerare", percent=percent)
    return made


def refusal(action, *args, **options):
    with pytest.raises(actions.Refused) as caught:
        action(*args, **options)
    return caught.value.code


def test_first_edition_says_all_of_the_plan(plan, coordinator):
    edition = plans.publish(plan, by=coordinator)
    plan.refresh_from_db()
    assert (plan.state, edition.number, edition.made_by) == ("published", 1, coordinator)
    assert edition.contents["name"] == {"fi": "Toimintasuunnitelma 2026", "sv": "Verksamhetsplan 2026"}
    assert [line["planned"] for line in edition.contents["lines"]] == ["100.00", "200.00"]
    assert edition.contents["focus_areas"][0]["measures"][0]["name"]["sv"] == "Utbildningsdagar"


def test_shares_of_the_staff_are_person_years(plan):
    assert plan.person_years == Decimal("2.0")


@pytest.mark.parametrize("code", ["fi", "sv"])
def test_name_is_needed_in_both_languages(plan, coordinator, code):
    Plan.objects.filter(pk=plan.pk).update(**{f"name_{code}": ""})
    assert refusal(plans.publish, plan, by=coordinator) == f"lacks_{code}"
    assert not plan.snapshots.exists()


def test_amendment_tells_what_it_changes(plan, coordinator):
    first = plans.publish(plan, by=coordinator)
    assert refusal(plans.publish, plan, by=coordinator) == "unchanged"
    plan.lines.filter(category=Category.COFFEE).update(planned=Decimal("150.50"))
    Measure.objects.update(name_fi="Koulutuspäivät ja kahvit")
    StaffShare.objects.filter(percent=20).delete()
    assert refusal(plans.publish, plan, by=coordinator) == "no_note"
    second = plans.publish(plan, by=coordinator, note={"fi": "Kahvi kallistui.", "sv": "Kaffet blev dyrare."})
    assert (second.number, second.note) == (2, "Kahvi kallistui.")
    assert plans.changes(first.contents, second.contents, "fi") == [
        ("Toimenpide (fi)", "Koulutuspäivät", "Koulutuspäivät ja kahvit"),
        ("Kahvitarjoilut", "100,00\xa0€", "150,50\xa0€"),
        ("Henkilöstö", "Suunnittelija 20 %", ""),
    ]
    assert first.contents["lines"][0]["planned"] == "100.00"


def test_what_is_done_is_no_amendment(plan, coordinator):
    plans.publish(plan, by=coordinator)
    Measure.objects.update(state="done", outcome_fi="Kuusi koulutusta.", outcome_sv="Sex utbildningar.")
    assert not plans.has_changed(plan)


def test_plan_is_frozen_when_nothing_is_open(plan, coordinator):
    assert refusal(plans.freeze, plan) == "state"
    plans.publish(plan, by=coordinator)
    expense = builders.expense(plan, by=coordinator)
    actions.commit(expense, 10, by=coordinator)
    assert refusal(plans.freeze, plan) == "open_money"
    actions.spend(expense, 10, by=coordinator)
    plan.lines.update(planned=1000)
    assert refusal(plans.freeze, plan) == "amended"
    plans.publish(plan, by=coordinator, note={"fi": "Lisää rahaa.", "sv": "Mera pengar."})
    plans.freeze(plan)
    assert Plan.objects.get().state == "frozen"
    assert refusal(actions.spend, expense, 1, by=coordinator) == "frozen"
    assert refusal(plans.publish, plan, by=coordinator, note={"fi": "x", "sv": "x"}) == "state"


def test_tables_know_every_state():
    assert {state for move in PLAN.values() for state in (*move.sources, move.target)} == set(Plan.State.values)


def test_copy_begins_another_year(plan, coordinator):
    measure = Measure.objects.get()
    Measure.objects.update(
        starts_on=date(2028, 2, 29), ends_on=date(2028, 5, 1), state="done", outcome_fi="Tehty.", outcome_sv="Gjort."
    )
    FundingSource.objects.update(granted=300, cut=50)
    dropped = Measure.objects.create(focus_area=measure.focus_area, name_fi="Pois", name_sv="Bort", state="dropped")
    plan.year = 2028
    plan.save()
    plans.publish(plan, by=coordinator)
    actions.commit(builders.expense(plan, by=coordinator), 10, by=coordinator)
    made = plans.copy(plan, 2029)
    assert (made.year, made.state, made.person_years, made.snapshots.count()) == (2029, "draft", Decimal("2.0"), 0)
    copied = Measure.objects.get(focus_area__plan=made)
    assert (copied.name_sv, copied.starts_on, copied.ends_on) == (
        "Utbildningsdagar",
        date(2029, 2, 28),
        date(2029, 5, 1),
    )
    assert (copied.state, copied.outcome_fi, dropped.name_fi) == ("planned", "", "Pois")
    source = made.sources.get()
    assert (source.applied, source.granted, source.cut) == (300, None, 0)
    assert [(line.planned, line.left, line.source) for line in made.lines.with_sums()] == [
        (100, 100, source),
        (200, 200, source),
    ]
    assert refusal(plans.copy, plan, 2029) == "year_taken"
    assert Plan.objects.count() == 2
