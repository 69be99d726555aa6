"""Whom could I learn from: what libraries are good at, who writes it, and how it leads to a visit."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from ake_portal import agenda, privacy
from ake_portal.reminders import RULES
from notifications import reminders
from notifications.models import Mail
from peerlearning import expertise as actions
from peerlearning.models import Expertise, ExpertiseEditor, Visit
from peerlearning.models.expertise import page_of
from people.models import Branch, Municipality, Topic
from tests import builders


@pytest.fixture
def dogs(db):
    return Topic.objects.create(name_fi="Lukukoirat", name_sv="Läshundar", group="children")


@pytest.fixture
def circles(db):
    return Topic.objects.create(name_fi="Lukupiirit", name_sv="Läsecirklar", group="adults")


def expertise(library, topic, title_fi="Lukukoira torstaisin", title_sv="Läshund på torsdagar", *, by, **fields):
    row = Expertise(library=library, topic=topic, title_fi=title_fi, title_sv=title_sv, **fields)
    return actions.write(row, by=by)


@pytest.fixture
def reading_dog(loviisa, dogs, host):
    return expertise(
        *(loviisa, dogs), by=host, text_fi="Kaksi koiraa ja varauslista.", text_sv="Två hundar och en bokningslista."
    )


def place(library, name, lat, lon):
    return Branch.objects.create(library=library, name_fi=name, name_sv=name, lat=lat, lon=lon)


@pytest.fixture
def on_the_map(askola, loviisa, employee):
    """Askola and Loviisa, 38 km apart as the crow flies."""
    employee.branch = place(askola, "Askolan pääkirjasto", 60.53, 25.60)
    employee.save()
    return place(loviisa, "Loviisan pääkirjasto", 60.4567, 26.2250)


def form(**answers):
    return {"title_fi": "", "title_sv": "", "text_fi": "", "text_sv": "", "contact": "", "is_shown": "on", **answers}


# Writing


def test_a_director_writes_in_one_language_and_everybody_reads_when_the_ake_has_added_the_other(
    client, host, loviisa, dogs, coordinator, superuser
):
    client.force_login(host)
    answer = client.post(
        reverse("libraries:add", args=[loviisa.pk]),
        form(topic=dogs.pk, title_sv="Läshund på torsdagar", text_sv="Två hundar."),
        follow=True,
    )
    assert "AKE har lagt till" in answer.text or "AKE on lisännyt" in answer.text
    row = Expertise.objects.get()
    assert (row.updated_by, row.checked_on, row.is_published) == (host, timezone.localdate(), False)
    client.logout()
    assert "Läshund på torsdagar" not in client.get("/sv/libraries/").text
    translation.activate("fi")

    task = next(task for task in agenda.waiting_for(coordinator) if "toisen kielen" in task.text)
    client.force_login(coordinator)
    assert "Läshund på torsdagar" in client.get(task.url).text
    change = reverse("admin:peerlearning_expertise_change", args=[row.pk])
    page = client.get(change).context["adminform"].form
    sent = {name: page[name].value() or "" for name in page.fields} | {
        "title_fi": "Lukukoira torstaisin",
        "is_shown": "on",
    }
    assert client.post(change, sent).status_code == 302
    assert not any("toisen kielen" in task.text for task in agenda.waiting_for(coordinator))
    client.logout()
    assert "Lukukoira torstaisin" in client.get("/fi/libraries/").text
    page = client.get(page_of(loviisa), follow=True).text
    assert '<div lang="sv"><p>Två hundar.</p></div>' in page  # the longer text may wait, and says its language


def test_a_title_in_neither_language_is_refused_at_the_field_and_nothing_typed_is_lost(client, host, loviisa, dogs):
    client.force_login(host)
    answer = client.post(reverse("libraries:add", args=[loviisa.pk]), form(topic=dogs.pk, text_fi="Kaksi koiraa"))
    assert answer.status_code == 422
    assert "Kerro muutamalla sanalla, missä kirjasto on hyvä." in answer.text
    assert "Kaksi koiraa" in answer.text
    assert not Expertise.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Expertise.objects.create(library=loviisa, topic=dogs, title_fi="", title_sv="")


def test_whom_the_director_names_may_write_until_the_person_works_elsewhere(
    client, host, loviisa, dogs, colleague, employee, askola
):
    desk = reverse("libraries:desk", args=[loviisa.pk])
    client.force_login(colleague)
    assert client.get(desk).status_code == 404
    client.force_login(host)
    client.post(reverse("libraries:name_editor", args=[loviisa.pk]), {"person": employee.pk})  # of another library
    assert not ExpertiseEditor.objects.exists()
    client.post(reverse("libraries:name_editor", args=[loviisa.pk]), {"person": colleague.pk})
    mail = Mail.objects.get(template="peerlearning/named_editor")
    assert (mail.person, mail.language) == (colleague, "sv")
    assert desk.replace("/fi/", "/sv/") in mail.text
    client.force_login(colleague)
    assert client.get(desk).status_code == 200
    client.post(reverse("libraries:add", args=[loviisa.pk]), form(topic=dogs.pk, title_fi="Koira", title_sv="Hund"))
    row = Expertise.objects.get()
    # an editor writes, but names nobody
    assert client.post(reverse("libraries:name_editor", args=[loviisa.pk]), {"person": host.pk}).status_code == 404
    colleague.library = askola
    colleague.save()
    assert client.get(desk).status_code == 404
    assert client.get(reverse("libraries:edit", args=[row.pk])).status_code == 404


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("host", True),
        ("coordinator", True),
        ("superuser", True),
        ("employee", False),
        ("colleague", False),
        ("director", False),
        ("stranger", False),
        ("other_coordinator", False),
    ],
)
def test_who_may_write_for_a_library(client, request, reading_dog, who, may):
    client.force_login(request.getfixturevalue(who))
    expected = 200 if may else 404
    assert client.get(reverse("libraries:desk", args=[reading_dog.library_id])).status_code == expected
    assert client.get(reverse("libraries:edit", args=[reading_dog.pk])).status_code == expected
    removed = client.post(reverse("libraries:remove", args=[reading_dog.pk]))
    assert removed.status_code == (302 if may else 404)
    assert Expertise.objects.exists() is not may


def test_a_named_colleague_is_told_and_can_say_no(client, reading_dog, host, colleague, employee):
    client.force_login(host)
    sent = form(
        topic=reading_dog.topic_id, title_fi="Lukukoira", title_sv="Läshund", contact=colleague.pk, text_fi="Kaksi"
    )
    client.post(reverse("libraries:edit", args=[reading_dog.pk]), sent)
    client.post(reverse("libraries:edit", args=[reading_dog.pk]), sent)  # the same again is no news
    mail = Mail.objects.get(template="peerlearning/named_to_be_asked")
    assert (mail.person, "Läshund" in mail.subject) == (colleague, True)
    address = page_of(reading_dog.library)
    client.logout()
    assert colleague.email not in client.get(address).text  # a name is not for robots
    client.force_login(employee)
    assert colleague.email in client.get(address).text
    assert client.post(reverse("libraries:not_me", args=[reading_dog.pk])).status_code == 404
    client.force_login(colleague)
    client.post(reverse("libraries:not_me", args=[reading_dog.pk]))
    client.force_login(employee)
    assert colleague.email not in client.get(address).text


# Finding


def test_everybody_finds_by_words_topic_region_and_distance(
    client, reading_dog, on_the_map, circles, stranger, other_coordinator, dogs, uusimaa, lapland
):
    far = expertise(stranger.library, circles, "Lukupiiri Inarissa", "Läsecirkel i Enare", by=other_coordinator)
    place(stranger.library, "Inarin kirjasto", 68.906, 27.028)
    town = Municipality.objects.create(
        code="018", name_fi="Askola", name_sv="Askola", province_fi="Uusimaa", region=uusimaa, lat=60.53, lon=25.60
    )

    def found(**query):
        page = client.get("/fi/libraries/", query)
        assert page.status_code == 200
        return [row for row, _km in page.context["rows"]]

    assert set(found()) == {reading_dog, far}
    assert found(q="VARAUSLISTA") == [reading_dog]
    assert found(q="hundar") == [reading_dog]  # in either language
    assert found(q="lukupiirit") == [far]  # by the name of the topic
    assert found(topic=dogs.pk) == [reading_dog]
    assert found(region=lapland.code) == [far]
    assert found(place=town.pk) == [reading_dog, far]  # the nearest first
    assert found(place=town.pk, km=60) == [reading_dog]
    assert found(place=town.pk, km=30) == []
    assert "Valitse, mistä lähdet" in client.get("/fi/libraries/", {"km": 60}).text
    assert found(topic="x", region="mars", place="9999999", km="-1", page="zzz") == [reading_dog, far]


def test_who_has_signed_in_sees_how_far_it_is_from_the_own_workplace(client, employee, reading_dog, on_the_map):
    client.force_login(employee)
    assert "noin 44 km päässä" in client.get("/fi/libraries/").text
    assert "noin 44 km päässä" not in client.get("/fi/libraries/?place=").text
    expertise(employee.library, reading_dog.topic, "Oma koira", "Egen hund", by=employee)
    assert "Oma koira" not in client.get("/fi/libraries/").text  # one learns from others


def test_the_home_page_suggests_from_my_interests_and_says_why(
    client, employee, reading_dog, on_the_map, circles, dogs, stranger, other_coordinator, askola, director
):
    expertise(stranger.library, dogs, "Koira Inarissa", "Hund i Enare", by=other_coordinator)
    place(stranger.library, "Inarin kirjasto", 61.0, 25.6)  # 65 km away, in another region
    far = builders.library(stranger.library.region, "Utsjoen kirjasto")
    place(far, "Utsjoen kirjasto", 69.9, 27.0)
    expertise(far, dogs, "Koira Utsjoella", "Hund i Utsjoki", by=other_coordinator)
    expertise(askola, dogs, "Oma koira", "Egen hund", by=director)
    expertise(reading_dog.library, circles, "Lukupiiri", "Läsecirkel", by=director)
    client.force_login(employee)
    assert "Keneltä voisin oppia?" not in client.get("/fi/").text
    employee.topics.add(dogs)
    page = client.get("/fi/").text
    assert "koska seuraat aihetta: Lukukoirat" in page
    assert "noin 44 km päässä" in page
    assert page.index("Lukukoira torstaisin") < page.index("Koira Inarissa")  # the own region first
    assert "Koira Utsjoella" not in page  # too far for another region
    assert "Oma koira" not in page
    assert "Lukupiiri" not in page


def test_an_expertise_begins_a_visit_with_place_topic_subject_and_colleague(
    client, employee, reading_dog, on_the_map, colleague
):
    reading_dog.contact = colleague
    reading_dog.save()
    client.force_login(employee)
    page = client.get(page_of(reading_dog.library)).text
    link = re.search(r'href="([^"]*expertise=\d+)"', page)[1]
    wizard = client.get(link)
    first = wizard.context["stops"].forms[0]
    assert wizard.context["form"]["subject"].value() == "Lukukoira torstaisin"
    assert wizard.context["form"]["topics"].value() == [str(reading_dog.topic_id)]
    assert (first["branch"].value(), first["contact_email"].value()) == (on_the_map.pk, colleague.email)
    assert not Visit.objects.exists()


def test_a_page_of_a_library_shows_stories_places_and_whom_to_ask(client, reading_dog, loviisa, host, employee):
    loviisa.email = "kirjasto@loviisa.example"
    loviisa.save()
    Branch.objects.create(library=loviisa, name_fi="Tesjoki", name_sv="Tessjö", street_fi="Kuninkaantie 1")
    Branch.objects.create(library=loviisa, name_fi="Suljettu", name_sv="Stängd", closed_on=timezone.localdate())
    page = client.get(page_of(loviisa)).text
    for text in ("Lukukoira torstaisin", "Tesjoki", "Kuninkaantie 1", "kirjasto@loviisa.example", "ake@porvoo.example"):
        assert text in page
    assert "Suljettu" not in page
    assert "Hanna Värd" not in page
    client.force_login(employee)
    assert "Hanna Värd" in client.get(page_of(loviisa)).text
    with translation.override("sv"):
        address = page_of(loviisa)
    assert "Läshund på torsdagar" in client.get(address).text
    assert client.get(reverse("libraries:library", args=[loviisa.pk, "wrong"])).status_code == 302
    loviisa.closed_on = timezone.localdate()
    loviisa.save()
    assert client.get(page_of(loviisa)).status_code == 404
    assert "Lukukoira torstaisin" not in client.get("/fi/libraries/").text


def test_peer_learning_of_a_visitor_is_what_libraries_are_good_at(client, db):
    answer = client.get(reverse("peerlearning:visits"))
    assert (answer.status_code, answer.url) == (302, "/fi/libraries/")


# Once a year


def test_once_a_year_the_writers_are_asked_whether_it_still_holds(
    client, reading_dog, host, colleague, time_machine, now
):
    def run(days):
        time_machine.move_to(now + timedelta(days=days, hours=3))
        reminders.run(RULES, timezone.now())
        return list(Mail.objects.filter(template="peerlearning/still_true").order_by("pk"))

    assert run(364) == []
    asked = run(365)
    assert [(mail.person, mail.language) for mail in asked] == [(host, "sv")]
    assert "Läshund på torsdagar" in asked[0].text
    assert run(366) == asked  # once
    actions.name_editor(reading_dog.library, person=colleague, by=host)
    client.force_login(host)
    client.post(reverse("libraries:holds", args=[reading_dog.library_id]))
    assert run(366 + 364) == asked
    assert [mail.person for mail in run(366 + 365)] == [host, colleague]  # now the named editor


# Own data


def test_export_and_erasing_know_who_is_asked_and_who_writes(reading_dog, colleague, host):
    actions.name_editor(reading_dog.library, person=colleague, by=host)
    reading_dog.contact = colleague
    actions.write(reading_dog, by=host)
    told = privacy.export_for(colleague)["visits"]
    assert told["asked_about"] == [{"library": "Loviisan kirjasto", "title": "Lukukoira torstaisin"}]
    assert told["writes_expertise_of"] == ["Loviisan kirjasto"]
    privacy.erase(colleague)
    reading_dog.refresh_from_db()
    assert (reading_dog.contact, ExpertiseEditor.objects.count()) == (None, 0)


# Queries


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_and_a_librarys_page_take_the_same_number_of_queries(
    client, django_assert_num_queries, employee, on_the_map, loviisa, dogs, host, rows
):
    for number in range(rows):
        expertise(loviisa, dogs, f"Koira {number}", f"Hund {number}", by=host, contact=None)
    client.force_login(employee)
    client.get("/fi/libraries/")
    with django_assert_num_queries(7):
        client.get("/fi/libraries/")
    with django_assert_num_queries(9):
        client.get(page_of(loviisa))
    client.force_login(host)
    with django_assert_num_queries(7):
        client.get(reverse("libraries:desk", args=[loviisa.pk]))
