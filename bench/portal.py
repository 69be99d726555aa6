"""Fills the portal's database, counts its queries, hands over its mails: python -m bench.portal fill|count|letters|post"""

import json
import sys
import time
from datetime import time as clock
from datetime import timedelta

import django

django.setup()

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from ake_portal.lib import days
from bench import sizes
from budgets.models import Booking, BudgetLine, Category, Expense, FocusArea, FundingSource, Measure, Plan
from notifications.models import Mail
from notifications.outbox import wake
from peerlearning.models import Consent, CostLine, Step, Stop, Traveller, Visit
from people.models import Branch, Library, Region, Theme, User
from trainings import mails
from trainings.models import Mode, Registration, Session, Training

DESCRIPTION = (
    "Päivän aikana kokeillaan menetelmiä, jotka madaltavat kynnystä osallistua, ja suunnitellaan omalle kirjastolle. "
) * 6


def session_of(user):
    """A signed-in session, made as signing in makes it; of staff with the second factor, which their pages ask for."""
    request = RequestFactory().get("/")
    session = request.session = SessionStore()
    record_authentication(request, user, method="mfa" if user.is_staff else "code")
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def fill_money(region, coordinator, now):
    """A plan with thousands of bookings. Returns it."""
    plan = Plan.objects.create(
        region=region, year=now.year, state=Plan.State.PUBLISHED, name_fi="Suunnitelma", name_sv="Plan"
    )
    area = FocusArea.objects.create(plan=plan, name_fi="Osallisuus", name_sv="Delaktighet")
    measures = Measure.objects.bulk_create(
        Measure(focus_area=area, position=n, name_fi=f"Toimenpide {n}", name_sv=f"Åtgärd {n}")
        for n in range(sizes.MEASURES)
    )
    source = FundingSource.objects.create(plan=plan, applied=700_000, granted=700_000)
    lines = BudgetLine.objects.bulk_create(
        BudgetLine(plan=plan, source=source, position=n, category=category, planned=700_000 // sizes.LINES)
        for n, category in enumerate(Category.values[: sizes.LINES])
    )
    expenses = Expense.objects.bulk_create(
        [
            Expense(
                line=lines[n % len(lines)],
                measure=measures[n % len(measures)],
                text=f"Kulu {n}",
                created_by=coordinator,
            )
            for n in range(sizes.EXPENSES)
        ],
        batch_size=1000,
    )
    Booking.objects.bulk_create(
        [
            Booking(
                line=expense.line,
                expense=expense,
                kind=Booking.Kind.ACTUAL,
                amount=1 + n % 40,
                spent=1 + n % 40,
                text=expense.text,
                document_number=str(n),
                by=coordinator,
                at=now,
            )
            for n, expense in ((n, expenses[n % len(expenses)]) for n in range(sizes.BOOKINGS))
        ],
        batch_size=1000,
    )
    return plan


def fill_visits(library, director, travellers, host, now):
    """Visits of a library's staff, each asked of its host, its director and the AKE. Returns the director's first consent."""
    Library.objects.filter(pk=library.pk).update(director=director)
    branch = Branch.objects.create(library=host, name_fi="Pääkirjasto", name_sv="Huvudbiblioteket")
    visits = Visit.objects.bulk_create(
        Visit(
            state=Visit.State.SUBMITTED,
            year=now.year,
            number=n + 1,
            traveller=travellers[n % len(travellers)],
            library=library,
            region=library.region,
            subject=f"Omatoimikirjaston arki {n}",
            goal=DESCRIPTION,
            travel=Visit.Travel.PUBLIC,
            leaves_at=now + timedelta(days=5 + n % 60),
            returns_at=now + timedelta(days=5 + n % 60, hours=8),
            submitted_at=now,
        )
        for n in range(sizes.VISITS)
    )
    Traveller.objects.bulk_create(Traveller(visit=visit, person=visit.traveller, library=library) for visit in visits)
    CostLine.objects.bulk_create(CostLine(visit=visit, kind="ticket", amount=40) for visit in visits)
    stops = Stop.objects.bulk_create(
        Stop(visit=visit, branch=branch, starts_at=visit.leaves_at, ends_at=visit.returns_at) for visit in visits
    )
    Step.objects.bulk_create(Step(visit=visit, move="submit", by=visit.traveller, at=now) for visit in visits)
    consents = []
    for visit, stop in zip(visits, stops, strict=True):
        consents += [
            Consent(visit=visit, kind="director", library=library, person=director),
            Consent(visit=visit, kind="host", stop=stop),
            Consent(visit=visit, kind="ake"),
        ]
    return Consent.objects.bulk_create(consents)[0]


def fill():
    call_command("release", verbosity=0)
    regions = list(Region.objects.order_by("pk"))
    themes = list(Theme.objects.order_by("pk"))
    libraries = Library.objects.bulk_create(
        Library(region=regions[n % len(regions)], name_fi=f"Kirjasto {n}", name_sv=f"Bibliotek {n}")
        for n in range(sizes.LIBRARIES)
    )
    now = timezone.now()
    people = User.objects.bulk_create(
        [
            User(
                email=f"henkilo{n}@example.fi",
                first_name=f"Henkilö {n}",
                last_name="Esimerkki",
                title="kirjastovirkailija",
                password="!",
                language="sv" if n % 10 == 0 else "fi",
                library=libraries[n % len(libraries)],
                library_confirmed_at=now,
            )
            for n in range(sizes.PEOPLE)
        ],
        batch_size=1000,
    )
    coordinator = User.objects.create_user("ake@example.fi", first_name="Petra", last_name="Kehittäjä")
    regions[0].coordinators.add(coordinator)
    today = timezone.localdate()
    trainings = []
    for n in range(sizes.TRAININGS):
        day = today + timedelta(days=2 + n // 3)
        trainings.append(
            Training(
                region=regions[0] if n == 0 else regions[n % len(regions)],
                state=Training.State.PUBLISHED,
                published_at=now,
                kind=Training.Kind.values[n % len(Training.Kind.values)],
                format=Training.Format.ONSITE,
                title_fi=f"Matalan kynnyksen osallistaminen {n}",
                title_sv=f"Delaktighet med låg tröskel {n}",
                summary_fi="Miten kirjasto kutsuu mukaan ne, jotka eivät tule itse?",
                summary_sv="Hur bjuder biblioteket in dem som inte själva kommer?",
                description_fi=DESCRIPTION,
                place_fi="Porvoon pääkirjasto",
                place_sv="Borgå huvudbibliotek",
                open_to_all=True,
                onsite_capacity=sizes.SEATS,
                starts_at=days.at(day, clock(9 + n % 3)),
                ends_at=days.at(day, clock(15)),
            )
        )
    Training.objects.bulk_create(trainings)
    Training.themes.through.objects.bulk_create(
        Training.themes.through(training=training, theme=themes[n % len(themes)])
        for n, training in enumerate(trainings)
        if themes
    )
    Session.objects.bulk_create(
        Session(training=training, starts_at=training.starts_at, ends_at=training.ends_at) for training in trainings
    )
    races, rest = trainings[1 : 1 + sizes.RACES], trainings[1 + sizes.RACES :]
    pairs = [(trainings[0], person) for person in people[: sizes.PARTICIPANTS]]
    pairs += [(rest[n % len(rest)], people[n % len(people)]) for n in range(sizes.REGISTRATIONS - sizes.PARTICIPANTS)]
    Registration.objects.bulk_create(
        [
            Registration(
                training=training,
                person=person,
                library=person.library,
                mode=Mode.ONSITE,
                state=Registration.State.REGISTERED,
            )
            for training, person in pairs
        ],
        batch_size=1000,
    )
    plan = fill_money(regions[0], coordinator, now)
    asked = fill_visits(people[0].library, people[-1], people[:: sizes.LIBRARIES], libraries[1], now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself some minutes after so many inserts
    with override("fi"):
        detail = trainings[0].get_absolute_url()
        print(
            json.dumps(
                {
                    "list": reverse("trainings:list"),
                    "detail": detail,
                    "decision": reverse("peerlearning:decide", args=[asked.pk]),
                    "director": reverse("director"),
                    "money": reverse("budgets:money", args=[plan.pk]),
                    "participants": reverse("trainings:participants", args=[trainings[0].pk]),
                    "races": [reverse("trainings:sign_up", args=[training.pk]) for training in races],
                    "race_keys": [training.pk for training in races],
                    "employee": session_of(people[0]),
                    "chief": session_of(people[-1]),
                    "coordinator": session_of(coordinator),
                    "racers": [session_of(person) for person in people[: sizes.RACERS]],
                    "pages": {
                        name: reverse(name)
                        for name in ("home", "mine", "trainings:list", "trainings:calendar", "accessibility", "privacy")
                    },
                }
            )
        )


def count():
    """Number of queries of each page on standard input: {name: [path, session key or null]}."""
    counts = {}
    for name, (path, key) in json.load(sys.stdin).items():
        client = Client(headers={"host": "127.0.0.1"})
        if key:
            client.cookies[settings.SESSION_COOKIE_NAME] = key
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}")
        counts[name] = len(queries)
    print(json.dumps(counts))


def letters():
    """Store a confirmation for each of many people, not to be sent yet, and print them all for the floor."""
    Mail.objects.all().delete()
    seats = Registration.objects.filter(state=Registration.State.REGISTERED).select_related(
        "training__region", "person__library__region"
    )
    for registration in seats.order_by("pk")[: sizes.MAILS]:
        mails.confirmed(registration)
    Mail.objects.update(send_after=timezone.now() + timedelta(days=1))
    for n, mail in enumerate(Mail.objects.order_by("pk")):
        # one address each, so that the mail server can tell that everybody got one
        Mail.objects.filter(pk=mail.pk).update(address=f"n{n}@example.fi")
        letter = {"subject": mail.subject, "text": mail.text, "html": mail.html, "calendars": mail.calendars}
        print(json.dumps({"address": f"n{n}@example.fi", **letter}))


def post():
    """Let the stored mails go and wake the worker. Prints when."""
    Mail.objects.update(send_after=timezone.now())
    print(json.dumps({"began": time.time()}), flush=True)
    wake()


def states():
    """How the races ended: {key of the training: {state: number}}, and the mails stored."""
    found = {}
    for pk in json.load(sys.stdin):
        rows = Registration.objects.filter(training=pk).values_list("state", flat=True)
        found[pk] = {state: list(rows).count(state) for state in set(rows)}
    print(json.dumps({"races": found, "mails": Mail.objects.count()}))


if __name__ == "__main__":
    {"fill": fill, "count": count, "letters": letters, "post": post, "states": states}[sys.argv[1]]()
