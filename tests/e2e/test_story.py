"""The whole job as the cast does it: from a draft in the admin to a reminder in an inbox, in Finnish and in Swedish."""

import io
from datetime import time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import load_workbook

from ake_portal.lib import days
from ake_portal.reminders import RULES
from notifications import reminders
from tests import builders
from tests.e2e.browse import click, follow, press
from tests.e2e.world import hold_at
from trainings import actions
from trainings.models import Training

pytestmark = pytest.mark.browser
TITLES = {"fi": "Äänikirjat ja kirjasto", "sv": "Ljudböckerna och biblioteket"}


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def people(employee, colleague, askola, loviisa, language):
    """Two employees who read `language`: the first gets the seat, the second queues."""
    if language == "sv":
        return colleague, builders.person("axel@loviisa.example", "Axel", "Exempel", library=loviisa, language="sv")
    return employee, builders.person("eetu@askola.example", "Eetu", "Esimerkki", library=askola)


def heading(page):
    return page.locator("h1").inner_text()


def notice(page):
    return page.locator("main .notice").first.inner_text()


def status(page):
    return page.locator("#sign-up-title").inner_text()


def sign_in(page, person, mail_to):
    """From the training's page through the code in the mail and back."""
    follow(page, _("Sign in and sign up"))
    page.get_by_label(_("Your work e-mail")).fill(person.email)
    press(page, _("Send the code"))
    page.get_by_label(_("Code from the mail")).fill(mail_to(person.email).code)
    press(page, _("Sign in"))


