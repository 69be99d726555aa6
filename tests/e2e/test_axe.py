"""WCAG 2.2 A and AA: axe finds nothing on any page, in both languages, light and dark, narrow and wide."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse
from django.utils.translation import override

from tests.e2e import axe, pages
from tests.e2e.world import world

pytestmark = pytest.mark.browser
__all__ = ["world"]


@pytest.fixture(autouse=True)
def mails_to_files(settings, tmp_path):
    """As in the demo, so that its inbox has something to show."""
    settings.EMAIL_BACKEND = "ake_portal.lib.mailbox.EmailBackend"
    settings.MAILBOX_DIR = tmp_path / "mails"


def look_at(visit, world, wanted, language):
    """Open each of the `wanted` pages once and return what axe finds on them."""
    opened, found = {}, []
    with override(language):
        for one in wanted:
            person = getattr(world, one.who) if one.who else None
            page = opened.get(one.who) or visit(person, "/robots.txt", language=language)
            opened[one.who] = page
            if one.who is None:
                page.context.clear_cookies()
            address = one.reach(page, world)
            if address:
                page.goto(address)
            if one.then:
                one.then(page)
            assert page.locator("h1").count() == 1 or one.name == "demo:mail_html", f"{one}: {page.content()[:3000]}"
            if one.name:
                assert resolve(urlsplit(page.url).path).view_name == one.name, f"{one} led to {page.url}"
            is_mail = one.name == "demo:mail_html"  # what a mail program shows has no landmarks
            found += axe.violations(page, f"{language} {one}", wcag_only=is_mail)
    return found


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    "part",
    [
        "PUBLIC",
        "SIGN_IN",
        "SIGNED_IN",
        "STAFF",
        "GATHERINGS",
        "MONEY",
        "VISITS",
        "LIBRARIES",
        "CLAIMS",
        "IDEAS",
        "DEMO",
    ],
)
def test_axe_finds_nothing(visit, world, part, language):
    found = look_at(visit, world, getattr(pages, part), language)
    assert not found, axe.told(found)


def admin_pages(visit, world, wanted, person, language, **options):
    """{name: rules broken} of admin pages."""
    broken, found = {}, []
    with override(language):
        page = visit(person, reverse("admin:index"), language=language)
        for name, thing in wanted:
            page.goto(reverse(name, args=[getattr(world, thing).pk] if thing else []))
            assert resolve(urlsplit(page.url).path).view_name == name, f"{name} led to {page.url}"
            page.wait_for_load_state("load")
            here = axe.violations(page, f"{language} {name}", wcag_only=True, reload=True, **options)
            found += here
            if here:
                broken[name] = sorted({rule for _about, _scheme, _width, rule, _places in here})
    return broken, found


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_axe_finds_on_the_admin_pages_what_the_statement_says(visit, world, language):
    broken, found = admin_pages(visit, world, pages.ADMIN, world.coordinator, language)
    assert broken == {name: rules for name, rules in pages.KNOWN_IN_ADMIN.items() if (name in dict(pages.ADMIN))}, (
        axe.told(found)
    )


def test_axe_finds_no_more_on_lists_and_forms_built_the_same_way(visit, world, superuser):
    broken, found = admin_pages(visit, world, pages.ADMIN_ALIKE, superuser, "fi", widths=(1280,))
    assert broken == {
        name: rules for name, rules in pages.KNOWN_IN_ADMIN.items() if (name in dict(pages.ADMIN_ALIKE))
    }, axe.told(found)
