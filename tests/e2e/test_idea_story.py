"""From a visit to the idea bank in a browser: written, checked by the host from the mail, edited, published, read."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ideas.models import Idea
from tests import builders
from tests.e2e.browse import click, follow, press, width_of

pytestmark = pytest.mark.browser
OTHER = {"fi": "sv", "sv": "fi"}


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


def state():
    return Idea.objects.get().state


def test_from_the_visit_to_the_public_page(
    visit, mail_to, uusimaa, employee, colleague, coordinator, loviisa, language
):
    employee.language = colleague.language = language
    employee.save()
    loviisa.director = colleague
    colleague.save()
    loviisa.save()

    # Written by the visitor; what is not ready is said, and nothing is lost
    page = visit(employee, reverse("ideas:list"), language=language)
    follow(page, _("Tell about a visit"))
    page.locator("[name=host]").select_option(str(loviisa.pk))
    page.locator("[name=title]").fill("Äitien kirjasto / Mammornas bibliotek")
    page.locator("[name=seen]").fill("Ovi aukeaa kortilla. / Dörren öppnas med kort.")
    page.locator("[name=picture]").set_input_files(
        {"name": "ovi.jpg", "mimeType": "image/jpeg", "buffer": builders.photo(size=(900, 600)).read()}
    )
    press(page, _("Send to the host library to be checked"))
    assert _("Describe each picture for those who do not see it.") in page.locator(".field-error").inner_text()
    assert page.locator("[name=seen]").input_value() == "Ovi aukeaa kortilla. / Dörren öppnas med kort."
    assert width_of(page.locator(".picture-row img")) == 640
    picture = Idea.objects.get().pictures.get()
    page.locator(f"[name=alt_{picture.pk}_{language}]").fill("Ovi / En dörr")
    press(page, _("Send to the host library to be checked"))
    assert state() == "with_host"

    # Checked by the host: the link opened alone changes nothing, one click answers
    address = mail_to(colleague.email).link("/ideas/check/")
    host = visit(None, address, language=language)
    assert state() == "with_host"
    assert width_of(host.locator("figure img")) > 0
    press(host, _("The facts are right"))
    assert host.locator("h1").inner_text() == _("Thank you!")
    assert state() == "with_ake"
    assert "Mammornas bibliotek" in mail_to(employee.email).subject

    # Edited and published by the AKE; a lacking translation is said at its field
    desk = visit(coordinator, reverse("home"), language=language)
    click(desk.locator(f".todo a[href='{reverse('ideas:queue')}']"))
    follow(desk, "Äitien kirjasto / Mammornas bibliotek")
    for name, text in {"title_fi": "Äitien kirjasto", "summary_fi": "Ovi.", "summary_sv": "Dörren."}.items():
        desk.locator(f"[name={name}]").fill(text)
    desk.locator("[name=title_sv]").fill("Mammornas bibliotek")
    press(desk, _("Save and publish"))
    assert desk.locator(".field-error").count() == 1 and state() == "with_ake"
    desk.locator(f"[name=alt_{picture.pk}_{OTHER[language]}]").fill("Ovi / En dörr")
    press(desk, _("Save and publish"))
    assert state() == "published"

    # Read by everybody, found in both languages, with the picture
    assert len([message for message in mail.outbox if message.to == [employee.email]]) == 2
    reader = visit(None, mail_to(employee.email).link("/ideas/"), language=language)
    title = {"fi": "Äitien kirjasto", "sv": "Mammornas bibliotek"}[language]
    assert reader.locator("h1").inner_text() == title
    assert width_of(reader.locator("figure img")) > 0
    follow(reader, _("Idea bank"))
    reader.locator("[name=q]").fill("äitien")
    click(reader.get_by_role("button", name=_("Search"), exact=True))
    assert reader.locator(".entries .idea").count() == 1
    reader.goto(reverse("ideas:list") + "?kind=practice")
    assert _("No idea matches your search.") in reader.locator("#found").inner_text()


def test_a_visitor_tips_and_the_ake_turns_it_into_a_practice(visit, uusimaa, askola, coordinator, language):
    page = visit(None, reverse("ideas:list"), width=390, javascript=False, language=language)
    follow(page, _("Tip the AKE"))
    assert page.locator("h1").inner_text() == _("Tip the AKE")
    page.locator("[name=title]").fill("Lukukoira / Läshund")
    page.locator("[name=text]").fill("Askolassa / I Askola")
    page.locator("[name=library]").select_option(str(askola.pk))
    press(page, _("Send the tip"))
    assert page.locator("h1").inner_text() == _("Thank you for the tip")
    desk = visit(coordinator, reverse("ideas:queue"), language=language)
    follow(desk, "Lukukoira / Läshund")
    press(desk, _("Turn into a good practice"))
    assert Idea.objects.get().kind == "practice"
    press(desk, pgettext("an idea", "Set aside"))
    assert state() == "aside"
