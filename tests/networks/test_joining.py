"""Joining and leaving a network, and what its leader does about it."""

import re
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from ake_portal import agenda, privacy
from networks import actions, workflow
from networks.models import Leader, Membership
from notifications.models import Mail
from tests import builders


@pytest.fixture
def leader(uusimaa, loviisa):
    """Leads SEVERI, works in Loviisa and reads Swedish."""
    return builders.person("leda@loviisa.example", "Lotta", "Ledare", library=loviisa, language="sv")


@pytest.fixture
def severi(uusimaa, leader):
    return builders.network(uusimaa, leaders=[leader], teams_link="https://teams.example/severi")


def state_of(network, person):
    found = Membership.objects.filter(network=network, person=person).first()
    return found.state if found else ""


def mails(name):
    return list(Mail.objects.filter(template=f"networks/{name}").order_by("pk"))


def test_somebody_asks_with_a_message_and_a_leader_lets_in(sign_in, severi, employee, leader):
    client = sign_in(employee)
    page = client.get(severi.get_absolute_url()).text
    assert reverse("networks:join", args=[severi.pk]) in page
    assert "teams.example" not in page
    answer = client.post(reverse("networks:join", args=[severi.pk]), {"message": "Vedän lukutuntia."}, follow=True)
    assert "Saat viestin, kun vetäjä on vastannut." in answer.text
    (asked,) = mails("asked")
    assert (asked.person, asked.language) == (leader, "sv")
    assert "Vedän lukutuntia." in asked.text
    assert f"/sv/networks/{severi.pk}/desk/" in asked.text
    assert any("SEVERI" in task.text for task in agenda.waiting_for(leader))

    desk = sign_in(leader)
    page = desk.get(f"/sv/networks/{severi.pk}/desk/").text
    assert "Vedän lukutuntia." in page and "Aino Esimerkki" in page
    desk.post(reverse("networks:decide", args=[severi.pk, employee.pk, "accept"]))
    membership = Membership.objects.get(network=severi, person=employee)
    assert (membership.state, membership.joined_on, membership.decided_by) == ("member", timezone.localdate(), leader)
    (accepted,) = mails("accepted")
    assert (accepted.person, accepted.language) == (employee, "fi")
    client = sign_in(employee)
    assert "teams.example" in client.get(severi.get_absolute_url()).text
    assert not any("SEVERI" in task.text for task in agenda.waiting_for(leader))


def test_a_leader_refuses_with_a_reason_or_without_and_one_can_ask_again(sign_in, severi, employee, leader):
    actions.ask(severi, person=employee)
    sign_in(leader).post(
        reverse("networks:decide", args=[severi.pk, employee.pk, "refuse"]), {"reason": "Ryhmä on täysi."}
    )
    assert state_of(severi, employee) == "refused"
    (refused,) = mails("refused")
    assert "Ryhmä on täysi." in refused.text
    page = sign_in(employee).get(severi.get_absolute_url()).text
    assert "Ryhmä on täysi." in page and reverse("networks:join", args=[severi.pk]) in page
    actions.ask(severi, person=employee)
    actions.refuse(severi, person=employee, by=leader)
    assert "Vetäjä kirjoittaa" not in mails("refused")[1].text
    assert Membership.objects.count() == 1


def test_an_open_network_takes_its_regions_people_at_once(sign_in, uusimaa, employee, stranger, leader):
    open_to_all = builders.network(uusimaa, leaders=[leader], joining="open")
    sign_in(employee).post(reverse("networks:join", args=[open_to_all.pk]))
    assert state_of(open_to_all, employee) == "member"
    answer = sign_in(stranger).post(reverse("networks:join", args=[open_to_all.pk]), follow=True)
    assert "omien toimialueiden kirjastoille" in answer.text
    assert state_of(open_to_all, stranger) == ""
    assert mails("asked") == []


def test_a_network_of_two_regions_takes_people_of_both(uusimaa, lapland, stranger, employee, leader):
    managers = builders.network(uusimaa, leaders=[leader], co_regions=[lapland])
    for person in (stranger, employee):
        actions.ask(managers, person=person)
    assert Membership.objects.filter(state="applied").count() == 2


def test_whose_workplace_nobody_has_confirmed_waits(sign_in, severi, askola):
    newcomer = builders.person("uusi@askola.example", library=askola, confirmed=False)
    page = sign_in(newcomer).get(severi.get_absolute_url()).text
    assert "vahvistaa ensin työpaikkasi" in page
    sign_in(newcomer).post(reverse("networks:join", args=[severi.pk]))
    assert not Membership.objects.exists()


