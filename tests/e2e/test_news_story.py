"""News of a network in a browser: written, looked at, sent, read, given up from the mail without signing in."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from networks.models import Membership
from tests.e2e.browse import click
from tests.networks import made

pytestmark = pytest.mark.browser


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


def press(page, text):
    click(page.get_by_role("button", name=text, exact=True))


def send_news(page, network, language, title, text):
    """Write news in one language, look at them, send them."""
    page.goto(reverse("news:write", args=[network.pk]))
    page.locator(f"[name=title_{language}]").fill(title)
    page.locator(f"[name=text_{language}]").fill(text)
    press(page, _("Preview"))
    previews = page.locator(".mail-previews").inner_text()
    assert previews.count(f"SEVERI: {title}") == 2 and previews.count(text) == 2
    click(page.locator("main form[action$='/send/'] button"))
    assert page.locator("h1").inner_text() == title


def letters_to(person):
    return [message.subject for message in mail.outbox if message.to == [person.email]]


def test_from_the_leaders_pen_to_a_reader_who_gives_them_up(
    visit, mail_to, uusimaa, employee, colleague, director, language
):
    for person in (employee, colleague):
        person.language = language
        person.save()
    severi = made.network(uusimaa, leader=director)
    for person in (employee, colleague):
        made.member(severi, person)

    # Written without JavaScript on a telephone; what is half written is said at its field, and nothing is lost
    leader = visit(director, reverse("news:list", args=[severi.pk]), language=language, width=390, javascript=False)
    click(leader.get_by_role("link", name=_("Write to the members"), exact=True))
    leader.locator(f"[name=title_{language}]").fill("Äänikirja / Ljudbok")
    press(leader, _("Preview"))
    assert leader.locator(".field-error").inner_text() == _(
        "The title has no text yet. Write one, or empty the title too."
    )
    assert leader.locator(f"[name=title_{language}]").input_value() == "Äänikirja / Ljudbok"
    leader.locator(f"[name=text_{language}]").fill("Kuuntele / Lyssna: https://kirjasto.example/")
    press(leader, _("Save as a draft"))
    assert not mail.outbox
    press(leader, _("Preview"))
    assert leader.locator(".mail-previews section").count() == 2
    send = ngettext("Send to %(n)s person", "Send to %(n)s people", 2) % {"n": 2}
    press(leader, send)
    assert ngettext("Sent: %(n)s member gets it by mail.", "Sent: %(n)s members get it by mail.", 2) % {"n": 2} in (
        leader.locator("main").inner_text()
    )
    assert letters_to(employee) == letters_to(colleague) == ["SEVERI: Äänikirja / Ljudbok"]

    # Read on the network's page by a member
    letter = mail_to(employee.email)
    member = visit(employee, letter.link("/news-items/"), language=language)
    assert member.locator("h1").inner_text() == "Äänikirja / Ljudbok"
    assert member.locator("article a").get_attribute("href") == "https://kirjasto.example/"

    # Given up from the mail, by somebody who has not signed in: opening changes nothing, one click does
    address = letter.link("/unsubscribe/")
    assert letter.message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = visit(None, address, language=language)
    assert stranger.locator("h1").inner_text() == _("No more news by mail?")
    assert Membership.objects.get(person=employee).gets_news
    press(stranger, _("No more by mail"))
    assert stranger.locator("h1").inner_text() == _("No more news by mail")
    stranger.goto(address)
    assert stranger.locator("h1").inner_text() == _("You have unsubscribed already")

    # The next news come to the other one alone; the membership is kept, and the page is still open
    send_news(leader, severi, language, "Seuraava / Nästa", "Lisää / Mera")
    assert letters_to(employee) == ["SEVERI: Äänikirja / Ljudbok"]
    assert letters_to(colleague)[-1] == "SEVERI: Seuraava / Nästa"
    assert Membership.objects.get(person=employee).state == "member"
    member.goto(reverse("news:list", args=[severi.pk]))
    assert member.locator(".entries li").count() == 2
    assert (
        _("You read news of this network here. They do not come by mail.") in member.locator("main aside").inner_text()
    )


def test_somebody_finds_the_guide_on_the_shelf_in_the_own_language(visit, uusimaa, language):
    network = made.network(uusimaa, "LaNu", "LaNu")
    guide = made.publication(
        uusimaa,
        {"language": "fi", "year": 2021, "month": 11},
        {"language": "sv", "year": 2022, "month": 2},
        network=network,
    )
    made.publication(uusimaa, title_fi="Lukuhaaste", title_sv="Läsutmaning", kind="project", year=2025)
    page = visit(None, reverse("publications:list"), language=language, width=390, javascript=False)
    assert page.locator(".entries li").count() == 2
    page.locator("[name=language]").select_option("sv")
    click(page.get_by_role("button", name=_("Search"), exact=True))
    assert page.locator(".entries li").count() == 1
    click(page.get_by_role("link", name={"fi": "TET-opas", "sv": "PRAO-guide"}[language], exact=True))
    assert page.url.endswith(guide.get_absolute_url())
    months = {"fi": ["marraskuu 2021", "helmikuu 2022"], "sv": ["november 2021", "februari 2022"]}[language]
    assert page.locator("main .below").all_inner_texts() == months
