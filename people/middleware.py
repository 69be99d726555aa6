"""Shared computers and the second factor; both look only at what the page loads anyway."""

import time
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ake_portal.lib import typed

WRITE_EVERY = 60  # seconds between two notes of when the person was last seen


class PersonMiddleware(AuthenticationMiddleware):
    """Loads the person at once: each page tells who is signed in, and asks a loaded person faster than a promised one."""

    def process_request(self, request):
        super().process_request(request)
        request.user = get_user(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks to sign in; whoever was signed out while filling in a form finds it there, to be sent again."""

    def handle_no_permission(self, request, view_func):
        fields = [] if request.htmx else typed.typed(request)
        if fields:
            return render(request, "account/signed_out.html", typed.context(request, fields), status=403)
        page = request.headers.get("Referer", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(page, {request.get_host()}):
            # back to the page with the button: the button's own address may have nothing to show
            return redirect_to_login(urlsplit(page)._replace(scheme="", netloc="").geturl(), reverse("account_login"))
        return super().handle_no_permission(request, view_func)


class SharedComputerMiddleware:
    """Ends the session on a shared computer after a quarter of an hour in which nothing was done."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get("shared_computer"):
            now = int(time.time())
            seen = request.session.get("seen_at", now)
            if now - seen > settings.SHARED_COMPUTER_IDLE.total_seconds() and request.user.is_authenticated:
                logout(request)
                if request.method == "POST":
                    return self.get_response(request)  # whatever asks for a sign-in keeps the form
                where = request.get_full_path()
                return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': where, 'idle': 1})}")
            if "seen_at" not in request.session or now - seen >= WRITE_EVERY:
                request.session["seen_at"] = now
        return self.get_response(request)


# The modules of staff's pages outside the admin: they show personal data, move money and send mails as well
STAFF_VIEWS = {
    "trainings.staff_views",
    "trainings.cost_views",
    "budgets.plan_views",
    "budgets.money_views",
    "budgets.invoice_views",
    "budgets.ledger_views",
    "ideas.desk_views",
    "networks.desk_views",
    "peerlearning.claim_views",
    "mentoring.desk_views",
    "mentoring.forming_views",
    "mentoring.cost_views",
}
# Staff's pages in modules that others use as well
STAFF_PAGES = {
    "trainings:series",
    "trainings:gathering",
    "trainings:move_gathering",
    "trainings:call_off_gathering",
    "trainings:present",
    "trainings:materials",
    "trainings:remove_material",
    "news:write",
    "news:edit",
    "news:preview",
    "news:send",
    "news:delete",
    "publications:write",
    "publications:edit",
    "kits:desk",
    "kits:complete",
    "kits:take_back",
    "kits:close_unfetched",
    "kits:move",
    "kits:call_off",
    "peerlearning:decide",
    "peerlearning:propose_hosts",
    "peerlearning:close_wish",
    "peerlearning:note_wish",
    "peerlearning:take_back_host",
}


def _is_for_staff(request, view):
    match = request.resolver_match
    return match.namespaces[:1] == ["admin"] or view.__module__ in STAFF_VIEWS or match.view_name in STAFF_PAGES


class SecondFactorMiddleware:
    """Lets into the admin and staff's pages only who has used a second factor in this session, where that is required."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_REQUIRED:
            return None
        if not _is_for_staff(request, view):
            return None
        user = request.user
        if not user.is_authenticated or not user.is_staff:
            return None  # the pages refuse by themselves
        if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
            return None
        has_one = Authenticator.objects.filter(
            user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exists()
        page = reverse("mfa_reauthenticate" if has_one else "mfa_index")
        return HttpResponseRedirect(f"{page}?{urlencode({'next': request.get_full_path(), 'required': 1})}")
