"""A person looks after their own details."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.management import call_command

from notifications.models import Mail
from people.models import Branch, Topic, User
from tests import builders
from tests.people.test_sign_in import ask_for_code, code_to, url, write_code
from trainings import actions as trainings
from trainings.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def details(person, **changes):
    values = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "title": person.title,
        "phone": person.phone,
        "language": person.language,
        "library": person.library_id or "",
        "branch": person.branch_id or "",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not False}


def test_directory_choices_are_off_until_the_person_says_so(sign_in, employee):
    client = sign_in(employee)
    topic = Topic.objects.create(name_fi="Lukukoirat", name_sv="Läshundar", group=Topic.Group.CHILDREN)
    response = client.post(
        url("people:profile"), details(employee, phone="040 1234567", topics=[topic.pk], shows_phone="on")
    )
    assert response.status_code == 302
    employee.refresh_from_db()
    assert employee.phone == "040 1234567"
    assert list(employee.topics.all()) == [topic]
    shown = [employee.shows_email, employee.shows_phone, employee.shows_title, employee.shows_topics]
    assert shown == [False, True, False, False]


@pytest.mark.parametrize(("language", "words"), [("fi", "odottaa vahvistusta"), ("sv", "väntar på bekräftelse")])
def test_another_library_is_unconfirmed_and_forgets_the_branch(sign_in, employee, loviisa, language, words):
    employee.branch = Branch.objects.create(library=employee.library, name_fi="Monninkylä")
    employee.save()
    page = sign_in(employee).post(url("people:profile", language), details(employee, library=loviisa.pk), follow=True)
    assert words in page.content.decode()
    employee.refresh_from_db()
    assert (employee.library, employee.branch, employee.is_confirmed) == (loviisa, None, False)


def test_saving_without_moving_keeps_the_confirmation(sign_in, employee):
    sign_in(employee).post(url("people:profile"), details(employee, title="johtava tietoasiantuntija"))
    employee.refresh_from_db()
    assert (employee.is_confirmed, employee.title) == (True, "johtava tietoasiantuntija")


def test_director_who_says_where_they_work_needs_nobodys_word(sign_in, director, loviisa, askola):
    loviisa.director = director
    loviisa.save()
    sign_in(director).post(url("people:profile"), details(director, library=loviisa.pk))
    director.refresh_from_db()
    assert (director.library, director.is_confirmed) == (loviisa, True)


def test_branch_of_another_library_cannot_be_chosen(sign_in, employee, loviisa):
    own = Branch.objects.create(library=employee.library, name_fi="Monninkylä")
    other = Branch.objects.create(library=loviisa, name_fi="Liljendal")
    client = sign_in(employee)
    assert client.post(url("people:profile"), details(employee, branch=other.pk)).status_code == 200
    assert client.post(url("people:profile"), details(employee, branch=own.pk)).status_code == 302
    employee.refresh_from_db()
    assert employee.branch == own


@pytest.mark.parametrize(("language", "words"), [("fi", "merkityt kohdat"), ("sv", "markerade fälten")])
def test_missing_name_is_told_at_the_field_and_nothing_typed_is_lost(sign_in, employee, language, words):
    response = sign_in(employee).post(
        url("people:profile", language), details(employee, first_name="", title="tuottaja")
    )
    page = response.content.decode()
    assert words in page
    assert 'aria-describedby="id_first_name_error"' in page
    assert 'value="tuottaja"' in page
    employee.refresh_from_db()
    assert employee.first_name == "Aino"


def test_mails_follow_the_language(sign_in, employee):
    sign_in(employee).post(url("people:profile"), details(employee, language="sv"))
    ask_for_code(type(sign_in(employee))(), employee.email)
    assert Mail.objects.get(template="account/code").language == "sv"


def test_what_was_done_keeps_the_library_of_its_day(sign_in, employee, askola, loviisa, training):
    trainings.sign_up(training, person=employee)
    sign_in(employee).post(url("people:profile"), details(employee, library=loviisa.pk))
    assert Registration.objects.get().library == askola


def test_unconfirmed_person_signs_up_for_trainings_at_once(sign_in, training, askola):
    person = builders.person(library=askola, confirmed=False)
    assert trainings.sign_up(training, person=person).state == Registration.State.REGISTERED


def test_calendar_gets_a_new_address_by_button_only(sign_in, employee):
    client = sign_in(employee)
    old = employee.calendar_token
    assert client.get(url("people:renew_calendar")).status_code == 405
    client.post(url("people:renew_calendar"))
    employee.refresh_from_db()
    assert employee.calendar_token != old
    assert len(employee.calendar_token) >= 32


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_address_changes_when_the_new_one_is_proven_and_the_old_one_is_told(client, employee, language):
    ask_for_code(client, employee.email)
    write_code(client, code_to(employee.email))
    response = client.post(url("account_email", language), {"email": "Aino@Uusi.example", "action_add": "1"})
    employee.refresh_from_db()
    assert employee.email == "aino@askola.example"
    client.post(response["Location"], {"code": code_to("aino@uusi.example")})
    employee.refresh_from_db()
    assert employee.email == "aino@uusi.example"
    assert list(EmailAddress.objects.filter(user=employee).values_list("email", "verified", "primary")) == [
        ("aino@uusi.example", True, True)
    ]
    told = Mail.objects.get(template="account/changed")
    assert told.address == "aino@askola.example"
    assert "aino@uusi.example" in told.text


@pytest.mark.parametrize(("language", "words"), [("fi", "toisen käytössä"), ("sv", "någon annan")])
def test_somebody_elses_address_cannot_be_taken(client, employee, colleague, language, words):
    ask_for_code(client, employee.email)
    write_code(client, code_to(employee.email))
    response = client.post(url("account_email", language), {"email": colleague.email, "action_add": "1"})
    page = client.post(response["Location"], {"code": code_to(colleague.email)})
    assert words in page.content.decode()
    employee.refresh_from_db()
    assert employee.email == "aino@askola.example"


def test_shared_mailbox_cannot_become_the_address(client, employee, askola):
    askola.email = "kirjasto@askola.example"
    askola.save()
    ask_for_code(client, employee.email)
    write_code(client, code_to(employee.email))
    page = client.post(url("account_email"), {"email": "kirjasto@askola.example", "action_add": "1"})
    assert "yhteinen sähköposti" in page.content.decode()


def test_address_that_staff_have_replaced_opens_nothing(client, employee):
    ask_for_code(client, employee.email)
    write_code(client, code_to(employee.email))
    client.post(url("account_logout"))
    User.objects.filter(pk=employee.pk).update(email="aino@uusi.example")
    client.post(url("account_reset_password"), {"email": "aino@askola.example"})
    assert Mail.objects.get(template="account/no_account").address == "aino@askola.example"
    ask_for_code(client, "aino@askola.example")
    write_code(client, code_to("aino@askola.example"))
    assert client.session.get("_auth_user_id") != str(employee.pk)


def test_password_is_chosen_and_changed(sign_in, employee):
    client = sign_in(employee)
    response = client.post(url("account_set_password"), {"password1": "lyhyt", "password2": "lyhyt"})
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in response.content.decode()
    client.post(url("account_set_password"), {"password1": "kirja hyllyssä 7", "password2": "kirja hyllyssä 7"})
    employee.refresh_from_db()
    assert employee.check_password("kirja hyllyssä 7")
    client.post(
        url("account_change_password"),
        {"oldpassword": "kirja hyllyssä 7", "password1": "toinen hylly 88", "password2": "toinen hylly 88"},
    )
    employee.refresh_from_db()
    assert employee.check_password("toinen hylly 88")


def test_profile_page_costs_the_same_with_few_and_many_libraries(sign_in, employee, uusimaa, django_assert_num_queries):
    client = sign_in(employee)
    with django_assert_num_queries(7):
        client.get(url("people:profile"))
    for n in range(30):
        library = builders.library(uusimaa, f"Kirjasto {n}")
        Branch.objects.create(library=employee.library, name_fi=f"Toimipaikka {n}")
        Topic.objects.create(name_fi=f"Aihe {n}", group=Topic.Group.ADULTS)
    assert library.pk
    with django_assert_num_queries(7):
        client.get(url("people:profile"))


def test_first_superuser_is_made_by_a_command_and_signs_in_by_code(client, db):
    call_command("createsuperuser", "--noinput", "--email", "Yllapito@Ake.example", verbosity=0)
    person = User.objects.get()
    assert (person.email, person.is_superuser, person.has_usable_password()) == ("yllapito@ake.example", True, False)
    ask_for_code(client, "yllapito@ake.example")
    write_code(client, code_to("yllapito@ake.example"))
    assert client.session["_auth_user_id"] == str(person.pk)
