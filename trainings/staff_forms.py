"""Forms of the pages on which AKE staff run a training."""

import hashlib
import uuid

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Branch, Library, User
from trainings.models import Mode, Registration

State = Registration.State
NEEDED = {
    "fi": _("Some of the receivers read Finnish: write this in Finnish too."),
    "sv": _("Some of the receivers read Swedish: write this in Swedish too."),
}


class SearchForm(forms.Form):
    """Which of the participants to list."""

    q = forms.CharField(label=_("Name, e-mail or library"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", pgettext_lazy("states", "all")), *State.choices]
    )


class FindForm(forms.Form):
    """Whom to add."""

    q = forms.CharField(
        label=_("Name or e-mail"),
        max_length=100,
        help_text=_("People of your own region by name, all others by their whole e-mail address."),
    )


class SeatForm(forms.Form):
    """How a person that staff add takes part."""

    mode = forms.ChoiceField(label=_("Takes part"), choices=Mode, widget=forms.RadioSelect)
    over_capacity = forms.BooleanField(
        label=_("Give a seat although the training is full"),
        required=False,
        help_text=_("Otherwise the person goes to the end of the queue."),
    )

    def __init__(self, training, *args, **kwargs):
        super().__init__(*args, **kwargs)
        modes = training.modes
        if len(modes) == 1:
            del self.fields["mode"]
        else:
            self.fields["mode"].choices = [(mode.value, mode.label) for mode in modes]
            self.fields["mode"].initial = modes[0]
        full = any(training.free(mode) == 0 for mode in modes)
        if not full and not training.registrations.filter(state=State.WAITING).exists():
            del self.fields["over_capacity"]


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return ", ".join(
            str(part) for part in (person.get_full_name(), person.title, person.library, person.email) if part
        )


class FoundForm(SeatForm):
    """One of the people found."""

    person = PersonChoice(label=_("Person"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None)
    field_order = ["person", "mode", "over_capacity"]

    def __init__(self, training, found, *args, **kwargs):
        super().__init__(training, *args, **kwargs)
        self.fields["person"].queryset = found

    def get_person(self, by):
        return self.cleaned_data["person"]


class NewPersonForm(SeatForm):
    """Somebody who has not used the portal yet: a person without a password, who signs in with a code by mail."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("Personal, not a shared mailbox."))
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    library = forms.ModelChoiceField(label=_("Library"), queryset=Library.objects.none(), required=False)
    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    field_order = ["email", "first_name", "last_name", "library", "language", "mode", "over_capacity"]

    def __init__(self, training, *args, **kwargs):
        super().__init__(training, *args, **kwargs)
        self.fields["library"].queryset = Library.objects.working().by_name()
        self.fields["language"].initial = "fi"

    def clean_email(self):
        """One account per person: a mailbox that colleagues share is none, and a known address is searched for."""
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                _("There is already a person with this address. Search by the whole address to add the person.")
            )
        if Library.objects.filter(email__iexact=email).exists() or Branch.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("This is a shared mailbox. Write the person's own address."))
        return email

    def get_person(self, by):
        """Creates the person; staff of the library's region vouch for the workplace, others do not."""
        data = self.cleaned_data
        confirmed = {}
        if data["library"] and by.runs(data["library"].region):
            confirmed = {"library_confirmed_at": timezone.now(), "library_confirmed_by": by}
        return User.objects.create_user(
            data["email"],
            first_name=data["first_name"],
            last_name=data["last_name"],
            library=data["library"],
            language=data["language"],
            **confirmed,
        )


def ask_for(form, names, languages):
    """Make the texts `names` of a form required in `languages`, and say why."""
    for name in names:
        for language in languages:
            field = form.fields[f"{name}_{language}"]
            field.required = True
            field.error_messages["required"] = NEEDED[language]


class CancelTrainingForm(forms.Form):
    """Why a training is called off, for those who had signed up and on its page."""

    reason_fi = forms.CharField(
        label=_("Reason in Finnish"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3, "lang": "fi"})
    )
    reason_sv = forms.CharField(
        label=_("Reason in Swedish"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3, "lang": "sv"})
    )

    def __init__(self, languages, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.languages = languages
        ask_for(self, ["reason"], languages)

    def clean(self):
        if not self.languages and not any(self.reasons.values()):
            self.add_error("reason_fi", _("Write this in Finnish or in Swedish."))
        return self.cleaned_data

    @property
    def reasons(self):
        return {language: self.cleaned_data.get(f"reason_{language}", "") for language in NEEDED}


class MessageForm(forms.Form):
    """A message to some of the people of a training, in the languages that they read."""

    GROUPS = {
        "registered": (_("Those with a seat"), [State.REGISTERED]),
        "queue": (_("Those in the queue or with an offer"), [State.WAITING, State.OFFERED]),
        "attended": (_("Those who attended"), [State.ATTENDED]),
        "absent": (_("Those who were absent"), [State.ABSENT]),
    }

    to = forms.MultipleChoiceField(label=_("To whom"), widget=forms.CheckboxSelectMultiple)
    subject_fi = forms.CharField(
        label=_("Subject in Finnish"), required=False, max_length=150, widget=forms.TextInput({"lang": "fi"})
    )
    body_fi = forms.CharField(
        label=_("Message in Finnish"), required=False, max_length=5000, widget=forms.Textarea({"rows": 8, "lang": "fi"})
    )
    subject_sv = forms.CharField(
        label=_("Subject in Swedish"), required=False, max_length=150, widget=forms.TextInput({"lang": "sv"})
    )
    body_sv = forms.CharField(
        label=_("Message in Swedish"), required=False, max_length=5000, widget=forms.Textarea({"rows": 8, "lang": "sv"})
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, people, *args, **kwargs):
        """`people`: (state, language) of everybody who can be written to."""
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["nonce"].initial = uuid.uuid4
        choices = []
        for name, (label, states) in self.GROUPS.items():
            number = sum(state in states for state, language in people)
            if number:
                choices.append((name, f"{label} ({number})"))
        self.fields["to"].choices = choices
        self.fields["to"].initial = [name for name, label in choices][:1]
        ask_for(self, ["subject", "body"], {language for state, language in people if state in self.states})

    @property
    def states(self):
        """The states of those to whom the message goes."""
        chosen = self["to"].value() or []
        return [state for name in chosen if name in self.GROUPS for state in self.GROUPS[name][1]]

    @property
    def key(self):
        """The same for one message however often its form is sent, another when its texts have been changed."""
        texts = "\0".join(self.cleaned_data[name] for name in ("subject_fi", "body_fi", "subject_sv", "body_sv"))
        return f"{self.cleaned_data['nonce']}:{hashlib.sha256(texts.encode()).hexdigest()[:16]}"
