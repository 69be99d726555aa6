"""What whoever runs a network fills in about its gatherings, and who was there."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days, series, uploads, words
from budgets.messages import FILES
from people.models import Library
from trainings.models import Material, Training

CLOCKS = ["%H.%M", "%H:%M", "%H"]
DAYS = ["%Y-%m-%d", "%d.%m.%Y"]
LANGUAGES = ("fi", "sv")
LINES = 6  # empty lines for guests on a page
Kind, Format = Training.Kind, Training.Format


def _text(label, language, rows=0, **options):
    widget = forms.Textarea({"rows": rows, "lang": language}) if rows else forms.TextInput({"lang": language})
    return forms.CharField(label=label, widget=widget, **options)


class Clock(forms.TimeField):
    """A clock as Finns write it: 9, 9.30."""

    def __init__(self, **options):
        super().__init__(**{"input_formats": CLOCKS, "widget": forms.TimeInput(format="%H.%M"), **options})


class Day(forms.DateField):
    def __init__(self, **options):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"input_formats": DAYS, "widget": widget, **options})


class WhenForm(forms.Form):
    """A day, from a clock to a clock."""

    day = Day(label=_("Day"))
    begins = Clock(label=_("Begins at"))
    ends = Clock(label=_("Ends at"))

    def clean(self):
        cleaned = super().clean()
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("It ends before it begins."))
        if cleaned.get("day") and begins and days.at(cleaned["day"], begins) <= timezone.now():
            self.add_error("day", _("This is past already."))
        return cleaned


class SeriesForm(WhenForm):
    """A series of gatherings, or one."""

    kind = forms.ChoiceField(
        label=_("Kind of gathering"),
        choices=[
            (kind.value, kind.label) for kind in (Kind.REMOTE_COFFEE, Kind.MEETING, Kind.NETWORK_DAY, Kind.WORKSHOP)
        ],
    )
    title_fi = _text(_("Title in Finnish"), "fi", required=False, max_length=160)
    title_sv = _text(_("Title in Swedish"), "sv", required=False, max_length=160)
    summary_fi = _text(_("What it is about, in Finnish"), "fi", 3, required=False, max_length=400)
    summary_sv = _text(_("What it is about, in Swedish"), "sv", 3, required=False, max_length=400)
    language = forms.ChoiceField(label=_("Language"), choices=Training.Language)
    rhythm = forms.ChoiceField(label=_("How often"), choices=series.Rhythm)
    times = forms.IntegerField(
        label=_("How many times"),
        min_value=1,
        max_value=series.MOST_TIMES,
        initial=6,
        help_text=_("1 for a single one."),
    )
    holidays = forms.BooleanField(label=_("Not on holidays"), required=False, initial=True)
    quiet = forms.BooleanField(
        label=_("Not in the region's quiet periods"),
        required=False,
        initial=True,
        help_text=_("What is left out is made up for at the end of the series."),
    )
    format = forms.ChoiceField(label=_("On site or remote"), choices=Format, initial=Format.REMOTE)
    place_fi = _text(_("Place in Finnish"), "fi", required=False, max_length=160)
    place_sv = _text(_("Place in Swedish"), "sv", required=False, max_length=160)
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    sign_up = forms.ChoiceField(
        label=_("Sign-up"),
        choices=[("drop_in", _("Nobody signs up: just come")), ("needed", _("Sign-up is needed"))],
        widget=forms.RadioSelect,
        initial="drop_in",
    )
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=10_000, help_text=_("Empty: no limit.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, network, data=None):
        initial = {f"summary_{language}": getattr(network, f"purpose_{language}") for language in LANGUAGES}
        super().__init__(data, initial={**initial, "language": Training.Language.BOTH})
        self.network = network
        self.fields["day"].label = _("First day")
        self.fields["key"].initial = uuid.uuid4

    def clean(self):
        cleaned = super().clean()
        self._check_texts(cleaned)
        self._check_where(cleaned)
        if cleaned.get("seats") and cleaned.get("sign_up") == "drop_in":
            self.add_error("seats", _("Seats are for gatherings with sign-up: leave this empty."))
        if not self.errors and not self.held:
            self.add_error("day", _("Every day of the series is left out: choose another first day."))
        return cleaned

    def _check_texts(self, cleaned):
        """A language with a title needs its summary; one of the languages is enough."""
        titled = [language for language in LANGUAGES if cleaned.get(f"title_{language}")]
        for language in titled:
            if not cleaned.get(f"summary_{language}"):
                self.add_error(f"summary_{language}", _("Say in a sentence or two what it is about."))
        if not titled:
            self.add_error("title_fi", _("Write the title in Finnish, in Swedish or in both."))

    def _check_where(self, cleaned):
        how = cleaned.get("format")
        if how != Format.REMOTE and not (cleaned.get("place_fi") or cleaned.get("place_sv")):
            self.add_error("place_fi", _("Say where."))
        if how != Format.ONSITE and not cleaned.get("link") and "link" not in self.errors:
            self.add_error("link", _("Give the link, so that people can take part remotely."))

    @property
    def days(self):
        """series.Day of the whole series, those left out among them."""
        chosen = self.cleaned_data
        return series.days_of(
            self.network.region,
            first=chosen["day"],
            **{name: chosen[name] for name in ("rhythm", "times", "holidays", "quiet")},
        )

    @property
    def clocks(self):
        """("klo 9", "9.45")"""
        begins, ends = (days.at(self.cleaned_data["day"], self.cleaned_data[name]) for name in ("begins", "ends"))
        return words.clock(begins), words.clock(ends, with_word=False)

    @property
    def held(self):
        """The dates on which a gathering is held."""
        return [day.day for day in self.days if not day.skipped]

    @property
    def fields_of_training(self):
        chosen = self.cleaned_data
        languages = [language for language in LANGUAGES if chosen[f"title_{language}"]]
        seats = {Format.REMOTE: "remote_capacity"}.get(chosen["format"], "onsite_capacity")
        texts = {
            f"{name}_{language}": chosen[f"{name}_{language}"]
            for name in ("title", "summary")
            for language in languages
        }
        places = {name: chosen[name] for name in ("place_fi", "place_sv")} if chosen["format"] != Format.REMOTE else {}
        return {
            **texts,
            **places,
            **{name: chosen[name] for name in ("kind", "language", "format")},
            "texts": Training.Texts.BOTH if len(languages) > 1 else Training.Texts.ONE,
            "link": chosen["link"] if chosen["format"] != Format.ONSITE else "",
            "is_drop_in": chosen["sign_up"] == "drop_in",
            seats: chosen["seats"],
        }


class MoveForm(WhenForm):
    """Another time or place, for one gathering or for those after it too."""

    place_fi = _text(_("Place in Finnish"), "fi", required=False, max_length=160)
    place_sv = _text(_("Place in Swedish"), "sv", required=False, max_length=160)
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    following = forms.BooleanField(label=_("Those after it in the series too"), required=False)

    def __init__(self, training, later, data=None):
        start, end = days.local(training.starts_at), days.local(training.sessions.first().ends_at)
        where = {name: getattr(training, name) for name in ("place_fi", "place_sv", "link")}
        super().__init__(data, initial={"day": start.date(), "begins": start.time(), "ends": end.time(), **where})
        if not later:
            del self.fields["following"]
        unused = {Format.REMOTE: ("place_fi", "place_sv"), Format.ONSITE: ("link",)}.get(training.format, ())
        for name in unused:
            del self.fields[name]

    @property
    def where(self):
        """The fields of the training that change."""
        return {name: self.cleaned_data[name] for name in ("place_fi", "place_sv", "link") if name in self.fields}


class CallOffForm(forms.Form):
    """Why a gathering is not held."""

    reason_fi = _text(_("Reason in Finnish"), "fi", 3, required=False, max_length=1000)
    reason_sv = _text(_("Reason in Swedish"), "sv", 3, required=False, max_length=1000)
    following = forms.BooleanField(label=_("Those after it in the series too"), required=False)

    def __init__(self, later, data=None):
        super().__init__(data)
        if not later:
            del self.fields["following"]

    def clean(self):
        if not any(self.reason.values()):
            self.add_error("reason_fi", _("Write this in Finnish or in Swedish."))
        return self.cleaned_data

    @property
    def reason(self):
        """{"fi": text, "sv": text}; who reads the other language gets the one there is."""
        fi, sv = (self.cleaned_data.get(f"reason_{language}", "") for language in LANGUAGES)
        return {"fi": fi or sv, "sv": sv or fi}


# Who was there


def libraries_to_choose():
    return Library.objects.working().by_name()


class HereForm(forms.Form):
    """Somebody who is not signed in."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    library = forms.ModelChoiceField(
        label=_("Library"), queryset=Library.objects.none(), required=False, empty_label=_("none of these")
    )

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["library"].queryset = libraries_to_choose()


