"""A mentoring group among itself: its page, its convenor, its meetings, its themes, who was there."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from ake_portal.lib import days
from mentoring import actions, meetings
from mentoring.models import Application, Attendance, Cohort, Group, Meeting, Theme
from notifications.models import Mail
from tests import builders
from trainings.actions import sign_up

LINK = "https://teams.example/l/meetup-join/1"


@pytest.fixture
def cohort(uusimaa):
    """A season from the 1st of October 2026 to the end of May, of a region with the usual quiet periods."""
    return builders.cohort(
        uusimaa, state="running", first_day=date(2026, 10, 1), last_day=date(2027, 5, 31), meeting_minutes=90
    )


@pytest.fixture
def third(loviisa):
    return builders.person("elli@loviisa.example", "Elli", "Kolmas", library=loviisa)


@pytest.fixture
def group(cohort, employee, colleague, third):
    """Three members who meet on Tuesdays at 9, without a convenor."""
    made = builders.mentoring_group(cohort, employee, colleague, third, slot="2-09")
    # They have accepted a month ago
    made.applications.update(state_since=timezone.now() - timedelta(days=30))
    return made


@pytest.fixture
def other_member(cohort, askola):
    """Belongs to another group of the same season."""
    person = builders.person("oskari@askola.example", "Oskari", "Toinen", library=askola)
    builders.mentoring_group(cohort, person)
    return person


@pytest.fixture
def others(other_member, coordinator, superuser, stranger, director, cohort, askola):
    """Those whom the group's matters do not concern: each by what they are."""
    offered = builders.person("tarjottu@askola.example", "Tarja", "Tarjottu", library=askola)
    Application.objects.create(
        cohort=cohort,
        person=offered,
        library=askola,
        state="offered",
        group=Group.objects.order_by("pk").first(),
        offer_until=timezone.now() + timedelta(days=3),
        employer_agrees=True,
        languages=["fi"],
        times=["2-09"],
    )
    return [other_member, coordinator, superuser, stranger, director, offered]


def plan(group, by, times=4, first_day=date(2026, 10, 13)):
    return meetings.plan(group, first_day=first_day, times=times, by=by)


def files(template, person):
    """[(method, VEVENT)] of the calendar files in the person's newest mail of a kind."""
    mail = Mail.objects.filter(template=f"mentoring/{template}", person=person).latest("pk")
    found = []
    for method, text in mail.calendars:
        calendar = Calendar.from_ical(text)
        assert calendar["method"] == method
        found.append((method, calendar.walk("VEVENT")[0]))
    return found


def told(template):
    return set(Mail.objects.filter(template=f"mentoring/{template}").values_list("person__email", flat=True))


def page_of(client, group):
    return client.get(group.get_absolute_url()).content.decode()


# Whose page it is


def test_the_page_says_who_belongs_to_the_group_and_how_to_reach_them(sign_in, group, employee, colleague):
    meetings.name_convenor(group, person=colleague, by=employee)
    text = page_of(sign_in(employee), group)
    for said in (
        "Linnea Exempel",
        "linnea@loviisa.example",
        "Loviisan kirjasto",
        "bibliotekarie",
        "Nuorten kohtaamista.",
    ):
        assert said in text
    assert "Linnea Exempel" in re.search(r"<dt>Kokoonkutsuja</dt><dd>(.*?)<br>", text)[1]


def test_nobody_but_a_member_opens_any_page_of_the_group(client, group, employee, others):
    meeting = builders.meeting(group)
    theme = meetings.propose_theme(group, text="Salaisuus", by=employee)
    of_group = [
        reverse(f"mentoring:{name}", args=[group.pk])
        for name in ("group", "convenor", "link", "plan", "add", "leave", "propose")
    ]
    of_meeting = [
        reverse(f"mentoring:{name}", args=[meeting.pk]) for name in ("meeting", "move", "cancel", "agree", "attendance")
    ]
    for person in others:
        client.force_login(person)
        for address in (*of_group, *of_meeting, reverse("mentoring:theme", args=[theme.pk])):
            assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}, (person, address)
    client.force_login(employee)
    assert {client.get(address).status_code for address in of_group} == {200, 302}


