"""Trainings in every state that a page can show, for the cast of tests/conftest.py."""

from datetime import time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.utils import timezone

from ake_portal.lib.uploads import examine
from budgets import actions as budgets
from budgets import invoices, plans
from budgets.models import Category, FocusArea, Measure, StaffShare
from ideas import actions as ideas
from ideas.models import Idea
from mentoring import meetings, notes, placing, survey
from mentoring.models import Application, Cohort, Note
from mentoring.models import Theme as MeetingTheme
from networks import actions as networks
from networks import loans, pictures, shelf
from networks.models import Loan, Membership, Network
from notifications.models import Mail
from peerlearning import actions as visits
from peerlearning import claims, expertise, wishes
from peerlearning.models import Expertise, KmRate, TravelRules, Visit
from people.models import Branch, Deputy, Municipality, Theme, Topic, User
from tests import builders
from tests.e2e.kept import Snapshot
from tests.networks import made as network_things
from trainings import actions, gatherings, materials
from trainings.models import Material


def move(training, **by):
    """Hold a training's sessions at another time, whatever that time is; nobody is told."""
    for session in training.sessions.all():
        session.starts_at += timedelta(**by)
        session.ends_at += timedelta(**by)
        session.save()
    return actions.sessions_changed(training)


def hold_at(training, starts_at, hours=2):
    """The training's only session at a moment."""
    training.sessions.update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours))
    return actions.sessions_changed(training)


def money(made, region):
    """Plans in every state, with bookings of every kind on this year's."""
    by = made.coordinator
    made.plan = builders.plan(
        region,
        granted=300,
        lines={Category.COFFEE: 100, Category.TRAVEL: 200},
        state="draft",
        highlights_fi="Osallisuus ensin.",
        highlights_sv="Delaktighet först.",
    )
    coffee, travel = made.plan.lines.all()
    made.measure = Measure.objects.get(focus_area__plan=made.plan)
    plans.publish(made.plan, by=by)
    StaffShare.objects.create(plan=made.plan, title_fi="Suunnittelija", title_sv="Planerare", percent=80)
    plans.publish(made.plan, by=by, note={"fi": "Henkilöstö lisätty.", "sv": "Personalen är med."})
    Measure.objects.filter(pk=made.measure.pk).update(
        state="under_way", outcome_fi="Kolme koulutusta.", outcome_sv="Tre utbildningar."
    )
    budgets.transfer(travel, coffee, 20, text="Kahvi kallistui", by=by)
    expense = builders.expense(made.plan, by=by, text="Kahvit Loviisaan")
    budgets.reserve(expense, 10, by=by)
    budgets.commit(expense, 150, override="Johtaja hyväksyi.", by=by)
    made.booking = budgets.spend(expense, 60, vat="8.10", document_number="T-1", is_last=False, by=by)
    budgets.reverse(budgets.reserve(expense, 1, override="virhe", by=by), text="Väärä rivi", by=by)
    invoices_of(made, region)
    made.plan_amended = builders.plan(region, year=2025, state="draft")
    plans.publish(made.plan_amended, by=by)
    FocusArea.objects.filter(plan=made.plan_amended).update(name_fi="Yhdenvertaisuus", name_sv="Jämlikhet")
    made.plan_done = builders.plan(region, year=2024, state="draft")
    plans.publish(made.plan_done, by=by)
    made.plan_draft = builders.plan(region, year=2027, state="draft")
    made.plan_draft.sources.update(granted=None, applied=9000)


