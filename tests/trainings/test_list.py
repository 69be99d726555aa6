"""The public list: what it shows, filters, pages, and how few queries it takes."""

import re
from datetime import timedelta

import pytest

from people.models import Theme
from tests import builders
from trainings import actions
from trainings.models import Training


def titles(response):
    return re.findall(
        r"<h3[^>]*><a[^>]*>([^<]*)</a></h3>", response.content.decode().split('<aside class="col-lg-4')[0]
    )


@pytest.fixture
def programme(uusimaa, lapland):
    """Four trainings that differ in everything the filters ask for."""
    inclusion = Theme.objects.create(name_fi="Osallisuus", name_sv="Delaktighet")
    day = builders.training(uusimaa, in_days=10, title_fi="Äidit ja lapset", title_sv="Mammor och barn")
    day.themes.add(inclusion)
    webinar = builders.training(
        lapland, in_days=20, kind="webinar", format="remote", title_fi="Tiedonhaku", title_sv="Informationssökning"
    )
    swedish = builders.training(
        uusimaa, in_days=40, language="sv", texts="one", title_fi="", title_sv="Bemötande", summary_fi="", place_fi=""
    )
    both = builders.training(lapland, in_days=50, language="fi-sv", format="hybrid", title_fi="Kirjastopäivät")
    both.co_organisers.add(uusimaa)
    return inclusion, day, webinar, swedish, both


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Äidit ja lapset", "Tiedonhaku", "Bemötande", "Kirjastopäivät"]),
        ("?q=äidit", ["Äidit ja lapset"]),
        ("?q=MAMMOR", ["Äidit ja lapset"]),
        ("?language=sv", ["Bemötande", "Kirjastopäivät"]),
        ("?where=remote", ["Tiedonhaku", "Kirjastopäivät"]),
        ("?where=onsite", ["Äidit ja lapset", "Bemötande", "Kirjastopäivät"]),
        ("?region=porvoo", ["Äidit ja lapset", "Bemötande", "Kirjastopäivät"]),
        ("?kind=webinar", ["Tiedonhaku"]),
        ("?region=rovaniemi&language=sv", ["Kirjastopäivät"]),
        ("?region=nowhere&kind=%00&theme=abc", ["Äidit ja lapset", "Tiedonhaku", "Bemötande", "Kirjastopäivät"]),
    ],
)
def test_filters_narrow_the_list_and_wrong_values_do_not_break_it(client, programme, query, found):
    assert titles(client.get(f"/fi/trainings/{query}")) == found


def test_theme_filter_and_theme_above_the_title(client, programme):
    inclusion = programme[0]
    response = client.get(f"/sv/trainings/?theme={inclusion.pk}")
    assert titles(response) == ["Mammor och barn"]
    assert " · Delaktighet" in response.content.decode()


def test_text_in_the_other_language_says_so(client, programme):
    page = client.get("/fi/trainings/").content.decode()
    assert '<h3 lang="sv">' in page and page.count("<h3 lang=") == 1


def test_months_stand_above_their_trainings(client, programme):
    page = client.get("/fi/trainings/").content.decode()
    assert re.findall(r'<h2 class="mt-4">([^<]*)</h2>', page) == ["Lokakuu", "Marraskuu"]


def test_draft_stays_hidden_and_a_cancelled_one_says_so(client, sign_in, uusimaa, stranger, coordinator):
    builders.training(uusimaa, published=False, title_fi="Luonnos")
    draft = builders.training(uusimaa, title_fi="Julkaisematon")
    Training.objects.filter(pk=draft.pk).update(state="draft")
    actions.cancel_training(builders.training(uusimaa, title_fi="Peruttu päivä"))
    assert titles(client.get("/fi/trainings/")) == ["Peruttu päivä"]
    assert 'class="seats off"' in client.get("/fi/trainings/").content.decode()
    assert titles(sign_in(stranger).get("/fi/trainings/")) == ["Peruttu päivä"]
    assert "Julkaisematon" in titles(sign_in(coordinator).get("/fi/trainings/"))