def test_no_action_is_open_to_who_is_no_member(group, employee, others):
    meeting = builders.meeting(group)
    past = builders.meeting(group, in_days=-3)
    theme = meetings.propose_theme(group, text="Salaisuus", by=employee)
    for person in others:
        for act in (
            lambda by: meetings.name_convenor(group, person=employee, by=by),
            lambda by: meetings.set_link(group, link=LINK, by=by),
            lambda by: plan(group, by),
            lambda by: meetings.add(group, starts_at=timezone.now() + timedelta(days=3), by=by),
            lambda by: meetings.move(meeting, starts_at=timezone.now() + timedelta(days=3), by=by),
            lambda by: meetings.cancel(meeting, by=by),
            lambda by: meetings.propose_theme(group, text="Oma", by=by),
            lambda by: meetings.vote(theme, by=by),
            lambda by: meetings.take_back(theme, by=by),
            lambda by: meetings.drop_theme(theme, by=by),
            lambda by: meetings.agree(meeting, theme=theme, by=by),
            lambda by: meetings.note_attendance(past, present=[], by=by),
        ):
            with pytest.raises(actions.Refused) as refused:
                act(person)
            assert refused.value.codes == ("not_member",), person
        with pytest.raises(actions.Refused):
            meetings.name_convenor(group, person=person, by=employee)


def test_who_has_left_opens_the_page_no_more(sign_in, group, employee):
    client = sign_in(employee)
    assert client.get(group.get_absolute_url()).status_code == 200
    response = client.post(reverse("mentoring:leave", args=[group.pk]))
    assert response.status_code == 302
    assert client.get(group.get_absolute_url()).status_code == 404


# The convenor


def test_any_member_names_a_convenor_and_the_group_is_told(sign_in, group, employee, colleague, third):
    sign_in(employee).post(reverse("mentoring:convenor", args=[group.pk]), {"person": third.pk})
    group.refresh_from_db()
    assert group.convenor == third
    assert told("convenor_named") == {employee.email, colleague.email, third.email}
    text = Mail.objects.get(template="mentoring/convenor_named", person=colleague).text
    assert "Elli Kolmas" in text
    meetings.name_convenor(group, person=colleague, by=employee)
    group.refresh_from_db()
    assert group.convenor == colleague


def test_before_there_is_a_convenor_every_member_leads_and_then_the_convenor_alone(group, employee, colleague):
    made = plan(group, employee, times=2)
    meetings.name_convenor(group, person=colleague, by=employee)
    for act in (
        lambda by: plan(group, by, times=1, first_day=date(2026, 10, 20)),
        lambda by: meetings.add(group, starts_at=timezone.now() + timedelta(days=3), by=by),
        lambda by: meetings.move(made[0], starts_at=made[0].starts_at + timedelta(days=1), by=by),
        lambda by: meetings.agree(made[0], theme=None, by=by),
        lambda by: meetings.cancel(made[0], by=by),
    ):
        with pytest.raises(actions.Refused) as refused:
            act(employee)
        assert refused.value.codes == ("not_convenor",)
        act(colleague)


def test_the_page_of_who_does_not_convene_has_no_way_to_plan(sign_in, group, employee, colleague):
    plan(group, employee)
    address = reverse("mentoring:plan", args=[group.pk])
    assert address in page_of(sign_in(employee), group)
    meetings.name_convenor(group, person=colleague, by=employee)
    client = sign_in(employee)
    assert address not in page_of(client, group)
    response = client.post(address, {"first_day": "2026-11-03", "times": 1, "make": 1})
    assert response.status_code == 302
    assert group.meetings.count() == 4


def test_a_convenor_who_leaves_is_convenor_no_more(group, employee):
    meetings.name_convenor(group, person=employee, by=employee)
    actions.leave(group.applications.get(person=employee))
    group.refresh_from_db()
    assert group.convenor is None


# Meetings


def test_a_series_is_monthly_at_the_groups_time_and_leaves_holidays_and_quiet_periods_out(group, employee):
    made = meetings.plan(group, first_day=date(2026, 11, 17), times=20, by=employee)
    # The third Tuesdays until the season ends in May
    assert [f"{days.local(one.starts_at):%Y-%m-%d %H:%M}" for one in made] == [
        *("2026-11-17 09:00", "2026-12-15 09:00", "2027-01-19 09:00", "2027-02-16 09:00"),
        *("2027-03-16 09:00", "2027-04-20 09:00", "2027-05-18 09:00"),
    ]
    assert {one.ends_at - one.starts_at for one in made} == {timedelta(minutes=90)}


