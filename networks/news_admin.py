"""News in the admin: to find and to put right; they are written and sent on the network's pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from ake_portal.lib.admin import ScopedAdmin, TranslatedForm, audited
from networks.models import Network, News
from networks.news_forms import HALF
from people.admin import OwnRegions

audited(News, exclude=("created_at",))


class NewsAdminForm(TranslatedForm):
    """A language that is begun has both a title and a text; one is enough."""

    def clean(self):
        cleaned = super().clean()
        for language in ("fi", "sv"):
            written = {name: cleaned.get(f"{name}_{language}") for name in HALF}
            if any(written.values()):
                for name, text in written.items():
                    if not text and f"{name}_{language}" not in self.errors:
                        self.add_error(f"{name}_{language}", HALF[name])
        if not any(cleaned.get(f"title_{language}") for language in ("fi", "sv")) and not self.errors:
            self.add_error("title_fi", gettext_lazy("Write this in Finnish or in Swedish."))
        return cleaned


@admin.register(News)
class NewsAdmin(ScopedAdmin):
    form = NewsAdminForm
    list_display = ("title", "network", "author", "sent_at")
    list_filter = (("network__region", OwnRegions),)
    list_select_related = ("network", "author")
    search_fields = ("title", "text", "network__name")
    ordering = ("-pk",)
    reserved = ("add",)
    readonly_fields = ("network", "author", "created_at", "sent_at")
    fieldsets = (
        (None, {"fields": ("network", "title", "text")}),
        (gettext_lazy("Delivery"), {"fields": ("author", "created_at", "sent_at")}),
    )

    def scope(self, queryset, request):
        return queryset.filter(network__in=Network.objects.run_by(request.user).values("pk"))

    def has_add_permission(self, request):
        return False  # written on the portal's pages
