"""A person takes their data along, or has it erased; old data goes by itself."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from ake_portal import privacy
from ake_portal.tasks import keep_retention
from notifications.models import Mail
from people.models import Topic
from tests import builders
from tests.people.test_sign_in import ask_for_code, code_to, url, write_code
from trainings import actions as trainings
from trainings.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def sign_in_for_real(client, person):
    ask_for_code(client, person.email)
    write_code(client, code_to(person.email))
    return client


@pytest.fixture
def known(client, employee, training):
    """Aino has left traces everywhere."""
    employee.phone = "040 7654321"
    employee.shows_phone = True
    employee.save()
    employee.topics.add(Topic.objects.create(name_fi="Lukukoirat", group=Topic.Group.CHILDREN))
    trainings.sign_up(training, person=employee)
    Authenticator.objects.create(user=employee, type=Authenticator.Type.TOTP, data={"secret": "SALAISUUS"})
    return employee


def test_export_tells_everything_and_no_secrets(sign_in, known, training, colleague):
    trainings.sign_up(training, person=colleague)
    ask_for_code(type(sign_in(known))(), known.email)
    response = sign_in(known).get(url("export_own_data"))
    assert response["Content-Disposition"].startswith("attachment")
    text = response.content.decode()
    data = json.loads(text)
    assert data["person"]["email"] == "aino@askola.example"
    assert data["person"]["phone"] == "040 7654321"
    assert data["person"]["topics"] == ["Lukukoirat"]
    assert data["person"]["shown_to_colleagues"] == ["phone"]
    assert data["trainings"][0]["training"] == training.title
    assert data["trainings"][0]["state"] == "registered"
    assert len(data["mails"]) == 2
    assert "SALAISUUS" not in text
    assert code_to(known.email) not in text
    assert "Linnea" not in text


@pytest.mark.parametrize(("language", "words"), [("fi", "Merkitse ruutu"), ("sv", "Kryssa i rutan")])
def test_erasing_asks_once_more(sign_in, known, language, words):
    client = sign_in(known)
    client.get(url("own_data", language))
    response = client.post(url("own_data", language))
    assert words in response.content.decode()
    known.refresh_from_db()
    assert known.erased_at is None


@pytest.mark.parametrize(("language", "words"), [("fi", "Tietosi on poistettu"), ("sv", "Dina uppgifter är raderade")])
def test_erased_person_leaves_no_trace_but_the_counts(client, known, training, language, words):
    EmailAddress.objects.get_or_create(user=known, email=known.email, verified=True, primary=True)
    Authenticator.objects.all().delete()  # the second factor would ask at sign-in
    sign_in_for_real(client, known)
    Authenticator.objects.create(user=known, type=Authenticator.Type.TOTP, data={"secret": "x"})
    elsewhere = type(client)()
    elsewhere.force_login(known)
    old = builders.training(training.region, published=False)
    done = Registration.objects.create(
        training=old, person=known, library=known.library, state="attended", mode="onsite"
    )
    response = client.post(url("own_data", language), {"sure": "on"}, follow=True)
    assert words in response.content.decode()
    known.refresh_from_db()
    assert (known.email, str(known)) == (f"erased-{known.pk}@erased.invalid", f"erased-{known.pk}@erased.invalid")
    assert (known.first_name, known.last_name, known.title, known.phone, known.shows_phone) == ("", "", "", "", False)
    assert (known.is_active, known.has_usable_password(), known.topics.count()) == (False, False, 0)
    assert known.erased_at is not None
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    states = dict(Registration.objects.values_list("pk", "state"))
    assert states.pop(done.pk) == "attended"
    assert set(states.values()) == {"cancelled"}
    everything = json.dumps(
        [list(Mail.objects.values()), list(LogEntry.objects.values("object_repr", "changes", "actor_email"))],
        default=str,
    )
    assert "aino" not in everything.lower()
    assert "7654321" not in everything
    assert elsewhere.get(url("mine")).status_code == 302
    assert not any(session.get_decoded().get("_auth_user_id") == str(known.pk) for session in Session.objects.all())


def test_seat_of_an_erased_person_is_offered_to_the_next(uusimaa, employee, colleague):
    training = builders.training(uusimaa, onsite_capacity=1)
    trainings.sign_up(training, person=employee)
    waiting = trainings.sign_up(training, person=colleague)
    privacy.erase(employee)
    waiting.refresh_from_db()
    assert waiting.state == Registration.State.OFFERED


def test_seat_is_given_up_even_after_the_deadline(uusimaa, employee):
    training = builders.training(uusimaa, in_days=1)
    trainings.sign_up(training, person=employee)
    privacy.erase(employee)
    assert Registration.objects.get().state == Registration.State.CANCELLED


def test_erased_address_may_begin_anew(client, employee):
    privacy.erase(employee)
    sign_in_for_real(client, type(employee)(email="aino@askola.example"))
    assert client.session["_auth_user_id"] != str(employee.pk)


@pytest.mark.parametrize(("language", "words"), [("fi", "nimeämään ensin"), ("sv", "utse en annan chef först")])
def test_director_hands_over_first(sign_in, director, language, words):
    client = sign_in(director)
    assert words in client.get(url("own_data", language)).content.decode()
    client.post(url("own_data", language), {"sure": "on"})
    director.refresh_from_db()
    assert director.erased_at is None


@pytest.mark.parametrize(("language", "words"), [("fi", "Uusimaa"), ("sv", "Nyland")])
def test_only_coordinator_hands_over_first(sign_in, coordinator, uusimaa, language, words):
    client = sign_in(coordinator)
    assert words in client.get(url("own_data", language)).content.decode()
    client.post(url("own_data", language), {"sure": "on"})
    coordinator.refresh_from_db()
    assert coordinator.erased_at is None
    uusimaa.coordinators.add(builders.person())
    client.post(url("own_data", language), {"sure": "on"})
    coordinator.refresh_from_db()
    assert coordinator.erased_at is not None
    assert coordinator not in uusimaa.coordinators.all()


def test_last_superuser_hands_over_first(sign_in, superuser):
    sign_in(superuser).post(url("own_data"), {"sure": "on"})
    superuser.refresh_from_db()
    assert superuser.erased_at is None


def test_old_data_goes_by_itself_and_young_data_stays(employee, colleague, uusimaa, now):
    training = builders.training(uusimaa)
    trainings.sign_up(training, person=employee)
    trainings.cancel(trainings.sign_up(training, person=colleague), by=colleague)
    Mail.objects.update(state=Mail.State.SENT, sent_at=now)
    Session.objects.create(session_key="vanha", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="uusi", session_data="", expire_date=now + timedelta(days=1))
    keep_retention()
    assert [session.session_key for session in Session.objects.all()] == ["uusi"]
    assert Mail.objects.exclude(text="").count() == Mail.objects.count()
    assert Registration.objects.count() == 2
    two_years_on = timezone.now() + timedelta(days=2 * 365 + 60)
    privacy.keep_retention(two_years_on)
    privacy.keep_retention(two_years_on)
    assert set(Mail.objects.values_list("text", "html", "address")) == {("", "", "")}
    assert list(Registration.objects.values_list("person", "state")) == [(employee.pk, "registered")]


@pytest.mark.parametrize(("language", "words"), [("fi", "kaksi vuotta"), ("sv", "två år")])
def test_two_years_after_a_training_staff_see_counts_and_no_names_and_the_person_sees_it(
    sign_in, coordinator, employee, training, time_machine, now, language, words
):
    trainings.sign_up(training, person=employee)
    page = url("trainings:participants", language, training.pk)
    assert "Esimerkki" in sign_in(coordinator).get(page).content.decode()
    time_machine.move_to(now + timedelta(days=2 * 365 + 40), tick=True)
    text = sign_in(coordinator).get(page).content.decode()
    assert "Esimerkki" not in text
    assert words in text
    export = sign_in(coordinator).get(url("trainings:export_participants", language, training.pk, "csv"))
    assert "Esimerkki" not in export.content.decode()
    assert training.title_fi in sign_in(employee).get(url("export_own_data")).content.decode()
