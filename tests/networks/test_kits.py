"""Kits on loan: the round from library to library, what is refused and why, mails and reminders, who sees what."""

import re
from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from ake_portal import privacy
from ake_portal.lib import days
from networks import loan_reminders, loans
from networks.models import Leader, Loan, MissingPart
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders

TODAY = date(2026, 10, 6)  # as the cast's clock says
PARTS = [("Lukko", "Lås", 4), ("UV-lamppu", "UV-lampa", 1)]


@pytest.fixture
def leader(uusimaa):
    return builders.person("vetaja@porvoo.example", "Veera", "Vetäjä", title="informaatikko")


@pytest.fixture
def kit(uusimaa, coordinator, leader):
    network = builders.network(uusimaa)
    Leader.objects.create(network=network, person=leader)
    return builders.kit(network, parts=PARTS)


@pytest.fixture
def third(uusimaa):
    return builders.person("siru@sipoo.example", "Siru", library=builders.library(uusimaa, "Sipoon kirjasto"))


def mails(name):
    """(to whom, subject) of the mails of a kind, in order."""
    found = Mail.objects.filter(template=f"networks/{name}").order_by("pk")
    return [(mail.person, mail.subject) for mail in found]


def run(day, clock=time(9)):
    runner.run(loan_reminders.RULES, days.at(day, clock))


def go_to(time_machine, offset):
    """Nine o'clock, `offset` days from the cast's today."""
    time_machine.move_to(days.at(TODAY + timedelta(days=offset), time(9)))


def on(offset):
    return TODAY + timedelta(days=offset)


# The round


def test_a_kit_goes_round_three_libraries_and_comes_home(kit, employee, colleague, third, leader, time_machine):
    first = builders.loan(kit, employee, 4, 10)
    second = builders.loan(kit, colleague, 12, 18, comes_from="library")
    last = builders.loan(kit, third, 20, 26, comes_from="library")
    lock, lamp = kit.parts.all()
    go_to(time_machine, 4)
    loans.receive(first, by=employee)
    go_to(time_machine, 11)
    loans.receive(second, by=colleague, missing={lamp.pk: 1}, condition="Lamppu puuttuu.")
    go_to(time_machine, 19)
    loans.receive(last, by=third)
    go_to(time_machine, 26)
    loans.take_back(last, by=leader, missing={})
    assert [(loan.state, loan.picked_up_on, loan.returned_on, loan.tied_until) for loan in Loan.objects.by_day()] == [
        ("returned", on(4), on(11), on(11)),
        ("returned", on(11), on(19), on(19)),
        ("returned", on(19), on(26), on(27)),
    ]
    assert Loan.objects.get(pk=first.pk).condition == "Lamppu puuttuu."
    assert [(lack.loan, lack.number, lack.settled_on) for lack in MissingPart.objects.all()] == [(first, 1, on(19))]
    # the leader hears of what is missing, and so does the next library after the one that counted
    assert [person for person, _subject in mails("loan_missing")] == [leader, third]


def test_where_it_is_now_and_from_when_it_is_free_stands_on_the_public_list(kit, employee, client):
    page = client.get(reverse("kits:list")).content.decode()
    assert "nyt AKEssa: Porvoo" in page and "vapaana nyt" in page
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    page = client.get(reverse("kits:list")).content.decode()
    assert f"nyt: {employee.library}" in page and "vapaa ma 11.10." not in page and "vapaana su 11.10. alkaen" in page


def test_the_list_is_narrowed_by_region_and_kind(kit, lapland, client):
    box = builders.kit(builders.network(lapland, "Lapin verkosto"), "Kamerat", "Kameror", kind="media_box")

    def found(query):
        return [one.pk for one in client.get(reverse("kits:list") + query).context["kits"]]

    assert found("") == [kit.pk, box.pk]
    assert found("?region=rovaniemi") == found("?kind=media_box") == [box.pk]
    assert found("?region=rovaniemi&kind=escape_game") == []
    assert found("?region=nowhere&kind=x") == [kit.pk, box.pk]


