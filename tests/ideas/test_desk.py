"""The AKE's desk: what waits, edited in both languages, published or returned; counts on home and in the admin."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ideas import actions
from ideas.models import Idea
from notifications.models import Mail
from tests import builders

State = Idea.State
TEXTS = {
    "title_fi": "Lukukoira",
    "title_sv": "Läshund",
    "summary_fi": "Näin.",
    "summary_sv": "Så.",
    "body_fi": "Koira kuuntelee.",
    "body_sv": "Hunden lyssnar.",
}


def html(response, status=200):
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def waiting(employee):
    return actions.send(builders.idea(employee), by=employee)


def desk(idea):
    return f"/fi/ideas/{idea.pk}/desk/"


def test_the_queue_shows_the_own_regions_with_the_longest_waiting_first(
    sign_in, coordinator, other_coordinator, superuser, employee, waiting, asked, stranger, now
):
    older = actions.send(builders.idea(employee, title_fi="Vanhempi"), by=employee, now=now - timedelta(days=30))
    elsewhere = actions.send(builders.idea(stranger, title_fi="Pohjoisen tapa"), by=stranger)
    builders.idea(employee, title_fi="Luonnos")
    rows = sign_in(coordinator).get("/fi/ideas/queue/").context["rows"]
    assert rows["with_ake"] == [older, waiting] and rows["with_host"] == [asked]
    assert [idea.is_late for idea in rows["with_ake"]] == [True, False]
    assert sign_in(other_coordinator).get("/fi/ideas/queue/").context["rows"]["with_ake"] == [elsewhere]
    assert len(sign_in(superuser).get("/fi/ideas/queue/").context["rows"]["with_ake"]) == 3
    assert sign_in(employee).get("/fi/ideas/queue/").status_code == 404


def test_save_and_publish_in_one_go_tells_the_author(sign_in, coordinator, waiting, employee, askola):
    response = sign_in(coordinator).post(desk(waiting), {**TEXTS, "library": askola.pk, "move": "publish"})
    idea = Idea.objects.get()
    assert response.url == idea.get_absolute_url() and idea.is_published and idea.body_sv == "Hunden lyssnar."
    mail = Mail.objects.get(template="ideas/published")
    assert mail.person == employee and idea.get_absolute_url() in mail.text and "Lukukoira" in mail.subject


def test_what_lacks_is_said_at_its_field_and_the_translation_is_kept(sign_in, coordinator, waiting):
    texts = {**TEXTS, "summary_sv": "", "move": "publish"}
    page = html(sign_in(coordinator).post(desk(waiting), texts), 422)
    assert "Ruotsinkielinen tiivistelmä puuttuu." in page and "Hunden lyssnar." in page
    idea = Idea.objects.get()
    assert idea.state == State.WITH_AKE and idea.title_sv == "Läshund"


def test_returned_with_a_note_it_comes_back_from_the_author(sign_in, coordinator, waiting, employee):
    client = sign_in(coordinator)
    page = html(client.post(desk(waiting), {**TEXTS, "move": "send_back"}), 422)
    assert "Kerro, mitä haluat muutettavan." in page
    client.post(desk(waiting), {**TEXTS, "note": "Montako koiraa?", "move": "send_back"})
    mail = Mail.objects.get(template="ideas/sent_back")
    assert mail.person == employee and "Montako koiraa?" in mail.text and "Petra Kehittäjä" in mail.text
    assert f"/fi/ideas/{waiting.pk}/edit/" in mail.text
    client = sign_in(employee)
    assert f"/fi/ideas/{waiting.pk}/edit/" in html(client.get("/fi/"))
    page = html(client.get(f"/fi/ideas/{waiting.pk}/edit/"))
    assert "Montako koiraa?" in page and 'name="language"' not in page  # there is a translation already
    client.post(f"/fi/ideas/{waiting.pk}/edit/", {"title": "Lukukoira", "body": "Kaksi koiraa.", "move": "send"})
    idea = Idea.objects.get()
    assert (idea.state, idea.body_fi, idea.body_sv, idea.note) == (
        *(State.WITH_AKE, "Kaksi koiraa.", "Hunden lyssnar."),
        "",
    )


def test_a_published_text_keeps_both_languages(sign_in, coordinator, waiting):
    client = sign_in(coordinator)
    client.post(desk(waiting), {**TEXTS, "move": "publish"})
    page = html(client.post(desk(waiting), {**TEXTS, "title_sv": "", "body_fi": "Uutta"}), 422)
    assert "Ruotsinkielinen otsikko puuttuu." in page and "Uutta" in page
    assert Idea.objects.get().title_sv == "Läshund"
    assert client.post(desk(waiting), {**TEXTS, "title_sv": "Hunden", "move": ""}).status_code == 302
    assert Idea.objects.get().title_sv == "Hunden"
    client.post(desk(waiting), {**TEXTS, "move": "unpublish"})
    assert Idea.objects.get().state == State.WITH_AKE


def test_a_move_that_is_not_open_does_nothing(sign_in, coordinator, waiting):
    client = sign_in(coordinator)
    for move in ("unpublish", "withdraw", "answer_check", "erase_everything"):
        page = html(client.post(desk(waiting), {**TEXTS, "move": move}, follow=True))
        assert "Joku on jo vienyt tätä eteenpäin" in page
    assert Idea.objects.get().state == State.WITH_AKE


def test_what_is_with_the_host_is_read_only_and_can_go_on(sign_in, coordinator, asked):
    client = sign_in(coordinator)
    page = html(client.get(desk(asked)))
    assert 'name="title_fi"' not in page and "Linnea Exempel" in page
    client.post(desk(asked), {"title_fi": "Muutettu", "move": "go_on"})
    asked.refresh_from_db()
    assert (asked.state, asked.title_fi) == (State.WITH_AKE, "Omatoimi Loviisassa")


def test_set_aside_and_taken_up_again(sign_in, coordinator, waiting):
    client = sign_in(coordinator)
    assert client.post(desk(waiting), {**TEXTS, "move": "set_aside"}).url == "/fi/ideas/queue/"
    assert Idea.objects.get().state == State.ASIDE
    client.post(desk(waiting), {"move": "reopen"})
    assert Idea.objects.get().state == State.WITH_AKE


def test_pictures_get_their_other_description_on_the_desk(sign_in, coordinator, employee):
    idea = builders.idea(employee)
    picture = builders.picture(idea)
    actions.send(idea, by=employee)
    client = sign_in(coordinator)
    page = html(client.post(desk(idea), {**TEXTS, f"alt_{picture.pk}_fi": "Koira.", "move": "publish"}), 422)
    assert "Kuvalla ei ole ruotsinkielistä kuvausta." in page
    alts = {f"alt_{picture.pk}_fi": "Koira.", f"alt_{picture.pk}_sv": "En hund."}
    assert client.post(desk(idea), {**TEXTS, **alts, "move": "publish"}).status_code == 302
    picture.refresh_from_db()
    assert (picture.alt_fi, picture.alt_sv) == ("Koira.", "En hund.")


def test_waiting_texts_are_counted_on_home_and_in_the_admin(sign_in, coordinator, other_coordinator, waiting, asked):
    client = sign_in(coordinator)
    assert "1 teksti ideapankkiin" in html(client.get("/fi/"))
    assert reverse("ideas:queue") in html(client.get(reverse("admin:index")))
    assert "ideapankkiin" not in html(sign_in(other_coordinator).get("/fi/"))


def test_the_admin_shows_and_changes_the_own_regions_only(sign_in, coordinator, other_coordinator, waiting, employee):
    draft = builders.idea(employee, title_fi="Luonnos")
    change = reverse("admin:ideas_idea_change", args=[waiting.pk])
    page = html(sign_in(coordinator).get(reverse("admin:ideas_idea_changelist")))
    assert change in page and "Luonnos" not in page
    assert sign_in(coordinator).get(reverse("admin:ideas_idea_change", args=[draft.pk])).status_code == 302
    assert sign_in(other_coordinator).get(change).status_code == 302
    client = sign_in(coordinator)
    form = client.get(change).context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value not in (None, [])}
    inline = {"pictures-TOTAL_FORMS": 0, "pictures-INITIAL_FORMS": 0}
    assert client.post(change, {**data, **inline, "title_sv": "Läshunden"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.title_sv == "Läshunden"


@pytest.mark.parametrize("number", [1, 30])
def test_queue_takes_the_same_queries_with_one_row_and_with_thirty(
    sign_in, coordinator, employee, loviisa, number, django_assert_num_queries
):
    for n in range(number):
        idea = builders.idea(employee, title_fi=f"Idea {n}", host=loviisa)
        actions.send(idea, by=employee)
    client = sign_in(coordinator)
    with django_assert_num_queries(QUEUE_QUERIES):
        html(client.get("/fi/ideas/queue/"))


QUEUE_QUERIES = 5
