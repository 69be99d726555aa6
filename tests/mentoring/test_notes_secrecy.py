"""What a group writes is nowhere but on its own page: everything that staff, operators and machines can reach is walked.

A note is written through the page. The same walks then look for a summary that the group has sent to the idea bank, and
find it: a walk that finds nothing because it looks at nothing fails.
"""

import gzip
import io
import sys
import tarfile
import threading
import zipfile
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib import admin, messages
from django.core import mail
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter

from ake_portal import privacy
from mentoring.models import Group, Meeting, Note, Theme
from tests.portal.test_access import sections, world  # noqa: F401  the things that every address is about
from tests.portal.test_backup import Portal

# Each text has two words that stand nowhere else: a page that repeats what was looked for does not show the other one
SECRET = ("Kvaasarihiiva", "Pulsarikuusama")
THEME = ("Neutriinosiili", "Gluonikorppi")
TOLD = ("Fotonikarpalo", "Mesonimajava")
ROWS_WALKED = 6  # of one kind of thing


def text_of(words):
    return f"Kaisa sanoi: {words[0]}.\n\nSiihen vastattiin: {words[1]}."


def shapes(word):
    """A word as it stands in a text, a hex dump, or a Base64 text that begins anywhere."""
    plain = word.encode()
    yield plain
    yield plain.hex().encode()
    for shift in range(3):
        yield b64encode(b" " * shift + plain)[4 if shift else 0 : -4]


def holds(content, *words):
    """Whether any of the words is in the bytes, in whatever shape; archives are unpacked."""
    found = any(shape in content for word in words for shape in shapes(word))
    if not found and content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = any(holds(archive.read(name), *words) for name in archive.namelist())
    if not found and content[:2] == b"\x1f\x8b":
        found = holds(gzip.decompress(content), *words)
    return found


@pytest.fixture
def written(world, employee, colleague):  # noqa: F811
    """The meeting; the employee has written its note and changed it, and told the idea bank another text."""
    meeting = Meeting.objects.get(pk=world["notes_meeting"])
    client = Client()
    client.force_login(employee)
    address = reverse("mentoring:note", args=[meeting.pk])
    for revision, text in enumerate(("Alku: " + text_of(SECRET), text_of(SECRET))):
        answer = client.post(address, {"text": text, "revision": revision})
        assert answer.status_code == 302
        assert not holds(str(answer.headers).encode() + str(answer.cookies).encode(), *SECRET)
    behind = client.post(address, {"text": text_of(SECRET) + "!", "revision": 0})
    assert behind.status_code == 409
    themes = [Theme.objects.create(group=meeting.group, text=text_of(THEME), proposed_by=employee, meeting=meeting)]
    themes[0].voters.add(colleague)
    summary = {"title": TOLD[0], "text": text_of(TOLD), "language": "fi", "agreed": "on"}
    assert client.post(reverse("mentoring:summary", args=[meeting.group_id]), summary).status_code == 302
    shown = client.get(address).content
    assert all(holds(shown, word) for word in SECRET)
    return meeting


def content_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def addresses(world):  # noqa: F811
    """Every address of the portal that is opened with GET, about the things of the world."""
    for rows in sections().values():
        for row in rows:
            address = row.address.format(**world)
            if row.method == "GET" and "logout" not in address:
                yield address


