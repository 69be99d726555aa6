"""Trainings in the admin: who sees and edits which, what must fit together, and that participants hear of changes."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from ake_portal.lib import days
from notifications.models import Mail
from tests import builders
from trainings import actions
from trainings.models import Registration, Session, Training

LIST = "admin:trainings_training_changelist"
ADD = "admin:trainings_training_add"


def change(training):
    return reverse("admin:trainings_training_change", args=[training.pk])


def session_data(number, session=None, **fields):
    values = {
        "id": "",
        "training": "",
        "day": "27.10.2026",
        "begins": "9",
        "ends": "16.00",
        "place_fi": "",
        "place_sv": "",
        "link": "",
    }
    if session:
        start, end = days.local(session.starts_at), days.local(session.ends_at)
        values |= {"id": session.pk, "training": session.training_id}
        values |= {"day": f"{start:%d.%m.%Y}", "begins": f"{start:%H.%M}", "ends": f"{end:%H.%M}"}
    return {f"sessions-{number}-{name}": value for name, value in {**values, **fields}.items()}


def form_data(region, training=None, sessions=(), **fields):
    """What the browser sends: the page's own values with `fields` changed."""
    values = {
        "kind": "training_day",
        "format": "onsite",
        "title_fi": "Saavutettavuus",
        "title_sv": "Tillgänglighet",
        "summary_fi": "Kaikille.",
        "summary_sv": "För alla.",
        "description_fi": "",
        "description_sv": "",
        "texts": "both",
        "language": "fi",
        "interpretation_fi": "",
        "interpretation_sv": "",
        "place_fi": "Porvoon pääkirjasto",
        "place_sv": "Borgå huvudbibliotek",
        "address": "",
        "link": "",
        "onsite_capacity": "",
        "remote_capacity": "",
        "partners": "",
        "region": region.pk,
    }
    if training:
        values |= {name: getattr(training, name) for name in values if name != "region"}
        values |= {name: "" for name, value in values.items() if value is None}
    for name in ("signup_opens_at", "signup_closes_at", "cancel_until"):
        values |= {f"{name}_0": "", f"{name}_1": ""}
    sessions = list(sessions) or [session_data(0)]
    values |= {
        "sessions-TOTAL_FORMS": len(sessions),
        "sessions-INITIAL_FORMS": sum(bool(data[f"sessions-{n}-id"]) for n, data in enumerate(sessions)),
        "sessions-MIN_NUM_FORMS": 1,
        "sessions-MAX_NUM_FORMS": 1000,
    }
    for data in sessions:
        values |= data
    return {**values, **fields}


def faults(response):
    """{field: errors} of the form and its sessions."""
    context = response.context
    found = dict(context["adminform"].form.errors)
    for formset in context["inline_admin_formsets"]:
        for errors in formset.formset.errors:
            found |= errors
        if formset.formset.non_form_errors():
            found["sessions"] = formset.formset.non_form_errors()
    return found


def as_it_is(training, **fields):
    sessions = [session_data(n, session) for n, session in enumerate(training.sessions.all())]
    return form_data(training.region, training, sessions, **fields)


# Making one


def test_new_training_is_a_draft_of_the_coordinators_region_with_its_times(uusimaa, coordinator, sign_in):
    client = sign_in(coordinator)
    assert client.get(reverse(ADD)).context["adminform"].form["region"].value() == uusimaa.pk
    response = client.post(reverse(ADD), form_data(uusimaa))
    assert response.status_code == 302, faults(response)
    made = Training.objects.get()
    assert (made.state, made.created_by, made.region) == ("draft", coordinator, uusimaa)
    assert made.starts_at == made.sessions.get().starts_at
    assert days.local(made.starts_at).isoformat() == "2026-10-27T09:00:00+02:00"


def test_training_needs_a_session(uusimaa, coordinator, sign_in):
    data = form_data(uusimaa, sessions=[session_data(0, day="", begins="", ends="")])
    assert set(faults(sign_in(coordinator).post(reverse(ADD), data))) == {"sessions", "day", "begins", "ends"}
    assert not Training.objects.exists()


def test_coordinator_makes_no_training_for_another_region(uusimaa, lapland, coordinator, sign_in):
    assert "region" in faults(sign_in(coordinator).post(reverse(ADD), form_data(lapland)))


