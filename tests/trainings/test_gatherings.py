"""Gatherings of networks: whole series, mails to members alone, moving, checking in, materials."""

import re
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from ake_portal.lib import days, series
from ake_portal.lib.uploads import examine
from networks.models import Leader, Membership, Network
from notifications.models import Mail
from people.models import QuietPeriod
from tests import builders
from tests.portal.test_uploads import HOSTILE, file, small_pdf
from trainings import actions, gatherings, materials
from trainings.gathering_views import check_in_token
from trainings.models import Attendance, Guest, Material, Registration, Training
from trainings.retention import close_old_lists

TEXTS = {
    "kind": "remote_coffee",
    "title_fi": "Lanujen kirjakahvit",
    "title_sv": "Bokkaffe",
    "summary_fi": "Kirjavinkkejä.",
    "summary_sv": "Boktips.",
    "language": "fi-sv",
    "format": "remote",
    "link": "https://meet.example/kahvit",
}


@pytest.fixture
def network(uusimaa):
    return Network.objects.create(
        region=uusimaa, name_fi="Lanu", name_sv="Barn och unga", purpose_fi="Lapsista.", purpose_sv="Om barn."
    )


def join(network, person, state="member", **fields):
    joined_on = timezone.localdate() if state == "member" else None
    return Membership.objects.create(network=network, person=person, state=state, joined_on=joined_on, **fields)


@pytest.fixture
def leader(network, askola):
    """Leads the network and works at no AKE."""
    person = builders.person("vetaja@askola.example", "Veera", "Vetäjä", library=askola)
    Leader.objects.create(network=network, person=person)
    return person


@pytest.fixture
def members(network, employee, colleague):
    """Aino reads Finnish, Linnea Swedish."""
    return [join(network, employee), join(network, colleague)]


def make(network, by, *, first=date(2026, 10, 13), times=3, rhythm="second_week", **fields):
    """A series at nine, published; drop-in unless said otherwise."""
    held = [
        one.day for one in series.days_of(network.region, first=first, rhythm=rhythm, times=times) if not one.skipped
    ]
    values = {**TEXTS, "is_drop_in": True, **fields}
    return gatherings.make_series(network, key=uuid4(), on=held, begins=time(9), ends=time(9, 45), by=by, **values)


def to_members(template="gatherings"):
    return Mail.objects.filter(template=f"trainings/{template}").order_by("address")


def when(trainings):
    return [days.local(training.starts_at) for training in trainings]


# The days of a series


def test_holidays_and_quiet_periods_are_left_out_and_made_up_for(uusimaa):
    found = series.days_of(uusimaa, first=date(2026, 12, 8), rhythm="second_week", times=4)
    assert [(one.day.isoformat(), one.skipped) for one in found] == [
        ("2026-12-08", ""),
        ("2026-12-22", ""),
        ("2027-01-05", "hiljainen kausi"),
        ("2027-01-19", ""),
        ("2027-02-02", ""),
    ]
    found = series.days_of(uusimaa, first=date(2026, 12, 24), rhythm="week", times=1, quiet=False)
    assert [one.skipped for one in found] == ["Jouluaatto", ""]


def test_a_regions_own_quiet_periods_take_the_place_of_the_preset(uusimaa):
    QuietPeriod.objects.create(region=uusimaa, first_day=date(2026, 10, 20), last_day=date(2026, 10, 20))
    found = series.days_of(uusimaa, first=date(2026, 10, 13), rhythm="week", times=2)
    assert [one.day.day for one in found if not one.skipped] == [13, 27]


def test_monthly_means_the_same_weekday_of_the_month_and_the_last_for_a_fifth(uusimaa):
    second = series.days_of(uusimaa, first=date(2026, 9, 8), rhythm="month", times=4)
    assert [one.day.isoformat() for one in second] == ["2026-09-08", "2026-10-13", "2026-11-10", "2026-12-08"]
    fifth = series.days_of(uusimaa, first=date(2026, 9, 29), rhythm="month", times=3)
    assert [one.day.isoformat() for one in fifth] == ["2026-09-29", "2026-10-27", "2026-11-24"]


def test_series_keeps_its_clock_over_winter_time(network, coordinator):
    made = make(network, coordinator)
    assert when(made) == [datetime(2026, 10, day, 9, tzinfo=days.HELSINKI) for day in (13, 27)] + [
        datetime(2026, 11, 10, 9, tzinfo=days.HELSINKI)
    ]
    assert made[1].starts_at - made[0].starts_at == timedelta(days=14, hours=1)
    assert {one.state for one in made} == {"published"} and len({one.series for one in made}) == 1


# Mails


