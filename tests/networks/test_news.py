"""News of a network: written by a leader, read by members, by mail for those who want it, and never for those who don't."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ake_portal import privacy
from ake_portal.lib import links
from networks import actions, news, news_mails
from networks.models import Membership, Network, News
from notifications import delivery
from notifications.models import Mail
from notifications.privacy import blank_old
from tests import builders
from tests.networks import made

ONE_CLICK = {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def leader(askola):
    """Leads SEVERI without working at the AKE."""
    return builders.person("vetaja@askola.example", "Viivi", "Vetäjä", library=askola)


@pytest.fixture
def severi(uusimaa, leader, employee, colleague):
    """A network with a Finnish and a Swedish reader, led by somebody of a library."""
    network = made.network(uusimaa, leader=leader)
    for person in (employee, colleague):
        made.member(network, person)
    return network


def page(name, network, *args):
    return reverse(f"news:{name}", args=[network.pk, *args])


def shown(response):
    return response.content.decode()


def address_of(person):
    """Where the newest mail to the person unsubscribes, as a path."""
    return "/" + Mail.objects.filter(person=person).latest("pk").unsubscribe_url.split("/", 3)[3]


# Writing and sending


def test_a_leader_writes_looks_at_it_and_sends_it(sign_in, severi, leader, employee, colleague):
    client = sign_in(leader)
    texts = {
        "title_fi": "Lukuhaaste  alkaa",
        "text_fi": "Haaste on auki.",
        "title_sv": "Läsutmaningen börjar",
        "text_sv": "Utmaningen är öppen.",
    }
    response = client.post(page("write", severi), {**texts, "preview": "1"})
    draft = News.objects.get()
    assert response["Location"] == page("preview", severi, draft.pk)
    assert not Mail.objects.exists() and draft.sent_at is None
    text = shown(client.get(response["Location"]))
    assert [line in text for line in ("SEVERI: Lukuhaaste alkaa", "SEVERI: Läsutmaningen börjar")] == [True, True]
    response = client.post(page("send", severi, draft.pk))
    assert response["Location"] == page("item", severi, draft.pk)
    mails = {letter.person: letter for letter in Mail.objects.all()}
    assert {person: letter.subject for person, letter in mails.items()} == {
        employee: "SEVERI: Lukuhaaste alkaa",
        colleague: "SEVERI: Läsutmaningen börjar",
    }
    assert "Haaste on auki." in mails[employee].text and "Viivi Vetäjä" in mails[employee].text
    assert "Utmaningen är öppen." in mails[colleague].html and "/sv/networks/" in mails[colleague].text
    assert {letter.reply_to for letter in mails.values()} == {severi.region.email}


@pytest.mark.parametrize(
    ("written", "reader", "line"),
    [("fi", "colleague", "Det här finns bara på finska."), ("sv", "employee", "Tämä on kirjoitettu vain ruotsiksi.")],
)
def test_one_language_is_enough_and_readers_of_the_other_are_told(request, severi, leader, written, reader, line):
    texts = {"title_fi": "", "text_fi": "", f"title_{written}": "Ääni / Röst", f"text_{written}": "Kuule & hör"}
    made.sent(severi, leader, **texts)
    letter = Mail.objects.get(person=request.getfixturevalue(reader))
    assert line in letter.text and line in letter.html
    assert f'<div style="margin:0 0 16px" lang="{written}"><p>Kuule &amp; hör</p>' in letter.html
    assert letter.subject == "SEVERI: Ääni / Röst" and "Kuule & hör" in letter.text
    own = Mail.objects.exclude(pk=letter.pk).get()
    assert line not in own.text and ' lang="fi"><p>' not in own.html


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "title_fi"),
        ({"title_fi": "Otsikko"}, "text_fi"),
        ({"title_fi": "O", "text_fi": "T", "text_sv": "Texten"}, "title_sv"),
        ({"title_fi": "O" * 121, "text_fi": "T"}, "title_fi"),
    ],
)
def test_what_is_half_written_is_said_at_its_field_and_nothing_is_lost(sign_in, severi, leader, sent, field):
    response = sign_in(leader).post(page("write", severi), {**sent, "preview": "1"})
    text = shown(response)
    assert response.status_code == 422 and f'id="id_{field}_error"' in text
    assert all(value in text for value in sent.values()) and not News.objects.exists()


def test_a_draft_is_for_those_who_run_the_network_alone(sign_in, severi, leader, employee, coordinator, stranger):
    draft = made.draft(severi, leader)
    answers = {
        name: [
            sign_in(person).get(page(name, severi, draft.pk)).status_code
            for person in (leader, coordinator, employee, stranger)
        ]
        for name in ("edit", "preview", "item")
    }
    assert answers == {"edit": [200, 200, 404, 404], "preview": [200, 200, 404, 404], "item": [404] * 4}
    assert "Lukuhaaste" not in shown(sign_in(employee).get(page("list", severi)))
    assert "Lukuhaaste" in shown(sign_in(leader).get(page("list", severi)))


def test_news_are_sent_once_however_often_the_button_is_pressed(sign_in, severi, leader):
    draft = made.draft(severi, leader)
    client = sign_in(leader)
    client.post(page("send", severi, draft.pk))
    response = client.post(page("send", severi, draft.pk), follow=True)
    assert "Tämä on jo lähetetty." in shown(response)
    assert Mail.objects.count() == 2
    assert client.get(page("edit", severi, draft.pk)).status_code == 404


def test_a_network_that_has_ended_sends_nothing(severi, leader):
    draft = made.draft(severi, leader)
    Network.objects.update(closed_on=timezone.localdate())
    with pytest.raises(actions.Refused, match="closed"):
        news.send(draft)
    assert not Mail.objects.exists()


def test_a_draft_is_deleted_and_sent_news_are_not(sign_in, severi, leader):
    draft, sent = made.draft(severi, leader), made.sent(severi, leader)
    client = sign_in(leader)
    client.post(page("delete", severi, draft.pk))
    assert client.post(page("delete", severi, sent.pk)).status_code == 404
    assert list(News.objects.all()) == [sent]


# Who gets a mail


def test_only_members_who_read_news_get_mail(severi, leader, uusimaa, director, askola):
    other = made.network(uusimaa, "LaNu", "LaNu")
    made.member(other, director)
    for n, fields in enumerate(({"state": "left"}, {"state": "applied"}, {"gets_news": False})):
        made.member(severi, builders.person(f"ei{n}@askola.example", library=askola), **fields)
    gone = builders.person("pois@askola.example", library=askola, is_active=False)
    made.member(severi, gone)
    made.sent(severi, leader)
    assert sorted(Mail.objects.values_list("address", flat=True)) == ["aino@askola.example", "linnea@loviisa.example"]


def test_members_read_what_was_sent_in_their_language(sign_in, severi, leader, employee, stranger):
    sent = made.sent(severi, leader, title_sv="Utmaningen", text_sv="Se https://exempel.example/ <b>nu</b>")
    client = sign_in(employee)
    assert "Haaste on auki toukokuun loppuun." in shown(client.get(page("item", severi, sent.pk)))
    text = shown(client.get(page("item", severi, sent.pk).replace("/fi/", "/sv/")))
    assert "&lt;b&gt;nu&lt;/b&gt;" in text and 'href="https://exempel.example/"' in text
    assert sign_in(stranger).get(page("item", severi, sent.pk)).status_code == 404
    assert sign_in(stranger).get(page("list", severi)).status_code == 404


def test_news_of_another_network_are_not_found_under_this_one(sign_in, severi, leader, uusimaa):
    other = made.network(uusimaa, "LaNu", "LaNu")
    sent, draft = made.sent(other, leader), made.draft(other, leader)
    assert sign_in(leader).get(page("item", severi, sent.pk)).status_code == 404
    assert sign_in(leader).post(page("send", severi, draft.pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_asks_the_database_as_often_at_1_and_at_30_rows(
    sign_in, severi, leader, number, django_assert_num_queries
):
    News.objects.bulk_create(
        News(network=severi, author=leader, title_fi=f"U {n}", text_fi="T", sent_at=sent_at)
        for n in range(number)
        for sent_at in (None, timezone.now())
    )
    client = sign_in(leader)
    client.get(page("list", severi))
    with django_assert_num_queries(8):
        client.get(page("list", severi))


@pytest.mark.parametrize("number", [1, 30])
def test_sending_asks_the_database_as_often_to_1_and_to_30_readers(
    severi, leader, askola, number, django_assert_num_queries
):
    Membership.objects.all().delete()
    for person in builders.people(number, askola):
        made.member(severi, person)
    draft = made.draft(severi, leader)
    with django_assert_num_queries(8):
        assert news.send(draft) == number


# Unsubscribing


def test_the_link_opened_shows_a_page_and_changes_nothing(client, severi, leader, employee):
    made.sent(severi, leader)
    for ask in (client.get, client.head):
        assert ask(address_of(employee)).status_code == 200
    text = shown(client.get(address_of(employee)))
    assert "SEVERI" in text and "Aino Esimerkki" in text and 'name="robots" content="noindex"' in text
    assert Membership.objects.get(person=employee).gets_news


@pytest.mark.parametrize("sent", [{}, ONE_CLICK], ids=["the page's button", "the mail program's click"])
def test_one_post_ends_the_mails_of_that_network_alone_and_the_membership_stays(
    severi, leader, employee, colleague, uusimaa, sent
):
    lanu = made.network(uusimaa, "LaNu", "LaNu", leader=leader)
    made.member(lanu, employee)
    made.sent(severi, leader)
    response = Client(enforce_csrf_checks=True).post(address_of(employee), **sent)
    assert response.status_code == 200 and "Kuulut edelleen verkostoon" in shown(response)
    assert list(Membership.objects.order_by("pk").values_list("network", "person", "state", "gets_news")) == [
        (severi.pk, employee.pk, "member", False),
        (severi.pk, colleague.pk, "member", True),
        (lanu.pk, employee.pk, "member", True),
    ]
    Mail.objects.all().delete()
    made.sent(severi, leader, title_fi="Seuraava")
    made.sent(lanu, leader, title_fi="LaNun oma")
    assert {(letter.person, letter.subject) for letter in Mail.objects.all()} == {
        (colleague, "SEVERI: Seuraava"),
        (employee, "LaNu: LaNun oma"),
    }


def test_a_used_link_says_so_kindly_and_so_does_that_of_somebody_who_left(client, severi, leader, employee):
    made.sent(severi, leader)
    address = address_of(employee)
    client.post(address)
    for ask in (client.get, client.post):
        response = ask(address)
        assert response.status_code == 200 and "Olet jo perunut uutisten tilauksen" in shown(response)
    actions.leave(severi, person=employee)
    assert "Et saa tämän verkoston uutisia" in shown(client.post(address))
    assert Membership.objects.get(person=employee).state == "left"


def test_whoever_reads_them_again_unsubscribes_again(client, severi, leader, employee):
    made.sent(severi, leader)
    client.post(address_of(employee))
    actions.mute(severi, person=employee, gets_news=True)
    client.post(address_of(employee))
    assert not Membership.objects.get(person=employee).gets_news


def test_a_link_that_was_touched_or_made_for_something_else_does_nothing(client, severi, employee, time_machine):
    token = links.token(news_mails.UNSUBSCRIBE, severi, employee)
    head, rest = token.split(":", 1)
    wrong = [f"{head[:-2]}xx:{rest}", token[:-1], "x", links.token("networks.other", severi, employee)]
    for text in wrong:
        for ask in (client.get, client.post):
            response = ask(reverse("news:unsubscribe", args=[text]))
            assert response.status_code == 404 and "Linkki ei toimi" in shown(response)
    time_machine.shift(news_mails.UNSUBSCRIBE_AGE + timedelta(days=1))
    response = client.post(reverse("news:unsubscribe", args=[token]))
    assert response.status_code == 404 and "Linkki on vanhentunut" in shown(response)
    assert Membership.objects.get(person=employee).gets_news


def test_other_methods_are_not_taken(client, severi, employee):
    address = reverse("news:unsubscribe", args=[links.token(news_mails.UNSUBSCRIBE, severi, employee)])
    assert [client.put(address).status_code, client.delete(address).status_code] == [405, 405]


def test_staff_reading_the_outbox_do_not_see_the_readers_link(sign_in, severi, leader, employee, coordinator):
    made.sent(severi, leader)
    letter = Mail.objects.get(person=employee)
    text = shown(sign_in(coordinator).get(reverse("admin:notifications_mail_change", args=[letter.pk])))
    assert "Haaste on auki" in text and letter.unsubscribe_url not in text and letter.unsubscribe_url in letter.text


# What waits in the outbox


def give_up(verb, network, person):
    if verb == "unsubscribes":
        news.unsubscribe(network, person=person)
    elif verb == "mutes it on the page":
        actions.mute(network, person=person, gets_news=False)
    elif verb == "leaves":
        actions.leave(network, person=person)
    else:
        News.objects.all().delete()


@pytest.mark.parametrize("verb", ["unsubscribes", "mutes it on the page", "leaves", "the news are deleted"])
def test_a_mail_that_waits_is_not_sent_when_its_reader_gives_it_up(severi, leader, employee, colleague, verb):
    made.sent(severi, leader)
    give_up(verb, severi, employee)
    all_gone = verb == "the news are deleted"
    assert delivery.deliver_waiting() == (0 if all_gone else 1)
    assert [message.to for message in mail.outbox] == ([] if all_gone else [[colleague.email]])
    kept = Mail.objects.get(person=employee)
    assert (kept.state, kept.text, kept.html, kept.sent_at) == ("unwanted", "", "", None)
    assert delivery.deliver_waiting() == 0 and delivery.send_again(Mail.objects.all()) == 0


def test_a_mail_that_never_went_out_loses_its_address_after_two_years_too(severi, leader, employee, time_machine, now):
    made.sent(severi, leader)
    give_up("leaves", severi, employee)
    delivery.deliver_waiting()
    assert blank_old(timezone.now() + timedelta(days=2 * 365 + 1)) == 2
    assert set(Mail.objects.values_list("address", "unsubscribe_url")) == {("", "")}


# One's own data


def test_the_author_finds_the_news_among_the_own_data_and_takes_the_name_along(severi, leader, director):
    made.draft(severi, leader, title_fi="Luonnos")
    sent = made.sent(severi, leader)
    exported = privacy.export_for(leader)["news"]
    assert [(row["network"], row["title_fi"], row["sent_at"]) for row in exported] == [
        ("SEVERI", "Luonnos", None),
        ("SEVERI", "Lukuhaaste alkaa", sent.sent_at),
    ]
    privacy.erase(leader)
    assert list(News.objects.values_list("title_fi", "author")) == [("Lukuhaaste alkaa", None)]


# In the admin


def test_the_ake_puts_sent_news_right_and_the_page_follows(sign_in, severi, leader, coordinator, employee):
    sent = made.sent(severi, leader)
    address = reverse("admin:networks_news_change", args=[sent.pk])
    texts = {"title_fi": "Lukuhaaste alkaa nyt", "text_fi": "Korjattu.", "title_sv": "", "text_sv": ""}
    client = sign_in(coordinator)
    assert client.post(address, {**texts, "text_fi": ""}).status_code == 200
    assert client.post(address, {**texts, "title_sv": "Utmaning"}).status_code == 200
    assert client.post(address, dict.fromkeys(texts, "")).status_code == 200
    assert client.post(address, texts).status_code == 302
    assert "Korjattu." in shown(sign_in(employee).get(page("item", severi, sent.pk)))
    assert Mail.objects.count() == 2 and News.objects.get().sent_at == sent.sent_at


@pytest.mark.parametrize("number", [1, 30])
def test_the_admins_list_of_news_asks_the_database_as_often_at_1_and_at_30_rows(
    sign_in, severi, leader, coordinator, number, django_assert_num_queries
):
    for n in range(number):
        made.draft(severi, leader, title_fi=f"Uutinen {n}")
    client = sign_in(coordinator)
    client.get("/fi/admin/networks/news/")
    with django_assert_num_queries(5):
        client.get("/fi/admin/networks/news/")
