"""The first page: what waits, what is mine, what is coming."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ake_portal.lib.counts import count_all
from notifications.models import Mail
from people.models import Topic, User
from tests import builders
from trainings import actions
from trainings.models import Training


def page(client, path="/fi/"):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def full_with_offer_to(person, region, somebody):
    """A full training whose freed seat is offered to `person`."""
    training = builders.training(region, onsite_capacity=1, title_fi="Täysi päivä", title_sv="Full dag")
    seat = actions.sign_up(training, person=somebody)
    actions.sign_up(training, person=person)
    actions.cancel(seat, by=somebody)
    return training


def test_visitor_reads_what_the_portal_is_for_and_finds_trainings_and_the_sign_in(client, training):
    html = page(client)
    assert training.get_absolute_url() in html
    assert "/fi/account/login/" in html


def test_visitor_sees_no_draft_and_no_cancelled_training(client, uusimaa):
    builders.training(uusimaa, title_fi="Luonnos", published=False)
    actions.cancel_training(builders.training(uusimaa, title_fi="Peruttu päivä"), reason="sairaus")
    html = page(client)
    assert "Luonnos" not in html and "Peruttu päivä" not in html


def test_a_kept_seat_waits_for_its_person_first_of_all(sign_in, employee, colleague, uusimaa):
    training = full_with_offer_to(employee, uusimaa, colleague)
    html = page(sign_in(employee))
    waiting = html[html.index('aria-labelledby="tasks"') :].partition("</section>")[0]
    assert "Täysi päivä" in waiting and training.get_absolute_url() in waiting


def test_whoever_has_no_library_is_asked_for_it(sign_in, db):
    html = page(sign_in(builders.person("uusi@example.fi", "Uusi", "Tulokas")))
    assert "/fi/people/me/" in html


def test_director_is_told_of_people_to_confirm(sign_in, director, askola):
    builders.person("tulokas@askola.example", "Tuija", "Tulokas", library=askola, confirmed=False)
    assert "/fi/people/waiting/" in page(sign_in(director))


def test_employee_is_not_told_of_people_to_confirm(sign_in, employee, askola):
    builders.person("tulokas@askola.example", "Tuija", "Tulokas", library=askola, confirmed=False)
    assert "/fi/people/waiting/" not in page(sign_in(employee))


def test_coordinator_sees_own_drafts_and_undelivered_mails(sign_in, coordinator, other_coordinator, uusimaa, employee):
    builders.training(uusimaa, published=False)
    actions.sign_up(builders.training(uusimaa), person=employee)
    Mail.objects.update(state=Mail.State.FAILED)
    html = page(sign_in(coordinator))
    assert "state__exact=draft" in html and "state__exact=failed" in html
    html = page(sign_in(other_coordinator))
    assert "state__exact=draft" not in html and "state__exact=failed" not in html


def test_what_is_coming_fits_region_and_interests(sign_in, employee, uusimaa, lapland):
    seniors = Topic.objects.create(name_fi="Seniorit", name_sv="Seniorer", group=Topic.Group.SENIORS)
    children = Topic.objects.create(name_fi="Lapset", name_sv="Barn", group=Topic.Group.CHILDREN)
    employee.topics.add(seniors)
    for title, region, audience, is_open in (
        ("Kaikille omassa", uusimaa, None, False),
        ("Senioreille omassa", uusimaa, seniors, False),
        ("Lapsille omassa", uusimaa, children, False),
        ("Vain Lapille", lapland, None, False),
        ("Lapista kaikille", lapland, None, True),
    ):
        training = builders.training(region, title_fi=title, open_to_all=is_open)
        if audience:
            training.audience.add(audience)
    html = page(sign_in(employee))
    shown = [
        title
        for title in ("Kaikille omassa", "Senioreille omassa", "Lapsille omassa", "Vain Lapille", "Lapista kaikille")
        if title in html
    ]
    assert shown == ["Kaikille omassa", "Senioreille omassa", "Lapista kaikille"]


def test_what_is_mine_is_not_suggested_again(sign_in, employee, training):
    actions.sign_up(training, person=employee)
    assert page(sign_in(employee)).count(training.get_absolute_url()) == 1


def test_swedish_reader_gets_swedish_titles(sign_in, colleague, training):
    html = page(sign_in(colleague), "/sv/")
    assert training.title_sv in html and training.title_fi not in html


@pytest.mark.parametrize("number", [1, 30])
def test_home_takes_the_same_queries_whatever_there_is(sign_in, employee, uusimaa, number, django_assert_num_queries):
    for n in range(number):
        training = builders.training(uusimaa, in_days=5 + n)
        builders.training(uusimaa, in_days=5 + n)
        actions.sign_up(training, person=employee)
    employee.topics.add(Topic.objects.create(name_fi="Lukukoirat", name_sv="Läshundar", group="children"))
    client = sign_in(employee)
    page(client)  # what a process keeps for a minute is read
    with django_assert_num_queries(HOME_QUERIES):
        page(client)


HOME_QUERIES = 12


def test_home_of_a_coordinator_stays_within_twelve_queries(
    sign_in, coordinator, uusimaa, django_assert_max_num_queries
):
    for n in range(5):
        builders.training(uusimaa, in_days=5 + n, published=n % 2)
    client = sign_in(coordinator)
    page(client)
    with django_assert_max_num_queries(12):
        page(client)


def test_front_door_leads_a_signed_in_person_home(sign_in, employee):
    assert sign_in(employee).get("/", headers={"accept-language": "sv"}).url == "/sv/"


# The own page


def test_own_page_shows_coming_queue_and_past_apart(sign_in, employee, colleague, uusimaa, now):
    seat = builders.training(uusimaa, title_fi="Paikka tallella")
    actions.sign_up(seat, person=employee)
    full = builders.training(uusimaa, title_fi="Jonoa pitää", onsite_capacity=1)
    actions.sign_up(full, person=colleague)
    actions.sign_up(full, person=employee)
    past = builders.training(uusimaa, title_fi="Ollut ja mennyt", in_days=3)
    registration = actions.sign_up(past, person=employee)
    session = past.sessions.get()
    actions.mark_attendance(
        past, session=session, was_there={registration.pk: True}, by=colleague, now=session.starts_at
    )
    Training.objects.filter(pk=past.pk).update(
        starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=9) + timedelta(hours=7)
    )
    context = sign_in(employee).get("/fi/mine/").context
    assert [registration.training.title for registration in context["coming"]] == ["Paikka tallella"]
    assert [(row.training.title, row.place_in_queue) for row in context["queued"]] == [("Jonoa pitää", 1)]
    assert [(row.training.title, row.state) for row in context["past"]] == [("Ollut ja mennyt", "attended")]


def test_own_page_offers_the_private_calendar_address(sign_in, employee):
    html = page(sign_in(employee), "/fi/mine/")
    assert employee.calendar_token in html


def test_own_page_needs_a_sign_in(client, db):
    assert client.get("/fi/mine/").status_code == 302


@pytest.mark.parametrize("number", [1, 30])
def test_own_page_takes_the_same_queries_with_one_row_and_with_thirty(
    sign_in, employee, uusimaa, number, django_assert_num_queries
):
    for n in range(number):
        actions.sign_up(builders.training(uusimaa, in_days=3 + n), person=employee)
        past = builders.training(uusimaa, in_days=3 + n)
        actions.sign_up(past, person=employee)
        Training.objects.filter(pk=past.pk).update(
            starts_at=timezone.now() - timedelta(days=n + 2), ends_at=timezone.now() - timedelta(days=n + 1)
        )
    client = sign_in(employee)
    with django_assert_num_queries(MINE_QUERIES):
        page(client, "/fi/mine/")


MINE_QUERIES = 7


def test_what_waits_is_counted_row_by_row_in_one_query(coordinator, askola, uusimaa, django_assert_num_queries):
    for _ in range(3):
        builders.person(library=askola, confirmed=False)
        builders.training(uusimaa, published=False)
    assert coordinator.coordinated_regions == [uusimaa]
    with django_assert_num_queries(1):
        counts = count_all(
            coordinator,
            people=User.objects.confirmable_by(coordinator),
            drafts=Training.objects.owned_by(coordinator).filter(state="draft"),
            nothing=User.objects.none(),
        )
    assert counts == {"people": 3, "drafts": 3, "nothing": 0}