def invoices_of(made, region):
    """An invoice in every state, and rows of the city's ledger that the plan does not have."""
    by = made.coordinator
    made.approver = builders.approver(region)
    made.bookkeeping = region.bookkeeping
    made.venue = builders.expense(made.plan, by=by, text="Matkat Porvooseen", line=made.plan.lines.last())

    def invoice(number, **options):
        return invoices.enter(made.venue, 2, by=by, document_number=number, is_last=False, **options)

    made.to_check = invoice("L-1", receipts=[examine(builders.photo())])
    made.checked = invoice("L-2", checked=True, receipts=[examine(builders.photo())])
    made.returned = invoices.send_back(invoice("L-3"), by=made.approver, note="Summa on väärä.")
    made.in_books = invoices.approve(invoice("L-4", checked=True), by=made.approver)
    made.dropped = invoices.drop(invoice("L-5"), by=by, note="Tuli kahdesti.")
    builders.ledger_file(made.plan, [("1.10.2026", "4000", "1234", "", "Palkat", "2 345,60")], by=by)
    made.row = made.plan.ledger_rows.get()


def networks_of(made, uusimaa):
    """A network led by the coordinator: the employee belongs to it, the colleague asks, the host is invited."""
    made.network = builders.network(
        uusimaa, leaders=[made.coordinator], members=[made.employee], teams_link="https://teams.example/severi"
    )
    pictured = made.network.leaders.get()
    pictures.put(pictured, builders.photo())
    pictured.save()
    networks.ask(made.network, person=made.colleague, message="Jag leder lässtunder.")
    networks.invite(made.network, email=made.host.email, by=made.coordinator)
    made.network.memberships.filter(person=made.employee).update(teams="to_add")
    made.membership = made.network.memberships.get(person=made.employee)


def expertise_of(made, topics):
    """What the library in Loviisa is good at: one thing that is shown, one that waits for its Finnish title."""
    by, library = made.host, made.colleague.library
    row = Expertise(library=library, topic=topics[0], title_fi="Lukukoira", title_sv="Läshund", contact=made.colleague)
    row.text_fi, row.text_sv = "Kaksi koiraa ja varauslista.", "Två hundar och en bokningslista."
    made.expertise = expertise.write(row, by=by, branches=library.branches.all())
    expertise.write(Expertise(library=library, topic=topics[1], title_sv="Läsecirkel", text_sv="Tre byar."), by=by)
    expertise.name_editor(library, person=made.colleague, by=by)
    made.employee.topics.add(topics[0])


def visits_of(made, loviisa, uusimaa):
    """Visits in every state that a page can show, from Askola to Loviisa and to a library that has only a mailbox."""
    employee, by = made.employee, made.coordinator
    made.host = builders.person("chef@loviisa.example", "Hanna", "Värd", library=loviisa, language="sv")
    loviisa.director = made.host
    loviisa.save()
    place = builders.branch(loviisa, "Loviisan pääkirjasto", "Lovisa huvudbibliotek")
    sipoo = builders.library(uusimaa, "Sipoon kirjasto", "Sibbo bibliotek")
    sipoo.email = "kirjasto@sipoo.example"
    sipoo.save()

    def agreed(visit):
        for kind, person in (("host", made.host), ("director", made.director), ("ake", by)):
            visits.consent(visit.consents.current().get(kind=kind), by=person, message="Sopii hyvin.")
        return Visit.objects.get(pk=visit.pk)

    made.visit_bare = visits.begin(traveller=employee, by=employee, subject="Lukukoirat")
    made.visit_draft = builders.visit(employee, place, km=92, lodging="20.00")
    made.visit_sent = builders.visit(employee, place, km=92, state="submitted")
    made.visit_approved = agreed(builders.visit(employee, place, ticket="10.00", state="submitted"))
    made.visit_done = agreed(builders.visit(employee, place, ticket="8.00", state="submitted"))
    Visit.objects.filter(pk=made.visit_done.pk).update(state="done")
    made.visit_declined = builders.visit(employee, place, ticket="9.00", state="submitted")
    visits.decline(
        made.visit_declined.consents.get(kind="director"), by=made.director, message="Silloin on inventaario."
    )
    made.visit_group = builders.visit(
        employee, builders.branch(sipoo, "Sipoon pääkirjasto"), kind="study_trip", ticket="7.00"
    )
    visits.join(made.visit_group, email=made.colleague.email, by=employee)
    made.visit_group = visits.submit(made.visit_group, by=employee)
    wishes_of(made, place)
    made.km_rate = KmRate.objects.get(year=2026)
    made.travel_rules = TravelRules.objects.create(
        region=uusimaa, billing_fi="Verkkolaskulla.", billing_sv="Med nätfaktura."
    )


