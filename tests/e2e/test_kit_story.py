"""A kit's round in a browser: booked by three libraries one after another, fetched, handed on, late, and home again."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ake_portal import tasks
from ake_portal.lib import days, words
from networks.models import Loan
from tests import builders
from tests.e2e.browse import click, follow, press

pytestmark = pytest.mark.browser
MISSING = "UV-lamppu ei ollut laatikossa. / UV-lampan låg inte i lådan."


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def leader(language, uusimaa):
    return builders.person("vetaja@porvoo.example", "Veera", "Vetäjä", language=language)


@pytest.fixture
def borrowers(employee, colleague, uusimaa, language):
    """Askola, Loviisa and Sipoo, all readers of one language."""
    third = builders.person(
        "siru@sipoo.example",
        "Siru",
        "Sipoolainen",
        library=builders.library(uusimaa, "Sipoon kirjasto", "Sibbo bibliotek"),
    )
    for person in (employee, colleague, third):
        person.language = language
        person.save()
    return employee, colleague, third


@pytest.fixture
def kit(uusimaa, leader, borrowers):
    network = builders.network(uusimaa, leaders=[leader])
    return builders.kit(network, parts=[("Lukko", "Lås", 4), ("UV-lamppu", "UV-lampa", 1)])


@pytest.fixture
def first_day():
    """What the days of this story are counted from: real days, as the browser's clock is real."""
    return timezone.localdate()


@pytest.fixture
def go_to(time_machine, first_day):
    """Another day comes, and with it the reminders of that morning."""

    def move(offset):
        time_machine.move_to(days.at(first_day + timedelta(days=offset), time(9, 30)), tick=True)
        tasks.send_reminders()

    return move


def said(page):
    return page.locator("main").inner_text()


def errors(page):
    return page.locator(".field-error").all_inner_texts()


def subjects_to(person):
    return [message.subject for message in mail.outbox if message.to == [person.email]]


def book(page, kit, first, last, comes_from):
    page.goto(kit.get_absolute_url())
    page.locator("[name=first_day]").fill(str(first))
    page.locator("[name=last_day]").fill(str(last))
    page.locator(f"[name=comes_from][value={comes_from}]").check()
    press(page, _("Book the kit"))


def follow_own(page, text):
    """Follow the link with this text in the reader's list of loans."""
    click(page.locator("main .buttons a", has_text=text).first)


def count_parts(page, kit, lock, lamp, condition=""):
    lock_part, lamp_part = kit.parts.all()
    page.locator(f"[name=part_{lock_part.pk}]").fill(str(lock))
    page.locator(f"[name=part_{lamp_part.pk}]").fill(str(lamp))
    page.locator("[name=condition]").fill(condition)


def book_the_round(visit, mail_to, kit, borrowers, leader, on, language):
    """Askola books for the days 5–9, Loviisa 11–15, Sipoo 17–21; what clashes is refused, the service day too."""
    employee, colleague, third = borrowers
    page = visit(employee, reverse("kits:list"), language=language, width=390)
    assert pgettext("a kit", "free now") in said(page)
    follow(page, str(kit))
    book(page, kit, on(5), on(9), "ake")
    assert _("The kit is booked for your library. You have got a mail about it.") in said(page)

    page = visit(colleague, kit.get_absolute_url(), language=language)
    book(page, kit, on(10), on(15), "library")
    assert errors(page) == [
        _("%(library)s has the kit then: with the service days it is taken from %(first_day)s to %(last_day)s.")
        % {"library": employee.library, "first_day": words.day(on(4)), "last_day": words.day(on(10))}
    ]
    assert page.locator("[name=first_day]").input_value() == str(on(10))
    assert page.locator("[name=comes_from][value=library]").is_checked()
    page.locator("[name=first_day]").fill(str(on(11)))
    press(page, _("Book the kit"))
    assert _("My library's loans") in said(page) and str(kit) in said(page)

    page = visit(third, kit.get_absolute_url(), language=language, javascript=False)
    book(page, kit, on(17), on(21), "library")
    assert Loan.objects.filter(state="booked").count() == 3

    # each has one mail of the own click; the leader has heard of all three
    for person, first, last in ((employee, 5, 9), (colleague, 11, 15), (third, 17, 21)):
        values = {"kit": kit, "first": words.day(on(first)), "last": words.day(on(last))}
        assert subjects_to(person) == [_("Booked: %(kit)s, %(first)s–%(last)s") % values]
    letter = mail_to(leader.email)
    assert len(subjects_to(leader)) == 3 and letter.subject == _("New loan: %(kit)s, %(first)s–%(last)s") % values
    assert third.get_full_name() in letter.text and str(colleague.library) in letter.text


