"""The outbox for staff: what was sent to whom and when, what failed and why, and what reminders will go out."""

from datetime import timedelta
from itertools import groupby

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.decorators import display

from ake_portal.lib import words
from ake_portal.lib.admin import ReadOnly, ScopedAdmin, colours
from notifications import delivery, reminders
from notifications.models import Mail
from notifications.outbox import wake

AHEAD = timedelta(days=14)
GROUPS_PER_PAGE = 50


class OwnRegion(admin.RelatedFieldListFilter):
    """Filter by region, offering the reader's own ones only."""

    def field_choices(self, field, request, model_admin):
        return [(region.pk, str(region)) for region in request.user.coordinated_regions]


class KindOfMail(admin.SimpleListFilter):
    title = gettext_lazy("kind of mail")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return model_admin.kinds.items()

    def queryset(self, request, queryset):
        return queryset.filter(template=self.value()) if self.value() else queryset


def undelivered(person):
    """The newest mails to `person` that have failed: day, with a link, and reason. "–" when all is well.

    For pages about people. What a mail was about stays out: it may be another region's.
    """
    failed = person.mails.filter(state=Mail.State.FAILED).order_by("-pk")[:10]
    rows = [
        (reverse("admin:notifications_mail_change", args=[mail.pk]), words.day(mail.created_at), mail.reason)
        for mail in failed
    ]
    return format_html_join("", '<p><a class="underline" href="{}">{}</a>: {}</p>', rows) or "–"


def _without_link(mail):
    """Its text, without the link by which whoever reads this would unsubscribe the mail's reader."""
    return mail.text.replace(mail.unsubscribe_url, "…") if mail.unsubscribe_url else mail.text


class MailAdmin(ReadOnly, ScopedAdmin):
    """Read only: a mail is written by what causes it. Failed ones can be sent again."""

    rules = ()  # the reminder rules of all apps, and
    kinds = {}  # {template: name in words}: ake_portal.admin gives both

    list_display = ("subject", "receiver", "shown_state", "why", "moment", "region")
    list_select_related = ("person", "region")
    list_filter = ("state", ("region", OwnRegion), KindOfMail, "language")
    search_fields = ("subject", "address", "person__first_name", "person__last_name")
    ordering = ("-pk",)
    actions = ("send_again",)
    fieldsets = (
        (None, {"fields": ("subject", "person", "address", "region", "reply_to", "kind", "language")}),
        (
            gettext_lazy("Delivery"),
            {"fields": ("state", "reason", "attempts", "created_at", "send_after", "sent_at")},
        ),
        (gettext_lazy("Text"), {"fields": ("shown_text", "invitations")}),
    )

    def scope(self, queryset, request):
        return queryset.visible_to(request.user)

    # What the pages show

    @display(description=gettext_lazy("to whom"))
    def receiver(self, mail):
        return mail.person.get_full_name() if mail.person else mail.address

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label=colours(Mail.State, failed="danger", sent="success", queued="info"),
    )
    def shown_state(self, mail):
        return mail.state, mail.get_state_display()

    @display(description=pgettext_lazy("a mail", "sent or written"), ordering="pk")
    def moment(self, mail):
        return words.moment(mail.sent_at or mail.created_at)

    @display(description=gettext_lazy("kind of mail"), ordering="template")
    def kind(self, mail):
        return self.kinds.get(mail.template, mail.template)

    @display(description=gettext_lazy("reason"))
    def why(self, mail):
        return mail.reason[:80]

    @display(description=gettext_lazy("text"))
    def shown_text(self, mail):
        if mail.is_secret:
            return _("Hidden: it is for its reader alone.")
        # Long links break by a style of its own: the admin's styles have no class for it
        text = format_html_join("", "{}<br>", ((line,) for line in _without_link(mail).splitlines()))
        return format_html(
            '<div class="max-w-2xl" style="overflow-wrap:anywhere" lang="{}">{}</div>', mail.language, text
        )

    @display(description=gettext_lazy("calendar files"))
    def invitations(self, mail):
        return len(mail.calendars)

    # What staff can do

    @admin.action(description=gettext_lazy("Send the failed ones again"))
    def send_again(self, request, queryset):
        number = delivery.send_again(queryset)
        wake()
        self.message_user(
            request,
            ngettext("%(number)d mail is on its way again.", "%(number)d mails are on their way again.", number)
            % {"number": number},
            messages.SUCCESS if number else messages.WARNING,
        )

    def get_urls(self):
        page = path("reminders/", self.admin_site.admin_view(self.coming_reminders), name="reminders_coming")
        return [page, *super().get_urls()]

    def coming_reminders(self, request):
        """What reminders will be sent in the next two weeks: when, about what, to whom."""
        regions = None if request.user.is_superuser else {region.pk for region in request.user.coordinated_regions}
        now = timezone.now()
        coming = reminders.coming(self.rules, now, now + AHEAD, regions)
        groups = [
            {
                "send_at": max(send_at, now),
                "is_due": send_at <= now,
                "rule": rule,
                "about": about,
                "people": list(pairs),
            }
            for (send_at, rule, about), pairs in groupby(
                coming, key=lambda pair: (pair[1].send_at, pair[0].label, pair[1].about)
            )
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reminders coming"),
            "page": Paginator(groups, GROUPS_PER_PAGE).get_page(request.GET.get("page")),
            "number": len(coming),
        }
        return TemplateResponse(request, "notifications/coming.html", context)
