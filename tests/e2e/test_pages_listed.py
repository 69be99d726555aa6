"""No page is forgotten: whatever address the portal has is looked at by axe, or has a reason why not."""

from django.template.loader import render_to_string
from django.urls import URLResolver, get_resolver

from tests.e2e import pages

PARTS = (
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
)


def names(resolver, spaces=()):
    """The names of all addresses, such as trainings:detail."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, (*spaces, one.namespace) if one.namespace else spaces)
        else:
            yield ":".join((*spaces, one.name or ""))


def test_every_page_of_the_portal_is_visited_or_has_a_reason():
    portal = {name for name in names(get_resolver()) if not name.startswith("admin:")}
    visited = {page.name for part in PARTS for page in getattr(pages, part) if page.name}
    assert visited | set(pages.NOT_VISITED) == portal
    assert visited & set(pages.NOT_VISITED) == set()


def test_every_list_and_form_of_the_admin_is_visited_or_has_a_reason():
    admin = {name for name in names(get_resolver()) if name.startswith("admin:")}
    visited = {name for name, _thing in pages.ADMIN + pages.ADMIN_ALIKE}
    reasons = {name for name in admin if any(name.endswith(end) for end in pages.NOT_VISITED_IN_ADMIN)}
    assert admin - visited - reasons == set()
    assert visited <= admin


def test_what_axe_finds_in_the_admin_stands_in_the_accessibility_statement():
    for language in ("fi", "sv"):
        text = render_to_string(f"texts/accessibility.{language}.html")
        for rules in pages.KNOWN_IN_ADMIN.values():
            for rule in rules:
                assert f"WCAG {pages.CRITERION[rule]}" in text