def wishes_of(made, place):
    """Wishes for a host in every state that a page can show, from Askola with a host in Loviisa."""
    employee, by = made.employee, made.coordinator
    made.wish_draft = builders.wish(employee)
    made.wish_open = builders.wish(employee, place, state="proposed", by=by)
    made.wish_open = wishes.turn_down(made.wish_open, by=employee, why="Siellä olen jo käynyt.")
    made.wish_proposed = builders.wish(employee, place, state="proposed", by=by)
    made.proposal = made.wish_proposed.proposals.get()
    made.wish_closed = builders.wish(employee, state="closed", by=by)
    made.wish_taken = builders.wish(employee, place, state="taken", by=by)


def claims_of(made):
    """A claim in every state, each of a visit of its own, and one visit to buy for."""
    by = made.coordinator

    def visit(days_ago, who=made.employee, **options):
        host = made.colleague.library if who == made.employee else made.library
        return builders.made_visit(who, host, plan=made.plan, by=by, days_ago=days_ago, costs={"km": "2"}, **options)

    def claim(days_ago, state="draft", **options):
        trip = visit(days_ago)
        legs = [builders.leg(trip, km=3, passengers="Leo Lukija")]
        return builders.claim(trip, legs=legs, state=state, checker=by, approver=made.approver, **options)

    lodging = {"kind": "lodging", "text": "Hotelli, 1 yö", "amount": Decimal("1.50"), "vat": Decimal("0.20")}
    photo = examine(builders.photo())
    made.claim_draft = claim(5, costs=[{**lodging, "receipts": [photo]}, {**lodging, "receipts": []}], purpose="")
    made.claim_sent = claim(6, "sent", costs=[{**lodging, "receipts": [photo]}])
    made.claim_checked = claim(7, "checked")
    made.claim_paid = claim(8, "paid")
    made.claim_returned = claims.send_back(claim(9, "sent"), by=by, note="Kilometrejä on liikaa.")
    waived = visit(10)
    made.claim_waived = claims.waive(waived.travellers.get(), by=made.employee)
    made.visit_to_buy_for = visit(-9, who=made.colleague, state="approved")
    claims.buy(made.visit_to_buy_for, 1, kind="ticket", by=by, document_number="M-1", text="Juna klo 8.05")


def idea_bank(made, region):
    """Ideas in every place, with pictures and with what was said about them."""
    by, employee, host = made.coordinator, made.employee, made.colleague

    def story(title_fi, **fields):
        fields = {"seen_fi": "Ovi aukeaa kortilla.\n\nLue lisää: https://kirjasto.example/", **fields}
        return builders.idea(employee, kind="story", title_fi=title_fi, host=host.library, host_contact=host, **fields)

    made.idea = story("Omatoimi Loviisassa", title_sv="Meröppet i Lovisa", summary_fi="Ovi.", summary_sv="Dörren.")
    picture = builders.picture(made.idea, alt="Ovi.", size=(1200, 800))
    picture.alt_sv = "En dörr."
    picture.save()
    made.idea.topics.add(made.topic)
    made.idea = ideas.answer_check(ideas.ask_check(made.idea, employee), by=host)
    made.idea = ideas.publish(made.idea, by=by)
    builders.idea(employee, published=True, by=by, shows_author=False)
    made.idea_draft = builders.idea(employee)
    builders.picture(made.idea_draft, alt="")
    made.idea_asked = ideas.ask_check(story("Tarkistettava", summary_fi="Vielä kesken."), employee)
    made.idea_to_answer = ideas.ask_check(story("Vastattava"), employee)
    made.idea_checked = ideas.answer_check(ideas.ask_check(story("Huomautettu"), employee), by=host, note="Klockan 6.")
    builders.picture(made.idea_checked)
    made.idea_waiting = ideas.send(builders.idea(employee), by=employee)
    made.idea_returned = ideas.send_back(ideas.send(builders.idea(employee), by=employee), by=by, note="Montako?")
    made.idea_aside = ideas.set_aside(ideas.send(builders.idea(employee), by=employee), by=by)
    made.tip = ideas.tip(title="Taitava kollega", text="Hän osaa.", region=region, language="fi")
    Idea.objects.filter(pk=made.idea_waiting.pk).update(state_since=timezone.now() - timedelta(days=40))


