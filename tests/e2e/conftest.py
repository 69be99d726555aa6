"""A real Chromium against the portal served from the test's own database."""

import os
import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar
from playwright.sync_api import sync_playwright

# Playwright's loop runs in the test's thread; the tests read the database from there, one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture
def now():
    """The browser has the real clock, so the portal has it too."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _patience(transactional_db):
    """Rate limits stand in the cache's table, which no test empties."""
    cache.clear()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server, transactional_db):
    """Open pages as somebody: `page = visit(employee, "/fi/")`; fails the test on a script error or a CSP violation."""
    contexts, problems = [], []

    def enter(person, path, *, width=1280, javascript=True, language="fi"):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="sv-FI" if language == "sv" else "fi-FI",
            timezone_id="Europe/Helsinki",
        )
        contexts.append(context)
        context.set_default_timeout(15000)
        if person is not None:
            client = Client()  # a new one for each: signing in as another would end the first one's session
            client.force_login(person)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(path)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def mail_to():
    """The newest mail to an address, and what it holds: `mail_to(person.email).link("cancel")`, `.code`."""

    class Letter:
        def __init__(self, message):
            self.subject, self.text, self.message = message.subject, message.body, message

        def link(self, part):
            found = [url for url in re.findall(r"https?://\S+", self.text) if part in url]
            assert found, f"no link with {part!r} in: {self.text}"
            return "/" + found[0].split("/", 3)[3]

        @property
        def invitations(self):
            """(method, summary) of the calendar files; "Visit:" or "Cancelled:" before a summary is left out."""
            parts = [part for part in self.message.message().walk() if part.get_content_type() == "text/calendar"]
            files = [Calendar.from_ical(part.get_payload(decode=True)) for part in parts]
            return [
                (str(file["method"]), str(event["summary"]).split(": ")[-1])
                for file in files
                for event in file.walk("VEVENT")
            ]

        @property
        def code(self):
            return re.search(r"^\s*([A-Z0-9]{3}-?[A-Z0-9]{3,4})\s*$", self.text, re.M).group(1)

    def newest(address):
        letters = [message for message in mail.outbox if message.to == [address]]
        assert letters, f"no mail to {address}; there is mail to {[message.to for message in mail.outbox]}"
        return Letter(letters[-1])

    return newest