def test_any_region_may_be_a_co_organiser(uusimaa, lapland, coordinator, sign_in):
    sign_in(coordinator).post(reverse(ADD), form_data(uusimaa, co_organisers=[lapland.pk]))
    assert list(Training.objects.get().co_organisers.all()) == [lapland]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"sessions-0-ends": "8.30"}, "ends"),
        ({"sessions-0-ends": "9.00"}, "ends"),
        ({"sessions-0-begins": "25"}, "begins"),
        ({"signup_closes_at_0": "27.10.2026", "signup_closes_at_1": "9.01"}, "signup_closes_at"),
        ({"signup_opens_at_0": "27.10.2026", "signup_opens_at_1": "9.00"}, "signup_opens_at"),
        ({"cancel_until_0": "28.10.2026", "cancel_until_1": "9.00"}, "cancel_until"),
        ({"format": "remote", "onsite_capacity": "3"}, "onsite_capacity"),
        ({"remote_capacity": "3"}, "remote_capacity"),
        ({"onsite_capacity": "0"}, "onsite_capacity"),
        ({"onsite_capacity": "-1"}, "onsite_capacity"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"title_fi": "", "title_sv": ""}, "title_fi"),
        ({"sessions-TOTAL_FORMS": "x"}, "sessions"),
    ],
)
def test_what_does_not_fit_together_is_said_at_the_field(uusimaa, coordinator, sign_in, fields, fault):
    response = sign_in(coordinator).post(reverse(ADD), form_data(uusimaa, **fields))
    assert set(faults(response)) == {fault}
    assert not Training.objects.exists()


def test_closing_before_opening_is_said_at_the_field(uusimaa, coordinator, sign_in):
    times = {
        "signup_opens_at_0": "20.10.2026",
        "signup_opens_at_1": "9.00",
        "signup_closes_at_0": "19.10.2026",
        "signup_closes_at_1": "9.00",
    }
    assert set(faults(sign_in(coordinator).post(reverse(ADD), form_data(uusimaa, **times)))) == {"signup_closes_at"}


# Changing one


def test_moved_session_is_told_to_participants_with_a_new_calendar_entry(training, coordinator, employee, sign_in):
    actions.sign_up(training, person=employee)
    session = training.sessions.get()
    data = as_it_is(training) | session_data(0, session, begins="10.00")
    response = sign_in(coordinator).post(change(training), data)
    assert response.status_code == 302, faults(response)
    session.refresh_from_db()
    training.refresh_from_db()
    assert (session.revision, training.starts_at) == (1, session.starts_at)
    assert [method for method, _ in Mail.objects.get(template="trainings/moved").calendars] == ["REQUEST"]


def test_form_says_how_many_get_a_mail_and_so_many_get_it(uusimaa, coordinator, employee, colleague, sign_in):
    training = builders.training(uusimaa, onsite_capacity=1)
    for person in (employee, colleague):
        actions.sign_up(training, person=person)  # the second queues, and is told of a move as well
    client = sign_in(coordinator)
    assert "2 henkilöä on mukana tai jonossa ja saa sähköpostin" in client.get(change(training)).content.decode()
    client.post(change(training), as_it_is(training) | session_data(0, training.sessions.get(), begins="10.00"))
    assert Mail.objects.filter(template="trainings/moved").count() == 2


def test_moved_place_is_told_and_another_text_is_not(training, coordinator, employee, sign_in):
    actions.sign_up(training, person=employee)
    client = sign_in(coordinator)
    client.post(change(training), as_it_is(training, summary_fi="Toinen teksti."))
    assert not Mail.objects.filter(template="trainings/moved").exists()
    client.post(change(training), as_it_is(training, place_fi="Kirkkonummi"))
    assert Mail.objects.filter(template="trainings/moved").count() == 1


def test_session_added_and_session_removed(training, coordinator, employee, sign_in):
    actions.sign_up(training, person=employee)
    client = sign_in(coordinator)
    first = training.sessions.get()
    two = [session_data(0, first), session_data(1, day="28.10.2026", training=training.pk)]
    client.post(change(training), form_data(training.region, training, two))
    assert training.sessions.count() == 2
    one = [session_data(0, first, DELETE="on"), session_data(1, training.sessions.last())]
    response = client.post(change(training), form_data(training.region, training, one))
    assert response.status_code == 302, faults(response)
    training.refresh_from_db()
    assert (training.sessions.count(), days.local(training.starts_at).day) == (1, 28)
    assert Mail.objects.filter(template="trainings/moved").count() == 2


def test_more_seats_are_offered_to_the_queue(uusimaa, coordinator, employee, colleague, sign_in):
    training = builders.training(uusimaa, onsite_capacity=1)
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    sign_in(coordinator).post(change(training), as_it_is(training, onsite_capacity="2"))
    assert training.registrations.get(person=colleague).state == Registration.State.OFFERED