def test_a_working_group_is_appointed_by_the_ake(sign_in, uusimaa, employee, coordinator, leader):
    group = builders.network(uusimaa, leaders=[leader], joining="appointed")
    assert "AKE nimeää sen jäsenet" in sign_in(employee).get(group.get_absolute_url()).text
    sign_in(employee).post(reverse("networks:join", args=[group.pk]))
    assert state_of(group, employee) == ""
    sign_in(coordinator).post(reverse("networks:invite", args=[group.pk]), {"email": employee.email})
    assert state_of(group, employee) == "member"
    assert [mail.person for mail in mails("accepted")] == [employee]


def test_a_leader_invites_by_mail_and_the_person_joins_or_declines(sign_in, severi, employee, colleague, leader):
    desk = sign_in(leader)
    for person in (employee, colleague):
        desk.post(reverse("networks:invite", args=[severi.pk]), {"email": person.email.upper()})
    assert [(mail.person, mail.language) for mail in mails("invited")] == [(employee, "fi"), (colleague, "sv")]
    assert any("kutsuttu verkostoon" in task.text for task in agenda.waiting_for(employee))
    sign_in(employee).post(reverse("networks:answer", args=[severi.pk, "agree"]))
    sign_in(colleague).post(reverse("networks:answer", args=[severi.pk, "decline"]))
    assert (state_of(severi, employee), state_of(severi, colleague)) == ("member", "left")


@pytest.mark.parametrize(
    ("email", "text"),
    [
        ("tuntematon@askola.example", "Tällä osoitteella kukaan ei ole kertonut työpaikkaansa"),
        ("vieras@inari.example", "toisella toimialueella"),
        ("jasen@askola.example", "kuuluu jo verkostoon"),
        ("uusi@askola.example", "ei ole vielä vahvistettu"),
        ("ei osoite", "sähköposti"),
    ],
)
def test_an_invitation_that_cannot_be_sent_says_why_at_the_field(
    sign_in, severi, coordinator, stranger, askola, email, text
):
    member = builders.person("jasen@askola.example", library=askola)
    builders.person("uusi@askola.example", library=askola, confirmed=False)
    actions.ask(severi, person=member)
    actions.accept(severi, person=member, by=coordinator)
    answer = sign_in(coordinator).post(reverse("networks:invite", args=[severi.pk]), {"email": email})
    assert answer.status_code == 422
    assert text in answer.text and email in answer.text
    assert mails("invited") == []


def test_who_has_asked_already_is_let_in_when_invited(severi, employee, leader):
    actions.ask(severi, person=employee)
    actions.invite(severi, email=employee.email, by=leader)
    assert state_of(severi, employee) == "member"


def test_teams_is_opened_by_hand_and_ticked_off(sign_in, severi, employee, colleague, leader):
    for person in (employee, colleague):
        actions.ask(severi, person=person)
        actions.accept(severi, person=person, by=leader)
    desk, address = sign_in(leader), reverse("networks:desk", args=[severi.pk])
    page = desk.get(address).text
    copied = re.search(r'id="addresses-add"[^>]*>([^<]*)<', page)[1]
    assert copied == f"{employee.email}; {colleague.email}"
    desk.post(reverse("networks:teams", args=[severi.pk]), {"person": [employee.pk]})
    assert re.search(r'id="addresses-add"[^>]*>([^<]*)<', desk.get(address).text)[1] == colleague.email
    # who leaves before being added needs nothing; who is in is to be taken out
    actions.leave(severi, person=colleague)
    actions.leave(severi, person=employee)
    page = desk.get(address).text
    assert "addresses-add" not in page
    assert re.search(r'id="addresses-remove"[^>]*>([^<]*)<', page)[1] == employee.email
    # back before anybody got to it: still in Teams
    actions.ask(severi, person=employee)
    actions.accept(severi, person=employee, by=leader)
    assert Membership.objects.get(person=employee).teams == "in"


def test_one_leaves_at_any_time_and_a_leader_takes_out_with_a_mail(sign_in, severi, employee, colleague, leader):
    for person in (employee, colleague):
        actions.ask(severi, person=person)
        actions.accept(severi, person=person, by=leader)
    sign_in(employee).post(reverse("networks:answer", args=[severi.pk, "leave"]))
    sign_in(leader).post(reverse("networks:decide", args=[severi.pk, colleague.pk, "remove"]))
    assert (state_of(severi, employee), state_of(severi, colleague)) == ("left", "left")
    assert [mail.person for mail in mails("removed")] == [colleague]


