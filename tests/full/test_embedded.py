"""The demo's way: no Redis, no worker, the clock in a thread of the one process."""

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

CODE = """
import time
import ake_portal.celery, django
django.setup()
from django.core.management import call_command
from django.db import connections
call_command("migrate", verbosity=0)
from ake_portal.lib import mailbox
from tests import builders
[mail] = builders.mails(1)
closed = []
real = type(connections["default"]).close
type(connections["default"]).close = lambda self: (closed.append(1), real(self))
clock = ake_portal.celery.start_embedded_beat()
deadline = time.monotonic() + 30
while not mailbox.delivered() and time.monotonic() < deadline:
    time.sleep(0.05)
clock.stop()
clock.join(10)
mail.refresh_from_db()
print([message["To"] == mail.address for _, message in mailbox.delivered()], mail.state, bool(closed), clock.is_alive())
"""


@pytest.mark.full
def test_the_clock_of_the_demo_delivers_mails_and_keeps_no_connection(tmp_path):
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL")
    }
    env |= {
        "VAR_DIR": str(tmp_path),
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "ake_portal.settings",
        "SWEEP_SECONDS": "1",
    }
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[True] sent True False", done.stderr
