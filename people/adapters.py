"""allauth's hooks: its mails go through the outbox, shared mailboxes are refused, new people are welcomed."""

import uuid
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from ake_portal.lib.words import language
from notifications.models import Mail
from notifications.outbox import compose, post_all
from people import actions
from people.models import User

# allauth's mail -> ours. The first group holds a code.
CODES = {
    "account/email/login_code": "sign_in",
    "account/email/email_confirmation": "address",
    "account/email/email_confirmation_signup": "address",
    "account/email/password_reset_code": "password",
}
NO_ACCOUNT = {"account/email/unknown_account": "unknown", "account/email/account_already_exists": "taken"}

SHARED_MAILBOX = _("This is a library's shared mailbox. Use your own work e-mail, so that we know who you are.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The e-mail or the password is wrong."),
        "email_taken": _("Somebody else has this address."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("The code is wrong. Check it, or ask for a new one."),
        "incorrect_password": _("The password is wrong."),
        "invalid_login": _("The e-mail or the password is wrong."),
        "too_many_login_attempts": _("Too many tries. Wait a while and try again."),
        "rate_limited": _("Too many tries. Wait a while and try again."),
        "same_as_current": _("This is your address already."),
    }

    def clean_email(self, email):
        """An address that several people read cannot be one person's account."""
        email = super().clean_email(email)
        if not actions.may_sign_in_by(email):
            raise ValidationError(SHARED_MAILBOX, code="shared_mailbox")
        return email

    def send_mail(self, template_prefix, email, context):
        """Store allauth's mail in the outbox, in the reader's language; before all others, and masked."""
        person = User.objects.select_related("library__region").filter(email=email.lower()).first()
        owner = person or context.get("user") or User(email=email, language=language())
        # Who has no row yet reads the language of the page; an account that is closed still gets the answer to its question
        to = owner if owner.is_active and not owner.erased_at else User(email=email, language=owner.language)
        options = {"urgency": Mail.Urgency.CODE, "secret": True, "address": email}
        if template_prefix in CODES:
            template, options["purpose"], options["code"] = "account/code", CODES[template_prefix], context["code"]
        elif template_prefix in NO_ACCOUNT:
            template, options["purpose"] = "account/no_account", NO_ACCOUNT[template_prefix]
            options["secret"] = False
        else:
            template, options["purpose"] = "account/changed", template_prefix.rpartition("/")[2]
            options |= {"secret": False, "new_address": context.get("to_email", "")}
        post_all([compose(template, to=to, key=f"{template}:{uuid.uuid4()}", **options)])

    def login(self, request, user):
        """The last step of every way in, after the second factor."""
        shared = request.session.get("shared_computer")
        super().login(request, user)
        if shared:
            request.session["shared_computer"] = True
            request.session.set_expiry(0)

    def post_login(self, request, user, **kwargs):
        """Back to where the person wanted to go; somebody new says name and workplace first."""
        response = super().post_login(request, user, **kwargs)
        if not user.first_name or not user.last_name or (kwargs.get("signup") and not user.library_id):
            target = response.headers["Location"]
            return HttpResponseRedirect(f"{reverse('people:welcome')}?{urlencode({'next': target})}")
        return response


def _claims(sociallogin):
    return sociallogin.account.get_provider_account().get_user_data() or {}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Signing in with the employer's account (OpenID Connect)."""

    def pre_social_login(self, request, sociallogin):
        """Refuse a shared mailbox here too; an address that the service vouches for is proven."""
        if sociallogin.account.pk:
            return
        told = _claims(sociallogin).get("email") or ""
        if not actions.may_sign_in_by(told):
            messages.error(request, SHARED_MAILBOX)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True
        if sociallogin.is_existing:
            actions.prove_address(sociallogin.user, email=sociallogin.user.email)

    def authenticate_by_email(self, sociallogin):
        """(person, address) when the service vouches for the address that the person has now; a word like "false" is no vouching."""
        claims = _claims(sociallogin)
        if claims.get("email_verified") is not True:
            return None
        person = User.objects.filter(email=(claims.get("email") or "").lower()).first()
        return (person, person.email) if person else None

    def populate_user(self, request, sociallogin, data):
        user = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.language = language()
        return user


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong. Check it and try again."),
    }

    def _get_site_name(self):
        return "AKE"

    def generate_authenticator_name(self, user, type):
        number = user.authenticator_set.filter(type=type).count() + 1
        name = pgettext("name of a key", "Passkey")
        return name if number == 1 else f"{name} {number}"
