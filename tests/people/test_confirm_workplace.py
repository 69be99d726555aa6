"""A director or coordinator says whether somebody works at the library they named."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from ake_portal.lib import links
from ake_portal.tasks import send_digests
from notifications.models import Mail
from people import actions, mails
from people.agenda import to_confirm, waiting_for
from people.models import Deputy, User
from tests import builders
from tests.people.test_sign_in import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(askola):
    """Says to work in Askola; reads Swedish."""
    return builders.person("nya@askola.example", "Nya", "Människan", library=askola, confirmed=False, language="sv")


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("who", ["director", "coordinator", "superuser"])
def test_one_click_confirms_and_the_person_is_told(request, sign_in, newcomer, who, language):
    client = sign_in(request.getfixturevalue(who))
    page = client.get(url("people:waiting", language)).content.decode()
    assert "Nya Människan" in page
    response = client.post(url("people:waiting", language), {"person": newcomer.pk, "answer": "yes"}, follow=True)
    assert "Nya Människan" in response.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.is_confirmed
    assert newcomer.library_confirmed_by == request.getfixturevalue(who)
    mail = Mail.objects.get(person=newcomer)
    assert (mail.subject, mail.language) == ("Din arbetsplats är bekräftad", "sv")


@pytest.mark.parametrize("who", ["employee", "colleague", "stranger", "other_coordinator"])
def test_nobody_else_sees_or_confirms(request, sign_in, newcomer, who):
    client = sign_in(request.getfixturevalue(who))
    assert "Nya Människan" not in client.get(url("people:waiting")).content.decode()
    client.post(url("people:waiting"), {"person": newcomer.pk, "answer": "yes"})
    newcomer.refresh_from_db()
    assert not newcomer.is_confirmed


def test_nobody_confirms_themselves(sign_in, newcomer, askola):
    Deputy.objects.create(library=askola, person=newcomer, first_day=date(2026, 10, 1), last_day=date(2026, 10, 31))
    sign_in(newcomer).post(url("people:waiting"), {"person": newcomer.pk, "answer": "yes"})
    newcomer.refresh_from_db()
    assert not newcomer.is_confirmed


@pytest.mark.parametrize(("first", "last", "may"), [(1, 31, True), (7, 31, False), (1, 5, False)])
def test_deputy_confirms_between_the_two_dates(sign_in, employee, newcomer, askola, first, last, may):
    Deputy.objects.create(
        library=askola, person=employee, first_day=date(2026, 10, first), last_day=date(2026, 10, last)
    )
    sign_in(employee).post(url("people:waiting"), {"person": newcomer.pk, "answer": "yes"})
    newcomer.refresh_from_db()
    assert newcomer.is_confirmed is may


def test_who_does_not_work_here_loses_the_library_and_is_told(sign_in, director, newcomer):
    sign_in(director).post(url("people:waiting"), {"person": newcomer.pk, "answer": "no"})
    newcomer.refresh_from_db()
    assert (newcomer.library, newcomer.is_confirmed) == (None, False)
    mail = Mail.objects.get(person=newcomer)
    assert mail.subject == "Din arbetsplats bekräftades inte"
    assert "Askola bibliotek" in mail.text


@pytest.mark.parametrize("person", ["", "x", "0", "99999999999", "-1", "²"])
def test_hostile_answer_does_nothing(sign_in, director, newcomer, person):
    response = sign_in(director).post(url("people:waiting"), {"person": person, "answer": "yes"})
    assert response.status_code == 302
    newcomer.refresh_from_db()
    assert not newcomer.is_confirmed


@pytest.mark.parametrize(("language", "words"), [("fi", "1 henkilö ilmoittaa"), ("sv", "1 person uppger")])
def test_home_page_is_told_who_waits(director, employee, newcomer, language, words):
    with translation.override(language):
        (item,) = waiting_for(director, to_confirm(director).count())
        assert item["text"].startswith(words)
        assert item["url"] == url("people:waiting", language)
        assert waiting_for(employee, to_confirm(employee).count()) == []


# The digest


def link_in(mail):
    return re.search(r"http\S+/people/waiting/\S+/", mail.text)[0].replace("http://127.0.0.1:8000", "")


def test_director_is_told_once_a_day_and_only_of_somebody_new(director, newcomer, askola, time_machine, now):
    for _ in range(3):
        send_digests()
    assert Mail.objects.filter(template="people/waiting").count() == 1
    time_machine.move_to(now + timedelta(days=1), tick=True)
    send_digests()
    assert Mail.objects.filter(template="people/waiting").count() == 1
    builders.person("toinen@askola.example", "Toinen", "Uusi", library=askola, confirmed=False)
    send_digests()
    send_digests()
    mail = Mail.objects.filter(template="people/waiting").latest("pk")
    assert Mail.objects.filter(template="people/waiting").count() == 2
    assert "2 henkilöä odottaa vahvistustasi" in mail.subject
    assert "Nya Människan" in mail.text and "Toinen Uusi" in mail.text
    assert (mail.is_secret, mail.person) == (True, director)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 10, 10, 9, 0, tzinfo=UTC),  # Saturday
        datetime(2026, 12, 24, 9, 0, tzinfo=UTC),  # Christmas Eve
        datetime(2026, 10, 6, 3, 0, tzinfo=UTC),  # six in the morning
        datetime(2026, 10, 6, 18, 0, tzinfo=UTC),  # nine in the evening
    ],
)
def test_digests_keep_office_hours(director, newcomer, time_machine, moment):
    time_machine.move_to(moment, tick=True)
    send_digests()
    assert not Mail.objects.exists()


def test_library_without_a_director_is_the_coordinators_task(coordinator, newcomer):
    send_digests()
    assert Mail.objects.get().person == coordinator


def test_director_who_is_there_spares_the_coordinator(coordinator, director, newcomer):
    send_digests()
    assert Mail.objects.get().person == director


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_link_in_the_mail_shows_and_its_button_acts_without_signing_in(client, director, newcomer, language):
    director.language = language
    director.save()
    send_digests()
    path = link_in(Mail.objects.get())
    assert path.startswith(f"/{language}/")
    for _ in range(2):
        response = client.get(path)
        assert "Nya Människan" in response.content.decode()
        assert "Kerttu Johtava" in response.content.decode()
        newcomer.refresh_from_db()
        assert not newcomer.is_confirmed  # scanners open links
    client.post(path, {"person": newcomer.pk, "answer": "yes"})
    newcomer.refresh_from_db()
    assert newcomer.library_confirmed_by == director
    assert "_auth_user_id" not in client.session


def test_link_reaches_only_the_people_of_its_decider(client, director, newcomer, loviisa):
    other = builders.person(library=loviisa, confirmed=False)
    send_digests()
    client.post(link_in(Mail.objects.get()), {"person": other.pk, "answer": "yes"})
    other.refresh_from_db()
    assert not other.is_confirmed


def test_link_ends_with_the_office(client, director, newcomer, askola):
    send_digests()
    path = link_in(Mail.objects.get())
    askola.director = None
    askola.save()
    assert "Nya Människan" not in client.get(path).content.decode()
    client.post(path, {"person": newcomer.pk, "answer": "yes"})
    newcomer.refresh_from_db()
    assert not newcomer.is_confirmed


@pytest.mark.parametrize(("language", "words"), [("fi", "Linkki ei enää toimi"), ("sv", "Länken fungerar inte")])
def test_old_broken_and_strange_links_are_refused_kindly(
    client, director, newcomer, time_machine, now, language, words
):
    good = links.token(mails.WAITING_LINK, director, director)
    strange = [
        links.token("trainings.cancel", director, director),  # made for something else
        good[:-2] + "xx",
        "roska",
    ]
    for token in strange:
        response = client.post(url("people:waiting_by_link", language, token), {"person": newcomer.pk, "answer": "yes"})
        assert response.status_code == 410
        assert words in response.content.decode()
    time_machine.move_to(now + timedelta(days=15), tick=True)
    response = client.post(url("people:waiting_by_link", language, good), {"person": newcomer.pk, "answer": "yes"})
    assert response.status_code == 410
    newcomer.refresh_from_db()
    assert not newcomer.is_confirmed


def test_confirming_twice_tells_once(director, coordinator, newcomer):
    actions.confirm_workplace(newcomer, by=director)
    actions.confirm_workplace(newcomer, by=coordinator)
    newcomer.refresh_from_db()
    assert newcomer.library_confirmed_by == director
    assert Mail.objects.filter(template="people/confirmed").count() == 1


def test_waiting_page_costs_the_same_with_one_and_thirty(sign_in, director, askola, django_assert_num_queries):
    client = sign_in(director)
    builders.person(library=askola, confirmed=False)
    with django_assert_num_queries(3):
        client.get(url("people:waiting"))
    for _ in range(29):
        builders.person(library=askola, confirmed=False)
    with django_assert_num_queries(3):
        assert len(client.get(url("people:waiting")).context["people"]) == 30
    assert User.objects.unconfirmed().count() == 30
