"""Who belongs to a network no more: the gatherings that came by mail go out of the calendar."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from icalendar import Calendar

from ake_portal.lib import days
from networks import actions
from notifications.models import Mail
from tests import builders
from tests.networks import made
from trainings import actions as trainings
from trainings import gatherings

DAYS = [date(2026, 10, 13), date(2026, 10, 27), date(2026, 11, 10)]


@pytest.fixture
def severi(uusimaa, coordinator):
    return made.network(uusimaa, leader=coordinator)


def series(network, by, on=DAYS, **fields):
    texts = {
        "kind": "remote_coffee",
        "title_fi": "Kirjakahvit",
        "title_sv": "Bokkaffe",
        "language": "fi-sv",
        "summary_fi": "Kirjavinkkejä.",
        "summary_sv": "Boktips.",
    }
    values = {**texts, "format": "remote", "link": "https://meet.example/kahvit", "is_drop_in": True, **fields}
    return gatherings.make_series(network, key=uuid4(), on=on, begins=time(9), ends=time(10), by=by, **values)


def files(template, person):
    """(method, UID, SEQUENCE, STATUS) of the calendar files in the person's mails of a kind, in order."""
    found = []
    for mail in Mail.objects.filter(template=template, person=person).order_by("pk"):
        for method, text in mail.calendars:
            [event] = Calendar.from_ical(text).walk("VEVENT")
            found.append((method, str(event["uid"]), int(event["sequence"]), str(event["status"])))
    return found


def uid(training):
    return f"session-{training.sessions.get().uid}@ake-portal"


def test_who_leaves_gets_one_mail_that_clears_the_calendar_of_what_is_to_come(
    sign_in, severi, employee, colleague, coordinator, time_machine
):
    for person in (employee, colleague):
        made.member(severi, person)
    first, *coming = series(severi, coordinator)
    time_machine.move_to(days.at(DAYS[0] + timedelta(days=1), time(9)))
    client = sign_in(employee)
    for _again in range(2):
        client.post(reverse("networks:answer", args=[severi.pk, "leave"]))
    assert files("networks/left", employee) == [("CANCEL", uid(one), 1, "CANCELLED") for one in coming]
    mail = Mail.objects.get(template="networks/left")
    text = mail.text.replace("\xa0", " ")
    assert "Kirjakahvit: ti 27.10. klo 9–10" in text and "ti 10.11." in text and "ti 13.10." not in text
    assert "meet.example" not in text + mail.html + str(mail.calendars)
    [invited] = Mail.objects.filter(template="trainings/gatherings", person=employee)
    organiser, attendee = (
        {str(Calendar.from_ical(sent).walk("VEVENT")[0][name]) for _method, sent in invited.calendars + mail.calendars}
        for name in ("organizer", "attendee")
    )
    assert len(organiser) == 1 and attendee == {f"mailto:{employee.email}"}


def test_who_is_taken_out_gets_the_same_in_the_mail_that_says_so(sign_in, severi, employee, colleague, coordinator):
    for person in (employee, colleague):
        made.member(severi, person)
    coming = series(severi, coordinator)
    desk = sign_in(coordinator)
    desk.post(reverse("networks:decide", args=[severi.pk, colleague.pk, "remove"]))
    assert files("networks/removed", colleague) == [("CANCEL", uid(one), 1, "CANCELLED") for one in coming]
    assert not Mail.objects.filter(template="networks/left").exists()
    assert "Bokkaffe" in Mail.objects.get(template="networks/removed").text


def test_who_never_got_any_gets_no_mail_for_it(severi, employee, colleague, director, coordinator):
    made.member(severi, employee, gets_news=False)
    made.member(severi, director)
    series(severi, coordinator, is_drop_in=False)  # the days alone: a seat brings the calendar file
    made.member(severi, colleague)  # later than the invitation
    asking = builders.person(library=employee.library)
    actions.ask(severi, person=asking)
    for person in (employee, colleague, director, asking):
        actions.leave(severi, person=person)
    assert not Mail.objects.filter(template="networks/left").exists()


def test_a_mail_that_never_arrived_put_nothing_into_the_calendar(severi, employee, coordinator):
    made.member(severi, employee)
    series(severi, coordinator)
    Mail.objects.filter(template="trainings/gatherings").update(state=Mail.State.FAILED)
    actions.leave(severi, person=employee)
    assert not Mail.objects.filter(template="networks/left").exists()


def test_what_is_called_off_or_signed_up_for_is_left_alone(severi, employee, coordinator):
    made.member(severi, employee)
    called_off, own, left = series(severi, coordinator)
    gatherings.call_off(called_off, reason={"fi": "Sairaus.", "sv": "Sjukdom."})
    own.is_drop_in = False
    own.save()
    trainings.sign_up(own, person=employee)
    actions.leave(severi, person=employee)
    assert [row[1] for row in files("networks/left", employee)] == [uid(left)]


def test_what_was_sent_before_one_joined_and_another_networks_gatherings_are_left_alone(
    severi, uusimaa, employee, coordinator
):
    series(severi, coordinator, on=DAYS[1:])
    other = made.network(uusimaa, "LaNu")
    for network in (severi, other):
        made.member(network, employee)
    series(other, coordinator)
    [own] = series(severi, coordinator, on=DAYS[:1])
    actions.leave(severi, person=employee)
    assert [row[1] for row in files("networks/left", employee)] == [uid(own)]


def test_leaving_joining_and_leaving_again_each_have_a_greater_sequence(severi, employee, coordinator):
    severi.joining = "open"
    severi.save()
    actions.ask(severi, person=employee)
    [one] = series(severi, coordinator, on=DAYS[:1])
    moves = [date(2026, 10, 14), date(2026, 10, 15)]

    def moved():
        gatherings.move(one, day=moves.pop(0), begins=time(9), ends=time(10))

    moved()
    actions.leave(severi, person=employee)
    actions.ask(severi, person=employee)
    actions.leave(severi, person=employee)  # nothing had come since
    actions.ask(severi, person=employee)
    moved()
    actions.leave(severi, person=employee)
    told = [
        (method, sequence)
        for template in ("gatherings", "gatherings_moved")
        for method, _uid, sequence, _status in files(f"trainings/{template}", employee)
    ]
    left = [(method, sequence) for method, _uid, sequence, _status in files("networks/left", employee)]
    assert (told, left) == ([("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 6)], [("CANCEL", 2), ("CANCEL", 7)])
