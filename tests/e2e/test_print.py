"""Pages that people print: all of it is on the paper, and nothing on it is there to be pressed."""

import pytest
from django.urls import reverse

from tests.e2e.world import world

pytestmark = pytest.mark.browser
__all__ = ["world"]

UPRIGHT = 688  # pixels of an A4 page between its margins
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter(
    (one) => !one.children.length && one.getClientRects().length && !one.closest(".visually-hidden, svg")
        && one.getBoundingClientRect().right > window.innerWidth + 1
).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def printed(visit, world):
    """The page at an address as it comes on paper."""

    def show(person, path):
        page = visit(person, path, width=UPRIGHT)
        page.emulate_media(media="print")
        return page

    return show


def test_nothing_is_cut_off_and_nothing_is_there_to_be_pressed(printed, world):
    line = world.plan.lines.first()
    for person, path in (
        (world.coordinator, world.plan.get_absolute_url()),
        (world.coordinator, reverse("budgets:money", args=[world.plan.pk])),
        (world.coordinator, reverse("budgets:line", args=[world.plan.pk, line.pk])),
        (world.coordinator, reverse("peerlearning:claims")),
        (world.coordinator, reverse("peerlearning:claim", args=[world.claim_checked.pk])),
        (world.coordinator, reverse("trainings:participants", args=[world.own.pk])),
        (world.coordinator, reverse("trainings:print_participants", args=[world.own.pk])),
    ):
        page = printed(person, path)
        assert page.locator("h1").count() == 1, path
        assert page.evaluate(CUT_OFF) == [], path
        for pressed in page.locator("main :is(nav.staff-nav, .no-print, button, .btn-main, .btn-quiet)").all():
            assert not pressed.is_visible(), (path, pressed.inner_text())


def test_lists_stay_tables_on_paper_as_narrow_as_it_is(printed, world):
    page = printed(world.coordinator, reverse("trainings:participants", args=[world.own.pk]))
    assert page.locator(".people").first.evaluate("table => getComputedStyle(table).display") == "table"
    assert page.locator(".people thead").first.is_visible()
