"""The whole story of a visit in a browser: planned, decided on from the mails, made, claimed, told, and begun anew by a reader."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ake_portal import tasks
from ake_portal.lib import days
from ideas.models import Idea
from peerlearning.models import Claim, KmRate, Visit
from people.models import User
from tests import builders
from tests.budgets.test_money_files import streams
from tests.e2e.browse import follow, press

pytestmark = pytest.mark.browser
SUBJECT = {"fi": "Omatoimi-illan arki", "sv": "En vardagskväll i det meröppna biblioteket"}
HOST = "hanna.vard@loviisa.example"  # the portal does not know her before


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def cast(language, uusimaa, employee, director, coordinator):
    """The people of Askola and of the AKE, all readers of one language; two at the AKE, so that one checks and one approves."""
    second = builders.person("ake2@porvoo.example", "Pekka", "Päättäväinen", title="suunnittelija")
    uusimaa.coordinators.add(second)
    builders.approver(uusimaa, second)
    for person in (employee, director, coordinator, second):
        person.language = language
        person.save()
    return employee, director, coordinator, second


@pytest.fixture
def topic(transactional_db):
    return builders.topic()


@pytest.fixture
def first_day(uusimaa):
    """In three weeks; the AKE has money for travel and the rate of kilometres for that year."""
    day = timezone.localdate() + timedelta(days=21)
    builders.travel_plan(uusimaa, year=day.year)
    builders.km_rates()
    KmRate.objects.get_or_create(
        year=day.year, defaults={"own_car": "0.55", "passenger": "0.04", "source_fi": "x", "source_sv": "x"}
    )
    return day


def heading(page):
    return page.locator("h1").inner_text()


def notice(page):
    return page.locator("main .notice").first.inner_text()


def said(page):
    return page.locator("main").inner_text()


def errors(page):
    return page.locator(".field-error").all_inner_texts()


def fill(page, values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def bytes_of(page, text):
    """The file behind a link."""
    with page.expect_download() as download:
        page.get_by_role("link", name=text, exact=True).first.click()
    with open(download.value.path(), "rb") as file:
        return file.read()


def move_clock(time_machine, day, clock):
    """Another day comes, and with it what the portal does by itself."""
    time_machine.move_to(days.at(day, clock), tick=True)
    tasks.move_visits()
    tasks.send_reminders()


def plan_the_visit(visit, employee, branch, topic, first_day, language):
    """Four steps of the wizard, on a phone; what is forgotten is said, and what is typed stays."""
    page = visit(employee, reverse("home"), width=390, language=language)
    follow(page, _("Peer learning"))
    follow(page, _("Plan a visit"))
    fill(page, {"subject": SUBJECT[language], "stop0-contact_email": HOST})
    page.locator("[name=stop0-branch]").select_option(str(branch.pk))
    page.get_by_label(str(topic), exact=True).check()
    press(page, _("Save and go on"))
    assert errors(page) == [_("Write their name, too.")]
    assert page.locator("[name=subject]").input_value() == SUBJECT[language]
    fill(page, {"stop0-contact_name": "Hanna Värd"})
    press(page, _("Save and go on"))

    assert heading(page) == _("Why, and when?")
    stop, last_day = branch.stops.get(), first_day + timedelta(days=1)
    fill(page, {"goal": "Kokeilemme iltaa. / Vi provar kvällen.", "leave_day": str(first_day), "leave_clock": "08:00"})
    fill(page, {f"day_{stop.pk}": str(first_day), f"from_{stop.pk}": "10:00", f"until_{stop.pk}": "20:00"})
    fill(page, {"return_day": str(first_day), "return_clock": "07:00"})
    press(page, _("Save and go on"))
    assert _("Coming back must be after leaving.") in errors(page)
    fill(page, {"return_day": str(last_day), "return_clock": "12:00"})
    press(page, _("Save and go on"))

    assert heading(page) == _("How do you travel?")
    page.get_by_label(_("by own car"), exact=True).check()
    fill(page, {"km": "92", "lodging": "80", "lodging_text": "Hotelli, 1 yö / 1 natt", "employer_case": "ASK-2026-7"})
    press(page, _("Save and go on"))

    assert heading(page) == _("Look over and send")
    assert page.get_by_role("button", name=pgettext("a visit", "Send"), exact=True).count() == 0
    follow(page, _("Say why public transport is impossible: otherwise kilometres cannot be paid."))
    fill(page, {"no_transit_reason": "Illalla ei kulje bussia. / På kvällen går ingen buss."})
    press(page, _("Save and go on"))
    assert "50,60\xa0€" in said(page) and "130,60\xa0€" in said(page)
    press(page, pgettext("a visit", "Send"))
    assert notice(page) == _("Sent. Everybody who decides has got a mail, and you hear from each.")
    assert Visit.objects.get().state == "submitted"


def open_decision(visit, mail_to, email, language):
    """The page behind the link in the mail, on a device that is not signed in; looking decides nothing."""
    letter = mail_to(email)
    assert SUBJECT[language] in letter.subject
    page = visit(None, letter.link("/visits/decide/"), language=language)
    assert SUBJECT[language] in heading(page) and page.locator("html").get_attribute("lang") == language
    assert page.locator("main button[name=answer]").count() == 3
    return page


def decide_on_it(visit, mail_to, cast, first_day, language):
    """Host, director and AKE follow the links of their mails."""
    employee, director, coordinator, _second = cast
    for email, kind in ((HOST, "host"), (director.email, "director"), (coordinator.email, "ake")):
        page = open_decision(visit, mail_to, email, language)
        assert Visit.objects.get().consents.get(kind=kind).state == "open"
        assert f"{first_day.day}.{first_day.month}." in said(page)
        if kind == "host":  # the money is not the host's business
            assert "€" not in said(page) and _("Who pays") not in said(page)
            press(page, _("It does not suit"))
            assert errors(page) == [_("Say why, so that the traveller knows what to do.")]
            fill(page, {"message": "Tervetuloa! / Välkommen!"})
            press(page, _("Yes, the day suits"))
            assert mail_to(employee.email).subject == _("The day suits: %(subject)s") % {"subject": SUBJECT[language]}
            assert "Välkommen!" in mail_to(employee.email).text
        elif kind == "director":
            assert "1\xa0000,00\xa0€" in said(page) and "869,40\xa0€" in said(page)  # the line before and after
            press(page, _("Approve the trip"))
            assert errors(page) == [_("Tick that the visit is a work assignment.")]
            page.locator("[name=is_duty]").check()
            press(page, _("Approve the trip"))
        else:
            assert "130,60\xa0€" in said(page)
            page.locator("[name=measure]").select_option(index=1)
            press(page, _("Approve the money"))
        assert notice(page) == _("Thank you: your yes is kept, and the traveller knows.")
        assert page.locator("main button[name=answer]").count() == 0


def see_the_order(visit, mail_to, employee, language):
    """All have the day in their calendar, and the traveller has the employer's paper."""
    title = _("Approved: %(subject)s, %(when)s") % {"subject": SUBJECT[language], "when": ""}
    for email in (employee.email, HOST):
        letter = mail_to(email)
        assert letter.subject.startswith(title) and letter.invitations == [("REQUEST", SUBJECT[language])]
    page = visit(employee, mail_to(employee.email).link("/visits/"), language=language)
    assert pgettext("a visit", "approved") in page.locator("main .lead").inner_text()
    content = bytes_of(page, _("Travel order (PDF)"))
    everything = content + b"".join(streams(content))
    assert content.startswith(b"%PDF-") and f"/Lang({language})".encode() in everything.replace(b" ", b"")
    order = _("Travel order %(case)s") % {"case": Visit.objects.get().case}
    assert order.encode() in everything or order.encode("utf-16-be") in everything


