"""Writing for the idea bank: a draft that keeps whatever is typed, pictures, and the way to the host or the AKE."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from ideas.models import Idea, Picture
from people.models import Topic
from tests import builders

State = Idea.State
WRITE = "/fi/ideas/write/{}/"


def html(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def practice(**fields):
    return {"title": "Äidit lukevat", "language": "fi", "body": "Joka tiistai.", "shows_author": "on", **fields}


def test_an_employee_tells_a_good_practice_and_sends_it_to_the_ake(sign_in, employee, askola, uusimaa):
    client = sign_in(employee)
    topic = Topic.objects.create(name_fi="Lukupiirit", name_sv="Läsecirklar", group="adults")
    response = client.post(WRITE.format("practice"), practice(topics=[topic.pk], move="send"))
    assert response.url == "/fi/ideas/mine/"
    idea = Idea.objects.get()
    assert (idea.title_fi, idea.title_sv, idea.body_fi, idea.language) == ("Äidit lukevat", None, "Joka tiistai.", "fi")
    assert (idea.author, idea.library, idea.region, idea.state) == (employee, askola, uusimaa, State.WITH_AKE)
    assert list(idea.topics.all()) == [topic] and idea.shows_author
    assert "Äidit lukevat" in html(client.get("/fi/ideas/mine/"))


def test_a_story_asks_four_questions_and_one_answer_is_enough(sign_in, colleague, askola):
    client = sign_in(colleague)
    with override("sv"):
        page = html(client.get("/sv/ideas/write/story/"))
    assert all(f'name="{name}"' in page for name in ("aim", "seen", "plan", "advice", "host"))
    client.post(
        "/sv/ideas/write/story/",
        {
            "title": "Meröppet i Askola",
            "language": "sv",
            "seen": "Dörren öppnas med kort.",
            "host": askola.pk,
            "move": "send",
        },
    )
    idea = Idea.objects.get()
    assert (idea.kind, idea.host, idea.seen_sv, idea.seen_fi) == ("story", askola, "Dörren öppnas med kort.", None)
    assert idea.state == State.WITH_AKE and not idea.shows_author


def test_what_lacks_is_said_at_its_field_and_the_rest_is_kept(sign_in, employee):
    client = sign_in(employee)
    page = html(client.post(WRITE.format("practice"), practice(body="", move="send")), 422)
    assert "Kirjoita ensin jotakin." in page and 'value="Äidit lukevat"' in page
    idea = Idea.objects.get()
    assert idea.state == State.DRAFT and idea.title_fi == "Äidit lukevat"
    assert f'action="/fi/ideas/{idea.pk}/edit/"' in page  # the next try goes on with the same draft
    page = html(client.post(f"/fi/ideas/{idea.pk}/edit/", practice(title="", body="Uutta tekstiä")), 422)
    assert "Uutta tekstiä" in page and "Tämä kenttä vaaditaan" in page


def test_a_bad_picture_loses_nothing_else(sign_in, employee):
    client = sign_in(employee)
    bad = builders.photo("kuva.jpg")
    bad.seek(0)
    broken = type(bad)("kuva.jpg", b"<script>alert(1)</script>")
    page = html(client.post(WRITE.format("practice"), practice(picture=broken, picture_alt="Koira", move="send")), 422)
    assert "Vain JPEG- ja PNG-kuvat otetaan vastaan." in page and "Joka tiistai." in page and 'value="Koira"' in page
    assert Idea.objects.get().state == State.DRAFT and not Picture.objects.exists()


def test_pictures_are_described_before_the_text_is_sent(sign_in, employee):
    client = sign_in(employee)
    client.post(WRITE.format("practice"), practice(picture=builders.photo(), move="picture"))
    idea = Idea.objects.get()
    picture = idea.pictures.get()
    edit = f"/fi/ideas/{idea.pk}/edit/"
    page = html(client.post(edit, practice(move="send")), 422)
    assert "Kuvaile jokainen kuva" in page and f'name="alt_{picture.pk}_fi"' in page
    assert client.post(edit, practice(move="send", **{f"alt_{picture.pk}_fi": "Lapsi lukee."})).status_code == 302
    picture.refresh_from_db()
    idea.refresh_from_db()
    assert (picture.alt_fi, idea.state) == ("Lapsi lukee.", State.WITH_AKE)


def test_a_removed_picture_takes_its_files_along(sign_in, employee, django_capture_on_commit_callbacks):
    idea = builders.idea(employee)
    picture = builders.picture(idea)
    storage, names = picture.large.storage, (picture.large.name, picture.small.name)
    assert all(storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(employee).post(f"/fi/ideas/{idea.pk}/edit/", practice(**{f"remove_{picture.pk}": "on"}))
    assert not Picture.objects.exists() and not any(storage.exists(name) for name in names)


def test_there_is_room_for_eight_pictures(sign_in, employee):
    idea = builders.idea(employee)
    for _ in range(Picture.MOST):
        builders.picture(idea)
    client = sign_in(employee)
    assert 'name="picture"' not in html(client.get(f"/fi/ideas/{idea.pk}/edit/"))
    client.post(f"/fi/ideas/{idea.pk}/edit/", practice(picture=builders.photo()))
    assert idea.pictures.count() == Picture.MOST


def test_a_draft_moves_to_the_other_language_with_its_pictures(sign_in, employee):
    idea = builders.idea(employee)
    picture = builders.picture(idea, alt="En hund")
    client = sign_in(employee)
    sent = practice(title="Läshunden", language="sv", body="Hunden lyssnar.", **{f"alt_{picture.pk}_fi": "En hund."})
    client.post(f"/fi/ideas/{idea.pk}/edit/", sent)
    idea.refresh_from_db()
    picture.refresh_from_db()
    assert (idea.title_fi, idea.title_sv, idea.body_sv, idea.language) == ("", "Läshunden", "Hunden lyssnar.", "sv")
    assert (picture.alt_fi, picture.alt_sv) == ("", "En hund.")


def test_languages_do_not_change_places_when_there_is_a_translation(sign_in, employee, coordinator):
    idea = builders.idea(employee, title_sv="Läshunden")
    assert 'name="language"' not in html(sign_in(employee).get(f"/fi/ideas/{idea.pk}/edit/"))


def test_whoever_is_not_confirmed_may_tip_but_not_write(sign_in, askola):
    newcomer = builders.person("uusi@askola.example", library=askola, confirmed=False)
    client = sign_in(newcomer)
    assert "/fi/ideas/tip/" in html(client.get(WRITE.format("practice")), 403)
    assert client.post(WRITE.format("practice"), practice()).status_code == 403
    assert not Idea.objects.exists()


def test_people_of_the_ake_write_for_their_region(sign_in, coordinator, uusimaa):
    sign_in(coordinator).post(WRITE.format("practice"), practice(move="send"))
    idea = Idea.objects.get()
    assert (idea.region, idea.library) == (uusimaa, None)


def test_nobody_writes_a_tip_as_a_text_and_no_other_kind_exists(sign_in, employee):
    assert sign_in(employee).get(WRITE.format("tip")).status_code == 404
    assert sign_in(employee).get(WRITE.format("poem")).status_code == 404


def test_the_author_takes_back_and_withdraws(sign_in, employee, colleague):
    idea = builders.idea(employee)
    client = sign_in(employee)
    client.post(f"/fi/ideas/{idea.pk}/edit/", practice(move="send"))
    assert client.get(f"/fi/ideas/{idea.pk}/edit/").url == "/fi/ideas/mine/"
    back = reverse("ideas:move", args=[idea.pk, "take_back"])
    assert sign_in(colleague).post(back).status_code == 404
    client = sign_in(employee)
    assert client.post(back).url == f"/fi/ideas/{idea.pk}/edit/"
    assert client.post(reverse("ideas:move", args=[idea.pk, "withdraw"])).status_code == 302
    idea.refresh_from_db()
    assert idea.state == State.WITHDRAWN
    assert client.post(reverse("ideas:move", args=[idea.pk, "publish"])).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_own_list_takes_the_same_queries_with_one_row_and_with_thirty(
    sign_in, employee, number, django_assert_num_queries
):
    for n in range(number):
        builders.idea(employee, title_fi=f"Idea {n}", kind="story", host=employee.library)
    client = sign_in(employee)
    with django_assert_num_queries(MINE_QUERIES):
        html(client.get("/fi/ideas/mine/"))


MINE_QUERIES = 3