def test_each_member_gets_one_mail_with_all_days_in_the_own_language(network, coordinator, members):
    make(network, coordinator)
    swedish, finnish = to_members().order_by("language").reverse()
    assert (finnish.address, swedish.address) == ("aino@askola.example", "linnea@loviisa.example")
    text = finnish.text.replace("\xa0", " ")
    assert "ti 13.10. klo 9–9.45" in text and "ti 27.10. klo 9–9.45" in text and "ti 10.11. klo 9–9.45" in text
    assert "Lanujen kirjakahvit" in finnish.subject and "Bokkaffe" in swedish.subject
    assert "https://meet.example/kahvit" in finnish.text and "tis 13.10" in swedish.text
    assert [method for method, _text in finnish.calendars] == ["REQUEST"] * 3


def test_applicants_invited_muted_and_gone_get_no_mail(network, coordinator, uusimaa, askola, members):
    for number, fields in enumerate(
        [{"state": "applied"}, {"state": "invited"}, {"state": "left"}, {"state": "member", "gets_news": False}]
    ):
        join(network, builders.person(f"muu{number}@askola.example", library=askola), **fields)
    make(network, coordinator)
    assert [mail.address for mail in to_members()] == ["aino@askola.example", "linnea@loviisa.example"]


def test_the_same_series_sent_twice_is_made_once(network, coordinator, members):
    key = uuid4()
    options = {"on": [date(2026, 10, 13)], "begins": time(9), "ends": time(10), "by": coordinator, **TEXTS}
    first = gatherings.make_series(network, key=key, **options)
    assert gatherings.make_series(network, key=key, **options) == first
    assert Training.objects.count() == 1 and to_members().count() == 2


def test_mail_about_gatherings_with_sign_up_has_no_link_and_one_file_of_all_days(network, coordinator, members):
    make(network, coordinator, is_drop_in=False)
    mail = to_members().first()
    assert "meet.example" not in mail.text + mail.html + str(mail.calendars)
    [(method, calendar)] = mail.calendars
    assert method == "PUBLISH" and calendar.count("BEGIN:VEVENT") == 3


def test_series_of_a_network_that_has_ended_is_refused_and_nothing_is_half_made(network, coordinator):
    network.closed_on = date(2026, 10, 1)
    network.save()
    with pytest.raises(actions.Refused, match="state"):
        make(network, coordinator)
    network.closed_on = None
    network.save()
    with pytest.raises(actions.Refused):  # a day that is past cannot be published
        make(network, coordinator, first=date(2026, 10, 1))
    assert not Training.objects.exists() and not Mail.objects.exists()


# Moving and cancelling


def test_moving_one_leaves_the_others_and_tells_each_member_once(network, coordinator, members):
    made = make(network, coordinator)
    gatherings.move(made[1], day=date(2026, 10, 28), begins=time(14), ends=time(15))
    for one in made:
        one.refresh_from_db()
    assert [(one.day, one.hour) for one in when(made)] == [(13, 9), (28, 14), (10, 9)]
    mails = to_members("gatherings_moved")
    assert [mail.language for mail in mails] == ["fi", "sv"]
    [(method, calendar)] = mails[0].calendars
    assert method == "REQUEST" and "SEQUENCE:1" in calendar and "28.10." in mails[0].text


def test_moving_to_where_it_is_already_tells_nobody(network, coordinator, members):
    made = make(network, coordinator)
    for _ in range(2):
        gatherings.move(made[0], day=date(2026, 10, 14), begins=time(9), ends=time(10))
    assert to_members("gatherings_moved").count() == 2


def test_moving_from_one_on_takes_the_later_ones_along_at_the_new_clock(network, coordinator, members):
    made = make(network, coordinator)
    gatherings.move(made[1], day=date(2026, 10, 29), begins=time(14), ends=time(15), following=True)
    for one in made:
        one.refresh_from_db()
    assert [(one.month, one.day, one.hour) for one in when(made)] == [(10, 13, 9), (10, 29, 14), (11, 12, 14)]
    assert to_members("gatherings_moved").count() == 2
    assert len(to_members("gatherings_moved")[0].calendars) == 2


def test_who_has_signed_up_hears_of_a_move_by_the_own_sign_up_alone(network, coordinator, members, employee):
    [one] = make(network, coordinator, times=1, is_drop_in=False)
    actions.sign_up(one, person=employee)
    gatherings.move(one, day=date(2026, 10, 14), begins=time(9), ends=time(10))
    told = Mail.objects.filter(template__contains="moved").order_by("address")
    assert [(mail.template, mail.address) for mail in told] == [
        ("trainings/moved", "aino@askola.example"),
        ("trainings/gatherings_moved", "linnea@loviisa.example"),
    ]