def test_in_public_only_libraries_are_named(kit, employee, client):
    builders.loan(kit, employee, 0, 3)
    page = client.get(kit.get_absolute_url()).content.decode()
    assert str(employee.library) in page and employee.last_name not in page and employee.email not in page


def test_the_calendar_shows_free_taken_and_service_days(kit, employee, client):
    builders.loan(kit, employee, 4, 6)
    weeks = client.get(kit.get_absolute_url()).context["weeks"]
    states = {one.day.day: one.state for week in weeks for one in week if one}
    assert [states[day] for day in (5, 6, 9, 10, 12, 13, 14)] == [
        *("past", "free", "free", "taken", "taken", "service", "free")
    ]


# What is refused


def booked(client, kit, first, last, **data):
    values = {"first_day": str(on(first)), "last_day": str(on(last)), "comes_from": "ake", **data}
    return client.post(reverse("kits:book", args=[kit.pk]), values)


@pytest.mark.parametrize(
    ("first", "last", "field", "says"),
    [
        (-1, 3, "first_day", "on jo mennyt"),
        (4, 3, "last_day", "Viimeinen päivä on ennen ensimmäistä"),
        (3, 31, "last_day", "enintään 28 päiväksi"),
        (360, 370, "last_day", "Enintään vuoden päähän"),
        (8, 12, "first_day", "on silloin varannut paketin"),
        (17, 18, "first_day", "on silloin varannut paketin"),
        (8, 9, "first_day", "on silloin varannut paketin"),
    ],
)
def test_what_is_wrong_with_the_days_is_said_at_its_field(first, last, field, says, kit, employee, colleague, sign_in):
    builders.loan(kit, colleague, 10, 16)
    response = booked(sign_in(employee), kit, first, last)
    assert response.status_code == 422 and Loan.objects.count() == 1
    assert list(response.context["form"].errors) == [field]
    assert says in response.content.decode()
    assert response.context["form"]["first_day"].value() == str(on(first))


def test_what_is_no_day_is_said_at_its_field(kit, employee, sign_in):
    response = booked(sign_in(employee), kit, 3, 4, first_day="huomenna", comes_from="")
    assert response.status_code == 422 and set(response.context["form"].errors) == {"first_day", "comes_from"}


def test_the_days_around_a_loan_are_free_but_for_the_service_day(kit, employee, colleague, sign_in):
    builders.loan(kit, colleague, 10, 16)
    client = sign_in(employee)
    assert booked(client, kit, 7, 8).status_code == booked(client, kit, 18, 19).status_code == 302
    assert Loan.objects.count() == 3


def test_only_confirmed_people_of_the_regions_borrow(kit, stranger, askola):
    newcomer = builders.person(library=askola, confirmed=False)
    for person, code in ((newcomer, "unconfirmed"), (stranger, "elsewhere")):
        with pytest.raises(loans.Refused) as refused:
            builders.loan(kit, person)
        assert refused.value.code == code


def test_a_network_of_two_regions_lends_to_both(kit, lapland, stranger):
    kit.network.co_regions.add(lapland)
    assert builders.loan(kit, stranger).library == stranger.library


def test_a_kit_that_is_put_aside_is_not_lent_and_seen_by_those_who_run_it(kit, employee, coordinator, sign_in):
    kit.is_active = False
    kit.save()
    with pytest.raises(loans.Refused):
        builders.loan(kit, employee)
    assert sign_in(employee).get(kit.get_absolute_url()).status_code == 404
    assert sign_in(coordinator).get(kit.get_absolute_url()).status_code == 200


def test_a_kit_is_handed_over_when_it_is_there_and_in_time(kit, employee, colleague, time_machine):
    first, second = builders.loan(kit, employee, 0, 3), builders.loan(kit, colleague, 5, 8)
    with pytest.raises(loans.Refused, match="early"):
        loans.hand_over(second)
    loans.hand_over(first)
    go_to(time_machine, 5)
    with pytest.raises(loans.Refused, match="out"):
        loans.hand_over(second)
    loans.take_back(first, by=employee)
    second.refresh_from_db()
    assert (second.first_day, second.last_day) == (on(7), on(8))
    with pytest.raises(loans.Refused, match="state"):
        loans.take_back(first, by=employee)
    go_to(time_machine, 9)
    with pytest.raises(loans.Refused, match="over"):
        loans.hand_over(second)


