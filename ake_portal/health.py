"""What probes ask. Answered before any other middleware: by any host name, without https, session or log line."""

from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from notifications import health


def healthz(request):
    """The process answers. Asks nothing else, so that a lost database does not make anybody restart the portal."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request):
    """503 only when the database is gone; the broker and the outbox are told, for they delay mails and stop nobody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return JsonResponse({"database": "ok", **health.report()})
    except DatabaseError:
        connection.close()
        return JsonResponse({"database": "gone"}, status=503)


class HealthMiddleware:
    """Answers /healthz and /readyz."""

    PAGES = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        page = self.PAGES.get(request.path_info)
        return page(request) if page else self.get_response(request)
