"""What people fill in about visits. A draft keeps what is typed, however little; what it lacks is said before it is sent."""

from itertools import groupby

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from ake_portal.lib.search import finnish_key, in_finnish_order
from budgets.forms import Sum
from budgets.models import Measure
from peerlearning import consents, travel
from peerlearning.models import CostLine, Stop, Visit
from people.actions import is_shared_mailbox
from people.models import Branch, Region, Topic, User

MOST_STOPS = 5
# Fields that a draft may leave empty and a visit may not: they are not called optional
NEEDED = ("subject", "topics", "goal", "leave_day", "leave_clock", "return_day", "return_clock", "travel")


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


def _moment(day, clock):
    return days.at(day, clock) if day and clock else None


def grouped_topics():
    """[(group, [(key, name)])] of all topics."""
    names = dict(Topic.Group.choices)
    order = {group: place for place, group in enumerate(names)}
    topics = Topic.objects.order_by(in_finnish_order("name", translated=True))
    topics = sorted(topics, key=lambda topic: order.get(topic.group, len(order)))
    return [
        (names.get(group, ""), [(topic.pk, topic.name) for topic in of_group])
        for group, of_group in groupby(topics, key=lambda topic: topic.group)
    ]


def grouped_branches(regions, *, but, also=()):
    """[("", ""), (library, [(key, branch)])] of the working branches in `regions` outside the library `but`, and those of `also`."""
    working = Branch.objects.filter(closed_on=None, library__closed_on=None, library__region__in=regions)
    branches = working.exclude(library=but).select_related("library")
    known = {branch.pk for branch in branches}
    extra = Branch.objects.filter(pk__in=[key for key in also if key not in known]).exclude(library=but)
    rows = sorted(
        [*branches, *extra], key=lambda branch: (finnish_key(str(branch.library or "")), finnish_key(str(branch)))
    )
    return [
        ("", _("Choose a place")),
        *(
            (library, [(branch.pk, branch.name) for branch in of_library])
            for library, of_library in groupby(rows, key=lambda branch: str(branch.library or ""))
        ),
    ]


