"""One function per mail about ideas. All are stored with the change that causes them."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ake_portal.lib import links
from notifications.models import Mail
from notifications.outbox import post

CHECK_LINK = "ideas.check"
CHECK_LINK_AGE = timedelta(days=60)


def _url(name, person, *args):
    with override(person.language):
        return settings.SITE_URL + reverse(name, args=args)


def _page(idea, person):
    with override(person.language):
        return settings.SITE_URL + idea.get_absolute_url()


def _to_author(name, idea, url, **context):
    if idea.author:
        post(
            f"ideas/{name}",
            to=idea.author,
            key=f"ideas/{name}:{idea.pk}:{idea.state_since.isoformat()}",
            region=idea.region,
            idea=idea,
            url=url,
            **context,
        )


def thanks(idea):
    """To whoever gave a tip with a name: it has come, and what happens now."""
    _to_author("thanks", idea, _url("ideas:mine", idea.author))


def sent_back(idea, by):
    """To the author: who of the AKE would like what to be changed."""
    _to_author("sent_back", idea, _url("ideas:edit", idea.author, idea.pk), by=by)


def published(idea):
    """To the author: everybody reads it now, at this address."""
    _to_author("published", idea, _page(idea, idea.author))


def checked(idea):
    """To the author: what the host has said."""
    if idea.author:
        _to_author("checked", idea, _page(idea, idea.author))


def check(idea, key="", again=False):
    """To the host's contact, deputy or director: are the facts right? The link works without signing in."""
    token = links.token(CHECK_LINK, idea, idea.asked)
    post(
        "ideas/check",
        to=idea.asked,
        key=key or f"ideas/check:{idea.pk}:{idea.asked_at.isoformat()}",
        region=idea.region,
        secret=True,
        urgency=Mail.Urgency.CODE,
        idea=idea,
        again=again,
        url=_url("ideas:check_by_link", idea.asked, token),
    )


def waiting(region, person, ideas, key):
    """To a coordinator: ideas that have lain on the AKE's desk for long."""
    post("ideas/waiting", to=person, key=key, region=region, ideas=ideas, url=_url("ideas:queue", person))
