"""The trainings in the admin: a form grouped by what matters; its save tells participants what moved."""

import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSingleTimeWidget,
)

from ake_portal.lib import days, words
from ake_portal.lib.admin import (
    LacksTranslation,
    PlainFields,
    ScopedAdmin,
    ScopedStackedInline,
    TranslatedForm,
    audited,
    colours,
    row_of,
    to_page,
)
from budgets.choices import ChoosesMeasure
from networks.models import Network
from people.admin import OwnRegions
from trainings import actions
from trainings.models import Mode, Registration, Session, Training

SESSION_DAY = re.compile(r"sessions-\d+-day")
CLOCKS = ["%H.%M", "%H:%M", "%H"]

audited(Training, exclude=("starts_at", "ends_at", "created_by"), m2m_fields={"co_organisers", "themes", "audience"})
audited(Session, exclude=("uid", "revision", "changed_at"))


class SessionForm(TranslatedForm):
    """A session as people speak of it: a day, from a clock to a clock."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=UnfoldAdminSingleDateWidget)
    begins = forms.TimeField(
        label=gettext_lazy("Begins at"), input_formats=CLOCKS, widget=UnfoldAdminSingleTimeWidget(format="%H.%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"), input_formats=CLOCKS, widget=UnfoldAdminSingleTimeWidget(format="%H.%M")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "day" in self.fields:
            start, end = days.local(self.instance.starts_at), days.local(self.instance.ends_at)
            self.initial.update(day=start.date(), begins=start.time(), ends=end.time())

    def clean(self):
        cleaned = super().clean()
        day, begins, ends = (cleaned.get(name) for name in ("day", "begins", "ends"))
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The session ends before it begins."))
        elif day and begins and ends:
            self.instance.starts_at, self.instance.ends_at = days.at(day, begins), days.at(day, ends)
        return cleaned


class Sessions(PlainFields, ScopedStackedInline):
    model = Session
    form = SessionForm
    fields = ("day", ("begins", "ends"), "place", "link")
    min_num = 1
    verbose_name_plural = gettext_lazy("When")

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class TrainingForm(TranslatedForm):
    """What must fit together in a training; each fault stands at its field."""

    def clean(self):
        cleaned = super().clean()
        self._check_seats(cleaned)
        self._check_times(cleaned)
        if self.instance.state == Training.State.PUBLISHED:
            self._check_published(cleaned)
        return cleaned

    def _check_seats(self, cleaned):
        elsewhere = {
            "onsite_capacity": (Training.Format.REMOTE, _("A remote training has no seats on site: leave this empty.")),
            "remote_capacity": (Training.Format.ONSITE, _("A training on site has no remote seats: leave this empty.")),
        }
        for name, (without, text) in elsewhere.items():
            if cleaned.get(name) is not None and cleaned.get("format") == without:
                self.add_error(name, text)
            elif cleaned.get(name) == 0:
                self.add_error(name, _("At least one seat, or empty for no limit."))

    def _first_start(self):
        """When the first of the sessions sent along begins, or None."""
        starts = []
        day, begins = forms.DateField(), forms.TimeField(input_formats=CLOCKS)
        for prefix in [name.removesuffix("day") for name in self.data if SESSION_DAY.fullmatch(name)]:
            if self.data.get(f"{prefix}DELETE"):
                continue
            try:
                starts.append(
                    days.at(
                        day.clean(self.data.get(f"{prefix}day")),
                        begins.clean(self.data.get(f"{prefix}begins")),
                    )
                )
            except forms.ValidationError:
                continue  # the session's own form says so
        return min(starts, default=None)

    def _check_times(self, cleaned):
        opens, closes, until = (cleaned.get(name) for name in ("signup_opens_at", "signup_closes_at", "cancel_until"))
        start = self._first_start()
        if start and closes and closes > start:
            self.add_error("signup_closes_at", _("Sign-up closes at the latest when the training begins."))
        elif opens and closes and closes <= opens:
            self.add_error("signup_closes_at", _("Sign-up closes before it opens."))
        if start and opens and opens >= start:
            self.add_error("signup_opens_at", _("Sign-up opens before the training begins."))
        if start and until and until > start:
            self.add_error("cancel_until", _("Cancelling ends at the latest when the training begins."))

    def _check_published(self, cleaned):
        """Readers see it already: what publishing asks for must stay, and so must the ways people take part."""
        missing = {
            "fi": _("A published training needs this in Finnish."),
            "sv": _("A published training needs this in Swedish."),
        }
        if cleaned.get("texts") == Training.Texts.BOTH:
            for name in Training.TRANSLATIONS_NEEDED:
                for language, text in missing.items():
                    column = f"{name}_{language}"
                    if column in self.fields and not cleaned.get(column) and column not in self.errors:
                        self.add_error(column, text)
        elif "summary_fi" in self.fields and not (cleaned.get("summary_fi") or cleaned.get("summary_sv")):
            self.add_error("summary_fi", missing["fi"])
        if cleaned.get("is_drop_in") and self.instance.registrations.live().exists():
            self.add_error("is_drop_in", _("Somebody has signed up: leave it as it is."))
        modes = Training(format=cleaned.get("format")).modes
        if self.instance.registrations.live().exclude(mode__in=modes).exists():
            self.add_error("format", _("Somebody has signed up for the way that would be taken away."))


class Coming(admin.SimpleListFilter):
    """Coming or past; drafts without a time are still to come."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("coming", _("coming")), ("past", _("past"))]

    def queryset(self, request, queryset):
        if self.value() == "coming":
            return queryset.exclude(ends_at__lt=timezone.now())
        return queryset.filter(ends_at__lt=timezone.now()) if self.value() == "past" else queryset