CAST = (
    *("uusimaa", "lapland", "employee", "colleague", "director", "coordinator", "other_coordinator"),
    *("stranger", "superuser"),
)
_snapshots = []


def news_of(made, region):
    """News in one language and in two, drafts, and who has given them up; what stands on the shelf and what not yet."""
    both = {"title_sv": "Läsutmaningen börjar", "text_sv": "Utmaningen är öppen: https://bibliotek.example/"}
    made.news_network = network = network_things.network(region, leader=made.employee)
    made.quiet_network = network_things.network(region, "LaNu", "LaNu")
    for person, fields in ((made.colleague, {}), (made.host, {}), (made.director, {"gets_news": False})):
        network_things.member(network, person, **fields)
    made.news = network_things.sent(network, made.employee, **both)
    made.news_in_finnish = network_things.sent(network, made.employee)
    made.news_in_swedish = network_things.sent(network, made.employee, title_fi="", text_fi="", **both)
    made.news_draft = network_things.draft(network, made.employee)
    made.quiet_draft = network_things.draft(made.quiet_network, made.coordinator, **both)
    made.publication = network_things.publication(
        region,
        {"language": "fi", "year": 2021, "month": 11, "file": shelf.version_of(builders.photo("opas.jpg"))},
        {"language": "sv", "year": 2022, "month": 2},
        network=network,
        cover=shelf.cover_of(builders.photo("kansi.jpg", size=(600, 800))),
        made_by_fi="SEVERI-verkosto",
        made_by_sv="Nätverket SEVERI",
    )
    made.project = network_things.publication(
        region, title_fi="Lukuhaaste", title_sv="Läsutmaning", kind="project", year=2025
    )
    made.hidden_publication = network_things.publication(
        region, title_fi="Pakopeli", title_sv="Rymningsspel", shown=False
    )


def mentoring_of(made, region):
    """Seasons in every state that the way in shows; the employee has applied, has a place, did not answer in time, has declined."""
    topics = [builders.topic(), builders.topic("Viestintä", "Kommunikation", "skills")]
    texts = {
        "description_fi": "Tapaamiset ovat työaikaa.",
        "description_sv": "Träffarna är arbetstid.",
        "partners": "SEDU",
    }
    made.cohort = builders.cohort(region, *topics, **texts)
    builders.application(made.cohort, made.colleague)
    made.cohort_late = builders.cohort(region, *topics)
    builders.application(made.cohort_late, made.employee)
    Cohort.objects.filter(pk=made.cohort_late.pk).update(state="forming", deadline=timezone.now())
    made.cohort_draft = builders.cohort(region, *topics, state="draft")
    builders.cohort(region, *topics, state="closed")
    made.cohort_running = builders.cohort(region, *topics, state="running")
    group = builders.mentoring_group(made.cohort_running, made.colleague)
    common = {"person": made.employee, "library": made.employee.library, "group": group, "employer_agrees": True}
    made.place = Application.objects.create(
        cohort=made.cohort_running, state="offered", offer_until=made.cohort_running.answer_until, **common
    )
    for state in ("expired", "declined"):
        one = builders.cohort(region, *topics, state="running")
        setattr(made, f"place_{state}", Application.objects.create(cohort=one, state=state, **common))


