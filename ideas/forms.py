"""What people fill in about ideas: the writer in one language, the AKE in both, everybody to find one."""

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import uploads, words
from ake_portal.lib.admin import IN_LANGUAGE
from ake_portal.lib.search import finnish_key, in_finnish_order
from ideas import messages, pictures
from ideas.models import LANGUAGES, Idea, Picture
from people import kept
from people.models import Library, Region, Topic, User

HELP = {
    "aim": _("One question that you had in mind is enough."),
    "seen": _("What was done in another way than at your library? Facts and figures help."),
    "plan": _("Small things too, and what you leave to others."),
    "advice": _("Whom does it suit, what did it cost, what should one ask beforehand?"),
    "body": _("What you do, with whom, what it takes, and how one notices that it works."),
}


def topic_choices():
    """Topics under their groups, each in the order of the Finnish alphabet."""
    rows = sorted(kept.topics.rows.values(), key=lambda topic: finnish_key(topic.name))
    by_group = [
        (group, [(topic.pk, topic.name) for topic in rows if topic.group == value])
        for value, group in Topic.Group.choices
    ]
    return [(group, found) for group, found in by_group if found]


def working_libraries():
    return Library.objects.working().by_name()


class PictureField(forms.FileField):
    """A picture judged by what is in it; cleaned to lib.uploads.Accepted or None."""

    widget = forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png"})

    def clean(self, data, initial=None):
        if not data:
            return None
        try:
            return pictures.examine(data)
        except uploads.Rejected as rejected:
            name = uploads.shown_name(data.name, "x").removesuffix(".x")
            raise forms.ValidationError(f"{name}: {messages.FILES[rejected.code]}") from rejected