# Late


def test_a_late_return_moves_the_beginning_of_the_next(kit, employee, colleague, leader, time_machine):
    first, second = builders.loan(kit, employee, 0, 3), builders.loan(kit, colleague, 5, 12)
    loans.hand_over(first)
    go_to(time_machine, 6)
    loans.take_back(first, by=leader)
    second.refresh_from_db()
    assert (second.first_day, second.last_day) == (on(8), on(12))
    assert mails("loan_moved") == [(colleague, "Nya dagar: Det försvunna lånekortet, ons 14.10.–sön 18.10.")]


def test_a_loan_that_has_no_day_left_moves_to_the_next_free_days(kit, employee, colleague, third, time_machine):
    first = builders.loan(kit, employee, 0, 3)
    second, other = builders.loan(kit, colleague, 5, 7), builders.loan(kit, third, 12, 13)
    loans.hand_over(first)
    go_to(time_machine, 9)
    loans.take_back(first, by=employee)
    second.refresh_from_db()
    other.refresh_from_db()
    assert (second.first_day, second.last_day) == (on(15), on(17))
    assert (other.first_day, other.last_day) == (on(12), on(13))


def test_an_early_return_gives_the_days_left_to_others(kit, employee, colleague, time_machine):
    first = loans.hand_over(builders.loan(kit, employee, 0, 10))
    go_to(time_machine, 4)
    loans.take_back(first, by=employee)
    assert builders.loan(kit, colleague, 2, 5).state == "booked"


def test_what_is_late_is_not_promised_to_anybody(kit, employee, colleague, time_machine):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    go_to(time_machine, 8)
    with pytest.raises(loans.Refused, match="taken"):
        builders.loan(kit, colleague, 1, 3)
    assert builders.loan(kit, colleague, 2, 3).first_day == on(10)


# Mails and reminders


def test_whoever_books_gets_one_mail_in_their_language(kit, employee, colleague, sign_in):
    booked(sign_in(colleague), kit, 4, 6)
    booked(sign_in(employee), kit, 8, 9)
    assert mails("loan_booked") == [
        (colleague, "Bokat: Det försvunna lånekortet, lör 10.10.–mån 12.10."),
        (employee, "Varattu: Kadonnut kirjastokortti, ke 14.10.–to 15.10."),
    ]
    text = Mail.objects.get(person=colleague).text
    assert "4 × Lås" in text and "AKE i Borgå" in text


def test_whoever_lends_hears_who_has_booked_when_and_how_the_kit_goes_there(kit, employee, colleague, leader, sign_in):
    booked(sign_in(employee), kit, 2, 4)
    booked(sign_in(colleague), kit, 6, 8, comes_from="library")
    assert mails("loan_new") == [
        (leader, "Uusi laina: Kadonnut kirjastokortti, to 8.10.–la 10.10."),
        (leader, "Uusi laina: Kadonnut kirjastokortti, ma 12.10.–ke 14.10."),
    ]
    first, second = (mail.text for mail in Mail.objects.filter(template="networks/loan_new").order_by("pk"))
    assert "Aino Esimerkki (Askolan kirjasto)" in first and employee.email in first
    assert "Paketti tulee AKEsta (Porvoo)." in first
    assert "edelliseltä lainaajalta, jonka laina päättyy la 10.10.: Askolan kirjasto." in second
    assert f"/fi/kits/{kit.pk}/desk/" in second


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_sentence_ends_with_two_full_stops_after_a_day(
    language, kit, employee, colleague, third, leader, coordinator, time_machine
):
    for person in (employee, colleague, third, leader):
        person.language = language
        person.save()
    first, second = loans.hand_over(builders.loan(kit, employee, 0, 8)), builders.loan(kit, colleague, 12, 15)
    loans.cancel(builders.loan(kit, third, 20, 24, comes_from="library"), by=third)
    loans.cancel(builders.loan(kit, third, 20, 24, comes_from="library"), by=coordinator)
    loans.move(second, first_day=on(10), last_day=on(12), comes_from="library")
    for day in range(6, 15):
        go_to(time_machine, day)
        run(on(day))
    loans.take_back(first, by=coordinator, missing={kit.parts.first().pk: 1})
    go_to(time_machine, 17)
    run(on(17))
    texts = {mail.template: mail.text for mail in Mail.objects.order_by("pk")}
    assert len(texts) == 10
    assert not [name for name, text in texts.items() if re.search(r"\d\.\.", text)]


