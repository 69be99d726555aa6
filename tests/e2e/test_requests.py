"""What a browser fetches and keeps: nothing from third parties, necessary cookies only, few kilobytes."""

import gzip
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.e2e.world import world

pytestmark = pytest.mark.browser
__all__ = ["world"]
LIMIT = 100 * 1024


def fetched(page, path):
    """[(address, bytes when compressed)] of everything that opening `path` fetches."""
    answers = []

    def keep(answer):
        answers.append(answer)

    page.on("response", keep)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("response", keep)
    sizes = {}
    for answer in answers:
        body = answer.body() if answer.status == 200 else b""
        is_packed = answer.headers.get("content-type", "").startswith(("image/png", "font/"))
        sizes[answer.url] = len(body if is_packed else gzip.compress(body, 6))
    return sizes


@pytest.fixture
def opened(visit, world):
    """{path: {address: bytes}} of pages, each in a browser that has fetched nothing before, and the contexts' cookies."""

    def of(person, *addresses):
        pages, cookies = {}, set()
        for address in addresses:
            page = visit(person, "/robots.txt")
            pages[address] = fetched(page, address)
            cookies |= {cookie["name"] for cookie in page.context.cookies()}
        return pages, cookies

    return of


def portal_pages(world):
    with override("fi"):
        return [
            reverse("home"),
            reverse("trainings:list"),
            reverse("trainings:calendar"),
            world.open.get_absolute_url(),
            reverse("mine"),
            reverse("people:profile"),
        ]


def admin_pages(world):
    with override("fi"):
        return [
            reverse("admin:index"),
            reverse("admin:trainings_training_changelist"),
            reverse("admin:trainings_training_change", args=[world.own.pk]),
            reverse("admin:people_user_add"),
        ]


def test_nothing_comes_from_third_parties_and_cookies_are_the_necessary_ones(opened, world, live_server):
    own = urlsplit(live_server.url).netloc
    for person, addresses in ((world.employee, portal_pages(world)), (world.coordinator, admin_pages(world))):
        pages, cookies = opened(person, *addresses)
        hosts = {urlsplit(url).netloc for sizes in pages.values() for url in sizes if not url.startswith("data:")}
        assert hosts == {own}
        assert cookies <= {"sessionid", "csrftoken", "django_language"}


def test_a_page_weighs_less_than_100_kilobytes(opened, world):
    """Compressed as the server sends it, with styles, icon and htmx, in a browser that has nothing yet."""
    pages, _cookies = opened(world.employee, *portal_pages(world))
    weights = {path: sum(sizes.values()) for path, sizes in pages.items()}
    assert max(weights.values()) < LIMIT, pages
