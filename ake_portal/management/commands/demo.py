"""Migrate, load the demo into an empty database, and serve it on this machine."""

import os
import shutil
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application, run
from django.db import connection

from ake_portal import celery
from ake_portal.demo import load


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="Throw the demo's data and mails away first.")
        parser.add_argument("--serve", action="store_true", help="Serve the portal afterwards until Ctrl-C.")
        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="Port on 127.0.0.1 (PORT, 8000)."
        )

    def handle(self, *, reset, serve, port, **options):
        if not settings.DEMO:
            raise CommandError("This is no demo: it runs with the settings of a real installation.")
        if "SITE_URL" not in os.environ:
            settings.SITE_URL = f"http://127.0.0.1:{port}"  # links in mails lead to where the demo is served
        if reset:
            self.reset()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if load.is_empty():
            self.load()
        else:
            self.stdout.write("The demo's data is there already; `make demo-reset` starts over.")
        if serve:
            self.serve(port)

    def reset(self):
        """Begin with an empty database, an empty inbox, and no pictures or receipts of the demo before."""
        if connection.vendor == "sqlite":
            connection.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{settings.DATABASES['default']['NAME']}{ending}").unlink(missing_ok=True)
        else:
            # not emptied but made anew: what is written once refuses to be emptied
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for directory in (settings.MAILBOX_DIR, settings.MEDIA_ROOT):
            shutil.rmtree(directory, ignore_errors=True)

    def load(self):
        self.stdout.write("Loading the demo's data (once, less than a minute)")
        began = time.monotonic()
        made = load.load()
        numbers = ", ".join(f"{number} {what}" for what, number in made.items())
        self.stdout.write(f"{numbers} in {time.monotonic() - began:.0f} s")

    def serve(self, port):
        """Serve with one thread per request until Ctrl-C; the scheduled tasks run beside."""
        clock = celery.start_embedded_beat()
        try:
            run(
                "127.0.0.1",
                port,
                get_internal_wsgi_application(),
                threading=True,
                on_bind=lambda bound: self.stdout.write(
                    self.style.SUCCESS(f"The portal is on http://127.0.0.1:{bound}/ – Ctrl-C ends it")
                ),
            )
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used ({error.strerror}); PORT= takes another.") from error
        except KeyboardInterrupt:
            self.stdout.write("\nGood bye.")
            sys.exit(0)
        finally:
            clock.stop()
