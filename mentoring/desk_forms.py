"""What whoever runs a cohort fills in about it."""

from datetime import time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from mentoring import mentors
from mentoring.forms import LANGUAGES
from mentoring.messages import TEXTS
from mentoring.models import Application
from mentoring.times import SLOTS
from people.models import User

MIDNIGHT = time(23, 59)


class Until(forms.DateField):
    """A day until whose end something can be done, as a moment."""

    def __init__(self, **options):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"input_formats": ["%Y-%m-%d", "%d.%m.%Y"], "widget": widget, **options})

    def clean(self, value):
        day = super().clean(value)
        return day and days.at(day, MIDNIGHT)


class ProposeForm(forms.Form):
    """How many groups there may be: few large ones bear it better when somebody leaves."""

    most = forms.IntegerField(
        label=_("At most so many groups"),
        required=False,
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, cohort, data=None):
        super().__init__(data)
        self.fields["most"].help_text = gettext(
            "Leave it empty to place as many people as possible, in small groups if need be, though never of fewer than"
            " %(smallest)s."
        ) % {"smallest": cohort.smallest}


class FilterForm(forms.Form):
    """Which applications to show. A wrong value in the address counts as none."""

    q = forms.CharField(label=_("Search by name or library"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    topic = forms.TypedChoiceField(label=_("Topic wished for"), required=False, coerce=int, empty_value=None)

    def __init__(self, data, topics):
        super().__init__(data)
        shown = [choice for choice in Application.State.choices if choice[0] != Application.State.WITHDRAWN]
        self.fields["state"].choices = [("", _("All states")), *shown]
        self.fields["topic"].choices = [("", _("All topics")), *((topic.pk, topic.name) for topic in topics)]
        self.full_clean()

    @property
    def selects(self):
        """The fields to choose from, without that for words."""
        return [field for field in self if field.name != "q"]

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.get(name) for name in self.fields)


class ReopenForm(forms.Form):
    """New days for a cohort that takes applications again."""

    deadline = Until(label=_("applications until"))
    answer_until = Until(label=_("a place is accepted until"))

    def clean_deadline(self):
        if self.cleaned_data["deadline"] <= timezone.now():
            raise forms.ValidationError(TEXTS["deadline_passed"])
        return self.cleaned_data["deadline"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("deadline") and cleaned.get("answer_until") and cleaned["answer_until"] <= cleaned["deadline"]:
            self.add_error("answer_until", _("Places are accepted after the applications have ended."))
        return cleaned


class AnnounceForm(forms.Form):
    """Until when whoever gets a place is to accept it."""

    answer_until = Until(label=_("a place is accepted until"))

    def clean_answer_until(self):
        if self.cleaned_data["answer_until"] <= timezone.now():
            raise forms.ValidationError(TEXTS["answer_until_passed"])
        return self.cleaned_data["answer_until"]


class CancelForm(forms.Form):
    """Why a cohort is not held."""

    reason = forms.CharField(
        label=_("Why it is not held"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The applicants get it in their mail as you write it: write in all their languages."),
    )


class SettingsForm(forms.Form):
    """When and in which language a group meets, and where; `seen` is what it was when the page was drawn."""

    language = forms.ChoiceField(label=_("language"), choices=LANGUAGES)
    slot = forms.ChoiceField(label=_("time of the week"))
    teams_link = forms.URLField(
        label=_("link to Teams"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Members only see it."),
    )
    mentor_email = forms.EmailField(
        label=_("mentor's e-mail"),
        required=False,
        help_text=_(
            "Only if the group wants a mentor. The mentor gets a mail as soon as the groups are announced, and sees the group's"
            " members, meetings and themes, but not its notes."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, group, data=None, *, time_stays=False):
        now = {"language": group.language, "slot": group.slot, "teams_link": group.teams_link}
        now["mentor_email"] = group.mentor.email if group.mentor else ""
        super().__init__(data, initial={**now, "seen": self.mark(group)}, auto_id=f"id_{group.pk}_%s")
        self.group = group
        self.fields["slot"].choices = [(slot.code, str(slot)) for slot in SLOTS]
        if time_stays:
            for name in ("language", "slot"):
                self.fields[name].disabled = True

    def clean_mentor_email(self):
        address = self.cleaned_data["mentor_email"].lower()
        self.mentor = User.objects.active().filter(email=address).first() if address else None
        if address and self.mentor is None:
            raise forms.ValidationError(gettext("Nobody in the portal has this address."))
        if self.mentor and self.mentor != self.group.mentor and (code := mentors.why_not(self.group, self.mentor)):
            raise forms.ValidationError(TEXTS[code])
        return address

    @staticmethod
    def mark(group):
        """What it is now, as one text."""
        return f"{group.language} {group.slot} {group.teams_link} {group.mentor_id or ''}"

    @property
    def was(self):
        """(language, slot, teams_link, key of the mentor or None) as whoever sends the form has seen them."""
        *now, mentor = ((self.cleaned_data["seen"] or "").split(" ") + [""] * 4)[:4]
        return (*now, int(mentor) if mentor.isdecimal() else None)

    @property
    def values(self):
        values = {name: self.cleaned_data[name] for name in ("language", "slot", "teams_link")}
        return {**values, "mentor": self.mentor}


class NewGroupForm(forms.Form):
    """A group that the proposal does not have."""

    topic = forms.ChoiceField(label=_("topic"))
    language = forms.ChoiceField(label=_("language"), choices=LANGUAGES)
    slot = forms.ChoiceField(label=_("time of the week"))

    def __init__(self, topics, data=None):
        super().__init__(data, auto_id="id_new_%s")
        self.topics = {str(topic.pk): topic for topic in topics}
        self.fields["topic"].choices = [(key, topic.name) for key, topic in self.topics.items()]
        self.fields["slot"].choices = [(slot.code, str(slot)) for slot in SLOTS]

    @property
    def values(self):
        return {**self.cleaned_data, "topic": self.topics[self.cleaned_data["topic"]]}
