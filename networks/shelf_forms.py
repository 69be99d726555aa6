"""Publications: what one fills in to write them, and what one chooses to find them."""

from django import forms
from django.core.files.base import File
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import uploads
from ake_portal.lib.admin import TranslatedForm, label_of
from ake_portal.lib.search import finnish_key
from networks import shelf
from networks.models import Network, Publication, PublicationVersion
from people import kept

FIRST_YEAR = 1990
FILES = {
    "empty": _("The file is empty."),
    "too_big": _("The file is larger than 10 MB."),
    "unknown": _("Only PDF, JPEG and PNG files are taken."),
    "broken": _("The file is damaged or cannot be looked into. Save it anew, or print it to a PDF."),
    "active": _("The PDF holds a program or another file. Print it to a new PDF and send that one."),
    "locked": _("The PDF is locked with a password. Send one that opens without."),
    "too_many_pixels": _("The picture is too large. Send a smaller one."),
}
ONLY_PICTURES = _("Only JPEG and PNG pictures are taken.")
LACKS = {
    "title_fi": _("The title in Finnish is missing."),
    "title_sv": _("The title in Swedish is missing."),
    "summary_fi": _("Say in Finnish what it is."),
    "summary_sv": _("Say in Swedish what it is."),
}


class HeldFile:
    """A file as a form shows it: at the address where the portal serves it."""

    def __init__(self, url, text):
        self.url, self.text = url, text

    def __str__(self):
        return self.text


class HoldsFile:
    """A form with one file, judged by what is in it; stands before the form class. `dropped` is the file that it replaces."""

    file_field, judge, only_pictures = "", None, False
    dropped = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = getattr(self.instance, self.file_field)
        if self.held and self.file_field in self.fields:
            self.initial[self.file_field] = HeldFile(*self.as_held())

    def clean_held(self):
        sent = self.cleaned_data[self.file_field]
        if isinstance(sent, HeldFile):
            return self.held
        self.dropped = self.held or None
        if not isinstance(sent, File):
            return sent
        try:
            return type(self).judge(sent)
        except uploads.Rejected as rejected:
            self.dropped = None
            is_no_picture = self.only_pictures and rejected.code in ("unknown", "active", "locked")
            reason = ONLY_PICTURES if is_no_picture else FILES[rejected.code]
            name = uploads.shown_name(sent.name, "x").removesuffix(".x")
            raise forms.ValidationError(f"{name}: {reason}") from rejected


class YearField:
    """Years of libraries as one knows them."""

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year is not None and not FIRST_YEAR <= year <= 2100:
            raise forms.ValidationError(_("Write the year with four digits."))
        return year


class PublicationForm(HoldsFile, YearField, TranslatedForm):
    """What everybody finds has its title and its summary in both languages."""

    file_field, judge, only_pictures = "cover", shelf.cover_of, True

    def as_held(self):
        return self.instance.cover_url, gettext("the cover")

    def clean_cover(self):
        return self.clean_held()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_shown"):
            for column, text in LACKS.items():
                if not cleaned.get(column) and column not in self.errors:
                    self.add_error(column, text)
        return cleaned


class VersionForm(HoldsFile, YearField, forms.ModelForm):
    """A file or a link, one of the two."""

    file_field, judge = "file", shelf.version_of

    def as_held(self):
        return self.instance.url, self.instance.file_name or gettext("the file")

    def clean_file(self):
        return self.clean_held()

    def clean(self):
        cleaned = super().clean()
        if "file" not in self.errors and "link" not in self.errors:
            if cleaned.get("file") and cleaned.get("link"):
                self.add_error("link", _("Either a file or a link, not both."))
            elif not cleaned.get("file") and not cleaned.get("link"):
                self.add_error("file", _("Add a file or a link."))
        if cleaned.get("month") and not cleaned.get("year") and "year" not in self.errors:
            self.add_error("year", _("Of which year is the month?"))
        return cleaned

    def save(self, commit=True):
        sent = self.cleaned_data["file"]
        if sent is not self.held:
            self.instance.file_name = sent.name if sent else ""
        return super().save(commit)