def test_nothing_moves_into_the_past(network, coordinator, members):
    made = make(network, coordinator)
    with pytest.raises(actions.Refused, match="past"):
        gatherings.move(made[1], day=date(2026, 10, 1), begins=time(9), ends=time(10), following=True)
    made[2].refresh_from_db()
    assert when(made)[2].day == 10 and not to_members("gatherings_moved").exists()


def test_cancelling_from_one_on_is_one_mail_each_that_clears_the_calendar(network, coordinator, members):
    made = make(network, coordinator)
    gatherings.call_off(made[1], reason={"fi": "Vetäjä vaihtuu.", "sv": "Ny ledare."}, following=True)
    assert list(Training.objects.order_by("starts_at").values_list("state", flat=True)) == [
        "published",
        "cancelled",
        "cancelled",
    ]
    finnish, swedish = to_members("gatherings_cancelled")
    assert "Vetäjä vaihtuu." in finnish.text and "Ny ledare." in swedish.text and "meet.example" not in finnish.text
    assert [method for method, _text in finnish.calendars] == ["CANCEL", "CANCEL"]


# Pages of whoever runs the network


def form_of(**fields):
    values = {**TEXTS, "day": "2026-10-13", "begins": "9", "ends": "9.45", "rhythm": "second_week", "times": "3"}
    return {**values, "holidays": "on", "quiet": "on", "sign_up": "drop_in", "key": str(uuid4()), **fields}


@pytest.mark.parametrize("who", ["leader", "coordinator"])
def test_leader_makes_a_series_after_seeing_its_days(sign_in, network, members, who, request):
    client, url = sign_in(request.getfixturevalue(who)), f"/fi/trainings/series/{network.pk}/"
    assert "Lapsista." in client.get(url).content.decode()
    data = form_of(day="2026-12-22")
    page = client.post(url, data).content.decode()
    assert "tiistai 5.1.2027" in page and "hiljainen kausi" in page and not Training.objects.exists()
    assert client.post(url, {**data, "make": "1"}).status_code == 302
    assert client.post(url, {**data, "make": "1"}).status_code == 302
    assert Training.objects.filter(network=network, is_drop_in=True, state="published").count() == 3
    assert to_members().count() == 2


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title_fi": "", "title_sv": ""}, "title_fi"),
        ({"summary_sv": ""}, "summary_sv"),
        ({"ends": "8"}, "ends"),
        ({"day": "2026-10-01"}, "day"),
        ({"link": ""}, "link"),
        ({"format": "onsite"}, "place_fi"),
        ({"seats": "5"}, "seats"),
        ({"times": "21"}, "times"),
        ({"link": "javascript:alert(1)"}, "link"),
    ],
)
def test_faults_of_a_series_stand_at_their_fields(sign_in, network, leader, fields, name):
    response = sign_in(leader).post(f"/fi/trainings/series/{network.pk}/", form_of(make="1", **fields))
    assert response.status_code == 422 and list(response.context["form"].errors) == [name]
    assert not Training.objects.exists()


def test_a_gathering_in_one_language_is_made_on_purpose(sign_in, network, leader, members):
    data = form_of(title_fi="", make="1", times="1", sign_up="needed", seats="12")
    sign_in(leader).post(f"/fi/trainings/series/{network.pk}/", data)
    made = Training.objects.get()
    assert (made.title_sv, made.texts, made.remote_capacity, made.is_drop_in) == ("Bokkaffe", "one", 12, False)


def test_leader_moves_and_cancels_on_pages(sign_in, network, leader, members):
    made = make(network, leader)
    client = sign_in(leader)
    url = reverse("trainings:move_gathering", args=[made[0].pk])
    data = {"day": "2026-10-14", "begins": "10", "ends": "11", "link": TEXTS["link"], "following": "on"}
    page = client.post(url, data).content.decode().replace("\xa0", " ")
    assert "ke 14.10. klo 10–11" in page and "ke 11.11. klo 10–11" in page
    assert client.post(url, {**data, "send": "1"}).status_code == 302
    url = reverse("trainings:call_off_gathering", args=[made[0].pk])
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"reason_fi": "Sairaus"}).status_code == 302
    assert client.post(url, {"reason_fi": "Sairaus"}).status_code == 302  # the second of two clicks
    assert Training.objects.filter(state="cancelled").get().cancel_reason_sv == "Sairaus"
    assert to_members("gatherings_cancelled").count() == 2
    assert client.get(reverse("trainings:gathering", args=[made[0].pk])).status_code == 200