def test_fewer_seats_than_people_take_nobodys_seat_and_are_pointed_out(
    training, coordinator, employee, colleague, sign_in
):
    for person in (employee, colleague):
        actions.sign_up(training, person=person)
    response = sign_in(coordinator).post(change(training), as_it_is(training, onsite_capacity="1"), follow=True)
    assert [str(message.level_tag) for message in response.context["messages"]] == ["warning", "success"]
    assert set(training.registrations.values_list("state", flat=True)) == {"registered"}


def test_remote_training_without_a_link_is_saved_with_a_warning(uusimaa, coordinator, sign_in):
    response = sign_in(coordinator).post(reverse(ADD), form_data(uusimaa, format="remote"), follow=True)
    assert "warning" in [message.level_tag for message in response.context["messages"]]


def test_published_training_keeps_its_texts_and_the_way_people_signed_up_for(training, coordinator, employee, sign_in):
    actions.sign_up(training, person=employee)
    client = sign_in(coordinator)
    assert set(faults(client.post(change(training), as_it_is(training, title_sv="")))) == {"title_sv"}
    remote = as_it_is(training, format="remote", onsite_capacity="")
    assert set(faults(client.post(change(training), remote))) == {"format"}


def test_nothing_is_half_saved(training, coordinator, sign_in):
    data = as_it_is(training, title_fi="Uusi otsikko") | session_data(0, training.sessions.get(), ends="7.00")
    assert set(faults(sign_in(coordinator).post(change(training), data))) == {"ends"}
    training.refresh_from_db()
    assert training.title_fi == "Matalan kynnyksen osallistaminen"


def test_failure_after_saving_takes_all_back(training, coordinator, employee, sign_in, monkeypatch):
    actions.sign_up(training, person=employee)
    client = sign_in(coordinator)
    client.raise_request_exception = False

    def broken(*arguments, **options):
        raise RuntimeError

    monkeypatch.setattr(actions, "promote", broken)
    data = as_it_is(training, title_fi="Uusi otsikko") | session_data(0, training.sessions.get(), begins="10.00")
    assert client.post(change(training), data).status_code == 500
    training.refresh_from_db()
    assert training.title_fi == "Matalan kynnyksen osallistaminen"
    assert days.local(Session.objects.get().starts_at).hour == 9
    assert not Mail.objects.filter(template="trainings/moved").exists()


def test_session_whose_attendance_is_noted_is_not_removed(uusimaa, coordinator, employee, sign_in, time_machine):
    training = builders.training(uusimaa, sessions=2)
    registration = actions.sign_up(training, person=employee)
    first, second = training.sessions.all()
    time_machine.move_to(first.starts_at + timedelta(hours=1))
    actions.mark_attendance(training, session=first, was_there={registration.pk: True}, by=coordinator)
    data = [session_data(0, first, DELETE="on"), session_data(1, second)]
    assert sign_in(coordinator).post(change(training), form_data(uusimaa, training, data)).status_code == 200
    assert training.sessions.count() == 2


def test_edits_leave_a_trace(training, coordinator, sign_in):
    sign_in(coordinator).post(change(training), as_it_is(training, title_fi="Uusi otsikko"))
    entry = LogEntry.objects.get_for_object(training).filter(action=LogEntry.Action.UPDATE).latest("pk")
    assert (entry.actor, entry.changes["title_fi"]) == (
        coordinator,
        ["Matalan kynnyksen osallistaminen", "Uusi otsikko"],
    )


# Who


def test_list_shows_own_and_co_organised_trainings_only(
    uusimaa, lapland, coordinator, other_coordinator, superuser, sign_in
):
    own = builders.training(uusimaa)
    shared = builders.training(lapland)
    shared.co_organisers.add(uusimaa)
    foreign = builders.training(lapland, published=False)
    listed = {}
    for person in (coordinator, other_coordinator, superuser):
        listed[person] = set(sign_in(person).get(reverse(LIST)).context["cl"].queryset)
    assert listed == {
        coordinator: {own, shared},
        other_coordinator: {shared, foreign},
        superuser: {own, shared, foreign},
    }


def test_employees_and_directors_have_no_admin(training, client, employee, director):
    for person in (employee, director):
        client.force_login(person)
        for address in (reverse(LIST), change(training), reverse(ADD)):
            assert client.get(address).status_code in (302, 403)


def test_co_organiser_looks_on(training, lapland, other_coordinator, sign_in):
    client = sign_in(other_coordinator)
    assert client.get(change(training)).status_code == 302
    training.co_organisers.add(lapland)
    response = client.get(change(training))
    assert response.status_code == 200 and not response.context["has_change_permission"]
    assert client.post(change(training), as_it_is(training, title_fi="Kaapattu")).status_code == 403
    assert client.post(reverse("admin:trainings_training_delete", args=[training.pk])).status_code == 403


