"""A booked kit that nobody fetches: who is reminded when, who closes the loan, and how it closes by itself."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from ake_portal import agenda, privacy
from ake_portal.lib import days
from ake_portal.tasks import move_loans
from networks import loan_reminders, loans
from networks.models import Loan
from notifications import reminders as runner
from notifications.models import Mail
from people.models import QuietPeriod
from tests import builders

TODAY = date(2026, 10, 6)  # a Tuesday, as the cast's clock says
TITLE = "Kadonnut kirjastokortti"


@pytest.fixture
def leader(uusimaa):
    return builders.person("vetaja@porvoo.example", "Veera", "Vetäjä")


@pytest.fixture
def kit(uusimaa, coordinator, leader):
    return builders.kit(builders.network(uusimaa, leaders=[leader]))


@pytest.fixture
def go_to(time_machine):
    """Nine o'clock, so many days from the cast's today; reminders and the clock of loans have run then."""

    def go(offset):
        moment = days.at(on(offset), time(9))
        time_machine.move_to(moment, tick=True)
        runner.run(loan_reminders.RULES, moment)
        move_loans()

    return go


def on(offset):
    return TODAY + timedelta(days=offset)


def mails(name):
    """(to whom, day) of the mails of a kind, in order."""
    found = Mail.objects.filter(template=f"networks/{name}").order_by("pk")
    return [(mail.person, days.local(mail.created_at).date()) for mail in found]


def text_of(name, person):
    return Mail.objects.get(template=f"networks/{name}", person=person).text.replace("\xa0", " ")


def tasks(person):
    """(text, detail) of what waits for the person."""
    person = type(person).objects.get(pk=person.pk)
    return [(task.text, task.detail) for task in agenda.waiting_for(person) if TITLE in task.text]


def state(loan):
    return Loan.objects.get(pk=loan.pk).state


def test_who_books_is_reminded_on_the_day_who_lends_three_working_days_later_and_it_closes_after_ten(
    kit, employee, colleague, leader, go_to
):
    loan = builders.loan(kit, employee, 1, 25)  # from Wednesday
    for offset in range(1, 16):
        go_to(offset)
    assert mails("loan_to_fetch") == [(employee, on(1))]
    assert mails("loan_not_fetched") == [(leader, on(6))]
    assert state(loan) == "unfetched"
    assert mails("loan_unfetched") == [(employee, on(15)), (leader, on(15))]
    assert "tämä laina ke 21.10. klo 9." in text_of("loan_to_fetch", employee)
    assert "Aino Esimerkki" in text_of("loan_not_fetched", leader) and "klo 9" in text_of("loan_not_fetched", leader)
    assert "sulkeutunut itsestään" in text_of("loan_unfetched", employee)
    assert "Päivät ovat taas vapaat" in text_of("loan_unfetched", leader)
    assert builders.loan(kit, colleague, 1, 5)  # of the days that were tied


def test_what_was_fetched_cancelled_or_moved_in_time_is_nobodys_concern(kit, employee, colleague, leader, go_to):
    fetched = builders.loan(kit, employee, 1, 25)
    others = [builders.kit(kit.network, name) for name in ("Peli", "Boksi")]
    cancelled, moved = (builders.loan(other, colleague, 1, 25) for other in others)
    go_to(0)
    loans.hand_over(fetched)
    loans.cancel(cancelled, by=colleague)
    loans.move(moved, first_day=on(20), last_day=on(25))
    for offset in range(1, 20):
        go_to(offset)
    assert mails("loan_to_fetch") == mails("loan_not_fetched") == mails("loan_unfetched") == []
    assert (state(fetched), state(cancelled), state(moved)) == ("out", "cancelled", "booked")
    go_to(20)
    assert mails("loan_to_fetch") == [(colleague, on(20))]


def test_who_books_for_today_is_not_reminded_at_once(kit, employee, leader, time_machine, go_to):
    time_machine.move_to(days.at(TODAY, time(10)))
    builders.loan(kit, employee, 0, 20)
    runner.run(loan_reminders.RULES, days.at(TODAY, time(11)))
    assert mails("loan_to_fetch") == []
    go_to(3)
    assert mails("loan_not_fetched") == [(leader, on(3))]


def test_what_the_library_before_has_still_cannot_be_fetched(kit, employee, colleague, leader, sign_in, go_to):
    before = loans.hand_over(builders.loan(kit, employee, 0, 2))
    loan = builders.loan(kit, colleague, 4, 25, comes_from="library")
    for offset in range(3, 22):
        go_to(offset)
    assert mails("loan_to_fetch") == mails("loan_not_fetched") == [] and state(loan) == "booked"
    assert not any("Noutoa ei ole" in text for text, _detail in tasks(leader))
    desk = sign_in(leader).get(reverse("kits:desk", args=[kit.pk])).text
    assert "not-fetched/" not in desk
    with pytest.raises(loans.Refused, match="out"):
        loans.close_unfetched(loan, by=leader)
    loans.take_back(before, by=leader)  # what comes next begins when it is back
    go_to(23)
    assert mails("loan_to_fetch") == [(colleague, on(23))]


def test_the_clock_of_closing_stands_still_in_the_regions_quiet_period(kit, employee, go_to, uusimaa):
    QuietPeriod.objects.create(region=uusimaa, first_day=on(6), last_day=on(12))
    loan = builders.loan(kit, employee, 1, 25)
    go_to(15)
    assert state(loan) == "booked"
    go_to(22)
    assert state(loan) == "unfetched"


def test_it_waits_for_whoever_lends_it_from_the_third_working_day_on(kit, employee, colleague, leader, go_to):
    builders.loan(kit, employee, 1, 25)
    go_to(5)
    assert tasks(leader) == []
    assert [text for text, _detail in tasks(employee)] == [f"Paketti tulee teille: {TITLE}"]
    go_to(6)
    title, detail = f"Noutoa ei ole merkitty: {TITLE}", "Laina alkoi ke 7.10."
    assert tasks(leader) == [(title, f"Askolan kirjasto. {detail}")] and tasks(employee) == [(title, detail)]
    assert tasks(colleague) == []


def test_whoever_lends_it_closes_it_and_the_others_hear_of_it(
    kit, employee, colleague, leader, coordinator, sign_in, go_to
):
    loan = builders.loan(kit, employee, 1, 25)
    address, desk = reverse("kits:close_unfetched", args=[loan.pk]), reverse("kits:desk", args=[kit.pk])
    client = sign_in(coordinator)
    go_to(1)
    assert address not in client.get(desk).text
    assert "ei ole vielä ohi" in client.post(address, follow=True).text and state(loan) == "booked"
    go_to(2)
    assert address in client.get(desk).text
    for _again in range(2):
        page = client.post(address, follow=True).text
    assert "Tilanne on sillä välin muuttunut" in page and "noutamatta" in page and address not in page
    assert state(loan) == "unfetched" and tasks(leader) == tasks(employee) == []
    assert [person for person, _day in mails("loan_unfetched")] == [employee, leader]
    assert "Petra Kehittäjä on sulkenut" in text_of("loan_unfetched", employee)
    assert builders.loan(kit, colleague, 0, 3)
    month = sign_in(colleague).get(kit.get_absolute_url()).text
    assert "Askolan kirjasto" not in month.split('id="calendar"')[1].split("</section>")[0]
    own = sign_in(employee).get(reverse("kits:loans")).text
    assert "noutamatta" in own and "cancel/" not in own


def test_what_was_never_fetched_is_cancelled_in_the_own_calendar_and_forgotten_in_time(
    kit, employee, leader, client, go_to
):
    loan = builders.loan(kit, employee, 1, 25)
    go_to(3)
    loans.close_unfetched(loan, by=leader)
    feed = client.get(reverse("calendar_feed", args=[employee.calendar_token])).text
    assert "STATUS:CANCELLED" in feed and "SEQUENCE:1" in feed
    assert privacy.keep_retention(days.at(on(25), time(9)) + timedelta(days=2 * 365 + 1))["borrowers"] == 1


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_what_the_mails_say_is_whole_in_both_languages(language, kit, employee, leader, go_to):
    for person in (employee, leader):
        person.language = language
        person.save()
    builders.loan(kit, employee, 1, 25)
    for offset in (1, 6, 15):
        go_to(offset)
    found = Mail.objects.filter(
        template__in=[f"networks/loan_{name}" for name in ("to_fetch", "not_fetched", "unfetched")]
    )
    assert found.count() == 4
    for mail in found:
        assert "None" not in mail.text and ".." not in mail.text and "%(" not in mail.subject + mail.text
        assert mail.html.count("<p") == mail.html.count("</p>")


def test_two_rounds_of_the_clock_close_it_once(kit, employee, leader, go_to):
    builders.loan(kit, employee, 1, 25)
    for _again in range(2):
        go_to(15)
    assert len(mails("loan_unfetched")) == 2
