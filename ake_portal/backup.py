"""The whole portal in one file, and back: database and uploaded files.

Sign-ins and the cache stay out, so that a backup that gets into wrong hands opens nobody's session; after a restore
everybody signs in anew.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from ake_portal.lib.progress import progress

LEFT_OUT = ("django_session", "portal_cache")
ABOUT, DATABASE, MEDIA = "backup.json", "database", "media"


class Failed(Exception):
    """The backup or restore did not happen; the message says why, and what was there is untouched."""


def write(target):
    """Write a backup to the new file `target`, readable by its owner alone. Raises Failed."""
    if target.exists():
        raise Failed(f"{target} is there already.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as directory:
        dump, unfinished = Path(directory, DATABASE), Path(directory, "unfinished")
        (_dump_postgresql if connection.vendor == "postgresql" else _dump_sqlite)(dump)
        about = Path(directory, ABOUT)
        about.write_text(
            json.dumps(
                {
                    "format": 1,
                    "database": connection.vendor,
                    "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "migrations": sorted(map(list, MigrationLoader(connection).applied_migrations)),
                }
            )
        )
        unfinished.touch(mode=0o600)
        with tarfile.open(unfinished, "w:gz", compresslevel=6) as archive:
            archive.add(about, ABOUT)
            archive.add(dump, DATABASE)
            files = [path for path in sorted(settings.MEDIA_ROOT.rglob("*")) if path.is_file()]
            for path in progress(files, "Files"):
                archive.add(path, f"{MEDIA}/{path.relative_to(settings.MEDIA_ROOT).as_posix()}")
        unfinished.rename(target)


def _unpack(archive, directory):
    """What `write` put in: plain files, all below `directory`. Python has filters for this from 3.11.4 on, Debian 12 has 3.11.2."""
    root = directory.resolve()
    for member in archive:
        if member.isdir():
            continue
        target = (root / member.name).resolve()
        if not member.isfile() or not target.is_relative_to(root):
            raise tarfile.TarError(f"{member.name} has no business in it")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.extractfile(member) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)


def read(source, *, replace=False):
    """Bring the backup `source` into an empty portal, or with `replace` into one with data. Raises Failed.

    The database changes in one transaction: when anything fails, it is as before.
    """
    if not replace and is_in_use():
        raise Failed("There is data already. Restoring would throw it away: say --replace if that is what you want.")
    media = settings.MEDIA_ROOT
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media.parent, prefix=".restore-") as directory:
        directory = Path(directory)
        try:
            with tarfile.open(source, "r:gz") as archive:
                _unpack(archive, directory)
            about = json.loads((directory / ABOUT).read_text())
        except (OSError, EOFError, tarfile.TarError, ValueError) as error:
            raise Failed(f"{source} is no whole backup: {error}") from error
        if about.get("database") != connection.vendor:
            raise Failed(
                f"This is a backup of {about.get('database')}, and the portal here runs on {connection.vendor}."
            )
        unknown = {tuple(one) for one in about["migrations"]} - set(MigrationLoader(None).disk_migrations)
        if unknown:
            raise Failed(f"The backup is of a newer version than this one: it has {'.'.join(min(unknown))}.")
        (_load_postgresql if connection.vendor == "postgresql" else _load_sqlite)(directory / DATABASE, directory)
        shutil.rmtree(media, ignore_errors=True)
        if (directory / MEDIA).exists():
            (directory / MEDIA).rename(media)


def is_in_use():
    """Whether there is any table or uploaded file."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    connection.close()
    return bool(tables) or any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))


def _dump_sqlite(target):
    with (
        closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA secure_delete = ON")
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in tables.intersection(LEFT_OUT):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608  one of two names that stand above
        copy.commit()


def _load_sqlite(dump, directory):
    target = Path(settings.DATABASES["default"]["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(dump)) as source, closing(sqlite3.connect(target, timeout=20)) as database:
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Failed("The database in the backup is damaged.")
        source.backup(database)


def _dump_postgresql(target):
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *left_out, "--file", target)


def _load_postgresql(dump, directory):
    script = directory / "database.sql"
    _run(["pg_restore", "--no-owner", "--no-privileges", "--file", script, dump], {})
    # pg_dump names the schema that is always there only when it has been changed; we make it anew, empty
    lines = script.read_text().splitlines(keepends=True)
    script.write_text("".join(line for line in lines if not line.startswith("CREATE SCHEMA public;")))
    fresh = ["--command", "DROP SCHEMA IF EXISTS public CASCADE", "--command", "CREATE SCHEMA public"]
    options = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction"]
    _postgresql("psql", *options, *fresh, "--file", script)


def _postgresql(program, *arguments):
    """Run one of PostgreSQL's programs on the portal's database; the password goes by the environment."""
    database = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {variable: str(database[name]) for variable, name in names.items() if database[name]}
    connection.close()
    _run([program, "--no-password", *arguments], environment)


def _run(command, environment):
    try:
        done = subprocess.run(  # noqa: S603  our own programs, their arguments from settings
            command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} is not installed: it comes with PostgreSQL's client programs.") from error
    if done.returncode:
        raise Failed(f"{command[0]}: {done.stderr.decode(errors='replace').strip()[-2000:]}")
