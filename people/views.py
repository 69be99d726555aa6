"""Pages of signing in (thin layers on allauth's), of workplaces to confirm and of one's own data."""

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginByCodeStage
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ake_portal.lib import links
from ake_portal.lib.words import language
from people import actions, mails
from people.forms import ProfileForm, WelcomeForm
from people.models import User
from people.sign_in import SignInProcess


def _next(request, default="home"):
    """Where to go on: the page named in `next` when it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else reverse(default)


# Signing in


class SignInView(account.RequestLoginCodeView):
    """The one sign-in page: an address in, a code out, whether there is an account or not."""

    template_name = "account/login.html"

    def post(self, request, *args, **kwargs):
        return ratelimit.consume_or_429(request, action="login") or super().post(request, *args, **kwargs)

    def form_valid(self, form):
        self.request.session["shared_computer"] = form.cleaned_data["shared"]
        SignInProcess.start(self.request, email=form.cleaned_data["email"], user=form._user)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["providers"] = get_social_providers(self.request)
        context["idle"] = "idle" in self.request.GET
        return context

    def render_to_response(self, context, **kwargs):
        """The employer's service sends people back outside the language prefix: the cookie tells the language there."""
        response = super().render_to_response(context, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language(),
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
        return response

    def _redirect_to_pending_stage(self, request, stage):
        """Whoever comes back here wants to start anew, with another address perhaps."""


def get_social_providers(request):
    """The employers' sign-in services that the settings name, as (name, address to post to)."""
    return [
        (app["name"], reverse("openid_connect_login", args=[app["provider_id"]]))
        for app in settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    ]


sign_in = SignInView.as_view()


@method_decorator(login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"), name="dispatch")
class CodeView(account.ConfirmLoginCodeView):
    @method_decorator(never_cache)
    def dispatch(self, request, *args, **kwargs):
        self.stage = request._login_stage
        self._process = SignInProcess(self.stage).abort_if_invalid()
        if not self._process:
            messages.error(request, _("The code has expired. Ask for a new one."))
            return redirect("account_login")
        return super(account.ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if response.status_code == 302:  # the last try is used: start anew, and keep where the person was going
            return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))
        return response

    def _resend_form_valid(self, form):
        email = self._process.state["email"]
        if not ratelimit.consume(self.request, action="request_login_code", key=email.lower()):
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
            return HttpResponseRedirect(self.passthrough_next_url(self.request.path))
        messages.success(self.request, _("A new code is on its way. The earlier one does not work any more."))
        return super()._resend_form_valid(form)


confirm_code = CodeView.as_view()


class PasswordView(account.LoginView):
    template_name = "account/password.html"

    def form_valid(self, form):
        self.request.session["shared_computer"] = form.cleaned_data["shared"]
        return super().form_valid(form)

    def _redirect_to_pending_stage(self, request, stage):
        """Whoever comes here from the page that asks for the code would rather use the password."""


sign_in_with_password = PasswordView.as_view()


@login_not_required
def sign_up(request):
    """There is no page for signing up: who signs in for the first time becomes known."""
    return redirect(f"{reverse('account_login')}?{request.GET.urlencode()}")


@login_not_required
def admin_sign_in(request):
    """The admin pages have no sign-in of their own, so that no password alone leads there."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    if request.user.is_authenticated:
        return redirect(_next(request, "admin:index"))
    query = request.GET.copy()
    query.setdefault("next", reverse("admin:index"))
    return redirect(f"{reverse('account_login')}?{query.urlencode()}")


# Second factor: who has just set one up has proven it in this session


class ActivateAppView(totp.ActivateTOTPView):
    def form_valid(self, form):
        response = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, "mfa", type=Authenticator.Type.TOTP, reauthenticated=True
        )
        return response


class AddPasskeyView(webauthn.AddWebAuthnView):
    def form_valid(self, form):
        response = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, "mfa", type=Authenticator.Type.WEBAUTHN, reauthenticated=True
        )
        return response


activate_app = ActivateAppView.as_view()
add_passkey = AddPasskeyView.as_view()


# One's own data


def welcome(request):
    """Name, language and workplace of somebody new, then on to where they were going."""
    form = WelcomeForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        messages.success(request, _("Welcome, %(name)s.") % {"name": person.first_name})
        return redirect(_next(request))
    return render(request, "people/welcome.html", {"form": form, "next": _next(request)})


def profile(request):
    """What the portal knows about the person, and what they may change."""
    person = User.objects.select_related("library__region", "branch").get(pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        moved = "library" in form.changed_data
        form.save()
        if moved and form.instance.library and not form.instance.is_confirmed:
            messages.success(request, _("Saved. Your new workplace waits for confirmation; choose your branch too."))
        else:
            messages.success(request, _("Saved."))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form, "person": person, "site_url": settings.SITE_URL})


@require_POST
def renew_calendar(request):
    """A new address for the private calendar feed."""
    actions.renew_calendar_token(request.user)
    messages.success(request, _("Your calendar has a new address. The old one does not work any more."))
    return redirect("people:profile")


# Workplaces to confirm


def _decide(request, decider):
    asked = request.POST.get("person", "")
    person = User.objects.confirmable_by(decider).filter(pk=int(asked) if asked.isdecimal() else 0).first()
    if person is None:
        messages.info(request, _("Somebody has answered already."))
    elif request.POST.get("answer") == "yes":
        actions.confirm_workplace(person, by=decider)
        messages.success(request, _("%(name)s is confirmed.") % {"name": person})
    elif request.POST.get("answer") == "no":
        actions.deny_workplace(person, by=decider)
        messages.success(request, _("%(name)s was taken off your library and told so.") % {"name": person})


def _waiting(decider):
    return User.objects.confirmable_by(decider).select_related("library__region", "branch").by_name()


def waiting(request):
    """Whose workplace waits for my word."""
    if request.method == "POST":
        _decide(request, request.user)
        return redirect("people:waiting")
    return render(request, "people/waiting.html", {"people": _waiting(request.user)})


@login_not_required
@never_cache
def waiting_by_link(request, token):
    """The same from a mail, without signing in: the page shows, only its buttons act."""
    try:
        decider, same = links.read(mails.WAITING_LINK, token, mails.WAITING_LINK_AGE)
    except links.BadLink:
        return render(request, "people/bad_link.html", status=410)
    decider = get_object_or_404(User.objects.active(), pk=decider if decider == same else 0)
    if request.method == "POST":
        _decide(request, decider)
        return redirect("people:waiting_by_link", token)
    return render(request, "people/waiting.html", {"people": _waiting(decider), "decider": decider})