def publish_in_the_admin(page, language, day):
    """The coordinator's form: texts side by side, the session right below, then the page that publishes."""
    page.goto(reverse("home"))
    follow(page, _("New training"))
    for name, value in {
        "title_fi": TITLES["fi"],
        "title_sv": TITLES["sv"],
        "summary_fi": "Mitä äänikirjoista pitää tietää?",
        "summary_sv": "Vad behöver man veta om ljudböcker?",
        "sessions-0-day": f"{day:%d.%m.%Y}",
        "sessions-0-begins": "9.00",
        "sessions-0-ends": "15.30",
        "place_fi": "Porvoon pääkirjasto",
        "place_sv": "Borgå huvudbibliotek",
        "onsite_capacity": "1",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.keyboard.press("Escape")
    click(page.locator("[name=_continue]"))
    click(page.get_by_role("link", name=_("Publish…")))
    assert page.locator(".spine h3").all_inner_texts() == [TITLES["fi"], TITLES["sv"]]
    press(page, _("Publish"))
    return Training.objects.get(title_fi=TITLES["fi"])


def find_and_sign_up(page, training, language):
    """Search in the list, then two clicks: the title and the button."""
    page.goto(reverse("trainings:list"))
    page.get_by_label(_("Search trainings")).fill(TITLES[language][:6].lower())
    page.get_by_label(_("On site or remote")).select_option("onsite")
    page.get_by_role("button", name=_("Search"), exact=True).click()
    page.wait_for_url("**where=onsite*")
    found = page.locator("#found .entry h3")
    found.filter(has_text=TITLES[language]).wait_for()
    assert found.all_inner_texts() == [TITLES[language]]
    follow(page, TITLES[language])
    click(page.locator("#sign-up .btn-main"))
    assert heading(page) == TITLES[language]


def employees_job(visit, mail_to, people, training, language, javascript):
    """Sign up, queue, cancel by the mail's link, take the offered seat by the mail's link."""
    first, second = people
    page = visit(None, reverse("trainings:list"), language=language, javascript=javascript)
    follow(page, TITLES[language])
    sign_in(page, first, mail_to)
    assert heading(page) == TITLES[language]  # back where the person was
    find_and_sign_up(page, training, language)
    assert (notice(page), status(page)) == (
        _("You are signed up. We have sent you a confirmation by mail."),
        _("You are signed up"),
    )
    confirmation = mail_to(first.email)
    assert TITLES[language] in confirmation.subject
    assert confirmation.invitations == [("REQUEST", TITLES[language])]

    other = visit(second, reverse("home"), language=language, javascript=javascript)
    find_and_sign_up(other, training, language)
    assert status(other) == _("You are number %(place)s in the queue") % {"place": 1}

    # Both answer from their mails, on a phone that is not signed in
    phone = visit(None, confirmation.link("/cancel/"), width=390, language=language, javascript=javascript)
    assert heading(phone) == _("Cancel your registration?")
    assert training.registrations.get(person=first).state == "registered"  # opening the link does nothing
    press(phone, _("Yes, cancel"))
    assert heading(phone) == _("Your registration is cancelled.")
    assert mail_to(first.email).invitations == [("CANCEL", TITLES[language])]

    phone.goto(mail_to(second.email).link("/offer/"))
    assert heading(phone) == _("A seat is waiting for you")
    press(phone, _("Take the seat"))
    assert heading(phone) == _("The seat is yours")
    assert mail_to(second.email).invitations == [("REQUEST", TITLES[language])]
    other.goto(reverse("mine"))
    assert other.locator("main h3", has_text=TITLES[language]).count() == 1


def test_the_whole_job_from_draft_to_cancellation(visit, mail_to, people, coordinator, language):
    _first, second = people
    day = timezone.localdate() + timedelta(days=21)
    desk = visit(coordinator, reverse("home"), language=language)
    training = publish_in_the_admin(desk, language, day)
    employees_job(visit, mail_to, people, training, language, javascript=True)

    # The day before, those who have a seat are reminded
    assert reminders.run(RULES, now=days.at(day - timedelta(days=1), time(12))) == 1
    reminder = mail_to(second.email)
    assert TITLES[language] in reminder.subject
    assert days.local(training.starts_at).date() == day
    assert {"fi": "klo 9", "sv": "kl. 9"}[language] in reminder.text.replace("\xa0", " ")

    # On the day: the list, a tick, the file
    hold_at(training, timezone.now() - timedelta(minutes=10))
    desk.goto(training.get_absolute_url())
    follow(desk, _("Participants and messages"))
    assert desk.get_by_text(second.email).first.is_visible()
    follow(desk, _("Attendance"))
    desk.locator("label", has_text=second.last_name).click()
    press(desk, _("Save attendance"))
    assert notice(desk) == _("Attendance saved.")
    assert training.registrations.get(person=second).state == "attended"
    follow(desk, _("Participants"))
    with desk.expect_download() as download:
        desk.get_by_role("link", name=_("Excel file"), exact=True).click()
    with open(download.value.path(), "rb") as file:
        rows = list(load_workbook(io.BytesIO(file.read())).active.iter_rows(values_only=True))
    assert any(second.email in row for row in rows)


def test_a_cancelled_training_is_told_to_everybody(visit, mail_to, uusimaa, people, coordinator, language):
    training = builders.training(uusimaa, onsite_capacity=1, title_fi=TITLES["fi"], title_sv=TITLES["sv"])
    for person in people:
        actions.sign_up(training, person=person)
    mail.outbox.clear()
    desk = visit(coordinator, reverse("trainings:cancel_training", args=[training.pk]), language=language)
    desk.locator("[name=reason_fi]").fill("Kouluttaja on sairaana.")
    desk.locator("[name=reason_sv]").fill("Utbildaren är sjuk.")
    press(desk, _("Preview"))
    assert mail.outbox == []  # shown first, sent then
    click(desk.locator("main form .bad"))
    first, second = (mail_to(person.email) for person in people)
    reason = {"fi": "Kouluttaja on sairaana.", "sv": "Utbildaren är sjuk."}[language]
    assert reason in first.text and reason in second.text
    assert first.invitations == [("CANCEL", TITLES[language])]
    assert second.invitations == []  # who was in the queue has nothing in the calendar
    page = visit(None, training.get_absolute_url(), language=language)
    assert reason in notice(page)


def test_an_employee_needs_no_javascript(visit, mail_to, uusimaa, people, language):
    """The portal's pages; the admin pages of AKE staff need it, as the accessibility statement says."""
    training = builders.training(uusimaa, onsite_capacity=1, title_fi=TITLES["fi"], title_sv=TITLES["sv"])
    builders.training(uusimaa, title_fi="Toinen päivä", title_sv="En annan dag")
    employees_job(visit, mail_to, people, training, language, javascript=False)


def test_signing_up_with_the_keyboard_alone(visit, uusimaa, people, language):
    training = builders.training(uusimaa, title_fi=TITLES["fi"], title_sv=TITLES["sv"])
    page = visit(people[0], reverse("trainings:list"), language=language)

    def tab_to(found, limit=60):
        """Press Tab until `found(element)` in the page; each stop on the way must be seen."""
        for _step in range(limit):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "() => { const style = getComputedStyle(document.activeElement);"
                " return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }"
            ), page.evaluate("document.activeElement.outerHTML")
            if page.evaluate(found):
                return
        raise AssertionError("the keyboard does not get there")

    tab_to("document.activeElement.className === 'skip'", limit=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to("document.activeElement.closest('.entry') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{training.get_absolute_url()}")
    tab_to("document.activeElement.matches('#sign-up button')")
    page.keyboard.press("Enter")
    page.locator(".notice.success").wait_for()
    assert status(page) == _("You are signed up")


def test_the_list_says_in_words_what_is_found_and_keeps_the_language(visit, uusimaa, employee):
    """The switch of languages leads to the same page, filters kept."""
    builders.training(uusimaa, title_fi=TITLES["fi"], title_sv=TITLES["sv"])
    page = visit(employee, "/fi/trainings/?q=kirja")
    click(page.locator(".topuser a[hreflang=sv]"))
    assert page.url.endswith("/sv/trainings/?q=kirja")
    assert page.locator("html").get_attribute("lang") == "sv"
    assert page.locator("#found h3").all_inner_texts() == [TITLES["sv"]]
