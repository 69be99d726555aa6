"""Who may open what: every address of the portal as every member of the cast, beside the table in access.txt.

A new address without a row fails; so does a row whose answers are not those of the table. The failure prints the row
as it is now: copy it only after asking whether it is right.
"""

from collections import namedtuple
from datetime import date
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve, reverse
from django.utils.translation import override

from ake_portal.lib import links, mailbox
from ake_portal.lib.uploads import examine
from budgets import actions as budgets
from budgets import invoices, plans
from budgets.models import Bookkeeping
from ideas import actions as ideas
from ideas.mails import CHECK_LINK
from mentoring import meetings, placing
from mentoring.models import Application
from networks import loans, pictures, shelf
from networks.models import Membership, Network
from networks.news_mails import UNSUBSCRIBE
from notifications.models import Mail
from peerlearning import expertise
from peerlearning import links as visit_links
from peerlearning.models import Expertise, KmRate, TravelRules, Visit
from people.mails import WAITING_LINK
from people.models import Branch, Deputy, Municipality, Theme, Topic
from tests import builders
from tests.networks import made as networks
from trainings import actions, materials
from trainings.gathering_views import check_in_token
from trainings.models import Material

CAST = ("anonymous", "employee", "colleague", "director", "coordinator", "other", "superuser", "stranger")
Row = namedtuple("Row", "method address answers")


def sections():
    """{heading of the table: its rows}."""
    found = {}
    for line in (Path(__file__).parent / "access.txt").read_text().splitlines():
        if line.startswith("#   "):
            continue
        if line.startswith("# "):
            heading = found.setdefault(line.removeprefix("# "), [])
        elif line.strip():
            method, address, *answers = line.split()
            heading.append(Row(method, address, tuple(answers)))
    return found


def money_of(region, coordinator):
    """A published plan with a booking, and a draft of the next year."""
    plan = builders.plan(region, state="draft")
    plans.publish(plan, by=coordinator)
    booking = budgets.commit(builders.expense(plan, by=coordinator), 10, by=coordinator)
    plan_draft = builders.plan(region, year=2027, state="draft")
    expense = builders.expense(plan, by=coordinator, text="Tila")
    invoice = invoices.enter(
        *(expense, 20), by=coordinator, document_number="T-1", receipts=[examine(builders.photo())], checked=True
    )
    to_check = invoices.enter(expense, 5, by=coordinator, document_number="T-2")
    builders.ledger_file(plan, [("1.10.2026", "4000", "", "", "Palkat", "5,00")], by=coordinator)
    return {
        "invoice": invoice.pk,
        "to_check": to_check.pk,
        "receipt": invoice.receipts.get().pk,
        "row": plan.ledger_rows.get().pk,
        "bookkeeping": Bookkeeping.objects.get(region=region).pk,
        "plan": plan.pk,
        "plan_slug": "toimintasuunnitelma-2026",
        "plan_draft": plan_draft.pk,
        "draft_slug": "toimintasuunnitelma-2027",
        "line": booking.line_id,
        "expense": booking.expense_id,
        "booking": booking.pk,
        "measure": booking.expense.measure_id,
    }


def network_of(region, employee, colleague):
    """A network that the colleague in Loviisa leads, with a picture; the employee in Askola belongs to it."""
    network = builders.network(region, leaders=[colleague], members=[employee])
    leader = network.leaders.get()
    pictures.put(leader, builders.photo())
    leader.save()
    return {
        "network": network.pk,
        "member": employee.pk,
        "membership": network.memberships.get().pk,
        "leader_picture": leader.picture.name.removeprefix("leaders/"),
    }


def expertise_of(library, director):
    """Something that the library in Askola is good at, and somebody there who writes it."""
    topic = Topic.objects.create(name_fi="Lukukoirat", name_sv="Läshundar", group="children")
    row = Expertise(library=library, topic=topic, title_fi="Lukukoira", title_sv="Läshund")
    expertise.write(row, by=director)
    editor = builders.person("kirjoittaja@askola.example", library=library)
    expertise.name_editor(library, person=editor, by=director)
    return {"expertise": row.pk, "editor": editor.pk}


def visits_of(employee, coordinator, branch):
    """A draft, a visit that is being decided and one that is approved, by the employee in Askola to Loviisa."""
    draft = builders.visit(employee, branch)
    sent = builders.visit(employee, branch, state="submitted")
    approved = builders.visit(employee, branch, state="submitted")
    Visit.objects.filter(pk=approved.pk).update(state="approved", approved_at=approved.submitted_at)
    asked = {consent.kind: consent for consent in sent.consents.all()}
    return {
        "visit_draft": draft.pk,
        "visit": sent.pk,
        "visit_approved": approved.pk,
        "visit_stop": approved.stops.get().pk,
        **{f"consent_{kind}": consent.pk for kind, consent in asked.items()},
        "consent_token": visit_links.token(asked["director"], asked["director"].person),
        "km_rate": KmRate.objects.get(year=2026).pk,
        "travel_rules": TravelRules.objects.create(region=employee.region).pk,
    }


