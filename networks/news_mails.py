"""News by mail: one for each member who reads them, and whether it is still wanted when its turn comes."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ake_portal.lib import links
from networks.models import Membership, News
from networks.models.news import LANGUAGES
from notifications.models import Mail
from notifications.outbox import compose, post_all, render
from people.models import User

TEMPLATE = "networks/news"
UNSUBSCRIBE = "networks.unsubscribe"
UNSUBSCRIBE_AGE = timedelta(days=2 * 365)  # as long as the mail's own text is kept here


def _address(path_name, language, *args):
    with override(language):
        return settings.SITE_URL + reverse(f"news:{path_name}", args=args)


def unsubscribe_url(network, person):
    """Address of the page on which `person` gives up the network's news without signing in."""
    return _address("unsubscribe", person.language, links.token(UNSUBSCRIBE, network, person))


def _context(item, language):
    told, title, text = item.told_to(language)
    return {
        "network": item.network,
        "by": item.author,
        "told": told,
        "news_title": title,
        "news_text": text,
        "page_url": _address("item", language, item.network_id, item.pk),
    }


def readers_of(network):
    """The memberships of those who get the network's news by mail."""
    return Membership.objects.reading_news().filter(network=network)


def to_readers(item):
    """Store a mail for each member who reads news, in the member's language. Returns how many."""
    network = item.network
    contexts = {language: _context(item, language) for language in LANGUAGES}
    mails = [
        compose(
            TEMPLATE,
            to=membership.person,
            key=f"{TEMPLATE}:{item.pk}:{membership.person_id}",
            region=network.region,
            urgency=Mail.Urgency.MASS,
            unsubscribe_url=unsubscribe_url(network, membership.person),
            list_name=f"network-{network.pk}",
            **contexts[membership.person.language],
        )
        for membership in readers_of(network).select_related("person").order_by("pk")
    ]
    post_all(mails)
    return len(mails)


def is_wanted(mail):
    """Whether the reader of a mail that waits still belongs to the network and reads its news, and whether these are still there."""
    item = News.objects.filter(pk=mail.key.split(":")[1]).first()
    return item is not None and readers_of(item.network_id).filter(person=mail.person_id).exists()


def preview(item, language):
    """{"language", "subject", "text"} of the mail as a reader of `language` gets it."""
    subject, text, _html = render(
        TEMPLATE,
        language,
        person=User(language=language),
        region=item.network.region,
        unsubscribe_url=_address("unsubscribe", language, "-").removesuffix("-/") + "…",
        **_context(item, language),
    )
    return {"language": language, "subject": subject, "text": text}
