"""Tips to the AKE: with or without a name, from anybody, not without end."""

import pytest
from django.core.cache import cache

from ideas import write_views
from ideas.models import Idea
from notifications.models import Mail
from people.models import User
from tests import builders


@pytest.fixture(autouse=True)
def _nobody_has_tipped(db):
    cache.clear()


def tip(library=None, **fields):
    return {
        "title": "Taitava lukukoiraohjaaja",
        "text": "Hän osaa.",
        "library": library.pk if library else "",
        **fields,
    }


def test_a_visitor_tips_without_a_name(client, askola, uusimaa):
    page = client.get("/fi/ideas/tip/").content.decode()
    assert 'name="named"' not in page
    assert client.post("/fi/ideas/tip/", tip(askola, named="on")).url == "/fi/ideas/tip/thanks/"
    idea = Idea.objects.get()
    assert (idea.kind, idea.state, idea.author, idea.region, idea.library) == (
        *("tip", "with_ake", None),
        *(uusimaa, askola),
    )
    assert (idea.title_fi, idea.body_fi, idea.language) == ("Taitava lukukoiraohjaaja", "Hän osaa.", "fi")
    assert not Mail.objects.exists() and not User.objects.exists()


def test_a_signed_in_person_tips_with_a_name_and_is_thanked(sign_in, colleague, uusimaa):
    sign_in(colleague).post("/sv/ideas/tip/", tip(region=uusimaa.pk, named="on"))
    mail = Mail.objects.get()
    assert (mail.template, mail.person) == ("ideas/thanks", colleague)
    assert mail.subject == "Tack för ditt tips: Taitava lukukoiraohjaaja" and "/sv/ideas/mine/" in mail.text
    assert Idea.objects.get().author == colleague


def test_the_ake_writes_down_what_somebody_told_and_stays_named(sign_in, coordinator, colleague, loviisa, uusimaa):
    desk = sign_in(coordinator)
    assert "/fi/ideas/queue/note/" in desk.get("/fi/ideas/queue/").content.decode()
    told = tip(loviisa, region=uusimaa.pk, email=colleague.email)
    answer = desk.post("/fi/ideas/queue/note/", told)
    idea = Idea.objects.get()
    assert answer.url == f"/fi/ideas/{idea.pk}/desk/"
    assert (idea.kind, idea.state, idea.author, idea.noted_by) == ("tip", "with_ake", colleague, coordinator)
    mail = Mail.objects.get()
    assert (mail.template, mail.person) == ("ideas/thanks", colleague) and str(coordinator) in mail.text
    assert f"kirjannut {coordinator}" in desk.get(answer.url).content.decode()


def test_a_told_tip_may_stay_without_a_name_and_lies_in_the_own_region(
    sign_in, coordinator, other_coordinator, employee, stranger, uusimaa
):
    desk = sign_in(coordinator)
    for wrong in (tip(region=stranger.library.region_id), tip(region=uusimaa.pk, email=stranger.email)):
        assert desk.post("/fi/ideas/queue/note/", wrong).status_code == 422
    assert not Idea.objects.exists()
    desk.post("/fi/ideas/queue/note/", tip(region=uusimaa.pk, email=""))
    idea = Idea.objects.get()
    assert (idea.author, idea.noted_by, idea.region) == (None, coordinator, uusimaa) and not Mail.objects.exists()
    assert sign_in(employee).get("/fi/ideas/queue/note/").status_code == 404


def test_a_signed_in_person_may_leave_the_name_out(sign_in, employee, uusimaa):
    sign_in(employee).post("/fi/ideas/tip/", tip(region=uusimaa.pk))
    idea = Idea.objects.get()
    assert idea.author is None and idea.library is None and not Mail.objects.exists()


def test_a_tip_needs_to_know_where_to_go_and_keeps_what_was_typed(client, uusimaa):
    response = client.post("/fi/ideas/tip/", tip())
    page = response.content.decode()
    assert response.status_code == 422 and "Valitse alue tai kirjasto." in page and "Hän osaa." in page


def test_tips_of_visitors_are_counted_by_address(client, askola):
    for _ in range(write_views.TIPS_PER_HOUR[False]):
        assert client.post("/fi/ideas/tip/", tip(askola)).status_code == 302
    response = client.post("/fi/ideas/tip/", tip(askola, text="Vielä yksi"))
    page = response.content.decode()
    assert response.status_code == 422 and "Yritä myöhemmin uudelleen." in page and "Vielä yksi" in page
    assert Idea.objects.count() == write_views.TIPS_PER_HOUR[False]
    assert client.post("/fi/ideas/tip/", tip(askola), REMOTE_ADDR="198.51.100.9").status_code == 302


def test_a_tip_is_for_the_ake_of_its_region_alone(sign_in, client, askola, employee, coordinator, other_coordinator):
    client.post("/fi/ideas/tip/", tip(askola))
    address = Idea.objects.get().get_absolute_url()
    for person, status in ((employee, 404), (other_coordinator, 404), (coordinator, 200)):
        assert sign_in(person).get(address).status_code == status
    assert "Taitava" in sign_in(coordinator).get("/fi/ideas/queue/").content.decode()
    assert "lukukoiraohjaaja" not in sign_in(coordinator).get("/fi/ideas/").content.decode()


def test_a_tip_grows_into_a_good_practice(sign_in, client, askola, coordinator):
    client.post("/fi/ideas/tip/", tip(askola))
    idea = Idea.objects.get()
    desk = sign_in(coordinator)
    address = f"/fi/ideas/{idea.pk}/desk/"
    page = desk.get(address).content.decode()
    assert 'value="make_practice"' in page and 'value="publish"' not in page
    assert (
        desk.post(address, {"title_fi": "Lukukoira", "body_fi": "Näin se käy.", "move": "make_practice"}).url == address
    )
    texts = {
        "title_fi": "Lukukoira",
        "title_sv": "Läshund",
        "summary_fi": "Näin.",
        "summary_sv": "Så.",
        "body_fi": "Näin",
    }
    assert desk.post(address, {**texts, "library": askola.pk, "move": "publish"}).status_code == 302
    idea.refresh_from_db()
    assert (idea.kind, idea.is_published, idea.title_sv) == ("practice", True, "Läshund")
    assert builders.library(askola.region, "x") and "Lukukoira" in client.get("/fi/ideas/").content.decode()
