"""News of a network: a page for its members, and a mail to those who read news."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import words
from networks.models.networks import Network

LANGUAGES = ("fi", "sv")


class NewsQuerySet(models.QuerySet):
    def sent(self):
        """What members have got, the newest first."""
        return self.filter(sent_at__isnull=False).order_by("-sent_at", "-pk")

    def drafts(self):
        """What is still being written, the newest first."""
        return self.filter(sent_at=None).order_by("-pk")

    def inside(self, user):
        """What `user` may read: sent, in the own networks and in those that `user` runs."""
        return self.sent().filter(network__in=Network.objects.inside(user).values("pk"))

    def run_by(self, user):
        """What `user` may write and send: of the networks that `user` runs."""
        return self.filter(network__in=Network.objects.run_by(user).values("pk"))


class News(models.Model):
    """Something that a leader writes to the members, in both languages or in one: a draft until it is sent."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="news", verbose_name=_("network"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="network_news",
        verbose_name=_("author"),
    )
    title = models.CharField(pgettext_lazy("news", "title"), max_length=120, blank=True)
    text = models.TextField(pgettext_lazy("news", "text"), max_length=8000, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("news", "sent"), null=True, blank=True, editable=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("one of them", "news")
        verbose_name_plural = _("news")
        ordering = ["-pk"]
        indexes = [models.Index("network", "sent_at", name="news_sent", condition=Q(sent_at__isnull=False))]

    def __str__(self):
        return self.told_to(words.language())[1] or gettext("(no title yet)")

    def get_absolute_url(self):
        return reverse("news:item", args=[self.network_id, self.pk])

    def is_written_in(self, language):
        """Whether a reader of `language` gets it in that language."""
        return bool(getattr(self, f"title_{language}") and getattr(self, f"text_{language}"))

    def told_to(self, language):
        """(language, title, text) as a reader of `language` gets it: in the other one where it is written in that alone."""
        other = "fi" if language == "sv" else "sv"
        told = language if self.is_written_in(language) or not self.is_written_in(other) else other
        return told, getattr(self, f"title_{told}") or "", getattr(self, f"text_{told}") or ""