def test_what_falls_on_a_quiet_day_or_a_holiday_is_shown_as_left_out(group):
    found = meetings.days_for(group, first_day=date(2026, 11, 24), times=20)
    # The last Tuesdays of the months: the one of December lies between the years
    assert [one.day for one in found][:3] == [date(2026, 11, 24), date(2026, 12, 22), date(2027, 1, 26)]
    group.slot = "3-09"
    found = meetings.days_for(group, first_day=date(2026, 12, 2), times=3)
    assert [(one.day, one.skipped) for one in found] == [
        *((date(2026, 12, 2), ""), (date(2027, 1, 6), "Loppiainen")),
        *((date(2027, 2, 3), ""), (date(2027, 3, 3), "")),
    ]
    group.slot = "2-09"
    found = meetings.days_for(group, first_day=date(2026, 12, 29), times=2)
    assert [(one.day, one.skipped) for one in found] == [
        *((date(2026, 12, 29), "hiljainen kausi"), (date(2027, 1, 26), ""), (date(2027, 2, 23), "")),
    ]


def test_a_series_is_shown_before_it_is_made_with_as_many_times_as_fit_the_season(sign_in, group, employee):
    client, address = sign_in(employee), reverse("mentoring:plan", args=[group.pk])
    form = client.get(address).context["form"]
    assert form["first_day"].value() == date(2026, 10, 7)
    assert form["times"].value() == 8
    response = client.post(address, {"first_day": "2026-10-13", "times": 3})
    assert "tiistai 13.10.2026" in response.content.decode()
    assert not Meeting.objects.exists()
    client.post(address, {"first_day": "2026-10-13", "times": 3, "make": 1})
    assert group.meetings.count() == 3
    client.post(address, {"first_day": "2026-10-13", "times": 3, "make": 1})
    assert [days.local(one.starts_at).date() for one in group.meetings.all()] == [
        *(date(2026, 10, 13), date(2026, 11, 10), date(2026, 12, 8)),
    ]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"first_day": "", "times": 3}, "first_day"),
        ({"first_day": "2027-06-20", "times": 3}, "first_day"),
        ({"first_day": "2026-10-13", "times": 0}, "times"),
        ({"first_day": "2026-10-13", "times": 99}, "times"),
        ({"first_day": "eilen", "times": "monta"}, "first_day"),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(sign_in, group, employee, data, field):
    response = sign_in(employee).post(reverse("mentoring:plan", args=[group.pk]), {**data, "make": 1})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Meeting.objects.exists()


def test_planned_meetings_come_to_every_member_as_one_file_each(group, employee, colleague, third):
    meetings.set_link(group, link=LINK, by=third)
    made = plan(group, employee)
    assert told("meetings_planned") == {employee.email, colleague.email, third.email}
    found = files("meetings_planned", colleague)
    assert [method for method, _ in found] == ["REQUEST"] * 4
    assert len({str(event["uid"]) for _, event in found}) == 4
    assert [event["sequence"] for _, event in found] == [0] * 4
    event = found[0][1]
    assert event.decoded("dtstart") == made[0].starts_at
    assert str(event["location"]) == LINK
    assert str(event["summary"]).startswith("Stödgrupp: ")
    assert event["attendee"] == "mailto:linnea@loviisa.example"