def test_news_are_switched_off_and_the_membership_stays(sign_in, severi, employee, leader):
    actions.ask(severi, person=employee)
    actions.accept(severi, person=employee, by=leader)
    client = sign_in(employee)
    client.post(reverse("networks:news", args=[severi.pk, "off"]))
    membership = Membership.objects.get(person=employee)
    assert (membership.state, membership.gets_news) == ("member", False)
    client.post(reverse("networks:news", args=[severi.pk, "on"]))
    assert list(severi.memberships.reading_news()) == [membership]


@pytest.mark.parametrize(("state", "move"), list(product(["", *Membership.State.values], workflow.MEMBERSHIP)))
def test_every_move_from_every_state_follows_the_table(severi, employee, coordinator, state, move):
    if state:
        joined = timezone.localdate() if state == "member" else None
        Membership.objects.create(network=severi, person=employee, state=state, joined_on=joined)
    rule = workflow.MEMBERSHIP[move]
    severi.joining = {"join": "open", "appoint": "appointed"}.get(move, "ask")
    severi.save()
    calls = {
        "ask": lambda: actions.ask(severi, person=employee),
        "join": lambda: actions.ask(severi, person=employee),
        "accept": lambda: actions.accept(severi, person=employee, by=coordinator),
        "refuse": lambda: actions.refuse(severi, person=employee, by=coordinator),
        "agree": lambda: actions.agree(severi, person=employee),
        "decline": lambda: actions.decline(severi, person=employee),
        "leave": lambda: actions.leave(severi, person=employee),
        "remove": lambda: actions.remove(severi, person=employee, by=coordinator),
        "invite": lambda: actions.invite(severi, email=employee.email, by=coordinator),
        "appoint": lambda: actions.invite(severi, email=employee.email, by=coordinator),
    }
    if state in rule.sources:
        calls[move]()
        wanted = "member" if (move, state) == ("invite", "applied") else rule.target
        assert state_of(severi, employee) == wanted
    else:
        with pytest.raises(actions.Refused):
            calls[move]()
        assert state_of(severi, employee) == state


def test_the_database_keeps_one_membership_a_person_and_a_day_of_joining(severi, employee):
    Membership.objects.create(network=severi, person=employee, state="left")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(network=severi, person=employee, state="applied")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(person=employee).update(state="member")


# Pages


def test_the_directory_shows_members_only_what_each_has_chosen(sign_in, severi, employee, colleague, leader, stranger):
    for person in (employee, colleague):
        actions.ask(severi, person=person)
        actions.accept(severi, person=person, by=leader)
    topic = builders.topic()
    colleague.phone, colleague.shows_phone, colleague.shows_topics = "040 123", True, True
    colleague.save()
    for person in (employee, colleague):
        person.topics.add(topic)
    address = reverse("networks:members", args=[severi.pk])
    page = sign_in(employee).get(address).text
    assert "Linnea Exempel" in page and "040 123" in page and colleague.email not in page
    assert page.count(f">{topic}</span>") == 1  # Aino has not shown hers
    assert "Aino Esimerkki" not in sign_in(employee).get(address, {"topic": topic.pk}).text.split("<main")[1]
    only = sign_in(employee).get(address, {"library": colleague.library_id}).text.split("<main")[1]
    assert "Linnea Exempel" in only and "Aino Esimerkki" not in only
    for outsider in (stranger, builders.person("muu@askola.example", library=employee.library)):
        assert sign_in(outsider).get(address).status_code == 404
    actions.leave(severi, person=colleague)
    assert sign_in(colleague).get(address).status_code == 404


def test_the_leader_sees_libraries_without_a_member_and_the_director_who_belongs(
    sign_in, severi, employee, leader, director, loviisa
):
    builders.library(severi.region, "Sipoon kirjasto")
    actions.ask(severi, person=employee)
    actions.accept(severi, person=employee, by=leader)
    desk = sign_in(leader).get(f"/fi/networks/{severi.pk}/desk/").text.split('id="belong"')[1]
    assert "2 kirjastoa ilman jäsentä" in desk
    assert "Sipoon kirjasto" in desk and "Loviisan kirjasto" in desk and "Askolan kirjasto" not in desk
    page = sign_in(director).get("/fi/director/").text
    assert "SEVERI" in page and "Aino Esimerkki" in page.split("SEVERI")[1]