def wishes_of(employee, coordinator, branch):
    """A draft, a wish that waits for the AKE and one with a host proposed, by the employee in Askola."""
    proposed = builders.wish(employee, branch, state="proposed", by=coordinator)
    return {
        "proposal": proposed.proposals.get().pk,
        "wish_draft": builders.wish(employee).pk,
        "wish_open": builders.wish(employee, state="open").pk,
        "wish": proposed.pk,
    }


def claims_of(employee, loviisa, region, coordinator):
    """A sent claim with a receipt, one that is being written, and a visit to buy for."""
    plan = region.plans.get(year=2026)
    cost = {"kind": "ticket", "text": "Juna", "amount": 5, "vat": 0, "receipts": [examine(builders.photo())]}
    made = [
        builders.made_visit(employee, loviisa, plan=plan, by=coordinator, days_ago=days, costs={"km": "20"})
        for days in (5, 9)
    ]
    claim = builders.claim(made[0], legs=[builders.leg(made[0], km=9)], costs=[cost], state="sent")
    return {
        "claim": claim.pk,
        "claim_draft": builders.claim(made[1]).pk,
        "claim_receipt": claim.costs.get().receipts.get().pk,
        "claim_traveller": claim.traveller_id,
        "claim_visit": made[0].pk,
    }


def gatherings_of(region, employee, coordinator):
    """A drop-in gathering of a network in Porvoo to which the employee in Askola belongs, with materials."""
    network = Network.objects.create(region=region, name_fi="Lanu", name_sv="Lanu")
    Membership.objects.create(network=network, person=employee, state="member", joined_on=date(2026, 1, 1))
    one = builders.training(region, network=network, is_drop_in=True, onsite_capacity=None)
    files = [
        materials.add(Material(training=one, title_fi="Esitys", for_members=for_members), examine(builders.photo()))
        for for_members in (False, True)
    ]
    return {
        "gathering_network": network.pk,
        "gathering": one.pk,
        "gathering_slug": one.get_absolute_url().strip("/").split("-", 1)[1],
        "check_in_token": check_in_token(one),
        "material": files[0].pk,
        "members_material": files[1].pk,
    }


def ideas_of(employee, colleague, coordinator):
    """The employee's ideas in every place: published with a picture, a draft, on the desk, with the host in Loviisa."""
    public = builders.idea(employee, title_sv="Läshunden", summary_fi="Koira.", summary_sv="Hund.")
    picture = builders.picture(public)
    picture.alt_sv = "Hund"
    picture.save()
    public = ideas.publish(ideas.send(public, by=employee), by=coordinator)
    asked = builders.idea(employee, kind="story", host=colleague.library, host_contact=colleague)
    asked = ideas.ask_check(asked, employee)
    waiting = ideas.send(builders.idea(employee), by=employee)
    return {
        "idea": public.pk,
        "idea_slug": public.get_absolute_url().strip("/").split("-", 1)[1],
        "idea_draft": builders.idea(employee).pk,
        "idea_waiting": waiting.pk,
        "idea_asked": asked.pk,
        "picture": picture.large.name.removeprefix("ideas/"),
        "private_picture": builders.picture(waiting).small.name.removeprefix("ideas/"),
        "check_token": links.token(CHECK_LINK, asked, colleague),
    }


def news_of(employee, director, region):
    """News and a draft of a network to which the employee belongs and which the director leads; two publications, one not shown."""
    network = networks.network(region, leader=director)
    networks.member(network, employee)
    version = {"file": shelf.version_of(builders.photo())}
    shown = networks.publication(region, version, network=network, cover=shelf.cover_of(builders.photo()))
    hidden = networks.publication(region, version, network=network, cover=shelf.cover_of(builders.photo()), shown=False)
    return {
        "news_network": network.pk,
        "news": networks.sent(network, director).pk,
        "news_draft": networks.draft(network, director).pk,
        "unsubscribe_token": links.token(UNSUBSCRIBE, network, employee),
        "publication": shown.pk,
        "hidden_publication": hidden.pk,
        "version": shown.versions.get().pk,
        "hidden_version": hidden.versions.get().pk,
        "cover": shown.cover.name.removeprefix("covers/"),
        "hidden_cover": hidden.cover.name.removeprefix("covers/"),
    }


