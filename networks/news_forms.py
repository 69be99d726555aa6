"""What a leader fills in to write news: in Finnish, in Swedish, or in both."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.admin import IN_LANGUAGE
from networks.models.news import LANGUAGES, News

LABELS = {"title": _("Title"), "text": _("Text")}
ROWS = {"title": 2, "text": 10}
HALF = {
    "title": _("The text has no title yet. Write one, or empty the text too."),
    "text": _("The title has no text yet. Write one, or empty the title too."),
}


class NewsForm(forms.Form):
    """One language is enough; a language that is begun has both a title and a text."""

    def __init__(self, data=None, *, item):
        self.item = item
        self.columns = [f"{name}_{language}" for name in LABELS for language in LANGUAGES]
        super().__init__(data, initial={column: getattr(item, column) or "" for column in self.columns})
        for name, label in LABELS.items():
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=IN_LANGUAGE[language] % {"text": label},
                    required=False,
                    max_length=News._meta.get_field(name).max_length,
                    widget=forms.Textarea(attrs={"rows": ROWS[name], "lang": language}),
                )

    @property
    def halves(self):
        """[the fields of one language]"""
        return [[self[f"{name}_{language}"] for name in LABELS] for language in LANGUAGES]

    def clean(self):
        cleaned = super().clean()
        begun = [language for language in LANGUAGES if any(cleaned.get(f"{name}_{language}") for name in LABELS)]
        for language in begun:
            for name in LABELS:
                column = f"{name}_{language}"
                if column not in self.errors and not cleaned.get(column):
                    self.add_error(column, HALF[name])
        if not begun and not self.errors:
            self.add_error("title_fi", _("Write in Finnish, in Swedish or in both."))
        return cleaned

    def clean_title_fi(self):
        return " ".join(self.cleaned_data["title_fi"].split())

    def clean_title_sv(self):
        return " ".join(self.cleaned_data["title_sv"].split())

    def save(self):
        """Keep it as a draft. Returns the News."""
        for column in self.columns:
            setattr(self.item, column, self.cleaned_data[column])
        self.item.save()
        return self.item
