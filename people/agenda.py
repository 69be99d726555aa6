"""What waits for a person on the home page, as far as people go."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import User


def to_confirm(user):
    """People whose workplace waits for a word of `user`; nobody for those who neither direct nor coordinate."""
    return User.objects.confirmable_by(user) if user.is_coordinator or user.is_director else User.objects.none()


def waiting_for(user, count):
    """Items of "waits for you": dicts with "text", "url", "button" and "count"; `count` is the number of those to_confirm."""
    items = []
    if count:
        text = ngettext(
            "%(count)d person says they work at your library",
            "%(count)d people say they work at your library",
            count,
        ) % {"count": count}
        if user.is_coordinator:
            text = ngettext(
                "%(count)d person's workplace waits for confirmation",
                "%(count)d people's workplaces wait for confirmation",
                count,
            ) % {"count": count}
        items.append({"text": text, "url": reverse("people:waiting"), "button": _("Confirm"), "count": count})
    if not user.first_name or not user.last_name:
        items.append(
            {
                "text": _("We do not know your name yet"),
                "url": reverse("people:welcome"),
                "button": _("Tell"),
                "count": 1,
            }
        )
    return items
