"""Whoever asks to join a network is not forgotten: the leaders are reminded, then the AKE, until somebody answers."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ake_portal.lib import days
from networks import actions
from networks.models import Membership
from networks.reminders import RULES
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders

TODAY = date(2026, 10, 6)  # a Tuesday
THREE, SEVEN = date(2026, 10, 9), date(2026, 10, 15)  # working days later


@pytest.fixture
def leader(loviisa):
    """Leads SEVERI, works in Loviisa and reads Swedish."""
    return builders.person("leda@loviisa.example", "Lotta", "Ledare", library=loviisa, language="sv")


@pytest.fixture
def severi(uusimaa, leader, coordinator):
    return builders.network(uusimaa, leaders=[leader])


def run(day, clock=time(9)):
    """Twice: what has been sent is not sent again."""
    for _again in range(2):
        runner.run(RULES, days.at(day, clock))


def reminded():
    return [mail.person for mail in Mail.objects.filter(template="networks/still_waiting").order_by("pk")]


def test_the_leaders_are_reminded_after_three_working_days_and_the_ake_after_seven(
    severi, employee, leader, coordinator
):
    actions.ask(severi, person=employee, message="Vedän lukutuntia.")
    run(THREE, time(8, 59))
    assert reminded() == []
    for offset in range(40):
        run(THREE + timedelta(days=offset))
    assert reminded() == [leader, coordinator]
    to_leader, to_ake = Mail.objects.filter(template="networks/still_waiting").order_by("pk")
    assert to_leader.subject == "Aino Esimerkki väntar på svar: SEVERI"
    assert "tis 6.10." in to_leader.text and "Vedän lukutuntia." in to_leader.text
    assert "påminnelse" not in to_leader.text and f"/sv/networks/{severi.pk}/desk/" in to_leader.text
    assert to_ake.subject == "Aino Esimerkki odottaa vastausta: SEVERI"
    assert "Vetäjää on muistutettu: Lotta Ledare." in to_ake.text


@pytest.mark.parametrize("answer", ["accept", "refuse", "leave", "end", "gone"])
def test_an_answer_ends_it(answer, severi, employee, leader):
    actions.ask(severi, person=employee)
    if answer in ("accept", "refuse"):
        getattr(actions, answer)(severi, person=employee, by=leader)
    elif answer == "leave":
        actions.leave(severi, person=employee)
    elif answer == "end":
        severi.closed_on = timezone.localdate()
        severi.save()
    else:
        employee.is_active = False
        employee.save()
    run(THREE)
    run(SEVEN)
    assert reminded() == []


def test_an_answer_after_the_first_reminder_spares_the_ake(severi, employee, leader):
    actions.ask(severi, person=employee)
    run(THREE)
    actions.refuse(severi, person=employee, by=leader)
    run(SEVEN)
    assert reminded() == [leader]


def test_asking_again_begins_anew(severi, employee, leader, time_machine):
    actions.ask(severi, person=employee)
    run(THREE)
    actions.refuse(severi, person=employee, by=leader)
    time_machine.move_to(days.at(SEVEN, time(12)), tick=True)
    actions.ask(severi, person=employee)
    run(date(2026, 10, 19))
    assert reminded() == [leader]
    run(date(2026, 10, 20))
    assert reminded() == [leader, leader]


def test_a_network_without_leaders_reminds_the_ake_at_once_and_again(severi, employee, leader, coordinator):
    leader.is_active = False
    leader.save()
    actions.ask(severi, person=employee)
    run(THREE)
    run(SEVEN)
    assert reminded() == [coordinator, coordinator]
    assert not any("muistutettu" in mail.text for mail in Mail.objects.filter(template="networks/still_waiting"))


def test_the_regions_quiet_period_stops_the_clock(severi, employee, leader):
    severi.region.quiet.create(first_day=date(2026, 10, 8), last_day=date(2026, 10, 14))
    actions.ask(severi, person=employee)
    run(date(2026, 10, 15))
    assert reminded() == []
    run(date(2026, 10, 16))
    assert reminded() == [leader]


def test_what_will_be_sent_stands_on_the_page_of_coming_reminders(severi, employee, leader, coordinator, sign_in):
    actions.ask(severi, person=employee)
    client, address = sign_in(coordinator), reverse("admin:reminders_coming")
    page = client.get(address).text
    assert "Verkostoon pyrkivä on odottanut vastausta kolme työpäivää" in page
    assert "Verkostoon pyrkivä on odottanut vastausta seitsemän työpäivää" in page
    assert "Lotta Ledare" in page
    actions.accept(severi, person=employee, by=leader)
    assert "Verkostoon pyrkivä" not in client.get(address).text


@pytest.mark.parametrize("number", [1, 30])
def test_finding_them_takes_the_same_queries_however_many_ask(
    number, uusimaa, askola, leader, coordinator, django_assert_num_queries
):
    for _n in range(number):
        network = builders.network(uusimaa, leaders=[leader, coordinator])
        actions.ask(network, person=builders.person(library=askola))
    assert Membership.objects.waiting().count() == number
    with django_assert_num_queries(11):
        found = runner.coming(RULES, days.at(TODAY, time(12)), days.at(TODAY + timedelta(days=30), time(12)))
    assert len(found) == 3 * number