def test_whoever_books_a_kit_that_they_lend_is_told_once_and_the_other_leaders_too(kit, employee, leader):
    Leader.objects.create(network=kit.network, person=employee)
    loan = builders.loan(kit, employee)
    assert [person for person, _subject in mails("loan_booked")] == [employee]
    assert [person for person, _subject in mails("loan_new")] == [leader]
    loans.cancel(loan, by=employee)
    assert [person for person, _subject in mails("loan_cancelled")] == [leader]


def test_each_side_hears_when_the_other_cancels(kit, employee, colleague, leader, coordinator, sign_in):
    mine, theirs = builders.loan(kit, employee, 2, 4), builders.loan(kit, colleague, 6, 8)
    sign_in(employee).post(reverse("kits:cancel", args=[mine.pk]))
    sign_in(coordinator).post(reverse("kits:call_off", args=[theirs.pk]), {"reason": "Lukko on rikki."})
    assert [person for person, _subject in mails("loan_cancelled")] == [leader, colleague, leader]
    assert "Lukko on rikki." in Mail.objects.get(template="networks/loan_cancelled", person=colleague).text
    by_library, by_ake = Mail.objects.filter(template="networks/loan_cancelled", person=leader).order_by("pk")
    assert "Askolan kirjasto on perunut lainansa" in by_library.text
    assert "Petra Kehittäjä on perunut lainan" in by_ake.text and "Lovisa" not in by_ake.text
    assert set(Loan.objects.values_list("state", flat=True)) == {"cancelled"}
    assert builders.loan(kit, colleague, 2, 4)


def test_whoever_lends_says_why_a_loan_is_cancelled(kit, employee, leader, sign_in):
    loan = builders.loan(kit, employee)
    response = sign_in(leader).post(reverse("kits:call_off", args=[loan.pk]), {"reason": " "})
    assert response.status_code == 422 and "reason" in response.context["call_off_form"].errors


def test_moving_tells_the_borrower_once(kit, employee, leader, sign_in):
    loan = builders.loan(kit, employee, 2, 4)
    address, client = reverse("kits:move", args=[loan.pk]), sign_in(leader)
    values = {"first_day": str(on(5)), "last_day": str(on(6)), "comes_from": "ake"}
    client.post(address, values)
    client.post(address, values)
    assert mails("loan_moved") == [(employee, "Uudet päivät: Kadonnut kirjastokortti, su 11.10.–ma 12.10.")]


def test_the_borrower_is_reminded_three_days_before_it_comes(kit, employee, colleague):
    builders.loan(kit, employee, 5, 9)
    builders.loan(kit, colleague, 2, 3)  # booked inside the three days
    run(on(1))
    assert mails("loan_pickup") == []
    for _again in range(2):
        run(on(2))
    assert mails("loan_pickup") == [(employee, "Tulossa: Kadonnut kirjastokortti, su 11.10. alkaen")]
    assert "AKEsta" in Mail.objects.get(template="networks/loan_pickup").text


def test_the_borrower_is_reminded_two_days_before_it_goes_on(kit, employee, colleague, time_machine):
    loans.hand_over(builders.loan(kit, employee, 0, 8))
    builders.loan(kit, colleague, 10, 12, comes_from="library")
    run(on(5))
    assert mails("loan_return") == []
    for _again in range(2):
        run(on(6))
    assert [person for person, _subject in mails("loan_return")] == [employee]
    text = Mail.objects.get(template="networks/loan_return").text
    assert str(colleague.library) in text and "4 × Lukko" in text


