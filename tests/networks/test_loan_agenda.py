"""Kits on the home page and in one's own calendar: what is to be fetched, handed on or asked for."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from ake_portal import agenda
from ake_portal.lib import days
from networks import actions, loans
from networks.models import Leader
from tests import builders

TODAY = date(2026, 10, 6)  # as the cast's clock says


@pytest.fixture
def leader(uusimaa):
    return builders.person("vetaja@porvoo.example", "Veera", "Vetäjä")


@pytest.fixture
def kit(uusimaa, leader):
    return builders.kit(builders.network(uusimaa, leaders=[leader]))


def go_to(time_machine, offset):
    time_machine.move_to(days.at(TODAY + timedelta(days=offset), time(9)), tick=True)


def tasks(person):
    """(text, detail) of what waits for the person."""
    person = type(person).objects.get(pk=person.pk)
    return [(task.text, task.detail) for task in agenda.waiting_for(person) if "Kadonnut" in task.text]


def test_a_loan_waits_for_its_borrower_before_it_comes_and_before_it_goes(
    kit, employee, director, leader, sign_in, time_machine
):
    loan = builders.loan(kit, employee, 4, 10)
    assert tasks(employee) == []
    go_to(time_machine, 1)
    comes = [("Paketti tulee teille: Kadonnut kirjastokortti", "la 10.10. – pe 16.10., AKEsta")]
    assert tasks(employee) == comes and tasks(director) == tasks(leader) == []
    page = sign_in(employee).get("/fi/").text
    assert comes[0][0] in page and f'href="{reverse("kits:loans")}"' in page
    go_to(time_machine, 4)
    loans.receive(loan, by=employee)
    assert tasks(employee) == []
    go_to(time_machine, 8)
    assert tasks(employee) == [("Paketti lähtee eteenpäin: Kadonnut kirjastokortti", "Viimeinen päivä pe 16.10.")]
    loans.take_back(loan, by=leader)
    assert tasks(employee) == []


def test_what_is_late_waits_for_the_borrower_and_for_whoever_lends_it(
    kit, employee, colleague, leader, coordinator, other_coordinator, sign_in, time_machine
):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    builders.loan(kit, colleague, 20, 22)
    go_to(time_machine, 3)
    assert tasks(leader) == []
    go_to(time_machine, 4)
    late = "Palauttamatta: Kadonnut kirjastokortti"
    assert tasks(employee) == [(late, "Laina päättyi pe 9.10.")]
    assert tasks(leader) == tasks(coordinator) == [(late, "Askolan kirjasto. Laina päättyi pe 9.10.")]
    assert tasks(other_coordinator) == tasks(colleague) == []
    page = sign_in(leader).get("/sv/").text
    assert "Inte returnerat: Det försvunna lånekortet" in page and "Askola bibliotek. Lånet gick ut fre 9.10." in page
    assert f'href="/sv/kits/{kit.pk}/desk/"' in page


def test_what_the_next_library_fetches_later_is_not_late(kit, employee, colleague, leader, sign_in, time_machine):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    builders.loan(kit, colleague, 6, 9, comes_from="library")
    go_to(time_machine, 6)
    assert tasks(employee) == [("Paketti lähtee eteenpäin: Kadonnut kirjastokortti", "Viimeinen päivä pe 9.10.")]
    assert tasks(leader) == []

    def pages():
        addresses = (kit.get_absolute_url(), reverse("kits:loans"), reverse("kits:desk", args=[kit.pk]))
        return [
            sign_in(person).get(at).text for person, at in zip((colleague, employee, leader), addresses, strict=True)
        ]

    assert not any("myöhässä" in page for page in pages())
    go_to(time_machine, 7)
    assert all("myöhässä" in page for page in pages())
    assert [text for text, _detail in tasks(employee) + tasks(leader)] == ["Palauttamatta: Kadonnut kirjastokortti"] * 2


def test_what_nobody_noted_as_fetched_waits_until_somebody_cancels_or_moves_it(kit, employee, leader, time_machine):
    loan = builders.loan(kit, employee, 0, 3)
    go_to(time_machine, 4)
    assert [text for text, _detail in tasks(employee) + tasks(leader)] == [
        "Noutoa ei ole merkitty: Kadonnut kirjastokortti"
    ] * 2
    loans.cancel(loan, by=leader)
    assert tasks(employee) == tasks(leader) == []


def test_who_works_elsewhere_now_has_no_loans_of_the_old_library(kit, employee, loviisa, time_machine):
    builders.loan(kit, employee, 1, 3)
    assert len(tasks(employee)) == 1
    employee.library = loviisa
    employee.save()
    assert tasks(employee) == []


def test_loans_stand_beside_who_asks_and_who_is_invited(kit, employee, colleague, leader, coordinator):
    employee.leads.create(network=kit.network)
    other = builders.network(kit.region, "LaNu")
    actions.invite(other, email=employee.email, by=coordinator)
    for person in (colleague, builders.person(library=colleague.library)):
        actions.ask(kit.network, person=person)
    builders.loan(kit, employee, 1, 3)
    assert [(task.text, task.url) for task in agenda.waiting_for(employee)] == [
        ("Paketti tulee teille: Kadonnut kirjastokortti", reverse("kits:loans")),
        ("Sinut on kutsuttu verkostoon: LaNu", other.get_absolute_url()),
        ("Verkostoon pyydetään mukaan: SEVERI", reverse("networks:desk", args=[kit.network_id])),
    ]


@pytest.mark.parametrize("number", [0, 1, 30])
def test_the_home_page_asks_the_database_no_more_often_for_kits(
    number, kit, employee, leader, colleague, sign_in, time_machine, django_assert_num_queries
):
    Leader.objects.create(network=kit.network, person=employee)
    for n in range(number):
        loans.hand_over(builders.loan(builders.kit(kit.network, f"Peli {n}"), employee, 0, 1))
        loans.hand_over(builders.loan(builders.kit(kit.network, f"Toinen peli {n}"), colleague, 0, 1))
        actions.ask(kit.network, person=builders.person(library=colleague.library))
    go_to(time_machine, 2)
    client = sign_in(employee)
    client.get("/fi/")
    with django_assert_num_queries(10):
        page = client.get("/fi/").text
    assert page.count("Palauttamatta") == number + min(number, 4)
    assert ("Lisää palauttamattomia paketteja" in page) == (number > 4)
    assert page.count("Verkostoon pyydetään mukaan") == min(number, 1)


# The own calendar


def entries(client, person):
    """The events of the person's feed."""
    feed = client.get(reverse("calendar_feed", args=[person.calendar_token])).content
    return Calendar.from_ical(feed).walk("VEVENT")


