"""The idea bank as everybody reads it: the list with its search and filters, the page of an idea, its pictures."""

from datetime import timedelta

import pytest
from django.utils.html import escape

from ideas import actions
from ideas.models import Idea
from people.models import Topic
from tests import builders


def html(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def titles(client, query="", language="fi"):
    response = client.get(f"/{language}/ideas/{query}")
    assert response.status_code == 200
    return [idea.title_fi for idea in response.context["page"]]


@pytest.fixture
def published(employee, colleague, coordinator, loviisa, askola, now):
    """Two ideas of different years, kinds and libraries."""
    practice = builders.idea(
        employee,
        title_fi="Äidit lukevat",
        title_sv="Mammorna läser",
        body_fi="Kirjastokahvila tiistaisin.",
        body_sv="Bibliotekscafé på tisdagar.",
        published=True,
        by=coordinator,
        now=now - timedelta(days=500),
    )
    story = builders.idea(
        colleague,
        kind="story",
        title_fi="Omatoimi Askolassa",
        title_sv="Meröppet i Askola",
        host=askola,
        published=True,
        by=coordinator,
        now=now,
    )
    return practice, story


def test_visitors_see_what_is_published_the_newest_first(client, published, employee):
    builders.idea(employee, title_fi="Luonnos")
    actions.send(builders.idea(employee, title_fi="Odottaa"), by=employee)
    assert titles(client) == ["Omatoimi Askolassa", "Äidit lukevat"]
    page = html(client.get("/sv/ideas/"))
    assert "Meröppet i Askola" in page and "Luonnos" not in page and "Odottaa" not in page


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    "words", ["äidit", "ÄIDIT", "mammorna", "kirjastokahvila", "bibliotekscafé LÄSER", "koira äid"]
)
def test_search_looks_into_both_languages_whatever_the_case(client, published, words, language):
    assert titles(client, f"?q={words}", language) == ["Äidit lukevat"]


def test_search_says_when_there_is_nothing(client, published):
    page = html(client.get("/fi/ideas/?q=zzzz"))
    assert "Hakusi ei tuottanut yhtään ideaa." in page


def test_filters_narrow_by_kind_topic_library_region_and_year(
    client, published, askola, loviisa, lapland, stranger, superuser
):
    practice, story = published
    topic = Topic.objects.create(name_fi="Lukupiirit", name_sv="Läsecirklar", group="adults")
    practice.topics.add(topic)
    northern = builders.idea(stranger, title_fi="Pohjoisen tapa", published=True, by=superuser)
    assert titles(client, "?kind=story") == ["Omatoimi Askolassa"]
    assert titles(client, f"?topic={topic.pk}") == ["Äidit lukevat"]
    # a library's own and the stories of visits to it
    assert titles(client, f"?library={askola.pk}") == ["Omatoimi Askolassa", "Äidit lukevat"]
    assert titles(client, f"?library={loviisa.pk}") == ["Omatoimi Askolassa"]
    assert titles(client, "?region=rovaniemi") == [northern.title_fi]
    assert titles(client, "?year=2025") == ["Äidit lukevat"]
    assert titles(client, "?year=2025&kind=story") == []
    assert len(titles(client, "?kind=tip&year=x&region=nowhere&topic=0&library=abc")) == 3


def test_only_libraries_with_something_to_read_are_offered(client, published, uusimaa):
    builders.library(uusimaa, "Tyhjän kirjasto")
    assert "Tyhjän kirjasto" not in html(client.get("/fi/ideas/"))


def test_page_shows_a_text_in_the_other_language_with_its_lang(client, published):
    practice, story = published
    page = html(
        client.get(story.get_absolute_url().replace("/fi/", "/sv/").replace("omatoimi-askolassa", "x"), follow=True)
    )
    assert "<h1" in page and "Meröppet i Askola</h1>" in page
    assert '<div lang="fi"><p>Miten koira saadaan kirjastoon?</p></div>' in page
    assert 'property="og:title" content="Meröppet i Askola"' in page


def test_what_people_write_is_text_and_nothing_else(client, employee, coordinator):
    nasty = "<script>alert(1)</script> https://kirjasto.example/a?b=1"
    idea = builders.idea(employee, title_fi=nasty, body_fi=nasty, summary_fi=nasty, summary_sv=nasty)
    Idea.objects.filter(pk=idea.pk).update(title_sv="Rubrik")
    idea = actions.publish(actions.send(idea, by=employee), by=coordinator)
    page = html(client.get(idea.get_absolute_url()))
    assert "<script>alert" not in page and escape("<script>alert(1)</script>") in page
    assert '<a href="https://kirjasto.example/a?b=1" rel="nofollow">' in page


