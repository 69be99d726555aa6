"""make bench: the portal and the floor side by side, on PostgreSQL, with gunicorn and two sync workers each.

Writes docs/benchmarks.md. `--quick` runs a tenth, to see that all works; it writes to the screen instead. `--only pages`,
`--only race` or `--only mails` runs that part alone, at full size, and says its figures on the way; so does the beginning
of a page's name: `--only detail "money page" race` measures both detail pages, the money page and the race.
"""

import gzip
import json
import os
import platform
import re
import secrets
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

import brotli
import django
import psycopg2
import redis

from bench import sizes

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SERVER = os.environ.get("PGURL", "postgres://postgres@127.0.0.1:5432")
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line)
QUICK = "--quick" in sys.argv
PAGES = (
    "list, anonymous",
    "list, signed in",
    "detail, anonymous",
    "detail, signed in",
    "participant list",
    "money page",
    "decision page",
    "director's page",
)
PARTS = sys.argv[sys.argv.index("--only") + 1 :] if "--only" in sys.argv else ["pages", "race", "mails"]
CHOSEN = [name for name in PAGES if "pages" in PARTS or name.startswith(tuple(PARTS))]
ROUNDS = 1 if QUICK else 4
REQUESTS = {1: 10, 8: 40} if QUICK else {1: 100, 8: 400}
WARM_UP = 20


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def on_server(statement):
    connection = psycopg2.connect(f"{SERVER}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    connection.close()
    return row


class Side:
    """One of the two: its database, its environment, its processes."""

    def __init__(self, name, directory, application, work, **environment):
        self.name, self.directory, self.application, self.work = name, directory, application, work
        self.database = f"bench_{name}_{os.getpid()}"
        self.port = free_port()
        self.processes = []
        on_server(f"CREATE DATABASE {self.database}")
        self.environment = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "DATABASE_URL": urlunsplit(urlsplit(SERVER)._replace(path=f"/{self.database}")),
            **environment,
        }

    def run(self, command, stdin=None):
        """Run one of the side's own commands; returns the lines it printed."""
        done = subprocess.run(
            [sys.executable, "-m", self.work, command],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    def ask(self, command, value=None):
        return json.loads(self.run(command, json.dumps(value))[-1])

    def start(self, name, command):
        with (self.directory / f"{self.name}-{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [BIN / command[0], *command[1:]], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def serve(self):
        """gunicorn as in the Procfile, with this side's application."""
        command = shlex.split(PROCFILE["web"])
        command[1] = self.application
        self.start("web", command)
        wait_for(lambda: answers(f"http://127.0.0.1:{self.port}/healthz"), f"{self.name} answers")

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(30)
        self.processes = []

    def close(self):
        self.stop()
        on_server(f"DROP DATABASE {self.database} WITH (FORCE)")

    def load(self, clients, requests):
        """Send the requests with so many clients, from a process of its own."""
        job = {"port": self.port, "clients": clients, "requests": requests}
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)


def answers(url):
    try:
        with urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"Waited {seconds} s in vain: {what}")
        time.sleep(0.05)


class Sink:
    """The mail server of the mails' race, in a process of its own."""

    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.sink", str(self.port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tell("reset")

    def tell(self, word=""):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


class Figures:
    """Latencies of one page or action on one side, over all rounds."""

    def __init__(self):
        self.latencies, self.seconds = [], 0.0

    def add(self, result):
        self.latencies += result["latencies"]
        self.seconds += result["seconds"]

    @property
    def median(self):
        return statistics.median(self.latencies) * 1000

    @property
    def p95(self):
        return sorted(self.latencies)[int(len(self.latencies) * 0.95)] * 1000

    @property
    def rate(self):
        return len(self.latencies) / self.seconds


def compared(pair):
    floor, portal = pair
    return f"{floor.median:.1f} and {portal.median:.1f} ms, {portal.median / floor.median:.2f} times"


def get(path, session=None):
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    return {"method": "GET", "path": path, "headers": {"Accept-Encoding": "identity", **headers}}