@admin.register(Training)
class TrainingAdmin(PlainFields, ChoosesMeasure, ScopedAdmin):
    form = TrainingForm
    inlines = (Sessions,)
    list_display = ("name", "when", "its_state", "kind", "region", "seats", "queue")
    list_display_links = ("name",)
    list_select_related = ("region",)
    list_filter = (Coming, "state", ("region", OwnRegions), "kind", LacksTranslation)
    search_fields = Training.SEARCHED
    ordering = (F("starts_at").desc(nulls_first=True), "-pk")
    open_choices = ("co_organisers",)
    view_on_site = False
    actions = None
    actions_detail = (
        "preview",
        "to_publish",
        "to_participants",
        {
            "title": pgettext_lazy("a menu", "More"),
            "icon": "more_horiz",
            "items": ["to_message", "to_copy", "to_unpublish", "to_cancel_training"],
        },
    )

    @action(description=gettext_lazy("As readers see it"), url_path="preview", icon="visibility")
    def preview(self, request, object_id):
        """The public page, which shows a draft to its own staff."""
        return redirect(row_of(self, request, object_id))

    to_publish = to_page("trainings:publish", gettext_lazy("Publish…"), "publish", ActionVariant.PRIMARY)
    to_participants = to_page("trainings:participants", gettext_lazy("Participants"), "group")
    to_message = to_page("trainings:message", gettext_lazy("Message"), "mail")
    to_copy = to_page("trainings:copy", gettext_lazy("Copy…"), "content_copy")
    to_unpublish = to_page("trainings:unpublish", gettext_lazy("Take back to draft…"), "undo")
    to_cancel_training = to_page(
        "trainings:cancel_training", gettext_lazy("Cancel the training…"), "event_busy", ActionVariant.DANGER
    )

    # Who may do what

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def get_queryset(self, request):
        waiting = Registration.objects.filter(training=OuterRef("pk"), state=Registration.State.WAITING).order_by()
        counted = Subquery(waiting.values("training").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return super().get_queryset(request).with_seats().annotate(waiting=Coalesce(counted, 0))

    def has_change_permission(self, request, obj=None):
        """Co-organisers look on; what is cancelled stays as it was."""
        if obj is None:
            return request.user.is_staff
        return request.user.runs(obj.region) and not obj.is_cancelled

    def has_delete_permission(self, request, obj=None):
        """Only a draft that nobody has ever signed up for can go."""
        if obj is None:
            return request.user.is_staff
        return request.user.runs(obj.region) and obj.is_draft and not obj.registrations.exists()

    def get_actions_detail(self, request, object_id):
        """The buttons that have something to do in the training's state, for whoever may press them."""
        training = self.get_object(request, unquote(object_id))
        if training is None:
            return []
        offered = {"preview"} if training.is_draft else {"preview", "to_participants"}
        if request.user.runs(training.region):
            offered |= {"to_copy"}
            if training.is_draft:
                offered |= {"to_publish"}
            elif training.state == Training.State.PUBLISHED:
                signed_up = training.onsite_taken + training.remote_taken + training.waiting
                offered |= {"to_message"} if signed_up else {"to_unpublish"}
                offered |= set() if training.is_over() else {"to_cancel_training"}
        return [action for action in self._get_base_actions_detail() if action.method.__name__ in offered]

    # The form

    def get_fieldsets(self, request, obj=None):
        told = ""
        if obj and obj.state == Training.State.PUBLISHED and not obj.is_over():
            number = obj.registrations.live().count()
            told = number and ngettext(
                "%(n)s person takes part or queues and gets a mail when you change a time, a place or a link.",
                "%(n)s people take part or queue and get a mail when you change a time, a place or a link.",
                number,
            ) % {"n": number}
        self_and_texts = ("kind", "title", "summary", "description", "texts", "language", "interpretation")
        fieldsets = [
            (gettext_lazy("What"), {"fields": self_and_texts, "description": told or None}),
            (gettext_lazy("Where"), {"fields": ("format", "place", "address", "link")}),
            (
                gettext_lazy("Seats and sign-up"),
                {
                    "fields": (
                        "is_drop_in",
                        ("onsite_capacity", "remote_capacity"),
                        "signup_opens_at",
                        "signup_closes_at",
                        "cancel_until",
                    )
                },
            ),
            (gettext_lazy("Who arranges it"), {"fields": ("region", "co_organisers", "partners", "network")}),
            (gettext_lazy("For whom and on what"), {"fields": ("open_to_all", "audience", "themes", "measure")}),
        ]
        return [(title, {**options, "fields": self._both(options["fields"])}) for title, options in fieldsets]

    def choices_of(self, db_field, request):
        """Networks that the reader runs; all else as elsewhere."""
        if db_field.name == "network":
            run = Network.objects.run_by(request.user).values("pk")
            return Network.objects.filter(Q(pk__in=run) | Q(pk__in=self._kept(db_field, request))).by_name()
        return super().choices_of(db_field, request)

    def get_changeform_initial_data(self, request):
        own = request.user.coordinated_regions
        initial = {"region": own[0].pk} if len(own) == 1 else {}
        return {**initial, **super().get_changeform_initial_data(request)}

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "co_organisers":
            field.help_text = _("They see the participants and note who was there; only the organiser changes things.")
        return field

    def save_model(self, request, obj, form, change):
        """Writes the form's own columns only: a state that somebody changed meanwhile stays."""
        if not change:
            obj.created_by = request.user
            obj.save()
            return
        stored = Training.objects.select_for_update(of=("self",)).get(pk=obj.pk)
        request.before_the_change = actions.snapshot(stored) if stored.state == Training.State.PUBLISHED else None
        columns = {field.name for field in Training._meta.concrete_fields}
        obj.save(update_fields=[name for name in form.cleaned_data if name in columns])

    def save_related(self, request, form, formsets, change):
        """The sessions too, then participants are told of what moved and the queue gets new seats: all or nothing."""
        super().save_related(request, form, formsets, change)
        training = actions.sessions_changed(form.instance, before=getattr(request, "before_the_change", None))
        if training.format != Training.Format.ONSITE and not training.link:
            messages.warning(request, _("There is no link yet: remote participants need it before the training."))
        for mode in training.modes:
            capacity, taken = training.capacity(mode), training.taken(mode)
            if capacity is not None and taken > capacity:
                text = _("There are more people with a seat (%(taken)s) than seats (%(seats)s): nobody lost the seat.")
                messages.warning(request, text % {"taken": taken, "seats": capacity})

    # The list

    @display(description=pgettext_lazy("a training", "title"), ordering="title")
    def name(self, training):
        lacks = [
            mark
            for language, mark in (("fi", _("lacks Finnish")), ("sv", _("lacks Swedish")))
            if training.lacks(language)
        ]
        if not lacks:
            return training.title
        return format_html(
            '{} <span class="text-red-600 dark:text-red-400">({})</span>', training.title, ", ".join(lacks)
        )

    @display(description=gettext_lazy("when"), ordering="starts_at")
    def when(self, training):
        return words.period(training.starts_at, training.ends_at) if training.starts_at else "–"

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label=colours(Training.State, draft="warning", published="success", cancelled="danger"),
    )
    def its_state(self, training):
        return training.state, training.get_state_display()

    @display(description=gettext_lazy("seats taken"))
    def seats(self, training):
        taken = {
            mode: f"{training.taken(mode)}"
            if training.capacity(mode) is None
            else f"{training.taken(mode)}/{training.capacity(mode)}"
            for mode in training.modes
        }
        if len(taken) == 1:
            return next(iter(taken.values()))
        return f"{taken[Mode.ONSITE]} {Mode.ONSITE.label}, {taken[Mode.REMOTE]} {Mode.REMOTE.label}"

    @display(description=gettext_lazy("queue"), ordering="waiting")
    def queue(self, training):
        return training.waiting or "–"