def test_a_meeting_moved_and_cancelled_keeps_its_uid_and_its_sequence_grows(group, employee, colleague):
    meeting = plan(group, employee)[0]
    (_, first), *_ = files("meetings_planned", colleague)
    before = Mail.objects.count()
    meetings.move(meeting, starts_at=meeting.starts_at, by=employee)
    assert Mail.objects.count() == before  # nothing has changed
    meetings.move(meeting, starts_at=meeting.starts_at + timedelta(days=1), by=employee)
    ((method, moved),) = files("meeting_moved", colleague)
    assert (method, moved["sequence"], moved["uid"]) == ("REQUEST", 1, first["uid"])
    assert moved.decoded("dtend") - moved.decoded("dtstart") == timedelta(minutes=90)
    meetings.move(meeting, starts_at=meeting.starts_at + timedelta(days=2), by=employee)
    assert files("meeting_moved", colleague)[0][1]["sequence"] == 2
    meetings.cancel(meeting, by=employee, reason="Flunssa kiertää.")
    ((method, gone),) = files("meeting_cancelled", colleague)
    assert (method, gone["sequence"], gone["uid"], gone["status"]) == ("CANCEL", 3, first["uid"], "CANCELLED")
    assert "Flunssa kiertää." in Mail.objects.get(template="mentoring/meeting_cancelled", person=colleague).text


def test_another_link_brings_the_calendars_up_to_date(sign_in, group, employee, colleague):
    past = builders.meeting(group, in_days=-3)
    meeting = plan(group, employee, times=1)[0]
    sign_in(colleague).post(reverse("mentoring:link", args=[group.pk]), {"link": LINK})
    ((method, event),) = files("link_changed", employee)
    assert (method, event["sequence"], str(event["location"])) == ("REQUEST", 1, LINK)
    past.refresh_from_db()
    assert past.revision == 0
    meeting.refresh_from_db()
    meetings.cancel(meeting, by=employee)
    assert files("meeting_cancelled", employee)[0][1]["sequence"] == 2


@pytest.mark.parametrize("link", ["http://teams.example/1", "javascript:alert(1)", "https://", "ftp://teams.example/1"])
def test_the_link_is_https_alone(sign_in, group, employee, link):
    response = sign_in(employee).post(reverse("mentoring:link", args=[group.pk]), {"link": link})
    assert response.status_code == 422
    group.refresh_from_db()
    assert group.teams_link == ""


def test_who_joins_later_gets_the_coming_meetings_with_the_welcome(group, cohort, employee, others):
    builders.meeting(group, in_days=-3)
    plan(group, employee, times=3)
    joining = cohort.applications.get(state="offered")
    actions.accept(joining)
    found = files("welcome", joining.person)
    assert [method for method, _ in found] == ["REQUEST"] * 3


def test_who_leaves_gets_the_coming_meetings_taken_away(group, employee, colleague):
    made = plan(group, employee, times=3)
    meetings.cancel(made[2], by=employee)
    actions.leave(group.applications.get(person=colleague))
    found = files("parted", colleague)
    assert [(method, event["sequence"]) for method, event in found] == [("CANCEL", 1)] * 2
    assert told("left") == {employee.email, "elli@loviisa.example"}


def test_when_the_season_is_called_off_its_meetings_are(group, cohort, employee, colleague, coordinator, others):
    past = builders.meeting(group, in_days=-3)
    made = plan(group, employee, times=2)
    actions.cancel(cohort, reason="Rahoitus päättyi.", by=coordinator)
    assert [(method, event["sequence"]) for method, event in files("called_off", colleague)] == [("CANCEL", 1)] * 2
    offered = cohort.applications.get(state="offered")
    assert files("called_off", offered.person) == []
    assert all(one.cancelled_at for one in group.meetings.exclude(pk=past.pk))
    past.refresh_from_db()
    assert past.cancelled_at is None
    with pytest.raises(actions.Refused) as refused:
        meetings.move(made[0], starts_at=timezone.now() + timedelta(days=9), by=employee)
    assert refused.value.codes == ("state",)


def test_a_single_meeting_is_added(sign_in, group, employee, colleague):
    response = sign_in(employee).post(
        reverse("mentoring:add", args=[group.pk]), {"day": "2026-10-15", "begins": "13.30"}
    )
    assert response.status_code == 302
    meeting = group.meetings.get()
    assert meeting.starts_at == days.at(date(2026, 10, 15), time(13, 30))
    assert len(files("meetings_planned", colleague)) == 1


