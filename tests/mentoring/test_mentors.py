"""The mentor of a group: named at the desk, invited as the members are, sees what the group does and never what it writes."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from ake_portal import privacy
from mentoring import actions, meetings, notes, placing, survey
from mentoring.models import Application, Cohort, Meeting
from notifications.models import Mail
from tests import builders
from tests.mentoring.formed import fresh, to_forming


@pytest.fixture
def cohort(uusimaa):
    return builders.cohort(uusimaa, state="running", first_day=date(2026, 10, 1), last_day=date(2027, 5, 31))


@pytest.fixture
def group(cohort, employee, colleague):
    return builders.mentoring_group(cohort, employee, colleague)


@pytest.fixture
def mentor(lapland):
    library = builders.library(lapland, "Kemin kirjasto", "Kemi bibliotek")
    return builders.person("maija@kemi.example", "Maija", "Mentori", library=library, language="sv")


@pytest.fixture
def other_mentor(lapland):
    return builders.person("mauri@kemi.example", "Mauri", "Toinen", library=lapland.libraries.first())


def name(group, person):
    """What the desk does when its form is sent."""
    group = fresh(group)
    return placing.change_group(
        group, language=group.language, slot=group.slot, teams_link=group.teams_link, mentor=person
    )


def send(client, group, email, **sent):
    """The desk's form of a group, as it is drawn now."""
    group = fresh(group)
    seen = f"{group.language} {group.slot} {group.teams_link} {group.mentor_id or ''}"
    url = reverse("mentoring:change_group", args=[group.cohort_id, group.pk])
    sent = {"teams_link": group.teams_link, "language": group.language, "slot": group.slot, "seen": seen, **sent}
    return client.post(url, {**sent, "mentor_email": email})


def mails(person, *templates):
    found = Mail.objects.filter(person=person).order_by("pk")
    return [mail for mail in found if not templates or mail.template.removeprefix("mentoring/") in templates]


def kinds(person):
    return [mail.template.removeprefix("mentoring/") for mail in mails(person)]


def files(mail):
    """[(method, SEQUENCE, UID)] of a mail's calendar files."""
    events = [(method, Calendar.from_ical(text).walk("VEVENT")[0]) for method, text in mail.calendars]
    return [(method, int(event["sequence"]), str(event["uid"])) for method, event in events]


def pages_of(group, meeting):
    return [reverse("mentoring:group", args=[group.pk]), reverse("mentoring:meeting", args=[meeting.pk])]


# Naming


def test_who_is_named_hears_in_the_own_language_what_is_asked_and_gets_the_meetings_to_come(
    group, mentor, employee, colleague, sign_in, coordinator
):
    made = meetings.plan(group, first_day=date(2026, 10, 13), times=2, by=employee)
    builders.meeting(group, in_days=-3)
    assert send(sign_in(coordinator), group, "Maija@Kemi.Example").status_code == 302
    (mail,) = mails(mentor)
    assert mail.subject == f"Du har utsetts till mentor för en stödgrupp: {group.topic.name_sv} 1"
    assert "Som mentor stöder du gruppen" in mail.text and "Anteckningarna är bara medlemmarnas." in mail.text
    assert f"/sv/mentoring/groups/{group.pk}/" in mail.text and f"/sv/mentoring/groups/{group.pk}/" in mail.html
    assert mail.reply_to == group.cohort.region.email
    assert [(method, uid) for method, _, uid in files(mail)] == [
        ("REQUEST", f"mentoring-meeting-{one.pk}@ake-portal") for one in made
    ]
    for member, said in ((employee, "mentori on Maija Mentori"), (colleague, "Maija Mentori är mentor")):
        (mail,) = mails(member, "mentor_changed")
        assert said in mail.subject


def test_to_send_the_form_again_tells_nobody_anything(group, mentor, sign_in, coordinator):
    client = sign_in(coordinator)
    send(client, group, mentor.email)
    before = Mail.objects.count()
    send(client, group, mentor.email, teams_link="https://teams.example/1")
    assert fresh(group).teams_link == "https://teams.example/1" and fresh(group).mentor == mentor
    assert Mail.objects.count() == before


