"""The idea bank: stories of visits, good practices and tips, from whoever wrote them to the public page."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.search import matches
from ake_portal.lib.uploads import unguessable
from ideas import workflow
from people.models import Library

LANGUAGES = ("fi", "sv")


def _is(user, who):
    """Q for the ideas in which `user` is the author, the AKE or the host."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    if who == workflow.AUTHOR:
        return Q(author=user)
    if who == workflow.AKE:
        return ~Q(pk__in=[]) if user.is_superuser else Q(region__in=user.coordinated_regions)
    return (Q(asked=user) | Q(host__in=Library.objects.directed_by(user).values("pk"))) & ~Q(author=user)


class IdeaQuerySet(models.QuerySet):
    def published(self):
        """What everybody reads, the newest first."""
        return self.filter(state=Idea.State.PUBLISHED).order_by("-published_at", "-pk")

    def of(self, person):
        """What a person has written, tips with a name too, the newest first."""
        return self.filter(author=person).order_by("-pk")

    def run_by(self, user):
        """Ideas that `user` takes care of as AKE staff: of the own regions, from the moment they are handed in."""
        if not user.is_authenticated or not user.is_staff:
            return self.none()
        return self.filter(_is(user, workflow.AKE)).exclude(state__in=Idea.AUTHORS_ALONE)

    def waiting_for_ake(self, user):
        """What lies on the AKE's desk, the longest there first."""
        return self.run_by(user).filter(state=Idea.State.WITH_AKE).order_by("state_since", "pk")

    def checkable_by(self, user):
        """Stories that wait for `user`'s word about the host library."""
        return self.open_to(user, "answer_check")

    def visible_to(self, user):
        """What `user` may look at: published ones, the own ones, those of the own regions, those asked to check."""
        if not user.is_authenticated:
            return self.filter(state=Idea.State.PUBLISHED)
        seen = Q(state=Idea.State.PUBLISHED) | _is(user, workflow.AUTHOR)
        seen |= _is(user, workflow.HOST) & Q(state=Idea.State.WITH_HOST)
        if user.is_staff:
            seen |= _is(user, workflow.AKE) & ~Q(state__in=Idea.AUTHORS_ALONE)
        return self.filter(seen)

    def open_to(self, user, move):
        """Ideas on which `user` may take `move` of the workflow, as far as who and where go."""
        allowed = Q(pk__in=[])
        for who in workflow.who(move):
            allowed |= _is(user, who)
        return self.filter(allowed, state__in=workflow.IDEA[move].sources)

    def search(self, words):
        return self.filter(matches(words, *Idea.SEARCHED)) if words else self


