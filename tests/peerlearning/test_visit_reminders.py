"""What the clock does: reminders after three and seven working days, quiet periods, handing on, the trip that is close."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from ake_portal.lib import days
from ake_portal.reminders import RULES
from notifications import reminders
from notifications.models import Mail
from peerlearning import actions
from peerlearning.models import Consent, Visit
from people.models import Deputy, QuietPeriod
from tests import builders


@pytest.fixture
def sent(employee, director, host, coordinator, loviisa_main, uusimaa):
    """Sent on Tuesday 6.10.2026 for a trip in six weeks."""
    builders.travel_plan(uusimaa)
    return builders.visit(employee, loviisa_main, in_days=42, state="submitted")


def asked(person):
    return Mail.objects.filter(template="peerlearning/asked", person=person).count()


def run(time_machine, day, clock=time(9, 5)):
    time_machine.move_to(days.at(day, clock))
    reminders.run(RULES, timezone.now())
    actions.tick()


def test_a_waiting_decision_is_remembered_after_three_and_after_seven_working_days(sent, director, time_machine):
    run(time_machine, date(2026, 10, 8))
    assert asked(director) == 1
    run(time_machine, date(2026, 10, 9))
    run(time_machine, date(2026, 10, 9), time(10))
    assert asked(director) == 2
    run(time_machine, date(2026, 10, 14))
    assert asked(director) == 2
    run(time_machine, date(2026, 10, 15))
    assert asked(director) == 3


def test_who_has_decided_is_not_reminded(sent, director, host, time_machine):
    actions.consent(Consent.objects.get(kind="director"), by=director)
    run(time_machine, date(2026, 10, 15))
    assert (asked(director), asked(host)) == (1, 2)


def test_after_seven_working_days_the_deputy_may_decide_and_the_ake_knows(
    sent, director, askola, coordinator, time_machine
):
    deputy = builders.person("sijainen@askola.example", "Siiri", "Sijainen", library=askola)
    Deputy.objects.create(library=askola, person=deputy, first_day=date(2026, 10, 12), last_day=date(2026, 10, 30))
    run(time_machine, date(2026, 10, 14))
    assert asked(deputy) == 0
    run(time_machine, date(2026, 10, 15))
    run(time_machine, date(2026, 10, 16))
    assert asked(deputy) == 1
    assert Mail.objects.filter(template="peerlearning/stuck", person=coordinator).count() == 3  # host, director, AKE
    actions.consent(Consent.objects.get(kind="director"), by=deputy)


def test_a_quiet_period_stops_the_clock(sent, director, uusimaa, time_machine):
    QuietPeriod.objects.create(region=uusimaa, first_day=date(2026, 10, 7), last_day=date(2026, 10, 18))
    run(time_machine, date(2026, 10, 15))
    assert asked(director) == 1
    run(time_machine, date(2026, 10, 21))
    assert asked(director) == 2


def test_a_trip_within_ten_days_knows_no_quiet_period(
    employee, director, host, coordinator, loviisa_main, uusimaa, time_machine
):
    builders.travel_plan(uusimaa)
    QuietPeriod.objects.create(region=uusimaa, first_day=date(2026, 10, 7), last_day=date(2026, 10, 18))
    builders.visit(employee, loviisa_main, in_days=9, state="submitted")
    run(time_machine, date(2026, 10, 9))
    assert asked(director) == 2


def test_two_days_before_the_traveller_is_reminded_once_also_when_a_run_was_missed(
    sent, host, director, coordinator, employee, time_machine
):
    for kind, by in (("host", host), ("director", director), ("ake", coordinator)):
        actions.consent(Consent.objects.get(kind=kind), by=by)
    day = Visit.objects.get().first_day

    def told():
        return Mail.objects.filter(template="peerlearning/leaves_soon", person=employee).count()

    run(time_machine, day - timedelta(days=3))
    assert told() == 0
    run(time_machine, day - timedelta(days=1))
    run(time_machine, day - timedelta(days=1), time(12))
    assert told() == 1


def test_the_preview_knows_what_is_coming(sent, director):
    now = datetime(2026, 10, 6, 8, tzinfo=days.HELSINKI)
    coming = [(rule.name, item.person) for rule, item in reminders.coming(RULES, now, now + timedelta(days=4))]
    assert ("peerlearning.consent3", director) in coming
    assert not [pair for pair in coming if pair[0] == "peerlearning.consent7"]