def test_strangers_and_members_run_nothing(sign_in, network, leader, members, employee, other_coordinator):
    [one] = make(network, leader, times=1)
    for person in (employee, other_coordinator):
        client = sign_in(person)
        for name in ("gathering", "move_gathering", "call_off_gathering", "present", "materials"):
            assert client.get(reverse(f"trainings:{name}", args=[one.pk])).status_code == 404
        assert client.get(f"/fi/trainings/series/{network.pk}/").status_code == 404


# What readers see


def test_drop_in_shows_its_link_to_members_alone(client, sign_in, network, coordinator, members, employee, stranger):
    [one] = make(network, coordinator, times=1)
    join(network, stranger, "applied")
    url = one.get_absolute_url()
    for page in (client.get(url), sign_in(stranger).get(url)):
        assert "meet.example" not in page.content.decode() and "Tule vain mukaan" in page.content.decode()
    assert "https://meet.example/kahvit" in sign_in(employee).get(url).content.decode()


def test_nobody_signs_up_for_a_drop_in(network, coordinator, members, employee):
    [one] = make(network, coordinator, times=1)
    with pytest.raises(actions.Refused, match="drop_in"):
        actions.sign_up(one, person=employee)


def test_list_and_page_name_the_network_with_a_link(client, network, coordinator):
    [one] = make(network, coordinator, times=1)
    link = f'<a href="{network.get_absolute_url()}">Lanu</a>'
    assert link in client.get("/fi/trainings/").content.decode()
    assert link in client.get(one.get_absolute_url()).content.decode()


def test_the_networks_feed_has_its_gatherings_and_no_link(client, network, coordinator, training):
    make(network, coordinator)
    answer = client.get(f"/fi/trainings/networks/{network.pk}.ics")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and text.count("BEGIN:VEVENT") == 3
    assert "meet.example" not in text and "Matalan" not in text


@pytest.mark.parametrize("times", [1, 15])
def test_gatherings_on_the_networks_page_take_the_same_queries(
    network, coordinator, employee, rf, times, django_assert_num_queries
):
    make(network, coordinator, times=times, rhythm="week")
    request = rf.get("/")
    request.user = employee
    template = Template('{% include "trainings/includes/gatherings.html" %}')
    context = {"network": network, "request": request, "is_run": True}
    template.render(Context(context))  # the reader's regions and the networks' names are known then
    with django_assert_num_queries(3):
        page = template.render(Context(context))
    assert page.count("<li") == times and "trainings/series" in page
    assert f"/fi/trainings/networks/{network.pk}/" in page


def test_programme_is_filtered_by_network(client, uusimaa, network, coordinator, training):
    other = Network.objects.create(region=uusimaa, name_fi="Seniorit", name_sv="Seniorer")
    make(network, coordinator, times=2)
    make(other, coordinator, times=1, title_fi="Seniorikahvit")
    page = client.get("/fi/trainings/").text
    assert f'<option value="{network.pk}">Lanu</option><option value="{other.pk}">Seniorit</option>' in page
    page = client.get(f"/fi/trainings/?network={network.pk}").text
    assert page.count("kirjakahvit</a>") == 2 and "Seniorikahvit" not in page and training.title not in page
    assert "Bokkaffe" in client.get(f"/sv/trainings/calendar/?network={network.pk}&month=2026-10").text
    assert "Seniorikahvit" in client.get("/fi/trainings/?network=999").text


@pytest.mark.parametrize("rows", [1, 20])
def test_page_of_a_gathering_takes_the_same_queries(
    sign_in, uusimaa, network, coordinator, members, employee, askola, rows, django_assert_num_queries
):
    one = builders.training(uusimaa, network=network, sessions=rows)
    for person in (*builders.people(rows, askola), employee):
        actions.sign_up(one, person=person)
    for n in range(rows):
        Material.objects.create(training=one, title_fi=f"Esitys {n}", link="https://a.example")
    client = sign_in(employee)
    client.get(one.get_absolute_url())  # names of regions and networks are kept for a minute
    with django_assert_num_queries(8):
        page = client.get(one.get_absolute_url()).text
    assert page.count("Esitys ") == rows and "Olet ilmoittautunut" in page


def all_of(client, network, query="", language="fi"):
    return client.get(f"/{language}/trainings/networks/{network.pk}/{query}")


def titles(page):
    return re.findall(r"<h3[^>]*><a[^>]*>([^<]*)</a></h3>", page.text)