def kits_of(made, region, stranger):
    """A kit that is late in Askola with parts missing, the next loan and a past one; and a kit that is put aside."""
    made.stranger = stranger
    network = builders.network(region)
    made.kit = builders.kit(network, parts=[("Lukko", "Lås", 4), ("UV-lamppu", "UV-lampa", 1)])
    made.kit.picture.save("picture.jpg", builders.photo(size=(640, 400)))
    made.kit.picture_alt_fi, made.kit.picture_alt_sv = "Arkku ja neljä lukkoa", "En kista och fyra lås"
    made.kit.save()
    made.kit_aside = builders.kit(network, "Vanha peli", "Gammalt spel", is_active=False)
    today = timezone.localdate()
    past = builders.loan(made.kit, made.colleague, 0, 3)
    loans.hand_over(past)
    missing = {part.pk: 1 for part in made.kit.parts.all()}
    loans.take_back(past, by=made.colleague, missing=missing, condition="Yksi lukko jumittaa.")
    Loan.objects.update(first_day=today - timedelta(days=20), tied_until=today - timedelta(days=14))
    made.loan_out = loans.hand_over(builders.loan(made.kit, made.employee, 0, 1))
    made.loan_next = builders.loan(made.kit, made.colleague, 3, 5, comes_from="library")
    builders.loan(made.kit, made.employee, 30, 36)
    late = {"first_day": today - timedelta(days=9), "last_day": today - timedelta(days=3)}
    Loan.objects.filter(pk=made.loan_out.pk).update(**late, tied_until=today - timedelta(days=2))


def notes_of(made, region):
    """A group's notes: written, missing, with a lost key, and of seasons that are over; surveys that are asked and over."""
    employee, colleague = made.employee, made.colleague

    def met(state, **fields):
        cohort = builders.cohort(region, state=state, **fields)
        library = employee.library
        others = [builders.person(f"jasen{cohort.pk}.{n}@askola.example", library=library) for n in range(4)]
        return cohort, builders.mentoring_group(cohort, employee, colleague, *others), others

    text = "Kokeiltiin lukukoiraa.\n\nMitä opittiin:\n- https://kirjasto.example/koira"
    _, made.notes_group, _ = met("running")
    made.note, made.note_missing, made.note_lost = (builders.meeting(made.notes_group, -days) for days in (35, 7, 60))
    notes.write(made.note, text=text, by=colleague, revision=0)
    Note.objects.create(meeting=made.note_lost, sealed=b"sealed with a key that is gone")
    MeetingTheme.objects.create(group=made.notes_group, text="Lukukoirat", proposed_by=colleague, meeting=made.note)
    made.survey_open, _, others = met("closing", name_fi="Ryhmämentorointi 2026", name_sv="")
    grades = dict.fromkeys(survey.GRADES, 4)
    for number, person in enumerate(others):
        survey.answer(made.survey_open, by=person, **grades | {"competence": number + 1})
    made.survey_over, _, others = met("closing")
    for person in (employee, *others):
        survey.answer(made.survey_over, by=person, changed="Uskallan kysyä.\n\nJa kokeilen.", **grades)
    made.survey_too_few, group, _ = met("closing")
    made.note_closed, made.note_never = builders.meeting(group, -40), builders.meeting(group, -70)
    notes.write(made.note_closed, text=text, by=employee, revision=0)
    since = timezone.now() - timedelta(days=80)
    for cohort in (made.survey_over, made.survey_too_few):
        Cohort.objects.filter(pk=cohort.pk).update(state="closed", state_since=since)


