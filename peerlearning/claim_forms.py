"""What a traveller fills in on a claim, and what checkers and approvers say to it.

A claim being written keeps what is typed, however little; what it lacks is said when it is sent.
"""

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from ake_portal.lib.money import ZERO
from budgets.forms import Receipts, Sum
from peerlearning.claim_messages import TEXTS
from peerlearning.identity import PlainText
from peerlearning.models import Leg
from peerlearning.models.claims import PaidKind

MOST_LEGS = 20
MOST_COSTS = 10
MOST_RECEIPTS = 5  # of one cost, all together
# Fields that a draft may leave empty and a claim that is sent may not: they are not called optional
NEEDED = (
    *("purpose", "no_transit_reason", "from_place", "to_place", "day", "leaves_clock", "arrives_clock", "mode", "km"),
    *("kind", "amount", "receipts"),
)


class Draft(forms.Form):
    """A form that keeps what is there so far."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.needed = name in NEEDED


class Day(forms.DateField):
    def __init__(self, **options):
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"required": False, "widget": widget, **options})


class Clock(forms.TimeField):
    def __init__(self, **options):
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(**{"required": False, "widget": widget, **options})


class HeadForm(Draft):
    """What the whole claim says."""

    purpose = PlainText(
        label=_("Purpose of the trip"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    no_transit_reason = PlainText(
        label=_("Why public transport was impossible"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only when you drove your own car: no bus at that time, things to carry, several places in a day."),
    )


class LegForm(Draft):
    """One leg of the way; an empty one is left out."""

    from_place = PlainText(label=pgettext_lazy("of a leg", "From"), max_length=120, required=False)
    to_place = PlainText(label=pgettext_lazy("of a leg", "To"), max_length=120, required=False)
    day = Day(label=_("Day"))
    leaves_clock = Clock(label=_("Leaves at"))
    arrives_clock = Clock(label=_("Arrives at"))
    arrives_day = Day(label=_("Day of arriving, if it is another"))
    mode = forms.ChoiceField(
        label=_("How"),
        required=False,
        choices=[("", pgettext_lazy("no mode of travel chosen", "Choose")), *Leg.Mode.choices],
    )
    km = forms.IntegerField(
        label=_("Kilometres by own car"),
        required=False,
        min_value=0,
        max_value=Leg.MOST_KM,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    passengers = PlainText(
        label=_("Names of colleagues in your car"),
        max_length=200,
        required=False,
        help_text=_("With commas between them. For each a supplement is paid."),
    )
    gone = forms.BooleanField(label=_("Take this leg away"), required=False)

    TYPED = (
        "from_place",
        "to_place",
        "day",
        "leaves_clock",
        "arrives_clock",
        "arrives_day",
        "mode",
        "km",
        "passengers",
    )

    @staticmethod
    def initial_of(leg):
        leaves = leg.leaves_at and days.local(leg.leaves_at)
        arrives = leg.arrives_at and days.local(leg.arrives_at)
        return {
            "from_place": leg.from_place,
            "to_place": leg.to_place,
            "day": (leaves or arrives) and (leaves or arrives).date(),
            "leaves_clock": leaves and leaves.time(),
            "arrives_clock": arrives and arrives.time(),
            "arrives_day": arrives.date() if arrives and leaves and arrives.date() != leaves.date() else None,
            "mode": leg.mode,
            "km": leg.km,
            "passengers": leg.passengers,
        }

    @property
    def is_empty(self):
        return not any(self.cleaned_data.get(name) not in (None, "") for name in self.TYPED)

    def clean(self):
        data = super().clean()
        data["leaves_at"] = self._moment("day", "leaves_clock")
        data["arrives_at"] = self._moment("arrives_day" if data.get("arrives_day") else "day", "arrives_clock")
        day = data.get("day") or data.get("arrives_day")
        if day and not data.get("leaves_clock") and not data.get("arrives_clock"):
            self._unless_wrong("leaves_clock", gettext("Give the clock, too."))
        if data["leaves_at"] and data["arrives_at"] and data["arrives_at"] <= data["leaves_at"]:
            self._unless_wrong(
                "arrives_clock", gettext("This is before leaving. If you arrived on another day, give that day, too.")
            )
        if data.get("passengers") and data.get("mode") and data["mode"] != Leg.Mode.CAR:
            self._unless_wrong("passengers", gettext("A supplement is paid for passengers in your own car only."))
        if data.get("km") and data.get("mode") and data["mode"] != Leg.Mode.CAR:
            self._unless_wrong("km", gettext("Kilometres are paid for your own car only."))
        return data

    def _moment(self, day, clock):
        """The moment of two fields; a clock without a day is told at the day."""
        typed_day, typed_clock = self.cleaned_data.get(day), self.cleaned_data.get(clock)
        if typed_clock and not typed_day:
            self._unless_wrong(day, gettext("Give the day, too."))
        return days.at(typed_day, typed_clock) if typed_day and typed_clock else None

    def _unless_wrong(self, field, text):
        if field not in self.errors:
            self.add_error(field, text)

    @property
    def values(self):
        """The fields of a Leg."""
        data = self.cleaned_data
        names = ("from_place", "to_place", "leaves_at", "arrives_at", "mode", "km", "passengers")
        return {name: data[name] for name in names}


class CostForm(Draft):
    """One ticket or one lodging that the traveller paid, with its receipts; an empty one is left out."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=[("", pgettext_lazy("no kind of cost chosen", "Choose")), *PaidKind.choices],
    )
    text = PlainText(
        label=_("More precisely"),
        max_length=200,
        required=False,
        help_text=_("Such as train Kuopio–Joroinen and back; of lodging where and how many nights."),
    )
    amount = Sum(label=_("What you paid, €"), required=False, max_digits=8)
    vat = Sum(
        label=_("Of which VAT, €"),
        required=False,
        min_value=0,
        max_digits=8,
        help_text=_("As the receipt says; empty if it does not."),
    )
    receipts = Receipts(
        label=pgettext_lazy("of a claim", "Receipts"),
        help_text=_("A photo or a PDF, at most 10 MB each. Only you, the AKE and the approver see them."),
    )
    drop = forms.MultipleChoiceField(
        label=_("Take these receipts away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    gone = forms.BooleanField(label=_("Take this cost away"), required=False)

    def __init__(self, *args, cost=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.cost = cost
        self.there = list(cost.receipts.all()) if cost else []
        if self.there:
            self.fields["drop"].choices = [(receipt.pk, receipt.name) for receipt in self.there]
        else:
            del self.fields["drop"]

    @staticmethod
    def initial_of(cost):
        return {"pk": cost.pk, "kind": cost.kind, "text": cost.text, "amount": cost.amount, "vat": cost.vat or None}

    @property
    def is_empty(self):
        return not self.cost and not any(
            self.cleaned_data.get(name) not in (None, "", []) for name in ("kind", "text", "amount", "vat", "receipts")
        )

    def clean(self):
        data = super().clean()
        if data.get("gone") or self.is_empty:
            return data
        if not data.get("kind") and "kind" not in self.errors:
            self.add_error("kind", gettext("Say whether it is a ticket or lodging. The employer pays per diems."))
        amount, vat = data.get("amount"), data.get("vat")
        if "amount" not in self.errors and (amount is None or amount <= 0):
            self.add_error("amount", gettext("Give a sum above zero."))
        elif amount and vat and vat >= amount:
            self.add_error("vat", gettext("VAT is a part of what you paid."))
        kept = len(self.there) - len(data.get("drop", []))
        if kept + len(data.get("receipts") or []) > MOST_RECEIPTS:
            self.add_error("receipts", gettext("At most %(most)s receipts for one cost.") % {"most": MOST_RECEIPTS})
        return data

    @property
    def values(self):
        """The fields of a ClaimCost, and what claims.save does with its receipts."""
        data = self.cleaned_data
        return {
            "pk": self.cost and self.cost.pk,
            "kind": data["kind"],
            "text": data["text"],
            "amount": data["amount"],
            "vat": data["vat"] or ZERO,
            "receipts": data["receipts"],
            "drop": [int(key) for key in data.get("drop", [])],
        }


def _number(typed, most):
    return min(most, int(typed)) if str(typed).isdecimal() and len(str(typed)) < 4 else 0


class ClaimForms:
    """A whole claim: its head, its legs and its costs, as they are stored or as they came with a request.

    One more empty leg or cost is shown when `more` is "leg" or "cost".
    """

    def __init__(self, claim, data=None, files=None, more=""):
        self.claim = claim
        initial = {"purpose": claim.purpose, "no_transit_reason": claim.no_transit_reason}
        self.head = HeadForm(data, initial=initial, prefix="claim")
        legs = list(claim.legs.all())
        costs = list(claim.costs.prefetch_related("receipts"))
        if data is None:
            number_of_legs = min(MOST_LEGS, max(1, len(legs) + (more == "leg")))
            number_of_costs = min(MOST_COSTS, len(costs) + (more == "cost"))
        else:
            number_of_legs = _number(data.get("legs"), MOST_LEGS)
            number_of_costs = _number(data.get("costs"), MOST_COSTS)
        self.legs = [
            LegForm(data, prefix=f"leg{number}", initial=LegForm.initial_of(legs[number]) if number < len(legs) else {})
            for number in range(number_of_legs)
        ]
        self.costs = [self._cost_form(number, costs, data, files) for number in range(number_of_costs)]
        self.has_room_for_leg = len(self.legs) < MOST_LEGS
        self.has_room_for_cost = len(self.costs) < MOST_COSTS

    def _cost_form(self, number, costs, data, files):
        prefix = f"cost{number}"
        if data is None:
            cost = costs[number] if number < len(costs) else None
            return CostForm(prefix=prefix, cost=cost, initial=CostForm.initial_of(cost) if cost else {})
        key = data.get(f"{prefix}-pk")
        cost = next((one for one in costs if str(one.pk) == key), None)
        return CostForm(data, files, prefix=prefix, cost=cost)

    @property
    def all(self):
        return [self.head, *self.legs, *self.costs]

    def is_valid(self):
        return all([form.is_valid() for form in self.all])  # noqa: C419  every form is to say what is wrong

    @property
    def values(self):
        """What claims.save takes."""
        seen, costs = set(), []
        for form in self.costs:
            if form.cleaned_data.get("gone") or form.is_empty or (form.cost and form.cost.pk in seen):
                continue
            if form.cost:
                seen.add(form.cost.pk)
            costs.append(form.values)
        return {
            **self.head.cleaned_data,
            "legs": [form.values for form in self.legs if not form.cleaned_data.get("gone") and not form.is_empty],
            "costs": costs,
        }

    def say(self, lacks):
        """Write at its field what is missing."""
        parts = {"claim": [self.head], "leg": self.legs, "cost": self.costs}
        for lack in lacks:
            form = parts[lack.part][lack.number]
            form.errors.setdefault(lack.field, form.error_class()).append(str(TEXTS[lack.code]))


class CheckForm(forms.Form):
    """A checker's yes."""

    document_number = PlainText(
        label=_("Document number"),
        required=False,
        max_length=40,
        help_text=_("Under which the claim stands in the books. The employer gives it on its bill."),
    )


class ApproveForm(forms.Form):
    """An approver's yes; the reason is asked for when the line has too little left."""

    override_reason = PlainText(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )


class BackForm(forms.Form):
    """What the traveller is to complete."""

    note = PlainText(label=_("What is to be completed"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class BoughtForm(forms.Form):
    """What the AKE bought for a visit."""

    kind = forms.ChoiceField(label=_("What was bought"), choices=PaidKind.choices, widget=forms.RadioSelect)
    text = PlainText(
        label=_("More precisely"),
        max_length=200,
        help_text=_("The travellers get this by mail, such as the train and its time."),
    )
    amount = Sum(label=_("Sum without VAT, €"), help_text=_("A refund is negative."))
    vat = Sum(label=_("VAT, €"), required=False, min_value=0)
    document_number = PlainText(label=_("Document number"), max_length=40)
    receipts = Receipts(
        label=_("Receipts"),
        help_text=_("The invoice as PDF, JPEG or PNG, at most 10 MB each. Only those who see the money see them."),
    )
    checked = forms.BooleanField(
        label=_("I have checked the invoice: it is ours, and its sum is right"),
        required=False,
        help_text=_("It goes to be approved at once. Otherwise it waits for a colleague to check it."),
    )
    override_reason = PlainText(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )
