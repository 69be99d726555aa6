"""A wish for a host: somebody knows what to learn, not where. The AKE proposes hosts, and one that is taken becomes a visit."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, IntegerField, Prefetch, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from peerlearning import workflow
from peerlearning.models.visits import Visit


class WishQuerySet(models.QuerySet):
    def of(self, user):
        """Wishes that `user` has written."""
        return self.filter(writer=user)

    def run_by(self, user):
        """Wishes of the regions whose AKE `user` works for, from the moment they are sent."""
        sent = self.filter(sent_at__isnull=False)
        return sent if user.is_superuser else sent.filter(region__in=user.coordinated_regions)

    def visible_to(self, user):
        """What `user` may look at: the own ones, and as AKE staff those sent in the region; no director and no host."""
        return self.filter(Q(pk__in=self.of(user).values("pk")) | Q(pk__in=self.run_by(user).values("pk")))

    def open_to(self, user, move):
        """Wishes on which `user` may take `move` of the workflow, as far as who and where go."""
        allowed = Q(pk__in=[])
        who = workflow.who(workflow.WISH[move])
        if workflow.WRITER in who:
            allowed |= Q(writer=user)
        if workflow.AKE in who:
            allowed |= Q(pk__in=self.run_by(user).values("pk"))
        return self.filter(allowed, state__in=workflow.WISH[move].sources)

    def live(self):
        """Those from which a visit may still come."""
        return self.filter(state__in=Wish.LIVE)

    def waiting_for_ake(self, user):
        """Wishes for which nobody has proposed a host yet, in the regions that `user` works for."""
        return self.run_by(user).filter(state=Wish.State.OPEN)

    def waiting_for_writer(self, user):
        """The own wishes whose proposals wait for an answer."""
        return self.of(user).filter(state=Wish.State.PROPOSED)

    def own_first(self, user):
        """The own ones first, then the one that has stood still for longest."""
        is_own = Case(When(writer=user, then=0), default=1, output_field=IntegerField())
        return self.order_by(is_own, "state_since", "pk")

    def in_list(self):
        """With what a row of a list shows."""
        return self.select_related("writer", "library")

    def for_page(self):
        """With all that pages and mails show, in few queries."""
        return self.select_related(
            "writer__library__region", "library", "region", "visit", "noted_by"
        ).prefetch_related("topics", Prefetch("proposals", Proposal.objects.with_places()))


class Wish(models.Model):
    """What somebody wants to learn and when, for the AKE of the region to find a host."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a wish", "draft")
        OPEN = "open", _("a host is being looked for")
        PROPOSED = "proposed", _("hosts have been proposed")
        TAKEN = "taken", _("became a visit")
        WITHDRAWN = "withdrawn", pgettext_lazy("a wish", "withdrawn")
        CLOSED = "closed", _("closed by the AKE")
        LAPSED = "lapsed", pgettext_lazy("a wish", "lapsed")

    LIVE = (State.DRAFT, State.OPEN, State.PROPOSED)
    SENT = (State.OPEN, State.PROPOSED)
    FRUITLESS = (State.WITHDRAWN, State.CLOSED, State.LAPSED)
    TEXTS = ("subject", "goal", "when_note", "how_far", "more", "reason")  # what people have written
    LANGUAGES = (("fi", _("in Finnish")), ("sv", _("in Swedish")), ("en", _("in English")))

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="wishes", verbose_name=pgettext_lazy("a wish", "from")
    )
    library = models.ForeignKey("people.Library", models.PROTECT, related_name="+", verbose_name=_("library"))
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="wishes", verbose_name=_("region"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written down by"),
        help_text=_("Who at the AKE wrote down what was told by phone or mail."),
    )
    language = models.CharField(_("written in"), max_length=2, choices=settings.LANGUAGES, default="fi")
    topics = models.ManyToManyField("people.Topic", blank=True, related_name="wishes", verbose_name=_("topics"))
    subject = models.CharField(_("what you want to learn"), max_length=160, blank=True)
    goal = models.TextField(_("goal"), max_length=2000, blank=True)
    kind = models.CharField(
        pgettext_lazy("of a visit", "kind"), max_length=12, choices=Visit.Kind, default=Visit.Kind.VISIT
    )
    earliest = models.DateField(_("earliest day"), null=True, blank=True)
    latest = models.DateField(_("latest day"), null=True, blank=True)
    when_note = models.CharField(_("about the days"), max_length=200, blank=True)
    travel = models.CharField(pgettext_lazy("of a visit", "travel"), max_length=8, choices=Visit.Travel, blank=True)
    how_far = models.CharField(_("how far"), max_length=160, blank=True)
    in_finnish = models.BooleanField(_("in Finnish"), default=False)
    in_swedish = models.BooleanField(_("in Swedish"), default=False)
    in_english = models.BooleanField(_("in English"), default=False)
    more = models.TextField(_("anything else"), max_length=1000, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    visit = models.OneToOneField(
        "peerlearning.Visit", models.SET_NULL, null=True, blank=True, related_name="wish", verbose_name=_("visit")
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for a host")
        verbose_name_plural = _("wishes for a host")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(earliest__isnull=True) | Q(latest__isnull=True) | Q(latest__gte=F("earliest")),
                name="the_latest_day_of_a_wish_is_not_before_the_earliest",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(sent_at__isnull=False, earliest__isnull=False, latest__isnull=False),
                name="a_sent_wish_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(in_finnish=True)
                | Q(in_swedish=True)
                | Q(in_english=True),
                name="a_sent_wish_has_a_language",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "proposed"], ended_at__isnull=True)
                | Q(state__in=["taken", "withdrawn", "closed", "lapsed"], ended_at__isnull=False),
                name="a_wish_that_has_ended_says_when",
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=True) | Q(state="taken"), name="only_a_taken_wish_has_a_visit"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state_since"], name="wishes_that_wait", condition=Q(state="open")),
        ]

    def __str__(self):
        return self.subject or gettext("(no subject yet)")

    def get_absolute_url(self):
        return reverse("peerlearning:wish", args=[self.pk])

    @property
    def is_live(self):
        return self.state in self.LIVE

    @property
    def languages(self):
        """The codes of the languages that suit the writer."""
        suits = {"fi": self.in_finnish, "sv": self.in_swedish, "en": self.in_english}
        return [code for code, fits in suits.items() if fits]

    @property
    def language_names(self):
        """In which languages, in words."""
        return [name for code, name in self.LANGUAGES if code in self.languages]

    def may(self, move):
        """Whether the `move` of workflow.WISH begins where the wish stands."""
        return workflow.WISH[move].is_open_to(self)

    def is_over(self, today=None):
        """Whether the latest day has passed."""
        return self.latest is not None and self.latest < (today or timezone.localdate())


class ProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Proposal.State.OPEN)

    def with_places(self):
        """With all that pages and mails show, in order of time."""
        return self.select_related("branch__library", "by", "taken_back_by").order_by("starts_at", "pk")


class Proposal(models.Model):
    """A host that the AKE has found: where, when, whom to meet, and why there."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        TAKEN = "taken", pgettext_lazy("a proposal", "taken")
        LEFT = "left", pgettext_lazy("a proposal", "not taken")
        BACK = "back", pgettext_lazy("a proposal", "taken back by the AKE")

    GONE = (State.LEFT, State.BACK)

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="proposals", verbose_name=_("wish for a host"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    branch = models.ForeignKey("people.Branch", models.PROTECT, related_name="proposals", verbose_name=_("where"))
    starts_at = models.DateTimeField(pgettext_lazy("a clock", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("a clock", "until"))
    contact_name = models.CharField(_("name of whom to meet"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of whom to meet"), blank=True)
    why = models.CharField(_("why this one"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    at = models.DateTimeField(_("proposed"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed host")
        verbose_name_plural = _("proposed hosts")
        ordering = ["wish", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_proposal_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | ~Q(state="open") & Q(answered_at__isnull=False),
                name="an_answered_proposal_says_when",
            ),
        ]

    def __str__(self):
        return str(self.branch)

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    def has_begun(self, now=None):
        return self.starts_at <= (now or timezone.now())