def admin_addresses():
    """The admin's pages of every kind of thing that it knows, and of the things of that kind."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        for key in model._default_manager.order_by("-pk").values_list("pk", flat=True)[:ROWS_WALKED]:
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[key])


def walk(client, found_addresses):
    """{address: content} of what the client may read, and of the same looking for the first word of each text."""
    shown = {}
    for address in dict.fromkeys(found_addresses):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        shown[address] = content_of(answer)
        if "?" in address or not answer["Content-Type"].startswith("text/html") or b'name="q"' not in shown[address]:
            continue
        for word in (SECRET[0], THEME[0], TOLD[0]):
            searched = client.get(address, {"q": word})
            if searched.status_code == 200:
                shown[f"{address}?q={word}"] = content_of(searched)
    return shown


def delete_pages(client):
    """What the admin shows before it deletes all things of a kind: whatever hangs on them is named there."""
    for model in admin.site._registry:
        keys = list(model._default_manager.values_list("pk", flat=True)[:50])
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.post(address, {"action": "delete_selected", "_selected_action": keys})
        yield f"{address} deleting", content_of(answer)


@pytest.mark.full
@pytest.mark.parametrize("who", ["superuser", "coordinator", "other_coordinator", "stranger"])
def test_no_page_shows_a_note_or_a_theme(written, world, cast_of, who):  # noqa: F811
    client = Client(raise_request_exception=False)
    client.force_login(cast_of[who])
    runs_it = who in ("superuser", "coordinator")
    pages = [*addresses(world), *(admin_addresses() if who != "stranger" else ())]
    shown = walk(client, pages) | dict(delete_pages(client) if who == "superuser" else {})
    assert len(shown) > (250 if runs_it else 50)
    assert any(address.endswith(f"?q={SECRET[0]}") for address in shown)
    for address, content in shown.items():
        assert not holds(content, SECRET[1], THEME[1]), address
        if "?q=" not in address:
            assert not holds(content, SECRET[0], THEME[0]), address
    # the control: what is for the AKE is found, on its pages, in searches and in the outbox
    found = {address for address, content in shown.items() if holds(content, TOLD[1])}
    if who == "superuser":
        assert any("/admin/notifications/mail/" in address for address in found)
    assert any("/ideas/" in address for address in found) is runs_it


def test_the_mentor_finds_the_themes_of_the_group_and_no_note(written, world, stranger):  # noqa: F811
    Group.objects.filter(pk=written.group_id).update(mentor=stranger)
    client = Client(raise_request_exception=False)
    client.force_login(stranger)
    of_group = {written.group.get_absolute_url(), reverse("mentoring:meeting", args=[written.pk])}
    feed = reverse("calendar_feed", args=[stranger.calendar_token])
    about = (address for address in addresses(world) if "/mentoring/" in address)
    shown = walk(client, [*about, reverse("mine"), feed, *of_group])
    assert feed in shown
    for address, content in shown.items():
        assert not holds(content, *SECRET), address
    assert {address for address, content in shown.items() if holds(content, THEME[1])} == of_group


def test_no_kind_of_thing_in_the_admin_or_the_history_is_a_note_a_theme_or_an_answer():
    for name in ("Note", "Theme", "SurveyAnswer"):
        model = apps.get_model("mentoring", name)
        assert model not in admin.site._registry and not auditlog.contains(model)


def all_columns():
    """{table.column: all its values} of the whole database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"{table}.{name}", raw


def test_no_column_of_no_table_holds_a_note(written):
    columns = list(all_columns())
    assert {name for name, value in columns if holds(value, *SECRET)} == set()
    with_summary = {name for name, value in columns if holds(value, TOLD[1])}
    assert with_summary >= {"ideas_idea.body_fi", "notifications_mail.text", "notifications_mail.html"}
    assert {name for name, value in columns if holds(value, *THEME)} == {"mentoring_theme.text"}


def test_a_dump_of_the_data_holds_no_note(written):
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump)
    dumped = dump.getvalue().encode()
    assert '"mentoring.note"' in dump.getvalue() and not holds(dumped, *SECRET)
    assert all(holds(dumped, word) for word in TOLD)


def test_nobodys_own_data_holds_a_note(written, cast_of):
    for person in cast_of.values():
        exported = str(privacy.export_for(person)).encode()
        assert not holds(exported, *SECRET)
        assert holds(exported, TOLD[1]) is (person.first_name in ("Aino", "Linnea"))  # the author, and the mail


def test_no_log_no_mail_and_no_message_holds_a_note(written, employee, caplog):
    client = Client()
    client.force_login(employee)
    address = reverse("mentoring:note", args=[written.pk])
    with caplog.at_level("DEBUG"):
        answer = client.post(address, {"text": text_of(SECRET) + " Loppu.", "revision": 2}, follow=True)
        client.get(address, {"write": ""})
    assert "POST" in caplog.text and not holds(caplog.text.encode(), *SECRET)
    told = [str(message) for message in messages.get_messages(answer.wsgi_request)]
    assert not holds(str(told).encode(), *SECRET)
    sent = b"".join(one.message().as_bytes() for one in mail.outbox)
    assert not holds(sent, *SECRET)


