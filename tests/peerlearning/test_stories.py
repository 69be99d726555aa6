"""After the visit: a story in the idea bank, tied to host and topic, and feedback to the hosts of a study trip."""

from datetime import timedelta

import pytest

from ideas import actions as ideas
from ideas.models import Idea
from notifications.models import Mail
from peerlearning import actions
from peerlearning.models import Visit
from tests import builders
from trainings import actions as trainings


@pytest.fixture
def visit(employee, director, host, coordinator, loviisa_main, uusimaa):
    """A made visit from Askola to Loviisa."""
    builders.travel_plan(uusimaa)
    made = builders.visit(employee, loviisa_main, state="submitted")
    for kind, by in (("host", host), ("director", director), ("ake", coordinator)):
        actions.consent(made.consents.get(kind=kind), by=by)
    Visit.objects.update(state="done")
    return Visit.objects.get()


def published(idea, by):
    idea.title_sv, idea.summary_fi, idea.summary_sv, idea.aim_fi = "Titel", "Lyhyesti", "Kort", "Kerron kaiken."
    idea.save()
    idea.refresh_from_db()
    return ideas.publish(ideas.send(idea, by=idea.author), by=by)


def test_the_story_begins_with_what_the_visit_knows(sign_in, visit, employee, loviisa, host):
    client = sign_in(employee)
    assert "/story/" in client.get(f"/fi/visits/{visit.pk}/").content.decode()
    response = client.post(f"/fi/visits/{visit.pk}/story/")
    idea = Idea.objects.get()
    assert response.url == f"/fi/ideas/{idea.pk}/edit/"
    assert (idea.kind, idea.author, idea.host, idea.library) == ("story", employee, loviisa, employee.library)
    assert idea.title_fi == "Omatoimikirjaston arki" and list(idea.topics.all()) == list(visit.topics.all())
    assert client.post(f"/fi/visits/{visit.pk}/story/").url == response.url
    assert Idea.objects.count() == 1


def test_there_is_no_story_before_the_visit_and_none_by_others(sign_in, visit, employee, colleague, director):
    for person in (colleague, director):
        assert sign_in(person).post(f"/fi/visits/{visit.pk}/story/").status_code == 404
    Visit.objects.update(state="approved")
    client = sign_in(employee)
    assert "/story/" not in client.get(f"/fi/visits/{visit.pk}/").content.decode()
    client.post(f"/fi/visits/{visit.pk}/story/")
    assert not Idea.objects.exists()


def test_who_reads_a_story_can_begin_a_visit_to_the_same_place(
    sign_in, visit, employee, coordinator, loviisa_main, director
):
    idea = published(actions.tell(visit, by=employee), coordinator)
    page = sign_in(director).get(idea.get_absolute_url()).content.decode()
    link = f"/fi/visits/new/?branch={loviisa_main.pk}&amp;topic={visit.topics.get().pk}"
    assert link in page and "Haluan nähdä tämän itsekin" in page
    assert f'value="{loviisa_main.pk}" selected' in sign_in(director).get(link.replace("&amp;", "&")).content.decode()
    assert idea.get_absolute_url() in sign_in(employee).get(f"/fi/visits/{visit.pk}/").content.decode()


def test_before_sending_one_reads_of_visits_without_a_story_and_of_trainings_on_the_same_day(
    sign_in, visit, employee, loviisa_main, uusimaa, coordinator
):
    draft = builders.visit(employee, loviisa_main, in_days=30)
    training = builders.training(uusimaa, in_days=30)
    trainings.sign_up(training, person=employee)
    trainings.sign_up(builders.training(uusimaa, in_days=31, title_fi="Toinen päivä"), person=employee)
    page = sign_in(employee).get(f"/fi/visits/{draft.pk}/review/").content.decode()
    assert f"/fi/visits/{visit.pk}/" in page and training.title_fi in page and "Toinen päivä" not in page
    published(actions.tell(visit, by=employee), coordinator)
    assert f"/fi/visits/{visit.pk}/" not in sign_in(employee).get(f"/fi/visits/{draft.pk}/review/").content.decode()


def test_the_hosts_of_a_study_trip_get_feedback_once_from_each_traveller(sign_in, visit, employee, colleague, host):
    stop = visit.stops.get()
    path = f"/fi/visits/{visit.pk}/stops/{stop.pk}/thanks/"
    client = sign_in(employee)
    client.post(path, {"text": "Kiitos!"})
    assert not stop.feedback.exists()  # not after an ordinary visit
    Visit.objects.update(kind="study_trip")
    client.post(path, {"text": "  "})
    assert not stop.feedback.exists()
    client.post(path, {"text": "Kiitos, lasten osasto oli oivallus."})
    client.post(path, {"text": "Vielä kerran"})
    assert [one.text for one in stop.feedback.all()] == ["Kiitos, lasten osasto oli oivallus."]
    mail = Mail.objects.get(template="peerlearning/thanked")
    assert mail.person == host and mail.language == "sv" and "lasten osasto oli oivallus" in mail.text
    assert "lasten osasto oli oivallus" in sign_in(host).get(f"/sv/visits/{visit.pk}/").content.decode()
    assert sign_in(colleague).post(path, {"text": "x"}).status_code == 404


def test_an_erased_story_leaves_the_visit_in_peace(visit, employee):
    idea = actions.tell(visit, by=employee)
    idea.delete()
    assert Visit.objects.get().story is None
    assert Visit.objects.get().returns_at - visit.returns_at == timedelta(0)
