"""What holds for every page."""

import logging
import time
from contextvars import ContextVar

from auditlog.models import LogEntry
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.db.models.signals import pre_save
from django.dispatch import receiver

log = logging.getLogger("ake_portal.requests")


class RequestLogMiddleware:
    """One line for each request: its route, not its path, which may hold the token of somebody's mail link."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.monotonic()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "(no page)"
        log.info("%s %s %s %d ms", request.method, route, response.status_code, (time.monotonic() - began) * 1000)
        return response


class PrivatePagesMiddleware:
    """Pages of a signed-in person stay in no cache: on a shared computer the next one may press Back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-cache, no-store, must-revalidate, private")
        return response


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, with the policy of nearly all pages put together once; pages with another one are left to it."""

    OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def __init__(self, get_response):
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request, response):
        if hasattr(request, "_csp_nonce") or any(hasattr(response, name) for name in self.OWN):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        return response


actor = ContextVar("actor", default=None)


class ActorMiddleware:
    """Notes who asks, for the log of who changed what. auditlog's own middleware ties and unties a signal for each page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = actor.set(request.user if request.user.is_authenticated else None)
        try:
            return self.get_response(request)
        finally:
            actor.reset(token)


@receiver(pre_save, sender=LogEntry)
def name_the_actor(instance, **kwargs):
    person = actor.get()
    if person and instance.actor is None:
        instance.actor, instance.actor_email = person, person.email
