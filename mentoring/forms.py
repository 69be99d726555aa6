"""What somebody who wants to take part in group mentoring fills in."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import words
from ake_portal.lib.search import finnish_key
from mentoring.times import HOURS, SLOTS, WEEKDAYS_AT_WORK, Slot

MOST_WISHES = 5
LANGUAGES = (("fi", _("Finnish")), ("sv", _("Swedish")))


class ApplicationForm(forms.Form):
    """Wishes in their order, what one brings and wants to learn, and when a meeting could begin."""

    brings = forms.CharField(
        label=_("What I bring to the group"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you know, have tried or can tell of. At most 1,000 characters."),
    )
    learns = forms.CharField(
        label=_("What I want to learn"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you hope for from the group. At most 1,000 characters."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which I can take part"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    times = forms.MultipleChoiceField(
        label=_("When could a meeting begin?"),
        error_messages={"required": _("Choose at least one time.")},
    )
    employer_agrees = forms.BooleanField(
        label=_("My employer agrees that I take part in working hours."),
        error_messages={"required": _("Agree on this with your superior first, then tick the box.")},
    )
    superior_email = forms.EmailField(
        label=_("My superior's e-mail"),
        required=False,
        help_text=_("If your superior applies, too, you do not come into the same group. Nobody sees the address."),
    )

    def __init__(self, data=None, *, cohort, application):
        super().__init__(data, initial=self._initial_of(application) if application.pk else {"languages": []})
        self.person = application.person
        self.by_key = {str(one.pk): one for one in sorted(cohort.topics.all(), key=lambda one: finnish_key(one.name))}
        choices = [("", _("No wish")), *((key, one.name) for key, one in self.by_key.items())]
        self.wish_names = [f"wish_{rank}" for rank in range(1, min(len(self.by_key), MOST_WISHES) + 1)]
        for rank, name in enumerate(self.wish_names, start=1):
            is_first = rank == 1
            self.fields[name] = forms.ChoiceField(
                label=_("Wish %(rank)s") % {"rank": rank},
                choices=[("", _("Choose a topic")), *choices[1:]] if is_first else choices,
                required=is_first,
                error_messages={"required": _("Choose the topic that you wish for most.")},
            )
        self.fields["times"].choices = [(slot.code, str(slot)) for slot in SLOTS]

    @staticmethod
    def _initial_of(application):
        names = ("brings", "learns", "languages", "times", "employer_agrees", "superior_email")
        wishes = {f"wish_{rank}": str(wish.topic_id) for rank, wish in enumerate(application.wishes.all(), start=1)}
        return {**{name: getattr(application, name) for name in names}, **wishes}

    @property
    def wishes(self):
        """The fields of the wishes, the first first."""
        return [self[name] for name in self.wish_names]

    @property
    def days(self):
        """[(short name, whole name)] of the columns of the times."""
        short = words.WEEKDAYS_SHORT[words.language()]
        return [(short[day - 1], Slot(f"{day}-08").day_name) for day in WEEKDAYS_AT_WORK]

    @property
    def rows(self):
        """[(hour, [(slot, whether it is chosen)])]: the times as a table."""
        chosen = set(self["times"].value() or ())
        slots = {slot.code: slot for slot in SLOTS}
        return [
            (hour, [(slots[code], code in chosen) for code in (f"{day}-{hour:02}" for day in WEEKDAYS_AT_WORK)])
            for hour in HOURS
        ]

    def clean_superior_email(self):
        address = self.cleaned_data["superior_email"].lower()
        if address and address == self.person.email.lower():
            raise forms.ValidationError(gettext("This is your own address: give that of your superior."))
        return address

    def clean(self):
        data, seen = super().clean(), set()
        for name in self.wish_names:
            key = data.get(name)
            if key and key in seen:
                self.add_error(name, gettext("You wish for this topic already: choose another."))
            seen.add(key)
        return data

    @property
    def values(self):
        """What was filled in, as actions.apply takes it."""
        topics = [self.by_key[key] for name in self.wish_names if (key := self.cleaned_data[name])]
        rest = {name: value for name, value in self.cleaned_data.items() if name not in self.wish_names}
        return {"topics": topics, **rest, "times": sorted(rest["times"])}
