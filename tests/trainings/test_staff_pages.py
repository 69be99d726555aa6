"""Staff run a training: who may open what, and what the pages do."""

import pytest
from django.urls import reverse

from budgets.models import Measure
from notifications.models import Mail
from people.models import User
from tests import builders
from trainings import actions
from trainings.models import Registration, Training

State = Registration.State
FOLLOW = ["participants", "print_participants", "attendance"]
OWN = ["add_participant", "message", "publish", "unpublish", "cancel_training", "copy"]


def said(response):
    return [str(message) for message in response.context["messages"]]


def page(name, training, *arguments):
    return reverse(f"trainings:{name}", args=[training.pk, *arguments])


@pytest.fixture
def full(uusimaa, employee, colleague):
    """One seat, taken by Aino; Linnea waits."""
    training = builders.training(uusimaa, onsite_capacity=1)
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    return training


@pytest.fixture
def co_organiser(training, lapland, other_coordinator):
    training.co_organisers.add(lapland)
    return other_coordinator


@pytest.mark.parametrize("name", FOLLOW + OWN)
def test_outsiders_meet_no_staff_page(training, client, employee, director, stranger, other_coordinator, name):
    assert client.get(page(name, training)).url.startswith("/fi/account/login/")
    statuses = []
    for person in (employee, director, stranger, other_coordinator):
        client.force_login(person)
        statuses.append((client.get(page(name, training)).status_code, client.post(page(name, training)).status_code))
    refused = {404} if name in OWN else {404, 405}
    assert {status for pair in statuses for status in pair} <= refused
    assert Training.objects.get().state == "published"


@pytest.mark.parametrize("name", FOLLOW)
def test_co_organisers_see_the_participants(training, co_organiser, colleague, sign_in, name, time_machine):
    actions.sign_up(training, person=colleague)
    time_machine.move_to(training.starts_at)
    assert "Exempel" in sign_in(co_organiser).get(page(name, training), follow=True).content.decode()


@pytest.mark.parametrize("name", OWN)
def test_co_organisers_change_nothing(training, co_organiser, sign_in, name):
    assert sign_in(co_organiser).get(page(name, training)).status_code == 404


@pytest.mark.parametrize("name", FOLLOW + OWN)
def test_owner_and_superuser_open_all_pages(training, coordinator, superuser, employee, sign_in, name):
    actions.sign_up(training, person=employee)
    for person in (coordinator, superuser):
        response = sign_in(person).get(page(name, training), follow=True)
        assert response.status_code == 200


# The list


def test_participant_list_says_who_has_a_seat_who_waits_and_who_left(full, coordinator, sign_in, employee, stranger):
    gone = actions.sign_up(full, person=stranger, by=coordinator)
    actions.cancel(gone, by=stranger)
    context = sign_in(coordinator).get(page("participants", full)).context
    groups = {name: [row["last_name"] for row in context[name]] for name in ("taking_part", "queue", "gone")}
    assert groups == {"taking_part": ["Esimerkki"], "queue": ["Exempel"], "gone": ["Vieras"]}
    assert [row["place"] for row in context["queue"]] == [1]


def test_participants_are_in_finnish_order_and_found_by_name_mail_and_library(training, coordinator, sign_in, loviisa):
    for name in ("Öberg", "Zimmer", "Äijälä", "Åkerman", "Aho"):
        actions.sign_up(training, person=builders.person("", "Testi", name, library=loviisa))
    client = sign_in(coordinator)

    def listed(**query):
        return [row["last_name"] for row in client.get(page("participants", training), query).context["taking_part"]]

    assert listed() == ["Aho", "Zimmer", "Åkerman", "Äijälä", "Öberg"]
    assert listed(q="äijä") == ["Äijälä"]
    assert listed(q="lovisa testi") == listed()
    assert listed(q="nobody") == []
    assert listed(state="waiting") == [] and len(listed(state="registered")) == 5
    assert len(listed(state="nonsense")) == 5


def test_place_in_the_queue_stays_true_when_the_list_is_filtered(full, coordinator, sign_in, stranger):
    actions.sign_up(full, person=stranger, by=coordinator)
    rows = sign_in(coordinator).get(page("participants", full), {"q": "vieras"}).context["queue"]
    assert [(row["last_name"], row["place"]) for row in rows] == [("Vieras", 2)]


@pytest.mark.parametrize("number", [1, 30])
def test_participant_list_takes_eight_queries(
    uusimaa, askola, coordinator, sign_in, django_assert_num_queries, number, time_machine
):
    training = builders.training(uusimaa, sessions=2, onsite_capacity=number)
    for person in builders.people(number, askola):
        actions.sign_up(training, person=person, by=coordinator)
    for person in builders.people(number, askola):
        actions.sign_up(training, person=person)
    time_machine.move_to(training.starts_at)
    everybody = dict.fromkeys(training.registrations.taking_part().values_list("pk", flat=True), True)
    actions.mark_attendance(training, session=training.sessions.first(), was_there=everybody, by=coordinator)
    client = sign_in(coordinator)
    with django_assert_num_queries(8):
        client.get(page("participants", training))


# Adding and removing


