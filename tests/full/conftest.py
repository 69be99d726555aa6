import os

import pytest

from tests.processes import Portal, database
from tests.smtp import MailServer

# Hashed as in production, but not compressed: that takes minutes, and no test reads it
COLLECT_UNCOMPRESSED = """
from django.conf import settings
from django.core.management import call_command
settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = "css eot html js json map md svg ttf txt webmanifest xml".split()
call_command("collectstatic", interactive=False, verbosity=0)
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    portal = getattr(item, "portal", None)
    if portal and call.when == "call" and report.failed:
        report.sections.append(("Logs of the portal's processes", portal.logs()))
    return report


@pytest.fixture
def _today():
    """Other processes live by the real clock, so these tests do too."""


@pytest.fixture(scope="session")
def released_database(tmp_path_factory):
    """An empty, migrated database to copy."""
    with database() as name:
        directory = tmp_path_factory.mktemp("release")
        portal = Portal(directory, database=name, mail_port=25)
        portal.manage("release", "-v0")
        portal.close()
        yield name


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    """What collectstatic makes; or where it is already."""
    if os.environ.get("STATIC_ROOT"):
        return os.environ["STATIC_ROOT"]
    directory = tmp_path_factory.mktemp("static")
    with database() as name:
        portal = Portal(directory, database=name, mail_port=25, static_root=directory / "root")
        portal.python(COLLECT_UNCOMPRESSED)
        portal.close()
    return directory / "root"


@pytest.fixture
def mail_server():
    with MailServer() as server:
        yield server


@pytest.fixture
def portal(request, tmp_path, released_database, mail_server):
    """An installation without any process yet."""
    with database(template=released_database) as name:
        portal = request.node.portal = Portal(
            tmp_path, database=name, mail_port=mail_server.port, **getattr(request, "param", {})
        )
        yield portal
        portal.close()
