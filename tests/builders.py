"""Things for tests, made through the real models and actions."""

from datetime import time, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from ake_portal.lib import days
from ake_portal.lib.uploads import examine
from budgets import actions as books
from budgets import ledger
from budgets.models import Bookkeeping, BudgetLine, Category, Expense, FocusArea, FundingSource, Measure, Plan
from ideas import actions as ideas
from ideas import pictures
from ideas.models import Idea
from mentoring import actions as mentoring
from mentoring.models import Application, Cohort, Group, Meeting
from networks import actions as networks
from networks import loans
from networks.models import Kit, KitPart, Leader, Membership, Network
from notifications.models import Mail
from peerlearning import actions as visits
from peerlearning import claims, wishes
from peerlearning.models import Consent, CostLine, KmRate, Stop, Traveller, Visit
from people.models import Branch, Library, MailDomain, Region, Topic, User
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


def network(region, name_fi="SEVERI", name_sv="", *, leaders=(), members=(), co_regions=(), **fields):
    """A network that one asks to join, with its leaders and members."""
    values = {
        "name_fi": name_fi,
        "name_sv": name_sv or name_fi,
        "purpose_fi": "Seniorityötä tekevien verkosto.",
        "purpose_sv": "Nätverk för dem som arbetar med seniorer.",
        **fields,
    }
    made = Network.objects.create(region=region, **values)
    made.co_regions.set(co_regions)
    for person_ in leaders:
        Leader.objects.create(network=made, person=person_)
    for person_ in members:
        networks.ask(made, person=person_)
        if made.joining == Network.Joining.ASK:
            networks.accept(made, person=person_, by=person_)
    Mail.objects.filter(template__startswith="networks/").delete()
    Membership.objects.filter(network=made).update(teams=Membership.Teams.OUT)
    return made


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


KM_RATES = {2021: "0.44", 2022: "0.46", 2023: "0.53", 2024: "0.57", 2025: "0.59", 2026: "0.55"}


def km_rates():
    """The rates that a migration enters: tests that empty the database after them take those along."""
    for year, own_car in KM_RATES.items():
        KmRate.objects.get_or_create(
            year=year,
            defaults={"own_car": Decimal(own_car), "passenger": Decimal("0.04"), "source_fi": "x", "source_sv": "x"},
        )


def branch(library, name_fi, name_sv="", **fields):
    return Branch.objects.create(library=library, name_fi=name_fi, name_sv=name_sv or name_fi, **fields)


def travel_plan(region, planned=1000, **fields):
    """A published plan with one line, for travel and lodging."""
    return plan(region, granted=planned, lines={Category.TRAVEL: planned}, **fields)


def topic(name_fi="Omatoimikirjasto", name_sv="Meröppet bibliotek", group="services"):
    return Topic.objects.get_or_create(group=group, name_fi=name_fi, defaults={"name_sv": name_sv})[0]


def visit(traveller, *branches, in_days=21, state="draft", by=None, ticket="40.00", km=None, lodging=None, **fields):
    """A day's visit to `branches`, written as the wizard does, sent through the real action when `state` is not draft."""
    km_rates()
    values = {"subject": "Omatoimikirjaston arki", "goal": "Opin illan rutiinit ja turvallisuuden.", **fields}
    made = visits.begin(traveller=traveller, by=by or traveller, topics=[topic()], **values)
    day = timezone.localdate() + timedelta(days=in_days)
    made.leaves_at, made.returns_at = days.at(day, time(8)), days.at(day, time(17))
    made.travel = "car" if km else "public"
    if km:
        made.km, made.no_transit_reason = km, "Bussia ei kulje siihen aikaan."
        CostLine.objects.create(visit=made, kind="km", amount="0.01")
    made.save()
    for kind, amount in (("ticket", ticket), ("lodging", lodging)):
        if amount and not (kind == "ticket" and km):
            CostLine.objects.create(visit=made, kind=kind, amount=amount)
    clock = 9
    for position, place in enumerate(branches, 1):
        starts_at = days.at(day, time(clock))
        ends_at = days.at(day, time(clock + 1))
        Stop.objects.create(visit=made, branch=place, position=position, starts_at=starts_at, ends_at=ends_at)
        clock += 2
    visits.price(made)
    return visits.submit(made, by=by or traveller) if state != "draft" else made