def gatherings_of(made, region):
    """A network's drop-in gatherings, coming, today and held, with materials and people who were there."""
    made.gathering_network = Network.objects.create(
        region=region, name_fi="Lanu", name_sv="Barn och unga", purpose_fi="Lapsista.", purpose_sv="Om barn."
    )
    joined_on = timezone.localdate()
    Membership.objects.create(network=made.gathering_network, person=made.employee, state="member", joined_on=joined_on)
    fields = {"kind": "remote_coffee", "format": "remote", "link": "https://meet.example/kahvit", "is_drop_in": True}
    texts = {"title_fi": "Ideakahvit", "title_sv": "Idékaffe", "summary_fi": "Ideoita.", "summary_sv": "Idéer."}
    first = timezone.localdate() + timedelta(days=8)
    made.gathering, made.gathering_later = gatherings.make_series(
        made.gathering_network,
        key=uuid4(),
        on=[first, first + timedelta(days=14)],
        begins=time(9),
        ends=time(10),
        by=made.coordinator,
        **texts,
        **fields,
    )
    today = builders.training(
        region, network=made.gathering_network, in_days=0, onsite_capacity=None, published=False, **fields
    )
    made.gathering_today = actions.publish(today, now=today.starts_at)  # whatever the hour
    made.gathering_cancelled = builders.training(region, network=made.gathering_network, onsite_capacity=None, **fields)
    actions.cancel_training(made.gathering_cancelled, reason={"fi": "Sairaus", "sv": "Sjukdom"})
    gatherings.check_in(made.gathering_today, person=made.employee)
    gatherings.check_in_guest(made.gathering_today, name="Kaija Kävijä", library=made.employee.library)
    for title, link in (("Esitys", ""), ("Video", "https://video.example/1")):
        accepted = None if link else examine(builders.photo())
        materials.add(Material(training=made.gathering_today, title_fi=title, link=link), accepted)


def desk_of(made, region, topics):
    """Seasons of mentoring at the desk: a draft that lacks things, groups that break rules, one under way, one closed."""
    people = [builders.person(f"hakija{n}@desk.example", "Hakija", f"{n}", library=made.library) for n in range(4)]
    people += [made.employee, made.colleague]
    made.desk_draft = builders.cohort(region, state="draft", name_sv="")
    made.desk_empty = builders.cohort(region, in_days=1)
    made.desk_forming, made.desk_running = (builders.cohort(region, made.topic, smallest=3) for _ in range(2))
    for cohort in (made.desk_forming, made.desk_running):
        for person in people:
            builders.application(cohort, person, times=["5-16"] if person == made.colleague else ["2-09"])
        Cohort.objects.filter(pk=cohort.pk).update(state="forming", deadline=timezone.now() - timedelta(hours=1))
        group = placing.add_group(cohort, topic=made.topic, language="fi", slot="2-09")
        for application in cohort.applications.exclude(person=made.colleague):
            placing.move(application, group=group)
    placing.announce(made.desk_running)
    builders.meeting(made.desk_running.groups.get(), in_days=-2)
    bad = placing.add_group(made.desk_forming, topic=topics[1], language="sv", slot="5-16")
    for person in people[:2]:
        placing.move(made.desk_forming.applications.get(person=person), group=bad)
    placing.add_group(made.desk_forming, topic=made.topic, language="sv", slot="3-10")
    made.desk_closing = builders.cohort(region, state="closing")
    builders.meeting(builders.mentoring_group(made.desk_closing, *people))
    expense = builders.expense(made.plan, by=made.coordinator, text="Puhuja")
    made.desk_running.costs.create(expense=expense)
    Cohort.objects.filter(pk=made.desk_running.pk).update(measure=made.measure)