# When something breaks while a note is being written


@pytest.fixture
def reports():
    """What Django would tell of each error, with the variables of every frame."""
    told = []

    def note(sender, request=None, **kwargs):
        reporter = ExceptionReporter(request, *sys.exc_info())
        told.append(f"{reporter.get_traceback_text()}{reporter.get_traceback_html()}".encode())

    got_request_exception.connect(note)
    yield told
    got_request_exception.disconnect(note)


def test_the_report_of_an_error_holds_no_note(written, employee, settings, reports, caplog):
    client = Client(raise_request_exception=False)
    client.force_login(employee)
    address = reverse("mentoring:note", args=[written.pk])
    settings.NOTES_KEYS = [None]  # sealing fails with the text in its hands
    Note.objects.all().delete()
    with caplog.at_level("DEBUG"):
        assert client.post(address, {"text": text_of(SECRET), "revision": 0}).status_code == 500
    assert len(reports) == 1 and b"in seal" in reports[0]
    assert not holds(reports[0], *SECRET) and not holds(caplog.text.encode(), *SECRET)


BREAK = """
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import builders
import sentry_sdk
region = builders.region("kokeilu")
library = builders.library(region, "Kokeilun kirjasto")
member = builders.person("jasen@example.fi", library=library)
cohort = builders.cohort(region, state="running")
group = builders.mentoring_group(cohort, member)
meeting = builders.meeting(group, -7)
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
client.force_login(member)
address = reverse("mentoring:note", args=[meeting.pk])
form = {"text": %(secret)r, "revision": 0}
assert client.post(address, form).status_code == 302
told = {"title": "Kerrottu", "text": %(told)r, "language": "fi", "agreed": "on"}
assert client.post(reverse("mentoring:summary", args=[group.pk]), told).status_code == 302
call_command("backup", %(target)r)
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE mentoring_note RENAME TO mentoring_gone")
assert client.post(address, {**form, "revision": 1}).status_code == 500
sentry_sdk.flush(10)
print("broken")
"""


@pytest.fixture
def sentry():
    """(DSN, what has been sent there) of a server on this machine."""
    sent = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(self.headers["Content-Encoding"], bytes)
            sent.append(unpack(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", sent
    server.shutdown()
    server.server_close()


def test_files_of_a_portal_its_backup_and_its_alarms_hold_no_note_and_no_key(tmp_path, sentry):
    dsn, sent = sentry
    portal = Portal(tmp_path / "var")
    portal.environment |= {"SENTRY_DSN": dsn, "LOG_LEVEL": "DEBUG"}
    target = tmp_path / "portal.tar"
    portal.run("release", "-v", "0")
    values = {"secret": text_of(SECRET), "told": text_of(TOLD), "target": str(target)}
    done = portal.manage("shell", "-v", "0", "-c", BREAK % values)
    assert done.stdout.splitlines()[-1:] == ["broken"], done.stderr
    key = (tmp_path / "var" / "demo_secret_key").read_text()

    with tarfile.open(target, "r:gz") as archive:
        backup = {one.name: archive.extractfile(one).read() for one in archive if one.isfile()}
    assert "database" in backup
    for content in backup.values():
        assert not holds(content, *SECRET) and not holds(content, key)
    assert holds(backup["database"], *TOLD)

    files = {path.name: path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file()}
    assert [name for name, content in files.items() if holds(content, *SECRET)] == []
    assert "portal.sqlite3" in files and any(holds(content, *TOLD) for content in files.values())
    assert [name for name, content in files.items() if holds(content, key)] == ["demo_secret_key"]

    alarms = b"".join(sent)
    assert b"OperationalError" in alarms and b"mentoring_note" in alarms
    assert not holds(alarms, *SECRET, key) and not holds(done.stderr.encode(), *SECRET)


def test_the_walk_sees_through_wrappings():
    word = SECRET[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", word)
    for content in (
        *(word.encode(), word.encode().hex().encode(), packed.getvalue(), gzip.compress(word.encode())),
        *(b64encode(b"x" * number + word.encode() + b"yz") for number in range(4)),
    ):
        assert holds(content, word)
    assert not holds(b"something else", word)