def write_the_claim(visit, mail_to, employee, first_day, language):
    """From the mail of the day after to the claim that is sent, with the way as it was and the hotel's receipt."""
    letter = mail_to(employee.email)
    assert letter.subject == _("How was it? %(subject)s") % {"subject": SUBJECT[language]}
    page = visit(employee, letter.link("/visits/"), language=language)
    press(page, _("Write the travel claim"))
    assert page.locator("[name=leg0-km]").input_value() == "46"
    assert page.locator("[name=leg1-leaves_clock]").input_value() == "20:00"
    fill(page, {"claim-no_transit_reason": "", "leg0-km": "48"})
    fill(page, {"leg1-day": str(first_day + timedelta(days=1)), "leg1-leaves_clock": "10:15", "leg1-arrives_day": ""})
    press(page, _("Add a ticket or lodging"))
    page.locator("[name=cost0-kind]").select_option("lodging")
    fill(page, {"cost0-text": "Hotelli, 1 yö / 1 natt", "cost0-amount": "80", "cost0-vat": "9,74"})
    press(page, _("Send to the AKE"))
    assert errors(page) == [
        _("Say why public transport was impossible: otherwise kilometres cannot be paid."),
        _("Add the receipt."),
    ]
    assert page.locator("[name=leg0-km]").input_value() == "48"
    fill(page, {"claim-no_transit_reason": "Illalla ei kulje bussia. / På kvällen går ingen buss."})
    page.locator("[name=cost0-receipts]").set_input_files(
        {"name": "kuitti.jpg", "mimeType": "image/jpeg", "buffer": builders.photo(size=(600, 900)).read()}
    )
    press(page, _("Send to the AKE"))
    assert notice(page) == _("Sent to the AKE, which checks it.")
    assert "51,70\xa0€" in said(page) and "131,70\xa0€" in said(page)  # 94 km, and the hotel
    receipt = page.request.get(page.get_by_role("link", name="kuitti.jpg", exact=True).get_attribute("href"))
    assert receipt.headers["content-type"] == "image/jpeg" and receipt.body().startswith(b"\xff\xd8")