def test_staff_add_a_person_of_the_own_region_found_by_name(training, coordinator, employee, sign_in):
    client = sign_in(coordinator)
    address = page("add_participant", training) + "?q=esimerk"
    assert "Aino Esimerkki" in client.get(address).content.decode()
    assert client.post(address, {"person": employee.pk}).status_code == 302
    registration = Registration.objects.get()
    assert (registration.person, registration.state, registration.added_by) == (employee, "registered", coordinator)
    assert Mail.objects.get().template == "trainings/confirmed"


def test_people_of_other_regions_are_found_by_their_whole_address_only(training, coordinator, stranger, sign_in):
    client = sign_in(coordinator)
    for words, found in (("Vieras", False), ("vieras@inari", False), ("Vieras@inari.example", True)):
        text = client.get(page("add_participant", training), {"q": words}).content.decode()
        assert ("Ville Vieras" in text) is found
    client.post(page("add_participant", training) + "?q=Vieras", {"person": stranger.pk})
    assert not Registration.objects.exists()


def test_full_training_queues_whom_staff_add_unless_they_ask_for_a_seat(full, coordinator, director, stranger, sign_in):
    client = sign_in(coordinator)
    client.post(page("add_participant", full) + "?q=johtava", {"person": director.pk})
    client.post(page("add_participant", full) + f"?q={stranger.email}", {"person": stranger.pk, "over_capacity": "on"})
    states = dict(full.registrations.values_list("person__last_name", "state"))
    assert (states["Johtava"], states["Vieras"]) == (State.WAITING, State.REGISTERED)


def test_staff_add_somebody_who_has_no_account(training, coordinator, askola, sign_in):
    client = sign_in(coordinator)
    data = {
        "email": "Uusi.Ihminen@Askola.example",
        "first_name": "Uusi",
        "last_name": "Ihminen",
        "library": askola.pk,
        "language": "sv",
    }
    assert client.post(page("add_participant", training) + "?new=1", data).status_code == 302
    person = User.objects.get(email="uusi.ihminen@askola.example")
    assert (person.has_usable_password(), person.library, person.library_confirmed_by) == (False, askola, coordinator)
    assert Registration.objects.get().person == person
    assert Mail.objects.get().language == "sv"


def test_nobody_is_created_when_the_sign_up_is_refused(training, coordinator, sign_in, time_machine):
    time_machine.move_to(training.ends_at)
    data = {"email": "uusi@askola.example", "first_name": "Uusi", "last_name": "Ihminen", "language": "fi"}
    response = sign_in(coordinator).post(page("add_participant", training) + "?new=1", data)
    assert response.status_code == 200 and response.context["form"].non_field_errors()
    assert not User.objects.filter(email="uusi@askola.example").exists()


def test_shared_mailboxes_and_known_addresses_become_no_new_person(training, coordinator, askola, employee, sign_in):
    askola.email = "Kirjasto@askola.example"
    askola.save()
    client = sign_in(coordinator)
    for email in ("kirjasto@askola.example", employee.email, "nonsense", ""):
        data = {"email": email, "first_name": "Uusi", "last_name": "Ihminen", "language": "fi"}
        response = client.post(page("add_participant", training) + "?new=1", data)
        assert response.context["form"].errors["email"]
    assert not Registration.objects.exists()


def test_removing_a_person_tells_and_offers_the_seat_to_the_next(full, coordinator, employee, colleague, sign_in):
    client = sign_in(coordinator)
    registration = full.registrations.get(person=employee)
    shown = client.get(page("remove_participant", full, registration.pk)).context["previews"][0]["text"]
    Mail.objects.all().delete()
    client.post(page("remove_participant", full, registration.pk))
    states = dict(full.registrations.values_list("person__last_name", "state"))
    assert states == {"Esimerkki": State.CANCELLED, "Exempel": State.OFFERED}
    told = Mail.objects.get(person=employee)
    assert told.text == shown
    again = client.post(page("remove_participant", full, registration.pk), follow=True)
    assert (again.status_code, set(said(again))) == (200, {"Aino Esimerkki ei ole enää ilmoittautunut."})
    assert Mail.objects.filter(person=employee).count() == 1  # two clicks are one