def test_an_old_page_takes_no_mentor_away(group, mentor, sign_in, coordinator):
    seen = f"{group.language} {group.slot}  "
    name(group, mentor)
    page = sign_in(coordinator).post(
        reverse("mentoring:change_group", args=[group.cohort_id, group.pk]),
        {"teams_link": "", "seen": seen, "mentor_email": ""},
        follow=True,
    )
    assert "Joku muu on ehtinyt muuttaa tätä ryhmää." in page.text and fresh(group).mentor == mentor


def test_while_groups_are_formed_nobody_is_told_and_the_mentor_hears_when_they_are_announced(
    uusimaa, mentor, employee, colleague, sign_in
):
    cohort = builders.cohort(uusimaa, smallest=3)
    third = builders.person("elli@loviisa.example", "Elli", "Kolmas", library=colleague.library)
    for person in (employee, colleague, third):
        builders.application(cohort, person)
    group = placing.add_group(to_forming(cohort), topic=cohort.topics.get(), language="fi", slot="2-09")
    for application in cohort.applications.all():
        placing.move(application, group=group)
    name(group, mentor)
    assert kinds(mentor) == []
    client = sign_in(mentor)
    assert client.get(group.get_absolute_url()).status_code == 404
    placing.announce(cohort)
    assert kinds(mentor) == ["mentor_named"]
    assert client.get(group.get_absolute_url()).status_code == 200
    # whoever is offered a place knows before accepting it
    application = cohort.applications.get(person=employee)
    assert "Mentori: Maija Mentori" in mails(employee, "place_offered")[0].text
    assert "Maija Mentori" in sign_in(employee).get(reverse("mentoring:place", args=[application.pk])).text


def test_a_season_that_is_called_off_before_the_groups_are_announced_tells_no_mentor(
    uusimaa, mentor, employee, coordinator
):
    cohort = builders.cohort(uusimaa)
    builders.application(cohort, employee)
    group = placing.add_group(to_forming(cohort), topic=cohort.topics.get(), language="fi", slot="2-09")
    name(group, mentor)
    actions.cancel(cohort, reason="Liian vähän hakijoita.", by=coordinator)
    assert kinds(mentor) == []


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("coordinator", "ettei AKE näe heidän teemojaan"),
        ("superuser", "ettei AKE näe heidän teemojaan"),
        ("employee", "Hän on jo ryhmän jäsen"),
        ("director", "Mentori ei voi olla jäsenen esihenkilö"),
    ],
)
def test_nobody_becomes_the_mentor_whom_the_members_were_promised_to_be_without(
    who, said, group, sign_in, coordinator, request
):
    person = request.getfixturevalue(who)
    response = send(sign_in(coordinator), group, person.email)
    assert response.status_code == 422 and said in response.text and f'value="{person.email}"' in response.text
    assert fresh(group).mentor is None
    with pytest.raises(actions.Refused):
        name(group, person)


def test_a_superior_that_a_member_has_named_and_who_works_under_a_member_are_no_mentors(
    group, mentor, employee, colleague, lapland
):
    Application.objects.filter(person=employee).update(superior_email="MAIJA@kemi.example")
    with pytest.raises(actions.Refused) as refused:
        name(group, mentor)
    assert refused.value.codes == ("mentor_is_superior",)
    Application.objects.filter(person=employee).update(superior_email="")
    type(mentor.library).objects.filter(pk=mentor.library_id).update(director=colleague)
    with pytest.raises(actions.Refused):
        name(group, fresh(mentor))


# What the mentor sees


