"""Joining a network in a browser: asked with a message, let in from the mail's link, shown to the members' part; or refused with a reason."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ake_portal import tasks
from ake_portal.lib import days
from networks.models import Membership
from tests import builders
from tests.e2e.browse import click, follow, press

pytestmark = pytest.mark.browser
TEAMS = "https://teams.example/severi"
MESSAGE = "Vedän lukutuntia palvelutalossa. / Jag leder en lässtund på ett servicehus."
REASON = "Ryhmä on täynnä kevääseen asti. / Gruppen är full till våren."


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def leader(language, loviisa):
    return builders.person("leda@loviisa.example", "Lotta", "Ledare", library=loviisa, language=language)


@pytest.fixture
def severi(uusimaa, leader, coordinator, employee, colleague, language):
    for person in (employee, colleague, coordinator):
        person.language = language
        person.save()
    return builders.network(uusimaa, leaders=[leader], teams_link=TEAMS)


def said(page):
    return page.locator("main").inner_text()


def ask(page, network, message):
    """From the list of networks to the message to the leader."""
    page.goto(reverse("networks:list"))
    follow(page, str(network))
    assert page.get_by_role("link", name=_("The network in Teams")).count() == 0
    follow(page, _("Ask to join"))
    page.locator("[name=message]").fill(message)
    press(page, _("Ask to join"))
    assert _("Asked. You get a mail when a leader has answered.") in said(page)


def open_desk(visit, mail_to, leader, asker, language, **options):
    """The leader's desk by the link of the mail about `asker`."""
    letter = mail_to(leader.email)
    assert letter.subject == _("%(asker)s asks to join: %(network)s") % {"asker": asker, "network": "SEVERI"}
    return letter, visit(leader, letter.link("/desk/"), language=language, **options)


def answer(desk, move, text):
    """Press the button of the only one who waits."""
    button = desk.locator(f"form[action$='/{move}/'] button")
    assert button.inner_text().startswith(text)
    click(button)


def test_from_the_question_to_the_members_part_and_teams(
    visit, mail_to, severi, employee, leader, language, time_machine
):
    # Asked on a telephone
    page = visit(employee, reverse("home"), language=language, width=390)
    ask(page, severi, MESSAGE)

    # The leader comes from the mail, without JavaScript, and lets in
    letter, desk = open_desk(visit, mail_to, leader, employee, language, javascript=False)
    assert MESSAGE in letter.text and MESSAGE in said(desk)
    assert Membership.objects.get().state == "applied"
    answer(desk, "accept", _("Accept"))
    assert _("%(name)s belongs to the network now, and has got a mail.") % {"name": employee} in said(desk)
    assert _("Nobody is waiting for an answer.") in said(desk)

    # The person reads it in the mail, and sees the members' part
    letter = mail_to(employee.email)
    assert letter.link("/networks/") == severi.get_absolute_url()
    member = visit(employee, letter.link("/networks/"), language=language, width=390)
    assert member.locator("html").get_attribute("lang") == language
    teams = member.get_by_role("link", name=_("The network in Teams"), exact=True)
    assert teams.get_attribute("href") == TEAMS and _("The leader adds you soon.") in said(member)
    click(member.get_by_role("link", name=_("Members"), exact=True))
    assert employee.get_full_name() in said(member)

    # The leader copies the address into Teams, and ticks that off
    assert desk.locator("#addresses-add").input_value() == employee.email
    press(desk, _("Done in Teams"))
    assert ngettext("%(n)s person ticked off.", "%(n)s people ticked off.", 1) % {"n": 1} in said(desk)
    assert desk.locator("#addresses-add").count() == 0
    member.goto(severi.get_absolute_url())
    assert teams.count() == 1 and _("The leader adds you soon.") not in said(member)


def test_a_refusal_tells_its_reason_in_the_mail_and_on_the_page(
    visit, mail_to, severi, employee, leader, coordinator, language, time_machine
):
    page = visit(employee, reverse("home"), language=language)
    ask(page, severi, "")

    # The leader is away: a reminder after three working days, and the AKE after seven
    asked = timezone.localdate()
    quiet = severi.region.quiet_periods(asked)
    for working_days, person in ((3, leader), (7, coordinator)):
        day = days.add_working_days(asked, working_days, quiet)
        time_machine.move_to(days.at(day, time(9, 30)), tick=True)
        tasks.send_reminders()
        subject = _("%(asker)s waits for an answer: %(network)s") % {"asker": employee, "network": "SEVERI"}
        assert mail_to(person.email).subject == subject
    desk = visit(leader, mail_to(leader.email).link("/desk/"), language=language, width=390)
    desk.locator("summary", has_text=_("Refuse")).click()
    desk.locator("[name=reason]").fill(REASON)
    answer(desk, "refuse", _("Refuse"))
    assert _("%(name)s has got a mail about it.") % {"name": employee} in said(desk)

    letter = mail_to(employee.email)
    assert REASON in letter.text
    page = visit(employee, letter.link("/networks/"), language=language)
    assert REASON in said(page) and _("For members") not in said(page)
    assert page.get_by_role("link", name=_("The network in Teams")).count() == 0

    # Asking once more is possible, and what was refused is nothing that waits
    time_machine.shift(timedelta(days=1))
    ask(page, severi, MESSAGE)
    assert MESSAGE in mail_to(leader.email).text
    assert REASON not in said(page)