class Idea(models.Model):
    """Something that one library has learned and others may use."""

    class Kind(models.TextChoices):
        STORY = "story", _("Story of a visit")
        PRACTICE = "practice", _("Good practice")
        TIP = "tip", _("Tip")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("an idea", "draft")
        WITH_HOST = "with_host", _("with the host to be checked")
        WITH_AKE = "with_ake", _("with the AKE")
        RETURNED = "returned", _("returned to the author")
        PUBLISHED = "published", pgettext_lazy("an idea", "published")
        WITHDRAWN = "withdrawn", _("withdrawn by the author")
        ASIDE = "aside", _("set aside by the AKE")

    AUTHORS_ALONE = (State.DRAFT, State.WITHDRAWN)  # nobody else reads these
    ANSWERS = ("aim", "seen", "plan", "advice")
    SEARCHED = tuple(f"{name}_{code}" for name in ("title", "summary", "body", *ANSWERS) for code in LANGUAGES)
    LONG_TEXTS = tuple(
        column for name in ("body", *ANSWERS) for column in (name, *(f"{name}_{code}" for code in LANGUAGES))
    )  # not in lists
    TRANSLATIONS_NEEDED = ("title", "summary")  # longer texts may wait

    kind = models.CharField(pgettext_lazy("of an idea", "kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    language = models.CharField(_("written in"), max_length=2, choices=settings.LANGUAGES, default="fi")
    title = models.CharField(pgettext_lazy("an idea", "title"), max_length=160, blank=True)
    summary = models.TextField(
        _("summary"), max_length=400, blank=True, help_text=_("One or two sentences for the list.")
    )
    body = models.TextField(pgettext_lazy("an idea", "text"), blank=True)
    aim = models.TextField(_("What did you go to learn?"), blank=True)
    seen = models.TextField(_("What did you see?"), blank=True)
    plan = models.TextField(_("What will you try at home?"), blank=True)
    advice = models.TextField(_("What should others know?"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("author"),
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
        help_text=_("Who at the AKE wrote down what was told by phone or mail."),
    )
    shows_author = models.BooleanField(_("the author's name is shown"), default=True)
    library = models.ForeignKey(
        "people.Library", models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("library")
    )
    host = models.ForeignKey(
        "people.Library",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("host library"),
        help_text=_("The library that was visited."),
    )
    host_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact at the host library"),
        help_text=_("Checks the facts. Empty: the library's director."),
    )
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="ideas", verbose_name=_("region"))
    topics = models.ManyToManyField("people.Topic", blank=True, related_name="ideas", verbose_name=_("topics"))
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(pgettext_lazy("an idea, when", "published"), null=True, editable=False)
    note = models.TextField(_("note to the author"), max_length=1000, blank=True, editable=False)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("asked to check"),
    )
    asked_at = models.DateTimeField(_("asked"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("a story", "checked by"),
    )
    checked_at = models.DateTimeField(pgettext_lazy("a story, when", "checked"), null=True, editable=False)
    check_note = models.TextField(_("the host's note"), max_length=2000, blank=True, editable=False)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ["-pk"]
        indexes = [
            models.Index("published_at", name="idea_published", condition=Q(state="published")),
            models.Index("state_since", name="idea_waiting", condition=Q(state__in=["with_ake", "with_host"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False) & ~Q(kind="tip"),
                name="published_idea_is_no_tip_and_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="with_host") | Q(kind="story", host__isnull=False, asked_at__isnull=False),
                name="only_a_story_with_a_host_is_checked",
            ),
        ]

    def __str__(self):
        return self.title or gettext("(no title yet)")

    def get_absolute_url(self):
        return reverse("ideas:detail", args=[self.pk, slugify(self.title) or "idea"])

    @property
    def is_published(self):
        return self.state == self.State.PUBLISHED

    @property
    def texts(self):
        """The names of the long texts that this kind has, in their order."""
        return self.ANSWERS if self.kind == self.Kind.STORY else ("body",)

    @property
    def other_language(self):
        """The one that the AKE adds."""
        return "fi" if self.language == "sv" else "sv"

    @property
    def facts_are_right(self):
        """Whether the host has looked at it and wants nothing changed."""
        return self.checked_at is not None and not self.check_note

    def may(self, move):
        """Whether the idea stands where `move` of the workflow begins."""
        return workflow.IDEA[move].is_open_to(self)

    def lacks(self, language):
        """Names of the texts that readers of `language` need and do not have."""
        return [name for name in self.TRANSLATIONS_NEEDED if not getattr(self, f"{name}_{language}")]


def picture_path(picture, name):
    """Where a picture lies below MEDIA_ROOT: `name` gives the ending alone."""
    return unguessable("ideas", name.rpartition(".")[2])


class Picture(models.Model):
    """A picture of an idea in two sizes, under names that nobody guesses; served to whoever sees the idea."""

    MOST = 8  # of one idea

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="pictures", verbose_name=_("idea"))
    large = models.FileField(upload_to=picture_path, max_length=80, unique=True, editable=False)
    small = models.FileField(upload_to=picture_path, max_length=80, unique=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    small_width = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        _("what the picture shows"),
        max_length=250,
        blank=True,
        help_text=_("For those who do not see it: one sentence."),
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["pk"]

    def __str__(self):
        return self.alt or gettext("(not described yet)")

    @property
    def large_url(self):
        return reverse("ideas:picture", args=[self.large.name.rpartition("/")[2]])

    @property
    def small_url(self):
        return reverse("ideas:picture", args=[self.small.name.rpartition("/")[2]])
