"""What the members of a group fill in."""

from datetime import timedelta

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ake_portal.lib import days, series
from mentoring import meetings

CLOCKS = ["%H.%M", "%H:%M", "%H"]
DAYS = ["%Y-%m-%d", "%d.%m.%Y"]


def _day(label):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=DAYS, widget=widget)


class PlanForm(forms.Form):
    """From which day on, and how many times: weekday and hour are the group's."""

    first_day = _day(_("From this day on"))
    times = forms.IntegerField(label=_("How many meetings"), min_value=1, max_value=series.MOST_TIMES)

    def __init__(self, group, data=None):
        first = max(group.cohort.first_day, timezone.localdate() + timedelta(days=1))
        fit = meetings.held(meetings.days_for(group, first_day=first, times=series.MOST_TIMES))
        super().__init__(data, initial={"first_day": first, "times": len(fit) or 1})
        self.group = group

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self.days = meetings.days_for(self.group, **cleaned)
            if not meetings.held(self.days):
                self.add_error("first_day", _("No day of the season is left from this day on: choose an earlier one."))
        return cleaned


class WhenForm(forms.Form):
    """A day and an hour; how long a meeting takes is the season's."""

    day = _day(_("Day"))
    begins = forms.TimeField(
        label=_("Begins at"), input_formats=CLOCKS, widget=forms.TimeInput(format="%H.%M"), help_text=_("Such as 9.30.")
    )

    @property
    def starts_at(self):
        return days.at(self.cleaned_data["day"], self.cleaned_data["begins"])


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The members get it in their mail."),
    )


class LinkForm(forms.Form):
    link = forms.URLField(
        label=_("Link to the meetings in Teams"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"], message=_("The link begins with https://."))],
        help_text=_("It begins with https://. Leave it empty to take the link away."),
    )


class ThemeForm(forms.Form):
    text = forms.CharField(
        label=_("Propose a theme"),
        max_length=200,
        error_messages={"required": _("Write the theme.")},
        help_text=_("A few words, such as: how we talk about books with those who do not read."),
    )


class ConvenorForm(forms.Form):
    person = forms.ChoiceField(
        label=_("Who convenes the group?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a member.")},
    )

    def __init__(self, members, data=None, initial=None):
        super().__init__(data, initial=initial)
        self.by_key = {str(one.person_id): one.person for one in members}
        self.fields["person"].choices = [(str(one.person_id), f"{one.person}, {one.library}") for one in members]

    @property
    def chosen(self):
        return self.by_key[self.cleaned_data["person"]]


class ThemeOfMeetingForm(forms.Form):
    """Which of the proposed themes the meeting has."""

    theme = forms.ChoiceField(label=_("The theme of this meeting"), required=False, widget=forms.RadioSelect)

    def __init__(self, agreed, waiting, data=None):
        super().__init__(data, initial={"theme": str(agreed.pk) if agreed else ""})
        themes = [*([agreed] if agreed else []), *waiting]
        self.by_key = {str(theme.pk): theme for theme in themes}
        names = [(str(theme.pk), self._name(theme)) for theme in themes]
        self.fields["theme"].choices = [*names, ("", _("Not agreed yet"))]

    @staticmethod
    def _name(theme):
        if not hasattr(theme, "votes"):
            return theme.text
        votes = ngettext("%(n)s vote", "%(n)s votes", theme.votes) % {"n": theme.votes}
        return f"{theme.text} ({votes})"

    @property
    def chosen(self):
        return self.by_key.get(self.cleaned_data["theme"])


class AttendanceForm(forms.Form):
    """Who of the members was there."""

    present = forms.MultipleChoiceField(label=_("Who was there?"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, members, present, data=None):
        super().__init__(data, initial={"present": [str(pk) for pk in present]})
        self.by_key = {str(one.pk): one for one in members}
        self.fields["present"].choices = [(str(one.pk), str(one.person)) for one in members]

    @property
    def chosen(self):
        return [self.by_key[key] for key in self.cleaned_data["present"]]