def made_visit(
    traveller,
    host,
    *,
    plan,
    by,
    days_ago=4,
    state="done",
    costs=None,
    others=(),
    committed=None,
    number_=None,
    **fields,
):
    """A visit of a day to the main library of `host` that has been made, ordered by the director, its costs committed.

    `costs` are {kind: euros}; without `committed` their sum is bound on the plan's travel line.
    """
    km_rates()
    day = timezone.localdate() - timedelta(days=days_ago)
    library = traveller.library
    n = number_ or 500 + next(number)  # beside those that real visits get
    costs = {"km": "82.50"} if costs is None else costs
    values = {
        "subject": "Lukukoirat ja lukumummit",
        "goal": "Oppia, miten lukukoira tuodaan kirjastoon.",
        "travel": "car",
        "km": 150,
        "no_transit_reason": "Bussi ei ehdi avaamiseen.",
        **fields,
    }
    made = Visit.objects.create(
        state=state,
        year=day.year,
        number=n,
        traveller=traveller,
        library=library,
        region=library.region,
        leaves_at=days.at(day, time(8)),
        returns_at=days.at(day, time(17)),
        submitted_at=timezone.now() - timedelta(days=30),
        approved_at=timezone.now() - timedelta(days=20),
        **values,
    )
    for person_ in (traveller, *others):
        Traveller.objects.create(visit=made, person=person_, library=person_.library)
    branch, _ = Branch.objects.get_or_create(
        library=host, name_fi="Loviisan pääkirjasto", defaults={"name_sv": "Lovisa huvudbibliotek"}
    )
    Stop.objects.create(visit=made, branch=branch, starts_at=days.at(day, time(10)), ends_at=days.at(day, time(15)))
    for home in {person_.library for person_ in (traveller, *others)}:
        Consent.objects.create(
            visit=made,
            kind=Consent.Kind.DIRECTOR,
            library=home,
            state=Consent.State.GIVEN,
            decided_at=timezone.now() - timedelta(days=25),
            decided_by=home.director,
        )
    for kind, amount in costs.items():
        CostLine.objects.create(visit=made, kind=kind, amount=amount)
    if costs:
        made.expense = expense(plan, by=by, text=f"{made.case} {made.subject}", line=_travel_line(plan))
        made.save()
        total = sum(Decimal(amount) for amount in costs.values()) if committed is None else Decimal(committed)
        books.commit(made.expense, total, by=by)
    return made


def _travel_line(plan):
    return plan.lines.filter(category=Category.TRAVEL).first() or plan.lines.first()


def leg(visit, hours=(8, 10), *, to_place="Loviisan pääkirjasto", from_place="Askola", **fields):
    """The values of a leg by own car on the day of the visit, as claims.save takes them."""
    day = visit.first_day
    return {
        "from_place": from_place,
        "to_place": to_place,
        "leaves_at": days.at(day, time(hours[0])),
        "arrives_at": days.at(day, time(hours[1])),
        "mode": "car",
        "km": 75,
        "passengers": "",
        **fields,
    }


def claim(visit, person=None, *, state="draft", checker=None, approver=None, legs=None, costs=(), **texts):
    """The claim of `person` (the visit's traveller), brought to `state` by the real actions: 150 km by own car."""
    person = person or visit.traveller
    made = claims.begin(visit.travellers.get(person=person), by=person)
    if legs is None:
        legs = [leg(visit), leg(visit, (15, 17), from_place="Loviisan pääkirjasto", to_place="Askola")]
    texts = {"purpose": "Lukukoiratoimintaan tutustuminen", "no_transit_reason": "Bussi ei ehdi avaamiseen.", **texts}
    made = claims.save(made, by=person, legs=legs, costs=costs, **texts)
    order = ["draft", "sent", "checked", "approved", "paid"]
    steps = [
        lambda: claims.send(made, by=person),
        lambda: claims.check(made, by=checker),
        lambda: claims.approve(made, by=approver),
        lambda: claims.pay(made, by=checker),
    ]
    for step in steps[: order.index(state)] if state in order else ():
        made = step()
    return made


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


def proposal(branch, *, in_days=14, hours=(10, 14), **fields):
    """The values of a host to propose, as wishes.propose takes them."""
    day = timezone.localdate() + timedelta(days=in_days)
    return {
        "branch": branch,
        "starts_at": days.at(day, time(hours[0])),
        "ends_at": days.at(day, time(hours[1])),
        "contact_name": "Sanni Opastaja",
        "contact_email": "",
        "why": "Omatoimikirjasto on ollut auki kolme vuotta.",
        **fields,
    }