def test_staff_give_a_seat_past_the_queue(full, coordinator, colleague, sign_in):
    waiting = full.registrations.get(person=colleague)
    client = sign_in(coordinator)
    assert client.get(page("give_seat", full, waiting.pk)).status_code == 200
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    client.post(page("give_seat", full, waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == State.REGISTERED
    sent = Mail.objects.count()
    assert (
        said(client.post(page("give_seat", full, waiting.pk), follow=True))[-1] == "Linnea Exempel on jo saanut paikan."
    )
    assert Mail.objects.count() == sent
    actions.cancel(waiting, by=colleague)
    assert said(client.get(page("give_seat", full, waiting.pk), follow=True)) == [
        "Linnea Exempel ei ole enää ilmoittautunut."
    ]


def test_participants_of_another_training_cannot_be_removed_through_this_one(full, training, coordinator, sign_in):
    other = full.registrations.first()
    assert sign_in(coordinator).post(page("remove_participant", training, other.pk)).status_code == 404


# Publishing, cancelling, copying


def test_publish_page_names_what_is_missing_and_leads_to_the_field(uusimaa, coordinator, sign_in):
    draft = builders.training(uusimaa, published=False, title_sv="", summary_fi="")
    client = sign_in(coordinator)
    addresses = [address.partition("#")[2] for text, address in client.get(page("publish", draft)).context["obstacles"]]
    assert addresses == ["id_summary_fi", "id_title_sv"]
    client.post(page("publish", draft))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_publishing_and_taking_back(uusimaa, coordinator, sign_in, employee):
    draft = builders.training(uusimaa, published=False)
    client = sign_in(coordinator)
    client.get(page("publish", draft))
    draft.refresh_from_db()
    assert draft.is_draft
    client.post(page("publish", draft))
    draft.refresh_from_db()
    assert draft.state == "published"
    actions.sign_up(draft, person=employee)
    client.post(page("unpublish", draft))
    draft.refresh_from_db()
    assert draft.state == "published"
    actions.cancel(draft.registrations.get(), by=employee)
    client.post(page("unpublish", draft))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_cancelling_shows_the_mails_first_and_tells_everybody_in_their_language(
    full, coordinator, sign_in, employee, colleague
):
    client = sign_in(coordinator)
    Mail.objects.all().delete()
    reasons = {"reason_fi": "Kouluttaja sairastui.", "reason_sv": "Utbildaren blev sjuk."}
    page_one = client.post(page("cancel_training", full), {"reason_fi": "Kouluttaja sairastui."})
    assert list(page_one.context["form"].errors) == ["reason_sv"]
    previews = client.post(page("cancel_training", full), reasons).context["previews"]
    assert [
        (preview["language"], reasons[f"reason_{preview['language']}"] in preview["text"]) for preview in previews
    ] == [
        ("fi", True),
        ("sv", True),
    ]
    full.refresh_from_db()
    assert full.state == "published" and not Mail.objects.exists()
    client.post(page("cancel_training", full), {**reasons, "send": "1"})
    client.post(page("cancel_training", full), {**reasons, "send": "1"})
    full.refresh_from_db()
    assert full.is_cancelled and full.cancel_reason_sv == "Utbildaren blev sjuk."
    texts = {mail.person: mail.text for mail in Mail.objects.all()}
    assert set(texts) == {employee, colleague}
    assert "Kouluttaja sairastui." in texts[employee] and "Utbildaren blev sjuk." in texts[colleague]


def test_training_without_people_is_cancelled_with_a_reason_in_one_language(training, coordinator, sign_in):
    client = sign_in(coordinator)
    assert client.post(page("cancel_training", training), {"send": "1"}).context["form"].errors
    client.post(page("cancel_training", training), {"reason_sv": "För få anmälda.", "send": "1"})
    training.refresh_from_db()
    assert training.is_cancelled


def test_copy_is_a_draft_that_opens_for_editing(full, coordinator, sign_in):
    client = sign_in(coordinator)
    assert client.get(page("copy", full)).status_code == 200
    assert Training.objects.count() == 1
    response = client.post(page("copy", full), follow=True)
    made = Training.objects.exclude(pk=full.pk).get()
    assert response.redirect_chain[-1][0] == reverse("admin:trainings_training_change", args=[made.pk])
    assert (made.state, made.created_by, made.registrations.count()) == ("draft", coordinator, 0)


@pytest.mark.parametrize(("in_days", "kept"), [(21, True), (70, False)])
def test_copy_of_a_training_keeps_its_measure_within_the_plans_year(uusimaa, coordinator, in_days, kept):
    measure = Measure.objects.get(focus_area__plan=builders.plan(uusimaa, year=2026))
    training = builders.training(uusimaa, in_days=in_days, measure=measure)
    made = actions.copy(training, by=coordinator)  # four weeks later: in November, or in the next January
    assert made.measure == (measure if kept else None)


def test_copying_twice_in_a_row_makes_one_draft_and_later_another(full, coordinator, sign_in):
    client = sign_in(coordinator)
    addresses = {client.post(page("copy", full))["Location"] for _click in range(2)}
    first = Training.objects.exclude(pk=full.pk).get()
    assert addresses == {reverse("admin:trainings_training_change", args=[first.pk])}
    first.title_fi = "Syksyn kierros"
    first.save()
    client.post(page("copy", full))
    assert Training.objects.exclude(pk=full.pk).count() == 2


def test_second_click_says_the_same_as_the_first(training, coordinator, sign_in):
    client = sign_in(coordinator)
    actions.unpublish(training)
    reason = {"reason_fi": "Kouluttaja sairastui.", "send": "1"}
    for name, data, words in (
        ("publish", {}, "Koulutus on julkaistu."),
        ("unpublish", {}, "Koulutus on taas luonnos."),
        ("publish", {}, "Koulutus on julkaistu."),
        ("cancel_training", reason, "Koulutus on nyt peruttu."),
    ):
        for _click in range(2):
            response = client.post(page(name, training), data, follow=True)
            assert (said(response), response.status_code) == ([words], 200)