def settle_the_claim(visit, mail_to, cast, language):
    """One of the AKE checks, another approves, the first exports it and marks it as paid."""
    employee, director, coordinator, second = cast
    assert mail_to(coordinator.email).subject.endswith("131,70 €")
    desk = visit(coordinator, mail_to(coordinator.email).link("/claims/"), language=language)
    press(desk, _("Checked, send it to be approved"))
    assert notice(desk) == _("Checked: the approvers have got a mail.")
    assert desk.get_by_role("button", name=pgettext("a claim", "Approve"), exact=True).count() == 0

    table = visit(second, mail_to(second.email).link("/claims/"), language=language)
    assert coordinator.get_full_name() in said(table)
    press(table, pgettext("a claim", "Approve"))
    assert notice(table) == _("Approved: the sum is in the books.")
    letter = mail_to(employee.email)
    assert "131,70 €" in letter.subject and Claim.objects.get().document_number in letter.text

    desk.goto(reverse("peerlearning:claims"))
    file = bytes_of(desk, _("These as CSV, for payroll or for comparing employers' bills")).decode("utf-8-sig")
    assert file.count("\r\n") == 2 and "131.70" in file and employee.get_full_name() in file
    desk.goto(Claim.objects.get().get_absolute_url())
    press(desk, _("Mark as paid"))
    assert mail_to(employee.email).subject == _("Paid: %(subject)s, %(sum)s") % {
        "subject": SUBJECT[language],
        "sum": "131,70 €",
    }
    desk.goto(Visit.objects.get().get_absolute_url())
    press(desk, _("Settle the visit"))
    assert Visit.objects.get().state == "closed"
    assert mail_to(employee.email).subject == _("All is settled: %(subject)s") % {"subject": SUBJECT[language]}


def tell_the_story(visit, mail_to, cast, language):
    """Written from the visit, checked by the host from the mail, published by the AKE in both languages."""
    employee, _director, coordinator, _second = cast
    page = visit(employee, Visit.objects.get().get_absolute_url(), language=language)
    press(page, _("Write the story"))
    assert page.locator("[name=title]").input_value() == SUBJECT[language]
    fill(page, {"seen": "Ovi aukeaa kortilla. / Dörren öppnas med kort."})
    press(page, _("Send to the host library to be checked"))

    host = visit(None, mail_to(HOST).link("/ideas/check/"), language=language)
    assert Idea.objects.get().state == "with_host" and "Dörren öppnas med kort." in said(host)
    press(host, _("The facts are right"))
    assert heading(host) == _("Thank you!")

    desk = visit(coordinator, reverse("ideas:queue"), language=language)
    follow(desk, SUBJECT[language])
    press(desk, _("Save and publish"))
    assert len(errors(desk)) == 3 and Idea.objects.get().state == "with_ake"  # two summaries and the other title
    fill(desk, {f"title_{code}": text for code, text in SUBJECT.items()})
    fill(desk, {"summary_fi": "Ovi aukeaa kortilla.", "summary_sv": "Dörren öppnas med kort."})
    press(desk, _("Save and publish"))
    assert notice(desk) == _("Published: everybody reads it now.")
    assert SUBJECT[language] in mail_to(employee.email).subject


def find_it_and_go_too(visit, branch, topic, reader, language):
    """Somebody who has not signed in finds the story, and a colleague begins a visit to the same host from it."""
    page = visit(None, reverse("ideas:list"), language=language)
    fill(page, {"q": SUBJECT[language].split()[-1]})
    press(page, _("Search"))
    follow(page, SUBJECT[language])
    assert _("checked by the host library") in said(page) and "Dörren öppnas med kort." in said(page)
    follow(page, _("I want to see this too"))
    assert page.url.split("?")[0].endswith(reverse("account_login"))

    page = visit(reader, Idea.objects.get().get_absolute_url(), language=language)
    follow(page, _("I want to see this too"))
    assert page.locator("[name=stop0-branch]").input_value() == str(branch.pk)
    assert page.get_by_label(str(topic), exact=True).is_checked()
    fill(page, {"subject": SUBJECT[language]})
    press(page, _("Save and go on"))
    assert heading(page) == _("Why, and when?")
    assert Visit.objects.get(traveller=reader).stops.get().branch == branch


def test_from_the_wish_to_learn_to_the_next_visit(
    visit, mail_to, cast, askola, loviisa_main, topic, first_day, language, time_machine
):
    employee = cast[0]
    assert not User.objects.filter(email=HOST).exists()
    plan_the_visit(visit, employee, loviisa_main, topic, first_day, language)
    decide_on_it(visit, mail_to, cast, first_day, language)
    see_the_order(visit, mail_to, employee, language)
    move_clock(time_machine, first_day + timedelta(days=2), time(9, 30))
    write_the_claim(visit, mail_to, employee, first_day, language)
    settle_the_claim(visit, mail_to, cast, language)
    tell_the_story(visit, mail_to, cast, language)
    reader = builders.person("eetu@askola.example", "Eetu", "Esimerkki", library=askola, language=language)
    find_it_and_go_too(visit, loviisa_main, topic, reader, language)
