"""Settings as a new process reads them: what starts, what refuses, and what the refusal says."""

import os
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings

SECRET = "a-secret-of-fifty-characters-0123456789-abcdefghijkl"
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "DATABASE_URL": "postgres://portal@127.0.0.1/portal",
    "OPERATOR_EMAILS": "operator@portal.example",
}


def start(code="import django; django.setup()", **environment):
    """Run `code` in a new Python that has nothing but `environment`."""
    with tempfile.TemporaryDirectory() as var:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=settings.BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "ENV_FILE": os.devnull,
                "VAR_DIR": var,
                "DJANGO_SETTINGS_MODULE": "ake_portal.settings",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )


def test_without_any_environment_it_is_a_demo_for_this_machine_alone():
    done = start(
        "from django.conf import settings as s; print(s.DEMO, s.PRODUCTION, s.DEBUG, s.ALLOWED_HOSTS, len(s.SECRET_KEY))"
    )
    assert done.stdout.strip() == "True False False ['127.0.0.1', 'localhost', '[::1]'] 50", done.stderr


def test_with_production_settings_the_wsgi_application_loads():
    done = start("from ake_portal.wsgi import application; print('up')", **PRODUCTION)
    assert done.stdout.strip() == "up", done.stderr


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEMO": "1"}, "anybody could sign in as anybody"),
        ({"DEBUG": "1"}, "DEMO and DEBUG cannot be on"),
        ({"SECRET_KEY": None}, "needs both SECRET_KEY and ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": None}, "needs both SECRET_KEY and ALLOWED_HOSTS"),
        ({"SECRET_KEY": "short"}, "too short to be secret"),
        ({"SECRET_KEY": "ab" * 40}, "too short to be secret"),
        ({"NOTES_KEYS": "short"}, "NOTES_KEYS: key 1 is too short to be secret"),
        ({"NOTES_KEYS": f"{SECRET},"}, "NOTES_KEYS: key 2 is empty"),
        ({"ALLOWED_HOSTS": "*"}, "would believe any"),
        ({"EMAIL_URL": None}, "needs EMAIL_URL"),
        ({"REDIS_URL": None}, "needs REDIS_URL"),
        ({"DATABASE_URL": None}, "needs DATABASE_URL"),
        ({"INSECURE_HTTP": "1"}, "for this machine alone"),
        ({"SITE_URL": "http://portal.example"}, "must begin with https://"),
    ],
)
def test_half_a_production_refuses_to_load_and_says_why(changes, words):
    environment = {name: value for name, value in (PRODUCTION | changes).items() if value is not None}
    done = start("from ake_portal.wsgi import application", **environment)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr and words in done.stderr


def test_neither_demo_nor_production_refuses_to_load():
    done = start(DEMO="0")
    assert done.returncode != 0
    assert "Set SECRET_KEY and ALLOWED_HOSTS" in done.stderr


def test_djangos_own_deployment_check_finds_nothing_in_production():
    done = start(
        "from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])",
        **PRODUCTION,
    )
    assert done.returncode == 0, done.stderr


def test_a_production_without_anybody_to_tell_errors_to_is_warned_of():
    done = start(
        "from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])",
        **(PRODUCTION | {"OPERATOR_EMAILS": ""}),
    )
    assert done.returncode != 0
    assert "OPERATOR_EMAILS" in done.stderr


def test_production_asks_browsers_for_https_and_secure_cookies():
    done = start(
        "from django.conf import settings as s;"
        "print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, s.SECOND_FACTOR_REQUIRED, s.SITE_URL)",
        **PRODUCTION,
    )
    assert done.stdout.strip() == "True True True True 31536000 True https://portal.example", done.stderr


@pytest.mark.parametrize("path", ["/fi/", "/sv/", "/fi/account/login/", "/fi/trainings/", "/fi/nowhere/"])
def test_portal_pages_carry_a_strict_content_security_policy(db, client, path):
    policy = client.get(path)["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_the_admins_policy_is_wider_only_for_styles_and_expressions(sign_in, superuser):
    response = sign_in(superuser).get("/fi/admin/")
    policy = response["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["style-src"] == "'self' 'unsafe-inline'"
    assert "'unsafe-inline'" not in directives["script-src"]
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    assert "http" not in policy and "*" not in policy


def test_pages_of_a_signed_in_person_stay_in_no_cache(sign_in, employee):
    assert "no-store" in sign_in(employee).get("/fi/")["Cache-Control"]


def test_static_files_are_hashed_and_compressed_in_production(tmp_path):
    """Hashing finds every file that a style sheet or a script names: a missing one would break each page."""
    done = start(
        "from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'collectstatic', '--noinput', '--verbosity', '0'])",
        **PRODUCTION,
        STATIC_ROOT=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "portal").iterdir()}
    assert any(name.startswith("portal.") and name.endswith(".css.br") for name in names)