def test_what_is_late_is_asked_for_after_one_day_and_seven_and_the_next_is_warned(
    kit, employee, colleague, leader, time_machine
):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    builders.loan(kit, colleague, 6, 9)
    run(on(3), time(23))
    assert mails("loan_overdue") == mails("loan_late") == []
    for day in range(4, 13):
        go_to(time_machine, day)
        run(on(day))
    assert [person for person, _subject in mails("loan_overdue")] == [employee, leader, employee, leader]
    assert mails("loan_late") == [(colleague, "Kan bli försenat: Det försvunna lånekortet")]
    sent = Mail.objects.filter(template="networks/loan_overdue", person=employee).order_by("pk")
    assert [days.local(mail.created_at).date() for mail in sent] == [on(4), on(10)]


def test_what_the_next_library_fetches_is_late_only_after_the_day_on_which_it_fetches_it(
    kit, employee, colleague, leader, time_machine
):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    fetching = builders.loan(kit, colleague, 6, 9, comes_from="library")
    for day in range(3, 7):
        go_to(time_machine, day)
        run(on(day))
    assert mails("loan_overdue") == mails("loan_late") == []
    go_to(time_machine, 7)
    run(on(7))
    assert [person for person, _subject in mails("loan_overdue")] == [employee, leader]
    assert [person for person, _subject in mails("loan_late")] == [colleague]
    loans.receive(fetching, by=colleague)
    assert Loan.objects.get(pk=fetching.pk).first_day == on(6)


def test_what_nobody_fetches_any_more_is_late_at_once(kit, employee, colleague, leader, time_machine):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    fetching = builders.loan(kit, colleague, 12, 15, comes_from="library")
    go_to(time_machine, 5)
    run(on(5))
    assert mails("loan_overdue") == []
    loans.cancel(fetching, by=colleague)
    run(on(5))
    assert [person for person, _subject in mails("loan_overdue")] == [employee, leader]


def test_without_a_leader_the_ake_is_told(kit, employee, coordinator, sign_in):
    kit.network.leaders.all().delete()
    loans.cancel(builders.loan(kit, employee), by=employee)
    assert [person for person, _subject in mails("loan_cancelled")] == [coordinator]


@pytest.mark.parametrize("number", [1, 30])
def test_finding_reminders_takes_the_same_queries_for_many_kits(
    number, kit, employee, colleague, coordinator, time_machine, django_assert_num_queries
):
    for _n in range(number):
        another = builders.kit(kit.network)
        loans.hand_over(builders.loan(another, employee, 0, 3))
        builders.loan(another, colleague, 6, 9, comes_from="library")
        builders.loan(builders.kit(kit.network), colleague, 3, 9)
    go_to(time_machine, 5)
    with django_assert_num_queries(24):
        assert runner.coming(loan_reminders.RULES, days.at(on(4), time(8)), days.at(on(40), time(9)))


# Pages


@pytest.mark.parametrize("number", [1, 30])
def test_lists_take_the_same_queries_however_long(
    number, kit, employee, colleague, leader, time_machine, sign_in, django_assert_num_queries
):
    for n in range(number + 1):
        builders.kit(kit.network, f"Peli {n}")
        builders.loan(kit, employee, 2 + 3 * n, 3 + 3 * n)
    Loan.objects.filter(pk=Loan.objects.latest("pk").pk).update(state="cancelled")
    client = sign_in(employee)
    for queries, address in (
        (5, reverse("kits:list")),
        (8, kit.get_absolute_url()),
        (4, reverse("kits:loans")),
    ):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200
    client = sign_in(leader)
    with django_assert_num_queries(8):
        client.get(reverse("kits:desk", args=[kit.pk]))


