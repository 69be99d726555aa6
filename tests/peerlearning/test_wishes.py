"""A wish for a host: from what somebody wants to learn, over the hosts that the AKE proposes, to a visit with all that was typed."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from ake_portal import privacy, reminders
from ake_portal.lib import days
from ake_portal.tasks import move_visits
from notifications import reminders as runner
from notifications.models import Mail
from peerlearning import actions, wish_privacy, wishes
from peerlearning.models import Proposal, Visit, Wish
from peerlearning.wish_reminders import RULES
from peerlearning.workflow import WISH
from people.models import QuietPeriod
from tests import builders

State = Wish.State


def at(name, *args):
    return reverse(f"peerlearning:{name}", args=args)


def typed(**changes):
    """A filled-in wish."""
    today = timezone.localdate()
    values = {
        "subject": "Lukukoirat lasten lukuhetkissä",
        "goal": "Miten koira varataan ja mitä ohjaajalta vaaditaan?",
        "topics": [str(builders.topic().pk), str(builders.topic("Lukukoirat", "Läshundar", "children").pk)],
        "kind": "exchange",
        "earliest": (today + timedelta(days=7)).isoformat(),
        "latest": (today + timedelta(days=60)).isoformat(),
        "when_note": "Ei maanantaisin.",
        "travel": "ride",
        "how_far": "Enintään kaksi tuntia suuntaansa.",
        "languages": ["fi", "en"],
        "more": "Kollega lähtisi mukaan.",
    }
    return {**values, **changes}


def hosted(number, branch, **changes):
    """What is typed about the host of that number."""
    day = (timezone.localdate() + timedelta(days=14)).isoformat()
    values = {
        "branch": str(branch.pk),
        "day": day,
        "start": "10:00",
        "end": "12:30",
        "contact_name": "Hanna Värd",
        "contact_email": "",
        "why": "Koira on käynyt siellä kaksi vuotta.",
        **changes,
    }
    return {f"host{number}-{name}": value for name, value in values.items()}


def mails(name, **filters):
    return Mail.objects.filter(template=f"peerlearning/wishes/{name}", **filters)


@pytest.fixture
def sipoo_main(uusimaa):
    library = builders.library(uusimaa, "Sipoon kirjasto", "Sibbo bibliotek", domain="sipoo.example")
    return builders.branch(library, "Sipoon pääkirjasto", "Sibbo huvudbibliotek")


@pytest.fixture
def cast(employee, colleague, director, coordinator, other_coordinator, stranger, superuser, host):
    return {
        "employee": employee,
        "colleague": colleague,
        "director": director,
        "host": host,
        "coordinator": coordinator,
        "other": other_coordinator,
        "stranger": stranger,
        "superuser": superuser,
    }


# The whole way


def test_from_a_wish_to_a_visit_with_all_that_was_typed(sign_in, employee, coordinator, host, loviisa_main, sipoo_main):
    client = sign_in(employee)
    front = client.get("/fi/visits/").content.decode()
    assert at("new_wish") in front
    response = client.post(at("new_wish"), typed())
    wish = Wish.objects.get()
    assert response.url == at("wish", wish.pk) and wish.state == State.OPEN
    assert mails("sent").get().person == coordinator

    desk = sign_in(coordinator)
    assert "Lukukoirat lasten lukuhetkissä" in desk.get("/fi/visits/").content.decode()
    page = desk.get(at("wish", wish.pk)).content.decode()
    for text in ("Ei maanantaisin.", "Enintään kaksi tuntia suuntaansa.", "Kollega lähtisi mukaan.", "englanniksi"):
        assert text in page
    response = desk.post(
        at("propose_hosts", wish.pk),
        {
            **hosted(0, loviisa_main, contact_email=host.email),
            **hosted(1, sipoo_main, start="13:30", end="15:00", contact_name=""),
        },
    )
    assert response.url == at("wish", wish.pk)
    mail = mails("proposed").get()
    assert mail.person == employee
    for text in ("Loviisan pääkirjasto", "Sipoon pääkirjasto", "10–12.30", "Hanna Värd", "kaksi vuotta"):
        assert text in mail.text

    client = sign_in(employee)
    page = client.get(at("wish", wish.pk)).content.decode()
    assert "Koira on käynyt siellä kaksi vuotta." in page and "Loviisan pääkirjasto" in page
    keys = [str(key) for key in wish.proposals.values_list("pk", flat=True)]
    response = client.post(at("take_hosts", wish.pk), {"proposals": keys})
    visit = Visit.objects.get()
    assert response.url == at("when", visit.pk)

    assert (visit.state, visit.traveller, visit.library, visit.subject, visit.goal, visit.kind, visit.travel) == (
        *("draft", employee, employee.library, "Lukukoirat lasten lukuhetkissä"),
        *("Miten koira varataan ja mitä ohjaajalta vaaditaan?", "exchange", "ride"),
    )
    assert {str(topic) for topic in visit.topics.all()} == {"Lukukoirat", "Omatoimikirjasto"}
    day = timezone.localdate() + timedelta(days=14)
    assert [
        (stop.position, stop.branch, stop.starts_at, stop.ends_at, stop.contact_name, stop.contact_email)
        for stop in visit.stops.all()
    ] == [
        (1, loviisa_main, days.at(day, time(10)), days.at(day, time(12, 30)), "Hanna Värd", host.email),
        (2, sipoo_main, days.at(day, time(13, 30)), days.at(day, time(15)), "", ""),
    ]
    page = client.get(at("when", visit.pk)).content.decode()
    assert page.count(f'value="{day.isoformat()}"') == 4  # leaving, both stops, coming back
    wish.refresh_from_db()
    assert (wish.state, wish.visit) == (State.TAKEN, visit)
    assert mails("taken").get().person == coordinator
    assert at("wish", wish.pk) in client.get(at("visit", visit.pk)).content.decode()
    assert at("visit", visit.pk) in client.get(at("wish", wish.pk)).content.decode()


def test_the_visit_that_came_of_a_wish_is_finished_and_sent(
    sign_in, employee, director, host, coordinator, loviisa_main, uusimaa
):
    builders.travel_plan(uusimaa)
    wish = builders.wish(employee, loviisa_main, state="taken", by=coordinator)
    visit, client = wish.visit, sign_in(employee)
    stop, day = visit.stops.get(), (timezone.localdate() + timedelta(days=14)).isoformat()
    response = client.post(
        at("when", visit.pk),
        {
            "goal": visit.goal,
            "leave_day": day,
            "leave_clock": "07:30",
            "return_day": day,
            "return_clock": "13:00",
            f"day_{stop.pk}": day,
            f"from_{stop.pk}": "09:00",
            f"until_{stop.pk}": "10:00",
        },
    )
    assert response.url == at("travel", visit.pk)
    assert client.post(at("travel", visit.pk), {"travel": "public", "ticket": "12,40"}).url == at("review", visit.pk)
    client.post(at("review", visit.pk))
    visit.refresh_from_db()
    assert visit.state == "submitted"
    # neither the director nor the host reads the wish
    for person in (director, host):
        page = sign_in(person).get(at("visit", visit.pk))
        assert page.status_code == 200 and at("wish", wish.pk) not in page.content.decode()


def test_one_of_several_is_taken_and_the_others_are_left(employee, coordinator, loviisa_main, sipoo_main):
    wish = builders.wish(employee, loviisa_main, sipoo_main, state="proposed", by=coordinator)
    chosen = wish.proposals.get(branch=sipoo_main)
    visit = wishes.take(wish, [chosen], by=employee)
    assert [stop.branch for stop in visit.stops.all()] == [sipoo_main]
    assert dict(wish.proposals.values_list("branch__name_fi", "state")) == {
        "Loviisan pääkirjasto": "left",
        "Sipoon pääkirjasto": "taken",
    }


def test_none_suits_and_the_ake_reads_why_and_looks_on(sign_in, employee, coordinator, loviisa_main, sipoo_main):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    client = sign_in(employee)
    response = client.post(at("turn_down_hosts", wish.pk), {"why": "  "})
    assert response.status_code == 422 and "Kerro miksi" in response.content.decode()
    client.post(at("turn_down_hosts", wish.pk), {"why": "Loviisassa olen jo käynyt."})
    wish.refresh_from_db()
    assert wish.state == State.OPEN
    mail = mails("turned_down").get()
    assert mail.person == coordinator and "Loviisassa olen jo käynyt." in mail.text
    desk = sign_in(coordinator)
    for page in (at("wish", wish.pk), at("propose_hosts", wish.pk)):
        assert "Loviisassa olen jo käynyt." in desk.get(page).content.decode()
    wish = wishes.propose(wish, [builders.proposal(sipoo_main)], by=coordinator)
    assert mails("proposed", person=employee).count() == 2
    assert [stop.branch for stop in wishes.take(wish, wish.proposals.open(), by=employee).stops.all()] == [sipoo_main]


def test_what_was_turned_down_cannot_be_taken(employee, coordinator, loviisa_main, sipoo_main):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    gone = wish.proposals.get()
    wish = wishes.turn_down(wish, by=employee, why="Liian kaukana.")
    wish = wishes.propose(wish, [builders.proposal(sipoo_main)], by=coordinator)
    for chosen in ([gone], [gone, *wish.proposals.open()]):
        with pytest.raises(wishes.Refused, match="proposal_gone"):
            wishes.take(wish, chosen, by=employee)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"hours": (9, 11)}, {"hours": (10, 12)}, "at_the_same_time"),
        ({"hours": (9, 11)}, {"in_days": 15, "same_place": True}, "place_twice"),
    ],
)
def test_two_that_cannot_be_one_trip_are_refused_together(
    one, other, said, employee, coordinator, loviisa_main, sipoo_main
):
    place = loviisa_main if other.pop("same_place", False) else sipoo_main
    wish = builders.wish(employee, state="open")
    offered = [builders.proposal(loviisa_main, **one), builders.proposal(place, **other)]
    wish = wishes.propose(wish, offered, by=coordinator)
    with pytest.raises(wishes.Refused, match=said):
        wishes.take(wish, wish.proposals.all(), by=employee)
    assert wishes.take(wish, wish.proposals.all()[:1], by=employee).stops.count() == 1


def test_a_proposal_whose_hour_has_come_is_not_taken(employee, coordinator, loviisa_main, time_machine):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    time_machine.move_to(wish.proposals.get().starts_at)
    with pytest.raises(wishes.Refused, match="proposal_begun"):
        wishes.take(wish, wish.proposals.all(), by=employee)


def test_the_ake_closes_with_a_reason_and_the_writer_withdraws(sign_in, employee, coordinator, loviisa_main):
    wish = builders.wish(employee, state="open")
    desk = sign_in(coordinator)
    assert desk.post(at("close_wish", wish.pk), {"reason": ""}).status_code == 422
    desk.post(at("close_wish", wish.pk), {"reason": "Lukukoiria ei ole Uudellamaalla."})
    mail = mails("closed").get()
    assert mail.person == employee and "Lukukoiria ei ole Uudellamaalla." in mail.text
    assert "Lukukoiria ei ole Uudellamaalla." in sign_in(employee).get(at("wish", wish.pk)).content.decode()
    other = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    client = sign_in(employee)
    assert "Perutaanko toive?" in client.get(at("withdraw_wish", other.pk)).content.decode()
    client.post(at("withdraw_wish", other.pk))
    other.refresh_from_db()
    assert other.state == State.WITHDRAWN and not other.proposals.open().exists()
    assert mails("withdrawn").get().person == coordinator


def test_a_draft_that_is_thrown_away_is_nobodys_business(employee, coordinator):
    builders.wish(employee, state="withdrawn", by=coordinator)
    assert not Mail.objects.filter(template__startswith="peerlearning/wishes/").exists()
    assert not Wish.objects.run_by(coordinator).exists()


# Who does what


def one_more(wish, branch):
    """A proposal beside those that are there, whatever state the wish is in."""
    return wish.proposals.create(**builders.proposal(branch, in_days=20))


def moves(wish, branch):
    """{move: how `by` makes it}."""
    return {
        "write": lambda by: wishes.write(wish, by=by, topics=[builders.topic()], subject="Uusi"),
        "send": lambda by: wishes.send(wish, by=by),
        "propose": lambda by: wishes.propose(wish, [builders.proposal(branch, in_days=20)], by=by),
        "take": lambda by: wishes.take(wish, wish.proposals.open(), by=by).wish,
        "turn_down": lambda by: wishes.turn_down(wish, by=by, why="Ei sovi."),
        "take_back": lambda by: wishes.take_back(one_more(wish, branch), by=by, why="Sairastui."),
        "take_back_last": lambda by: wishes.take_back(
            wish.proposals.first() or one_more(wish, branch), by=by, why="Sairastui."
        ),
        "withdraw": lambda by: wishes.withdraw(wish, by=by),
        "close": lambda by: wishes.close(wish, by=by, reason="Ei löytynyt."),
        "lapse": lambda by: wishes.lapse(wish),
    }


WHO = {
    "write": {"employee"},
    "send": {"employee"},
    "propose": {"coordinator", "superuser"},
    "take": {"employee"},
    "turn_down": {"employee"},
    "take_back": {"coordinator", "superuser"},
    "take_back_last": {"coordinator", "superuser"},
    "withdraw": {"employee"},
    "close": {"coordinator", "superuser"},
    "lapse": set(),
}


def in_state(state, employee, coordinator, branch):
    """A wish in `state`, by the real moves."""
    hosts = () if state == State.OPEN else (branch,)
    if state != State.LAPSED:
        return builders.wish(employee, *hosts, state=state, by=coordinator)
    wish = builders.wish(employee, branch, state="proposed", by=coordinator)
    wishes.tick(days.at(wish.latest + timedelta(days=1), time(0, 5)))
    return Wish.objects.get(pk=wish.pk)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", WISH)
def test_every_move_by_every_member_of_the_cast_from_every_state(
    move, state, cast, employee, coordinator, loviisa_main
):
    wish = in_state(state, employee, coordinator, loviisa_main)
    assert wish.state == state
    for name, person in cast.items():
        allowed = name in WHO[move] and state in WISH[move].sources
        try:
            with transaction.atomic():
                moves(wish, loviisa_main)[move](person)
                done = move != "lapse" and Wish.objects.get(pk=wish.pk).state == WISH[move].target
                transaction.set_rollback(True)
        except wishes.Refused:
            done = False
        assert done == allowed, (name, move, state)
        assert (move in wishes.moves_for(wish, person)) == allowed
        assert Wish.objects.open_to(person, move).filter(pk=wish.pk).exists() == allowed


# What was told by phone or mail, and what is taken back


def test_the_ake_writes_down_what_somebody_told_and_stays_named(
    sign_in, employee, coordinator, other_coordinator, uusimaa, loviisa_main
):
    helper = builders.person("toinen@porvoo.example", "Toinen", "Kehittäjä")
    uusimaa.coordinators.add(helper)
    desk = sign_in(coordinator)
    assert at("note_wish") in desk.get(at("wishes")).content.decode()
    assert desk.get(at("note_wish")).status_code == 200
    response = desk.post(at("note_wish"), typed(email=employee.email.upper()))
    wish = Wish.objects.get()
    assert response.url == at("wish", wish.pk)
    assert (wish.writer, wish.noted_by, wish.state, wish.library) == (
        *(employee, coordinator, State.OPEN, employee.library),
    )
    mail = mails("noted").get()
    assert mail.person == employee and str(coordinator) in mail.text and "Lukukoirat lasten" in mail.text
    assert mails("sent").get().person == helper, "who wrote it down knows"
    for reader in (coordinator, employee):
        assert f"AKEn kirjaama: {coordinator}" in sign_in(reader).get(at("wish", wish.pk)).content.decode()
    # from here on it is the writer's own
    wish = wishes.propose(wish, [builders.proposal(loviisa_main)], by=coordinator)
    assert wishes.take(wish, wish.proposals.all(), by=employee).traveller == employee
    assert wish_privacy.export_for(employee)["written"][0]["written_down_by"] == str(coordinator)


def test_a_told_wish_lacks_nothing_and_is_of_a_confirmed_person_of_the_region(sign_in, employee, coordinator, stranger):
    desk = sign_in(coordinator)
    for changes, said in (
        ({"email": stranger.email}, "Kenelläkään toimialueesi kirjastoissa"),
        ({"email": "ei@kukaan.example"}, "Kenelläkään toimialueesi kirjastoissa"),
        ({"email": employee.email, "subject": ""}, "Kerro"),
        ({"email": employee.email, "languages": []}, "Valitse ainakin yksi kieli"),
    ):
        answer = desk.post(at("note_wish"), typed(**changes))
        assert answer.status_code == 422 and said in answer.content.decode()
    newcomer = builders.person("uusi@askola.example", "Uusi", "Tulija", library=employee.library, confirmed=False)
    answer = desk.post(at("note_wish"), typed(email=newcomer.email))
    assert answer.status_code == 422 and "vahvista se ensin" in answer.content.decode()
    assert not Wish.objects.exists() and not Mail.objects.exists()
    assert sign_in(employee).get(at("note_wish")).status_code == 404


def test_one_host_is_taken_back_and_the_others_stay(sign_in, employee, coordinator, loviisa_main, sipoo_main):
    wish = builders.wish(employee, loviisa_main, sipoo_main, state="proposed", by=coordinator)
    gone, kept = wish.proposals.get(branch=sipoo_main), wish.proposals.get(branch=loviisa_main)
    desk = sign_in(coordinator)
    assert at("take_back_host", gone.pk) in desk.get(at("wish", wish.pk)).content.decode()
    assert desk.get(at("take_back_host", gone.pk)).status_code == 200
    assert desk.post(at("take_back_host", gone.pk), {"why": " "}).status_code == 422
    assert desk.post(at("take_back_host", gone.pk), {"why": "Isäntä sairastui."}).url == at("wish", wish.pk)
    wish.refresh_from_db()
    gone.refresh_from_db()
    assert (wish.state, gone.state, gone.taken_back_by) == (State.PROPOSED, Proposal.State.BACK, coordinator)
    mail = mails("taken_back").get()
    assert mail.person == employee and "Isäntä sairastui." in mail.text and "odottavat vastaustasi" in mail.text
    page = sign_in(employee).get(at("wish", wish.pk)).content.decode()
    assert f"{coordinator} perui ehdotuksen: Sipoon pääkirjasto" in page and "Isäntä sairastui." in page
    with pytest.raises(wishes.Refused, match="proposal_gone"):
        wishes.take(wish, [gone], by=employee)
    assert desk.get(at("take_back_host", gone.pk)).status_code == 404
    # the last one: a host is looked for again
    wish = wishes.take_back(kept, by=coordinator, why="Remontti.")
    assert wish.state == State.OPEN and "etsii toista" in mails("taken_back").latest("pk").text
    assert Wish.objects.waiting_for_ake(coordinator).get() == wish


def test_what_the_writer_has_chosen_is_not_taken_back(sign_in, employee, coordinator, other_coordinator, loviisa_main):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    proposal = wish.proposals.get()
    for person in (employee, other_coordinator):
        assert sign_in(person).get(at("take_back_host", proposal.pk)).status_code == 404
    wishes.take(wish, [proposal], by=employee)
    with pytest.raises(wishes.Refused, match="wish_state"):
        wishes.take_back(proposal, by=coordinator, why="Myöhässä.")


PAGES = {
    "GET wish": "employee coordinator superuser",
    "GET write_wish": "",
    "POST write_wish": "",
    "GET propose_hosts": "coordinator superuser",
    "POST propose_hosts": "coordinator superuser",
    "POST take_hosts": "employee",
    "POST turn_down_hosts": "employee",
    "GET withdraw_wish": "employee",
    "POST withdraw_wish": "employee",
    "GET close_wish": "coordinator superuser",
    "POST close_wish": "coordinator superuser",
}


@pytest.mark.parametrize("page", PAGES)
def test_who_opens_what_and_everybody_else_finds_nothing(
    page, client, sign_in, cast, employee, coordinator, loviisa_main
):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    method, name = page.split()
    address = at(name, wish.pk)
    assert reverse("account_login") in getattr(client, method.lower())(address)["Location"]
    # the writer last: what the writer posts may end the wish
    order = sorted(cast, key=lambda who: who == "employee")
    let_in = {who for who in order if getattr(sign_in(cast[who]), method.lower())(address).status_code != 404}
    assert let_in == set(PAGES[page].split())


def test_a_draft_is_the_writers_alone(sign_in, cast, employee):
    wish = builders.wish(employee)
    for name, person in cast.items():
        expected = 200 if name == "employee" else 404
        assert sign_in(person).get(at("wish", wish.pk)).status_code == expected
        assert sign_in(person).get(at("write_wish", wish.pk)).status_code == expected
        if name != "employee":
            assert wish.subject not in sign_in(person).get(at("wishes")).content.decode()


def test_whoever_is_not_confirmed_writes_a_draft_and_is_told_what_to_wait_for(sign_in, askola, coordinator):
    newcomer = builders.person("uusi@askola.example", library=askola, confirmed=False)
    client = sign_in(newcomer)
    assert "odottaa johtajasi tai AKEn vahvistusta" in client.get(at("new_wish")).content.decode()
    response = client.post(at("new_wish"), typed())
    assert response.status_code == 422 and "odottaa johtajasi tai AKEn vahvistusta" in response.content.decode()
    wish = Wish.objects.get()
    assert (wish.state, wish.subject) == (State.DRAFT, "Lukukoirat lasten lukuhetkissä")
    assert not mails("sent").exists()
    newcomer.library_confirmed_at = timezone.now()
    newcomer.save()
    assert client.post(at("write_wish", wish.pk), typed()).url == at("wish", wish.pk)
    assert mails("sent").get().person == coordinator


def test_whoever_has_no_library_is_sent_to_tell_it(sign_in, db, coordinator):
    for person in (builders.person(), coordinator):
        assert sign_in(person).get(at("new_wish")).url == reverse("people:profile")


def test_a_sent_wish_is_no_longer_written(sign_in, employee):
    wish = builders.wish(employee, state="open")
    assert sign_in(employee).post(at("write_wish", wish.pk), typed()).status_code == 404


# Bad input


def test_a_draft_is_kept_however_little_is_written(sign_in, employee):
    client = sign_in(employee)
    response = client.post(at("new_wish"), {"kind": "visit", "subject": "Pelikerho", "later": "1"})
    wish = Wish.objects.get()
    assert response.url == at("wish", wish.pk) and wish.state == State.DRAFT
    assert f'value="{wish.subject}"' in client.get(at("write_wish", wish.pk)).content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", ["Valitse ainakin yksi aihe", "Kerro, mistä päivästä alkaen sopii.", "Valitse ainakin yksi kieli."]),
        ("sv", ["Välj minst ett ämne", "Ange från vilken dag det passar.", "Välj minst ett språk."]),
    ],
)
def test_what_is_missing_is_said_at_its_field_when_it_is_sent(language, said, sign_in, employee):
    client = sign_in(employee)
    values = {"kind": "study_trip", "subject": "Pelikerho", "goal": "Aloitamme keväällä.", "more": "Kiitos!"}
    response = client.post(f"/{language}/visits/wishes/new/", values)
    page = response.content.decode()
    assert response.status_code == 422 and Wish.objects.get().state == State.DRAFT
    for text in (*said, "Pelikerho", "Aloitamme keväällä.", "Kiitos!"):
        assert text in page
    # sent again from there, it is the same wish
    wish = Wish.objects.get()
    assert f'action="/{language}/visits/wishes/{wish.pk}/write/"' in page
    client.post(f"/{language}/visits/wishes/{wish.pk}/write/", typed())
    assert Wish.objects.get().state == State.OPEN


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"earliest": "2026-11-20", "latest": "2026-11-10"}, "Viimeinen päivä ei voi olla ennen ensimmäistä."),
        ({"earliest": "", "latest": "2026-09-01"}, "Viimeisen päivän on oltava edessäpäin."),
        ({"latest": "2099-01-01"}, "Valitse päivä seuraavien kahden vuoden ajalta."),
        ({"latest": "9999-12-31"}, "Valitse päivä seuraavien kahden vuoden ajalta."),
        ({"latest": "huomenna"}, "Syötä oikea päivämäärä"),
        ({"kind": "huvimatka"}, "huvimatka"),
        ({"topics": ["999999"]}, "999999"),
        ({"subject": "x" * 161}, "160"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_nothing_typed_is_lost(changes, said, sign_in, employee):
    response = sign_in(employee).post(at("new_wish"), typed(**changes))
    page = response.content.decode()
    assert response.status_code == 422 and said in page and not Wish.objects.exists()
    assert "Ei maanantaisin." in page and "Kollega lähtisi mukaan." in page and "field-error" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"why": ""}, "Kerro, miksi ehdotat juuri tätä."),
        ({"start": ""}, "Täytä myös tämä."),
        ({"end": "09:00"}, "Lopun on oltava alun jälkeen."),
        ({"day": "2026-10-01"}, "Päivän on oltava edessäpäin."),
        ({"day": "2026-10-08"}, "Valitse päivä toiveen aikaväliltä."),
        ({"day": "0001-01-01"}, "Päivän on oltava edessäpäin."),
        ({"contact_email": "joku@muualla.example"}, "Osoite ei kuulu tähän kirjastoon"),
    ],
)
def test_a_wrong_host_is_said_at_its_field_and_nothing_typed_is_lost(
    changes, said, sign_in, employee, coordinator, loviisa_main, sipoo_main
):
    wish = builders.wish(employee, state="open")
    values = {**hosted(0, sipoo_main, why="Sipoossa on kaikki."), **hosted(1, loviisa_main, **changes)}
    response = sign_in(coordinator).post(at("propose_hosts", wish.pk), values)
    page = response.content.decode()
    assert response.status_code == 422 and said in page and "Sipoossa on kaikki." in page
    assert not Proposal.objects.exists()


def test_the_writers_own_library_is_not_proposed(sign_in, employee, askola, coordinator):
    own = builders.branch(askola, "Askolan pääkirjasto")
    wish = builders.wish(employee, state="open")
    desk = sign_in(coordinator)
    assert "Askolan pääkirjasto" not in desk.get(at("propose_hosts", wish.pk)).content.decode()
    assert desk.post(at("propose_hosts", wish.pk), hosted(0, own)).status_code == 422
    with pytest.raises(wishes.Refused, match="own_library_wish"):
        wishes.propose(wish, [builders.proposal(own)], by=coordinator)


def test_one_more_host_is_shown_and_an_empty_one_is_left_out(
    sign_in, employee, coordinator, loviisa_main, lapland, stranger
):
    wish = builders.wish(employee, state="open")
    inari = builders.branch(stranger.library, "Inarin pääkirjasto")
    desk = sign_in(coordinator)
    response = desk.post(at("propose_hosts", wish.pk), {**hosted(0, loviisa_main), "more": "1"})
    page = response.content.decode()
    assert response.status_code == 200 and "host1-branch" in page and "Koira on käynyt siellä" in page
    assert "Inarin pääkirjasto" not in page
    shown = desk.post(at("propose_hosts", wish.pk), {"other-region": str(lapland.pk), "show": "1"}).content.decode()
    assert "Inarin pääkirjasto" in shown
    values = {**hosted(0, inari), "other-region": str(lapland.pk), "host1-branch": "", "host1-why": ""}
    desk.post(at("propose_hosts", wish.pk), values)
    assert [proposal.branch for proposal in Proposal.objects.all()] == [inari]


def test_choosing_nothing_or_nonsense_is_told_at_the_choice(sign_in, employee, coordinator, loviisa_main):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    client = sign_in(employee)
    for values in ({}, {"proposals": ["999999"]}, {"proposals": ["x"]}):
        response = client.post(at("take_hosts", wish.pk), values)
        assert response.status_code == 422 and "proposals_error" in response.content.decode()
    assert not Visit.objects.exists()


# Mails


def test_each_reads_in_the_own_language(colleague, coordinator, askola, loviisa_main, uusimaa):
    place = builders.branch(askola, "Askolan pääkirjasto", "Askola huvudbibliotek")
    wish = builders.wish(colleague, state="open", language="sv", subject="Läsecirklar")
    mail = mails("sent").get()
    assert (mail.person, mail.language) == (coordinator, "fi")
    assert "Linnea Exempel tietää, mitä haluaa oppia" in mail.text and f"/fi/visits/wishes/{wish.pk}/" in mail.text
    wishes.propose(wish, [builders.proposal(place)], by=coordinator)
    mail = mails("proposed").get()
    assert (mail.person, mail.language) == (colleague, "sv")
    assert "Askola huvudbibliotek" in mail.text and f"/sv/visits/wishes/{wish.pk}/" in mail.text
    assert "Värdbibliotek för ditt besök: Läsecirklar" in mail.subject


def test_every_coordinator_of_the_region_hears_once_and_nobody_else(
    employee, coordinator, other_coordinator, director, superuser, uusimaa, loviisa_main
):
    second = builders.person("toinen@porvoo.example", language="sv")
    uusimaa.coordinators.add(second)
    wish = builders.wish(employee, loviisa_main, state="proposed", by=second)
    assert {mail.person for mail in mails("sent")} == {coordinator, second}
    wishes.take(wish, wish.proposals.all(), by=employee)
    assert [mail.person for mail in mails("taken")] == [second]
    assert Mail.objects.filter(person__in=[other_coordinator, director, superuser]).count() == 0


# What the clock does


def run(time_machine, day, clock=time(9, 5)):
    time_machine.move_to(days.at(day, clock))
    runner.run(reminders.RULES, timezone.now())
    move_visits()


def test_the_ake_is_reminded_once_after_five_working_days_without_a_proposal(employee, coordinator, time_machine):
    builders.wish(employee, state="open")  # on Tuesday 6.10.
    run(time_machine, date(2026, 10, 12))
    assert mails("sent", person=coordinator).count() == 1
    run(time_machine, date(2026, 10, 14))
    run(time_machine, date(2026, 10, 20))
    assert mails("sent", person=coordinator).count() == 2
    assert "viiteen työpäivään" in mails("sent", person=coordinator).latest("pk").text


def test_the_writer_is_reminded_once_after_seven_working_days_without_an_answer(
    employee, coordinator, loviisa_main, time_machine
):
    builders.wish(employee, loviisa_main, state="proposed", by=coordinator, in_finnish=True)
    run(time_machine, date(2026, 10, 14))
    assert mails("proposed").count() == 1
    run(time_machine, date(2026, 10, 15))
    run(time_machine, date(2026, 10, 16))
    assert mails("proposed", person=employee).count() == 2
    assert mails("sent").count() == 1
    assert "Loviisan pääkirjasto" in mails("proposed").latest("pk").text


def test_who_has_answered_or_proposed_is_left_alone(employee, coordinator, loviisa_main, time_machine):
    builders.wish(employee, loviisa_main, state="taken", by=coordinator)
    builders.wish(employee, state="closed", by=coordinator)
    before = Mail.objects.count()
    run(time_machine, date(2026, 10, 20))
    assert Mail.objects.count() == before


def test_a_quiet_period_stops_the_clock(employee, coordinator, uusimaa, time_machine):
    QuietPeriod.objects.create(region=uusimaa, first_day=date(2026, 10, 7), last_day=date(2026, 10, 18))
    builders.wish(employee, state="open")
    run(time_machine, date(2026, 10, 16))
    assert mails("sent").count() == 1
    run(time_machine, date(2026, 10, 23))
    assert mails("sent").count() == 2


def test_the_page_of_coming_reminders_shows_them(sign_in, employee, coordinator, loviisa_main):
    builders.wish(employee, state="open", subject="Pelikerho")
    builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    page = sign_in(coordinator).get(reverse("admin:reminders_coming")).content.decode()
    assert "Pelikerho" in page and "Omatoimikirjaston arki" in page
    assert all(str(rule.label) in page for rule in RULES)


@pytest.mark.parametrize("rows", [1, 30])
def test_finding_reminders_takes_the_same_queries(rows, employee, coordinator, loviisa_main, django_assert_num_queries):
    for _ in range(rows):
        builders.wish(employee, state="open")
        builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    now = timezone.now()
    with django_assert_num_queries(7):
        assert len(runner.coming(RULES, now, now + timedelta(days=30))) == 2 * rows


def test_a_wish_whose_latest_day_has_passed_lapses_and_both_are_told_once(
    employee, coordinator, loviisa_main, time_machine
):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    draft = builders.wish(employee)
    run(time_machine, wish.latest, time(23, 50))
    wish.refresh_from_db()
    assert wish.state == State.PROPOSED
    for clock in (time(0, 10), time(9)):
        run(time_machine, wish.latest + timedelta(days=1), clock)
    wish.refresh_from_db()
    draft.refresh_from_db()
    assert (wish.state, draft.state) == (State.LAPSED, State.DRAFT)
    assert not wish.proposals.open().exists()
    assert sorted(mail.person.email for mail in mails("lapsed")) == sorted([employee.email, coordinator.email])


# Lists


def test_what_waits_stands_on_the_home_page_and_on_the_staffs_first_page(
    sign_in, employee, coordinator, other_coordinator, loviisa_main
):
    builders.wish(employee, state="open")
    builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    assert "Toiveeseesi on ehdotettu vierailukohteita" in sign_in(employee).get("/fi/").content.decode()
    home = sign_in(coordinator).get("/fi/").content.decode()
    assert "1 vierailutoive" in home and f"{at('wishes')}?state=open" in home
    assert (
        "Vierailutoiveet, joihin ei ole ehdotettu kohdetta" in sign_in(coordinator).get("/fi/admin/").content.decode()
    )
    assert "vierailutoive" not in sign_in(other_coordinator).get("/fi/").content.decode()


def test_the_list_shows_the_own_and_to_staff_the_regions_by_state(
    sign_in, employee, coordinator, other_coordinator, loviisa_main
):
    builders.wish(employee, state="open", subject="Pelikerho")
    builders.wish(employee, loviisa_main, state="proposed", by=coordinator, subject="Lukukoirat")
    own = sign_in(employee).get(at("wishes")).content.decode()
    assert "Pelikerho" in own and "Lukukoirat" in own
    desk = sign_in(coordinator).get(at("wishes"), {"state": "open"}).content.decode()
    assert "Pelikerho" in desk and "Lukukoirat" not in desk
    assert "Pelikerho" not in sign_in(other_coordinator).get(at("wishes")).content.decode()
    assert sign_in(coordinator).get(at("wishes"), {"state": "<x>", "page": "zz"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_lists_ask_the_database_as_often_for_one_wish_as_for_thirty(
    rows, sign_in, employee, coordinator, django_assert_num_queries
):
    for _ in range(rows):
        builders.wish(employee, state="open")
    for person, number in ((employee, 3), (coordinator, 6)):
        client = sign_in(person)
        client.get(at("wishes"))
        with django_assert_num_queries(number):
            client.get(at("wishes"))


@pytest.mark.parametrize("rows", [1, 20])
def test_reading_a_wish_asks_the_database_as_often_for_one_host_as_for_many(
    rows, sign_in, employee, coordinator, loviisa, django_assert_num_queries
):
    wish = builders.wish(employee, state="open")
    places = [builders.branch(loviisa, f"Sivukirjasto {number}") for number in range(rows)]
    wishes.propose(wish, [builders.proposal(place) for place in places], by=coordinator)
    wish.topics.set([builders.topic(f"Aihe {number}") for number in range(rows)])
    for person, number in ((employee, 5), (coordinator, 6)):
        client = sign_in(person)
        client.get(at("wish", wish.pk))
        with django_assert_num_queries(number):
            client.get(at("wish", wish.pk))


def test_staff_find_sent_wishes_in_the_admin_by_state_region_and_topic(
    sign_in, employee, coordinator, other_coordinator, superuser, loviisa_main
):
    builders.wish(employee, subject="Luonnos")
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    listed, topic = reverse("admin:peerlearning_wish_changelist"), wish.topics.get()
    for query in ({}, {"state__exact": "proposed"}, {"topics__id__exact": topic.pk}, {"q": "omatoimi"}):
        page = sign_in(coordinator).get(listed, query).content.decode()
        assert wish.subject in page and "Luonnos" not in page
    assert wish.subject not in sign_in(coordinator).get(listed, {"state__exact": "open"}).content.decode()
    assert wish.subject not in sign_in(other_coordinator).get(listed).content.decode()
    change = reverse("admin:peerlearning_wish_change", args=[wish.pk])
    page = sign_in(coordinator).get(change).content.decode()
    assert "Loviisan pääkirjasto" in page and at("wish", wish.pk) in page
    assert sign_in(superuser).get(change).status_code == 200


# What the database promises


@pytest.mark.parametrize(
    "change",
    [
        {"latest": date(2020, 1, 1)},
        {"earliest": None},
        {"in_finnish": False},
        {"sent_at": None},
        {"state": "closed"},
        {"ended_at": timezone.now()},
    ],
)
def test_the_database_refuses_an_unsound_wish(change, employee):
    wish = builders.wish(employee, state="open")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(**change)


def test_the_database_refuses_a_visit_of_an_open_wish_and_an_unsound_proposal(employee, coordinator, loviisa_main):
    wish = builders.wish(employee, loviisa_main, state="proposed", by=coordinator)
    proposal = wish.proposals.get()
    visit = actions.begin(traveller=employee, by=employee)
    for rows, change in (
        (Wish.objects.filter(pk=wish.pk), {"visit": visit}),
        (Proposal.objects.all(), {"ends_at": proposal.starts_at}),
        (Proposal.objects.all(), {"state": "taken"}),
        (Proposal.objects.all(), {"answered_at": timezone.now()}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


# Personal data


def test_own_data_has_the_wishes_and_what_was_proposed(employee, coordinator, host, loviisa_main):
    wish = builders.wish(employee, state="open")
    wishes.propose(wish, [builders.proposal(loviisa_main, contact_email=host.email)], by=coordinator)
    mine = privacy.export_for(employee)["wishes"]["written"][0]
    assert (mine["subject"], mine["more"], mine["languages"]) == (wish.subject, wish.more, ["fi"])
    assert mine["proposals"][0]["to"] == "Loviisan pääkirjasto"
    assert privacy.export_for(coordinator)["wishes"]["proposed"][0]["to"] == "Loviisan pääkirjasto"
    assert privacy.export_for(host)["wishes"]["proposed_as_host"][0]["to"] == "Loviisan pääkirjasto"


def test_erasing_withdraws_the_open_wishes_and_empties_all(employee, coordinator, host, loviisa, loviisa_main):
    loviisa.director = None
    loviisa.save()
    wish = builders.wish(employee, state="open")
    wish = wishes.propose(wish, [builders.proposal(loviisa_main, contact_email=host.email)], by=coordinator)
    taken = builders.wish(employee, loviisa_main, state="taken", by=coordinator)
    privacy.erase(host)
    proposal = wish.proposals.get()
    assert (proposal.contact_name, proposal.contact_email, proposal.why) == ("", "", "")
    privacy.erase(employee)
    for one in (wish, taken):
        one.refresh_from_db()
        assert {getattr(one, name) for name in Wish.TEXTS} == {""}
    assert (wish.state, taken.state) == (State.WITHDRAWN, State.TAKEN)


def test_two_years_after_the_texts_of_what_came_to_nothing_go(employee, coordinator, loviisa_main, now):
    closed = builders.wish(employee, loviisa_main, state="closed", by=coordinator)
    taken = builders.wish(employee, loviisa_main, state="taken", by=coordinator)
    still_open = builders.wish(employee, state="open")
    assert wish_privacy.blank_old(now + timedelta(days=729)) == 0
    late = now + timedelta(days=731)
    assert privacy.keep_retention(late)["wishes"] == 1
    assert privacy.keep_retention(late)["wishes"] == 0
    closed.refresh_from_db()
    assert {getattr(closed, name) for name in Wish.TEXTS} == {""}
    assert set(closed.proposals.values_list("why", "contact_name", "answer")) == {("", "", "")}
    for one in (taken, still_open):
        one.refresh_from_db()
        assert one.subject and one.goal
