"""Travel claims in the admin: found by AKE staff of the region, read there, decided on the portal's page."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from budgets.models import Category
from peerlearning.models import Claim
from tests import builders

CLAIMS = "admin:peerlearning_claim_changelist"
LIST = "/fi/admin/peerlearning/claim/"


def page_of(claim, what="change"):
    return reverse(f"admin:peerlearning_claim_{what}", args=[claim.pk])


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=1000, lines={Category.COFFEE: 200, Category.TRAVEL: 800})


@pytest.fixture
def made(employee, loviisa, plan, coordinator, director):
    """A function that makes a claim of 2,75 € in a state, each of a trip of its own."""

    def make(state="sent", *, days_ago=4, who=employee, by=coordinator, approver=None, **visit):
        trip = builders.made_visit(who, loviisa, plan=plan, by=by, days_ago=days_ago, costs={"km": "5"}, **visit)
        legs = [builders.leg(trip, km=5)]
        return builders.claim(trip, legs=legs, state=state, checker=by, approver=approver)

    return make


def listed(desk, **query):
    return set(desk.get(LIST, query).context["cl"].queryset)


@pytest.mark.parametrize("state", ["sent", "returned", "waived"])
def test_every_state_is_said_in_words(sign_in, made, coordinator, state):
    claim = made()
    Claim.objects.filter(pk=claim.pk).update(state=state)
    with override("fi"):
        words = str(Claim.State(state).label)
    shown = " ".join(sign_in(coordinator).get(LIST).content.decode().split())
    assert f"> {words} </span>" in shown and f"> {state} </span>" not in shown


def test_a_waived_claim_is_not_on_its_way(sign_in, made, coordinator):
    claim, waived = made(), made(days_ago=5)
    Claim.objects.filter(pk=waived.pk).update(state="waived")
    client = sign_in(coordinator)
    assert "Käsittelyn vaihe" in client.get(claim.get_absolute_url()).content.decode()
    assert "Käsittelyn vaihe" not in client.get(waived.get_absolute_url()).content.decode()


def test_ake_staff_find_the_claims_of_their_region_that_have_left_their_travellers(
    sign_in, made, coordinator, other_coordinator, superuser, askola
):
    sent, _draft = made(), made("draft", days_ago=5)
    coordinator.library = askola
    coordinator.save()
    own = made(who=coordinator, by=superuser, days_ago=6)
    assert listed(sign_in(coordinator)) == {sent}
    assert listed(sign_in(other_coordinator)) == set()
    assert listed(sign_in(superuser)) == {sent, own}


def test_a_claim_being_written_opens_for_nobody_in_the_admin(sign_in, made, coordinator, superuser):
    draft = made("draft")
    for person in (coordinator, superuser):
        assert sign_in(person).get(page_of(draft)).status_code == 302


def test_the_list_shows_whose_which_trip_how_much_and_where_it_stands(sign_in, made, coordinator):
    made(days_ago=4)
    page = sign_in(coordinator).get(LIST).content.decode()
    for text in ("Aino Esimerkki", "Askolan kirjasto", "2.10.2026", "2,75\xa0€", "lähetetty", "työnantaja", "/1</a>"):
        assert text in page, text


def test_the_list_narrows_by_state_payer_region_and_year_of_travel(
    sign_in, made, coordinator, superuser, uusimaa, lapland
):
    builders.plan(uusimaa, year=2025, granted=100, lines={Category.TRAVEL: 100})
    sent = made()
    by_city = made("checked", days_ago=5, payer="city")
    last_year = made(days_ago=300)
    desk = sign_in(coordinator)
    assert listed(desk, state__exact="checked") == {by_city}
    assert listed(desk, traveller__visit__payer__exact="city") == {by_city}
    assert listed(desk, traveller__visit__region__id__exact=uusimaa.pk) == {sent, by_city, last_year}
    assert listed(desk, year="2025") == {last_year}
    assert listed(desk, year="2026") == {sent, by_city}
    assert listed(desk, year="kukaties") == {sent, by_city, last_year}
    assert listed(sign_in(superuser), traveller__visit__region__id__exact=lapland.pk) == set()


@pytest.mark.parametrize("words", ["aino", "Esimerkki Aino", "ASKOLA", "askola bibliotek"])
def test_a_claim_is_found_by_its_traveller_and_library(sign_in, made, coordinator, colleague, words):
    found = made()
    made(days_ago=5, who=colleague)
    assert listed(sign_in(coordinator), q=words) == {found}


def test_nothing_of_a_claim_is_written_in_the_admin_and_its_page_is_one_click_away(
    sign_in, made, coordinator, superuser, uusimaa
):
    claim = made("paid", approver=builders.approver(uusimaa))
    before = Claim.objects.filter(pk=claim.pk).values().get()
    for person in (coordinator, superuser):
        desk = sign_in(person)
        response = desk.get(page_of(claim))
        page = response.content.decode()
        assert f'href="{claim.get_absolute_url()}"' in page and "Hilkka Hyväksyjä" in page and "2,75" in page
        assert not response.context["adminform"].form.fields
        assert desk.post(page_of(claim), {"amount": "1", "state": "draft"}).status_code == 403
        assert desk.post(page_of(claim, "delete"), {"post": "yes"}).status_code == 403
        assert desk.get(reverse("admin:peerlearning_claim_add")).status_code == 403
    assert Claim.objects.filter(pk=claim.pk).values().get() == before


def test_others_have_no_such_page(sign_in, made, employee, director, other_coordinator):
    claim = made()
    for person in (employee, director, other_coordinator):
        assert sign_in(person).get(page_of(claim)).status_code == 302


@pytest.mark.parametrize(("language", "words"), [("fi", "Matkalaskut"), ("sv", "Reseräkningar")])
def test_the_menu_leads_to_the_claims(sign_in, coordinator, language, words):
    with override(language):
        page, address = sign_in(coordinator).get(reverse("admin:index")).content.decode(), reverse(CLAIMS)
    assert address in page and words in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_database_as_often_for_one_claim_as_for_thirty(
    rows, sign_in, made, coordinator, django_assert_num_queries
):
    for number in range(rows):
        made(number_=number + 1)
    desk = sign_in(coordinator)
    desk.get(LIST)
    with django_assert_num_queries(6):
        assert desk.get(LIST).content.decode().count("Aino Esimerkki") >= rows
