"""A coordinator writes a plan, books a cost past its line, and sees it all on the pages; in Finnish and in Swedish."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from budgets.models import Booking, Category, Plan
from tests import builders
from tests.e2e.browse import click, follow, press

pytestmark = pytest.mark.browser
NAMES = {"fi": "Yhdessä lähelle", "sv": "Tillsammans nära"}
AIMS = {"fi": "Osallisuus", "sv": "Delaktighet"}


@pytest.fixture(params=["fi", "sv"])
def language(request):
    with override(request.param):
        yield request.param


def save(page):
    """Save the admin's form and go on with it."""
    page.keyboard.press("Escape")
    click(page.locator("[name=_continue]"))


def add_row(page, prefix):
    """One more row of an inline."""
    page.locator(f"#{prefix}-group .add-row a, #{prefix}-group a.add-row").last.click()
    page.locator(f"[name={prefix}-0-position], [name={prefix}-0-kind]").first.wait_for(state="visible")


def write_plan(page, region):
    page.goto(reverse("admin:budgets_plan_add"))
    page.locator("[name=region]").select_option(str(region.pk))
    for name, value in {"year": timezone.localdate().year, "name_fi": NAMES["fi"], "name_sv": NAMES["sv"]}.items():
        page.locator(f"[name={name}]").fill(str(value))
    add_row(page, "focus_areas")
    page.locator("[name=focus_areas-0-name_fi]").fill(AIMS["fi"])
    page.locator("[name=focus_areas-0-name_sv]").fill(AIMS["sv"])
    add_row(page, "sources")
    page.locator("[name=sources-0-applied]").fill("1 000,00")
    page.locator("[name=sources-0-granted]").fill("1000")
    save(page)
    plan = Plan.objects.get()
    add_row(page, "lines")
    page.locator("[name=lines-0-category]").select_option(Category.COFFEE)
    page.locator("[name=lines-0-source]").select_option(str(plan.sources.get().pk))
    page.locator("[name=lines-0-planned]").fill("1000,00")
    save(page)
    return plan


def test_from_an_empty_plan_to_an_overdrawn_line(visit, uusimaa, coordinator, language):
    page = visit(coordinator, reverse("home"), language=language)
    plan = write_plan(page, uusimaa)
    click(page.get_by_role("link", name=_("Publish…")))
    press(page, _("Publish"))
    assert page.locator("h1").inner_text() == NAMES[language]
    assert page.locator("section h2").first.inner_text() == AIMS[language]
    assert "1\xa0000,00\xa0€" in page.locator("#budget + table tfoot").inner_text()

    follow(page, _("See the money"))
    follow(page, _("Book a cost"))
    page.get_by_label(_("What"), exact=True).fill("Kahvit / Kaffe")
    page.locator("[name=line]").select_option(str(plan.lines.get().pk))
    page.locator("[name=amount]").fill("1 200,50")
    press(page, pgettext("a cost", "Book"))
    said = page.locator(".field-error").inner_text()
    assert "1\xa0000,00\xa0€" in said and "1\xa0200,50\xa0€" in said
    assert page.locator("[name=amount]").input_value() == "1 200,50"
    assert not Booking.objects.exists()

    page.locator("[name=override_reason]").fill("Sovittu / Överenskommet")
    press(page, pgettext("a cost", "Book"))
    assert page.locator("h1").inner_text() == "Kahvit / Kaffe"
    follow(page, _("Money"))
    assert "-200,50\xa0€" in page.locator("table.lines tbody").inner_text()
    assert _("Past the line") in page.locator("table.lines tbody").inner_text()
    assert "Sovittu / Överenskommet" in page.locator("main").inner_text()

    # The invoice, with its receipt: entered and checked by one, approved by another, found in the city's ledger
    follow(page, "Kahvit / Kaffe")
    page.locator("[name=how][value=last]").check()
    page.locator("[name=amount]").fill("1 150,00")
    page.locator("[name=document_number]").fill("T-77")
    page.locator("[name=checked]").check()
    page.locator("[name=receipts]").set_input_files(
        {"name": "kuitti.jpg", "mimeType": "image/jpeg", "buffer": builders.photo().read()}
    )
    press(page, pgettext("a cost", "Book"))
    assert _("The invoice waits to be approved.") in page.locator("main").inner_text()
    table = visit(builders.approver(uusimaa), reverse("budgets:waiting"), language=language)
    follow(table, "Kahvit / Kaffe")
    assert coordinator.get_full_name() in table.locator("dl.facts").inner_text() and "kuitti.jpg" in table.content()
    if table.locator("[name=override_reason]").count():
        table.locator("[name=override_reason]").fill("Sovittu / Överenskommet")
    press(table, pgettext("an invoice", "Approve"))
    assert Booking.objects.get(kind="actual").spent == 1150

    page.goto(reverse("budgets:ledger", args=[plan.pk]))
    rows = "Päivä;Tili;Kustannuspaikka;Tositenumero;Selite;Summa\r\n1.10.2026;4000;;;Palkat / Löner;12,00\r\n"
    page.locator("[name=file]").set_input_files(
        {"name": "paakirja.csv", "mimeType": "text/csv", "buffer": rows.encode("cp1252")}
    )
    press(page, _("Read the file"))
    assert "Palkat / Löner" in page.locator("#rows + div").inner_text()
    assert "Kahvit / Kaffe" in page.locator("#bookings + div").inner_text()

    # Everybody sees the plan, nobody else its bookings
    stranger = visit(None, reverse("budgets:plans"), language=language)
    follow(stranger, f"{plan.year}: {NAMES[language]}")
    assert stranger.locator("h1").inner_text() == NAMES[language]
    assert "Kahvit / Kaffe" not in stranger.content()
