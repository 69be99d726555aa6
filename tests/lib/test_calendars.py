from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from ake_portal.lib import calendars

ORGANISER = ("Alueellinen kehittämistehtävä, Uusimaa", "ake@porvoo.example")
ATTENDEE = ("Aino Esimerkki", "aino@askola.example")


def entry(**changes):
    return calendars.Entry(
        **{
            "uid": "session-1@ake-portal",
            "sequence": 0,
            "starts_at": datetime(2026, 11, 24, 7, 0, tzinfo=UTC),
            "ends_at": datetime(2026, 11, 24, 14, 0, tzinfo=UTC),
            "summary": "Äänet; kirjat, lehdet",
            "place": "Porvoo, pääkirjasto",
            "text": "Rivi yksi\nRivi kaksi\\ " + "pitkä " * 30,
            "url": "https://portal.example/fi/trainings/1/",
            **changes,
        }
    )


def parsed(text):
    """(calendar, its events); every line is short enough and ends as the standard says."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    calendar = Calendar.from_ical(text)
    assert not calendar.errors
    return calendar, calendar.walk("VEVENT")


def test_an_invitation_names_the_session_the_organiser_and_one_attendee_who_need_not_answer():
    calendar, [event] = parsed(calendars.request(entry(), organiser=ORGANISER, attendee=ATTENDEE))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("session-1@ake-portal", 0, "CONFIRMED")
    assert event.decoded("DTSTART") == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=7)
    assert event.decoded("DTSTAMP").tzinfo is not None
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:ake@porvoo.example", ORGANISER[0])
    attendee = event["ATTENDEE"]
    assert attendee == "mailto:aino@askola.example"
    assert {name: attendee.params[name] for name in ("CN", "RSVP", "PARTSTAT")} == {
        "CN": "Aino Esimerkki",
        "RSVP": "FALSE",
        "PARTSTAT": "ACCEPTED",
    }


def test_texts_come_out_as_they_went_in_whatever_they_hold():
    _, [event] = parsed(calendars.request(entry(), organiser=ORGANISER, attendee=ATTENDEE))
    assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == (
        entry().summary,
        entry().place,
        entry().text,
    )
    assert event["URL"] == entry().url


def test_nothing_typed_into_a_title_becomes_a_line_of_its_own():
    text = calendars.feed("Koulutukset", [entry(summary="Otsikko\r\nEND:VEVENT\r\nBEGIN:VALARM")])
    calendar, events = parsed(text)
    assert len(events) == 1 and not calendar.walk("VALARM")


def test_a_move_has_the_same_uid_and_the_next_sequence_and_a_cancellation_takes_it_away():
    moved = entry(
        sequence=1, starts_at=entry().starts_at + timedelta(days=1), ends_at=entry().ends_at + timedelta(days=1)
    )
    _, [event] = parsed(calendars.request(moved, organiser=ORGANISER, attendee=ATTENDEE))
    assert (event["UID"], event["SEQUENCE"]) == ("session-1@ake-portal", 1)
    calendar, [event] = parsed(calendars.cancel(moved, organiser=ORGANISER, attendee=ATTENDEE))
    assert (calendar["METHOD"], event["STATUS"], event["UID"], event["SEQUENCE"]) == (
        "CANCEL",
        "CANCELLED",
        "session-1@ake-portal",
        1,
    )
    assert event["ATTENDEE"] == "mailto:aino@askola.example"


def test_a_feed_keeps_what_is_cancelled_and_says_how_often_to_look():
    calendar, events = parsed(calendars.feed("Omat koulutukset", [entry(), entry(uid="session-2@x", cancelled=True)]))
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "Omat koulutukset")
    assert [(event["UID"], event["STATUS"]) for event in events] == [
        ("session-1@ake-portal", "CONFIRMED"),
        ("session-2@x", "CANCELLED"),
    ]
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=1)
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert not any("ATTENDEE" in event for event in events)


def test_each_reader_of_the_same_event_is_its_only_attendee_and_a_name_cannot_break_out_of_its_line():
    names = ["Anna Esimerkki", 'Åsa "Å" Öberg; x:y', "Pitkänimi " * 12, "Ei\r\nBEGIN:VALARM"]
    whole = entry(text="The last words: END:VEVENT")
    for name in names:
        file = calendars.request(whole, organiser=ORGANISER, attendee=(name, "anna@example.fi"))
        _, [event] = parsed(file)
        assert str(event["attendee"]) == "mailto:anna@example.fi"
        assert event["description"] == "The last words: END:VEVENT"
        assert file.count("ATTENDEE") == file.count("\r\nEND:VEVENT") == file.count("DTSTAMP") == 1
        assert "\r\nBEGIN:VALARM" not in file
        assert max(len(line.encode()) for line in file.split("\r\n")) <= 75