def measure_pages(floor, portal, pages):
    """{(page, clients): (floor's Figures, portal's)}; floor and portal take turns."""
    found = {}
    for name in CHOSEN:
        floor_request, portal_request = pages[name]
        for side, request in ((floor, floor_request), (portal, portal_request)):
            warm = side.load(2, [request] * WARM_UP)
            if warm["statuses"] != [200]:
                raise SystemExit(f"{side.name} {request['path']}: {warm['statuses']}")
        for clients, number in REQUESTS.items():
            pair = found[name, clients] = (Figures(), Figures())
            for _ in range(ROUNDS):
                for figures, side, request in zip(pair, (floor, portal), (floor_request, portal_request), strict=True):
                    figures.add(side.load(clients, [request] * number))
            say(f"{name}, {clients} clients: {compared(pair)}")
    return found


def look_at_pages(floor, portal, here, there):
    """(Figures of the pages by name and clients, their numbers of queries, their weights)."""
    employee, coordinator = here["employee"], here["coordinator"]
    pages = measure_pages(
        floor,
        portal,
        {
            "list, anonymous": (get(there["list"]), get(here["list"])),
            "list, signed in": (get(there["list"]), get(here["list"], employee)),
            "detail, anonymous": (get(there["detail"]), get(here["detail"])),
            "detail, signed in": (get(there["detail"]), get(here["detail"], employee)),
            "participant list": (get(there["participants"]), get(here["participants"], coordinator)),
            "money page": (get(there["money"]), get(here["money"], coordinator)),
            "decision page": (get(there["participants"]), get(here["decision"], here["chief"])),
            "director's page": (get(there["participants"]), get(here["director"], here["chief"])),
        },
    )
    paths = {
        "list, anonymous": (here["list"], None),
        "detail, anonymous": (here["detail"], None),
        "detail, signed in": (here["detail"], employee),
        "participant list": (here["participants"], coordinator),
        "money page": (here["money"], coordinator),
        "decision page": (here["decision"], here["chief"]),
        "director's page": (here["director"], here["chief"]),
        **{f"{name.removeprefix('trainings:')}, signed in": (path, employee) for name, path in here["pages"].items()},
    }
    weights = {name: weigh(portal.port, *where) for name, where in paths.items()}
    return pages, portal.ask("count", paths), weights


def race(floor, portal, here, there):
    """(floor's Figures, portal's) of everybody signing up at once, and how the portal's races ended."""
    pair = (Figures(), Figures())
    csrf = secrets.token_hex(16)
    for floor_path, portal_path in zip(there["races"], here["races"], strict=True):
        people = [
            {"method": "POST", "path": floor_path, "body": f"person={person}", "headers": {}}
            for person in there["people"]
        ]
        pair[0].add(floor.load(sizes.RACE_CLIENTS, people))
        people = [
            {
                "method": "POST",
                "path": portal_path,
                "body": f"csrfmiddlewaretoken={csrf}",
                "headers": {"Cookie": f"sessionid={session}; csrftoken={csrf}"},
            }
            for session in here["racers"]
        ]
        result = portal.load(sizes.RACE_CLIENTS, people)
        if result["statuses"] != [302]:
            raise SystemExit(f"sign-up: {result['statuses']}")
        pair[1].add(result)
        say(f"race: {compared(pair)}")
    ends = portal.ask("states", here["race_keys"])
    expected = {"registered": sizes.SEATS, "waiting": sizes.RACERS - sizes.SEATS}
    if any(end != expected for end in ends["races"].values()) or ends["mails"] != sizes.RACERS * sizes.RACES:
        raise SystemExit(f"The races ended wrongly: {ends}")
    return pair


def send_mails(floor, portal, sink, broker):
    """(floor's seconds, portal's) for all mails, from the word go to the last one's arrival; medians of the rounds."""
    letters = portal.run("letters")
    floor.run("store", "\n".join(letters))
    seconds = ([], [])
    for _ in range(1 if QUICK else 3):
        sink.tell("reset")
        began = floor.ask("send")["began"]
        wait_for(lambda: sink.tell()["mails"] >= sizes.MAILS, "the floor's mails")
        seconds[0].append(sink.tell()["last"] - began)
        portal.run("letters")
        broker.flushall()
        sink.tell("reset")
        worker = portal.start("worker", [*shlex.split(PROCFILE["worker"]), "--concurrency", "1"])
        log = portal.directory / "portal-worker.log"
        wait_for(lambda log=log: b"ready." in log.read_bytes(), "the worker is ready")
        began = portal.ask("post")["began"]
        wait_for(lambda: sink.tell()["mails"] >= sizes.MAILS, "the portal's mails", 300)
        end = sink.tell()
        worker.terminate()
        worker.wait(30)
        portal.processes.remove(worker)
        if (end["mails"], end["unique"]) != (sizes.MAILS, sizes.MAILS):
            raise SystemExit(f"Mails sent wrongly: {end}")
        seconds[1].append(end["last"] - began)
        say(f"mails: {seconds[0][-1]:.1f} and {seconds[1][-1]:.1f} s")
    return tuple(map(statistics.median, seconds))


