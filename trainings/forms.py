"""What people fill in about trainings on the public pages."""

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib import words
from ake_portal.lib.search import finnish_key
from people import kept
from trainings.models import Training
from trainings.programme import NETWORKS

Language = Training.Language
# What somebody who looks for a language is content with
LANGUAGES = {
    Language.FINNISH: [Language.FINNISH, Language.BOTH],
    Language.SWEDISH: [Language.SWEDISH, Language.BOTH],
    Language.ENGLISH: [Language.ENGLISH],
    Language.NORTHERN_SAMI: [Language.NORTHERN_SAMI],
    "signed": [Language.FINNISH_SIGN, Language.SWEDISH_SIGN],
}


def names():
    """{"theme": {key: name}, "region": {key: name}, "code": {key: code of a region}, "in_use": keys of themes, "network": {key: name}} for filters and rows, in the Finnish order."""
    mine, other = ("name_sv", "name_fi") if words.language() == "sv" else ("name_fi", "name_sv")

    def by_name(rows):
        named = [(pk, getattr(row, mine) or getattr(row, other)) for pk, row in rows.items()]
        return dict(sorted(named, key=lambda pair: finnish_key(pair[1])))

    themes, regions = kept.themes.rows, kept.regions.rows
    return {
        "theme": by_name(themes),
        "region": by_name(regions),
        "code": {pk: region.code for pk, region in regions.items()},
        "in_use": {pk for pk, theme in themes.items() if theme.is_active},
        "network": by_name({pk: row for pk, row in NETWORKS.rows.items() if not row.closed_on}),
    }


class PlainSelect(forms.Select):
    """A select written without a template for each option: the list's filters have many."""

    def render(self, name, value, attrs=None, renderer=None):
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if str(key) == value else ""}>{escape(label)}</option>'
            for key, label in self.choices
        )
        found = (attrs or {}).get("id", name)
        # Keys and labels are escaped, the names are those of the form
        return mark_safe(f'<select name="{name}" id="{found}" class="form-select">{options}</select>')  # noqa: S308


class FilterForm(forms.Form):
    """Which trainings to show. A wrong value in the address counts as none."""

    q = forms.CharField(label=_("Search trainings"), required=False, max_length=100)
    theme = forms.ChoiceField(label=_("Theme"), required=False, widget=PlainSelect)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        widget=PlainSelect,
        choices=[
            ("", _("All languages")),
            (Language.FINNISH, Language.FINNISH.label),
            (Language.SWEDISH, Language.SWEDISH.label),
            (Language.ENGLISH, Language.ENGLISH.label),
            (Language.NORTHERN_SAMI, Language.NORTHERN_SAMI.label),
            ("signed", _("in sign language")),
        ],
    )
    where = forms.ChoiceField(
        label=_("On site or remote"),
        required=False,
        widget=PlainSelect,
        choices=[("", _("On site and remote")), ("onsite", _("On site")), ("remote", _("Remote"))],
    )
    region = forms.ChoiceField(label=pgettext_lazy("of a training", "Region"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, widget=PlainSelect, choices=[("", _("All kinds")), *Training.Kind.choices]
    )
    network = forms.ChoiceField(label=_("Network"), required=False, widget=PlainSelect)

    def __init__(self, data, names):
        super().__init__(data)
        self.fields["theme"].choices = [
            ("", _("All themes")),
            *((str(pk), name) for pk, name in names["theme"].items() if pk in names["in_use"]),
        ]
        self.fields["region"].choices = [
            ("", _("All regions")),
            *((names["code"][pk], name) for pk, name in names["region"].items()),
        ]
        self.fields["network"].choices = [
            ("", _("All networks")),
            *((str(pk), name) for pk, name in names["network"].items()),
        ]
        self.region_keys = {code: pk for pk, code in names["code"].items()}
        self.full_clean()

    @property
    def selects(self):
        """The fields to choose from, without that for words."""
        return [field for field in self if field.name != "q"]

    def chosen(self, name):
        """The value of a filter, empty when it is not set or wrong."""
        return self.cleaned_data.get(name, "")

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.values())

    def narrow(self, trainings):
        """Those of `trainings` that the filters let through."""
        trainings = trainings.search(self.chosen("q"))
        if theme := self.chosen("theme"):
            through = Training.themes.through.objects
            trainings = trainings.filter(Exists(through.filter(training=OuterRef("pk"), theme=theme)))
        if language := self.chosen("language"):
            trainings = trainings.filter(language__in=LANGUAGES[language])
        if where := self.chosen("where"):
            trainings = trainings.filter(format__in=[where, Training.Format.HYBRID])
        if region := self.region_keys.get(self.chosen("region")):
            through = Training.co_organisers.through.objects
            trainings = trainings.filter(
                Q(region=region) | Exists(through.filter(training=OuterRef("pk"), region=region))
            )
        if kind := self.chosen("kind"):
            trainings = trainings.filter(kind=kind)
        if network := self.chosen("network"):
            trainings = trainings.filter(network=network)
        return trainings