def test_ones_loans_are_whole_days_in_the_own_calendar_and_leave_one_free(
    kit, employee, colleague, leader, client, time_machine
):
    loan = builders.loan(kit, employee, 4, 10)
    builders.loan(kit, colleague, 14, 20, comes_from="library")
    [event] = entries(client, employee)
    assert event["summary"] == "Lainapaketti: Kadonnut kirjastokortti"
    assert (event.start, event.end) == (date(2026, 10, 10), date(2026, 10, 17))
    assert (event["transp"], event["location"]) == ("TRANSPARENT", "Askolan kirjasto")
    [theirs] = entries(client, colleague)
    assert (theirs["summary"], theirs["description"]) == (
        "Lånepaket: Det försvunna lånekortet",
        "från föregående bibliotek",
    )
    sequence = event["sequence"]
    loans.move(loan, first_day=date(2026, 10, 11), last_day=date(2026, 10, 16))
    [event] = entries(client, employee)
    assert event.start == date(2026, 10, 11) and event["sequence"] > sequence
    loans.cancel(loan, by=leader)
    [event] = entries(client, employee)
    assert event["summary"] == "Peruttu: Lainapaketti: Kadonnut kirjastokortti" and event["status"] == "CANCELLED"


@pytest.mark.parametrize("number", [1, 30])
def test_the_calendar_takes_the_same_queries_however_many_loans(
    number, kit, employee, client, django_assert_num_queries
):
    for n in range(number):
        builders.loan(kit, employee, 3 * n, 3 * n + 1)
    with django_assert_num_queries(7):
        assert len(entries(client, employee)) == number


# The own page


def own_page(client):
    """The part of the own page with one's loans, "" when there is none."""
    page = client.get("/fi/mine/").text.replace("\xa0", " ")
    return page.partition("Lainaamani ja varaamani paketit")[2].partition("</ul>")[0]


def test_ones_loans_stand_on_the_own_page_until_they_are_over(
    kit, employee, colleague, director, leader, sign_in, time_machine
):
    box = builders.kit(kit.network, "Kamerat", "Kameror")
    later, first = builders.loan(kit, employee, 10, 14), builders.loan(box, employee, 0, 3)
    builders.loan(box, colleague, 10, 12)
    loans.hand_over(first)
    part = own_page(sign_in(employee))
    assert [
        part.index(text) for text in ("Kamerat", "ti 6.10. – pe 9.10.", "Lainassa", "Kadonnut", "Varattu")
    ] == sorted(part.index(text) for text in ("Kamerat", "ti 6.10. – pe 9.10.", "Lainassa", "Kadonnut", "Varattu"))
    assert part.count("<li") == 2 and kit.get_absolute_url() in part and "AKEsta" in part and "myöhässä" not in part
    assert own_page(sign_in(director)) == ""  # of the same library, and another's loan
    go_to(time_machine, 4)
    assert "myöhässä" in own_page(sign_in(employee))
    loans.take_back(first, by=leader)
    loans.cancel(later, by=employee)
    assert own_page(sign_in(employee)) == ""


@pytest.mark.parametrize("number", [1, 30])
def test_the_own_page_takes_one_query_for_loans(number, kit, employee, sign_in, django_assert_num_queries):
    for n in range(number):
        builders.loan(builders.kit(kit.network, f"Peli {n}"), employee, n, n + 3)
    client = sign_in(employee)
    own_page(client)
    with django_assert_num_queries(7):
        assert own_page(client).count("<li") == number