def test_the_directory_follows_who_moves_to_another_library(sign_in, severi, employee, leader, loviisa):
    actions.ask(severi, person=employee)
    actions.accept(severi, person=employee, by=leader)
    employee.library = loviisa
    employee.save()
    page = sign_in(leader).get(f"/fi/networks/{severi.pk}/members/").text
    assert "Loviisan kirjasto" in page


def test_everybody_reads_what_a_network_is_for_and_who_leads_it(client, severi, lapland, leader):
    builders.network(lapland, name_fi="Lapin johtajat", name_sv="Lapplands chefer")
    page = client.get(severi.get_absolute_url()).text
    assert "Seniorityötä tekevien verkosto." in page and "Lotta Ledare" in page and leader.email in page
    assert "teams.example" not in page
    both = client.get("/fi/networks/").text
    assert "SEVERI" in both and "Lapin johtajat" in both
    assert "SEVERI" not in client.get("/fi/networks/", {"region": "rovaniemi"}).text
    assert client.get(reverse("networks:network", args=[severi.pk, "wrong"])).status_code == 302
    severi.closed_on = timezone.localdate()
    severi.save()
    assert "SEVERI" not in client.get("/fi/networks/").text
    assert "ei enää kokoonnu" in client.get(severi.get_absolute_url()).text


def test_own_regions_networks_stand_first(sign_in, severi, lapland, stranger):
    builders.network(lapland, name_fi="Ämpäri", name_sv="Ämbar")
    page = sign_in(stranger).get("/fi/networks/").text
    assert page.index("Ämpäri") < page.index("SEVERI")


def test_a_leaders_picture_is_judged_by_what_is_in_it_and_served_small(
    sign_in, client, severi, coordinator, leader, django_capture_on_commit_callbacks
):
    address = reverse("admin:networks_network_change", args=[severi.pk])
    form = sign_in(coordinator).get(address).context
    sent = {
        **{name: value for name, value in form["adminform"].form.initial.items() if value not in (None, [])},
        "topics": [],
        "co_regions": [],
        "leaders-TOTAL_FORMS": 1,
        "leaders-INITIAL_FORMS": 1,
        "leaders-0-id": Leader.objects.get().pk,
        "leaders-0-network": severi.pk,
        "leaders-0-person": leader.pk,
        "leaders-0-position": 0,
        "leaders-0-new_picture": builders.photo(),
    }
    for language in ("fi", "sv"):
        sent |= {
            f"{name}_{language}": getattr(severi, f"{name}_{language}") or ""
            for name in ("name", "purpose", "description")
        }
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(coordinator).post(address, sent)
    assert answer.status_code == 302, answer.context["errors"]
    picture = Leader.objects.get().picture
    assert picture.name.startswith("leaders/")
    page = client.get(severi.get_absolute_url()).text
    url = re.search(r'src="(/fi/networks/pictures/[^"]+)"', page)[1]
    assert client.get(url).headers["Content-Type"].startswith("image/")
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(leader)
    assert not picture.storage.exists(picture.name)
    assert not Leader.objects.exists()


def test_export_and_erasing_know_the_networks(severi, employee, leader):
    actions.ask(severi, person=employee, message="Hei")
    told = privacy.export_for(employee)["networks"]
    assert told["memberships"][0]["network"] == "SEVERI" and told["memberships"][0]["message"] == "Hei"
    assert privacy.export_for(leader)["networks"]["leads"] == ["SEVERI"]
    privacy.erase(employee)
    assert not Membership.objects.exists()


@pytest.mark.parametrize("number", [1, 30])
def test_pages_take_the_same_queries_whatever_there_is(
    sign_in, severi, uusimaa, askola, leader, coordinator, number, django_assert_num_queries
):
    topic = builders.topic()
    for n in range(number):
        builders.network(uusimaa, name_fi=f"Verkosto {n}", leaders=[coordinator])
        person = builders.person(library=askola, shows_topics=True)
        person.topics.add(topic)
        actions.ask(severi, person=person)
        if n % 2 == 0:
            actions.accept(severi, person=person, by=leader)
    client = sign_in(leader)
    for name, address in {
        "list": "/fi/networks/",
        "network": severi.get_absolute_url(),
        "members": f"/fi/networks/{severi.pk}/members/",
        "desk": f"/fi/networks/{severi.pk}/desk/",
    }.items():
        client.get(address)
        with django_assert_num_queries(QUERIES[name]):
            client.get(address)


QUERIES = {"list": 6, "network": 9, "members": 9, "desk": 9}