def mentoring_groups_of(made, region):
    """A group half way through its season, one that begins and one whose season is closed; its convenor is the employee."""
    people = [made.employee, made.colleague, made.director]
    cohort = builders.cohort(region, made.topic, state="running", first_day=timezone.localdate() - timedelta(days=60))
    made.group = builders.mentoring_group(cohort, *people, convenor=made.employee)
    Application.objects.filter(group=made.group).update(state_since=timezone.now() - timedelta(days=90))
    meetings.set_link(made.group, link="https://teams.example/1", by=made.employee)
    first = timezone.localdate() + timedelta(days=1)
    made.meeting, made.meeting_moved, made.meeting_cancelled = meetings.plan(
        made.group, first_day=first, times=3, by=made.employee
    )
    starts_at = made.meeting_moved.starts_at + timedelta(days=1)
    meetings.move(made.meeting_moved, starts_at=starts_at, by=made.employee)
    meetings.cancel(made.meeting_cancelled, by=made.employee)
    notes.write(made.meeting_cancelled, text="Aloitettu ennen perumista.", by=made.employee, revision=0)
    made.meeting_held = builders.meeting(made.group, in_days=-30)
    made.meeting_to_note = builders.meeting(made.group, in_days=-3)
    type(made.group).objects.filter(pk=made.group.pk).update(mentor=made.stranger)
    for text, by in (("Lukukoirat", made.colleague), ("Kirjavinkkaus", made.employee), ("Tekoäly", made.director)):
        theme = meetings.propose_theme(made.group, text=text, by=by)
    meetings.agree(made.meeting_held, theme=theme, by=made.employee)
    present = list(made.group.applications.filter(person=made.colleague))
    meetings.note_attendance(made.meeting_held, present=present, by=made.employee)
    made.group_begins = builders.mentoring_group(builders.cohort(region, made.topic, state="running"), *people)
    closed = builders.cohort(region, made.topic, state="running")
    made.group_closed = builders.mentoring_group(closed, *people, convenor=made.colleague)
    meetings.propose_theme(made.group_closed, text="Lukukoirat", by=made.colleague)
    Cohort.objects.filter(pk=closed.pk).update(state="closed")


@pytest.fixture
def world(request, transactional_db):
    """The whole world: built once in a process, brought back for each test as it was."""
    if _snapshots:
        return _snapshots[0].restore()
    made = build(**{name: request.getfixturevalue(name) for name in CAST})
    if connection.vendor == "postgresql":
        _snapshots.append(Snapshot(made))
    return made