def test_the_mentor_sees_members_meetings_and_themes_and_changes_nothing(group, mentor, employee, sign_in):
    coming, past = builders.meeting(group), builders.meeting(group, in_days=-3)
    theme = meetings.propose_theme(group, text="Kirjavinkkaus", by=employee)
    agreed = meetings.propose_theme(group, text="Hiljaiset lukijat", by=employee)
    meetings.agree(coming, theme=agreed, by=employee)
    name(group, mentor)
    client = sign_in(mentor)
    page = client.get(group.get_absolute_url()).text
    for shown in (
        "Linnea Exempel",
        "aino@askola.example",
        "Kirjavinkkaus",
        "Hiljaiset lukijat",
        "Olet tämän ryhmän mentori",
    ):
        assert shown in page
    assert "Satutuokioita vauvoille." not in page  # what members bring was written for the members
    for address in pages_of(group, coming) + pages_of(group, past):
        shown = client.get(address)
        main = re.search(r"<main.*</main>", shown.text, re.DOTALL)[0]
        assert shown.status_code == 200 and "<form" not in main
        links = set(re.findall(r'href="(/fi/mentoring/(?:groups|meetings)/[^"#]*)', main))
        assert links and all(client.get(link).status_code == 200 for link in links), links
    others = [
        *(reverse(f"mentoring:{page}", args=[group.pk]) for page in ("convenor", "link", "plan", "add", "leave")),
        *(reverse(f"mentoring:{page}", args=[group.pk]) for page in ("propose", "summary")),
        *(reverse(f"mentoring:{page}", args=[past.pk]) for page in ("move", "cancel", "agree", "attendance", "note")),
        reverse("mentoring:theme", args=[theme.pk]),
        reverse("mentoring:survey", args=[group.cohort_id]),
    ]
    for address in others:
        assert {client.get(address).status_code, client.post(address, {"do": "vote"}).status_code} <= {404, 405}, (
            address
        )
    assert "Satutuokioita vauvoille." in sign_in(employee).get(group.get_absolute_url()).text


def test_the_mentor_is_not_asked_the_survey_nor_sent_to_it(group, cohort, mentor, sign_in):
    name(group, mentor)
    Cohort.objects.filter(pk=cohort.pk).update(last_day=timezone.localdate())
    survey.begin(cohort)
    assert kinds(mentor) == ["mentor_named"]
    assert reverse("mentoring:survey", args=[cohort.pk]) not in sign_in(mentor).get(group.get_absolute_url()).text


def test_the_members_page_says_who_reads_what(group, mentor, employee, sign_in):
    client, alone = sign_in(employee), "Vain ryhmän jäsenet pääsevät tälle sivulle."
    assert alone in client.get(group.get_absolute_url()).text
    name(group, mentor)
    page = client.get(group.get_absolute_url()).text
    assert alone not in page and "Vain ryhmän jäsenet ja mentori pääsevät tälle sivulle." in page


@pytest.mark.parametrize("number", [1, 12])
def test_the_mentors_pages_take_the_same_queries_whatever_the_group_has_done(
    number, group, mentor, employee, sign_in, django_assert_num_queries
):
    for n in range(number):
        meeting = builders.meeting(group, in_days=7 * (n + 1))
        meetings.propose_theme(group, text=f"Teema {n}", by=employee)
    name(group, mentor)
    client = sign_in(mentor)
    client.get(group.get_absolute_url())
    for address, queries in zip(pages_of(group, meeting), (6, 5), strict=True):
        with django_assert_num_queries(queries):
            client.get(address)


# Invitations


def test_the_mentor_is_invited_as_the_members_are(group, mentor, employee):
    name(group, mentor)
    (meeting,) = meetings.plan(group, first_day=date(2026, 10, 13), times=1, by=employee)
    meetings.set_link(group, link="https://teams.example/1", by=employee)
    meetings.move(fresh(meeting), starts_at=meeting.starts_at + timedelta(days=1), by=employee)
    meetings.cancel(fresh(meeting), reason="Flunssa kiertää.", by=employee)
    assert kinds(mentor) == ["mentor_named", "meetings_planned", "link_changed", "meeting_moved", "meeting_cancelled"]
    found = [files(mail)[0][:2] for mail in mails(mentor)[1:]]
    assert found == [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)]
    assert "Flunssa kiertää." in mails(mentor)[-1].text


def test_the_groups_meetings_stand_on_the_mentors_page_and_in_the_own_calendar(
    client, group, mentor, other_mentor, employee, sign_in
):
    (meeting,) = meetings.plan(group, first_day=date(2026, 10, 13), times=1, by=employee)
    address = reverse("mentoring:meeting", args=[meeting.pk])

    def feed(person):
        return Calendar.from_ical(client.get(reverse("calendar_feed", args=[person.calendar_token])).content)

    name(group, mentor)
    assert sign_in(mentor).get(reverse("mine")).text.count(address) == 1
    assert len(feed(mentor).walk("VEVENT")) == 1
    name(group, other_mentor)
    assert address not in sign_in(mentor).get(reverse("mine")).text
    assert not feed(mentor).walk("VEVENT")


# The end of it


