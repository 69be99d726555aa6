"""Networks with their people, and news, for tests: made through the real models and actions."""

from django.utils import timezone

from networks import news
from networks.models import Membership, News, Publication, PublicationVersion
from tests import builders


def network(region, name_fi="SEVERI", name_sv="", leader=None, **fields):
    """A network of the region, led by `leader`."""
    return builders.network(region, name_fi, name_sv, leaders=[leader] if leader else [], **fields)


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


def publication(region, *versions, title_fi="TET-opas", title_sv="PRAO-guide", shown=True, **fields):
    """A publication on the shelf; `versions` are fields of its versions, links where they name no file."""
    fields = {
        "summary_fi": "Opas harjoittelijalle.",
        "summary_sv": "En guide för praktikanten.",
        "year": 2021,
        **fields,
    }
    made = Publication.objects.create(region=region, title_fi=title_fi, title_sv=title_sv, is_shown=shown, **fields)
    for version in versions:
        version = {"link": "" if "file" in version else "https://kirjasto.example/opas", **version}
        PublicationVersion.objects.create(publication=made, **version)
    return made
