"""What people fill in about kits: which to see, from when to when, and what was in the kit when it came back."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import finnish_key
from networks.loan_messages import refusal
from networks.models import Kit, Loan
from people import kept


class KitFilter(forms.Form):
    """Which kits to show. A wrong value in the address counts as none."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(label=_("Kind of kit"), required=False)

    def __init__(self, data):
        super().__init__(data)
        regions = sorted(kept.regions.rows.values(), key=lambda region: finnish_key(region.name))
        self.regions = {region.code: region for region in regions}
        self.fields["region"].choices = [("", _("All regions")), *((one.code, one.name) for one in regions)]
        self.fields["kind"].choices = [("", pgettext_lazy("kits", "All kinds")), *Kit.Kind.choices]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
        self.full_clean()

    def narrow(self, kits):
        chosen = self.cleaned_data.get
        if region := self.regions.get(chosen("region")):
            kits = kits.filter(region=region)
        return kits.filter(kind=chosen("kind")) if chosen("kind") else kits

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.get(name) for name in self.fields)


class Day(forms.DateField):
    def __init__(self, **options):
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class DaysForm(forms.Form):
    """From when to when a library has the kit, and how it comes there."""

    first_day = Day(label=_("First day"))
    last_day = Day(label=_("Last day"))
    comes_from = forms.ChoiceField(
        label=_("How the kit comes"),
        choices=Loan.ComesFrom,
        initial=Loan.ComesFrom.AKE,
        widget=forms.RadioSelect,
        help_text=_("If no library has it before, it always comes from the AKE."),
    )
    FIELD_OF = {
        "past": "first_day",
        "taken": "first_day",
        "backwards": "last_day",
        "far": "last_day",
        "long": "last_day",
    }

    def refuse(self, refused):
        """Say at its field why the days were refused."""
        name = self.FIELD_OF.get(refused.code)
        self.add_error(name if name in self.fields else None, refusal(refused))


class ExtendForm(DaysForm):
    """Another last day for what is at a library."""

    first_day = comes_from = None
    FIELD_OF = {**DaysForm.FIELD_OF, "past": "last_day", "taken": "last_day"}


class CallOffForm(forms.Form):
    """Why whoever runs the kit cancels a loan."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PartsForm(forms.Form):
    """The parts of a kit that are counted, and its condition."""

    condition = forms.CharField(
        label=_("Condition"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is worn, broken or used up. You may leave it empty."),
    )

    def __init__(self, data=None, *, kit):
        super().__init__(data)
        self.parts = list(kit.parts.all())
        for part in self.parts:
            self.fields[f"part_{part.pk}"] = forms.IntegerField(
                label=_("%(part)s: how many of %(number)s are there") % {"part": part, "number": part.number},
                min_value=0,
                max_value=part.number,
                initial=part.number,
                widget=forms.NumberInput(attrs={"class": "form-control number"}),
            )

    @property
    def part_fields(self):
        return [self[f"part_{part.pk}"] for part in self.parts]

    @property
    def missing(self):
        """{key of a part: how many are not there}."""
        counted = {part.pk: part.number - self.cleaned_data[f"part_{part.pk}"] for part in self.parts}
        return {key: number for key, number in counted.items() if number}
