"""Trainings of every kind, their sessions, and who takes part."""

import uuid
from datetime import time, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from ake_portal.lib.search import matches
from ake_portal.lib.uploads import unguessable
from networks.models import Leader, Membership, Network
from trainings import workflow


class Mode(models.TextChoices):
    """How a person takes part."""

    ONSITE = "onsite", _("on site")
    REMOTE = "remote", _("remotely")


class TrainingQuerySet(models.QuerySet):
    def public(self):
        """What everybody sees: published, and cancelled ones, so that nobody travels in vain."""
        return self.filter(state__in=[Training.State.PUBLISHED, Training.State.CANCELLED])

    def run_by(self, user):
        """Trainings that `user` follows as staff: of the own regions, also as co-organiser."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        led = Q(network__in=Leader.objects.filter(person=user).values("network"))
        regions = [region.pk for region in user.coordinated_regions]
        if not regions:
            return self.filter(led)
        co_organised = Training.co_organisers.through.objects.filter(training=OuterRef("pk"), region__in=regions)
        return self.filter(Q(region__in=regions) | Exists(co_organised) | led)

    def gatherings_run_by(self, user):
        """Gatherings of the networks that `user` leads, or that the AKE `user` works for runs."""
        return self.filter(network__in=Network.objects.run_by(user).values("pk"))

    def gatherings_for(self, user):
        """Gatherings of the networks that `user` belongs to, since the day of joining; annotates `own_state`, the user's last sign-up."""
        own = Registration.objects.filter(training=OuterRef("pk"), person=user).order_by("-pk")
        return (
            self.public()
            .filter(
                network__memberships__person=user,
                network__memberships__state=Membership.State.MEMBER,
                ends_at__gte=F("network__memberships__joined_on"),
            )
            .annotate(own_state=Subquery(own.values("state")[:1]))
        )

    def materials_kept_by(self, user):
        """Trainings to whose pages `user` may add files and links."""
        own = Training.objects.run_by(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=Training.objects.gatherings_run_by(user).values("pk")))

    def owned_by(self, user):
        """Trainings that `user` may change, publish and cancel: of the own regions."""
        return self if user.is_superuser else self.filter(region__in=user.coordinated_regions)

    def visible_to(self, user):
        """What `user` may look at: the public ones, and drafts of the own regions."""
        if not user.is_authenticated or not user.is_staff:
            return self.public()
        if user.is_superuser:
            return self
        return self.filter(
            Q(state__in=[Training.State.PUBLISHED, Training.State.CANCELLED])
            | Q(pk__in=Training.objects.run_by(user).values("pk"))
        )

    def coming(self, now=None):
        """Those that have not ended, the next first."""
        return self.filter(ends_at__gte=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now=None):
        return self.filter(ends_at__lt=now or timezone.now()).order_by("-starts_at", "-pk")

    def search(self, words):
        return self.filter(matches(words, *Training.SEARCHED)) if words else self

    def with_seats(self):
        """Annotates `onsite_taken`, `remote_taken`: seats held by those who take part or have an offer."""

        def taken(mode):
            held = Registration.objects.filter(
                training=OuterRef("pk"), mode=mode, state__in=Registration.HOLDS_SEAT
            ).order_by()
            return Coalesce(
                Subquery(held.values("training").annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
            )

        return self.annotate(onsite_taken=taken(Mode.ONSITE), remote_taken=taken(Mode.REMOTE))


@lru_cache(maxsize=4096)
def _address(pk, title, language):
    """The address of a training's page in the reader's `language`: each sign-up writes it three times."""
    return reverse("trainings:detail", args=[pk, slugify(title) or "training"])


class Training(models.Model):
    """Something that library staff sign up for, on one day or several."""

    SEARCHED = (
        "title_fi",
        "title_sv",
        "summary_fi",
        "summary_sv",
        "description_fi",
        "description_sv",
        "place_fi",
        "place_sv",
        "partners",
    )

    TRANSLATIONS_NEEDED = ("title", "summary")  # longer texts may wait
    LISTS_KEPT = timedelta(days=2 * 365)  # how long after the end staff read who took part

    LONG_TEXTS = (
        "description",
        "description_fi",
        "description_sv",
        "summary",
        "summary_fi",
        "summary_sv",
    )  # not in lists

    class Kind(models.TextChoices):
        DAY = "training_day", _("Training day")
        WEBINAR = "webinar", _("Webinar")
        WORKSHOP = "workshop", _("Workshop")
        REMOTE_COFFEE = "remote_coffee", _("Remote coffee")
        NETWORK_DAY = "network_day", _("Network day")
        LIBRARY_DAYS = "library_days", _("Library days")
        MANAGERS_DAY = "managers_day", _("Managers' day")
        COMPETENCE = "competence_discussion", _("Competence discussion")
        STAFF_MEETING = "staff_meeting", _("Meeting of the whole staff")
        MEETING = "meeting", _("Meeting")

    class Format(models.TextChoices):
        ONSITE = "onsite", _("On site")
        REMOTE = "remote", _("Remote")
        HYBRID = "hybrid", _("On site and remote")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", pgettext_lazy("a training", "cancelled")

    class Language(models.TextChoices):
        FINNISH = "fi", _("in Finnish")
        SWEDISH = "sv", _("in Swedish")
        BOTH = "fi-sv", _("in Finnish and Swedish")
        ENGLISH = "en", _("in English")
        NORTHERN_SAMI = "se", _("in Northern Sámi")
        FINNISH_SIGN = "fse", _("in Finnish Sign Language")
        SWEDISH_SIGN = "fss", _("in Finland-Swedish Sign Language")

    class Texts(models.TextChoices):
        BOTH = "both", _("Finnish and Swedish")
        SAME = "same", _("the same in both languages")
        ONE = "one", _("one language on purpose")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    format = models.CharField(_("on site or remote"), max_length=10, choices=Format, default=Format.ONSITE)
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="trainings", verbose_name=_("organiser"))
    co_organisers = models.ManyToManyField(
        "people.Region", blank=True, related_name="co_organised", verbose_name=_("co-organisers")
    )
    partners = models.CharField(
        _("partners"), max_length=200, blank=True, help_text=_("Others who arrange it with you, such as SEDU.")
    )
    title = models.CharField(pgettext_lazy("a training", "title"), max_length=160)
    summary = models.TextField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("One or two sentences for the list and for search engines."),
    )
    description = models.TextField(_("description"), blank=True)
    texts = models.CharField(
        _("texts"),
        max_length=5,
        choices=Texts,
        default=Texts.BOTH,
        help_text=_("What counts as a missing translation."),
    )
    language = models.CharField(_("language of the training"), max_length=8, choices=Language, default=Language.FINNISH)
    interpretation = models.CharField(_("interpretation and subtitles"), max_length=160, blank=True)
    network = models.ForeignKey(
        Network,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trainings",
        verbose_name=_("network"),
        help_text=_("The network whose gathering it is, if any."),
    )
    is_drop_in = models.BooleanField(
        _("just come"), default=False, help_text=_("Nobody signs up; members of the network see the link on the page.")
    )
    # A series is nothing but gatherings made together: each is a training by itself, moved or cancelled by itself
    series = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    themes = models.ManyToManyField("people.Theme", blank=True, related_name="trainings", verbose_name=_("themes"))
    measure = models.ForeignKey(
        "budgets.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trainings",
        verbose_name=_("measure of the plan"),
    )
    audience = models.ManyToManyField(
        "people.Topic",
        blank=True,
        related_name="trainings",
        verbose_name=_("for whom"),
        help_text=_("Those who work with these topics; empty: for all."),
    )
    open_to_all = models.BooleanField(
        _("open to all regions"), default=False, help_text=_("Otherwise for the libraries of the organisers' regions.")
    )
    place = models.CharField(
        _("place"), max_length=160, blank=True, help_text=_("City and building, such as Tornio, City Library.")
    )
    address = models.CharField(_("street address"), max_length=160, blank=True)
    link = models.URLField(
        _("link for remote participants"), max_length=500, blank=True, help_text=_("Shown to participants only.")
    )
    onsite_capacity = models.PositiveIntegerField(
        _("seats on site"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    remote_capacity = models.PositiveIntegerField(
        _("seats remotely"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    signup_opens_at = models.DateTimeField(
        _("sign-up opens"), null=True, blank=True, help_text=_("Empty: when published.")
    )
    signup_closes_at = models.DateTimeField(
        _("sign-up closes"), null=True, blank=True, help_text=_("Empty: when the training begins.")
    )
    cancel_until = models.DateTimeField(
        _("cancel at the latest"), null=True, blank=True, help_text=_("Empty: until the training begins.")
    )
    starts_at = models.DateTimeField(
        _("begins"), null=True, editable=False, help_text="First session's start; kept by actions.sessions_changed"
    )
    ends_at = models.DateTimeField(
        _("ends"), null=True, editable=False, help_text="Last session's end; kept by actions.sessions_changed"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    cancel_reason = models.TextField(_("reason of cancellation"), blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(
                "ends_at", "starts_at", name="training_coming", condition=Q(state__in=["published", "cancelled"])
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="published_training_has_a_time",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return _address(self.pk, self.title, get_language())

    @property
    def modes(self):
        """The ways to take part."""
        return {self.Format.ONSITE: [Mode.ONSITE], self.Format.REMOTE: [Mode.REMOTE]}.get(
            self.format, [Mode.ONSITE, Mode.REMOTE]
        )

    def capacity(self, mode):
        """Seats for a mode; None is no limit."""
        return self.onsite_capacity if mode == Mode.ONSITE else self.remote_capacity

    def taken(self, mode):
        """Seats held in a mode. Reads the annotation of `with_seats` where it is there."""
        annotated = getattr(self, f"{mode}_taken", None)
        return (
            self.registrations.filter(mode=mode, state__in=Registration.HOLDS_SEAT).count()
            if annotated is None
            else annotated
        )

    def free(self, mode):
        """Free seats in a mode, at least 0; None is no limit."""
        capacity = self.capacity(mode)
        return None if capacity is None else max(0, capacity - self.taken(mode))

    def may(self, move):
        """Whether the training stands where `move` of the workflow begins."""
        return workflow.TRAINING[move].is_open_to(self)

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @property
    def is_cancelled(self):
        return self.state == self.State.CANCELLED

    def has_begun(self, now=None):
        return self.starts_at is not None and self.starts_at <= (now or timezone.now())

    def is_over(self, now=None):
        return self.ends_at is not None and self.ends_at <= (now or timezone.now())

    @property
    def list_is_closed(self):
        """Whether it ended so long ago that staff see counts and no names."""
        return self.ends_at is not None and self.ends_at < timezone.now() - self.LISTS_KEPT

    @property
    def closes_at(self):
        """The moment sign-up ends."""
        return self.signup_closes_at or self.starts_at

    @property
    def cancels_until(self):
        """The moment until which a person may cancel without asking."""
        return self.cancel_until or self.starts_at

    def signup_state(self, now=None):
        """ "draft", "cancelled", "early", "open" or "closed"."""
        now = now or timezone.now()
        if self.state != self.State.PUBLISHED:
            return str(self.state)
        if self.signup_opens_at and now < self.signup_opens_at:
            return "early"
        return "open" if now < self.closes_at else "closed"

    @property
    def offers_end_at(self):
        """16.00 on the day before: the last moment a freed seat is held for the first in the queue."""
        return days.days_before(self.starts_at, 1, time(16))

    @cached_property
    def organising_regions(self):
        """The owner first, then the co-organisers."""
        return [self.region, *self.co_organisers.all()]

    def is_for(self, user):
        """Whether `user` may sign up: anybody when open to all, else staff of the organisers' regions.

        Organisers without municipalities (national, Swedish-language) work for everybody.
        """
        if self.open_to_all:
            return True
        home = user.library.region_id if user.library else None
        return any(
            region.kind != region.Kind.AKE or region.pk == home or user.runs(region)
            for region in self.organising_regions
        )

    def lacks(self, language):
        """Names of the fields (title, summary) whose text in `language` is missing and not left out on purpose."""
        if self.texts != self.Texts.BOTH:
            return []
        return [name for name in self.TRANSLATIONS_NEEDED if not getattr(self, f"{name}_{language}")]

    @property
    def shows_link_to_members(self):
        """Whether the network's members get the link without signing up."""
        return self.is_drop_in and self.format != self.Format.ONSITE and not self.is_cancelled

    def place_in(self, session):
        return (session.place or self.place) if self.format != self.Format.REMOTE else ""


class Session(models.Model):
    """One sitting of a training, with an event of its own in people's calendars."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="sessions", verbose_name=_("training"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(
        _("place"), max_length=160, blank=True, help_text=_("Where it differs from the training's.")
    )
    link = models.URLField(
        _("link for remote participants"),
        max_length=500,
        blank=True,
        help_text=_("Where it differs from the training's."),
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text="SEQUENCE of the calendar event: grows with each change of time or place"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_begins",
                violation_error_message=_("The end is before the beginning."),
            )
        ]

    def __str__(self):
        return f"{days.local(self.starts_at):%d.%m.%Y %H.%M}"


class RegistrationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=Registration.LIVE)

    def taking_part(self):
        """Those with a seat, before or after the training."""
        return self.filter(
            state__in=[Registration.State.REGISTERED, Registration.State.ATTENDED, Registration.State.ABSENT]
        )

    def queue(self, mode):
        """The waiting in their order: the lock on the training makes keys grow in the order of sign-up."""
        return self.filter(mode=mode, state=Registration.State.WAITING).order_by("pk")

    def of(self, person):
        return self.filter(person=person)

    def listed(self, now=None):
        """Those that staff may still read by name: of a training that ended long ago only the counts stay."""
        return self.exclude(training__ends_at__lt=(now or timezone.now()) - Training.LISTS_KEPT)


class Registration(models.Model):
    """One person's sign-up for a training; library and municipality are those of its day."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("in the queue")
        OFFERED = "offered", _("seat offered")
        DECLINED = "declined", _("declined the seat")
        EXPIRED = "expired", _("offer expired")
        CANCELLED = "cancelled", pgettext_lazy("a registration", "cancelled")
        ATTENDED = "attended", _("attended")
        ABSENT = "absent", _("absent")

    SEARCHED = ("person__first_name", "person__last_name", "person__email", "library__name_fi", "library__name_sv")
    LIVE = (State.REGISTERED, State.WAITING, State.OFFERED, State.ATTENDED, State.ABSENT)
    HOLDS_SEAT = (State.REGISTERED, State.OFFERED, State.ATTENDED, State.ABSENT)

    training = models.ForeignKey(Training, models.PROTECT, related_name="registrations", verbose_name=_("training"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="registrations", verbose_name=_("person")
    )
    mode = models.CharField(_("takes part"), max_length=10, choices=Mode)
    state = models.CharField(_("state"), max_length=12, choices=State)
    library = models.ForeignKey(
        "people.Library", models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name=_("library")
    )
    municipality = models.ForeignKey(
        "people.Municipality", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    earlier = models.PositiveSmallIntegerField(
        default=0,
        editable=False,
        help_text="How often the person had signed up for it before: SEQUENCE of the calendar event grows with each",
    )
    created_at = models.DateTimeField(_("signed up"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "person"],
                condition=Q(state__in=["registered", "waiting", "offered", "attended", "absent"]),
                name="one_live_registration_per_person",
            )
        ]
        indexes = [models.Index("training", "mode", "state", name="registration_seats")]

    def __str__(self):
        return f"{self.person} – {self.training}"

    @property
    def holds_seat(self):
        return self.state in self.HOLDS_SEAT

    @property
    def is_live(self):
        return self.state in self.LIVE

    @property
    def queue_position(self):
        """1 for the first in the queue; None when not waiting. Reads the annotation of the agenda where it is there."""
        if self.state != self.State.WAITING:
            return None
        annotated = getattr(self, "place_in_queue", None)
        if annotated is not None:
            return annotated
        return Registration.objects.queue(self.mode).filter(training=self.training_id, pk__lte=self.pk).count()

    def may(self, move):
        """Whether the registration stands where `move` of the workflow begins."""
        return workflow.REGISTRATION[move].is_open_to(self)

    def can_cancel(self, now=None):
        """A seat may be given up until the training's deadline, a place in the queue or an offer until it begins."""
        now = now or timezone.now()
        if self.state == self.State.REGISTERED:
            return now < self.training.cancels_until
        return self.may("cancel") and not self.training.has_begun(now)


class SeatOffer(models.Model):
    """A freed seat held for one person in the queue until a moment."""

    class Answer(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="offers", verbose_name=_("registration")
    )
    offered_at = models.DateTimeField(_("offered"), default=timezone.now)
    expires_at = models.DateTimeField(_("held until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.OPEN)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat offer")
        verbose_name_plural = _("seat offers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(answer="open"), name="one_open_offer_per_registration"
            )
        ]
        indexes = [models.Index("expires_at", name="open_offers", condition=Q(answer="open"))]

    def __str__(self):
        return f"{self.registration} {self.get_answer_display()}"


class Attendance(models.Model):
    """Whether a participant was there at one session."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="attendances", verbose_name=_("registration")
    )
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances", verbose_name=_("session"))
    was_there = models.BooleanField(_("was there"))
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [models.UniqueConstraint(fields=["registration", "session"], name="one_mark_per_session")]

    def __str__(self):
        return f"{self.registration} {self.session}"


class TrainingCost(models.Model):
    """What a training causes to be paid, such as its venue or coffee."""

    training = models.ForeignKey(Training, models.PROTECT, related_name="costs", verbose_name=_("training"))
    expense = models.OneToOneField(
        "budgets.Expense", models.PROTECT, related_name="training_cost", verbose_name=_("expense")
    )

    class Meta:
        verbose_name = _("cost of a training")
        verbose_name_plural = _("costs of trainings")
        ordering = ["pk"]

    def __str__(self):
        return str(self.expense)


class Guest(models.Model):
    """Somebody who was at a gathering without signing up or in: a name, or so many people of a library."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="guests", verbose_name=_("training"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    library = models.ForeignKey(
        "people.Library", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("library")
    )
    number = models.PositiveSmallIntegerField(_("how many people"), default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("at a gathering", "guest")
        verbose_name_plural = pgettext_lazy("at a gathering", "guests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="a_guest_is_somebody"),
            models.CheckConstraint(condition=Q(name="") | Q(number=1), name="a_name_is_one_person"),
        ]

    def __str__(self):
        return self.name or str(self.library or self.number)


def material_path(material, name):
    """Where a file lies below MEDIA_ROOT: `name` gives the ending alone."""
    return unguessable("materials", name.rpartition(".")[2])


class MaterialQuerySet(models.QuerySet):
    def readable_by(self, user):
        """What `user` may open: what is for all; for the network's members and those who took part the rest too."""
        seen = self.filter(training__in=Training.objects.visible_to(user).order_by().values("pk"))
        if not user.is_authenticated:
            return seen.filter(for_members=False)
        inside = Network.objects.inside(user).values("pk")
        took_part = Registration.objects.taking_part().filter(person=user).values("training")
        runs = Training.objects.materials_kept_by(user).order_by().values("pk")
        return seen.filter(
            Q(for_members=False) | Q(training__network__in=inside) | Q(training__in=took_part) | Q(training__in=runs)
        )


class Material(models.Model):
    """A file or a link on a training's page, for everybody or for the network's members and those who took part."""

    MOST = 20  # on one page

    training = models.ForeignKey(Training, models.CASCADE, related_name="materials", verbose_name=_("training"))
    title = models.CharField(pgettext_lazy("a material", "title"), max_length=120)
    link = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=material_path, max_length=80, blank=True)
    name = models.CharField(_("the file's name"), max_length=90, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    for_members = models.BooleanField(_("for members only"), default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(default=timezone.now)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link="") & ~Q(file="") | ~Q(link="") & Q(file=""), name="a_material_is_a_file_or_a_link"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.link or reverse("trainings:material", args=[self.pk])