class GuestForm(forms.Form):
    """A line of those who were there: a person, or so many people of a library."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    library = forms.TypedChoiceField(label=_("Library"), required=False, coerce=int, empty_value=None)
    number = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500, required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["library"].choices = choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("name") and (cleaned.get("number") or 1) > 1:
            self.add_error("number", _("A name is one person: write the others on lines of their own, or no name."))
        if cleaned.get("number") and not (cleaned.get("name") or cleaned.get("library")):
            self.add_error("library", _("Choose the library or write a name."))
        return cleaned


class BaseGuests(forms.BaseFormSet):
    @property
    def guests(self):
        """(name, key of the library, number) of the lines that say something."""
        rows = [form.cleaned_data for form in self if form.has_changed()]
        return [
            (row["name"], row["library"], row["number"] or 1) for row in rows if row.get("name") or row.get("library")
        ]


def guests_of_page(data=None):
    """The empty lines for guests, each with the same libraries to choose from."""
    choices = [("", "–"), *((library.pk, library.name) for library in libraries_to_choose())]
    make = forms.formset_factory(GuestForm, formset=BaseGuests, extra=LINES, max_num=50, absolute_max=50)
    return make(data, prefix="guests", form_kwargs={"choices": choices})


# Materials


class Upload(forms.FileField):
    """A file judged by what is in it; cleaned to lib.uploads.Accepted or None."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"})

    def clean(self, data, initial=None):
        if not data:
            return None
        try:
            return uploads.examine(data)
        except uploads.Rejected as rejected:
            name = uploads.shown_name(data.name, "x").removesuffix(".x")
            raise forms.ValidationError(f"{name}: {FILES[rejected.code]}") from rejected