@pytest.mark.parametrize(
    ("when", "code"),
    [
        (datetime(2026, 10, 5, 9, tzinfo=days.HELSINKI), "past"),
        (datetime(2027, 8, 5, 9, tzinfo=days.HELSINKI), "outside"),
        (datetime(2026, 10, 13, 10, tzinfo=days.HELSINKI), "overlaps"),
    ],
)
def test_no_meeting_is_held_at_an_impossible_time(sign_in, group, employee, when, code):
    first, second = plan(group, employee, times=2)
    with pytest.raises(actions.Refused) as refused:
        meetings.add(group, starts_at=when, by=employee)
    assert refused.value.codes == (code,)
    with pytest.raises(actions.Refused) as refused:
        meetings.move(second, starts_at=when, by=employee)
    assert refused.value.codes == (code,)
    response = sign_in(employee).post(
        reverse("mentoring:move", args=[second.pk]), {"day": f"{when:%Y-%m-%d}", "begins": f"{when:%H.%M}"}
    )
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert first.starts_at == group.meetings.first().starts_at


def test_what_has_begun_or_is_cancelled_is_moved_and_cancelled_no_more(group, employee):
    past, gone = builders.meeting(group, in_days=-3), plan(group, employee, times=1)[0]
    meetings.cancel(gone, by=employee)
    for meeting in (past, gone):
        with pytest.raises(actions.Refused):
            meetings.move(meeting, starts_at=timezone.now() + timedelta(days=30), by=employee)
        with pytest.raises(actions.Refused):
            meetings.cancel(meeting, by=employee)


# Themes


def test_themes_are_proposed_voted_for_and_the_vote_taken_back(sign_in, group, employee, colleague):
    client = sign_in(employee)
    client.post(reverse("mentoring:propose", args=[group.pk]), {"text": "  Hiljaiset   lukijat "})
    theme = Theme.objects.get()
    assert theme.text == "Hiljaiset lukijat"
    other = meetings.propose_theme(group, text="Kirjavinkkaus", by=colleague)
    client.post(reverse("mentoring:theme", args=[other.pk]), {"do": "vote"})
    client.post(reverse("mentoring:theme", args=[other.pk]), {"do": "vote"})
    assert [(one.text, one.votes) for one in meetings.themes_of(group)] == [
        *(("Kirjavinkkaus", 2), ("Hiljaiset lukijat", 1)),
    ]
    client.post(reverse("mentoring:theme", args=[other.pk]), {"do": "take_back"})
    assert [one.votes for one in meetings.themes_of(group)] == [1, 1]
    client.post(reverse("mentoring:theme", args=[other.pk]), {"do": "drop"})
    assert Theme.objects.count() == 2  # somebody else's
    client.post(reverse("mentoring:theme", args=[theme.pk]), {"do": "drop"})
    assert list(Theme.objects.all()) == [other]


def test_the_same_theme_proposed_twice_is_one_with_two_votes(group, employee, colleague):
    meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    meetings.propose_theme(group, text="kirjavinkkaus ", by=colleague)
    (theme,) = meetings.themes_of(group)
    assert theme.votes == 2


def test_an_empty_theme_is_refused_at_its_field_on_the_groups_page(sign_in, group, employee):
    response = sign_in(employee).post(reverse("mentoring:propose", args=[group.pk]), {"text": " "})
    assert response.status_code == 422
    assert "text" in response.context["form"].errors
    assert "Linnea Exempel" in response.content.decode()


def test_the_convenor_agrees_on_a_theme_and_the_one_before_waits_again(sign_in, group, employee, colleague):
    meeting = plan(group, employee, times=1)[0]
    one = meetings.propose_theme(group, text="Kirjavinkkaus", by=colleague)
    two = meetings.propose_theme(group, text="Hiljaiset lukijat", by=colleague)
    client, address = sign_in(employee), reverse("mentoring:agree", args=[meeting.pk])
    client.post(address, {"theme": one.pk})
    meeting = Meeting.objects.get()
    assert meeting.theme == one
    assert list(meetings.themes_of(group)) == [two]
    client.post(address, {"theme": two.pk})
    assert Meeting.objects.get().theme == two
    assert list(meetings.themes_of(group)) == [one]
    client.post(address, {"theme": ""})
    assert len(meetings.themes_of(group)) == 2


def test_a_cancelled_meeting_gives_its_theme_back(group, employee):
    meeting = plan(group, employee, times=1)[0]
    theme = meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    meetings.agree(meeting, theme=theme, by=employee)
    meetings.cancel(meeting, by=employee)
    assert list(meetings.themes_of(group)) == [theme]


