"""Calendar files (RFC 5545, RFC 5546) with icalendar: invitations in mails and feeds to subscribe to."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vDuration, vText
from icalendar.parser import Contentline, Parameters


@dataclass(frozen=True)
class Entry:
    """One event of a calendar: times are aware datetimes, `sequence` grows with each change of time or place.

    What lasts whole days has dates instead, `ends_at` being the day after the last one; it leaves its reader free.
    """

    uid: str
    sequence: int
    starts_at: datetime | date
    ends_at: datetime | date
    summary: str
    place: str = ""
    text: str = ""
    url: str = ""
    cancelled: bool = False
    tentative: bool = False  # it is held, and the reader has no seat in it
    changed_at: datetime | None = None


def _stamp(entry):
    return (entry.changed_at or timezone.now()).astimezone(UTC)


def _when(value):
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _event(entry, organiser=None, cancelled=False):
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstart", _when(entry.starts_at))
    event.add("dtend", _when(entry.ends_at))
    if not isinstance(entry.starts_at, datetime):
        event.add("transp", "TRANSPARENT")
    event.add("summary", entry.summary)
    if entry.place:
        event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    if entry.url:
        event.add("url", entry.url)
    held = "TENTATIVE" if entry.tentative else "CONFIRMED"
    event.add("status", "CANCELLED" if cancelled or entry.cancelled else held)
    if organiser:
        name, address = organiser
        organiser = vCalAddress(f"mailto:{address}")
        organiser.params["cn"] = vText(name)
        event["organizer"] = organiser
    return event


def _calendar(method):
    calendar = Calendar()
    calendar.add("prodid", "-//AKE portal//FI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


@lru_cache(maxsize=256)
def _skeleton(method, entry, organiser):
    """The calendar file of an event without what differs from reader to reader: everybody in a training gets the same."""
    calendar = _calendar(method)
    calendar.add_component(_event(entry, organiser, cancelled=method == "CANCEL"))
    return calendar.to_ical().decode()


def _own_lines(entry, attendee):
    """What an event's file says to this reader alone."""
    name, address = attendee
    role = Parameters({"CN": name, "PARTSTAT": "ACCEPTED", "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"})
    line = Contentline.from_parts("ATTENDEE", role, vCalAddress(f"mailto:{address}"))
    return f"\r\nDTSTAMP:{_stamp(entry):%Y%m%dT%H%M%SZ}\r\n{line.to_ical().decode()}"


def _for_reader(method, entry, organiser, attendee):
    before, end, after = _skeleton(method, replace(entry, changed_at=None), organiser).rpartition("\r\nEND:VEVENT")
    return before + _own_lines(entry, attendee) + end + after


def request(entry, *, organiser, attendee):
    """An invitation (METHOD:REQUEST) as text; organiser and attendee are (name, address)."""
    return _for_reader("REQUEST", entry, organiser, attendee)


def cancel(entry, *, organiser, attendee):
    """A cancellation (METHOD:CANCEL) of what an earlier request of the same UID put into the calendar, as text."""
    return _for_reader("CANCEL", entry, organiser, attendee)


def feed(name, entries, refresh=timedelta(hours=1)):
    """A calendar to subscribe to, as text; cancelled entries stay in it, marked so."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", refresh, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(refresh))  # the same for Outlook
    for entry in entries:
        event = _event(entry)
        event.add("dtstamp", _stamp(entry))
        calendar.add_component(event)
    return calendar.to_ical().decode()
