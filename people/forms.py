"""Forms of signing in, of the second factor and of one's own data."""

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.search import in_finnish_order
from people import actions
from people.models import Branch, Deputy, Library, Topic, User

SHARED_HELP = _("You are signed out when you close the browser, or after 15 minutes without doing anything.")

PASSWORD_HELP = _("At least 10 characters. Not only digits, not your name, nothing that many people use.")


def _name(form, **labels):
    """Give fields of a library's form our words; what it prompts inside the box goes, the label says it."""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].widget.attrs.pop("placeholder", None)


def _new_password(form, name, again):
    _name(form, **{name: _("New password"), again: _("New password again")})
    form.fields[name].help_text = PASSWORD_HELP


class CodeInput(forms.TextInput):
    """A box for a code of digits: the phone offers the number pad and the code from the mail."""

    def __init__(self):
        super().__init__(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "form-control code",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        )


# Signing in


class SharedComputerMixin(forms.Form):
    """Adds "This is a shared computer", which the session remembers from the first step on."""

    shared = forms.BooleanField(label=_("This is a shared computer"), required=False, help_text=SHARED_HELP)


class SignInForm(SharedComputerMixin, account.RequestLoginCodeForm):
    """Ask for the address that gets a code."""

    field_order = ["email", "shared"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, email=_("Your work e-mail"))
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_email(self):
        email = get_adapter().clean_email(self.cleaned_data["email"])
        super().clean_email()
        self._user = User.objects.active().filter(email=email).first()
        return email


class PasswordForm(SharedComputerMixin, account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["login", "password", "shared"])
        self.fields.pop("remember", None)
        _name(self, login=_("Your work e-mail"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""

    def _setup_password_field(self):
        """allauth takes the password away where signing up asks for none; here it may be set later."""

    def _login_with_password(self, request, redirect_url, credentials):
        self._login.redirect_url = redirect_url
        return perform_password_login(request, credentials, self._login)


class _CodeMixin(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = CodeInput()
        self.fields["code"].label = _("Code from the mail")


class CodeForm(_CodeMixin, account.ConfirmLoginCodeForm):
    pass


class NewAddressCodeForm(_CodeMixin, account.ConfirmEmailVerificationCodeForm):
    pass


class ResetCodeForm(_CodeMixin, account.ConfirmPasswordResetCodeForm):
    pass


class NewAddressForm(account.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, email=_("New e-mail"))


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self, "password1", "password2")
        _name(self, oldpassword=_("Your present password"))
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self, "password1", "password2")


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, email=_("Your work e-mail"))

    def clean_email(self):
        """Only the address that the person has now: one that staff have replaced opens nothing."""
        email = self.cleaned_data["email"]
        self.users = list(User.objects.active().filter(email=email))
        return email


class NewPasswordForm(account.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self, "password1", "password2")


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, password=_("Password"))
        self.fields["password"].help_text = ""


# Second factor


