"""Admin pages of people and libraries: own regions only, whatever way one comes in."""

import json
from datetime import date
from urllib.parse import unquote

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from people.models import Branch, Deputy, Library, Municipality, Region, Topic, User
from tests import builders


def page(model, what="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def form_of(response):
    """What a browser would send back from the change page: every field and inline as it is."""
    admin_form = response.context["adminform"].form
    forms = [
        admin_form,
        *[
            part
            for inline in response.context["inline_admin_formsets"]
            for part in (inline.formset.management_form, *inline.formset.forms)
        ],
    ]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is None or value is False:
                continue
            if isinstance(value, list | tuple):
                value = [getattr(item, "pk", item) for item in value]
            sent[field.html_name] = "on" if value is True else value
    return sent


PLACES = [Region, Municipality, Library, Branch, Topic, User, Deputy]


@pytest.fixture
def both_regions(uusimaa, lapland, askola, stranger, employee, coordinator, other_coordinator):
    """Something of everything in Uusimaa and in Lapland."""
    for region, library, code in ((uusimaa, askola, "018"), (lapland, stranger.library, "148")):
        municipality = Municipality.objects.create(
            code=code,
            name_fi=f"Kunta {code}",
            name_sv=f"Kommun {code}",
            province_fi="x",
            province_sv="x",
            region=region,
        )
        Branch.objects.create(name_fi=f"Toimipaikka {code}", library=library, municipality=municipality)
        person = builders.person(library=library)
        Deputy.objects.create(library=library, person=person, first_day=date(2026, 10, 1), last_day=date(2026, 10, 31))


def test_coordinator_sees_the_rows_of_the_own_region_only(both_regions, sign_in, coordinator):
    client = sign_in(coordinator)
    for model in (Municipality, Library, Branch, Deputy):
        shown = client.get(page(model)).context["cl"].queryset
        assert shown.count() == 1, model
    assert set(client.get(page(Region)).context["cl"].queryset.values_list("code", flat=True)) == {"porvoo"}
    assert client.get(page(User)).context["cl"].queryset.exclude(library__region__code="porvoo").count() == 0


def test_coordinator_finds_people_without_a_library_and_gives_them_one(both_regions, sign_in, coordinator, askola):
    teacher = builders.person("opettaja@koulu.example", "Outi", "Opettaja")
    client = sign_in(coordinator)
    assert list(client.get(page(User), {"workplace": "none"}).context["cl"].queryset) == [teacher]
    data = form_of(client.get(page(User, "change", teacher.pk)))
    assert client.post(page(User, "change", teacher.pk), {**data, "library": askola.pk}).status_code == 302
    teacher.refresh_from_db()
    assert (teacher.library, teacher.library_confirmed_by) == (askola, coordinator)


def test_who_holds_an_office_elsewhere_is_not_among_them(
    both_regions, sign_in, coordinator, other_coordinator, stranger, superuser, lapland
):
    """Whoever could set their address before they have signed in could decide in their place."""
    office_holders = {name: builders.person(last_name=name) for name in ("director", "superior", "deputy", "reader")}
    theirs = stranger.library
    theirs.director, theirs.superior = office_holders["director"], office_holders["superior"]
    theirs.save()
    Deputy.objects.create(
        library=theirs, person=office_holders["deputy"], first_day=date(2026, 10, 1), last_day=date(2026, 10, 2)
    )
    lapland.readers.add(office_holders["reader"])
    client = sign_in(coordinator)
    assert not client.get(page(User), {"workplace": "none"}).context["cl"].queryset.exists()
    for person in (*office_holders.values(), other_coordinator, superuser):
        assert client.get(page(User, "change", person.pk)).status_code in (302, 403)


def test_superuser_sees_all(both_regions, sign_in, superuser):
    client = sign_in(superuser)
    for model in PLACES:
        assert client.get(page(model)).context["cl"].queryset.count() == model.objects.count()


@pytest.mark.parametrize("model", [Region, Municipality, Library, Branch, Deputy, User])
def test_row_of_another_region_cannot_be_opened_changed_deleted_or_looked_up_by_its_url(
    model, both_regions, sign_in, coordinator, stranger, lapland
):
    theirs = {
        Region: lapland,
        Library: stranger.library,
        User: stranger,
        Municipality: Municipality.objects.filter(region=lapland).first(),
        Branch: Branch.objects.filter(library=stranger.library).first(),
        Deputy: Deputy.objects.filter(library=stranger.library).first(),
    }[model]
    before = model.objects.filter(pk=theirs.pk).values().get()
    client = sign_in(coordinator)
    for what in ("change", "delete", "history"):
        assert client.get(page(model, what, theirs.pk)).status_code in (302, 403), what
        assert client.post(page(model, what, theirs.pk), {"name_fi": "Vallattu", "post": "yes"}).status_code in (
            302,
            403,
            405,
        )
    assert model.objects.filter(pk=theirs.pk).values().get() == before


@pytest.mark.parametrize("who", ["employee", "director"])
def test_those_who_are_not_staff_get_no_admin_page(who, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    for path in (reverse("admin:index"), page(User), page(Library, "add")):
        response = client.get(path, follow=True)
        assert response.status_code == 403, path


def test_admin_asks_a_visitor_to_sign_in_on_the_portals_own_page(db, client):
    asked = client.get(reverse("admin:index"), follow=True)
    assert unquote(asked.redirect_chain[-1][0]) == f"{reverse('account_login')}?next={reverse('admin:index')}"


def test_coordinator_cannot_become_a_superuser(both_regions, sign_in, coordinator, askola):
    coordinator.library = askola
    coordinator.save()
    person = builders.person(library=askola)
    client = sign_in(coordinator)
    data = form_of(client.get(page(User, "change", person.pk)))
    response = client.post(page(User, "change", person.pk), {**data, "is_superuser": "on", "title": "Uusi"})
    person.refresh_from_db()
    assert (response.status_code, person.title, person.is_superuser) == (302, "Uusi", False)
    client.post(page(User, "change", coordinator.pk), {**data, "is_superuser": "on"})
    coordinator.refresh_from_db()
    assert not coordinator.is_superuser
    client.post(
        page(User, "add"),
        {"email": "uusi@askola.example", "is_superuser": "on", "library": askola.pk, "language": "fi"},
    )
    assert not User.objects.get(email="uusi@askola.example").is_superuser


def test_coordinator_cannot_take_over_the_account_of_those_who_use_the_admin_pages(
    both_regions, sign_in, coordinator, superuser, askola
):
    superuser.library = askola
    superuser.save()
    client = sign_in(coordinator)
    assert client.get(page(User, "change", superuser.pk)).status_code == 200
    assert client.post(page(User, "change", superuser.pk), {"email": "ake@porvoo.example"}).status_code == 403


def test_address_of_someone_who_has_signed_in_stays_as_it_is(both_regions, sign_in, coordinator, employee, now):
    employee.last_login = now
    employee.save()
    client = sign_in(coordinator)
    data = form_of(client.get(page(User, "change", employee.pk)))
    client.post(page(User, "change", employee.pk), {**data, "email": "vallattu@porvoo.example"})
    employee.refresh_from_db()
    assert employee.email == "aino@askola.example"


def test_coordinator_cannot_appoint_coordinators(both_regions, sign_in, coordinator, employee, uusimaa):
    client = sign_in(coordinator)
    data = form_of(client.get(page(Region, "change", uusimaa.pk)))
    response = client.post(
        page(Region, "change", uusimaa.pk),
        {**data, "coordinators": [employee.pk], "readers": [employee.pk], "phone": "019 1"},
    )
    uusimaa.refresh_from_db()
    assert (response.status_code, uusimaa.phone) == (302, "019 1")
    assert list(uusimaa.coordinators.all()) == [coordinator]
    assert not uusimaa.readers.exists()


def test_superuser_appoints_coordinators(both_regions, sign_in, superuser, employee, uusimaa, coordinator):
    client = sign_in(superuser)
    data = form_of(client.get(page(Region, "change", uusimaa.pk)))
    response = client.post(page(Region, "change", uusimaa.pk), {**data, "coordinators": [coordinator.pk, employee.pk]})
    assert response.status_code == 302
    assert set(uusimaa.coordinators.all()) == {coordinator, employee}


def test_coordinator_appoints_a_director_and_a_deputy_of_the_own_region_only(
    both_regions, sign_in, coordinator, employee, stranger, askola
):
    client = sign_in(coordinator)
    data = form_of(client.get(page(Library, "change", askola.pk)))
    refused = client.post(page(Library, "change", askola.pk), {**data, "director": stranger.pk})
    assert "director" in refused.context["adminform"].form.errors
    deputy = {
        "deputies-TOTAL_FORMS": 2,
        "deputies-1-library": askola.pk,
        "deputies-1-first_day": "2.11.2026",
        "deputies-1-last_day": "6.11.2026",
    }
    refused = client.post(page(Library, "change", askola.pk), {**data, **deputy, "deputies-1-person": stranger.pk})
    assert refused.status_code == 200
    taken = client.post(
        page(Library, "change", askola.pk),
        {**data, **deputy, "director": employee.pk, "deputies-1-person": employee.pk},
    )
    askola.refresh_from_db()
    assert (taken.status_code, askola.director, askola.deputies.count()) == (302, employee, 2)


def test_director_from_elsewhere_stays_when_the_coordinator_saves_the_page(
    both_regions, sign_in, coordinator, stranger, askola
):
    askola.director = stranger
    askola.save()
    client = sign_in(coordinator)
    data = form_of(client.get(page(Library, "change", askola.pk)))
    assert client.post(page(Library, "change", askola.pk), {**data, "staff_count": 7}).status_code == 302
    askola.refresh_from_db()
    assert (askola.director, askola.staff_count) == (stranger, 7)


def test_library_cannot_be_moved_to_a_region_of_others_nor_taken_from_it(
    both_regions, sign_in, coordinator, askola, lapland, stranger
):
    client = sign_in(coordinator)
    data = form_of(client.get(page(Library, "change", askola.pk)))
    refused = client.post(page(Library, "change", askola.pk), {**data, "region": lapland.pk})
    assert "region" in refused.context["adminform"].form.errors
    client.post(page(Library, "change", stranger.library.pk), data)
    stranger.library.refresh_from_db()
    assert stranger.library.region == lapland


@pytest.mark.parametrize(("model", "field"), [(Library, "director"), (Deputy, "person")])
def test_autocomplete_offers_people_of_the_own_region_only(
    both_regions, sign_in, coordinator, stranger, employee, model, field
):
    found = sign_in(coordinator).get(
        reverse("admin:autocomplete"),
        {"app_label": "people", "model_name": model._meta.model_name, "field_name": field, "term": ""},
    )
    people = {row["id"] for row in json.loads(found.content)["results"]}
    assert str(employee.pk) in people
    assert str(stranger.pk) not in people


def test_forged_bulk_action_leaves_rows_of_others_alone(both_regions, sign_in, coordinator, askola, stranger):
    ours = builders.person(library=askola, confirmed=False)
    theirs = builders.person(library=stranger.library, confirmed=False)
    data = {"action": "confirm_workplace", "_selected_action": [ours.pk, theirs.pk]}
    assert sign_in(coordinator).post(page(User), data).status_code == 302
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.is_confirmed, ours.library_confirmed_by, theirs.is_confirmed) == (True, coordinator, False)


def test_bulk_deletion_is_not_offered_to_coordinators(both_regions, sign_in, coordinator, askola):
    data = {"action": "delete_selected", "_selected_action": [askola.pk], "post": "yes"}
    sign_in(coordinator).post(page(Library), data)
    assert Library.objects.filter(pk=askola.pk).exists()


@pytest.mark.parametrize(
    "column", ["password__startswith", "calendar_token__startswith", "coordinates__password__startswith"]
)
def test_secrets_cannot_be_guessed_by_filtering_the_list(both_regions, sign_in, coordinator, column):
    assert sign_in(coordinator).get(page(User), {column: "a"}).status_code in (302, 400)


def test_no_page_shows_a_password_or_a_calendar_token(both_regions, sign_in, superuser, employee):
    employee.set_password("salainen sana 42")
    employee.save()
    shown = sign_in(superuser).get(page(User, "change", employee.pk)).content.decode()
    for secret in (employee.password, "pbkdf2", employee.calendar_token):
        assert secret not in shown


def test_shared_topics_are_added_by_coordinators_and_kept_by_superusers(both_regions, sign_in, coordinator, superuser):
    client = sign_in(coordinator)
    assert (
        client.post(
            page(Topic, "add"), {"name_fi": "Lukupiirit", "name_sv": "Läsecirklar", "group": "adults"}
        ).status_code
        == 302
    )
    topic = Topic.objects.get(name_sv="Läsecirklar")
    assert client.post(page(Topic, "change", topic.pk), {"name_fi": "X", "group": "adults"}).status_code == 403
    client = sign_in(superuser)
    assert (
        client.post(
            page(Topic, "change", topic.pk), {"name_fi": "Piirit", "name_sv": "Cirklar", "group": "adults"}
        ).status_code
        == 302
    )


def test_models_of_packages_have_no_admin_page(both_regions, sign_in, superuser, coordinator):
    for person, models in (
        (superuser, {"allauth", "mfa", "socialaccount", "account", "auth"}),
        (coordinator, {"auditlog"}),
    ):
        apps = {app["app_label"] for app in sign_in(person).get(reverse("admin:index")).context["app_list"]}
        assert not apps & models


def test_what_was_changed_and_by_whom_stands_on_the_history_page(both_regions, sign_in, coordinator, askola):
    client = sign_in(coordinator)
    data = form_of(client.get(page(Library, "change", askola.pk)))
    client.post(page(Library, "change", askola.pk), {**data, "name_sv": "Askola biblioteket"})
    shown = client.get(page(Library, "history", askola.pk)).content.decode()
    assert "Petra Kehittäjä" in shown
    assert "Askola biblioteket" in shown


def test_the_history_says_yes_and_no_in_words(both_regions, sign_in, coordinator, employee):
    client = sign_in(coordinator)
    data = form_of(client.get(page(User, "change", employee.pk)))
    data.pop("is_active", None)
    client.post(page(User, "change", employee.pk), data)
    shown = client.get(page(User, "history", employee.pk)).content.decode()
    assert "kyllä → ei" in shown and "False" not in shown


def test_superuser_reads_the_whole_log_and_nobody_writes_it(both_regions, sign_in, superuser, coordinator, uusimaa):
    client = sign_in(superuser)
    data = form_of(client.get(page(Region, "change", uusimaa.pk)))
    person = builders.person("uusi@porvoo.example", "Uusi", "Kehittäjä")
    client.post(page(Region, "change", uusimaa.pk), {**data, "coordinators": [coordinator.pk, person.pk]})
    shown = client.get(page(Region, "history", uusimaa.pk)).content.decode()
    assert "– → Uusi Kehittäjä" in shown
    entry = LogEntry.objects.latest("pk")
    client.post(page(Region, "change", uusimaa.pk), {**data, "name_sv": "Nylands län"})
    log = client.get(page(LogEntry)).content.decode()
    assert "Alue (ruotsiksi)" in log and "[sv]" not in log
    assert client.get(page(LogEntry, "change", entry.pk)).status_code == 200
    assert client.post(page(LogEntry, "change", entry.pk), {"object_repr": "x"}).status_code == 403
    client = sign_in(coordinator)
    assert client.get(page(LogEntry)).status_code == 403
    assert client.get(page(LogEntry, "change", entry.pk)).status_code in (302, 403)


def test_log_holds_no_password_and_no_calendar_token(employee):
    employee.set_password("salainen sana 42")
    employee.title = "informaatikko"
    employee.save()
    logged = str(list(LogEntry.objects.get_for_object(employee).values_list("changes", flat=True)))
    assert "informaatikko" in logged
    assert "calendar_token" not in logged
    assert "pbkdf2" not in logged


def test_name_may_be_in_one_language_but_not_in_none(both_regions, sign_in, coordinator, uusimaa):
    client = sign_in(coordinator)
    empty = form_of(client.get(page(Library, "add")))
    refused = client.post(page(Library, "add"), {**empty, "region": uusimaa.pk, "name_fi": " ", "name_sv": ""})
    assert list(refused.context["adminform"].form.errors) == ["name_fi"]
    assert (
        client.post(page(Library, "add"), {**empty, "region": uusimaa.pk, "name_sv": "Lovisa bibliotek"}).status_code
        == 302
    )
    assert Library.objects.get(name_sv="Lovisa bibliotek").name_fi in (None, "")


def test_list_is_filtered_by_what_lacks_a_translation(both_regions, sign_in, coordinator, uusimaa):
    lacking = Library.objects.create(region=uusimaa, name_fi="Pornaisten kirjasto")
    shown = sign_in(coordinator).get(page(Library), {"lacks": "sv"}).context["cl"].queryset
    assert list(shown) == [lacking]


@pytest.mark.parametrize("words", ["äidit", "ÄIDIT", "Äidit", "äid"])
def test_search_is_blind_to_case_in_finnish_letters_too(both_regions, sign_in, superuser, words):
    Topic.objects.create(name_fi="Äidit ja vauvat", name_sv="Mödrar och bebisar", group="adults")
    assert [str(row) for row in sign_in(superuser).get(page(Topic), {"q": words}).context["cl"].queryset] == [
        "Äidit ja vauvat"
    ]


def test_lists_sort_by_the_finnish_alphabet_in_both_directions(both_regions, sign_in, superuser):
    Topic.objects.all().delete()
    for name in ("Öljy", "Zeppelin", "Äidit", "Asiakkaat", "Åland"):
        Topic.objects.create(name_fi=name, name_sv=name, group="adults")
    client = sign_in(superuser)
    names = ["Asiakkaat", "Zeppelin", "Åland", "Äidit", "Öljy"]
    assert [str(row) for row in client.get(page(Topic), {"o": "1"}).context["cl"].queryset] == names
    assert [str(row) for row in client.get(page(Topic), {"o": "-1"}).context["cl"].queryset] == names[::-1]
