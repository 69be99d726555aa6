"""gunicorn's settings, from the environment: HOST, PORT and WEB_CONCURRENCY (worker processes)."""

import gc
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
timeout = 30
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
preload_app = True
# The proxy sits in front and alone reaches this port: believe what it says of the scheme
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "*")
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  heartbeats must not wait for a disk
# No access log here: it would hold addresses and the tokens of mail links. The portal writes its own, by route.
accesslog = None


def pre_fork(server, worker):
    """What the application loaded stays: the collector need not look through it, nor touch the memory the workers share."""
    gc.collect()
    gc.freeze()


def post_fork(server, worker):
    """A page makes some ten thousand objects that go by themselves; looking for circles among them that often is in vain."""
    gc.set_threshold(50_000, 20, 20)
