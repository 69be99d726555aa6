"""What waits for a person in the idea bank, for the home page."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ideas.models import Idea

MOST = 5


def waiting_for(user):
    """Items of "waits for you": dicts with "text" and "url"; stories to check as host, own ideas returned. One query."""
    checks = Idea.objects.checkable_by(user)
    returned = Q(author=user, state=Idea.State.RETURNED)
    ideas = Idea.objects.filter(Q(pk__in=checks.values("pk")) | returned).defer(*Idea.LONG_TEXTS)
    items = []
    for idea in ideas.order_by("state_since", "pk")[:MOST]:
        if idea.state == Idea.State.WITH_HOST:
            text, url = _("A story of a visit to you to check: %(title)s"), reverse("ideas:check", args=[idea.pk])
        else:
            text, url = _("The AKE has returned your text: %(title)s"), reverse("ideas:edit", args=[idea.pk])
        items.append({"text": text % {"title": idea}, "url": url})
    return items