class LeaderForm(PublicationForm):
    """What a network's leader fills in on the portal."""

    class Meta:
        model = Publication
        fields = (
            *("title_fi", "title_sv", "summary_fi", "summary_sv", "made_by_fi", "made_by_sv"),
            *("kind", "year", "cover", "is_shown"),
        )

    PAIRS = ("title", "summary", "made_by")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.PAIRS:
            original = Publication._meta.get_field(name)
            for language in ("fi", "sv"):
                field = self.fields[f"{name}_{language}"]
                field.label = label_of(Publication._meta.get_field(f"{name}_{language}"))
                field.help_text = original.help_text
                rows = {"rows": 4} if name == "summary" else {}
                field.widget.attrs |= {"lang": language, **rows}

    @property
    def halves(self):
        """[the fields of one language]"""
        return [[self[f"{name}_{language}"] for name in self.PAIRS] for language in ("fi", "sv")]

    @property
    def others(self):
        return [self[name] for name in ("kind", "year", "cover", "is_shown")]


MOST_VERSIONS = 12
Versions = forms.inlineformset_factory(
    Publication,
    PublicationVersion,
    form=VersionForm,
    fields=("language", "year", "month", "file", "link"),
    formfield_callback=lambda column, **options: column.formfield(
        **options, **({"assume_scheme": "https"} if column.name == "link" else {})
    ),
    extra=2,
    max_num=MOST_VERSIONS,
    validate_max=True,
    can_delete=True,
)


class ShelfFilter(forms.Form):
    """What to show of the shelf. A wrong value in the address counts as none."""

    q = forms.CharField(label=_("Search publications"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a publication", "Kind"),
        required=False,
        choices=[("", pgettext_lazy("publications", "All kinds")), *Publication.Kind.choices],
    )
    network = forms.ChoiceField(label=_("Network"), required=False)
    region = forms.ChoiceField(label=pgettext_lazy("of a publication", "Region"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *PublicationVersion.Language.choices]
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data):
        super().__init__(data)
        shown = Publication.objects.shown().order_by()
        networks = Network.objects.filter(pk__in=shown.values("network")).by_name()
        regions = sorted(kept.regions.rows.values(), key=lambda region: finnish_key(region.name))
        self.region_keys = {region.code: region.pk for region in regions}
        self.fields["network"].choices = [("", _("All networks")), *((one.pk, one.name) for one in networks)]
        self.fields["region"].choices = [("", _("All regions")), *((one.code, one.name) for one in regions)]
        years = {*shown.values_list("year", flat=True)}
        of_versions = PublicationVersion.objects.filter(publication__is_shown=True, year__isnull=False)
        years.update(of_versions.order_by().values_list("year", flat=True))
        self.fields["year"].choices = [("", _("All years")), *((year, str(year)) for year in sorted(years)[::-1])]
        self.full_clean()

    @property
    def selects(self):
        """The fields to choose from, without that for words."""
        return [field for field in self if field.name != "q"]

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.values())

    def narrow(self, publications):
        """Those of `publications` that the filters let through."""
        chosen = self.cleaned_data.get
        publications = publications.search(chosen("q"))
        versions = PublicationVersion.objects.order_by()
        if chosen("kind"):
            publications = publications.filter(kind=chosen("kind"))
        if chosen("network"):
            publications = publications.filter(network=chosen("network"))
        if chosen("region"):
            publications = publications.filter(region=self.region_keys[chosen("region")])
        if chosen("language"):
            found = versions.filter(language=chosen("language"))
            publications = publications.filter(pk__in=found.values("publication"))
        if chosen("year"):
            found = versions.filter(year=chosen("year"))
            publications = publications.filter(Q(year=chosen("year")) | Q(pk__in=found.values("publication")))
        return publications