def kits_of(region, employee, colleague):
    """A kit with a picture that the library in Askola has, and that Loviisa has booked; one that is put aside."""
    network = builders.network(region)
    kit = builders.kit(network, "Pakopeli", "Rymningsspel", parts=[("Lukko", "Lås", 2)])
    kit.picture.save("picture.jpg", builders.photo())
    out = loans.hand_over(builders.loan(kit, employee, 0, 3))
    aside = builders.kit(network, "Vanha peli", "Gammalt spel", is_active=False)
    return {
        "kit": kit.pk,
        "kit_aside": aside.pk,
        "kit_picture": kit.picture.name.removeprefix("kits/"),
        "loan_out": out.pk,
        "loan_booked": builders.loan(kit, colleague, 10, 12).pk,
        "loan_own": builders.loan(kit, employee, 20, 22).pk,
    }


def notes_of(region, employee, colleague, stranger):
    """A mentoring group of the employee and the colleague that has met, another one whose mentor is from elsewhere, and a
    season that is asked its survey."""
    group = builders.mentoring_group(builders.cohort(region, state="running"), employee, colleague)
    ended = builders.cohort(region, state="closing")
    builders.mentoring_group(ended, employee, colleague)
    mentored = builders.mentoring_group(builders.cohort(region, state="running"), employee, colleague)
    type(mentored).objects.filter(pk=mentored.pk).update(mentor=stranger)
    return {
        "notes_group": group.pk,
        "notes_meeting": builders.meeting(group, -7).pk,
        "mentored_group": mentored.pk,
        "mentored_meeting": builders.meeting(mentored, -7).pk,
        "survey": ended.pk,
    }


def desk_of(region, employee, colleague):
    """A season whose groups are being formed: the employee's group, and an empty one."""
    cohort = builders.cohort(region)
    application = builders.application(cohort, employee)
    builders.application(cohort, colleague)
    type(cohort).objects.filter(pk=cohort.pk).update(state="forming")
    group, empty = (
        placing.add_group(cohort, topic=cohort.topics.get(), language="fi", slot=slot) for slot in ("2-09", "3-10")
    )
    placing.move(application, group=group)
    return {
        "desk_cohort": cohort.pk,
        "desk_group": group.pk,
        "desk_empty_group": empty.pk,
        "desk_application": application.pk,
    }


def mentoring_of(region, employee, colleague):
    """A draft and an open season in Uusimaa; the employee has applied, has a place in another, and had one in a third."""
    cohort = builders.cohort(region)
    builders.application(cohort, employee)
    running = builders.cohort(region, state="running")
    group = builders.mentoring_group(running, colleague)
    offered = Application.objects.create(
        cohort=running,
        person=employee,
        library=employee.library,
        state="offered",
        group=group,
        offer_until=running.answer_until,
        employer_agrees=True,
    )
    return {
        "cohort": cohort.pk,
        "cohort_slug": "ryhmamentorointi-2027",
        "cohort_draft": builders.cohort(region, state="draft").pk,
        "cohort_running": running.pk,
        "place": offered.pk,
    }


def mentoring_group_of(region, employee, colleague):
    """A mentoring group of the employee in Askola and the colleague in Loviisa, with a meeting to come and one that was held."""
    group = builders.mentoring_group(builders.cohort(region, state="running"), employee, colleague)
    return {
        "mentoring_group": group.pk,
        "meeting": builders.meeting(group).pk,
        "meeting_held": builders.meeting(group, in_days=-7).pk,
        "meeting_theme": meetings.propose_theme(group, text="Kirjavinkkaus", by=employee).pk,
    }