def test_all_gatherings_of_a_network_coming_and_past_stand_on_pages(
    client, network, coordinator, training, time_machine, now
):
    for n in range(27):
        builders.training(network.region, network=network, in_days=n + 1, title_fi=f"Kahvit {n}", title_sv=f"Kaffe {n}")
    assert titles(all_of(client, network)) == [f"Kahvit {n}" for n in range(25)]
    assert titles(all_of(client, network, "?page=2", "sv")) == ["Kaffe 25", "Kaffe 26"]
    assert "Tapaamisia ei ole vielä pidetty." in all_of(client, network, "?when=past").text
    time_machine.move_to(now + timedelta(days=27))
    assert titles(all_of(client, network)) == ["Kahvit 26"]
    past = all_of(client, network, "?when=past")
    assert titles(past) == [f"Kahvit {n}" for n in range(25, 0, -1)]
    assert "?when=past&amp;page=2" in past.text and "26 tapaamista" in past.text
    assert titles(all_of(client, network, "?when=past&page=2", "sv")) == ["Kaffe 0"]
    assert client.get("/fi/trainings/networks/999/").status_code == 404


def test_materials_stand_beside_past_gatherings_for_those_who_may_open_them(
    client, sign_in, network, coordinator, leader, members, employee, stranger, time_machine
):
    [one] = make(network, coordinator, times=1)
    inside = Material.objects.create(training=one, title_fi="Muistiinpanot", link="https://muistio.example/1")
    Material.objects.create(training=one, title_sv="Bilder", link="https://bilder.example/1", for_members=False)
    time_machine.move_to(one.ends_at + timedelta(days=1))
    for person, sees in ((None, False), (stranger, False), (employee, True), (leader, True), (coordinator, True)):
        reader = sign_in(person) if person else client
        for page in (all_of(reader, network, "?when=past").text, reader.get(network.get_absolute_url()).text):
            assert '<a href="https://bilder.example/1"><span lang="sv">Bilder</span></a>' in page
            assert (f'<a href="{inside.link}">Muistiinpanot</a>' in page) is sees


def test_own_place_and_state_stand_beside_the_gatherings(sign_in, network, coordinator, members, employee, colleague):
    [mine] = make(network, coordinator, times=1, is_drop_in=False)
    [full] = make(network, coordinator, times=1, is_drop_in=False, remote_capacity=0)
    make(network, coordinator, times=1)
    actions.sign_up(mine, person=employee)
    for person in (colleague, employee):
        actions.sign_up(full, person=person)
    page = all_of(sign_in(employee), network)
    assert re.findall(r"<b>(\D[^<]*)</b>", page.text) == ["Ilmoittautunut", "Jonossa 2.", "Tule vain mukaan"]


@pytest.mark.parametrize("number", [1, 25])
@pytest.mark.parametrize(("signed_in", "queries"), [(False, 5), (True, 7)])
def test_all_gatherings_take_the_same_queries(
    client, sign_in, network, coordinator, members, employee, number, signed_in, queries, django_assert_num_queries
):
    for n in range(number):
        one = builders.training(network.region, network=network, in_days=n + 1)
        Material.objects.create(training=one, title_fi="Esitys", link="https://a.example", for_members=False)
        actions.sign_up(one, person=employee)
    if signed_in:
        sign_in(employee)
    all_of(client, network)  # the networks' names are kept for a minute
    with django_assert_num_queries(queries):
        page = all_of(client, network)
    assert len(titles(page)) == page.text.count("Esitys") == number


# In the member's own calendar and on the own pages


def own_feed(client, person):
    """{summary of each event of the private feed: [(day, hour, SEQUENCE, STATUS)]}."""
    answer = client.get(f"/calendar/{person.calendar_token}.ics")
    found = {}
    for event in Calendar.from_ical(answer.content).walk("VEVENT"):
        at = days.local(event.decoded("dtstart"))
        said = (at.day, at.hour, int(event["sequence"]), str(event["status"]))
        found.setdefault(str(event["summary"]), []).append(said)
    return found


def uids(client, address):
    return [str(event["uid"]) for event in Calendar.from_ical(client.get(address).content).walk("VEVENT")]


def test_members_calendar_has_the_gatherings_with_their_link_under_the_uids_of_the_networks_feed(
    client, network, coordinator, members, employee, colleague
):
    make(network, coordinator)
    own = f"/calendar/{employee.calendar_token}.ics"
    assert own_feed(client, employee) == {
        "Lanujen kirjakahvit": [(13, 9, 0, "CONFIRMED"), (27, 9, 0, "CONFIRMED"), (10, 9, 0, "CONFIRMED")]
    }
    assert list(own_feed(client, colleague)) == ["Bokkaffe"]
    assert uids(client, own) == uids(client, f"/fi/trainings/networks/{network.pk}.ics")
    text = client.get(own).text.replace("\r\n ", "")
    assert "LOCATION:https://meet.example/kahvit" in text and "Ilmoittautumista ei tarvita" in text