def test_a_theme_of_another_group_or_meeting_cannot_be_agreed_on(group, cohort, employee, other_member):
    first, second = plan(group, employee, times=2)
    theirs = meetings.propose_theme(other_member.applications.get().group, text="Meidän", by=other_member)
    taken = meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    meetings.agree(first, theme=taken, by=employee)
    for theme in (theirs, taken):
        with pytest.raises(actions.Refused):
            meetings.agree(second, theme=theme, by=employee)


def test_the_votes_of_who_leaves_go(group, employee, colleague):
    meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    meetings.propose_theme(group, text="Kirjavinkkaus", by=colleague)
    actions.leave(group.applications.get(person=colleague))
    assert meetings.themes_of(group).get().votes == 1


def test_a_theme_stands_in_no_calendar(client, group, employee):
    meeting = plan(group, employee, times=1)[0]
    meetings.agree(meeting, theme=meetings.propose_theme(group, text="Esihenkilömme", by=employee), by=employee)
    meetings.move(meeting, starts_at=meeting.starts_at + timedelta(days=1), by=employee)
    feed = client.get(reverse("calendar_feed", args=[employee.calendar_token])).content.decode()
    sent = "".join(text for mail in Mail.objects.all() for _, text in mail.calendars)
    assert "BEGIN:VEVENT" in feed
    assert "Esihenkilömme" not in feed + sent


# Who was there


def test_attendance_is_noted_after_the_meeting_began_and_can_be_corrected(sign_in, group, employee, colleague, third):
    meeting = builders.meeting(group, in_days=-1)
    of = {one.person: one for one in group.applications.all()}
    client, address = sign_in(employee), reverse("mentoring:attendance", args=[meeting.pk])
    client.post(address, {"present": [of[employee].pk, of[third].pk]})
    rows = {one.application.person: one.was_there for one in Attendance.objects.all()}
    assert rows == {employee: True, third: True, colleague: False}
    client.post(address, {"present": [of[colleague].pk]})
    rows = {one.application.person: one.was_there for one in Attendance.objects.all()}
    assert rows == {employee: False, third: False, colleague: True}
    assert "Linnea Exempel" in client.get(reverse("mentoring:meeting", args=[meeting.pk])).content.decode()
    assert "1 oli paikalla" in page_of(client, group)


def test_attendance_is_not_noted_before_nor_by_who_does_not_convene(group, employee, colleague):
    coming, past = builders.meeting(group), builders.meeting(group, in_days=-1)
    with pytest.raises(actions.Refused) as refused:
        meetings.note_attendance(coming, present=[], by=employee)
    assert refused.value.codes == ("not_begun",)
    meetings.name_convenor(group, person=colleague, by=employee)
    with pytest.raises(actions.Refused) as refused:
        meetings.note_attendance(past, present=[], by=employee)
    assert refused.value.codes == ("not_convenor",)


def test_who_joined_later_was_not_absent(group, employee, colleague):
    meeting = builders.meeting(group, in_days=-5)
    group.applications.filter(person=colleague).update(state_since=timezone.now())
    meetings.note_attendance(meeting, present=[], by=employee)
    assert not Attendance.objects.filter(application__person=colleague).exists()
    assert Attendance.objects.count() == 2


# The own calendar


def test_meetings_stand_on_the_own_page_and_in_the_own_feed_the_cancelled_ones_marked(
    client, sign_in, group, employee, other_member
):
    held, gone = plan(group, employee, times=2)
    meetings.cancel(gone, by=employee)
    text = sign_in(employee).get(reverse("mine")).content.decode()
    assert text.count(reverse("mentoring:meeting", args=[held.pk])) == 1
    assert "Peruttu" in text
    feed = Calendar.from_ical(client.get(reverse("calendar_feed", args=[employee.calendar_token])).content)
    states = {str(one["status"]): one for one in feed.walk("VEVENT")}
    assert set(states) == {"CONFIRMED", "CANCELLED"}
    assert str(states["CANCELLED"]["summary"]).startswith("Peruttu: ")
    theirs = Calendar.from_ical(client.get(reverse("calendar_feed", args=[other_member.calendar_token])).content)
    assert not theirs.walk("VEVENT")


