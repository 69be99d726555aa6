"""What people fill in about wishes for a host. A draft keeps what is typed; what it lacks is said when it is sent."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from peerlearning import wishes
from peerlearning.forms import Clock, Day, StopForm, Wanted, grouped_branches
from peerlearning.models import Visit, Wish
from peerlearning.wish_messages import TEXTS, text
from people.models import User

MOST_AT_ONCE = wishes.MOST_STOPS
# Fields that a draft may leave empty and a sent wish may not: they are not called optional
NEEDED = ("subject", "topics", "goal", "earliest", "latest", "languages")


class WishForm(Wanted):
    """What you want to learn, when it suits, and how far you would go."""

    goal = forms.CharField(
        label=_("What do you mean to bring home?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What would you like to see and ask? What will be different in your library afterwards?"),
    )
    earliest = Day(label=_("Suits from"))
    latest = Day(label=_("until"))
    when_note = forms.CharField(
        label=_("More about the days"),
        max_length=200,
        required=False,
        help_text=_("Such as: not on Mondays, preferably in the mornings."),
    )
    travel = forms.ChoiceField(
        label=_("How would you travel?"),
        choices=[("", _("any way will do")), *Visit.Travel.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    how_far = forms.CharField(
        label=_("How far could you go?"),
        max_length=160,
        required=False,
        help_text=_("Such as: at most an hour and a half one way, or anywhere in the region with a night away."),
    )
    languages = forms.MultipleChoiceField(
        label=_("In which languages can you be shown round?"),
        choices=Wish.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    more = forms.CharField(
        label=_("Anything else that the AKE should know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as a library that you have thought of, or a colleague who would come along."),
    )

    field_order = ["subject", "goal", "topics", "kind"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].help_text = _("At least one: the AKE looks for libraries that are good at it.")
        for name, field in self.fields.items():
            field.needed = name in NEEDED

    @staticmethod
    def initial_of(wish):
        names = ("subject", "goal", "kind", "earliest", "latest", "when_note", "travel", "how_far", "languages", "more")
        topics = [str(topic.pk) for topic in wish.topics.all()]
        return {"topics": topics, **{name: getattr(wish, name) for name in names}}

    def clean(self):
        data = super().clean()
        earliest, latest = data.get("earliest"), data.get("latest")
        today = timezone.localdate()
        if earliest and latest and latest < earliest:
            self.add_error("latest", gettext("The latest day cannot be before the earliest."))
        elif latest and latest < today:
            self.add_error("latest", str(TEXTS["wish_past"]))
        for name in ("earliest", "latest"):
            day = data.get(name)
            if day and abs(day - today) > wishes.FARTHEST:
                self.add_error(name, gettext("Choose a day within the next two years."))
        return data

    @property
    def values(self):
        """What was filled in, as wishes.begin and wishes.write take it."""
        data = dict(self.cleaned_data)
        languages = data.pop("languages")
        topics = [int(key) for key in data.pop("topics")]
        in_languages = {"in_finnish": "fi", "in_swedish": "sv", "in_english": "en"}
        return {
            "topics": topics,
            **data,
            **{name: code in languages for name, code in in_languages.items()},
        }

    def say(self, lacks):
        """Put what is missing at its fields: (field, code) pairs."""
        for field, code in lacks:
            self.add_error(field, str(text(code)))


class NoteForm(WishForm):
    """A wish that somebody has told the AKE by phone or mail."""

    email = forms.EmailField(
        label=_("Who wishes it (e-mail)"),
        help_text=_("Somebody at a library of your region. The wish becomes that person's own, who gets it by mail."),
    )
    field_order = ["email", "subject", "goal", "topics", "kind"]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["email"].needed = True

    def clean_email(self):
        """The person of that address at a library of the regions that the reader works for."""
        people = User.objects.active().filter(library__region__in=self.by.coordinated_regions)
        person = (
            people.filter(email=self.cleaned_data["email"].strip().lower()).select_related("library__region").first()
        )
        if person is None:
            raise forms.ValidationError(
                gettext(
                    "Nobody at the libraries of your region has this address. Add the person in the administration first."
                )
            )
        return person

    @property
    def values(self):
        """What was filled in, as wishes.note takes it."""
        values = super().values
        return {"person": values.pop("email"), **values}


class HostForm(StopForm):
    """One host that the AKE proposes: where, when, whom to meet, and why there."""

    day = Day(label=_("Day"))
    start = Clock(label=pgettext_lazy("a clock", "from"))
    end = Clock(label=pgettext_lazy("a clock", "until"))
    why = forms.CharField(
        label=_("Why this one?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What can be seen and learned there. The writer reads this."),
    )
    field_order = ["branch", "day", "start", "end", "contact_name", "contact_email", "why"]

    def __init__(self, wish, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.wish = wish
        self.fields["contact_name"].label = _("Who receives the visitor")
        self.fields["contact_email"].help_text = _("They are asked whether the day suits when the visit is sent.")
        for name in ("branch", "day", "start", "end", "why"):
            self.fields[name].needed = True

    @property
    def typed(self):
        return {name: self.data.get(self.add_prefix(name), "") for name in self.fields}

    @property
    def is_empty(self):
        """Whether nothing was typed."""
        return not any(value.strip() for value in self.typed.values())

    def clean(self):
        data = super().clean()
        self._all_there(data)
        if self.errors:
            return data
        day = data.pop("day")
        data["starts_at"], data["ends_at"] = days.at(day, data.pop("start")), days.at(day, data.pop("end"))
        if data["ends_at"] <= data["starts_at"]:
            self.add_error("end", gettext("The end must be after the beginning."))
            return data
        code = wishes.why_not_proposed(self.wish, data)
        if code:
            self.add_error("branch" if code == "own_library_wish" else "day", str(text(code)))
        return data

    def _all_there(self, data):
        if not data.get("branch") and "branch" not in self.errors:
            self.add_error("branch", gettext("Choose a place."))
        for name in ("day", "start", "end"):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, gettext("Fill this in, too."))
        if not (data.get("why") or "").strip() and "why" not in self.errors:
            self.add_error("why", str(TEXTS["no_why"]))


class Hosts:
    """The hosts that are proposed at once, as a handful of forms; one more is shown when that is asked for."""

    def __init__(self, wish, data=None, *, region=None, shown=0, is_asking=False):
        """With `is_asking` what was typed is shown again without a word on what is missing."""
        regions = {wish.region_id, *([region.pk] if region else [])}
        typed = [data.get(f"host{n}-branch") for n in range(MOST_AT_ONCE)] if data is not None else []
        also = [int(key) for key in typed if str(key or "").isdigit() and len(key) < 10]
        choices = grouped_branches(regions, but=wish.library, also=also)
        self.forms = []
        for number in range(min(MOST_AT_ONCE, max(shown, 1))):
            form = HostForm(wish, data, prefix=f"host{number}")
            if data is not None and (is_asking or number and form.is_empty):
                form = HostForm(wish, prefix=form.prefix, initial=form.typed)
            form.fields["branch"].choices = choices
            form.number = number + 1
            self.forms.append(form)
        self.may_be_more = len(self.forms) < MOST_AT_ONCE

    @property
    def filled(self):
        """The forms that say something: the first always, others when something was typed."""
        return [form for form in self.forms if form.is_bound]

    def is_valid(self):
        return all([form.is_valid() for form in self.filled])  # noqa: C419  every form is to say what is wrong

    @property
    def values(self):
        """What was filled in, as wishes.propose takes it."""
        return [form.cleaned_data for form in self.filled]


class TakeForm(forms.Form):
    """Which of the proposed hosts are taken."""

    proposals = forms.MultipleChoiceField(
        label=_("Proposed hosts"), required=False, error_messages={"invalid_choice": TEXTS["proposal_gone"]}
    )

    def __init__(self, wish, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.open = [proposal for proposal in wish.proposals.all() if proposal.is_open]
        self.fields["proposals"].choices = [(str(proposal.pk), str(proposal)) for proposal in self.open]

    @property
    def rows(self):
        """[(proposal, whether it is ticked)]; the only one is ticked beforehand."""
        ticked = self.data.getlist("proposals") if self.is_bound else []
        alone = not self.is_bound and len(self.open) == 1
        return [(proposal, alone or str(proposal.pk) in ticked) for proposal in self.open]

    @property
    def chosen(self):
        return [proposal for proposal in self.open if str(proposal.pk) in self.cleaned_data["proposals"]]


class TurnDownForm(forms.Form):
    """Why none of the proposed hosts suits."""

    why = forms.CharField(
        label=_("Why does none suit?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The AKE reads this and looks on."),
    )


class TakeBackForm(forms.Form):
    """Why a proposed host cannot be visited after all."""

    why = forms.CharField(
        label=_("Why is it taken back?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The writer gets this by mail."),
    )


class CloseForm(forms.Form):
    """Why the AKE closes a wish."""

    reason = forms.CharField(
        label=_("Why is no host found?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The writer gets this by mail. Say what could be done instead."),
    )