def test_members_calendar_follows_moves_and_shows_what_is_called_off(client, network, coordinator, members, employee):
    made = make(network, coordinator)
    gatherings.move(made[1], day=date(2026, 10, 28), begins=time(14), ends=time(15))
    gatherings.call_off(made[2], reason={"fi": "Sairaus", "sv": "Sjukdom"})
    assert own_feed(client, employee) == {
        "Lanujen kirjakahvit": [(13, 9, 0, "CONFIRMED"), (28, 14, 1, "CONFIRMED")],
        "Peruttu: Lanujen kirjakahvit": [(10, 9, 1, "CANCELLED")],
    }


@pytest.mark.parametrize("state", ["applied", "invited", "refused", "left"])
def test_who_does_not_belong_to_the_network_has_none_of_its_gatherings(
    client, sign_in, network, coordinator, employee, state
):
    join(network, employee, state)
    make(network, coordinator)
    assert own_feed(client, employee) == {}
    assert network.get_absolute_url() not in sign_in(employee).get("/fi/mine/").text


def test_who_leaves_the_network_loses_them_and_who_joins_gets_those_from_that_day_on(
    client, network, coordinator, employee, time_machine
):
    made = make(network, coordinator)
    time_machine.move_to(made[1].starts_at)
    membership = join(network, employee)
    assert [said[0] for said in own_feed(client, employee)["Lanujen kirjakahvit"]] == [27, 10]
    membership.state = "left"
    membership.save()
    assert own_feed(client, employee) == {}


def test_gathering_to_sign_up_for_is_tentative_then_ones_own_once_and_gone_when_one_leaves(
    client, network, coordinator, members, employee
):
    [one] = make(network, coordinator, times=1, is_drop_in=False)
    assert own_feed(client, employee) == {"Lanujen kirjakahvit": [(13, 9, 0, "TENTATIVE")]}
    assert "meet.example" not in client.get(f"/calendar/{employee.calendar_token}.ics").text
    registration = actions.sign_up(one, person=employee)
    assert own_feed(client, employee) == {"Lanujen kirjakahvit": [(13, 9, 0, "CONFIRMED")]}
    actions.cancel(registration, by=employee)
    assert own_feed(client, employee) == {}
    actions.sign_up(one, person=employee)
    assert own_feed(client, employee) == {"Lanujen kirjakahvit": [(13, 9, 2, "CONFIRMED")]}
    gatherings.call_off(one, reason={"fi": "Sairaus", "sv": "Sjukdom"})
    assert own_feed(client, employee) == {"Peruttu: Lanujen kirjakahvit": [(13, 9, 3, "CANCELLED")]}


def test_who_waits_in_the_queue_sees_the_gathering_as_tentative(client, network, coordinator, members, employee):
    [one] = make(network, coordinator, times=1, is_drop_in=False, remote_capacity=0)
    actions.sign_up(one, person=employee)
    assert own_feed(client, employee) == {"Lanujen kirjakahvit": [(13, 9, 0, "TENTATIVE")]}


def test_a_past_gathering_that_one_did_not_sign_up_for_goes_and_one_where_one_checked_in_stays_once(
    client, network, coordinator, members, employee, time_machine
):
    [missed] = make(network, coordinator, times=1, is_drop_in=False, title_fi="Päivä")
    [held] = make(network, coordinator, times=1)
    time_machine.move_to(held.starts_at)
    gatherings.check_in(held, person=employee)
    time_machine.move_to(held.ends_at + timedelta(days=2))
    assert own_feed(client, employee) == {"Lanujen kirjakahvit": [(13, 9, 0, "CONFIRMED")]}


def test_drop_in_on_site_and_remotely_keeps_its_place_beside_the_link(client, network, coordinator, members, employee):
    make(network, coordinator, times=1, format="hybrid", place_fi="Porvoo, pääkirjasto")
    text = client.get(f"/calendar/{employee.calendar_token}.ics").text.replace("\r\n ", "")
    assert "LOCATION:Porvoo\\, pääkirjasto\r\n" in text and "https://meet.example/kahvit" in text


@pytest.mark.parametrize("times", [1, 15])
def test_members_calendar_takes_the_same_queries(
    client, network, coordinator, members, employee, training, times, django_assert_num_queries
):
    actions.sign_up(training, person=employee)
    for drop_in in (True, False):
        make(network, coordinator, times=times, rhythm="week", is_drop_in=drop_in)
    with django_assert_num_queries(9):
        found = own_feed(client, employee)
    assert len(found["Lanujen kirjakahvit"]) == 2 * times