def test_seats_and_own_state_are_said_in_words(sign_in, uusimaa, askola, employee, now):
    few = builders.training(uusimaa, in_days=5, onsite_capacity=3, title_fi="few")
    full = builders.training(uusimaa, in_days=6, onsite_capacity=1, title_fi="full")
    mine = builders.training(uusimaa, in_days=7, title_fi="mine")
    queue = builders.training(uusimaa, in_days=8, onsite_capacity=1, title_fi="queue")
    builders.training(uusimaa, in_days=9, onsite_capacity=None, title_fi="any")
    builders.training(uusimaa, in_days=12, title_fi="early", signup_opens_at=now + timedelta(days=2))
    builders.training(uusimaa, in_days=13, title_fi="closed", signup_closes_at=now - timedelta(days=2))
    first, second = builders.people(2, askola)
    for training, person in [(few, first), (full, first), (full, second), (mine, employee), (queue, first)]:
        actions.sign_up(training, person=person)
    actions.sign_up(queue, person=employee)
    rows = {row.title: (row.seats, row.of_all) for _, month in response_months(sign_in(employee)) for row in month}
    assert rows == {
        "few": ("2 paikkaa", " / 3"),
        "full": ("Täynnä, 1 jonossa", ""),
        "mine": ("Ilmoittautunut", ""),
        "queue": ("Jonossa 1.", ""),
        "any": ("Paikkoja vapaana", ""),
        "early": ("Ilmoittautuminen alkaa to 8.10.", ""),
        "closed": ("Ilmoittautuminen päättynyt", ""),
    }


def response_months(client):
    return client.get("/fi/trainings/").context["months"]


def test_offer_waits_beside_the_list(sign_in, uusimaa, askola, employee):
    training = builders.training(uusimaa, onsite_capacity=1)
    holder = actions.sign_up(training, person=builders.people(1, askola)[0])
    actions.sign_up(training, person=employee)
    actions.cancel(holder, by=holder.person)
    page = sign_in(employee).get("/fi/trainings/").content.decode()
    assert "Odottaa sinua" in page and "to 8.10. klo\xa016" in page


def test_pages_keep_the_filters(client, uusimaa, lapland):
    for n in range(30):
        builders.training(uusimaa, in_days=n + 1, title_fi=f"Päivä {n}")
    page = client.get("/fi/trainings/?region=porvoo").content.decode()
    assert "?region=porvoo&amp;page=2" in page
    assert len(titles(client.get("/fi/trainings/?region=porvoo&page=2"))) == 5
    assert len(titles(client.get("/fi/trainings/?page=99"))) == 5


def test_past_trainings_have_a_list_of_their_own(client, uusimaa, time_machine, now):
    builders.training(uusimaa, in_days=1, title_fi="Ohi")
    builders.training(uusimaa, in_days=20, title_fi="Tulossa")
    time_machine.move_to(now + timedelta(days=3))
    assert titles(client.get("/fi/trainings/")) == ["Tulossa"]
    assert titles(client.get("/fi/trainings/?when=past")) == ["Ohi"]


@pytest.mark.parametrize(
    ("query", "said"), [("", "ei ole vielä julkaistu"), ("?q=x", "Kokeile"), ("?when=past", "ei ole vielä pidetty")]
)
def test_empty_result_says_what_to_do(db, client, query, said):
    assert said in client.get(f"/fi/trainings/{query}").content.decode()


def test_page_works_without_inline_script_or_style(client, programme):
    page = client.get("/fi/trainings/").content.decode()
    assert "<style" not in page and " style=" not in page and " onclick" not in page
    assert re.findall(r"<script(?! src=)[^>]*>", page) == []
    assert '"includeIndicatorStyles":false' in page and '"allowEval":false' in page


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("signed_in", "queries"), [(False, 4), (True, 7)])
def test_list_takes_the_same_few_queries_for_1_and_30_trainings(
    client, sign_in, uusimaa, lapland, employee, rows, signed_in, queries, django_assert_num_queries
):
    theme = Theme.objects.create(name_fi="Osallisuus", name_sv="Delaktighet")
    for n in range(rows):
        training = builders.training(uusimaa, in_days=n + 1)
        training.themes.add(theme)
        actions.sign_up(training, person=employee)
    if signed_in:
        sign_in(employee)
    client.get("/fi/trainings/")  # names of regions and themes are kept for a minute
    with django_assert_num_queries(queries):
        client.get("/fi/trainings/")
