"""The real thing for tests: the Procfile's commands as processes, against a database, a Redis and a mail server of their own."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import psycopg2
import pytest

from tests.smtp import free_port

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SERVER = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1/postgres")
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line)


def wait_for(condition, what, seconds=30):
    """The first true value of `condition()`, asked again and again. Fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {seconds} s in vain: {what}")
        time.sleep(0.02)
    return value


def database_url(name):
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def _on_server(statement):
    connection = psycopg2.connect(SERVER)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@contextmanager
def database(template="template1"):
    """A database of its own on the PostgreSQL server, dropped afterwards; yields its name."""
    name = f"ake_portal_{os.getpid()}_{time.monotonic_ns()}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


class Process:
    """A started command with its log."""

    def __init__(self, name, command, env, log):
        self.name, self.log = name, log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(  # in a group of its own, so that a kill takes the children along
                command, cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def is_alive(self):
        return self.popen.poll() is None

    @property
    def said(self):
        return self.log.read_text(errors="replace")

    def signal(self, number):
        """Send a signal to the process and its children."""
        if self.is_alive:
            os.killpg(self.popen.pid, number)

    def kill(self):
        """SIGKILL: no chance to tidy up."""
        self.signal(signal.SIGKILL)
        self.popen.wait(10)

    def stop(self):
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


class Portal:
    """One installation with production settings; every process it starts ends with the test."""

    def __init__(self, directory, *, database, mail_port, static_root=None, **env):
        self.directory = directory
        self.processes = []
        self.redis_port, self.web_port = free_port(), free_port()
        self.database = psycopg2.connect(database_url(database))
        self.database.autocommit = True
        self.env = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "ake_portal.settings",
            "SECRET_KEY": "only for tests: abcdefghijklmnopqrstuvwxyzåäö 0123456789 !#%&",
            "ALLOWED_HOSTS": "127.0.0.1",
            "INSECURE_HTTP": "1",
            "SITE_URL": f"http://127.0.0.1:{self.web_port}",
            "VAR_DIR": str(directory),
            "STATIC_ROOT": str(static_root or directory / "static"),
            "DATABASE_URL": database_url(database),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "MAIL_PAUSE_SECONDS": "1",
            "SWEEP_SECONDS": "1",
            "WEB_CONCURRENCY": "2",
            "TRUSTED_PROXIES": "0",
            **{name: str(value) for name, value in env.items()},
        }

    def start(self, name, command, log=None, **env):
        process = Process(
            name,
            [BIN / command[0] if (BIN / command[0]).exists() else command[0], *command[1:]],
            {**self.env, **env},
            self.directory / f"{log or name}.log",
        )
        self.processes.append(process)
        return process

    def start_redis(self):
        """An empty Redis; returns when it answers."""
        redis = self.start(
            "redis", ["redis-server", "--port", str(self.redis_port), "--save", "", "--dir", str(self.directory)]
        )
        wait_for(lambda: "Ready to accept" in redis.said, "Redis is ready")
        return redis

    def start_web(self):
        """gunicorn; returns when it answers."""
        port = free_port() if any(process.name == "web" for process in self.processes) else self.web_port
        web = self.start("web", shlex.split(PROCFILE["web"]), log=f"web-{port}", PORT=str(port))
        web.url = f"http://127.0.0.1:{port}"
        wait_for(lambda: self._answers(f"{web.url}/healthz"), "the web process answers", 60)
        return web

    @staticmethod
    def _answers(url):
        try:
            with urlopen(url, timeout=2) as response:
                return response.status == 200
        except OSError:
            return False

    def start_worker(self, concurrency=1):
        """A Celery worker; returns when it is ready, or at once when there is no Redis to be ready with."""
        number = len(self.processes)
        command = [*shlex.split(PROCFILE["worker"]), "--concurrency", str(concurrency), "--hostname", f"w{number}@test"]
        worker = self.start("worker", command, log=f"worker-{number}")
        wait_for(lambda: "ready." in worker.said, "the worker is ready", 60)
        return worker

    def start_beat(self):
        number = len(self.processes)
        beat = self.start("beat", shlex.split(PROCFILE["beat"]), log=f"beat-{number}")
        wait_for(lambda: "beat: Starting" in beat.said, "beat has started", 60)
        return beat

    def python(self, code):
        """Run Python inside the portal, as a process of its own; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import ake_portal.celery, django; django.setup()\n{code}"],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *command):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, statement, *values):
        """Rows of the portal's database."""
        with self.database.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def mails_by_state(self):
        return dict(self.rows("SELECT state, count(*) FROM notifications_mail GROUP BY state"))

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        self.database.close()

    def logs(self):
        """The end of every log, for a test that failed."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}" for log in sorted(self.directory.glob("*.log"))
        )


class Visitor:
    """Somebody at a browser without scripts, whose requests go to the web processes in turn, as behind a proxy."""

    def __init__(self, *webs):
        self.webs = cycle(web.url for web in webs)
        self.browser = build_opener(HTTPCookieProcessor())
        self.page = self.path = ""

    def _load(self, path, data=None):
        with self.browser.open(next(self.webs) + path, data, timeout=20) as response:
            self.page, self.path = response.read().decode(), urlsplit(response.url).path
        return self.page

    def get(self, path):
        return self._load(path)

    def post(self, path, **fields):
        """Send a form of the page that is open."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)[1]
        return self._load(path, urlencode({"csrfmiddlewaretoken": token, **fields}).encode())
