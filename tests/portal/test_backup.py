"""Backup and restore, by the commands an operator types, in processes and databases of their own."""

import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import uuid

import psycopg2
import pytest
from django.conf import settings

SEED = """
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from tests import builders
from trainings import actions
region = builders.region("kokeilu")
training = builders.training(region, onsite_capacity=2, open_to_all=True)
for n in range(3):
    actions.sign_up(training, person=builders.person(f"äiti{n}@example.fi", "Äiti", f"Öberg {n}"))
default_storage.save("receipts/kuitti ä.pdf", ContentFile(b"%PDF- receipt"))
Session.objects.create(session_key="k" * 32, session_data="secret", expire_date=timezone.now())
"""
CONTENT = """
import json
from django.apps import apps
from django.core import serializers
from django.core.files.storage import default_storage
rows = {
    model._meta.label: json.loads(serializers.serialize("json", model._default_manager.order_by("pk")))
    for model in apps.get_models() if model._meta.app_label not in ("sessions", "contenttypes", "auth")
}
rows["sessions"] = apps.get_model("sessions.Session").objects.count()
rows["files"] = {name: default_storage.open(f"receipts/{name}").read().decode() for name in default_storage.listdir("receipts")[1]}
print(json.dumps(rows))
"""


class Portal:
    """An installation with its own directory and database."""

    def __init__(self, directory, database_url=None):
        self.environment = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(directory),
            **({"DATABASE_URL": database_url} if database_url else {}),
        }

    def manage(self, *arguments, stdin=None):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *arguments, stdin=None):
        done = self.manage(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def seed(self):
        self.run("release", "-v", "0")
        self.run("shell", "-v", "0", "-c", SEED)
        return self

    def content(self):
        return json.loads(self.run("shell", "-v", "0", "-c", CONTENT).splitlines()[-1])


@pytest.fixture
def postgres(tmp_path):
    """Makes portals with new databases on the PostgreSQL that the tests run on."""
    server = settings.DATABASES["default"]
    admin = psycopg2.connect(
        dbname="postgres",
        host=server["HOST"],
        port=server["PORT"] or 5432,
        user=server["USER"],
        password=server["PASSWORD"] or None,
    )
    admin.autocommit = True
    made = []

    def make(name):
        database = f"backup_{uuid.uuid4().hex[:12]}"
        with admin.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
        made.append(database)
        secret = f":{server['PASSWORD']}" if server["PASSWORD"] else ""
        url = f"postgres://{server['USER']}{secret}@{server['HOST']}:{server['PORT'] or 5432}/{database}"
        return Portal(tmp_path / name, url)

    yield make
    with admin.cursor() as cursor:
        for database in made:
            cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")
    admin.close()


def there_and_back(old, new, file):
    before = old.seed().content()
    assert before["sessions"] == 1 and len(before["people.User"]) == 3 and len(before["trainings.Registration"]) == 3
    old.run("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    new.run("restore", file, "-v", "0")
    assert new.content() == before | {"sessions": 0}
    refused = new.manage("restore", file)
    assert refused.returncode != 0 and "--replace" in refused.stderr and "Traceback" not in refused.stderr
    new.run("shell", "-v", "0", "-c", "from people.models import User; User.objects.update(first_name='Toinen')")
    assert new.content() != before | {"sessions": 0}
    new.run("restore", file, "--replace", "-v", "0")
    assert new.content() == before | {"sessions": 0}


def test_sqlite_is_the_same_after_backup_and_restore_into_an_empty_portal(tmp_path):
    there_and_back(Portal(tmp_path / "old"), Portal(tmp_path / "new"), tmp_path / "portal.tar.gz")


@pytest.mark.full
def test_postgresql_is_the_same_after_backup_and_restore_into_an_empty_database(postgres, tmp_path):
    there_and_back(postgres("old"), postgres("new"), tmp_path / "portal.tar.gz")


@pytest.mark.full
def test_a_failed_restore_leaves_postgresql_as_it_was(postgres, tmp_path):
    portal = postgres("old").seed()
    before = portal.content()
    file, broken = tmp_path / "portal.tar.gz", tmp_path / "broken.tar.gz"
    portal.run("backup", file)
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "parts")
    dump = tmp_path / "parts/database"
    dump.write_bytes(dump.read_bytes()[:-2000])
    with tarfile.open(broken, "w:gz") as archive:
        for path in (tmp_path / "parts").iterdir():
            archive.add(path, path.name)
    failed = portal.manage("restore", broken, "--replace")
    assert failed.returncode != 0 and "Traceback" not in failed.stderr
    assert portal.content() == before


def test_a_cut_off_file_a_foreign_one_and_a_newer_one_change_nothing(tmp_path):
    portal = Portal(tmp_path / "old").seed()
    before, file = portal.content(), tmp_path / "portal.tar.gz"
    portal.run("backup", file)
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "parts")

    def packed(name, **changes):
        about = json.loads((tmp_path / "parts/backup.json").read_text()) | changes
        (tmp_path / "about.json").write_text(json.dumps(about))
        with tarfile.open(tmp_path / name, "w:gz") as archive:
            archive.add(tmp_path / "about.json", "backup.json")
            archive.add(tmp_path / "parts/database", "database")
        return tmp_path / name

    def smuggled(name, member):
        with tarfile.open(packed(name), "r:gz") as archive, tarfile.open(tmp_path / f"more-{name}", "w:gz") as more:
            for known in archive:
                more.addfile(known, archive.extractfile(known))
            more.addfile(member, io.BytesIO(b"outside"))
        return tmp_path / f"more-{name}"

    above, link = tarfile.TarInfo("../outside"), tarfile.TarInfo("media/link")
    above.size, link.type, link.linkname = len(b"outside"), tarfile.SYMTYPE, "/etc/passwd"

    cut_off = tmp_path / "cut.tar.gz"
    cut_off.write_bytes(file.read_bytes()[:-5000])
    for bad, words in [
        (cut_off, "no whole backup"),
        (packed("foreign.tar.gz", database="oracle"), "backup of oracle"),
        (packed("newer.tar.gz", migrations=[["people", "9999_future"]]), "newer version"),
        (tmp_path / "nothing.tar.gz", "no whole backup"),
        (smuggled("above.tar.gz", above), "../outside has no business"),
        (smuggled("link.tar.gz", link), "media/link has no business"),
    ]:
        done = portal.manage("restore", bad, "--replace")
        assert done.returncode != 0 and words in done.stderr and "Traceback" not in done.stderr
    assert portal.content() == before


def test_a_backup_never_overwrites_a_file(tmp_path):
    (tmp_path / "portal.tar.gz").write_text("mine")
    done = Portal(tmp_path / "var").manage("backup", tmp_path / "portal.tar.gz")
    assert done.returncode != 0 and "is there already" in done.stderr
    assert (tmp_path / "portal.tar.gz").read_text() == "mine"