def test_parts_are_counted_at_the_desk(kit, employee, colleague, leader, sign_in):
    lock, lamp = kit.parts.all()
    loan = loans.hand_over(builders.loan(kit, employee, 0, 3))
    builders.loan(kit, colleague, 5, 6)
    address, client = reverse("kits:take_back", args=[loan.pk]), sign_in(leader)
    wrong = client.post(address, {f"part_{lock.pk}": "5", f"part_{lamp.pk}": ""})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {f"part_{lock.pk}", f"part_{lamp.pk}"}
    client.post(address, {f"part_{lock.pk}": "3", f"part_{lamp.pk}": "1", "condition": "Laatikon kulma kulunut."})
    loan.refresh_from_db()
    assert (loan.state, loan.condition) == ("returned", "Laatikon kulma kulunut.")
    assert [(lack.part, lack.number) for lack in loan.missing.all()] == [(lock, 1)]
    assert mails("loan_missing") == [(colleague, "Delar saknas: Det försvunna lånekortet")]
    assert "1 × Lukko" in client.get(kit.get_absolute_url()).content.decode()
    client.post(reverse("kits:complete", args=[kit.pk]))
    assert "1 × Lukko" not in client.get(kit.get_absolute_url()).content.decode()


def test_the_desk_takes_a_kit_back_in_the_words_of_lending(kit, employee, leader, sign_in):
    loans.hand_over(builders.loan(kit, employee, 0, 3))
    desk = sign_in(leader).get(reverse("kits:desk", args=[kit.pk])).content.decode()
    assert "Ota vastaan" in desk and "Peru kutsu" not in desk


def test_a_colleague_at_the_library_notes_that_the_kit_has_come(kit, employee, director, sign_in):
    loan = builders.loan(kit, employee, 0, 3)
    assert sign_in(director).post(reverse("kits:receive", args=[loan.pk])).status_code == 302
    loan.refresh_from_db()
    assert (loan.state, loan.picked_up_on) == ("out", TODAY)


def test_the_last_day_of_a_loan_that_is_out_can_be_changed(kit, employee, colleague, leader, sign_in):
    loan = loans.hand_over(builders.loan(kit, employee, 0, 3))
    builders.loan(kit, colleague, 8, 9)
    address, client = reverse("kits:move", args=[loan.pk]), sign_in(leader)
    assert client.post(address, {"last_day": str(on(7))}).context["form"].errors.keys() == {"last_day"}
    assert client.post(address, {"last_day": str(on(6))}).status_code == 302
    loan.refresh_from_db()
    assert (loan.last_day, loan.tied_until) == (on(6), on(7))


# Admin


def admin_form(kit, **changes):
    """What the change page sends."""
    values = {
        "kind": kit.kind,
        "network": kit.network_id,
        "region": kit.region_id,
        "name_fi": kit.name_fi,
        "name_sv": kit.name_sv,
        "description_fi": kit.description_fi,
        "description_sv": kit.description_sv,
        "is_active": "on",
        "service_days": 1,
        "longest_loan": 28,
        "parts-TOTAL_FORMS": 1,
        "parts-INITIAL_FORMS": 0,
        "parts-0-position": 3,
        "parts-0-name_fi": "Kartta",
        "parts-0-name_sv": "Karta",
        "parts-0-number": 2,
    }
    return {**values, **changes}


def test_staff_write_a_kits_parts_and_picture(kit, coordinator, sign_in, client):
    address = reverse("admin:networks_kit_change", args=[kit.pk])
    kit.parts.all().delete()
    sign_in(coordinator)
    wrong = client.post(address, admin_form(kit, picture=SimpleUploadedFile("kuva.jpg", b"<script>")))
    assert "JPEG- tai PNG-kuva" in wrong.content.decode()
    assert client.post(address, admin_form(kit, picture=builders.photo("Minun kuvani.jpg"))).status_code == 302
    kit.refresh_from_db()
    assert [(part.name_sv, part.number) for part in kit.parts.all()] == [("Karta", 2)]
    assert "Minun" not in kit.picture.name
    client.logout()
    assert client.get(kit.picture_url)["Content-Type"] == "image/jpeg"


class Undone(Exception):
    pass


