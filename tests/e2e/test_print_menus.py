"""What is printed is what one wants on paper: no menus, no buttons, no links to elsewhere."""

import pytest
from django.urls import reverse

from tests import builders
from trainings import actions

pytestmark = pytest.mark.browser
TOOLS = (
    ".topbar, footer, .skip, .staff-nav, .filters, .pages, .buttons, .no-print, main button, main select, main aside"
)


@pytest.fixture
def printed(visit, coordinator, training, employee):
    """The page at an address as it comes out of the printer."""
    actions.sign_up(training, person=employee)
    for _number in range(30):
        builders.training(training.region)  # more than a page

    def open_page(path):
        page = visit(coordinator, path)
        page.emulate_media(media="print")
        return page

    return open_page


@pytest.mark.parametrize("name", ["list", "calendar", "detail", "participants", "print_participants"])
def test_menus_and_buttons_are_left_out(printed, training, name):
    address = {
        "list": reverse("trainings:list"),
        "calendar": f"{reverse('trainings:calendar')}?month={training.starts_at:%Y-%m}",
        "detail": training.get_absolute_url(),
    }.get(name) or reverse(f"trainings:{name}", args=[training.pk])
    page = printed(address)
    seen = [tool.evaluate("one => one.outerHTML") for tool in page.locator(TOOLS).all() if tool.is_visible()]
    assert seen == []
    assert training.title in page.locator("main").inner_text()


def test_list_to_sign_has_its_names_and_a_line_for_each(printed, training, employee):
    page = printed(reverse("trainings:print_participants", args=[training.pk]))
    rows = page.locator(".sign-list tbody tr")
    assert rows.first.locator("th").inner_text() == f"{employee.last_name} {employee.first_name}"
    assert rows.first.locator("td").last.evaluate("cell => getComputedStyle(cell).borderTopColor") == "rgb(0, 0, 0)"
