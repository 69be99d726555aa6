"""Networks with their people, and news, for tests: made through the real models and actions."""

from django.utils import timezone

from networks import news
from networks.models import Leader, Membership, Network, News


def network(region, name_fi="SEVERI", name_sv="SEVERI", leader=None, **fields):
    """A network of the region, led by `leader`."""
    fields = {"purpose_fi": "Senioreille.", "purpose_sv": "För seniorer.", **fields}
    made = Network.objects.create(region=region, name_fi=name_fi, name_sv=name_sv, **fields)
    if leader:
        Leader.objects.create(network=made, person=leader)
    return made


def member(network, person, **fields):
    fields = {"state": "member", "joined_on": timezone.localdate(), **fields}
    return Membership.objects.create(network=network, person=person, **fields)


def draft(network, author, title_fi="Lukuhaaste alkaa", text_fi="Haaste on auki toukokuun loppuun.", **fields):
    """News in Finnish that nobody has got yet."""
    return News.objects.create(network=network, author=author, title_fi=title_fi, text_fi=text_fi, **fields)


def sent(network, author, *, now=None, **fields):
    made = draft(network, author, **fields)
    news.send(made, now=now)
    made.refresh_from_db()
    return made