class Wanted(Draft):
    """What you want to learn, and of which kind the visit is: asked by a visit and by a wish for a host."""

    subject = forms.CharField(
        label=_("What do you want to learn?"),
        max_length=160,
        required=False,
        help_text=_("In a few words, such as how a self-service library works in the evenings."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("At least one.")
    )
    kind = forms.ChoiceField(
        label=_("What kind of visit?"),
        choices=[
            (Visit.Kind.VISIT, _("A visit: a day or so at colleagues'")),
            (Visit.Kind.EXCHANGE, _("A staff exchange: several days of work in another library, perhaps both ways")),
            (Visit.Kind.STUDY_TRIP, _("A study trip: a group visits one place or several")),
        ],
        initial=Visit.Kind.VISIT,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = grouped_topics()


class WhereForm(Wanted):
    """The first step of a visit, without its places."""

    @staticmethod
    def initial_of(visit):
        return {
            "subject": visit.subject,
            "topics": [str(key) for key in visit.topics.values_list("pk", flat=True)],
            "kind": visit.kind,
        }

    def save(self, visit):
        data = self.cleaned_data
        visit.subject, visit.kind = data["subject"], data["kind"]
        visit.save()
        visit.topics.set([int(key) for key in data["topics"]])


class StopForm(forms.Form):
    """One place on the way, and whom to meet there."""

    branch = forms.ChoiceField(label=_("Place"), required=False)
    contact_name = forms.CharField(label=_("Whom to meet, if you know"), max_length=120, required=False)
    contact_email = forms.EmailField(
        label=_("Their e-mail at work"),
        required=False,
        help_text=_("They are asked whether the day suits. Without one the library's director is asked."),
    )

    def clean(self):
        data = super().clean()
        branch = Branch.objects.select_related("library").filter(pk=data.get("branch") or None).first()
        data["branch"] = branch
        email = data["contact_email"] = (data.get("contact_email") or "").lower()
        if email and branch is None:
            self.add_error("branch", gettext("Choose the place where they work."))
        elif email and not self._works_there(email, branch):
            self.add_error(
                "contact_email",
                gettext("This is not an address of %(library)s.") % {"library": branch.library or branch},
            )
        elif email and not data.get("contact_name") and not self._is_known(email):
            self.add_error("contact_name", gettext("Write their name, too."))
        return data

    def _is_known(self, email):
        return is_shared_mailbox(email) or User.objects.filter(email=email).exists()

    def _works_there(self, email, branch):
        library = branch.library
        if email == branch.email.lower() or library is not None and email == library.email.lower():
            return True
        if library is None:
            return False
        known = User.objects.filter(email=email).first()
        if known is not None and known.library_id is not None:
            return known.library_id == library.pk
        return library.mail_domains.filter(domain=email.rpartition("@")[2]).exists()


class Stops:
    """The places of a visit as a handful of forms; one more is shown than are filled in."""

    def __init__(self, library, data=None, *, stops=(), place=None, region=None, shown=0):
        self.stops = list(stops)
        initial = [
            {"branch": stop.branch_id, "contact_name": stop.contact_name, "contact_email": stop.contact_email}
            for stop in self.stops
        ]
        if place and not initial:
            initial = [place]
        regions = {library.region_id, *([region.pk] if region else [])}
        also = [one["branch"] for one in initial]
        if data is not None:
            also += [data.get(f"stop{n}-branch") for n in range(MOST_STOPS)]
        choices = grouped_branches(regions, but=library, also=[int(key) for key in also if str(key or "").isdigit()])
        count = min(MOST_STOPS, max(len(initial), 1, shown))
        self.forms = []
        for number in range(count):
            form = StopForm(data, prefix=f"stop{number}", initial=initial[number] if number < len(initial) else {})
            form.fields["branch"].choices = choices
            form.fields["branch"].needed = number == 0
            form.number = number + 1
            self.forms.append(form)

    def is_valid(self):
        if not all([form.is_valid() for form in self.forms]):  # noqa: C419  every form is to say what is wrong
            return False
        chosen = {}
        for form in self.forms:
            branch = form.cleaned_data["branch"]
            if branch is not None and branch.pk in chosen:
                form.add_error("branch", gettext("The same place is there twice."))
                return False
            if branch is not None:
                chosen[branch.pk] = form
        return True

    def save(self, visit):
        """Write the stops, keeping those that stay. Returns what consents.leave_out gave of the others."""
        there = {stop.branch_id: stop for stop in visit.stops.all()}
        position = 0
        for form in self.forms:
            branch = form.cleaned_data["branch"]
            if branch is None:
                continue
            position += 1
            stop = there.pop(branch.pk, None) or Stop(visit=visit, branch=branch)
            stop.position = position
            stop.contact_name = form.cleaned_data["contact_name"]
            stop.contact_email = form.cleaned_data["contact_email"]
            stop.save()
        told = []
        for stop in there.values():
            told += consents.leave_out(stop)
        return told


class WhenForm(Draft):
    """What you bring home, and when you are where."""

    goal = forms.CharField(
        label=_("What do you mean to bring home?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hosts, your director and the AKE read this. What will be different in your library afterwards?"),
    )
    is_mutual = forms.BooleanField(label=_("Somebody from there comes to us, too"), required=False)
    leave_day = Day(label=_("Leaves on"))
    leave_clock = Clock(label=pgettext_lazy("leaves", "at"))
    return_day = Day(label=_("Is back on"))
    return_clock = Clock(label=pgettext_lazy("is back", "at"))

    def __init__(self, visit, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.stops = list(visit.stops.select_related("branch"))
        if visit.kind != Visit.Kind.EXCHANGE:
            del self.fields["is_mutual"]
        for stop in self.stops:
            for name, field in (
                ("day", Day(label=_("Day"))),
                ("from", Clock(label=pgettext_lazy("a clock", "from"))),
                ("until", Clock(label=pgettext_lazy("a clock", "until"))),
            ):
                field.needed = True
                self.fields[f"{name}_{stop.pk}"] = field

    @property
    def stop_rows(self):
        """[(stop, its fields)]."""
        return [(stop, [self[f"{name}_{stop.pk}"] for name in ("day", "from", "until")]) for stop in self.stops]

    @staticmethod
    def initial_of(visit):
        initial = {"goal": visit.goal, "is_mutual": visit.is_mutual}
        for name, moment in (("leave", visit.leaves_at), ("return", visit.returns_at)):
            if moment:
                local = days.local(moment)
                initial |= {f"{name}_day": local.date(), f"{name}_clock": local.time()}
        timed = [stop for stop in visit.stops.all() if stop.starts_at and stop.ends_at]
        if timed and not visit.leaves_at and not visit.returns_at:
            # a host was proposed with its day: when the traveller leaves home, only the traveller knows
            initial["leave_day"] = days.local(min(stop.starts_at for stop in timed)).date()
            initial["return_day"] = days.local(max(stop.ends_at for stop in timed)).date()
        for stop in timed:
            start, end = days.local(stop.starts_at), days.local(stop.ends_at)
            initial |= {
                f"day_{stop.pk}": start.date(),
                f"from_{stop.pk}": start.time(),
                f"until_{stop.pk}": end.time(),
            }
        return initial

    def clean(self):
        data = super().clean()
        for name in ("leave", "return"):
            self._both(data, f"{name}_day", f"{name}_clock")
        leaves = _moment(data.get("leave_day"), data.get("leave_clock"))
        returns = _moment(data.get("return_day"), data.get("return_clock"))
        if leaves and returns and returns <= leaves:
            self.add_error("return_day", gettext("Coming back must be after leaving."))
        if leaves and leaves <= timezone.now():
            self.add_error("leave_day", gettext("The trip must lie ahead."))
        for stop in self.stops:
            names = [f"{part}_{stop.pk}" for part in ("day", "from", "until")]
            day, start, end = (data.get(name) for name in names)
            if day is None and start is None and end is None:
                continue
            for name in names:
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, gettext("Fill this in, too."))
            if start and end and end <= start:
                self.add_error(names[2], gettext("The end must be after the beginning."))
            elif (
                day
                and start
                and end
                and leaves
                and returns
                and not leaves <= days.at(day, start) < days.at(day, end) <= returns
            ):
                self.add_error(names[0], gettext("The stop must lie between leaving and coming back."))
        return data

    def _both(self, data, day, clock):
        if bool(data.get(day)) != bool(data.get(clock)):
            lacking = clock if data.get(day) else day
            if lacking not in self.errors:
                self.add_error(lacking, gettext("Fill this in, too."))

    def save(self, visit):
        data = self.cleaned_data
        visit.goal = data["goal"]
        visit.is_mutual = data.get("is_mutual", False)
        visit.leaves_at = _moment(data["leave_day"], data["leave_clock"])
        visit.returns_at = _moment(data["return_day"], data["return_clock"])
        visit.save()
        for stop in self.stops:
            day, start, end = (data[f"{part}_{stop.pk}"] for part in ("day", "from", "until"))
            stop.starts_at, stop.ends_at = _moment(day, start), _moment(day, end)
            stop.save(update_fields=["starts_at", "ends_at"])


class TravelForm(Draft):
    """How you travel and what it costs the AKE."""

    travel = forms.ChoiceField(
        label=_("How do you travel?"), choices=Visit.Travel, required=False, widget=forms.RadioSelect
    )
    ticket = Sum(label=_("Tickets, €"), required=False, min_value=0, help_text=_("Both ways, all travellers together."))
    ticket_text = forms.CharField(label=_("What tickets"), max_length=200, required=False)
    route = forms.CharField(label=_("Route"), max_length=300, required=False)
    km = forms.IntegerField(label=_("Kilometres, both ways"), required=False, min_value=1, max_value=5000)
    passengers = forms.IntegerField(
        label=_("Colleagues in the same car"), required=False, min_value=0, max_value=8, initial=0
    )
    no_transit_reason = forms.CharField(
        label=_("Why is public transport impossible?"),
        max_length=300,
        required=False,
        help_text=_("The AKE pays for kilometres only when there is no bus or train that would do."),
    )
    claims_km = forms.BooleanField(label=_("I ask the AKE to pay for the kilometres"), required=False, initial=True)
    lodging = Sum(label=_("Lodging, €"), required=False, min_value=0)
    lodging_text = forms.CharField(label=_("Where, how many nights"), max_length=200, required=False)
    employer_case = forms.CharField(
        label=_("Your employer's case number"),
        max_length=60,
        required=False,
        help_text=_("If your employer's travel system has given one. It is printed on the travel order."),
    )

    def __init__(self, visit, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.suggested = travel.estimate(visit)
        if self.suggested:
            self.fields["km"].help_text = gettext(
                "Estimated from the map: %(km)s km. Put it right when you know better."
            ) % {"km": self.suggested}

    @staticmethod
    def initial_of(visit):
        costs = {line.kind: line for line in visit.costs.all()}
        initial = {
            "travel": visit.travel,
            "route": visit.route or (travel.route(visit) if visit.stops.exists() else ""),
            "km": visit.km or travel.estimate(visit),
            "passengers": visit.passengers,
            "no_transit_reason": visit.no_transit_reason,
            "claims_km": CostLine.Kind.KM in costs or visit.travel != Visit.Travel.CAR,
            "employer_case": visit.employer_case,
        }
        for kind in (CostLine.Kind.TICKET, CostLine.Kind.LODGING):
            if kind in costs:
                initial |= {kind.value: costs[kind].amount, f"{kind.value}_text": costs[kind].text}
        return initial

    @transaction.atomic
    def save(self, visit):
        """Write travel and costs; the kilometres are priced by the caller (actions.price)."""
        data = self.cleaned_data
        by_car = data["travel"] == Visit.Travel.CAR
        visit.travel, visit.route, visit.employer_case = data["travel"], data["route"], data["employer_case"]
        visit.km = data["km"] if by_car else None
        visit.km_is_estimate = by_car and data["km"] is not None and data["km"] == self.suggested
        visit.passengers = (data["passengers"] or 0) if by_car else 0
        visit.no_transit_reason = data["no_transit_reason"] if by_car else ""
        visit.save()
        wanted = {}
        if data["ticket"]:
            wanted[CostLine.Kind.TICKET] = (data["ticket"], data["ticket_text"])
        if data["lodging"]:
            wanted[CostLine.Kind.LODGING] = (data["lodging"], data["lodging_text"])
        if by_car and data["claims_km"] and visit.km:
            wanted[CostLine.Kind.KM] = ("0.01", "")  # until it is priced in the same transaction
        visit.costs.exclude(kind__in=wanted).delete()
        for kind, (amount, text) in wanted.items():
            CostLine.objects.update_or_create(visit=visit, kind=kind, defaults={"amount": amount, "text": text})


class PersonForm(forms.Form):
    """For whom AKE staff prepare a visit."""

    email = forms.EmailField(label=_("For whom: e-mail at work"))

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        people = User.objects.active().filter(library__isnull=False, library_confirmed_at__isnull=False)
        person = (
            people.coordinated_by(self.user).select_related("library__region", "branch").filter(email=email).first()
        )
        if person is None:
            raise forms.ValidationError(
                gettext("In your region there is nobody with this address whose workplace is confirmed.")
            )
        self.person = person
        return email


class RegionForm(forms.Form):
    """Another region whose places are shown, too."""

    region = forms.ModelChoiceField(Region.objects.none(), label=_("Places of another region"), required=False)

    def __init__(self, own, *args, **kwargs):
        super().__init__(*args, **kwargs)
        regions = Region.objects.exclude(pk=own.pk).filter(libraries__branches__isnull=False).distinct()
        self.fields["region"].queryset = regions
        self.fields["region"].empty_label = gettext("only the own region's")


# Deciding


class DecideForm(forms.Form):
    """A decision: yes, a change, or no."""

    is_duty = forms.BooleanField(
        label=_("The visit is a work assignment. For travelling time and per diems our own rules hold."),
        required=False,
    )
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    region_reason = forms.CharField(
        label=_("Why the AKE pays for a trip to another region"), max_length=300, required=False
    )
    measure = forms.ModelChoiceField(Measure.objects.none(), label=_("Measure of the plan"), required=False)
    override_reason = forms.CharField(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )
    message = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, consent, *args, by=None, plan=None, is_over=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.consent = consent
        visit = consent.visit
        self.fields["message"].label = gettext("Message to %(name)s") % {"name": visit.traveller.get_short_name()}
        self.fields["message"].help_text = gettext("Needed when you ask for a change or say no.")
        kinds = consent.Kind
        keep = {"message"}
        if consent.kind == kinds.DIRECTOR:
            keep.add("is_duty")
        if by is None:
            keep.add("name")
        if consent.kind == kinds.AKE:
            if visit.goes_elsewhere:
                keep.add("region_reason")
            if plan is not None:
                keep.add("measure")
                self.fields["measure"].queryset = Measure.objects.filter(focus_area__plan=plan).exclude(
                    state=Measure.State.DROPPED
                )
                self.fields["measure"].empty_label = gettext("none yet")
            if is_over:
                keep.add("override_reason")
        for name in set(self.fields) - keep:
            del self.fields[name]

    def check(self, answer):
        """Add what is missing for this `answer` ("yes", "change" or "no") at its field. Returns whether all is there."""
        data = self.cleaned_data
        if "name" in self.fields and not data.get("name", "").strip():
            self.add_error("name", gettext("Write your name: the decision is kept with it."))
        if answer == "yes":
            if "is_duty" in self.fields and not data.get("is_duty"):
                self.add_error("is_duty", gettext("Tick that the visit is a work assignment."))
            if "region_reason" in self.fields and not data.get("region_reason", "").strip():
                self.add_error("region_reason", gettext("Say why."))
        elif not data.get("message", "").strip():
            self.add_error("message", gettext("Say why, so that the traveller knows what to do."))
        return not self.errors


class CancelForm(forms.Form):
    """Why a visit is called off."""

    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ColleagueForm(forms.Form):
    """Whom to take along on a study trip."""

    email = forms.EmailField(label=_("E-mail of the colleague"))
