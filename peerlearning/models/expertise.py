"""What a library is good at: shown to colleagues who look for somebody to learn from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import matches
from people.models import Library


def written_by(user, day=None):
    """Libraries whose expertise `user` writes: directed ones, those that named `user`, and as AKE staff those of the region."""
    if not user.is_authenticated:
        return Library.objects.none()
    if user.is_superuser:
        return Library.objects.working()
    day = day or timezone.localdate()
    own = Library.objects.directed_by(user, day).order_by().values("pk")
    # whoever has left the library no longer writes for it
    named = ExpertiseEditor.objects.filter(person=user, library=user.library_id).values("library")
    return Library.objects.working().filter(
        Q(pk__in=own) | Q(pk__in=named) | Q(region__in=user.coordinated_regions),
    )


class ExpertiseQuerySet(models.QuerySet):
    def published(self):
        """What everybody reads: shown by its library, titled in both languages, of a library that still works."""
        return self.filter(is_shown=True, library__closed_on=None, title_fi__gt="", title_sv__gt="")

    def untranslated(self):
        """Shown by the library, but titled in one language only: everybody else waits for the other."""
        return self.filter(~Q(title_fi__gt="", title_sv__gt=""), is_shown=True, library__closed_on=None)

    def written_by(self, user):
        return self.filter(library__in=written_by(user).values("pk"))

    def run_by(self, user):
        """Expertise of the regions whose AKE `user` works for."""
        return self if user.is_superuser else self.filter(library__region__in=user.coordinated_regions)

    def search(self, words):
        """Those that have every word somewhere in what they tell, in either language, or in the name of topic or library."""
        return self.filter(matches(words, *Expertise.SEARCHED)) if words else self


class Expertise(models.Model):
    """One thing that a library is good at, under one topic, written so that colleagues know what they would see."""

    SEARCHED = tuple(
        f"{name}_{code}" for name in ("title", "text", "topic__name", "library__name") for code in ("fi", "sv")
    )
    TRANSLATIONS_NEEDED = ("title",)  # more about it may wait
    STALE_AFTER = 365  # days without somebody having said that it still holds

    library = models.ForeignKey("people.Library", models.CASCADE, related_name="expertise", verbose_name=_("library"))
    topic = models.ForeignKey("people.Topic", models.PROTECT, related_name="expertise", verbose_name=_("topic"))
    title = models.CharField(
        pgettext_lazy("of expertise", "what we are good at"),
        max_length=120,
        blank=True,
        help_text=_("In a few words, such as: reading dogs every Thursday."),
    )
    text = models.TextField(
        pgettext_lazy("of expertise", "more about it"),
        max_length=2000,
        blank=True,
        help_text=_("What you do, with whom and since when, and what a colleague would see during a day."),
    )
    branches = models.ManyToManyField(
        "people.Branch",
        blank=True,
        related_name="expertise",
        verbose_name=_("where it is seen"),
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="expert_in",
        verbose_name=_("whom to ask"),
    )
    is_shown = models.BooleanField(_("shown to everybody"), default=True)
    checked_on = models.DateField(_("known to hold on"), default=timezone.localdate)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("last written by"),
    )
    updated_at = models.DateTimeField(_("last written"), default=timezone.now, editable=False)

    objects = ExpertiseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a library", "expertise")
        verbose_name_plural = pgettext_lazy("of libraries", "expertise")
        ordering = ["library", "topic", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(title_fi__isnull=False, title_fi__gt="") | Q(title_sv__isnull=False, title_sv__gt=""),
                name="expertise_has_a_title",
                violation_error_message=_("Say in a few words what the library is good at."),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{page_of(self.library)}#e{self.pk}"

    @property
    def is_published(self):
        return self.is_shown and bool(self.title_fi and self.title_sv)

    @property
    def lacks(self):
        """The language of the title that is still to be written, or nothing."""
        return "" if self.title_fi and self.title_sv else "sv" if self.title_fi else "fi"

    @property
    def asked(self):
        """The colleague to ask, as long as the person works there."""
        there = self.contact and self.contact.is_active and self.contact.library_id == self.library_id
        return self.contact if there else None


def page_of(library):
    """The address of a library's public page."""
    return reverse("libraries:library", args=[library.pk, slugify(library.name) or "library"])


class ExpertiseEditor(models.Model):
    """Somebody whom the director has named to write what the library is good at."""

    library = models.ForeignKey(
        "people.Library", models.CASCADE, related_name="expertise_editors", verbose_name=_("library")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="edits_expertise_of", verbose_name=_("person")
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("named by")
    )
    named_at = models.DateTimeField(_("named"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("editor of a library's expertise")
        verbose_name_plural = _("editors of libraries' expertise")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["library", "person"], name="an_editor_is_named_once"),
        ]

    def __str__(self):
        return str(self.person)

    @property
    def is_there(self):
        """Whether the person still works at the library, and so may write."""
        return self.person.library_id == self.library_id and self.person.is_active
