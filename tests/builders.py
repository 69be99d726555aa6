"""Things for tests, made through the real models and actions."""

from datetime import time, timedelta
from io import BytesIO
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from ake_portal.lib import days
from ake_portal.lib.uploads import examine
from budgets import ledger
from budgets.models import Bookkeeping, BudgetLine, Category, Expense, FocusArea, FundingSource, Measure, Plan
from ideas import actions as ideas
from ideas import pictures
from ideas.models import Idea
from notifications.models import Mail
from people.models import Library, MailDomain, Region, User
from trainings import actions
from trainings.models import Session, Training

number = count(1)


def region(code, **fields):
    names = {
        "name_fi": code.title(),
        "name_sv": code.title(),
        "city_fi": code.title(),
        "city_sv": code.title(),
        **fields,
    }
    names.setdefault("title_fi", f"Alueellinen kehittämistehtävä, {names['name_fi']}")
    names.setdefault("title_sv", f"Regionalt utvecklingsuppdrag, {names['name_sv']}")
    return Region.objects.create(code=code, email=f"ake@{code}.example", **names)


def library(region, name_fi, name_sv="", domain=""):
    made = Library.objects.create(region=region, name_fi=name_fi, name_sv=name_sv or name_fi)
    if domain:
        MailDomain.objects.create(domain=domain, library=made)
    return made


def person(email="", first_name="Testi", last_name="Henkilö", *, library=None, confirmed=True, **fields):
    confirmed_at = timezone.now() if library and confirmed else None
    email = email or f"henkilo{next(number)}@example.fi"
    return User.objects.create_user(
        email, first_name=first_name, last_name=last_name, library=library, library_confirmed_at=confirmed_at, **fields
    )


def people(number_of, library=None):
    """Many people at once, without a password."""
    made = [
        User(
            email=f"joukko{next(number)}@example.fi",
            first_name=f"Henkilö {n}",
            last_name="Joukko",
            library=library,
            password="!",
        )
        for n in range(number_of)
    ]
    return User.objects.bulk_create(made)


def training(region, *, in_days=21, hours=(9, 16), sessions=1, published=True, **fields):
    """A training with sessions on following days, in Helsinki's time."""
    values = {
        "kind": Training.Kind.DAY,
        "format": Training.Format.ONSITE,
        "title_fi": "Matalan kynnyksen osallistaminen",
        "title_sv": "Delaktighet med låg tröskel",
        "summary_fi": "Miten kirjasto kutsuu mukaan?",
        "summary_sv": "Hur bjuder biblioteket in?",
        "place_fi": "Porvoon pääkirjasto",
        "place_sv": "Borgå huvudbibliotek",
        "link": "https://meet.example/abc",
        "onsite_capacity": 40,
        **fields,
    }
    made = Training.objects.create(region=region, **values)
    first = timezone.localdate() + timedelta(days=in_days)
    for n in range(sessions):
        day = first + timedelta(days=n)
        Session.objects.create(
            training=made, starts_at=days.at(day, time(hours[0])), ends_at=days.at(day, time(hours[1]))
        )
    made = actions.sessions_changed(made)
    return actions.publish(made) if published else made


def mails(number_of, **fields):
    """Many mails that wait in the outbox, each to an address of its own."""
    made = []
    for _ in range(number_of):
        n = next(number)
        values = {
            "key": f"test:{n}",
            "template": "trainings/message",
            "address": f"lukija{n}@example.fi",
            "language": "fi",
            "subject": f"Äidinkielen päivä {n}",
            "text": "Hei!\n",
            "html": "<p>Hei!</p>",
            "message_id": f"<test-{n}@ake.example>",
            "send_after": timezone.now(),
            **fields,
        }
        made.append(Mail(**values))
    return Mail.objects.bulk_create(made)


def plan(region, year=2026, *, granted=10_000, lines=None, state=Plan.State.PUBLISHED, **fields):
    """A plan with one focus area and one measure, a grant, and `lines` as {category: planned euros}, which sum to the grant."""
    lines = {Category.COFFEE: granted} if lines is None else lines
    fields = {"name_fi": f"Toimintasuunnitelma {year}", "name_sv": f"Verksamhetsplan {year}", **fields}
    made = Plan.objects.create(region=region, year=year, state=state, **fields)
    area = FocusArea.objects.create(plan=made, name_fi="Osallisuus", name_sv="Delaktighet")
    Measure.objects.create(focus_area=area, name_fi="Koulutuspäivät", name_sv="Utbildningsdagar")
    source = FundingSource.objects.create(plan=made, applied=granted, granted=granted)
    for position, (category, planned) in enumerate(lines.items(), 1):
        BudgetLine.objects.create(plan=made, source=source, position=position, category=category, planned=planned)
    return made


def expense(plan, *, by, text="Kahvit", line=None, **fields):
    """An expense on the plan's first line, for its first measure; nothing is booked yet."""
    return Expense.objects.create(
        line=line or plan.lines.first(),
        measure=Measure.objects.filter(focus_area__plan=plan).first(),
        text=text,
        created_by=by,
        **fields,
    )


def photo(name="kuitti.jpg", size=(40, 30), kind="JPEG", **options):
    """An uploaded picture."""
    out = BytesIO()
    Image.new("RGB", size, "#0b5a8a").save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue())


def ledger_file(plan, rows, *, by, heads=(), encoding="utf-8", name="kirjanpito.csv"):
    """Read rows (day, account, cost centre, document number, text, sum) as a file of the city's ledger."""
    content = "\r\n".join(";".join(row) for row in [heads or ledger.COLUMNS.values(), *rows]).encode(encoding)
    return ledger.read(plan, content, name=name, columns=ledger.COLUMNS, by=by)


def approver(region, who=None):
    """Somebody who approves the region's invoices."""
    who = who or person(f"hyvaksyja{next(number)}@porvoo.example", "Hilkka", "Hyväksyjä", title="johtaja")
    Bookkeeping.objects.get_or_create(region=region)[0].approvers.add(who)
    return who


def idea(
    author, *, kind="practice", title_fi="Lukukoira käy maanantaisin", published=False, by=None, now=None, **fields
):
    """An idea of `author`, written in Finnish; `published` in both languages by the coordinator `by`."""
    now = now or timezone.now()
    texts = {
        "title_fi": title_fi,
        "title_sv": "Läshunden kommer på måndagar" if published else "",
        "summary_fi": "Koira kuuntelee, lapsi lukee." if published else "",
        "summary_sv": "Hunden lyssnar, barnet läser." if published else "",
        **({"aim_fi": "Miten koira saadaan kirjastoon?"} if kind == "story" else {"body_fi": "Koira kuuntelee."}),
        **fields,
    }
    region = texts.pop("region", None) or author.library.region
    made = Idea.objects.create(
        kind=kind, author=author, library=author.library, region=region, created_at=now, state_since=now, **texts
    )
    if published:
        made = ideas.publish(ideas.send(made, by=author, now=now), by=by, now=now)
    return made


def picture(idea, alt="Koira makaa matolla.", **options):
    """A picture of an idea, described in the language that it is written in."""
    return pictures.add(idea, examine(photo("koira.jpg", **options)), alt)
