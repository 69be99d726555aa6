"""One place says how the parts are started: what the tests run natively is what the containers run."""

import re
import shlex

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR


def procfile():
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


def compose():
    """Each service's lines, as text."""
    services = (ROOT / "docker-compose.yml").read_text().split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    parts = re.split(r"^  (\w+):\n", services, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_container_runs_the_command_of_the_procfile(part):
    command = re.search(r"^    command: (.*)$", compose()[part], re.MULTILINE)[1]
    assert shlex.split(command) == shlex.split(procfile()[part])


def test_compose_has_every_part_of_the_portal():
    assert set(compose()) == {"proxy", "release", "web", "worker", "beat", "db", "redis", "mailcatcher"}
    assert set(procfile()) == {"web", "worker", "beat"}


def test_the_image_serves_by_default():
    command = re.search(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    assert [word.strip('" ') for word in command.strip("[]").split(",")] == shlex.split(procfile()["web"])


def test_every_setting_from_the_environment_is_explained_in_the_example():
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', (ROOT / "ake_portal/settings.py").read_text()))
    read |= set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    # What only tests, the image and the demo set
    inside = {"ENV_FILE", "DEMO", "DEBUG", "PORT", "STATIC_ROOT", "MEDIA_ROOT", "INSECURE_HTTP", "CELERY_QUEUE"}
    inside |= {"CONN_MAX_AGE", "MAIL_PAUSE_SECONDS", "REMINDERS_SECONDS"}
    assert read - explained - inside == set()


def test_containers_get_every_setting_of_the_example():
    given = set(re.findall(r"^    ([A-Z_]+): ", (ROOT / "docker-compose.yml").read_text(), re.MULTILINE))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    outside = {"POSTGRES_PASSWORD", "SITE_ADDRESS", "VAR_DIR"}  # the db's, the proxy's; the image's own
    assert explained - given - outside == set()


def test_the_image_holds_every_part_of_the_source():
    copied = set(re.findall(r"^COPY (\S+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    others = {path.name for path in [*settings.LOCALE_PATHS, *settings.TEMPLATES[0]["DIRS"]]}
    assert copied == packages | others | {"deploy"}
