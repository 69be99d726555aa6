"""What a person gets of the own part in group mentoring, what erasing does to it, and what goes by itself."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from ake_portal import privacy
from mentoring.models import Application, Attendance, Cohort, Group
from notifications.models import Mail
from tests import builders


@pytest.fixture
def running(uusimaa):
    return builders.cohort(uusimaa, state="running")


def test_own_data_has_the_application_the_group_and_the_meetings(uusimaa, employee, colleague, running):
    one = builders.cohort(uusimaa, builders.topic("Seniorit", "Seniorer"))
    builders.application(one, employee, superior_email="johtaja@askola.example", times=["1-08"])
    group = builders.mentoring_group(running, employee, colleague, convenor=employee)
    meeting = builders.meeting(group, -3)
    Attendance.objects.create(meeting=meeting, application=Application.objects.get(person=employee, cohort=running))
    group_text = json.dumps(privacy.export_for(employee)["mentoring"], default=str, ensure_ascii=False)
    applied, member = privacy.export_for(employee)["mentoring"]
    assert (applied["state"], applied["wishes"], applied["group"]) == ("applied", ["Seniorit"], "")
    assert (applied["times"], applied["superior_email"]) == (["1-08"], "johtaja@askola.example")
    assert (member["state"], member["group"], member["is_convenor"]) == ("member", "Omatoimikirjasto 1", True)
    assert member["meetings"] == [{"starts_at": meeting.starts_at, "was_there": True}]
    assert "Linnea" not in group_text and "linnea" not in group_text
    assert [one["is_convenor"] for one in privacy.export_for(colleague)["mentoring"]] == [False]


def test_a_group_that_is_only_thought_of_is_in_nobodys_data(uusimaa, employee):
    one = builders.cohort(uusimaa)
    made = builders.application(one, employee)
    made.group = builders.mentoring_group(one)
    made.save()
    assert privacy.export_for(employee)["mentoring"][0]["group"] == ""


def test_erasing_withdraws_and_leaves_and_takes_the_words_away(uusimaa, employee, colleague, running):
    open_, waited, asked = (builders.cohort(uusimaa) for _ in range(3))
    for one in (open_, waited, asked):
        builders.application(one, employee, superior_email="johtaja@askola.example")
    Application.objects.filter(cohort=waited).update(state="listed")
    Application.objects.filter(cohort=asked).update(
        state="offered", group=builders.mentoring_group(asked), offer_until=timezone.now() + timedelta(days=3)
    )
    Cohort.objects.filter(pk__in=[waited.pk, asked.pk]).update(state="running")
    group = builders.mentoring_group(running, employee, colleague, convenor=employee)
    closed = builders.cohort(uusimaa, state="closed")
    builders.mentoring_group(closed, employee, colleague)
    privacy.erase(employee)
    states = dict(Application.objects.filter(person=employee).values_list("cohort", "state"))
    assert states == {
        open_.pk: "withdrawn",
        waited.pk: "withdrawn",
        asked.pk: "declined",
        running.pk: "left",
        closed.pk: "member",
    }
    for one in Application.objects.filter(person=employee):
        assert (one.brings, one.learns, one.times, one.languages, one.superior_email) == ("", "", [], [], "")
    assert Group.objects.get(pk=group.pk).convenor is None
    (left,) = Mail.objects.filter(template="mentoring/left")
    assert left.person == colleague
    everything = json.dumps([list(Mail.objects.values()), list(Application.objects.values())], default=str)
    assert "aino" not in everything.lower()


def test_texts_of_applications_go_two_years_after_the_season(uusimaa, employee, colleague):
    last_day = timezone.localdate() + timedelta(days=240)
    one = builders.cohort(uusimaa, last_day=last_day)
    builders.application(one, employee, superior_email="johtaja@askola.example")
    other = builders.cohort(uusimaa, last_day=last_day + timedelta(days=2))
    builders.application(other, colleague)
    two_years = timezone.now() + timedelta(days=240 + 730)
    assert privacy.keep_retention(two_years)["mentoring"] == 0
    assert privacy.keep_retention(two_years + timedelta(days=1))["mentoring"] == 1
    assert privacy.keep_retention(two_years + timedelta(days=1))["mentoring"] == 0
    emptied, kept = Application.objects.get(cohort=one), Application.objects.get(cohort=other)
    assert (emptied.brings, emptied.learns, emptied.times, emptied.superior_email) == ("", "", [], "")
    assert (emptied.languages, emptied.wishes.count()) == (["fi"], 1), "what is counted stays"
    assert kept.brings and kept.times
