"""The month as table, and calendar files to subscribe to."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from ake_portal.lib import days
from notifications.models import Mail
from tests import builders
from trainings import actions


def events(text):
    return [
        (str(event["summary"]), int(event["sequence"]), str(event["status"]))
        for event in Calendar.from_ical(text).walk("VEVENT")
    ]


def test_month_is_a_table_from_monday_with_each_session_on_its_day(client, uusimaa):
    builders.training(uusimaa, in_days=21, sessions=2, title_fi="Kaksi päivää")
    page = client.get("/fi/trainings/calendar/?month=2026-10").content.decode()
    assert re.findall(r'<th scope="col">(\w+)</th>', page) == ["ma", "ti", "ke", "to", "pe", "la", "su"]
    assert len(re.findall(r"<a href=\"/fi/trainings/\d+-kaksi-paivaa/\"", page)) == 2
    assert "?month=2026-09" in page and "?month=2026-11" in page


@pytest.mark.parametrize("month", ["", "2026-13", "abc", "0001-01", "9999-12", "2026-1"])
def test_strange_month_shows_this_one(db, client, month):
    response = client.get("/fi/trainings/calendar/", {"month": month})
    assert (response.status_code, response.context["first"].isoformat()) == (200, "2026-10-01")


def test_month_keeps_the_filters_and_says_when_nothing_is_found(client, training):
    page = client.get("/fi/trainings/calendar/?q=zzz&month=2026-10").content.decode()
    assert "ei löytynyt" in page and "?q=zzz&amp;month=2026-11" in page


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("signed_in", "queries"), [(False, 1), (True, 3)])
def test_month_takes_the_same_few_queries_for_1_and_30_trainings(
    client, sign_in, uusimaa, employee, rows, signed_in, queries, django_assert_num_queries
):
    for n in range(rows):
        builders.training(uusimaa, in_days=n % 20 + 1)
    if signed_in:
        sign_in(employee)
    client.get("/fi/trainings/calendar/")  # names of regions and themes are kept for a minute
    with django_assert_num_queries(queries):
        client.get("/fi/trainings/calendar/")


def test_public_feed_holds_the_programme_in_the_language_of_its_address(client, uusimaa):
    builders.training(uusimaa, sessions=2, title_fi="Kirjastopäivät", title_sv="Biblioteksdagar")
    called_off = builders.training(uusimaa, in_days=30, title_fi="Peruuntuva", title_sv="Inställs")
    actions.cancel_training(called_off)
    builders.training(uusimaa, published=False, title_fi="Luonnos")
    response = client.get("/sv/trainings/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert events(response.content) == [
        ("Biblioteksdagar", 0, "CONFIRMED"),
        ("Biblioteksdagar", 0, "CONFIRMED"),
        ("Inställd: Inställs", 1, "CANCELLED"),
    ]
    assert "meet.example" not in response.content.decode()


def test_feed_that_has_not_changed_is_not_sent_again(client, training):
    first = client.get("/fi/trainings/calendar.ics")
    again = client.get("/fi/trainings/calendar.ics", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_one_training_as_file(client, training, uusimaa):
    builders.training(uusimaa, title_fi="Toinen")
    assert [summary for summary, _, _ in events(client.get(f"/fi/trainings/{training.pk}/training.ics").content)] == [
        "Matalan kynnyksen osallistaminen"
    ]


def test_private_feed_shows_what_the_person_has_in_the_persons_language(client, uusimaa, colleague, employee):
    kept = builders.training(uusimaa, format="remote", title_sv="Distans", sessions=2)
    called_off = builders.training(uusimaa, in_days=30, title_sv="Inställs")
    left = builders.training(uusimaa, in_days=40)
    builders.training(uusimaa, in_days=50)
    for training in (kept, called_off, left):
        actions.sign_up(training, person=colleague)
    actions.cancel(left.registrations.get(), by=colleague)
    actions.cancel_training(called_off)
    response = client.get(f"/calendar/{colleague.calendar_token}.ics")
    assert events(response.content) == [
        ("Distans", 0, "CONFIRMED"),
        ("Distans", 0, "CONFIRMED"),
        ("Inställd: Inställs", 1, "CANCELLED"),
    ]
    assert "https://meet.example/abc" in response.content.decode().replace("\r\n ", "")
    assert response["Cache-Control"].startswith("private")


def test_private_feed_of_a_wrong_or_renewed_token_is_gone(client, employee):
    assert client.get("/calendar/wrong.ics").status_code == 404
    old = employee.calendar_token
    employee.calendar_token = "new"
    employee.save()
    assert client.get(f"/calendar/{old}.ics").status_code == 404


def feed_of(client, person):
    return client.get(f"/calendar/{person.calendar_token}.ics").content


def invitations(template):
    """[(method, uid, sequence, status, start)] of the calendar files of the mail `template`."""
    found = []
    for method, text in Mail.objects.get(template=f"trainings/{template}").calendars:
        calendar = Calendar.from_ical(text)
        [event] = calendar.walk("VEVENT")
        assert str(calendar["method"]) == method and event["attendee"].params["RSVP"] == "FALSE"
        found.append(
            (method, str(event["uid"]), int(event["sequence"]), str(event["status"]), event.decoded("dtstart"))
        )
    return found


def test_confirmation_carries_one_invitation_for_each_session(uusimaa, employee):
    training = builders.training(uusimaa, sessions=2)
    actions.sign_up(training, person=employee)
    first, second = training.sessions.all()
    assert invitations("confirmed") == [
        ("REQUEST", f"session-{first.uid}@ake-portal", 0, "CONFIRMED", first.starts_at),
        ("REQUEST", f"session-{second.uid}@ake-portal", 0, "CONFIRMED", second.starts_at),
    ]


def test_moved_session_is_the_same_event_with_the_next_sequence(uusimaa, employee):
    training = builders.training(uusimaa, sessions=2)
    actions.sign_up(training, person=employee)
    before = actions.snapshot(training)
    first, second = training.sessions.all()
    second.starts_at += timedelta(hours=1)
    second.save()
    first.delete()
    actions.sessions_changed(training, before=before)
    assert invitations("moved") == [
        ("REQUEST", f"session-{second.uid}@ake-portal", 1, "CONFIRMED", second.starts_at),
        ("CANCEL", f"session-{first.uid}@ake-portal", 1, "CANCELLED", first.starts_at),
    ]


def test_cancelled_training_takes_its_sessions_out_of_the_calendars(uusimaa, employee):
    training = builders.training(uusimaa, sessions=2)
    actions.sign_up(training, person=employee)
    actions.cancel_training(training)
    assert [(method, sequence, status) for method, _, sequence, status, _ in invitations("training_cancelled")] == [
        ("CANCEL", 1, "CANCELLED"),
        ("CANCEL", 1, "CANCELLED"),
    ]


def test_who_leaves_gets_the_entries_taken_away(training, employee):
    registration = actions.sign_up(training, person=employee)
    actions.cancel(registration, by=employee)
    assert [(method, status) for method, _, _, status, _ in invitations("left")] == [("CANCEL", "CANCELLED")]


def sequences(person):
    """(method, SEQUENCE) of the calendar files that the person has got, in their order."""
    files = [file for mail in Mail.objects.filter(person=person).order_by("pk") for file in mail.calendars]
    return [(method, int(re.search(r"SEQUENCE:(\d+)", text)[1])) for method, text in files]


def test_leaving_and_signing_up_again_each_have_a_greater_sequence_than_what_was_before(uusimaa, employee, now):
    training = builders.training(uusimaa)
    for hour in range(3):
        registration = actions.sign_up(training, person=employee, now=now + timedelta(hours=hour))
        if hour == 1:
            before = actions.snapshot(training)
            session = training.sessions.get()
            session.starts_at -= timedelta(hours=1)
            session.save()
            actions.sessions_changed(training, before=before)
            training.refresh_from_db()
        actions.cancel(registration, by=employee, now=now + timedelta(hours=hour, minutes=30))
    assert sequences(employee) == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
        ("REQUEST", 3),
        ("CANCEL", 4),
        ("REQUEST", 5),
        ("CANCEL", 6),
    ]


def test_staff_take_out_and_add_again_and_the_training_is_called_off_with_rising_sequences(
    client, uusimaa, employee, colleague, coordinator
):
    training = builders.training(uusimaa)
    actions.cancel(actions.sign_up(training, person=employee), by=coordinator)
    actions.sign_up(training, person=employee, by=coordinator)
    actions.sign_up(training, person=colleague)
    assert [sequence for _, sequence, _ in events(feed_of(client, employee))] == [2]
    actions.cancel_training(training)
    assert sequences(employee) == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2), ("CANCEL", 3)]
    assert sequences(colleague) == [("REQUEST", 0), ("CANCEL", 1)]
    assert [sequence for _, sequence, _ in events(feed_of(client, employee))] == [3]


def test_clock_of_the_event_is_right_over_the_change_of_summer_time(uusimaa, employee):
    training = builders.training(uusimaa, in_days=30)  # after 25.10. Helsinki is two hours from UTC
    actions.sign_up(training, person=employee)
    assert days.local(invitations("confirmed")[0][4]).hour == 9