def weigh(port, path, session=None):
    """(bytes of the page, gzipped as a proxy does, of the page with its styles and scripts over brotli)."""
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    base = f"http://127.0.0.1:{port}"
    with urlopen(Request(base + path, headers=headers)) as response:
        page = response.read()
    total = len(brotli.compress(page, quality=5))
    for file in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', page.decode()))):
        with urlopen(Request(base + file, headers={"Accept-Encoding": "br"})) as response:
            total += len(response.read())
    return len(page), len(gzip.compress(page, 5)), total


AIMS = {
    "list": 3.0,
    "detail": 3.0,
    "participant list": 5.0,
    "money page": 3.0,
    "decision page": 5.0,
    "director's page": 5.0,
    "sign-up": 3.0,
    "mails": 2.0,
}


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def report(pages, counts, weights, signed_up, mails):
    """The text of docs/benchmarks.md."""
    (version,) = on_server("SHOW server_version")
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`, which needs PostgreSQL (`PGURL=postgres://postgres@127.0.0.1:5432`) and `redis-server`",
        "and takes some minutes. Do not edit: run it anew, on a machine that does nothing else.",
        "",
        f"This run: {time.strftime('%d.%m.%Y')}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"Django {django.get_version()}, PostgreSQL {version.split()[0]}. Clients, servers and database share the machine.",
        "",
        "## What is measured",
        "",
        "Two projects on the same PostgreSQL server, each with gunicorn and two sync workers: the portal with production",
        f"settings ({sizes.TRAININGS} upcoming trainings, {sizes.REGISTRATIONS} registrations, {sizes.PEOPLE} people), and "
        "a floor (`bench/floor/`), a bare Django project",
        "whose pages do two indexed queries and 25 plain rows (list), two queries (detail), four queries and "
        f"{sizes.PARTICIPANTS} rows (participant list),",
        f"one sum of {sizes.BOOKINGS} rows by line and one list of 25 (money page, of a plan with as many bookings),",
        "one transaction with a row lock and an insert (sign-up). The floor knows no people, languages, rights or mails.",
        f"The decision page (one of {sizes.VISITS} visits) and the director's page stand beside the floor's participant list.",
        "Both databases are vacuumed and analysed once filled, as a server does by itself before long.",
        "The two take turns in every round; a latency is from connecting to the last byte, with a new connection for each",
        f"request. {ROUNDS} rounds of {REQUESTS[1]} requests by one client and {REQUESTS[8]} by eight.",
        "",
        "## Pages",
        "",
        row(
            "page",
            "clients",
            "floor, median / p95 ms",
            "portal, median / p95 ms",
            "floor, req/s",
            "portal, req/s",
            "times the floor",
            "aim",
        ),
        row("---", "---:", "---:", "---:", "---:", "---:", "---:", "---:"),
    ]
    for (name, clients), (floor, portal) in pages.items():
        aim = AIMS[name.split(",")[0]]
        lines.append(
            row(
                name,
                clients,
                f"{floor.median:.1f} / {floor.p95:.1f}",
                f"{portal.median:.1f} / {portal.p95:.1f}",
                f"{floor.rate:.0f}",
                f"{portal.rate:.0f}",
                f"**{portal.median / floor.median:.1f}**",
                f"≤ {aim:.1f}",
            )
        )
    floor, portal = signed_up
    lines += [
        "",
        "## Sign-up",
        "",
        f"{sizes.RACERS} people race for {sizes.SEATS} seats with {sizes.RACE_CLIENTS} clients, {sizes.RACES} times. On the "
        "portal each sign-up decides on seat or queue under",
        f"the lock, and stores a mail with a calendar invitation in the same transaction; every race ended with "
        f"{sizes.SEATS} seats and {sizes.RACERS - sizes.SEATS} in the queue,",
        "a mail for each, and no error.",
        "",
        row("", "median ms", "p95 ms", "per second", "times the floor", "aim"),
        row("---", "---:", "---:", "---:", "---:", "---:"),
        row("floor", f"{floor.median:.0f}", f"{floor.p95:.0f}", f"{floor.rate:.0f}", "", ""),
        row(
            "portal",
            f"{portal.median:.0f}",
            f"{portal.p95:.0f}",
            f"{portal.rate:.0f}",
            f"**{portal.median / floor.median:.1f}**",
            f"≤ {AIMS['sign-up']:.1f}",
        ),
        "",
        "## Mails",
        "",
        f"{sizes.MAILS} stored confirmations (text, HTML, calendar file), the same ones on both sides, to a mail server on the "
        "same machine. The floor is",
        "one process that sends them over one SMTP connection and marks nothing; the portal is one worker process, from being",
        "woken to the last arrival. Every person got exactly one.",
        "",
        row("", "seconds", "mails per second", "times the floor", "aim"),
        row("---", "---:", "---:", "---:", "---:"),
        row("floor", f"{mails[0]:.1f}", f"{sizes.MAILS / mails[0]:.0f}", "", ""),
        row(
            "portal",
            f"{mails[1]:.1f}",
            f"{sizes.MAILS / mails[1]:.0f}",
            f"**{mails[1] / mails[0]:.1f}**",
            f"≤ {AIMS['mails']:.1f}",
        ),
        "",
        "## Queries and bytes",
        "",
        "Queries include those for the session and the person; aim: at most 12 on any page of a signed-in person. Bytes: the",
        "page as it leaves gunicorn, the same gzipped as a proxy does it, and the first visit with styles, scripts and icon over",
        "brotli (aim: under 100 kB).",
        "",
        row("page", "queries", "bytes", "gzipped", "first visit"),
        row("---", "---:", "---:", "---:", "---:"),
    ]
    for name, number in counts.items():
        cells = [f"{size:,}".replace(",", " ") for size in weights[name]] if name in weights else ["", "", ""]
        lines.append(row(name, number, *cells))
    return "\n".join([*lines, ""])


