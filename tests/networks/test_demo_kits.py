"""The demo's kits, loaded into an empty country with the networks that they belong to."""

from collections import Counter

import pytest
from django.utils import timezone

from ake_portal.demo import kits
from networks.models import Kit, Loan, MissingPart
from notifications.models import Mail
from tests import builders

SLUGS = {
    "porvoo": "askola loviisa porvoo sipoo kerava jarvenpaa tuusula lohja",
    "rovaniemi": "tornio kemi inari utsjoki sodankyla kittila",
}


@pytest.fixture
def loaded(uusimaa, lapland):
    """{slug: Library} of the libraries that the file names, and the kits loaded."""
    libraries = {}
    for region in (uusimaa, lapland):
        for slug in SLUGS[region.code].split():
            libraries[slug] = builders.library(region, slug.title())
            builders.person(library=libraries[slug])
    networks = {"lanu": builders.network(uusimaa), "lapland": builders.network(lapland)}
    assert kits.load(networks, libraries, {}, timezone.now()) == 4
    return libraries


def test_two_escape_games_and_two_media_boxes_with_loans_of_every_kind(loaded):
    assert Counter(Kit.objects.values_list("kind", "region__code")) == {
        ("escape_game", "porvoo"): 2,
        ("media_box", "rovaniemi"): 2,
    }
    assert Counter(Loan.objects.values_list("state", flat=True)) == {"returned": 5, "booked": 7, "out": 2}
    assert not Loan.objects.late().exists()
    assert MissingPart.objects.open().count() == 1


def test_what_everybody_reads_is_there_in_both_languages(loaded):
    for kit in Kit.objects.prefetch_related("parts"):
        assert all(getattr(kit, f"{name}_{code}") for name in kit.TRANSLATIONS_NEEDED for code in ("fi", "sv"))
        assert all(part.name_fi and part.name_sv for part in kit.parts.all())


def test_its_mails_are_dated_and_wait_for_nobody(loaded):
    assert not Mail.objects.exclude(state=Mail.State.SENT).exists()
    assert Mail.objects.filter(template="networks/loan_booked").count() == 14
