"""What networks and the AKE have made together: publications and joint projects on a public shelf, in their language versions."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import in_finnish_order, matches
from ake_portal.lib.uploads import unguessable
from networks.models.networks import Network


class PublicationQuerySet(models.QuerySet):
    def shown(self):
        """What everybody finds on the shelf."""
        return self.filter(is_shown=True)

    def newest_first(self, *then):
        return self.order_by("-year", in_finnish_order("title", translated=True), "pk", *then)

    def with_languages(self):
        """[Publication], the newest first, each with the languages of its versions in words: `languages`. One query."""
        rows = self.newest_first("versions__year", "versions__month", "versions__pk")
        found = {}
        for row in rows.annotate(version=F("versions__language")):
            publication = found.setdefault(row.pk, row)
            publication.languages = getattr(publication, "languages", [])
            if row.version:
                publication.languages.append(PublicationVersion.Language(row.version).label)
        return list(found.values())

    def run_by(self, user):
        """What `user` writes: of the own regions as AKE staff, and of the networks that `user` runs."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        networks = Network.objects.run_by(user).values("pk")
        return self.filter(Q(region__in=user.coordinated_regions) | Q(network__in=networks))

    def visible_to(self, user):
        """What `user` may look at: what is shown, and what `user` writes."""
        if not user.is_authenticated:
            return self.shown()
        return self.filter(Q(is_shown=True) | Q(pk__in=Publication.objects.run_by(user).values("pk")))

    def search(self, words):
        return self.filter(matches(words, *Publication.SEARCHED)) if words else self


def cover_path(publication, name):
    """Where a cover lies below MEDIA_ROOT: `name` gives the ending alone."""
    return unguessable("covers", name.rpartition(".")[2])


class Publication(models.Model):
    """A guide, a booklist, a game, a challenge: made by a network or by the AKE, for everybody to use."""

    class Kind(models.TextChoices):
        PUBLICATION = "publication", _("Publication")
        PROJECT = "project", _("Joint project")

    TRANSLATIONS_NEEDED = ("title", "summary")
    SEARCHED = tuple(f"{name}_{code}" for name in ("title", "summary", "made_by") for code in ("fi", "sv"))

    region = models.ForeignKey(
        "people.Region",
        models.PROTECT,
        related_name="publications",
        verbose_name=pgettext_lazy("a publication", "region"),
    )
    network = models.ForeignKey(
        Network,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="publications",
        verbose_name=_("network"),
        help_text=_("Stands on the network's page too. Empty: the AKE has made it without a network."),
    )
    kind = models.CharField(
        pgettext_lazy("of a publication", "kind"), max_length=12, choices=Kind, default=Kind.PUBLICATION
    )
    title = models.CharField(pgettext_lazy("a publication", "title"), max_length=160)
    summary = models.TextField(
        pgettext_lazy("a publication", "what it is"),
        max_length=1000,
        blank=True,
        help_text=_("What it is, for whom, and how a library uses it."),
    )
    made_by = models.CharField(
        _("who made it"),
        max_length=200,
        blank=True,
        help_text=_("People, libraries or a working group, as they wish to be named."),
    )
    year = models.PositiveSmallIntegerField(
        pgettext_lazy("a publication", "year"), help_text=_("Of the first version, or when the project began.")
    )
    cover = models.FileField(
        _("cover"),
        upload_to=cover_path,
        max_length=80,
        blank=True,
        help_text=_("A picture, JPEG or PNG, at most 10 MB."),
    )
    is_shown = models.BooleanField(
        _("on the public shelf"), default=False, help_text=_("Needs the title and what it is in both languages.")
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication or joint project")
        verbose_name_plural = _("publications and joint projects")
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("publications:detail", args=[self.pk, slugify(self.title) or "publication"])

    @property
    def cover_url(self):
        return reverse("publications:cover", args=[self.cover.name.rpartition("/")[2]]) if self.cover else ""

    def lacks(self, language):
        """Names of the texts that readers of `language` need and do not have."""
        return [name for name in self.TRANSLATIONS_NEEDED if not getattr(self, f"{name}_{language}")]


def version_path(version, name):
    """Where a version's file lies below MEDIA_ROOT: `name` gives the ending alone."""
    return unguessable("publications", name.rpartition(".")[2])


class PublicationVersion(models.Model):
    """One language of a publication: a file or a link, with the month in which it came out."""

    class Language(models.TextChoices):
        FINNISH = "fi", _("in Finnish")
        SWEDISH = "sv", _("in Swedish")
        ENGLISH = "en", _("in English")
        NORTHERN_SAMI = "se", _("in Northern Sámi")
        OTHER = "other", _("in another language")

    TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
    KINDS = {"pdf": "PDF", "jpg": "JPEG", "png": "PNG"}

    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="versions", verbose_name=_("publication or joint project")
    )
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.FINNISH)
    year = models.PositiveSmallIntegerField(pgettext_lazy("a publication", "year"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(
        pgettext_lazy("a publication", "month"), null=True, blank=True, choices=list(MONTHS.items())
    )
    file = models.FileField(
        _("file"), upload_to=version_path, max_length=80, blank=True, help_text=_("PDF, JPEG or PNG, at most 10 MB.")
    )
    file_name = models.CharField(max_length=100, blank=True, editable=False)
    link = models.URLField(
        pgettext_lazy("a publication", "link"),
        max_length=500,
        blank=True,
        help_text=_("Instead of a file: where it stands."),
    )

    class Meta:
        verbose_name = pgettext_lazy("of a publication", "language version")
        verbose_name_plural = pgettext_lazy("of a publication", "language versions")
        ordering = ["year", "month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="") & ~Q(link="") | ~Q(file="") & Q(link=""), name="a_version_is_a_file_or_a_link"
            ),
            models.CheckConstraint(condition=Q(month=None) | Q(year__isnull=False), name="a_month_is_of_a_year"),
        ]

    def __str__(self):
        return ", ".join(str(part) for part in (self.get_language_display(), self.when) if part)

    @property
    def when(self):
        """marraskuu 2021 / november 2021; the year alone where no month is known; else nothing."""
        return f"{MONTHS[self.month]} {self.year}" if self.month else str(self.year or "")

    @property
    def url(self):
        """Where one reads it: the file as it is served here, or the link."""
        return reverse("publications:file", args=[self.publication_id, self.pk]) if self.file else self.link

    @property
    def extension(self):
        return self.file.name.rpartition(".")[2] if self.file else ""

    @property
    def file_kind(self):
        return self.KINDS.get(self.extension, "")