def test_cancelled_training_stays_as_it_was(training, coordinator, sign_in):
    actions.cancel_training(training, reason="Myrsky")
    client = sign_in(coordinator)
    assert client.get(change(training)).status_code == 200
    assert client.post(change(training), as_it_is(training, title_fi="Uusi")).status_code == 403


def test_only_a_draft_that_nobody_signed_up_for_is_deleted(uusimaa, coordinator, employee, sign_in):
    client = sign_in(coordinator)
    draft, published, used = (builders.training(uusimaa, published=public) for public in (False, True, True))
    registration = actions.sign_up(used, person=employee)
    actions.cancel(registration, by=employee)
    actions.unpublish(used)
    for training in (draft, published, used):
        client.post(reverse("admin:trainings_training_delete", args=[training.pk]), {"post": "yes"})
    assert set(Training.objects.all()) == {published, used}


def buttons(client, training):
    """Addresses of the change page's buttons, those in the menu too."""
    shown = client.get(change(training)).context["actions_detail"]
    return [item["path"] for button in shown for item in button.get("items", [button])]


def names(client, training):
    return [path.rstrip("/").rpartition("/")[2] for path in buttons(client, training)]


def test_buttons_are_those_that_can_be_done(uusimaa, lapland, coordinator, other_coordinator, employee, sign_in):
    training = builders.training(uusimaa, published=False)
    training.co_organisers.add(lapland)
    client = sign_in(coordinator)
    assert names(client, training) == ["preview", "publish", "copy"]
    actions.publish(training)
    assert names(client, training) == ["preview", "participants", "copy", "unpublish", "cancel-training"]
    actions.sign_up(training, person=employee)
    assert names(client, training) == ["preview", "participants", "message", "copy", "cancel-training"]
    assert names(sign_in(other_coordinator), training) == ["preview", "participants"]


def test_every_button_leads_to_its_page(training, coordinator, employee, sign_in):
    actions.sign_up(training, person=employee)
    client = sign_in(coordinator)
    for path in buttons(client, training):
        assert client.get(path, follow=True).status_code == 200


def test_buttons_do_nothing_by_themselves(training, coordinator, sign_in):
    client = sign_in(coordinator)
    for name in ("to_publish", "to_unpublish", "to_cancel_training", "to_copy"):
        client.post(reverse(f"admin:trainings_training_{name}", args=[training.pk]))
    assert list(Training.objects.values_list("state", flat=True)) == ["published"]


# The list


def test_list_says_seats_queue_and_lacking_languages(uusimaa, coordinator, employee, colleague, sign_in):
    training = builders.training(uusimaa, onsite_capacity=1)
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    builders.training(uusimaa, published=False, title_fi="Kesken", title_sv="")
    text = sign_in(coordinator).get(reverse(LIST)).content.decode()
    assert "1/1" in text and "Kesken" in text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"lacks": "sv"}, {"Kesken"}),
        ({"lacks": "fi"}, set()),
        ({"state__exact": "draft"}, {"Kesken"}),
        ({"when": "past"}, {"Mennyt"}),
        ({"when": "coming"}, {"Kesken", "Äidit lukevat"}),
        ({"q": "äidit"}, {"Äidit lukevat"}),
        ({"q": "MÖDRAR"}, {"Äidit lukevat"}),
        ({"kind__exact": "webinar"}, {"Kesken"}),
    ],
)
def test_filters_and_search(uusimaa, coordinator, sign_in, time_machine, now, query, titles):
    builders.training(uusimaa, title_fi="Mennyt", in_days=1)
    builders.training(uusimaa, title_fi="Äidit lukevat", title_sv="Mödrar läser")
    builders.training(uusimaa, published=False, title_fi="Kesken", title_sv="", kind="webinar")
    time_machine.move_to(now + timedelta(days=3))
    response = sign_in(coordinator).get(reverse(LIST), query)
    assert {training.title_fi for training in response.context["cl"].queryset} == titles


@pytest.mark.parametrize("number", [1, 30])
def test_list_takes_the_same_queries_for_one_and_for_thirty(
    uusimaa, lapland, coordinator, sign_in, django_assert_num_queries, number
):
    for n in range(number):
        training = builders.training(uusimaa, onsite_capacity=1, title_sv="" if n % 2 else "x", published=False)
        training.co_organisers.add(lapland)
    client = sign_in(coordinator)
    client.get(reverse(LIST))
    with django_assert_num_queries(5):
        client.get(reverse(LIST))
