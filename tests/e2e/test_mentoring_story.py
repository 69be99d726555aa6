"""A season of group mentoring in fast motion, in a browser: applied for, formed, met, written about, looked back at, forgotten."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ake_portal import tasks
from ake_portal.lib import days
from mentoring import actions, meetings, placing, survey
from mentoring.models import Application, Cohort, Note, Theme
from tests import builders
from tests.e2e.browse import click, follow, press
from tests.mentoring.formed import applicants, fresh, to_forming

pytestmark = pytest.mark.browser
SECRET = "Iltavuoro yksin on raskas. / Kvällspasset ensam är tungt."
THEME = "Rajojen vetäminen / Att dra gränser"


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def cast(language, uusimaa, employee, coordinator):
    """Aino and five more from other libraries of Uusimaa, all readers of one language, and the AKE."""
    others = [
        builders.person(
            f"vertainen{n}@loviisa.example", name, "Vertainen", library=builders.library(uusimaa, f"{name}n kirjasto")
        )
        for n, name in enumerate(("Eero", "Helmi", "Ilona", "Onni", "Viola"))
    ]
    for person in (employee, coordinator, *others):
        person.language = language
        person.save()
    return employee, others, coordinator


@pytest.fixture
def cohort(cast, uusimaa):
    return builders.cohort(uusimaa, builders.topic(), state="draft")


def notice(page):
    return page.locator("main .notice").first.inner_text()


def said(page):
    return page.locator("main").inner_text()


def fill(page, values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def move_clock(time_machine, moment):
    """Another day comes, and with it what the portal does by itself."""
    time_machine.move_to(moment, tick=True)
    tasks.move_mentoring()
    tasks.send_reminders()


def open_the_season(visit, coordinator, cohort, language):
    """From the desk, where nobody else has seen the draft."""
    page = visit(coordinator, reverse("mentoring:desk", args=[cohort.pk]), language=language)
    follow(page, _("Open for applications"))
    press(page, _("Open for applications"))
    assert _("It is open for applications.") in said(page)
    page.close()


def apply_on_a_phone(visit, employee, cohort, language, topic):
    """What is forgotten is said, and what was written stays."""
    page = visit(employee, reverse("home"), width=390, language=language)
    page.goto(reverse("mentoring:list"))
    click(page.get_by_role("link", name=str(cohort)).first)
    follow(page, _("Apply"))
    page.locator("[name=wish_1]").select_option(str(topic.pk))
    fill(page, {"brings": "Satutuokiot / Sagostunder", "learns": "Rajaamista / Att avgränsa"})
    page.locator(f"[name=languages][value={language}]").check()
    press(page, _("Send the application"))
    problems = page.locator(".field-error").all_inner_texts()
    assert [text.strip() for text in problems] == [
        _("Choose at least one time."),
        _("Agree on this with your superior first, then tick the box."),
    ]
    assert page.locator("[name=brings]").input_value() == "Satutuokiot / Sagostunder"
    for slot in ("2-09", "2-10", "4-13"):
        page.locator(f"[name=times][value='{slot}']").check()
    page.locator("[name=employer_agrees]").check()
    press(page, _("Send the application"))
    assert notice(page) == _("Your application is sent. You get a mail about it, and can change it until the deadline.")
    page.close()


def form_and_announce(visit, coordinator, cohort, language):
    page = visit(coordinator, reverse("mentoring:desk", args=[cohort.pk]), language=language)
    follow(page, _("To the groups"))
    press(page, _("Propose groups"))
    assert _("No group breaks a rule that must hold.") in said(page)
    assert _("Everybody is in a group.") in said(page)
    follow(page, _("Announce the groups"))
    press(page, _("Announce the groups"))
    assert _("The groups are announced, and the mails are on their way.") in said(page)
    page.close()


def begin_the_group(visit, employee, link, language):
    """From the mail about the place to a planned season with a first theme."""
    page = visit(employee, link, language=language)
    press(page, _("Accept the place"))
    follow(page, _("To the group"))
    follow(page, _("Name a convenor"))
    page.get_by_role("radio", name=str(employee)).check()
    press(page, _("Name the convenor"))
    follow(page, _("Give the link to Teams"))
    fill(page, {"link": "https://teams.example/ryhma"})
    press(page, _("Save the link"))
    page.goto(reverse("mentoring:plan", args=[_group(employee).pk]))
    fill(page, {"times": "3"})
    press(page, _("Show the days"))
    press(page, _("Plan these and tell the members"))
    fill(page, {"text": THEME})
    press(page, _("Propose the theme"))
    assert THEME in said(page)
    page.close()


def _group(person):
    return Application.objects.get(person=person).group


def agree_on_the_theme(visit, employee, language):
    page = visit(employee, _group(employee).get_absolute_url(), language=language)
    follow(page, _("Agree on the theme"))
    page.get_by_role("radio", name=THEME).check()
    press(page, _("Agree on the theme"))
    assert THEME in said(page)
    page.close()


def write_together(visit, employee, other, meeting, language):
    """Attendance by the convenor, a note by her, read and added to by another."""
    page = visit(employee, reverse("mentoring:meeting", args=[meeting.pk]), language=language)
    page.locator("[name=present]").last.uncheck()
    press(page, _("Save who was there"))
    follow(page, _("To the note"))
    fill(page, {"text": SECRET})
    press(page, _("Save"))
    assert SECRET in said(page)
    page.close()
    page = visit(other, reverse("mentoring:note", args=[meeting.pk]), language=language)
    assert SECRET in said(page)
    page.close()


def look_back(visit, employee, cohort, language):
    page = visit(employee, reverse("mentoring:survey", args=[cohort.pk]), width=390, language=language)
    for name in ("competence", "wellbeing", "useful", "recommends"):
        page.locator(f"[name={name}][value='5']").check()
    fill(page, {"changed": "Pyydän apua ajoissa. / Jag ber om hjälp i tid."})
    press(page, _("Send the answer"))
    assert page.locator("[name=competence]").count() == 0
    page.close()


def test_a_season_in_fast_motion(cast, cohort, language, visit, mail_to, time_machine):
    employee, others, coordinator = cast
    topic = cohort.topics.get()
    open_the_season(visit, coordinator, cohort, language)
    apply_on_a_phone(visit, employee, cohort, language, topic)
    cohort.refresh_from_db()
    for person in others:
        builders.application(cohort, person, times=("2-09", "5-12"), languages=[language])

    move_clock(time_machine, cohort.deadline + timedelta(minutes=30))
    form_and_announce(visit, coordinator, cohort, language)
    begin_the_group(visit, employee, mail_to(employee.email).link("mentoring/places/"), language)
    for person in others[:-1]:
        actions.accept(Application.objects.select_related("cohort").get(person=person))
    cohort.refresh_from_db()
    move_clock(time_machine, cohort.answer_until + timedelta(minutes=30))
    assert Application.objects.get(person=others[-1]).state == "expired"

    group = _group(employee)
    meeting = group.meetings.order_by("starts_at").first()
    assert days.local(meeting.starts_at).time() == time(9) and days.local(meeting.starts_at).isoweekday() == 2
    meetings.vote(Theme.objects.get(), by=others[0])
    agree_on_the_theme(visit, employee, language)
    move_clock(time_machine, days.days_before(meeting.starts_at, 1, time(12)))
    assert THEME in mail_to(others[1].email).text
    move_clock(time_machine, meeting.starts_at + timedelta(hours=1))
    write_together(visit, employee, others[0], meeting, language)
    page = visit(coordinator, reverse("mentoring:note", args=[meeting.pk]), language=language)
    assert SECRET not in page.content()
    page.goto(reverse("mentoring:desk", args=[cohort.pk]))
    assert SECRET not in page.content() and str(group) in said(page)
    page.close()

    move_clock(time_machine, days.at(cohort.last_day + timedelta(days=1), time(10)))
    look_back(visit, employee, cohort, language)
    for person in others[:-1]:
        survey.answer(
            Cohort.objects.get(), by=person, competence=4, wellbeing=5, useful=3, recommends=5, changed="", advice=""
        )
    page = visit(coordinator, reverse("mentoring:desk", args=[cohort.pk]), language=language)
    follow(page, _("Close the season"))
    press(page, _("Close the season"))
    assert "4,2" in said(page)  # four fours and a five
    page.close()

    move_clock(time_machine, timezone.now() + timedelta(days=89))
    tasks.keep_retention()
    assert Note.objects.count() == 1
    move_clock(time_machine, timezone.now() + timedelta(days=2))
    tasks.keep_retention()
    assert not Note.objects.exists() and not Theme.objects.exists()
    page = visit(employee, group.get_absolute_url(), language=language)
    assert THEME not in said(page)


def test_people_are_moved_between_groups_without_a_new_page(uusimaa, askola, coordinator, visit):
    cohort = builders.cohort(uusimaa, smallest=3)
    topic = cohort.topics.get()
    people = applicants(cohort, 4, topic, library=askola)
    to_forming(cohort)
    here, there = (placing.add_group(cohort, topic=topic, language="fi", slot=slot) for slot in ("2-09", "3-10"))
    for application in people:
        placing.move(application, group=here)
    page = visit(coordinator, reverse("mentoring:forming", args=[cohort.pk]))
    page.evaluate("document.body.dataset.stays = 'yes'")

    def move(application, to):
        page.locator(f"#to-{application.pk}").select_option(to)
        page.locator(f"#move-{application.pk}").click()

    move(people[0], str(there.pk))
    page.get_by_text(f"Hakija0 Aalto on nyt ryhmässä {there}.").wait_for()
    assert page.locator(f"#group-{there.pk} #person-{people[0].pk}").is_visible()
    assert page.locator(f"#group-{here.pk} .group-people > li").count() == 3
    assert fresh(people[0]).group == there
    move(people[0], "-")  # what has been moved on this page can be moved again, as can who has not been
    page.get_by_text("Hakija0 Aalto ei ole nyt missään ryhmässä.").wait_for()
    move(people[1], str(there.pk))
    page.get_by_text(f"Hakija1 Berg on nyt ryhmässä {there}.").wait_for()
    assert [fresh(one).group for one in people] == [None, there, here, here]
    assert page.locator("main").count() == 1 and page.locator("body").get_attribute("data-stays") == "yes"
