import pytest
from django.urls import reverse

from notifications.models import Mail
from tests import builders
from trainings import actions

State = Mail.State
LIST = reverse("admin:notifications_mail_changelist")
COMING = reverse("admin:reminders_coming")
pytestmark = pytest.mark.django_db


def page_of(mail):
    return reverse("admin:notifications_mail_change", args=[mail.pk])


@pytest.fixture
def mails(uusimaa, lapland):
    """One mail of each region."""
    return builders.mails(1, region=uusimaa) + builders.mails(1, region=lapland)


def test_a_coordinator_sees_the_mails_of_the_own_region_only(mails, coordinator, other_coordinator, superuser, sign_in):
    ours, theirs = mails
    for person, seen, hidden in ((coordinator, ours, theirs), (other_coordinator, theirs, ours)):
        client = sign_in(person)
        page = client.get(LIST).content.decode()
        assert seen.subject in page and hidden.subject not in page
        assert client.get(page_of(seen)).status_code == 200
        assert client.get(page_of(hidden)).status_code == 302, "as if it were not there"
    page = sign_in(superuser).get(LIST).content.decode()
    assert ours.subject in page and theirs.subject in page


def test_those_who_are_no_staff_come_to_the_sign_in_page(mails, employee, director, sign_in):
    for person in (employee, director):
        client = sign_in(person)
        for page in (LIST, COMING, page_of(mails[0])):
            assert client.get(page).status_code == 302


def test_nothing_is_added_edited_or_deleted(mails, coordinator, superuser, sign_in):
    for person in (coordinator, superuser):
        client = sign_in(person)
        assert client.get(reverse("admin:notifications_mail_add")).status_code == 403
        assert client.post(page_of(mails[0]), {"subject": "x"}).status_code == 403
        assert client.post(reverse("admin:notifications_mail_delete", args=[mails[0].pk])).status_code == 403
    assert Mail.objects.filter(subject="x").count() == 0 and Mail.objects.count() == 2


def test_a_code_is_masked_for_everybody_also_before_it_is_delivered(uusimaa, coordinator, superuser, sign_in):
    [mail] = builders.mails(1, region=uusimaa, is_secret=True, text="Koodi 123456", html="<p>123456</p>")
    for person in (coordinator, superuser):
        client = sign_in(person)
        assert "123456" not in client.get(page_of(mail)).content.decode()
        assert "123456" not in client.get(LIST).content.decode()
        assert mail.subject not in client.get(LIST, {"q": "123456"}).content.decode(), "nor found by searching"


def test_a_failed_mail_shows_its_reason_and_can_be_sent_again(mail_server, uusimaa, coordinator, sign_in):
    [failed] = builders.mails(1, region=uusimaa, state=State.FAILED, reason="550 5.1.1 no such user", attempts=1)
    [sent] = builders.mails(1, region=uusimaa, state=State.SENT)
    client = sign_in(coordinator)
    assert "550 5.1.1 no such user" in client.get(LIST, {"state__exact": "failed"}).content.decode()
    client.post(LIST, {"action": "send_again", "_selected_action": [failed.pk, sent.pk]})
    assert mail_server.recipients == [failed.address]
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.reason) == (State.SENT, 1, "")


def test_nobody_sends_another_regions_mail_again(lapland, coordinator, sign_in):
    [failed] = builders.mails(1, region=lapland, state=State.FAILED)
    client = sign_in(coordinator)
    client.post(LIST, {"action": "send_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.state == State.FAILED


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_queries_however_long(
    number, uusimaa, askola, coordinator, sign_in, django_assert_num_queries
):
    for person in builders.people(number, askola):
        builders.mails(1, region=uusimaa, person=person)
    client = sign_in(coordinator)
    with django_assert_num_queries(5):
        client.get(LIST)


@pytest.mark.parametrize("number", [1, 30])
def test_staff_see_what_reminders_will_be_sent_to_whom(
    number, uusimaa, lapland, askola, coordinator, other_coordinator, sign_in, django_assert_num_queries
):
    training = builders.training(uusimaa, in_days=10)
    people = builders.people(number, askola)
    for person in people:
        actions.sign_up(training, person=person)
    client = sign_in(coordinator)
    with django_assert_num_queries(34):
        response = client.get(COMING)
    page = response.content.decode()
    assert all(person.get_full_name() in page for person in people)
    assert [(group["about"], len(group["people"])) for group in response.context["page"]] == [
        (training.title, number),
        (training.title, number),
    ]
    assert [*sign_in(other_coordinator).get(COMING).context["page"]] == []


def test_what_a_mail_says_is_text_and_never_markup(uusimaa, coordinator, sign_in):
    [mail] = builders.mails(1, region=uusimaa, text="Hei <script>alert(1)</script>\n\nhttps://portal.example/")
    page = sign_in(coordinator).get(page_of(mail)).content.decode()
    assert (
        "Hei &lt;script&gt;alert(1)&lt;/script&gt;<br><br>https://portal.example/<br>" in page
        and "<script>alert(1)" not in page
    )


def test_a_failed_mail_shows_on_the_person_with_its_reason(employee, uusimaa, lapland, coordinator, sign_in):
    page = reverse("admin:people_user_change", args=[employee.pk])
    client = sign_in(coordinator)
    assert "550" not in client.get(page).content.decode()
    [ours] = builders.mails(1, region=uusimaa, person=employee, state=State.FAILED, reason="550 5.1.1 no such user")
    [theirs] = builders.mails(1, region=lapland, person=employee, state=State.FAILED, reason="552 mailbox full")
    shown = client.get(page).content.decode()
    assert "550 5.1.1 no such user" in shown and page_of(ours) in shown
    assert "552 mailbox full" in shown and theirs.subject not in shown
