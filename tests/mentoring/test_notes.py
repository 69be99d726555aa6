"""The notes of a group: written together, read by its members alone, gone 90 days after the end."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from ake_portal import privacy
from ake_portal import reminders as portal
from ideas.models import Idea
from mentoring import closing_reminders, notes
from mentoring.actions import Refused, cancel, leave
from mentoring.models import Cohort, Note, Theme
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders

TEXT = "Kaisa kertoi väsymyksestä.\n\nSovittiin, että puhumme siitä lisää."
NEW_KEY = "uusi-avain-0123456789-abcdefghijklmn"


@pytest.fixture
def cohort(uusimaa):
    today = timezone.localdate()
    days = {"first_day": today - timedelta(days=60), "last_day": today + timedelta(days=60)}
    return builders.cohort(uusimaa, state="running", in_days=-90, **days)


@pytest.fixture
def group(cohort, employee, colleague):
    """The employee and the colleague belong to it."""
    return builders.mentoring_group(cohort, employee, colleague)


@pytest.fixture
def meeting(group):
    """A week ago."""
    return builders.meeting(group, -7)


def address(meeting):
    return reverse("mentoring:note", args=[meeting.pk])


def send(client, meeting, text, revision=0):
    return client.post(address(meeting), {"text": text, "revision": revision})


def close(cohort, ago):
    Cohort.objects.filter(pk=cohort.pk).update(state="closed", state_since=timezone.now() - ago)


def text_in(page):
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


# Writing together


def test_members_write_by_turns_and_read_it_in_paragraphs(meeting, employee, colleague, sign_in):
    assert "<textarea" in text_in(sign_in(employee).get(address(meeting)))
    assert send(sign_in(employee), meeting, TEXT).status_code == 302
    page = text_in(sign_in(colleague).get(address(meeting)))
    assert "<p>Kaisa kertoi väsymyksestä.</p>" in page and "Aino Esimerkki" in page and "<textarea" not in page
    form = text_in(sign_in(colleague).get(address(meeting) + "?write"))
    assert "Kaisa kertoi väsymyksestä." in form and 'name="revision" value="1"' in form
    send(sign_in(colleague), meeting, TEXT + "\n\nJatketaan.", 1)
    assert "<p>Jatketaan.</p>" in text_in(sign_in(employee).get(address(meeting)))


def test_what_is_written_is_shown_as_text(meeting, employee, sign_in):
    send(sign_in(employee), meeting, "<script>alert(1)</script> https://kirjastot.fi ja \"<b onclick='x'>\"")
    page = text_in(sign_in(employee).get(address(meeting)))
    assert "<script" not in page and "<b " not in page and "&lt;script&gt;" in page
    assert '<a href="https://kirjastot.fi" rel="nofollow">' in page


def test_two_who_write_at_once_lose_nothing(meeting, employee, colleague, sign_in):
    send(sign_in(employee), meeting, "Ainon teksti")
    answer = send(sign_in(colleague), meeting, "Linneas text")
    page = text_in(answer)
    assert answer.status_code == 409
    assert "Linneas text</textarea>" in page and "<p>Ainon teksti</p>" in page and 'name="revision" value="1"' in page
    assert "Aino Esimerkki sparade anteckningarna" in text_in(
        sign_in(colleague).post(address(meeting).replace("/fi/", "/sv/"), {"text": "Linneas text", "revision": 0})
    )
    assert notes.text_of(Note.objects.get()) == "Ainon teksti"
    assert send(sign_in(colleague), meeting, "Ainon teksti\n\nLinneas text", 1).status_code == 302
    assert notes.text_of(Note.objects.get()) == "Ainon teksti\n\nLinneas text"


def test_a_text_saved_twice_is_no_conflict(meeting, employee, sign_in):
    for _ in range(2):
        assert send(sign_in(employee), meeting, TEXT).status_code == 302
    assert Note.objects.get().revision == 1


def test_what_is_too_long_or_sent_without_a_revision_stays_in_the_form(meeting, employee, sign_in):
    client = sign_in(employee)
    for data in ({"text": "a" * 50_001, "revision": 0}, {"text": "a" * 20, "revision": "x"}):
        answer = client.post(address(meeting), data)
        assert answer.status_code == 422 and data["text"] in text_in(answer)
    assert not Note.objects.exists()


def test_the_note_of_a_closed_cohort_is_for_reading(meeting, cohort, employee, sign_in):
    client = sign_in(employee)
    send(client, meeting, TEXT)
    close(cohort, timedelta(days=1))
    page = text_in(client.get(address(meeting) + "?write"))
    assert "Kaisa kertoi" in page and "<form" not in page and "su 3.1.2027" in page
    answer = send(client, meeting, "Muutos", 1)
    assert answer.status_code == 422 and "Muutos" in text_in(answer)
    with pytest.raises(Refused):
        notes.write(meeting, text="Muutos", by=employee, revision=1)
    assert notes.text_of(Note.objects.get()) == TEXT


# Who reads it


def test_the_note_is_for_members_alone(meeting, employee, sign_in, cast_of):
    send(sign_in(employee), meeting, TEXT)
    for method in ("get", "post"):
        got = {name: getattr(sign_in(person), method)(address(meeting)).status_code for name, person in cast_of.items()}
        inside = 200 if method == "get" else 422
        assert got == {name: inside if name in ("employee", "colleague") else 404 for name in cast_of}


def test_the_page_of_a_cancelled_meeting_leads_members_to_its_note_if_there_is_one(
    meeting, group, employee, stranger, sign_in
):
    page, cancelled = reverse("mentoring:meeting", args=[meeting.pk]), {"cancelled_at": timezone.now()}
    send(sign_in(employee), meeting, TEXT)
    type(meeting).objects.update(**cancelled)
    empty = builders.meeting(group, -3, **cancelled)
    client = sign_in(employee)
    assert f'href="{address(meeting)}"' in text_in(client.get(page))
    assert client.get(address(meeting)).status_code == 200
    assert address(empty) not in text_in(client.get(reverse("mentoring:meeting", args=[empty.pk])))
    type(group).objects.update(mentor=stranger)
    shown = sign_in(stranger).get(page)
    assert shown.status_code == 200 and address(meeting) not in text_in(shown)


def test_a_member_of_another_group_and_one_who_has_left_are_strangers(
    meeting, group, cohort, employee, colleague, sign_in
):
    other = builders.person("toinen@askola.example", library=employee.library)
    builders.mentoring_group(cohort, other)
    leave(group.applications.get(person=colleague))
    for person in (other, colleague):
        for name, key in (("note", meeting.pk), ("summary", group.pk)):
            assert sign_in(person).get(reverse(f"mentoring:{name}", args=[key])).status_code == 404


def test_the_page_stays_in_no_cache(meeting, employee, sign_in):
    client = sign_in(employee)
    for answer in (client.get(address(meeting)), send(client, meeting, TEXT), client.get(address(meeting))):
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


def test_the_page_asks_the_database_twelve_times_at_most(meeting, employee, sign_in, django_assert_max_num_queries):
    client = sign_in(employee)
    send(client, meeting, TEXT)
    client.get(address(meeting))
    for query in ("", "?write"):
        with django_assert_max_num_queries(12):
            client.get(address(meeting) + query)
    with django_assert_max_num_queries(12):
        client.get(reverse("mentoring:summary", args=[meeting.group_id]))


# Keys


def test_a_lost_key_is_told_kindly_and_nothing_is_written_over(meeting, employee, sign_in, settings):
    client = sign_in(employee)
    send(client, meeting, TEXT)
    key = settings.SECRET_KEY
    settings.NOTES_KEYS, settings.SECRET_KEY = [], "another-secret-of-fifty-characters-0123456789-abcdef"
    client = sign_in(employee)
    answer = client.get(address(meeting))
    assert answer.status_code == 200 and "ei juuri nyt saada auki" in text_in(answer)
    answer = send(client, meeting, "Uusi teksti", 1)
    assert answer.status_code == 422 and "Uusi teksti" in text_in(answer)
    settings.SECRET_KEY = key
    assert notes.text_of(Note.objects.get()) == TEXT


def test_notes_are_sealed_anew_with_the_newest_key(meeting, group, employee, settings, capsys):
    notes.write(meeting, text=TEXT, by=employee, revision=0)
    settings.NOTES_KEYS = [NEW_KEY]
    call_command("reseal_notes")
    assert "1 notes are sealed" in capsys.readouterr().out
    settings.SECRET_KEY = "another-secret-of-fifty-characters-0123456789-abcdef"
    note = Note.objects.get()
    assert notes.text_of(note) == TEXT and note.revision == 1
    settings.NOTES_KEYS = []
    with pytest.raises(CommandError, match="1 notes are opened by none"):
        call_command("reseal_notes")
    assert Note.objects.get().sealed == note.sealed


# A summary for everybody


def summary_of(group):
    return reverse("mentoring:summary", args=[group.pk])


SUMMARY = {"title": "Kysy kolmesti", "text": "Avoin kysymys auttaa.", "language": "fi", "agreed": "on"}


def test_a_summary_goes_to_the_ake_and_by_mail_to_the_others(group, employee, colleague, coordinator, sign_in):
    client = sign_in(employee)
    assert client.post(summary_of(group), SUMMARY).status_code == 302
    idea = Idea.objects.get()
    assert (idea.kind, idea.state, idea.author, idea.library, idea.region) == (
        *("practice", "with_ake", employee, employee.library, group.cohort.region),
    )
    assert (idea.title_fi, idea.body_fi, idea.title_sv, [*idea.topics.all()]) == (
        *("Kysy kolmesti", "Avoin kysymys auttaa.", None, [group.topic]),
    )
    (mail,) = Mail.objects.filter(template="mentoring/summary_released")
    assert mail.person == colleague and mail.subject == "Din grupps sammandrag till idébanken: Kysy kolmesti"
    assert "Avoin kysymys auttaa." in mail.text and employee.email in mail.text and mail.reply_to
    assert list(Idea.objects.waiting_for_ake(coordinator)) == [idea]


def test_the_form_holds_nothing_of_the_notes(meeting, group, employee, sign_in):
    notes.write(meeting, text=TEXT, by=employee, revision=0)
    assert "Kaisa" not in sign_in(employee).get(summary_of(group)).content.decode()


@pytest.mark.parametrize("lacks", ["title", "text", "agreed"])
def test_without_the_groups_word_nothing_goes_out_and_nothing_typed_is_lost(group, employee, sign_in, lacks):
    answer = sign_in(employee).post(summary_of(group), {name: SUMMARY[name] for name in SUMMARY if name != lacks})
    page = text_in(answer)
    assert answer.status_code == 422 and not Idea.objects.exists() and not Mail.objects.exists()
    assert lacks == "text" or "Avoin kysymys auttaa." in page


# When the season is over


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.fixture
def written(meeting, group, employee, colleague):
    """A note, and two themes, one of them voted for."""
    notes.write(meeting, text=TEXT, by=employee, revision=0)
    theme = Theme.objects.create(group=group, text="Jaksaminen", proposed_by=employee, meeting=meeting)
    theme.voters.add(colleague)
    Theme.objects.create(group=group, text="Vinkkaus", proposed_by=colleague)


TABLES = ("mentoring_note", "mentoring_theme", "mentoring_theme_voters")


@pytest.mark.parametrize(("days", "kept"), [(0, (1, 2, 1)), (89, (1, 2, 1)), (90, (0, 0, 0)), (400, (0, 0, 0))])
def test_notes_and_themes_are_deleted_on_the_ninetieth_day(written, cohort, meeting, now, days, kept):
    close(cohort, timedelta(0))
    gone = privacy.keep_retention((now + timedelta(days=days)).replace(hour=1, minute=20))["notes"]
    assert tuple(map(rows_of, TABLES)) == kept
    assert gone == (0 if any(kept) else 3)
    assert cohort.groups.get().meetings.get() == meeting  # that they met stays


def test_the_day_of_deleting_is_the_one_that_was_told(written, cohort, now):
    close(cohort, timedelta(0))
    cohort.refresh_from_db()
    day_before = timezone.make_aware(timezone.datetime.combine(cohort.notes_go_on, timezone.datetime.min.time()))
    assert privacy.keep_retention(day_before - timedelta(minutes=1))["notes"] == 0
    assert privacy.keep_retention(day_before + timedelta(minutes=1))["notes"] == 3


def test_notes_of_other_cohorts_stay(written, cohort, uusimaa, employee, now):
    old = builders.cohort(uusimaa, state="running", in_days=-90)
    meeting = builders.meeting(builders.mentoring_group(old, employee), -7)
    notes.write(meeting, text="Vanha", by=employee, revision=0)
    close(old, timedelta(days=91))
    assert privacy.keep_retention(now)["notes"] == 1
    assert [notes.text_of(note) for note in Note.objects.all()] == [TEXT]


def test_what_nobody_can_open_after_a_cohort_is_called_off_goes_at_once(written, cohort, coordinator, now):
    cancel(cohort, reason="Liian vähän ryhmiä.", by=coordinator)
    privacy.keep_retention(now)
    assert tuple(map(rows_of, TABLES)) == (0, 0, 0)


def test_members_of_a_group_with_notes_are_told_once_a_week_before(written, cohort, uusimaa, stranger, now):
    quiet = builders.mentoring_group(cohort, stranger)  # has written nothing
    assert set(closing_reminders.RULES) <= set(portal.RULES)
    close(cohort, timedelta(0))
    for days in (82, 83, 84, 90, 91):
        runner.run(closing_reminders.RULES, now + timedelta(days=days))
    mails = Mail.objects.filter(template="mentoring/notes_go_soon").order_by("pk")
    assert [mail.person.first_name for mail in mails] == ["Aino", "Linnea"]
    assert mails[0].subject == "Ryhmäsi muistiinpanot poistetaan ma 4.1.2027"
    assert mails[1].subject == "Din grupps anteckningar raderas mån 4.1.2027"
    assert quiet.applications.count() == 1


# One's own data


def test_ones_own_export_says_that_notes_belong_to_the_group(written, employee, colleague):
    found = privacy.export_for(employee)["mentoring_notes"]
    assert [row["cohort"] for row in found["groups_with_notes"]] == ["Ryhmämentorointi 2027"]
    assert "kuuluvat ryhmälle" in found["why_not_here"] and "Kaisa" not in str(privacy.export_for(employee))


def test_when_a_member_is_erased_the_note_stays_with_the_group_without_the_name(
    written, meeting, employee, colleague, sign_in
):
    privacy.erase(employee)
    page = text_in(sign_in(colleague).get(address(meeting)))
    assert "Kaisa kertoi" in page and "Aino" not in page
