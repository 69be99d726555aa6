"""Celery: the application of web, worker and beat, and the clock inside the demo."""

import logging.config
import os

from celery import Celery, signals
from celery.beat import EmbeddedService, Scheduler
from django.conf import settings
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ake_portal.settings")

app = Celery("ake_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["ake_portal", "notifications"])


@signals.setup_logging.connect
def _log_like_the_web(**kwargs):
    """Celery asks here instead of putting up handlers of its own: no addresses in logs, errors to the operator."""
    logging.config.dictConfig(settings.LOGGING)


class EmbeddedScheduler(Scheduler):
    """Runs the schedule where there is no worker: in its own thread, which keeps no database connection in between."""

    def apply_entry(self, entry, producer=None):
        try:
            super().apply_entry(entry, producer=producer)
        finally:
            connections.close_all()


def start_embedded_beat():
    """Start the clock in a thread of this process, for the demo. Returns the thread; its `stop()` ends it."""
    app.loader.import_default_modules()  # a worker does; a task that nobody has read would wait for one that never comes
    clock = EmbeddedService(app, thread=True, scheduler_cls=EmbeddedScheduler)
    clock.start()
    return clock