def main():
    directory = Path(tempfile.mkdtemp(prefix="ake-portal-bench-"))
    sink = Sink()
    redis_port = free_port()
    broker_process = subprocess.Popen(
        ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", directory],
        stdout=subprocess.DEVNULL,
    )
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "ENV_FILE": os.devnull}
    floor = portal = None
    try:
        floor = Side(
            "floor", directory, "bench.floor.wsgi", "bench.floor.work",
            DJANGO_SETTINGS_MODULE="bench.floor.settings", **mail,
        )  # fmt: skip
        portal = Side(
            "portal", directory, "ake_portal.wsgi", "bench.portal",
            DJANGO_SETTINGS_MODULE="ake_portal.settings", SECRET_KEY=secrets.token_urlsafe(60),
            ALLOWED_HOSTS="127.0.0.1", INSECURE_HTTP="1", VAR_DIR=str(directory / "var"),
            STATIC_ROOT=str(directory / "static"), REDIS_URL=f"redis://127.0.0.1:{redis_port}/0",
            OPERATOR_EMAILS="operator@example.fi", LOG_LEVEL="INFO", TRUSTED_PROXIES="0", **mail,
        )  # fmt: skip
        say("filling both databases")
        there = floor.ask("fill")
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
            cwd=ROOT, env=portal.environment, check=True,
        )  # fmt: skip
        here = portal.ask("fill")
        floor.serve()
        portal.serve()
        if CHOSEN:
            pages, counts, weights = look_at_pages(floor, portal, here, there)
        if "race" in PARTS:
            signed_up = race(floor, portal, here, there)
        floor.stop()
        portal.stop()
        if "mails" in PARTS:
            mails = send_mails(floor, portal, sink, redis.Redis(port=redis_port))
    finally:
        for side in (floor, portal):
            if side:
                side.close()
        broker_process.terminate()
        broker_process.wait(10)
        sink.close()
        shutil.rmtree(directory, ignore_errors=True)
    if "--only" in sys.argv:
        return
    text = report(pages, counts, weights, signed_up, mails)
    print(text)
    if not QUICK:
        (ROOT / "docs/benchmarks.md").write_text(text)


if __name__ == "__main__":
    main()