def fetch_it(visit, mail_to, kit, employee, leader, on, go_to, language):
    """Reminded three days before, the first library fetches the kit from the AKE and notes that."""
    go_to(2)
    letter = mail_to(employee.email)
    assert letter.subject == _("Comes soon: %(kit)s, from %(first)s") % {"kit": kit, "first": words.day(on(5))}
    page = visit(employee, reverse("home"), language=language, width=390)
    follow(page, _("A kit comes to you: %(kit)s") % {"kit": kit})
    assert page.url.endswith(letter.link("/kits/loans/"))
    follow_own(page, _("We have got it"))
    press(page, _("Note that the kit is there"))
    assert _("It is too early for this: the loan begins later. Ask the one who lends the kit to move it.") in said(page)
    go_to(5)
    press(page, _("Note that the kit is there"))
    assert _("Noted: the kit is at %(library)s.") % {"library": employee.library} in said(page)
    page = visit(None, reverse("kits:list"), language=language)
    assert pgettext("a kit", "now at %(library)s") % {"library": employee.library} in said(page)
    assert employee.last_name not in said(page)


def hand_it_on(visit, mail_to, kit, borrowers, leader, on, go_to, language):
    """From Askola to Loviisa, which counts the parts: one is missing, and those concerned hear of it."""
    employee, colleague, third = borrowers
    go_to(7)
    letter = mail_to(employee.email)
    assert str(colleague.library) in letter.text and words.day(on(11)) in letter.text
    go_to(10)
    assert subjects_to(employee)[-1] == letter.subject  # nobody is told to be late while the kit is on its way
    page = visit(colleague, reverse("kits:loans"), language=language, width=390)
    follow_own(page, _("We have got it"))
    assert str(employee.library) in said(page)
    count_parts(page, kit, 4, 0, MISSING)
    press(page, _("Note that the kit is there"))
    assert _("Noted: the kit is at %(library)s.") % {"library": colleague.library} in said(page)
    assert [loan.state for loan in Loan.objects.by_day()] == ["returned", "out", "booked"]
    for person in (leader, third):
        assert mail_to(person.email).subject == _("Parts are missing: %(kit)s") % {"kit": kit}
    assert MISSING in mail_to(leader.email).text and MISSING not in mail_to(third.email).text
    page = visit(None, kit.get_absolute_url(), language=language)
    lamp = "UV-lamppu" if language == "fi" else "UV-lampa"
    assert _("Missing at the moment:") in said(page) and said(page).count(f"1 × {lamp}") == 2


def come_back_late(visit, mail_to, kit, borrowers, leader, on, go_to, language):
    """Loviisa is late and brings the kit to the AKE: it is asked for it, Sipoo is warned and gets later days."""
    _employee, colleague, third = borrowers
    go_to(18)
    for person in (colleague, leader):
        values = {"kit": kit, "last": words.day(on(15))}
        assert mail_to(person.email).subject == _("Not returned: %(kit)s, %(last)s") % values
    assert mail_to(third.email).subject == _("May come late: %(kit)s") % {"kit": kit}
    desk = visit(leader, reverse("home"), language=language)
    follow(desk, _("Not returned: %(kit)s") % {"kit": kit})
    assert desk.url.endswith(mail_to(leader.email).link("/desk/"))
    assert pgettext("a loan", "late") in said(desk) and colleague.get_full_name() in said(desk)
    press(desk, _("The kit is complete again"))  # a new lamp has been bought
    follow_own(desk, pgettext("a kit", "Take back"))
    count_parts(desk, kit, 5, 1)
    assert desk.locator("input:invalid").count() == 1  # no kit has five of its four locks
    count_parts(desk, kit, 4, 1)
    press(desk, _("Note that the kit is back"))
    assert _("Noted: the kit is back.") in said(desk)
    letter = mail_to(third.email)
    values = {"kit": kit, "first": words.day(on(20)), "last": words.day(on(21))}
    assert letter.subject == _("New days: %(kit)s, %(first)s–%(last)s") % values
    assert words.day(on(17)) in letter.text
    page = visit(third, letter.link("/kits/loans/"), language=language, width=390)
    assert f"{words.day(on(20))} – {words.day(on(21))}" in said(page)
    return desk


def come_home(visit, kit, third, desk, go_to, language):
    """Sipoo has it for its days, and the leader takes it back: all parts are there, and the kit is home."""
    go_to(20)
    page = visit(third, reverse("kits:loans"), language=language, width=390)
    follow_own(page, _("We have got it"))
    press(page, _("Note that the kit is there"))
    go_to(21)
    desk.reload()
    follow_own(desk, pgettext("a kit", "Take back"))
    press(desk, _("Note that the kit is back"))
    assert _("Nobody has the kit or has booked it.") in said(desk)
    assert MISSING in said(desk) and _("Missing at the moment:") not in said(desk)
    page = visit(None, reverse("kits:list"), language=language)
    assert pgettext("a kit", "now at the AKE in %(city)s") % {"city": kit.region.city} in said(page)
    assert set(Loan.objects.values_list("state", flat=True)) == {"returned"}


def test_a_kit_goes_round_three_libraries_and_comes_home(
    visit, mail_to, kit, borrowers, leader, first_day, go_to, language
):
    employee, _colleague, third = borrowers

    def on(offset):
        return first_day + timedelta(days=offset)

    book_the_round(visit, mail_to, kit, borrowers, leader, on, language)
    fetch_it(visit, mail_to, kit, employee, leader, on, go_to, language)
    hand_it_on(visit, mail_to, kit, borrowers, leader, on, go_to, language)
    desk = come_back_late(visit, mail_to, kit, borrowers, leader, on, go_to, language)
    come_home(visit, kit, third, desk, go_to, language)