@pytest.mark.parametrize("shows", [True, False])
def test_the_authors_name_stands_there_only_if_the_author_says_so(client, employee, coordinator, shows):
    idea = builders.idea(employee, published=True, by=coordinator, shows_author=shows)
    page = html(client.get(idea.get_absolute_url()))
    assert ("Aino Esimerkki" in page) is shows and "Askolan kirjasto" in page


def test_an_unpublished_idea_is_seen_by_those_who_work_on_it(
    sign_in, client, asked, employee, colleague, coordinator, other_coordinator, stranger
):
    address = asked.get_absolute_url()
    assert client.get(address).status_code == 404
    for person in (employee, colleague, coordinator):
        page = html(sign_in(person).get(address))
        assert "noindex" in page and "Sivun näkevät vain tekstiä työstävät." in page
    for person in (other_coordinator, stranger):
        assert sign_in(person).get(address).status_code == 404


def test_old_address_leads_to_the_new_title(client, published):
    idea = published[0]
    response = client.get(f"/fi/ideas/{idea.pk}-vanha/")
    assert response.url == idea.get_absolute_url()


# Pictures


def content(client, url):
    response = client.get(url)
    return response.status_code, b"".join(response.streaming_content) if response.streaming else b""


def test_pictures_are_private_until_the_idea_is_published(sign_in, client, employee, stranger, coordinator):
    idea = builders.idea(employee, title_sv="Läshunden", summary_fi="Koira.", summary_sv="Hund.")
    picture = builders.picture(idea, size=(2000, 1000))
    picture.alt_sv = "Hund"
    picture.save()
    assert (picture.width, picture.height, picture.small_width) == (1600, 800, 640)
    assert client.get(picture.large_url).status_code == client.get(picture.small_url).status_code == 404
    assert sign_in(stranger).get(picture.small_url).status_code == 404
    assert sign_in(coordinator).get(picture.small_url).status_code == 404  # a draft is the author's alone
    status, own = content(sign_in(employee), picture.small_url)
    assert status == 200 and own.startswith(b"\xff\xd8\xff")
    actions.publish(actions.send(idea, by=employee), by=coordinator)
    client.logout()
    response = client.get(picture.large_url)
    assert response.status_code == 200 and response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff" and "public" in response["Cache-Control"]
    page = html(client.get(idea.get_absolute_url()))
    assert picture.small_url in page and f"{picture.large_url} 1600w" in page and 'alt="Koira makaa matolla."' in page
    actions.unpublish(idea, by=coordinator)
    assert client.get(picture.large_url).status_code == 404


def test_pictures_have_names_that_nobody_guesses_and_lead_nowhere_else(client, employee, coordinator):
    idea = builders.idea(employee)
    picture = builders.picture(idea)
    name = picture.large.name.removeprefix("ideas/").removesuffix(".jpg")
    assert len(name) == 32 and set(name) <= set("0123456789abcdef")
    for wrong in ("..%2F..%2Fsettings.py", "nothing.jpg", "%00.jpg", "x"):
        assert client.get(f"/fi/ideas/pictures/{wrong}").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_list_takes_the_same_queries_with_one_row_and_with_thirty(
    client, employee, coordinator, askola, number, django_assert_num_queries
):
    topic = Topic.objects.create(name_fi="Lukupiirit", name_sv="Läsecirklar", group="adults")
    for n in range(number):
        idea = builders.idea(employee, kind="story", title_fi=f"Idea {n}", host=askola)
        builders.picture(idea)
        idea.topics.add(topic)
        Idea.objects.filter(pk=idea.pk).update(
            state="published", published_at=idea.created_at, title_sv="x", summary_fi="x", summary_sv="x"
        )
    client.get("/fi/ideas/")  # names of regions and topics are kept for a minute
    with django_assert_num_queries(LIST_QUERIES):
        page = html(client.get("/fi/ideas/"))
    assert page.count('class="spine visit idea"') == min(number, 20)
    with django_assert_num_queries(PAGE_QUERIES):
        html(client.get(idea.get_absolute_url()))


LIST_QUERIES = 6
PAGE_QUERIES = 5