def wish(writer, *hosts, state="draft", by=None, now=None, **fields):
    """A wish for a host, brought to `state` by the real actions; `hosts` are branches that the coordinator `by` proposes."""
    today = timezone.localdate()
    values = {
        "subject": "Omatoimikirjaston arki",
        "goal": "Opin illan rutiinit ja turvallisuuden.",
        "earliest": today + timedelta(days=7),
        "latest": today + timedelta(days=60),
        "when_note": "Ei maanantaisin.",
        "travel": "public",
        "how_far": "Enintään kaksi tuntia suuntaansa.",
        "in_finnish": True,
        "more": "Kollega lähtisi mukaan.",
        **fields,
    }
    made = wishes.begin(by=writer, topics=[topic()], now=now, **values)
    if state != "draft" and (hosts or state != "withdrawn"):  # a draft may be withdrawn, too
        made = wishes.send(made, by=writer, now=now)
    if hosts and state != "draft":
        offered = [proposal(host, hours=(9 + 2 * n, 10 + 2 * n)) for n, host in enumerate(hosts)]
        made = wishes.propose(made, offered, by=by, now=now)
    ends = {
        "taken": lambda: wishes.take(made, [made.proposals.first()], by=writer, now=now).wish,
        "withdrawn": lambda: wishes.withdraw(made, by=writer, now=now),
        "closed": lambda: wishes.close(made, by=by, reason="Kukaan ei ehdi tänä syksynä.", now=now),
    }
    return ends[state]() if state in ends else made


def kit(network, name_fi="Kadonnut kirjastokortti", name_sv="Det försvunna lånekortet", *, parts=(), **fields):
    """An escape game of the network, with `parts` as (name in Finnish, in Swedish, how many)."""
    values = {
        "kind": "escape_game",
        "region": network.region,
        "description_fi": "Pakopeli 10–13-vuotiaille.",
        "description_sv": "Rymningsspel för 10–13-åringar.",
        **fields,
    }
    made = Kit.objects.create(network=network, name_fi=name_fi, name_sv=name_sv, **values)
    for position, (part_fi, part_sv, how_many) in enumerate(parts):
        KitPart.objects.create(kit=made, name_fi=part_fi, name_sv=part_sv, number=how_many, position=position)
    return made


def loan(kit, person, first=10, last=16, **options):
    """A loan from `first` to `last`, in days from today, booked through the real action."""
    today = timezone.localdate()
    days_of = {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}
    return loans.book(kit, person=person, **days_of, **options)


def cohort(region, *topics, state="open", in_days=14, co_regions=(), **fields):
    """A season of group mentoring that begins in two months; applications for `in_days` more days, places accepted a week after."""
    now = timezone.now()
    values = {
        "name_fi": "Ryhmämentorointi 2027",
        "name_sv": "Gruppmentorskap 2027",
        "summary_fi": "Vertaiset jakavat osaamistaan kerran kuussa.",
        "summary_sv": "Jämlikar delar med sig av sitt kunnande en gång i månaden.",
        "deadline": now + timedelta(days=in_days),
        "answer_until": now + timedelta(days=in_days + 7),
        "first_day": timezone.localdate() + timedelta(days=60),
        "last_day": timezone.localdate() + timedelta(days=240),
        **fields,
    }
    made = Cohort.objects.create(region=region, state=state, **values)
    made.co_regions.set(co_regions)
    made.topics.set(topics or [topic()])
    return made


def application(cohort, person, *topics, times=("2-09",), languages=("fi",), **fields):
    """An application through the real action, while the cohort takes them; wishes for all of its topics in their order."""
    values = {"brings": "Satutuokioita vauvoille.", "learns": "Nuorten kohtaamista.", "employer_agrees": True, **fields}
    return mentoring.apply(
        cohort,
        person=person,
        topics=topics or list(cohort.topics.order_by("pk")),
        times=list(times),
        languages=list(languages),
        **values,
    )


def mentoring_group(cohort, *members, slot="2-09", convenor=None, language="fi", topic=None):
    """A group of an ongoing cohort whose `members` have accepted their places."""
    topic = topic or cohort.topics.order_by("pk").first()
    number_of = cohort.groups.filter(topic=topic).count() + 1
    made = Group.objects.create(
        cohort=cohort, topic=topic, number=number_of, language=language, slot=slot, convenor=convenor
    )
    for person_ in members:
        Application.objects.create(
            cohort=cohort,
            person=person_,
            library=person_.library,
            state="member",
            group=made,
            languages=[language],
            times=[slot],
            brings="Satutuokioita vauvoille.",
            learns="Nuorten kohtaamista.",
            employer_agrees=True,
        )
    return made


def meeting(group, in_days=14, hours=(9, 10), **fields):
    """A meeting of the group in `in_days` days (before today when negative), in Helsinki's time."""
    day = timezone.localdate() + timedelta(days=in_days)
    return Meeting.objects.create(
        group=group, starts_at=days.at(day, time(hours[0])), ends_at=days.at(day, time(hours[1])), **fields
    )