class IdeaForm(forms.Form):
    """The ground of the writer's and the AKE's form: topics, pictures, and what a refused move says at its field."""

    topics = forms.TypedMultipleChoiceField(
        label=_("Topics"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    picture = PictureField(
        label=_("Add a picture"),
        required=False,
        help_text=_("JPEG or PNG, at most 10 MB. Ask those who can be recognised whether they may be shown."),
    )
    picture_alt = forms.CharField(
        label=_("What the new picture shows"),
        required=False,
        max_length=250,
        help_text=_("For those who do not see it: one sentence."),
    )
    FIELD_OF = {"no_title": "title", "no_host": "host", "no_one_to_ask": "host", "no_note": "note"}

    def __init__(self, data=None, files=None, *, idea, initial=None):
        super().__init__(data, files, initial=initial)
        self.idea = idea
        self.own_pictures = list(idea.pictures.all()) if idea.pk else []
        self.fields["topics"].choices = topic_choices()
        if len(self.own_pictures) >= Picture.MOST:
            del self.fields["picture"], self.fields["picture_alt"]

    def alt_columns(self):
        """The languages in which pictures are described here."""
        raise NotImplementedError

    def add_picture_fields(self):
        for number, picture in enumerate(self.own_pictures, 1):
            for language in self.alt_columns():
                name = f"alt_{picture.pk}_{language}"
                label = gettext("Picture %(number)s: what it shows") % {"number": number}
                if len(self.alt_columns()) > 1:
                    label = IN_LANGUAGE[language] % {"text": label}
                self.fields[name] = forms.CharField(
                    label=label, required=False, max_length=250, widget=forms.TextInput(attrs={"lang": language})
                )
                self.initial[name] = getattr(picture, f"alt_{language}")
            self.fields[f"remove_{picture.pk}"] = forms.BooleanField(
                label=gettext("Remove picture %(number)s") % {"number": number}, required=False
            )

    @property
    def picture_rows(self):
        """(picture, its fields)."""
        return [
            (
                picture,
                [self[f"alt_{picture.pk}_{language}"] for language in self.alt_columns()],
                self[f"remove_{picture.pk}"],
            )
            for picture in self.own_pictures
        ]

    @property
    def can_be_saved(self):
        """Whether all but a new picture is right: then the rest is kept, whatever is wrong with the picture."""
        return self.is_bound and not set(self.errors) - {"picture"}

    def save_pictures(self, idea):
        gone = []
        for picture in self.own_pictures:
            if self.cleaned_data.get(f"remove_{picture.pk}"):
                gone.append(picture)
                continue
            for language in self.alt_columns():
                setattr(picture, f"alt_{language}", self.cleaned_data[f"alt_{picture.pk}_{language}"])
            picture.save()
        pictures.remove(gone)
        if accepted := self.cleaned_data.get("picture"):
            pictures.add(idea, accepted, self.cleaned_data.get("picture_alt", ""))

    def refuse(self, codes):
        """Say at the fields of this unsent form why a move was refused."""
        self.full_clean()
        self.cleaned_data = getattr(self, "cleaned_data", {})
        for code in codes:
            for name in self.fields_of(code):
                self.add_error(name if name in self.fields else None, messages.TEXTS[code])
        return self

    def fields_of(self, code):
        """Names of the fields where `code` is said; None is the form as a whole."""
        if code == "not_described":
            written = self.idea.language
            return [
                f"alt_{picture.pk}_{written}" for picture in self.own_pictures if not getattr(picture, f"alt_{written}")
            ]
        return [self.FIELD_OF.get(code)]


class WriteForm(IdeaForm):
    """What the author fills in, in one language."""

    title = forms.CharField(label=pgettext_lazy("an idea", "Title"), max_length=160)
    language = forms.ChoiceField(
        label=_("I write in"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("The AKE adds the other language."),
    )
    summary = forms.CharField(
        label=_("In a sentence or two"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the list. You may leave it to the AKE."),
    )
    host = forms.ModelChoiceField(
        queryset=Library.objects.none(),
        label=_("Which library did you visit?"),
        required=False,
        empty_label=_("Choose a library"),
    )
    shows_author = forms.BooleanField(label=_("My name may be shown with the text"), required=False)
    MAIN = ("host", "title", "language")

    def __init__(self, data=None, files=None, *, idea):
        language = idea.language
        initial = {
            "language": language,
            "host": idea.host_id,
            "shows_author": idea.shows_author,
            "topics": [topic.pk for topic in idea.topics.all()] if idea.pk else [],
            **{name: getattr(idea, f"{name}_{language}") or "" for name in ("title", "summary", *idea.texts)},
        }
        super().__init__(data, files, idea=idea, initial=initial)
        if idea.kind == Idea.Kind.STORY:
            self.fields["host"].queryset = working_libraries()
        else:
            del self.fields["host"]
        for name in idea.texts:
            self.fields[name] = forms.CharField(
                label=_("The practice") if name == "body" else Idea._meta.get_field(name).verbose_name,
                required=False,
                max_length=8000,
                widget=forms.Textarea(attrs={"rows": 9 if name == "body" else 4}),
                help_text=HELP[name],
            )
        for name in ("title", "summary", *idea.texts):
            self.fields[name].widget.attrs["lang"] = language
        if any(getattr(idea, f"{name}_{idea.other_language}") for name in ("title", "summary", *idea.texts)):
            del self.fields["language"]  # there is a translation: the two are not to change places
        self.add_picture_fields()

    def alt_columns(self):
        return (self.idea.language,)

    @property
    def text_fields(self):
        return [self[name] for name in self.idea.texts]

    def fields_of(self, code):
        return [self.idea.texts[0]] if code == "no_text" else super().fields_of(code)

    def save(self):
        """Keep what is written, as a draft. Returns the Idea."""
        idea, data = self.idea, self.cleaned_data
        before, names = idea.language, ("title", "summary", *idea.texts)
        idea.language = data.get("language") or before
        for name in names:
            if idea.language != before:
                setattr(idea, f"{name}_{before}", "")
            setattr(idea, f"{name}_{idea.language}", data[name])
        idea.shows_author = data["shows_author"]
        if "host" in self.fields:
            if idea.host != data["host"]:
                idea.host_contact = None
            idea.host = data["host"]
        idea.save()
        idea.topics.set(data["topics"])
        if idea.language != before:
            self._move_descriptions(before)
        self.save_pictures(idea)
        return idea

    def _move_descriptions(self, before):
        """What was typed to describe the pictures goes along to the other language."""
        for picture in self.own_pictures:
            setattr(picture, f"alt_{before}", "")
            typed = self.cleaned_data[f"alt_{picture.pk}_{before}"]
            self.cleaned_data[f"alt_{picture.pk}_{self.idea.language}"] = typed


class DeskForm(IdeaForm):
    """What the AKE edits: Finnish and Swedish side by side."""

    library = forms.ModelChoiceField(queryset=Library.objects.none(), label=_("Library"), required=False)
    host = forms.ModelChoiceField(queryset=Library.objects.none(), label=_("Host library"), required=False)
    note = forms.CharField(
        label=_("What the author should change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Goes to the author by mail when you return the text."),
    )
    ROWS = {"title": 2, "summary": 3}

    def __init__(self, data=None, files=None, *, idea):
        names = ("title", "summary", *idea.texts)
        self.columns = [f"{name}_{language}" for name in names for language in LANGUAGES]
        initial = {
            "library": idea.library_id,
            "host": idea.host_id,
            "topics": [topic.pk for topic in idea.topics.all()],
            **{column: getattr(idea, column) or "" for column in self.columns},
        }
        super().__init__(data, files, idea=idea, initial=initial)
        self.fields["library"].queryset = self.fields["host"].queryset = working_libraries()
        if idea.kind != Idea.Kind.STORY:
            del self.fields["host"]
        for name in names:
            column = Idea._meta.get_field(name)
            label = str(column.verbose_name)
            label = label[:1].upper() + label[1:]
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=IN_LANGUAGE[language] % {"text": label},
                    required=name == "title" and language == idea.language,
                    max_length=column.max_length or 8000,
                    widget=forms.Textarea(attrs={"rows": self.ROWS.get(name, 8), "lang": language}),
                )
        self.add_picture_fields()

    def alt_columns(self):
        return LANGUAGES

    @property
    def pairs(self):
        """[(the Finnish field, the Swedish field)] of the texts."""
        fields = [self[column] for column in self.columns]
        return list(zip(fields[::2], fields[1::2], strict=True))

    def fields_of(self, code):
        if code in ("title_fi", "title_sv", "summary_fi", "summary_sv"):
            return [code]
        if code in ("alt_fi", "alt_sv"):
            language = code.removeprefix("alt_")
            return [
                f"alt_{picture.pk}_{language}"
                for picture in self.own_pictures
                if not getattr(picture, f"alt_{language}")
            ]
        if code in ("no_title", "no_text"):
            name = "title" if code == "no_title" else self.idea.texts[0]
            return [f"{name}_{self.idea.language}"]
        return super().fields_of(code)

    def clean(self):
        """What everybody reads keeps its title, its summary and its descriptions in both languages."""
        cleaned = super().clean()
        if self.idea.is_published:
            for language in LANGUAGES:
                for name in Idea.TRANSLATIONS_NEEDED:
                    if not cleaned.get(f"{name}_{language}"):
                        self.add_error(f"{name}_{language}", messages.TEXTS[f"{name}_{language}"])
                for picture in self.own_pictures:
                    name = f"alt_{picture.pk}_{language}"
                    if not cleaned.get(name) and not cleaned.get(f"remove_{picture.pk}"):
                        self.add_error(name, messages.TEXTS[f"alt_{language}"])
            if cleaned.get("picture"):
                self.add_error("picture", _("Unpublish first: a new picture needs its description in both languages."))
        return cleaned

    def save(self):
        """Keep what is written. Returns the Idea."""
        idea, data = self.idea, self.cleaned_data
        for column in self.columns:
            setattr(idea, column, data[column])
        idea.library = data["library"]
        if "host" in self.fields:
            if idea.host != data["host"]:
                idea.host_contact = None
            idea.host = data["host"]
        idea.save()
        idea.topics.set(data["topics"])
        self.save_pictures(idea)
        return idea


class TipForm(forms.Form):
    """A tip to the AKE; whoever has signed in may leave the name out."""

    title = forms.CharField(
        label=_("What or whom is it about?"),
        max_length=160,
        help_text=_("A colleague, a practice, a success: a few words."),
    )
    text = forms.CharField(
        label=_("Why should others hear of it?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    library = forms.ModelChoiceField(
        queryset=Library.objects.none(),
        label=_("At which library?"),
        required=False,
        empty_label=_("Choose a library"),
    )
    region = forms.ModelChoiceField(
        queryset=Region.objects.none(),
        label=_("To which AKE?"),
        required=False,
        empty_label=_("The one of the library"),
    )
    named = forms.BooleanField(
        label=_("The AKE may see my name"),
        required=False,
        help_text=_("Then it can ask you more. Without it, nothing tells who you are."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["library"].queryset = working_libraries()
        self.fields["region"].queryset = Region.objects.order_by(in_finnish_order("name", translated=True))
        if user.is_authenticated:
            self.fields["library"].initial = user.library_id
            self.fields["region"].initial = user.library and user.library.region_id
            self.fields["named"].initial = True
        else:
            del self.fields["named"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("region") and not cleaned.get("library") and not self.errors:
            self.add_error("region", _("Choose the AKE, or the library."))
        return cleaned

    @property
    def said(self):
        """What the action `tip` is told."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "text": data["text"],
            "library": data["library"],
            "region": data["region"] or data["library"].region,
            "by": self.user if data.get("named") else None,
            "language": words.language(),
        }


class NoteForm(TipForm):
    """A tip that somebody has told the AKE by phone or mail."""

    email = forms.EmailField(
        label=_("Who told it (e-mail)"),
        required=False,
        help_text=_("The person is thanked by mail and can be asked more. Empty when no name is to stay."),
    )
    field_order = ["email", "title", "text", "library", "region"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        del self.fields["named"]
        own = [region.pk for region in user.coordinated_regions]
        regions = self.fields["region"]
        regions.queryset, regions.required = regions.queryset.filter(pk__in=own), True
        regions.empty_label, regions.initial = None, own[0]
        self.fields["library"].initial = None

    def clean_email(self):
        """The person of that address at a library of the regions that the reader works for; None without one."""
        email = self.cleaned_data["email"].strip().lower()
        if not email:
            return None
        people = User.objects.active().filter(library__region__in=self.user.coordinated_regions)
        person = people.filter(email=email).first()
        if person is None:
            raise forms.ValidationError(
                gettext(
                    "Nobody at the libraries of your region has this address."
                    " Leave it empty, and write in the text whom to ask."
                )
            )
        return person

    @property
    def said(self):
        return {**super().said, "by": self.cleaned_data["email"], "noted_by": self.user}


class CheckForm(forms.Form):
    """The host's word on a story: the facts are right, or what is not."""

    note = forms.CharField(
        label=_("What should be changed?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Names, figures, years, what you would rather not see told."),
    )
    answer = forms.ChoiceField(choices=[("right", ""), ("note", "")], widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == "note" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Write what should be changed."))
        return cleaned

    @property
    def said(self):
        """The note; nothing when the facts are right."""
        return self.cleaned_data["note"].strip() if self.cleaned_data["answer"] == "note" else ""


class FilterForm(forms.Form):
    """Which ideas to show. A wrong value in the address counts as none."""

    q = forms.CharField(label=_("Search the idea bank"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of an idea", "Kind"),
        required=False,
        choices=[
            ("", pgettext_lazy("ideas", "All kinds")),
            (Idea.Kind.STORY, _("Stories of visits")),
            (Idea.Kind.PRACTICE, _("Good practices")),
        ],
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    library = forms.ChoiceField(label=_("Library"), required=False)
    region = forms.ChoiceField(label=pgettext_lazy("of an idea", "Region"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data):
        super().__init__(data)
        published = Idea.objects.published()
        named = Library.objects.filter(
            Q(pk__in=published.order_by().values("library")) | Q(pk__in=published.order_by().values("host"))
        )
        regions = sorted(kept.regions.rows.values(), key=lambda region: finnish_key(region.name))
        self.region_keys = {region.code: region.pk for region in regions}
        self.fields["topic"].choices = [("", _("All topics")), *topic_choices()]
        self.fields["library"].choices = [
            ("", _("All libraries")),
            *((library.pk, library.name) for library in named.by_name()),
        ]
        self.fields["region"].choices = [("", _("All regions")), *((one.code, one.name) for one in regions)]
        years = published.order_by().datetimes("published_at", "year", order="DESC")
        self.fields["year"].choices = [("", _("All years")), *((day.year, str(day.year)) for day in years)]
        self.full_clean()

    @property
    def selects(self):
        """The fields to choose from, without that for words."""
        return [field for field in self if field.name != "q"]

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.values())

    def narrow(self, ideas):
        """Those of `ideas` that the filters let through."""
        chosen = self.cleaned_data.get
        ideas = ideas.search(chosen("q"))
        if chosen("kind"):
            ideas = ideas.filter(kind=chosen("kind"))
        if chosen("topic"):
            through = Idea.topics.through.objects.filter(topic=chosen("topic"))
            ideas = ideas.filter(pk__in=through.values("idea"))
        if chosen("library"):
            ideas = ideas.filter(Q(library=chosen("library")) | Q(host=chosen("library")))
        if chosen("region"):
            ideas = ideas.filter(region=self.region_keys[chosen("region")])
        if chosen("year"):
            ideas = ideas.filter(published_at__year=chosen("year"))
        return ideas
