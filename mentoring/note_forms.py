"""What members write: the note of a meeting, and a summary for everybody."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoteForm(forms.Form):
    """The whole note, with the revision that the writer has read."""

    text = forms.CharField(
        label=_("The group's note"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 16, "autocomplete": "off"}),
        help_text=_("Plain text: an empty line begins a new paragraph. Your group alone reads it."),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SummaryForm(forms.Form):
    """A title and a text for the idea bank, in one language; never filled in from the notes."""

    title = forms.CharField(label=pgettext_lazy("an idea", "Title"), max_length=160)
    language = forms.ChoiceField(label=_("I write in"), choices=settings.LANGUAGES)
    text = forms.CharField(
        label=_("What the group has found out"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "What you have found out and others can use. Leave out who said it, and what belongs to the group."
        ),
    )
    agreed = forms.BooleanField(label=_("The group has agreed that this is told to others."))