@pytest.fixture
def world(
    uusimaa, askola, employee, colleague, director, coordinator, training, superuser, now, loviisa_main, stranger
):
    """What the addresses of the table are about: all of it in Uusimaa, the newcomer waits for a word in Askola."""
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    full = builders.training(uusimaa, onsite_capacity=1)
    first = actions.sign_up(full, person=colleague)
    offered = actions.sign_up(full, person=employee)
    actions.cancel(first, by=colleague)
    draft = builders.training(uusimaa, published=False)
    newcomer = builders.person("uusi@askola.example", "Uusi", "Tulija", library=askola, confirmed=False)
    municipality, _ = Municipality.objects.get_or_create(
        code="018", defaults={"name_fi": "Askola", "name_sv": "Askola", "province": "Uusimaa", "region": uusimaa}
    )
    mailbox.EmailBackend().send_messages([EmailMessage("Hei", "Hei", "ake@porvoo.example", ["aino@askola.example"])])
    registration = training.registrations.get(person=employee)
    return {
        "training": training.pk,
        "slug": training.get_absolute_url().strip("/").split("-", 1)[1],
        "draft": draft.pk,
        **money_of(uusimaa, coordinator),
        **network_of(uusimaa, employee, colleague),
        **expertise_of(askola, director),
        **visits_of(employee, coordinator, loviisa_main),
        **wishes_of(employee, coordinator, loviisa_main),
        **claims_of(employee, colleague.library, uusimaa, coordinator),
        **ideas_of(employee, colleague, coordinator),
        **news_of(employee, director, uusimaa),
        **kits_of(uusimaa, employee, colleague),
        **desk_of(uusimaa, employee, colleague),
        **gatherings_of(uusimaa, employee, coordinator),
        **notes_of(uusimaa, employee, colleague, stranger),
        **mentoring_of(uusimaa, employee, colleague),
        **mentoring_group_of(uusimaa, employee, colleague),
        "full": full.pk,
        "session": training.sessions.get().pk,
        "registration": registration.pk,
        "registration_token": links.token("trainings.registration", registration, employee),
        "offer_token": links.token("trainings.registration", offered, employee),
        "waiting_token": links.token(WAITING_LINK, director, director),
        "calendar_token": employee.calendar_token,
        "newcomer": newcomer.pk,
        "employee": employee.pk,
        "library": askola.pk,
        "region": uusimaa.pk,
        "municipality": municipality.pk,
        "branch": Branch.objects.create(library=askola, name_fi="Pääkirjasto", name_sv="Huvudbiblioteket").pk,
        "topic": Topic.objects.create(name_fi="Seniorit", name_sv="Seniorer").pk,
        "theme": Theme.objects.create(name_fi="Osallisuus", name_sv="Delaktighet").pk,
        "deputy": Deputy.objects.create(library=askola, person=colleague, first_day=now.date(), last_day=now.date()).pk,
        "mail": Mail.objects.filter(person=employee).latest("pk").pk,
        "change": LogEntry.objects.latest("pk").pk,
        "mail_key": mailbox.delivered()[0][0],
        "content_type": ContentType.objects.get_for_model(type(training)).pk,
    }


@pytest.fixture
def cast(employee, colleague, director, coordinator, other_coordinator, superuser, stranger):
    return dict(
        zip(
            CAST,
            (None, employee, colleague, director, coordinator, other_coordinator, superuser, stranger),
            strict=True,
        )
    )


def ask(person, method, address):
    """The response to `person`. What the request changed is undone."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if person:
            client.force_login(person)
        response = client.generic(
            method, address, content_type="application/x-www-form-urlencoded" if method == "POST" else ""
        )
        transaction.set_rollback(True)
    return response


def answer(person, method, address):
    """The status; "sign-in" for being sent to the sign-in page."""
    response = ask(person, method, address)
    login_pages = (reverse("account_login"), reverse("admin:login"))
    if response.status_code == 302 and response["Location"].split("?")[0] in login_pages and person is None:
        return "sign-in"
    return str(response.status_code)


def routes(resolver=None, prefix=""):
    """The pattern of every address of the portal."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern).replace("^", "")


def test_every_address_has_a_row_in_the_table(world):
    with override("fi"):
        in_table = {
            resolve(row.address.format(**world)).route.replace("^", "") for rows in sections().values() for row in rows
        }
        missing = sorted({route.replace("^", "") for route in routes()} - in_table)
    assert not missing, "Give these a row in tests/portal/access.txt:\n" + "\n".join(missing)


@pytest.mark.parametrize("section", sections())
def test_who_may_open_what(section, world, cast):
    wrong = []
    for row in sections()[section]:
        address = row.address.format(**world)
        answers = tuple(answer(person, row.method, address) for person in cast.values())
        if answers != row.answers:
            wrong.append(f"{row.method:<4} {row.address:<62} " + " ".join(f"{one:<7}" for one in answers))
    assert not wrong, "These rows are now:\n" + "\n".join(wrong)


OPENS = {"200", "302", "422"}
# What coordinators see as its readers will, before it is published or after it is put aside; and the way in
WITHOUT_SECOND_FACTOR = {
    "budgets:plan",
    "trainings:detail",
    "trainings:event",
    "trainings:sign_up",
    "publications:detail",
    "publications:file",
    "publications:cover",
    "kits:kit",
    "kits:book",
    "mentoring:cohort",
    "mentoring:apply",
    "admin_sign_in",
}


def test_what_coordinators_do_for_others_asks_for_a_second_factor(world, cast, settings):
    """In production a code by mail alone opens to a coordinator nothing that employees may not open."""
    settings.SECOND_FACTOR_REQUIRED = True
    open_without = []
    for row in (row for rows in sections().values() for row in rows):
        by = dict(zip(CAST, row.answers, strict=True))
        if by["coordinator"] not in OPENS or OPENS & {by["employee"], by["colleague"]}:
            continue
        address = row.address.format(**world)
        with override("fi"):
            page = resolve(address.partition("?")[0]).view_name
        response = ask(cast["coordinator"], row.method, address)
        if page not in WITHOUT_SECOND_FACTOR and not response.headers.get("Location", "").startswith(
            reverse("mfa_index")
        ):
            open_without.append(f"{row.method} {row.address} ({page})")
    assert not open_without, "Name these in people.middleware:\n" + "\n".join(open_without)
