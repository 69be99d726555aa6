"""The host's word on a story: by the link in the mail or signed in; opened alone, a link changes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ake_portal.lib import links
from ideas import actions, mails
from ideas.models import Idea
from notifications.models import Mail
from people.models import Deputy
from tests import builders

State = Idea.State


def address_in(mail):
    return next(word for word in mail.text.split() if "/ideas/check/" in word).partition(".example")[2] or next(
        "/" + word.split("/", 3)[3] for word in mail.text.split() if "/ideas/check/" in word
    )


def html(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def state(idea):
    return Idea.objects.get(pk=idea.pk).state


def test_the_host_gets_a_mail_in_her_language_and_one_click_is_enough(client, asked, colleague, employee):
    mail = Mail.objects.get(template="ideas/check")
    assert mail.person == colleague and mail.is_secret and mail.language == "sv"
    assert "Omatoimi Loviisassa" in mail.subject and "Askola bibliotek" in mail.text
    address = address_in(mail)
    assert address.startswith("/sv/")
    for _ in range(2):  # a mail scanner opens it, and opens it again
        response = client.get(address)
        page = html(response)
        assert "Ovi aukeaa kortilla klo 7." in page and "Linnea Exempel" in page
        assert response["X-Robots-Tag"] == "noindex" and response["Cache-Control"] == "no-store"
    assert state(asked) == State.WITH_HOST
    page = html(client.post(address, {"answer": "right", "note": ""}))
    assert "Tack!" in page
    idea = Idea.objects.get(pk=asked.pk)
    assert (idea.state, idea.checked_by, idea.check_note, idea.facts_are_right) == (State.WITH_AKE, colleague, "", True)
    mail = Mail.objects.get(template="ideas/checked")
    assert mail.person == employee and "tiedot ovat oikein" in mail.subject
    # the link that has done its work says so
    assert "redan kontrollerad" in html(client.get(address))
    assert "redan kontrollerad" in html(client.post(address, {"answer": "note", "note": "Nej"}))
    assert Idea.objects.get(pk=asked.pk).check_note == ""


def test_a_note_is_needed_to_send_a_note_and_reaches_the_author(client, asked, colleague, employee):
    address = address_in(Mail.objects.get(template="ideas/check"))
    page = html(client.post(address, {"answer": "note", "note": " "}), 422)
    assert "Skriv vad som borde ändras." in page and state(asked) == State.WITH_HOST
    html(client.post(address, {"answer": "note", "note": "Dörren öppnas klockan 6."}))
    idea = Idea.objects.get(pk=asked.pk)
    assert (idea.state, idea.check_note, idea.facts_are_right) == (State.WITH_AKE, "Dörren öppnas klockan 6.", False)
    mail = Mail.objects.get(template="ideas/checked")
    assert "Dörren öppnas klockan 6." in mail.text and "Linnea Exempel" in mail.text


@pytest.mark.parametrize("answer", [{}, {"answer": "perhaps"}])
def test_a_click_that_says_nothing_changes_nothing(client, asked, answer):
    html(client.post(address_in(Mail.objects.get(template="ideas/check")), answer), 200 if not answer else 422)
    assert state(asked) == State.WITH_HOST


def test_links_of_others_tampered_and_old_ones_get_a_clear_page(client, asked, colleague, stranger, time_machine):
    good = links.token(mails.CHECK_LINK, asked, colleague)
    other = builders.idea(colleague, kind="story", host=asked.host)
    bad = [
        links.token(mails.CHECK_LINK, asked, stranger),  # another person
        links.token(mails.CHECK_LINK, other, colleague),  # another thing
        links.token("trainings.registration", asked, colleague),  # another purpose
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "nonsense",
    ]
    for token in bad:
        for method in (client.get, client.post):
            page = html(method(f"/fi/ideas/check/{token}/", {"answer": "right"}), 404)
            assert "Linkki ei toimi" in page
    time_machine.move_to(timezone.now() + timedelta(days=61))
    assert "Linkki on vanhentunut" in html(client.post(f"/fi/ideas/check/{good}/", {"answer": "right"}), 404)
    assert state(asked) == State.WITH_HOST


def test_an_erased_persons_link_is_dead(client, asked, colleague):
    token = links.token(mails.CHECK_LINK, asked, colleague)
    colleague.is_active = False
    colleague.save()
    html(client.get(f"/fi/ideas/check/{token}/"), 404)


def test_the_host_answers_signed_in_too_and_finds_it_on_the_home_page(sign_in, asked, colleague, employee, stranger):
    client = sign_in(colleague)
    assert f"/fi/ideas/{asked.pk}/check/" in html(client.get("/fi/"))
    assert client.post(f"/fi/ideas/{asked.pk}/check/", {"answer": "right"}).status_code == 200
    assert state(asked) == State.WITH_AKE
    assert client.get(f"/fi/ideas/{asked.pk}/check/").status_code == 404
    assert f"/fi/ideas/{asked.pk}/check/" not in html(client.get("/fi/"))


def test_nobody_else_checks(sign_in, asked, employee, stranger, coordinator, director):
    for person in (employee, stranger, coordinator, director):
        assert sign_in(person).post(f"/fi/ideas/{asked.pk}/check/", {"answer": "right"}).status_code == 404


def test_without_a_contact_the_director_is_asked_or_today_the_deputy(employee, colleague, loviisa, now):
    chief = builders.person("johtaja@loviisa.example", "Chef", "Chefsson", library=loviisa)
    loviisa.director = chief
    loviisa.save()

    def asked_of():
        return actions.ask_check(builders.idea(employee, kind="story", host=loviisa), employee).asked

    assert asked_of() == chief
    Deputy.objects.create(library=loviisa, person=colleague, first_day=now.date(), last_day=now.date())
    assert asked_of() == colleague


def test_the_library_s_director_may_answer_for_the_contact(sign_in, asked, loviisa):
    chief = builders.person("johtaja@loviisa.example", "Chef", "Chefsson", library=loviisa)
    loviisa.director = chief
    loviisa.save()
    sign_in(chief).post(f"/fi/ideas/{asked.pk}/check/", {"answer": "right"})
    assert Idea.objects.get(pk=asked.pk).checked_by == chief


def test_a_picture_is_shown_by_the_host_s_link_until_it_is_answered(client, asked, colleague):
    picture = builders.picture(asked)
    token = links.token(mails.CHECK_LINK, asked, colleague)
    page = html(client.get(f"/sv/ideas/check/{token}/"))
    url = f"{picture.small_url.replace('/fi/', '/sv/')}?check={token}"
    assert url in page and client.get(url).status_code == 200
    assert client.get(picture.small_url).status_code == 404
    assert client.get(f"{picture.small_url}?check=nonsense").status_code == 404
    actions.answer_check(asked, by=colleague)
    assert client.get(url).status_code == 404


def test_taken_back_the_story_needs_no_answer(client, asked, employee):
    address = address_in(Mail.objects.get(template="ideas/check"))
    actions.take_back(asked, by=employee)
    assert "väntar inte på kontroll" in html(client.get(address))
    client.post(address, {"answer": "right"})
    assert state(asked) == State.DRAFT