# The end


def test_when_the_season_is_closed_the_page_is_for_reading(sign_in, group, cohort, employee):
    meeting = builders.meeting(group, in_days=-1)
    theme = meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    Cohort.objects.filter(pk=cohort.pk).update(state="closed", state_since=timezone.now())
    client = sign_in(employee)
    text = page_of(client, group)
    assert "Linnea Exempel" in text
    assert "Kirjavinkkaus" in text
    assert "<form" not in re.search(r"<main.*</main>", text, re.DOTALL)[0]
    client.post(reverse("mentoring:propose", args=[group.pk]), {"text": "Myöhässä"})
    client.post(reverse("mentoring:theme", args=[theme.pk]), {"do": "take_back"})
    client.post(reverse("mentoring:attendance", args=[meeting.pk]), {"present": []})
    client.post(reverse("mentoring:link", args=[group.pk]), {"link": LINK})
    assert [one.votes for one in meetings.themes_of(group)] == [1]
    assert not Attendance.objects.exists()
    assert not Group.objects.exclude(teams_link="").exists()


def test_what_members_write_to_each_other_is_masked_in_the_outbox(sign_in, group, employee, superuser):
    meeting = plan(group, employee, times=1)[0]
    meetings.cancel(meeting, by=employee, reason="Kertun takia.")
    mails = Mail.objects.filter(template="mentoring/meeting_cancelled")
    assert all("Kertun takia." in mail.text for mail in mails)
    client = sign_in(superuser)
    for mail in mails:
        page = client.get(reverse("admin:notifications_mail_change", args=[mail.pk]), follow=True).content.decode()
        assert "Kertun takia." not in page


# How much is asked of the database

GROUP_QUERIES, MEETING_QUERIES = 6, 6


@pytest.mark.parametrize(("members", "number"), [(4, 1), (9, 12)])
def test_pages_take_the_same_queries_whatever_the_group_has_done(
    sign_in, cohort, askola, employee, members, number, django_assert_num_queries
):
    group = builders.mentoring_group(cohort, employee, *builders.people(members - 1, askola))
    for n in range(number):
        meeting = builders.meeting(group, in_days=7 * (n + 1))
        past = builders.meeting(group, in_days=-7 * (n + 1))
        meetings.note_attendance(past, present=list(group.applications.all()), by=employee)
        theme = meetings.propose_theme(group, text=f"Teema {n}", by=employee)
        meetings.propose_theme(group, text=f"Toinen {n}", by=employee)
        meetings.agree(meeting, theme=theme, by=employee)
    client = sign_in(employee)
    client.get(group.get_absolute_url())
    with django_assert_num_queries(GROUP_QUERIES):
        client.get(group.get_absolute_url())
    for one in (meeting, past):
        with django_assert_num_queries(MEETING_QUERIES):
            client.get(reverse("mentoring:meeting", args=[one.pk]))


def test_the_next_meeting_stands_on_the_members_home_page_alone(group, employee, others, sign_in):
    first, second, *_ = plan(group, employee)
    client = sign_in(employee)
    page = client.get("/fi/").text
    assert f"/fi/mentoring/meetings/{first.pk}/" in page and "ti 13.10. klo\xa09" in page
    assert f"/fi/mentoring/meetings/{second.pk}/" not in page
    meetings.cancel(first, by=employee)
    assert f"/fi/mentoring/meetings/{second.pk}/" in client.get("/fi/").text
    for person in others:
        assert "/mentoring/meetings/" not in sign_in(person).get("/fi/").text


def test_the_next_meeting_stands_among_ones_trainings_in_the_order_of_the_days(group, employee, uusimaa, sign_in):
    meeting, *_ = plan(group, employee)
    days_to_it = (meeting.starts_at - timezone.now()).days
    for title, in_days in (("Ennen", days_to_it - 2), ("Jälkeen", days_to_it + 2)):
        sign_up(builders.training(uusimaa, title_fi=title, in_days=in_days), person=employee)
    own = sign_in(employee).get("/fi/").text.partition("Tulevat tapahtumani")[2]
    assert own.index("Ennen") < own.index(f"/fi/mentoring/meetings/{meeting.pk}/") < own.index("Jälkeen")