class MaterialForm(forms.Form):
    """A file or a link for a training's page."""

    title_fi = _text(_("Title in Finnish"), "fi", required=False, max_length=120)
    title_sv = _text(_("Title in Swedish"), "sv", required=False, max_length=120)
    file = Upload(label=_("File"), required=False, help_text=_("PDF, JPEG or PNG, at most 10 MB."))
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    readers = forms.ChoiceField(
        label=_("For whom"),
        choices=[("members", _("for members and those who took part")), ("all", _("for all"))],
        widget=forms.RadioSelect,
        initial="members",
    )

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("title_fi") or cleaned.get("title_sv")):
            self.add_error("title_fi", _("Write the title in Finnish, in Swedish or in both."))
        if cleaned.get("file") and cleaned.get("link"):
            self.add_error("link", _("One at a time: a file or a link."))
        elif not (cleaned.get("file") or cleaned.get("link") or {"file", "link"} & set(self.errors)):
            self.add_error("file", _("Choose a file or give a link."))
        return cleaned

    def material(self, training, by):
        """The unsaved Material; its file is stored by materials.add."""
        chosen = self.cleaned_data
        return Material(
            training=training,
            title_fi=chosen["title_fi"] or None,
            title_sv=chosen["title_sv"] or None,
            link=chosen["link"],
            for_members=chosen["readers"] == "members",
            added_by=by,
        )