def test_who_is_replaced_gets_the_meetings_taken_away_and_hears_no_more(group, mentor, other_mentor, employee, sign_in):
    name(group, mentor)
    first, second = meetings.plan(group, first_day=date(2026, 10, 13), times=2, by=employee)
    meetings.cancel(second, by=employee)
    past = builders.meeting(group, in_days=-3)
    client = sign_in(mentor)
    name(group, other_mentor)
    mail = mails(mentor)[-1]
    assert mail.template == "mentoring/mentor_freed" and "du inte längre är mentor" in mail.text
    assert files(mail) == [("CANCEL", 1, f"mentoring-meeting-{first.pk}@ake-portal")]
    assert files(mails(other_mentor)[0])[0][:2] == ("REQUEST", 1)
    before = Mail.objects.filter(person=mentor).count()
    meetings.move(fresh(first), starts_at=first.starts_at + timedelta(days=1), by=employee)
    assert Mail.objects.filter(person=mentor).count() == before
    assert kinds(other_mentor) == ["mentor_named", "meeting_moved"]
    assert {client.get(address).status_code for address in pages_of(group, past)} == {404}


def test_the_group_may_do_without_one_and_who_comes_back_gets_newer_files(
    group, mentor, employee, sign_in, coordinator
):
    builders.meeting(group)
    client = sign_in(coordinator)
    for email in (mentor.email, "", mentor.email):
        send(client, group, email)
    assert kinds(mentor) == ["mentor_named", "mentor_freed", "mentor_named"]
    assert [files(mail)[0][:2] for mail in mails(mentor)] == [("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 3)]
    assert "ei ole nyt mentoria" in mails(employee, "mentor_changed")[1].subject


def test_who_takes_a_place_in_the_group_is_its_mentor_no_more(group, cohort, mentor, sign_in):
    name(group, mentor)
    application = Application.objects.create(
        cohort=cohort,
        person=mentor,
        library=mentor.library,
        state="offered",
        group=group,
        offer_until=timezone.now() + timedelta(days=3),
        employer_agrees=True,
    )
    actions.accept(application)
    assert fresh(group).mentor is None
    assert reverse("mentoring:leave", args=[group.pk]) in sign_in(mentor).get(group.get_absolute_url()).text


def test_when_the_season_is_called_off_the_mentor_hears_why_and_the_meetings_go(
    group, cohort, mentor, employee, coordinator, sign_in
):
    name(group, mentor)
    meetings.plan(group, first_day=date(2026, 10, 13), times=2, by=employee)
    actions.cancel(cohort, reason="Rahoitus päättyi.", by=coordinator)
    mail = mails(mentor)[-1]
    assert mail.template == "mentoring/mentor_freed" and "Rahoitus päättyi." in mail.text
    assert [one[:2] for one in files(mail)] == [("CANCEL", 1)] * 2
    assert sign_in(mentor).get(group.get_absolute_url()).status_code == 404


def test_when_the_season_is_closed_the_mentor_is_thanked_and_the_meetings_go(group, cohort, mentor, employee, sign_in):
    name(group, mentor)
    meetings.plan(group, first_day=date(2026, 10, 13), times=1, by=employee)
    Cohort.objects.filter(pk=cohort.pk).update(state="closing")
    survey.close(cohort)
    mail = mails(mentor)[-1]
    assert "Tack för att du var mentor" in mail.text and files(mail)[0][:2] == ("CANCEL", 1)
    assert sign_in(mentor).get(group.get_absolute_url()).status_code == 200


def test_a_mentor_who_is_erased_is_mentor_no_more_and_gets_no_mail(group, mentor, employee):
    name(group, mentor)
    before = Mail.objects.filter(address=mentor.email).count()
    privacy.erase(mentor)
    meetings.plan(group, first_day=date(2026, 10, 13), times=1, by=employee)
    assert fresh(group).mentor is None and not Mail.objects.filter(address=mentor.email, key__contains="planned")
    assert Mail.objects.filter(address=mentor.email).count() <= before


def test_the_mentors_own_data_hold_no_note_of_the_group(group, mentor, employee):
    meeting = builders.meeting(group, in_days=-3)
    notes.write(meeting, text="Salaisuus", by=employee, revision=0)
    name(group, mentor)
    assert not notes.meetings_of(mentor).exists() and notes.meetings_of(employee).get() == Meeting.objects.get()
    exported = privacy.export_for(mentor)
    assert "Salaisuus" not in str(exported) and exported["mentoring_notes"]["groups_with_notes"] == []