def test_own_page_has_the_gatherings_with_what_they_ask_of_one(
    sign_in, uusimaa, network, coordinator, members, employee
):
    make(network, coordinator, times=1)
    make(network, coordinator, times=1, is_drop_in=False, title_fi="Verkostopäivä")
    [mine] = make(network, coordinator, times=1, is_drop_in=False, title_fi="Oma päivä")
    actions.sign_up(mine, person=employee)
    answer = sign_in(employee).get("/fi/mine/")
    assert [row.training.title for row in answer.context["gatherings"]] == ["Lanujen kirjakahvit", "Verkostopäivä"]
    shown = answer.text.split("Verkostojeni tapaamiset")[1]
    assert "Ilmoittautumista ei tarvita" in shown and "Et ole ilmoittautunut" in shown
    assert f'<a href="{network.get_absolute_url()}">Lanu</a>' in shown


def test_home_has_gatherings_to_which_one_just_comes_among_what_is_ones_own(
    sign_in, uusimaa, network, coordinator, members, employee
):
    [coffee] = make(network, coordinator, times=1)
    [day] = make(network, coordinator, times=1, is_drop_in=False, title_fi="Verkostopäivä")
    later = builders.training(uusimaa)
    actions.sign_up(later, person=employee)
    answer = sign_in(employee).get("/fi/")
    assert [row.training for row in answer.context["sooner"] + answer.context["later"]] == [coffee, later]
    assert answer.text.count(coffee.get_absolute_url()) == 1 and answer.text.count(day.get_absolute_url()) == 1


# Who was there


@pytest.fixture
def today(network, coordinator, members, time_machine):
    """A drop-in gathering that is being held."""
    [one] = make(network, coordinator, times=1)
    time_machine.move_to(one.starts_at + timedelta(minutes=5))
    return one


def test_member_checks_in_by_the_link_once(sign_in, today, employee):
    client, url = sign_in(employee), reverse("trainings:check_in", args=[check_in_token(today)])
    assert "Olen paikalla" in client.get(url).content.decode()
    assert not Registration.objects.exists()
    for _ in range(2):
        assert "Aino Esimerkki" in client.post(url).content.decode()
    registration = Registration.objects.get()
    assert (registration.state, registration.library) == ("attended", employee.library)
    assert Attendance.objects.get().was_there


def test_who_is_not_signed_in_writes_name_and_library(client, today, loviisa):
    url = reverse("trainings:check_in", args=[check_in_token(today)])
    assert client.post(url, {"name": ""}).status_code == 422
    for name in ("Kaija Kävijä", "kaija kävijä"):
        assert client.post(url, {"name": name, "library": loviisa.pk}).status_code == 200
    assert Guest.objects.get().library == loviisa
    assert gatherings.numbers(today) == gatherings.Numbers(1, 1)


def test_check_in_works_from_the_day_to_the_day_after(client, network, coordinator, members, time_machine):
    [one] = make(network, coordinator, times=1)
    url = reverse("trainings:check_in", args=[check_in_token(one)])
    for shift, said in ((-1, "Ei vielä"), (0, "Kuka olet?"), (1, "Kuka olet?"), (2, "Läsnäoloa ei voi enää")):
        time_machine.move_to(one.starts_at + timedelta(days=shift))
        assert said in client.get(url).content.decode()
        client.post(url, {"name": f"Kävijä {shift}"})
    assert [guest.name for guest in one.guests.all()] == ["Kävijä 0", "Kävijä 1"]


def test_a_guessed_check_in_link_opens_nothing(client, today):
    assert client.get(reverse("trainings:check_in", args=["1:abc"])).status_code == 404


def test_checking_in_is_limited(client, today, monkeypatch):
    monkeypatch.setattr("trainings.gathering_views.MOST_CHECK_INS", 2)
    url = reverse("trainings:check_in", args=[check_in_token(today)])
    assert [client.post(url, {"name": f"K {n}"}).status_code for n in range(3)] == [200, 200, 429]
    assert Guest.objects.count() == 2


