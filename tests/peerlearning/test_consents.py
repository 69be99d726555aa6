"""The three consents of a visit: who is asked, what each answer does, what a change asks again, where the money goes."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ake_portal.lib import days
from budgets import plans
from budgets.models import Booking, FundingSource
from notifications.models import Mail
from peerlearning import actions, case, consents, workflow
from peerlearning.models import Consent, CostLine, KmRate, NoRate, Stop, Visit
from people.models import Deputy
from tests import builders

Kind = Consent.Kind


@pytest.fixture
def plan(uusimaa):
    return builders.travel_plan(uusimaa)


@pytest.fixture
def sent(employee, director, host, coordinator, loviisa_main, plan):
    """A visit from Askola to Loviisa, 40 € of tickets, asked of its host, its director and the AKE."""
    return builders.visit(employee, loviisa_main, state="submitted")


def consent_of(visit, kind):
    return visit.consents.current().get(kind=kind)


def agree(visit, kind, by, **options):
    return actions.consent(consent_of(visit, kind), by=by, **options)


def all_agree(visit, host, director, coordinator):
    agree(visit, Kind.HOST, host)
    agree(visit, Kind.DIRECTOR, director)
    agree(visit, Kind.AKE, coordinator)
    return Visit.objects.get(pk=visit.pk)


def left(plan):
    return plan.lines.with_sums().get().left


def kinds(visit):
    """What the books say of a visit, in order."""
    return list(Booking.objects.filter(expense__visit=visit).order_by("pk").values_list("kind", "amount"))


def mails(template, **filters):
    return set(
        Mail.objects.filter(template=f"peerlearning/{template}", **filters).values_list("person__email", flat=True)
    )


def test_sending_asks_host_director_and_ake_at_once_and_keeps_the_money(
    sent, employee, host, director, coordinator, plan
):
    assert {consent.kind: consent.person for consent in sent.consents.all()} == {
        "host": host,
        "director": director,
        "ake": None,
    }
    assert mails("asked") == {host.email, director.email, coordinator.email}
    assert (sent.state, sent.case) == ("submitted", "2026-001")
    assert kinds(sent) == [("reserve", Decimal("40.00"))]
    assert left(plan) == Decimal("960.00")


def test_what_does_not_fit_the_line_is_marked_not_reserved_and_the_ake_must_say_why(
    employee, director, host, coordinator, loviisa_main, uusimaa
):
    plan = builders.travel_plan(uusimaa, 30)
    visit = builders.visit(employee, loviisa_main, state="submitted")
    assert kinds(visit) == []
    with pytest.raises(actions.OverBudget):
        agree(visit, Kind.AKE, coordinator)
    assert consent_of(visit, Kind.AKE).is_open
    agree(visit, Kind.AKE, coordinator, override="Ohjausryhmä hyväksyi.")
    assert consent_of(visit, Kind.AKE).override_reason == "Ohjausryhmä hyväksyi."
    assert left(plan) == Decimal("-10.00")


def test_the_last_consent_approves_commits_and_sends_the_trip_to_every_calendar(
    sent, host, director, coordinator, employee, plan
):
    visit = all_agree(sent, host, director, coordinator)
    assert visit.state == "approved"
    assert kinds(visit) == [("reserve", Decimal("40.00")), ("commit", Decimal("40.00"))]
    assert left(plan) == Decimal("960.00")
    assert mails("approved") == {employee.email, host.email, director.email}
    for mail in Mail.objects.filter(template="peerlearning/approved").exclude(person=director):
        assert [method for method, _text in mail.calendars] == ["REQUEST"]
    assert mails("consent_given") == {employee.email}


def test_consents_may_come_in_any_order(sent, host, director, coordinator):
    agree(sent, Kind.AKE, coordinator)
    agree(sent, Kind.DIRECTOR, director)
    assert Visit.objects.get().state == "submitted"
    agree(sent, Kind.HOST, host)
    assert Visit.objects.get().state == "approved"


def test_nobody_decides_on_the_own_trip_or_on_anothers_question(
    sent, employee, colleague, host, director, coordinator, other_coordinator, stranger
):
    for kind, allowed in ((Kind.HOST, host), (Kind.DIRECTOR, director), (Kind.AKE, coordinator)):
        consent = consent_of(sent, kind)
        for person in {employee, colleague, host, director, coordinator, other_coordinator, stranger} - {allowed}:
            with pytest.raises(actions.Refused) as refused:
                actions.consent(consent, by=person)
            assert refused.value.code == "not_yours", (kind, person)


def test_a_decision_is_made_once(sent, host):
    consent = consent_of(sent, Kind.HOST)
    actions.consent(consent, by=host)
    with pytest.raises(actions.Refused) as refused:
        actions.decline(consent, by=host, message="ei sittenkään")
    assert refused.value.code == "decided"


def test_asking_for_a_change_brings_the_visit_back_with_all_that_was_written_and_frees_the_money(
    sent, employee, host, plan
):
    actions.ask_change(consent_of(sent, Kind.HOST), by=host, message="Kävisikö seuraava viikko?")
    visit = Visit.objects.get()
    assert (visit.state, visit.subject, visit.reason) == (
        "draft",
        "Omatoimikirjaston arki",
        "Kävisikö seuraava viikko?",
    )
    assert left(plan) == Decimal("1000.00")
    assert mails("change_asked") == {employee.email}
    with pytest.raises(actions.Refused) as refused:
        actions.ask_change(consent_of(sent, Kind.HOST), by=host, message="")
    assert refused.value.code in ("state", "decided")


def test_after_a_change_only_those_whom_it_concerns_are_asked_anew(sent, host, director, coordinator):
    agree(sent, Kind.AKE, coordinator)
    agree(sent, Kind.DIRECTOR, director)
    actions.ask_change(consent_of(sent, Kind.HOST), by=host, message="Aamu ei käy, iltapäivä käy.")
    visit = Visit.objects.get()
    stop = visit.stops.get()
    stop.starts_at += timedelta(hours=4)
    stop.ends_at += timedelta(hours=4)
    stop.save()
    actions.submit(visit, by=visit.traveller)
    assert {consent.kind: consent.state for consent in visit.consents.current()} == {
        "host": "open",
        "director": "given",
        "ake": "given",
    }
    agree(visit, Kind.HOST, host)
    assert Visit.objects.get().state == "approved"


def test_declining_ends_it_tells_all_and_frees_the_money(sent, host, director, employee, plan):
    agree(sent, Kind.HOST, host)
    actions.decline(consent_of(sent, Kind.DIRECTOR), by=director, message="Silloin on inventaario.")
    visit = Visit.objects.get()
    assert (visit.state, visit.reason) == ("declined", "Silloin on inventaario.")
    assert mails("declined") == {employee.email, host.email}
    assert kinds(visit)[-1] == ("release", Decimal("40.00"))
    assert left(plan) == Decimal("1000.00")


@pytest.mark.parametrize("answer", [actions.decline, actions.ask_change])
def test_a_no_needs_its_reason(sent, host, answer):
    with pytest.raises(actions.Refused) as refused:
        answer(consent_of(sent, Kind.HOST), by=host, message="  ")
    assert refused.value.code == "no_reason"
    assert Visit.objects.get().state == "submitted"


# Changing what is approved


def test_another_day_asks_host_and_director_again_but_not_the_ake(sent, host, director, coordinator, employee):
    visit = all_agree(sent, host, director, coordinator)
    visit.leaves_at += timedelta(days=7)
    visit.returns_at += timedelta(days=7)
    visit.save()
    stop = visit.stops.get()
    stop.starts_at += timedelta(days=7)
    stop.ends_at += timedelta(days=7)
    stop.save()
    asked = actions.change(visit, by=employee)
    assert {consent.kind for consent in asked} == {"host", "director"}
    visit = Visit.objects.get()
    assert visit.state == "submitted"
    agree(visit, Kind.HOST, host)
    agree(visit, Kind.DIRECTOR, director)
    visit = Visit.objects.get()
    assert visit.state == "approved"
    assert kinds(visit) == [("reserve", Decimal("40.00")), ("commit", Decimal("40.00"))]
    files = [
        text
        for mail in Mail.objects.filter(template="peerlearning/approved", person=employee)
        for _m, text in mail.calendars
    ]
    sequences = [
        int(line.partition(":")[2]) for text in files for line in text.splitlines() if line.startswith("SEQUENCE")
    ]
    assert len(sequences) == 2 and max(sequences) > min(sequences)


@pytest.mark.parametrize(
    ("cost", "asked"),
    [("70.00", set()), ("70.01", {"director", "ake"}), ("10.00", set())],
)
def test_a_cost_may_grow_by_thirty_euros_before_director_and_ake_are_asked_again(
    sent, host, director, coordinator, employee, plan, cost, asked
):
    visit = all_agree(sent, host, director, coordinator)
    visit.costs.update(amount=cost)
    assert {consent.kind for consent in actions.change(visit, by=employee)} == asked
    visit = Visit.objects.get()
    if asked:
        agree(visit, Kind.DIRECTOR, director)
        agree(visit, Kind.AKE, coordinator)
    assert Visit.objects.get().state == "approved"
    assert left(plan) == 1000 - Decimal(cost)


def test_of_a_dear_trip_a_tenth_is_little(employee, director, host, coordinator, loviisa_main, plan):
    visit = builders.visit(employee, loviisa_main, ticket="400.00", state="submitted")
    visit = all_agree(visit, host, director, coordinator)
    visit.costs.update(amount="440.00")
    assert actions.change(visit, by=employee) == []
    visit.costs.update(amount="440.01")
    assert {consent.kind for consent in actions.change(visit, by=employee)} == {"director", "ake"}


def test_a_stop_left_out_and_one_added_concern_their_hosts(sent, host, director, coordinator, employee, uusimaa):
    visit = all_agree(sent, host, director, coordinator)
    porvoo = builders.library(uusimaa, "Porvoon kirjasto")
    porvoo.director = builders.person("johtaja@porvoo.example", library=porvoo)
    porvoo.save()
    old = visit.stops.get()
    Stop.objects.create(
        visit=visit, branch=builders.branch(porvoo, "Porvoon pääkirjasto"), starts_at=old.starts_at, ends_at=old.ends_at
    )
    left_out = consents.leave_out(old)
    asked = actions.change(visit, by=employee, left_out=left_out)
    assert {(consent.kind, consent.person) for consent in asked} == {("host", porvoo.director), ("director", director)}
    assert mails("stop_dropped") == {host.email}


# Who decides when somebody is away


def test_the_deputy_decides_while_the_director_is_away(
    employee, director, host, coordinator, loviisa_main, plan, askola
):
    deputy = builders.person("sijainen@askola.example", "Siiri", "Sijainen", library=askola)
    today = timezone.localdate()
    Deputy.objects.create(library=askola, person=deputy, first_day=today, last_day=today + timedelta(days=3))
    visit = builders.visit(employee, loviisa_main, state="submitted")
    assert consent_of(visit, Kind.DIRECTOR).person == deputy
    agree(visit, Kind.DIRECTOR, deputy)


def test_a_directors_own_trip_goes_to_the_superior_never_to_the_director(
    director, host, coordinator, loviisa_main, plan, askola
):
    askola.superior = builders.person("sivistysjohtaja@askola.example", "Sirpa", "Sivistys")
    askola.save()
    visit = builders.visit(director, loviisa_main, state="submitted")
    assert consent_of(visit, Kind.DIRECTOR).person == askola.superior
    with pytest.raises(actions.Refused):
        agree(visit, Kind.DIRECTOR, director)
    agree(visit, Kind.DIRECTOR, askola.superior)


def test_a_directors_own_trip_without_superior_is_a_task_of_the_ake(director, host, coordinator, loviisa_main, plan):
    visit = builders.visit(director, loviisa_main, state="submitted")
    consent = consent_of(visit, Kind.DIRECTOR)
    assert consent.person is None and consents.is_for_ake(consent)
    agree(visit, Kind.DIRECTOR, coordinator)


def test_a_library_without_a_director_is_a_task_of_the_ake(employee, host, coordinator, loviisa_main, plan):
    visit = builders.visit(employee, loviisa_main, state="submitted")
    assert Mail.objects.filter(template="peerlearning/asked", person=coordinator).count() == 2
    agree(visit, Kind.DIRECTOR, coordinator)


def test_a_host_contact_without_an_account_becomes_a_person_who_can_decide(
    employee, director, coordinator, host, loviisa_main, plan
):
    builders.MailDomain.objects.get_or_create(domain="loviisa.example", library=loviisa_main.library)
    visit = builders.visit(employee, loviisa_main)
    visit.stops.update(contact_email="pia@loviisa.example", contact_name="Pia Pedagog")
    actions.submit(visit, by=employee)
    contact = consent_of(visit, Kind.HOST).person
    assert (contact.get_full_name(), contact.has_usable_password(), contact.is_confirmed) == (
        "Pia Pedagog",
        False,
        False,
    )
    agree(visit, Kind.HOST, contact)


def test_a_shared_mailbox_is_asked_and_leaves_the_deciders_name(
    employee, director, coordinator, loviisa, loviisa_main, plan
):
    loviisa.email = "kirjasto@loviisa.example"
    loviisa.save()
    visit = builders.visit(employee, loviisa_main, state="submitted")
    consent = consent_of(visit, Kind.HOST)
    assert (consent.person, consent.mailbox) == (None, "kirjasto@loviisa.example")
    assert Mail.objects.filter(template="peerlearning/asked", address="kirjasto@loviisa.example").count() == 1
    with pytest.raises(actions.Refused) as refused:
        actions.consent(consent)
    assert refused.value.code == "no_name"
    assert actions.consent(consent, name="Oona Osaava").decider == "Oona Osaava"


# Other regions, other years, other rates


def test_a_trip_to_another_region_needs_the_akes_reason(employee, director, coordinator, stranger, plan):
    inari = builders.branch(stranger.library, "Inarin pääkirjasto")
    visit = builders.visit(employee, inari, state="submitted")
    with pytest.raises(actions.Refused) as refused:
        agree(visit, Kind.AKE, coordinator)
    assert refused.value.code == "no_region_reason"
    agree(visit, Kind.AKE, coordinator, region_reason="Saamenkielistä palvelua ei ole muualla.")
    assert Visit.objects.get().other_region_reason == "Saamenkielistä palvelua ei ole muualla."


def test_without_a_plan_for_the_year_of_travel_the_akes_consent_waits(
    employee, director, host, coordinator, loviisa_main, plan
):
    visit = builders.visit(employee, loviisa_main, in_days=100, state="submitted")
    agree(visit, Kind.DIRECTOR, director)
    with pytest.raises(actions.Refused) as refused:
        agree(visit, Kind.AKE, coordinator)
    assert refused.value.code == "no_plan"
    assert consent_of(visit, Kind.AKE).is_open


def test_january_is_paid_from_the_next_years_plan_subject_to_its_grant(
    employee, director, host, coordinator, loviisa_main, plan, uusimaa
):
    coming = builders.travel_plan(uusimaa, 500, year=2027)
    FundingSource.objects.filter(plan=coming).update(granted=None)
    visit = builders.visit(employee, loviisa_main, in_days=100, state="submitted")
    booking = Booking.objects.get(expense__visit=visit)
    assert (booking.line.plan, booking.subject_to_grant) == (coming, True)


def test_a_frozen_plan_pays_nothing_more(employee, director, host, coordinator, loviisa_main, plan):
    plan.state = "frozen"
    plan.save()
    visit = builders.visit(employee, loviisa_main, state="submitted")
    with pytest.raises(actions.Refused):
        agree(visit, Kind.AKE, coordinator)


def test_kilometres_are_paid_at_the_rate_of_the_day_of_travel(
    employee, director, host, coordinator, loviisa_main, plan
):
    visit = builders.visit(employee, loviisa_main, km=92)
    line = visit.costs.get()
    assert (line.amount, line.rate) == (Decimal("50.60"), Decimal("0.550"))


def test_over_new_year_half_of_the_way_is_estimated_at_the_rate_of_each_year(employee, loviisa_main, plan):
    visit = builders.visit(employee, loviisa_main, km=93)
    visit.leaves_at, visit.returns_at = days.at(date(2025, 12, 31), time(8)), days.at(date(2026, 1, 1), time(17))
    visit.save()
    actions.price(visit)
    line = visit.costs.get()
    # 47 × 0,59 and 46 × 0,55
    assert (line.amount, line.rate, line.rate_back) == (Decimal("53.03"), Decimal("0.590"), Decimal("0.550"))
    assert case.costs(visit)[0].text == "Oma auto, 47 km × 0,59 € + 46 km × 0,55 €"


def test_a_year_without_a_rate_refuses_and_never_guesses(employee, director, host, coordinator, loviisa_main, plan):
    with pytest.raises(actions.Refused) as refused:
        builders.visit(employee, loviisa_main, km=92, in_days=100)
    assert refused.value.code == "no_rate" and refused.value.values == {"year": 2027}
    with pytest.raises(NoRate):
        KmRate.on(timezone.localdate() + timedelta(days=100))


def test_a_second_rate_counts_the_kilometres_of_the_year(db):
    rate = KmRate(year=2030, own_car="0.60", passenger="0.04", step_km=5000, own_car_after_step="0.40")
    rate.own_car, rate.passenger, rate.own_car_after_step = Decimal("0.60"), Decimal("0.04"), Decimal("0.40")
    assert rate.cost(100) == Decimal("60.00")
    assert rate.cost(100, passengers=2) == Decimal("68.00")
    assert rate.cost(100, driven=4950) == Decimal("50.00")
    assert rate.cost(100, driven=9000) == Decimal("40.00")


def test_a_per_diem_cannot_be_stored(employee, loviisa_main, plan):
    visit = builders.visit(employee, loviisa_main)
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLine.objects.create(visit=visit, kind="per_diem", amount="50.00")


# Groups


def test_each_home_library_of_a_study_trip_consents_for_its_own(
    employee, director, host, coordinator, loviisa_main, plan, uusimaa
):
    porvoo = builders.library(uusimaa, "Porvoon kirjasto")
    porvoo.director = builders.person("johtaja@porvoo.example", library=porvoo)
    porvoo.save()
    fellow = builders.person("matkaaja@porvoo.example", "Matti", "Matkaaja", library=porvoo)
    visit = builders.visit(employee, loviisa_main, kind="study_trip")
    actions.join(visit, email=fellow.email, by=employee)
    actions.submit(visit, by=employee)
    directors = visit.consents.current().filter(kind=Kind.DIRECTOR)
    assert {consent.library: consent.person for consent in directors} == {
        director.library: director,
        porvoo: porvoo.director,
    }
    with pytest.raises(actions.Refused):
        actions.consent(directors.get(library=porvoo), by=director)


def test_a_colleague_who_joins_an_approved_trip_needs_the_own_library(
    employee, director, host, coordinator, loviisa_main, plan, uusimaa
):
    porvoo = builders.library(uusimaa, "Porvoon kirjasto")
    porvoo.director = builders.person("johtaja@porvoo.example", library=porvoo)
    porvoo.save()
    fellow = builders.person("matkaaja@porvoo.example", "Matti", "Matkaaja", library=porvoo)
    visit = builders.visit(employee, loviisa_main, kind="study_trip", state="submitted")
    visit = all_agree(visit, host, director, coordinator)
    actions.join(visit, email=fellow.email, by=employee)
    visit = Visit.objects.get()
    assert visit.state == "submitted"
    assert [consent.library for consent in visit.consents.open()] == [porvoo]
    actions.part(visit, person=fellow, by=employee)
    assert Visit.objects.get().state == "approved"


# Ends


def test_cancelling_takes_the_trip_from_the_calendars_and_frees_the_money(
    sent, host, director, coordinator, employee, plan
):
    visit = all_agree(sent, host, director, coordinator)
    actions.cancel(visit, by=employee)
    assert Visit.objects.get().state == "cancelled"
    assert left(plan) == Decimal("1000.00")
    assert mails("cancelled") == {employee.email, host.email, director.email, coordinator.email}
    for person in (employee, host):
        mail = Mail.objects.get(template="peerlearning/cancelled", person=person)
        assert [method for method, _text in mail.calendars] == ["CANCEL"]


def test_others_than_the_traveller_say_why_they_cancel(sent, coordinator):
    with pytest.raises(actions.Refused) as refused:
        actions.cancel(sent, by=coordinator)
    assert refused.value.code == "no_reason"


def test_what_was_spent_stays_when_a_trip_is_cancelled(sent, host, director, coordinator, employee, plan):
    from budgets import actions as books  # noqa: PLC0415

    visit = all_agree(sent, host, director, coordinator)
    books.spend(visit.expense, "15.00", by=coordinator, is_last=False)
    actions.cancel(visit, by=employee)
    assert left(plan) == Decimal("985.00")


def test_the_first_day_undecided_lets_the_visit_lapse(sent, host, plan, employee, coordinator, time_machine):
    time_machine.move_to(sent.leaves_at + timedelta(days=1))
    actions.tick()
    actions.tick()
    assert Visit.objects.get().state == "lapsed"
    assert left(plan) == Decimal("1000.00")
    assert {employee.email, host.email, coordinator.email} <= mails("lapsed")


def test_the_day_after_the_trip_it_is_made_and_claim_and_story_are_asked_for(
    sent, host, director, coordinator, employee, time_machine
):
    visit = all_agree(sent, host, director, coordinator)
    time_machine.move_to(visit.returns_at + timedelta(hours=2))
    actions.tick()
    assert Visit.objects.get().state == "approved"
    time_machine.move_to(visit.returns_at + timedelta(days=1))
    actions.tick()
    actions.tick()
    assert Visit.objects.get().state == "done"
    assert Mail.objects.filter(template="peerlearning/made", person=employee).count() == 1


def test_an_unconfirmed_employee_cannot_send(askola, director, host, coordinator, loviisa_main, plan):
    newcomer = builders.person("uusi@askola.example", library=askola, confirmed=False)
    with pytest.raises(actions.Refused) as refused:
        builders.visit(newcomer, loviisa_main, state="submitted")
    assert refused.value.code == "unconfirmed"


def test_cases_are_numbered_by_region_and_year(employee, director, host, coordinator, loviisa_main, plan):
    cases = [builders.visit(employee, loviisa_main, state="submitted").case for _ in range(3)]
    assert cases == ["2026-001", "2026-002", "2026-003"]


def test_a_freeze_waits_until_the_visits_money_is_settled(sent, host, director, coordinator, plan):
    all_agree(sent, host, director, coordinator)
    plans.publish(plan, by=coordinator, note={"fi": "x", "sv": "x"})
    with pytest.raises(actions.Refused):
        plans.freeze(plan)


def test_the_table_names_every_move_and_every_state():
    states = {choice.value for choice in Visit.State}
    for move in workflow.VISIT.values():
        assert set(move.sources) <= states and move.target in states
    assert {move.target for move in workflow.VISIT.values()} | {"draft"} == states
