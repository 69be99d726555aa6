"""Fills the floor's database and sends its mails: python -m bench.floor.work fill|send"""

import json
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import sizes
from bench.floor.models import Entry, Item, Letter, Line, Part, Person, Row


def fill():
    call_command("migrate", run_syncdb=True, verbosity=0)
    now = timezone.now()
    items = Item.objects.bulk_create(
        Item(
            title=f"Matalan kynnyksen osallistaminen {n}",
            summary="Miten kirjasto kutsuu mukaan? " * 20,
            place="Porvoon pääkirjasto",
            starts_at=now + timedelta(days=2, hours=8 * n),
        )
        for n in range(sizes.TRAININGS)
    )
    Part.objects.bulk_create(Part(item=item, starts_at=item.starts_at) for item in items)
    people = Person.objects.bulk_create(
        Person(name=f"Henkilö {n}", email=f"henkilo{n}@example.fi", library=f"Kirjasto {n % sizes.LIBRARIES}")
        for n in range(sizes.PEOPLE)
    )
    races = items[1 : 1 + sizes.RACES]
    rest = items[1 + sizes.RACES :]
    lines = Line.objects.bulk_create(Line(name=f"Rivi {n}", planned=100_000) for n in range(sizes.LINES))
    Row.objects.bulk_create(
        [
            Row(line=lines[n % len(lines)], text=f"Kirjaus {n}", reserved=0, committed=1, spent=n % 90)
            for n in range(sizes.BOOKINGS)
        ],
        batch_size=2000,
    )
    entries = [Entry(item=items[0], person=person) for person in people[: sizes.PARTICIPANTS]]
    entries += [
        Entry(item=rest[n % len(rest)], person=people[n % len(people)])
        for n in range(sizes.REGISTRATIONS - sizes.PARTICIPANTS)
    ]
    Entry.objects.bulk_create(entries, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself some minutes after so many inserts
    print(
        json.dumps(
            {
                "list": "/",
                "detail": f"/{items[0].pk}/",
                "participants": f"/{items[0].pk}/participants/",
                "money": "/money/",
                "races": [f"/{item.pk}/sign-up/" for item in races],
                "people": [person.pk for person in people[: sizes.RACERS]],
            }
        )
    )


def store():
    """Keep the letters that come on standard input as JSON lines."""
    Letter.objects.bulk_create([Letter(**json.loads(line)) for line in sys.stdin], batch_size=500)


def send():
    """Send every stored letter over one connection. Prints when the sending began."""
    print(json.dumps({"began": time.time()}), flush=True)
    smtp = get_connection()
    smtp.open()
    for letter in Letter.objects.order_by("pk").iterator(chunk_size=500):
        message = EmailMultiAlternatives(letter.subject, letter.text, "floor@example.fi", [letter.address])
        message.attach_alternative(letter.html, "text/html")
        for (
            method,
            text,
        ) in letter.calendars:  # twice, as each of the portal's mails has it: to be shown and to be saved
            message.attach_alternative(text, f"text/calendar; method={method}")
            message.attach(f"{method.lower()}.ics", text.encode(), "application/ics")
        smtp.send_messages([message])
    smtp.close()


def count():
    """Number of queries of each page on standard input (a JSON object of names and paths)."""
    client, counts = Client(headers={"host": "127.0.0.1"}), {}
    for name, path in json.load(sys.stdin).items():
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200, path
        counts[name] = len(queries)
    print(json.dumps(counts))


if __name__ == "__main__":
    {"fill": fill, "store": store, "send": send, "count": count}[sys.argv[1]]()
