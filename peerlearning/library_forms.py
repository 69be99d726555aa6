"""What people fill in about libraries' expertise: its writers in both languages, everybody to find somebody to learn from."""

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.admin import IN_LANGUAGE
from ake_portal.lib.search import finnish_key
from peerlearning import expertise as actions
from peerlearning.forms import grouped_topics
from peerlearning.models import Expertise
from people import kept
from people.models import Branch, Municipality, User

LANGUAGES = ("fi", "sv")
OWN = "own"
LABELS = {"title": _("Expertise"), "text": _("More about it")}


class ExpertiseForm(forms.ModelForm):
    """One thing that a library is good at, Finnish and Swedish side by side."""

    class Meta:
        model = Expertise
        fields = ("topic", "title_fi", "title_sv", "text_fi", "text_sv", "branches", "contact", "is_shown")
        widgets = {"branches": forms.CheckboxSelectMultiple}

    def __init__(self, library, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.library = library
        self.fields["topic"].choices = [("", gettext("Choose a topic")), *grouped_topics()]
        for name in ("title", "text"):
            original = Expertise._meta.get_field(name)
            for language in LANGUAGES:
                field = self.fields[f"{name}_{language}"]
                field.label = IN_LANGUAGE[language] % {"text": LABELS[name]}
                field.help_text = original.help_text if language == "fi" else ""
                field.widget.attrs["lang"] = language
                if name == "title":
                    field.needed = True
        for language in LANGUAGES:
            self.fields[f"text_{language}"].widget.attrs["rows"] = 5
        branches = sorted(
            Branch.objects.filter(library=library, closed_on=None), key=lambda branch: finnish_key(branch.name)
        )
        self.fields["branches"].choices = [(branch.pk, branch.name) for branch in branches]
        if len(branches) < 2:
            del self.fields["branches"]
        colleagues = User.objects.active().filter(library=library, library_confirmed_at__isnull=False).by_name()
        self.fields["contact"].queryset = colleagues
        self.fields["contact"].empty_label = _("the library in general")
        self.fields["contact"].help_text = _(
            "The colleague gets a mail about it, and can decline. The name is shown to those who have signed in."
        )
        self.fields["is_shown"].help_text = _("Take the mark away while you are still writing.")

    def clean(self):
        data = super().clean()
        if not data.get("title_fi") and not data.get("title_sv"):
            self.add_error("title_fi", gettext("Say in a few words what the library is good at."))
        return data

    def write(self, by):
        """Store it through the action. Returns the Expertise."""
        expertise = self.save(commit=False)
        return actions.write(expertise, by=by, branches=self.cleaned_data.get("branches", ()))


class EditorForm(forms.Form):
    """Whom the director lets write."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Colleague"), empty_label=_("Choose a colleague")
    )

    def __init__(self, library, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = (
            User.objects.active()
            .filter(library=library, library_confirmed_at__isnull=False)
            .exclude(pk=library.director_id)
            .exclude(pk__in=library.expertise_editors.values("person"))
            .by_name()
        )


class FindForm(forms.Form):
    """Which expertise to show, and from where the way is counted. A wrong value in the address counts as none."""

    q = forms.CharField(label=_("Search what libraries are good at"), required=False, max_length=100)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    place = forms.ChoiceField(label=_("Where do you leave from?"), required=False)
    km = forms.TypedChoiceField(
        label=_("How far?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", pgettext_lazy("distance", "However far")),
            *((km, _("at most %(km)s km") % {"km": km}) for km in (30, 60, 100, 200)),
        ],
    )

    def __init__(self, data, *, person):
        self.start = actions.start_of(person) if person.is_authenticated else None
        self.own_library = person.library_id if person.is_authenticated else None
        if self.start and "place" not in data:
            data = data.copy()
            data["place"] = OWN
        super().__init__(data)
        self.regions = {
            region.code: region
            for region in sorted(kept.regions.rows.values(), key=lambda region: finnish_key(region.name))
        }
        self.fields["topic"].choices = [("", _("All topics")), *grouped_topics()]
        self.fields["region"].choices = [("", _("All regions")), *((r.code, r.name) for r in self.regions.values())]
        towns = Municipality.objects.filter(lat__isnull=False, lon__isnull=False)
        self.towns = {str(town.pk): town for town in sorted(towns, key=lambda town: finnish_key(town.name))}
        self.fields["place"].choices = [
            ("", _("Leaving from anywhere")),
            *([(OWN, _("From my workplace"))] if self.start else []),
            *((key, town.name) for key, town in self.towns.items()),
        ]
        self.full_clean()

    @property
    def selects(self):
        """The fields to choose from, without that for words."""
        return [field for field in self if field.name != "q"]

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.get(name) for name in ("q", "topic", "region", "km"))

    def clean_place(self):
        """(latitude, longitude) or None."""
        place = self.cleaned_data["place"]
        if place == OWN:
            return self.start
        town = self.towns.get(place)
        return (town.lat, town.lon) if town else None

    def clean(self):
        data = super().clean()
        if data.get("km") and not data.get("place"):
            self.add_error("place", gettext("Choose where you leave from, and the distance can be counted."))
        return data

    def find(self):
        """([(key of the expertise, km or None)] in their order: the nearest first, else by library."""
        chosen = self.cleaned_data.get
        rows = Expertise.objects.published().search(chosen("q"))
        if self.own_library:
            rows = rows.exclude(library=self.own_library)  # one learns from others
        if chosen("topic"):
            rows = rows.filter(topic=chosen("topic"))
        if chosen("region"):
            rows = rows.filter(library__region=self.regions[chosen("region")].pk)
        start = chosen("place")
        km = actions.kilometres_from(start) if start else {}
        far = float("inf")
        found = [
            (km.get(library, far), library, key) for key, library in rows.order_by("pk").values_list("pk", "library")
        ]
        if start and chosen("km"):
            found = [row for row in found if row[0] <= chosen("km")]
        found.sort()
        return [(key, None if way == far else round(way)) for way, _library, key in found]
