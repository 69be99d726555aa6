"""The outbox: every mail is a row, stored in the transaction of the change that causes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailQuerySet(models.QuerySet):
    def waiting(self, now):
        """Those to be sent now, codes and decision links first."""
        return self.filter(state=Mail.State.QUEUED, send_after__lte=now).order_by("urgency", "pk")

    def visible_to(self, user):
        """Mails of the regions whose AKE `user` works for, and one's own."""
        return self if user.is_superuser else self.filter(Q(region__in=user.coordinated_regions) | Q(person=user))


class Mail(models.Model):
    """One mail to one person: what, for whom and which revision is its key, so that it is never there twice."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNWANTED = "unwanted", _("not sent: its reader no longer wants it")

    class Urgency(models.IntegerChoices):
        CODE = 0, _("at once")
        NORMAL = 5, _("normal")
        MASS = 9, _("to many")

    key = models.CharField(_("key"), max_length=200, unique=True)
    template = models.CharField(_("kind of mail"), max_length=80)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("to whom"),
    )
    region = models.ForeignKey(
        "people.Region", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    list_id = models.CharField(max_length=200, blank=True, help_text="For readers' own filters, by region")
    unsubscribe_url = models.CharField(
        max_length=400, blank=True, help_text="Where the reader's mail program unsubscribes with one click (RFC 8058)"
    )
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    calendars = models.JSONField(default=list, blank=True, help_text="[method, iCalendar text] for each session")
    is_secret = models.BooleanField(
        _("secret"), default=False, help_text=_("Holds a code or a link that acts: masked, and blanked after delivery.")
    )
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.NORMAL)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.TextField(_("reason of failure"), blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    send_after = models.DateTimeField(_("not before"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]
        indexes = [
            models.Index("urgency", "id", name="mail_waiting", condition=Q(state="queued")),
            models.Index("claimed_at", name="mail_claimed", condition=Q(state="sending")),
        ]

    def __str__(self):
        return self.subject
