"""What holds for every page."""

import logging
import time

from django.conf import settings
from django.utils.cache import add_never_cache_headers

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
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