def lines(*rows):
    """What the page sends of its lines for guests."""
    data = {"guests-TOTAL_FORMS": "6", "guests-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"guests-{number}-{name}": str(value) for name, value in row.items()}
    return data


def test_leader_enters_people_and_libraries_on_one_page(sign_in, today, leader, employee, colleague, loviisa, askola):
    client, url = sign_in(leader), reverse("trainings:present", args=[today.pk])
    assert client.get(url).status_code == 200
    data = lines({"name": "Kaija Kävijä", "library": loviisa.pk}, {"library": askola.pk, "number": 4})
    client.post(url, {**data, "there": [employee.pk, colleague.pk]})
    assert gatherings.numbers(today) == gatherings.Numbers(7, 2)
    wrong = Guest.objects.get(number=4)
    client.post(url, {**lines(), "there": [employee.pk], "gone": [wrong.pk]})
    assert gatherings.numbers(today) == gatherings.Numbers(2, 2)


@pytest.mark.parametrize("row", [{"name": "Kaija", "number": 3}, {"number": 3}])
def test_a_line_that_says_too_little_or_too_much_is_told(sign_in, today, leader, row):
    response = sign_in(leader).post(reverse("trainings:present", args=[today.pk]), lines(row))
    assert response.status_code == 422 and not Guest.objects.exists()


def test_names_of_guests_go_after_two_years_and_their_number_stays(today, askola, now):
    gatherings.check_in_guest(today, name="Kaija Kävijä", library=askola)
    close_old_lists(now + timedelta(days=3 * 365))
    assert Guest.objects.get().name == "" and gatherings.numbers(today) == gatherings.Numbers(1, 1)


# Materials


def add(training, by, **fields):
    accepted = examine(file(small_pdf(), "esitys.pdf"))
    return materials.add(Material(training=training, title_fi="Esitys", added_by=by, **fields), accepted)


def test_leader_adds_a_file_and_a_link_and_takes_one_away(
    sign_in, network, leader, members, django_capture_on_commit_callbacks
):
    [one] = make(network, leader, times=1)
    client, url = sign_in(leader), reverse("trainings:materials", args=[one.pk])
    data = {"title_fi": "Esitys", "readers": "all"}
    assert client.post(url, {**data, "file": file(small_pdf(), "esitys.pdf")}).status_code == 302
    assert (
        client.post(url, {**data, "title_fi": "", "title_sv": "Video", "link": "https://video.example/1"}).status_code
        == 302
    )
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Esitys" in page and '<span lang="sv">Video</span>' in page
    kept = Material.objects.exclude(file="").get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("trainings:remove_material", args=[kept.pk]))
    assert Material.objects.get().link == "https://video.example/1"
    assert not kept.file.storage.exists(kept.file.name)


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused_at_the_field(sign_in, network, leader, what):
    [one] = make(network, leader, times=1)
    content, _code = HOSTILE[what]
    data = {"title_fi": "X", "readers": "all", "file": SimpleUploadedFile("esitys.pdf", content)}
    response = sign_in(leader).post(reverse("trainings:materials", args=[one.pk]), data)
    assert response.status_code == 422 and list(response.context["form"].errors) == ["file"]
    assert not Material.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"link": "https://a.example", "file": True}, {"link": "javascript:alert(1)"}])
def test_a_material_is_one_file_or_one_good_link(sign_in, network, leader, fields):
    [one] = make(network, leader, times=1)
    if fields.get("file"):
        fields = {**fields, "file": builders.photo()}
    data = {"title_fi": "X", "readers": "all", **fields}
    assert sign_in(leader).post(reverse("trainings:materials", args=[one.pk]), data).status_code == 422


def test_members_materials_are_for_members_participants_and_who_runs_it(
    client, sign_in, network, leader, members, employee, stranger, coordinator, other_coordinator
):
    [one] = make(network, leader, times=1)
    url = add(one, leader).get_absolute_url()
    page = one.get_absolute_url()
    for person in (None, stranger, other_coordinator):
        reader = sign_in(person) if person else client
        assert reader.get(url).status_code == 404 and "Esitys" not in reader.get(page).content.decode()
    for person in (employee, leader, coordinator):
        answer = sign_in(person).get(url)
        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            200,
            "application/pdf",
            "nosniff",
        )
        assert "Esitys" in sign_in(person).get(page).content.decode()


def test_materials_for_all_open_without_signing_in_unless_the_training_is_a_draft(client, uusimaa, coordinator):
    public, draft = builders.training(uusimaa), builders.training(uusimaa, published=False)
    assert client.get(add(public, coordinator, for_members=False).get_absolute_url()).status_code == 200
    assert client.get(add(draft, coordinator, for_members=False).get_absolute_url()).status_code == 404


# The admin


def test_coordinator_chooses_among_the_networks_that_the_own_ake_runs(sign_in, network, lapland, coordinator):
    Network.objects.create(region=lapland, name_fi="Esimiehet", name_sv="Chefer")
    page = sign_in(coordinator).get("/fi/admin/trainings/training/add/").content.decode()
    choices = re.search(r'<select name="network".*?</select>', page, re.S)[0]
    assert "Lanu" in choices and "Esimiehet" not in choices


def test_leader_sees_who_signed_up_and_does_not_enter_the_admin(sign_in, network, leader, members, employee, training):
    [one] = make(network, leader, times=1, is_drop_in=False)
    actions.sign_up(one, person=employee)
    client = sign_in(leader)
    assert "Esimerkki" in client.get(reverse("trainings:participants", args=[one.pk])).content.decode()
    assert client.get(reverse("trainings:participants", args=[training.pk])).status_code == 404
    assert client.get("/fi/admin/trainings/training/").status_code == 302