class _AppCodeMixin(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = CodeInput()
        self.fields["code"].label = _("Code")


class SecondFactorForm(_AppCodeMixin, mfa.AuthenticateForm):
    pass


class SecondFactorAgainForm(_AppCodeMixin, mfa.ReauthenticateForm):
    pass


class ActivateAppForm(_AppCodeMixin, totp.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the app shows")


class _PasskeyNameMixin(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("So that you know it among others, such as: phone.")


class AddPasskeyForm(_PasskeyNameMixin, webauthn.AddWebAuthnForm):
    pass


class RenamePasskeyForm(_PasskeyNameMixin, webauthn.EditWebAuthnForm):
    pass


# One's own data


class WorkplaceChoice(forms.ModelChoiceField):
    """A library, in the order of the alphabet and with its region, since names repeat."""

    def label_from_instance(self, obj):
        return f"{obj.name} ({obj.region.name})"


def _libraries():
    return Library.objects.working().select_related("region").by_name()


class WelcomeForm(forms.ModelForm):
    """What the portal asks of a new person: the name, the language and where they work."""

    library = WorkplaceChoice(
        queryset=Library.objects.none(), label=_("Library"), required=False, empty_label=_("I do not work at a library")
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "title", "library", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["library"].queryset = _libraries()
        self.fields["first_name"].required = self.fields["last_name"].required = True
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["title"].help_text = _("For example librarian. It stands on participant lists.")
        self.suggested = None
        if not self.instance.library_id:
            self.suggested = Library.objects.for_email(self.instance.email)
            if self.suggested:
                self.initial["library"] = self.suggested.pk
                self.fields["library"].help_text = _("We guessed it from your e-mail. Change it if it is wrong.")

    def save(self, commit=True):
        return actions.save_profile(self)


class ProfileForm(forms.ModelForm):
    """Everything a person may change about themselves, but for the address."""

    library = WorkplaceChoice(
        queryset=Library.objects.none(), label=_("Library"), required=False, empty_label=_("I do not work at a library")
    )
    topics = forms.ModelMultipleChoiceField(
        queryset=Topic.objects.none(),
        label=_("What interests me"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = [
            "first_name",
            "last_name",
            "title",
            "phone",
            "language",
            "library",
            "branch",
            "topics",
            "shows_email",
            "shows_phone",
            "shows_title",
            "shows_topics",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["library"].queryset = _libraries()
        self.fields["library"].help_text = _("When you change it, a director or the AKE confirms that you work there.")
        here = Branch.objects.filter(library__people=self.instance, closed_on__isnull=True)
        self.fields["branch"].queryset = here
        branches = [(branch.pk, branch.name) for branch in here.order_by(in_finnish_order("name", translated=True))]
        self.fields["branch"].choices = [("", _("Not chosen")), *branches]
        self.fields["branch"].help_text = _("Branches: Kirjastohakemisto, CC BY 4.0.")
        if not branches:
            del self.fields["branch"]
        self.fields["topics"].queryset = Topic.objects.order_by("group", "id")
        topics = list(Topic.objects.by_name())
        by_group = [
            (group, [(topic.pk, topic.name) for topic in topics if topic.group == value])
            for value, group in Topic.Group.choices
        ]
        self.fields["topics"].choices = [(group, found) for group, found in by_group if found]
        self.fields["first_name"].required = self.fields["last_name"].required = True
        for name, complete in (
            ("first_name", "given-name"),
            ("last_name", "family-name"),
            ("title", "organization-title"),
            ("phone", "tel"),
        ):
            self.fields[name].widget.attrs["autocomplete"] = complete
        self.fields["language"].help_text = _("Mails, calendar entries and certificates come in this language.")

    def save(self, commit=True):
        return actions.save_profile(self)


class EraseForm(forms.Form):
    """The last question before a person's data is erased."""

    sure = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={"required": _("Tick the box to erase your data.")},
    )


class DeputyForm(forms.ModelForm):
    """Who stands in for a director, and when."""

    class Meta:
        model = Deputy
        fields = ("library", "person", "first_day", "last_day")

    def __init__(self, libraries, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["library"].queryset = Library.objects.filter(pk__in=[library.pk for library in libraries])
        staff = User.objects.active().filter(library__in=libraries, library_confirmed_at__isnull=False)
        staff = staff.exclude(directs__in=libraries).only("first_name", "last_name", "email", "library")
        self.fields["person"].queryset = staff.by_name()
        self.fields["person"].empty_label = _("Choose a colleague")
        self.fields["person"].label_from_instance = lambda person: person.get_full_name()
        for name in ("first_day", "last_day"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        if len(libraries) == 1:
            del self.fields["library"]
            self.instance.library = libraries[0]

    def clean(self):
        data = super().clean()
        library = data.get("library") or getattr(self.instance, "library", None)
        person = data.get("person")
        if library and person and person.library_id != library.pk:
            self.add_error("person", _("Choose somebody who works at this library."))
        return data