def build(uusimaa, lapland, employee, colleague, director, coordinator, other_coordinator, stranger, superuser):
    made = SimpleNamespace(employee=employee, colleague=colleague, director=director, coordinator=coordinator)
    made.other_coordinator, made.superuser = other_coordinator, superuser
    theme = Theme.objects.create(name_fi="Osallisuus", name_sv="Delaktighet")
    topics = [
        Topic.objects.create(group="children", name_fi="Lukukoirat", name_sv="Läshundar"),
        Topic.objects.create(group="adults", name_fi="Lukupiirit", name_sv="Läsecirklar"),
    ]
    now = timezone.now()

    def training(title_fi, title_sv, *people, **fields):
        one = builders.training(fields.pop("region", uusimaa), title_fi=title_fi, title_sv=title_sv, **fields)
        for person in people:
            actions.sign_up(one, person=person)
        return one

    made.open = training(
        "Saavutettava kirjasto",
        "Ett tillgängligt bibliotek",
        colleague,
        description_fi="Päivän aikana kokeilemme, miltä kirjasto tuntuu. Lue lisää: https://kirjasto.example/",
        description_sv="Under dagen provar vi hur biblioteket känns. Läs mer: https://bibliotek.example/",
        address="Papinkatu 20",
        partners="SEDU",
        interpretation_fi="Tulkkaus viittomakielelle",
        interpretation_sv="Tolkning till teckenspråk",
        cancel_until=now + timedelta(days=14),
        signup_closes_at=now + timedelta(days=15),
    )
    made.open.themes.add(theme)
    made.open.audience.set(topics)
    made.hybrid = training("Tekoäly työkaverina", "AI som arbetskamrat", format="hybrid", remote_capacity=100)
    made.full = training("Kirjavinkkaus", "Boktips", colleague, employee, onsite_capacity=1)
    made.sold_out = training("Viittomakieli palvelussa", "Teckenspråk i kundservice", colleague, onsite_capacity=1)
    made.offered = training("Hankala asiakastilanne", "Den svåra kundsituationen", colleague, onsite_capacity=1)
    for person in (employee, director):
        actions.sign_up(made.offered, person=person)
    actions.cancel(made.offered.registrations.get(person=colleague), by=colleague)
    made.own = training(
        "Kirjastopäivät", "Biblioteksdagar", employee, colleague, in_days=10, sessions=2, kind="library_days"
    )
    made.remote = training(
        "Kirjakahvit", "Bokkaffe", employee, in_days=30, kind="remote_coffee", format="remote", onsite_capacity=None
    )
    made.late = training("Lukupiirin vetäjäksi", "Att leda en läsecirkel", employee, in_days=6)
    made.late.cancel_until = now - timedelta(hours=1)
    made.late.save()
    made.last_minute = training("Aamukahvit", "Morgonkaffe", colleague, employee, onsite_capacity=1)
    made.last_minute = hold_at(made.last_minute, now + timedelta(hours=3))
    actions.cancel(made.last_minute.registrations.get(person=colleague), by=colleague)
    made.cancelled = training("Peruttu päivä", "Inställd dag", employee, in_days=12)
    actions.cancel_training(made.cancelled, reason={"fi": "Kouluttaja on sairaana.", "sv": "Utbildaren är sjuk."})
    made.one_language = training("Vain suomeksi", "", in_days=5, texts="one", summary_sv="")
    made.early = training("Messut", "Mässan", in_days=60, signup_opens_at=now + timedelta(days=7))
    made.closed = training("Mediakasvatus", "Mediefostran", in_days=8, signup_closes_at=now - timedelta(days=1))
    made.elsewhere = training("Tornion päivät", "Torneådagarna", stranger, region=lapland)
    made.draft = training("Luonnos", "Utkast", in_days=15, published=False)
    made.empty = training("Vielä tyhjä", "Ännu tom", in_days=40)
    made.over = move(training("Menneet kirjakahvit", "Det gångna bokkaffet"), days=-60)
    made.attended = move(training("Tiedonhaun päivä", "Informationssökningens dag", employee, colleague), days=-40)
    session = made.attended.sessions.get()
    marks = {registration.pk: registration.person == employee for registration in made.attended.registrations.all()}
    actions.mark_attendance(made.attended, session=session, was_there=marks, by=coordinator)
    made.newcomer = builders.person(
        "uusi@askola.example", "Uuno", "Uusi", library=employee.library, confirmed=False, title="virkailija"
    )
    made.nameless = User.objects.create_user("nimeton@askola.example")
    made.with_password = builders.person("sana@askola.example", "Sanna", "Salasana", library=employee.library)
    made.with_password.set_password("pitkä salasana 9")
    made.with_password.save()
    made.region, made.library, made.theme, made.topic = uusimaa, employee.library, theme, topics[0]
    made.municipality = Municipality.objects.create(code="018", name_fi="Askola", name_sv="Askola", region=uusimaa)
    made.branch = Branch.objects.create(library=made.library, name_fi="Monninkylä", name_sv="Monninkylä")
    made.deputy = Deputy.objects.create(
        library=made.library, person=employee, first_day=now.date(), last_day=now.date() + timedelta(days=7)
    )
    money(made, uusimaa)
    visits_of(made, colleague.library, uusimaa)
    expertise_of(made, topics)
    networks_of(made, uusimaa)
    claims_of(made)
    idea_bank(made, uusimaa)
    news_of(made, uusimaa)
    kits_of(made, uusimaa, stranger)
    mentoring_groups_of(made, uusimaa)
    made.mail = Mail.objects.order_by("pk").first()
    made.change = LogEntry.objects.order_by("pk").first()
    gatherings_of(made, uusimaa)
    desk_of(made, uusimaa, topics)
    notes_of(made, uusimaa)
    mentoring_of(made, uusimaa)
    return made