@pytest.mark.parametrize("change", ["replaced", "cleared", "kept", "refused", "undone"])
def test_a_picture_that_a_kit_no_longer_has_goes_from_the_disk_when_that_is_certain(
    change, kit, coordinator, sign_in, django_capture_on_commit_callbacks
):
    kit.picture.save("picture.jpg", builders.photo())
    storage, name = kit.picture.storage, kit.picture.name
    address, client = reverse("admin:networks_kit_change", args=[kit.pk]), sign_in(coordinator)
    values = {
        "replaced": {"picture": builders.photo()},
        "cleared": {"picture-clear": "on"},
        "kept": {},
        "refused": {"picture": SimpleUploadedFile("kuva.jpg", b"<script>")},
        "undone": {"picture": builders.photo()},
    }[change]
    with django_capture_on_commit_callbacks(execute=True):
        if change == "undone":
            with pytest.raises(Undone), transaction.atomic():
                assert client.post(address, admin_form(kit, **values)).status_code == 302
                raise Undone
        else:
            client.post(address, admin_form(kit, **values))
            assert storage.exists(name)
    kit.refresh_from_db()
    assert storage.exists(name) == (change in ("kept", "refused", "undone"))
    assert bool(kit.picture) == (change != "cleared")
    assert (kit.picture.name == name) == (change in ("kept", "refused", "undone"))


def test_staff_choose_among_their_own_networks(kit, lapland, coordinator, sign_in):
    theirs = builders.network(lapland, "Lapin verkosto")
    page = sign_in(coordinator).get(reverse("admin:networks_kit_add")).content.decode()
    assert str(kit.network) in page and str(theirs) not in page


@pytest.mark.parametrize("number", [1, 30])
def test_lists_in_the_admin_take_the_same_queries_however_long(
    number, kit, employee, coordinator, sign_in, django_assert_num_queries
):
    for n in range(number):
        builders.kit(kit.network, f"Peli {n}")
        builders.loan(kit, employee, 2 + 3 * n, 3 + 3 * n)
    client = sign_in(coordinator)
    for name, queries in (("kit", 5), ("loan", 5)):
        with django_assert_num_queries(queries):
            assert client.get(reverse(f"admin:networks_{name}_changelist")).status_code == 200


# Own data


def test_ones_loans_are_in_the_export(kit, employee):
    builders.loan(kit, employee, 2, 4)
    assert [(row["kit"], row["first_day"], row["state"]) for row in privacy.export_for(employee)["loans"]] == [
        ("Kadonnut kirjastokortti", on(2), "booked")
    ]


def test_erasing_gives_up_what_is_booked_and_keeps_what_is_out(kit, employee, leader):
    out, booking = loans.hand_over(builders.loan(kit, employee, 0, 3)), builders.loan(kit, employee, 10, 12)
    privacy.erase(employee)
    assert [loan.state for loan in Loan.objects.order_by("pk")] == ["out", "cancelled"]
    assert [person for person, _subject in mails("loan_cancelled")] == [leader]
    assert out.person_id == booking.person_id and "Aino" not in str(Loan.objects.get(pk=out.pk).person)


def test_who_borrowed_is_forgotten_two_years_after_and_the_library_stays(
    kit, employee, colleague, leader, superuser, sign_in, time_machine, now
):
    returned = loans.hand_over(builders.loan(kit, employee, 0, 3))
    go_to(time_machine, 3)
    loans.take_back(returned, by=leader)
    cancelled = loans.cancel(builders.loan(kit, employee, 5, 6), by=employee)
    booking = builders.loan(kit, colleague, 10, 12)
    back = days.at(on(3), time(9))
    assert privacy.keep_retention(back + timedelta(days=2 * 365))["borrowers"] == 0
    assert privacy.keep_retention(back + timedelta(days=2 * 365 + 1))["borrowers"] == 1
    assert privacy.keep_retention(back + timedelta(days=3 * 365))["borrowers"] == 1
    assert [(loan.person, loan.library) for loan in Loan.objects.order_by("pk")] == [
        (None, employee.library),
        (None, employee.library),
        (colleague, colleague.library),
    ]
    desk = sign_in(leader).get(reverse("kits:desk", args=[kit.pk])).text
    assert "Askolan kirjasto" in desk and "Aino" not in desk and "None" not in desk
    for loan in (returned, cancelled):
        page = sign_in(leader).get(reverse("kits:move", args=[loan.pk])).text
        assert "Tämä laina on päättynyt" in page and "None" not in page
    listed = sign_in(superuser).get(reverse("admin:networks_loan_changelist")).text
    assert "Askolan kirjasto" in listed and "None" not in listed
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.filter(pk=booking.pk).update(person=None)
