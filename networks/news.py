"""What a leader does with news, and a reader who wants no more of them by mail. One verb each, one transaction each."""

from django.db import transaction
from django.utils import timezone

from networks import news_mails
from networks.actions import Refused
from networks.models import Membership, News
from networks.models.news import LANGUAGES


@transaction.atomic
def send(item, *, now=None):
    """To the page of the network's members, and by mail to those who read news. Returns the number of mails.

    Raises Refused: "sent" when it has been sent before, "no_text", "closed".
    """
    item = News.objects.select_for_update(of=("self",)).select_related("network__region", "author").get(pk=item.pk)
    if item.sent_at:
        raise Refused("sent")
    if item.network.closed_on:
        raise Refused("closed")
    if not any(item.is_written_in(language) for language in LANGUAGES):
        raise Refused("no_text")
    item.sent_at = now or timezone.now()
    item.save()
    return news_mails.to_readers(item)


@transaction.atomic
def unsubscribe(network, *, person):
    """No more news of the network by mail; the membership stays. Returns whether the person had got them until now."""
    return bool(Membership.objects.reading_news().filter(network=network, person=person).update(gets_news=False))
