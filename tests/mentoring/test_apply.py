"""The person's way into group mentoring: reading the call, applying, changing and withdrawing, until and after the deadline."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mentoring import actions
from mentoring.models import Application, Cohort
from mentoring.times import SLOTS
from notifications.models import Mail
from tests import builders


@pytest.fixture
def topics(db):
    return [
        builders.topic("Seniorit", "Seniorer", "seniors"),
        builders.topic("Viestintä", "Kommunikation", "skills"),
        builders.topic("Lapset ja nuoret", "Barn och unga", "children"),
    ]


@pytest.fixture
def cohort(uusimaa, topics):
    return builders.cohort(uusimaa, *topics, partners="SEDU")


@pytest.fixture
def cast(employee, colleague, director, coordinator, other_coordinator, superuser, stranger):
    return {
        "employee": employee,
        "colleague": colleague,
        "director": director,
        "coordinator": coordinator,
        "other": other_coordinator,
        "superuser": superuser,
        "stranger": stranger,
    }


def url(cohort, name="apply", language="fi"):
    return reverse(f"mentoring:{name}", args=[cohort.pk]).replace("/fi/", f"/{language}/")


def filled(topics, **changes):
    values = {
        "wish_1": topics[1].pk,
        "wish_2": topics[0].pk,
        "wish_3": "",
        "brings": "Satutuokioita vauvoille.",
        "learns": "Nuorten kohtaamista.",
        "languages": ["fi", "sv"],
        "times": ["2-09", "5-17"],
        "employer_agrees": "on",
        "superior_email": "",
    }
    return {**values, **changes}


def the_application():
    return Application.objects.get()


def mails(name):
    return list(Mail.objects.filter(template=f"mentoring/{name}").order_by("pk"))


def close_applications(cohort, time_machine):
    time_machine.move_to(cohort.deadline + timedelta(minutes=1))


# Reading the call


def test_a_visitor_reads_what_it_is_for_and_signs_in_to_apply(client, cohort):
    listed = client.get(reverse("mentoring:list")).text
    assert cohort.get_absolute_url() in listed and "Hae viimeistään ti 20.10." in listed
    page = client.get(cohort.get_absolute_url()).text
    for words in ("SEDU", "Seniorit", "Lapset ja nuoret", "jää ryhmään", "Uusimaa", "4–9 henkeä"):
        assert words in page, words
    assert f"next={url(cohort)}" in page
    assert client.get(url(cohort)).url == f"{reverse('account_login')}?next={url(cohort)}"


def test_the_list_tells_open_seasons_from_those_under_way_and_past_ones(client, uusimaa, topics, time_machine):
    late = builders.cohort(uusimaa, in_days=20, name_fi="Myöhempi")
    soon = builders.cohort(uusimaa, in_days=5, name_fi="Aiempi")
    for state in ("draft", "forming", "running", "closed", "cancelled"):
        builders.cohort(uusimaa, state=state, name_fi=f"Kausi {state}")
    page = client.get(reverse("mentoring:list")).text
    names = ["Aiempi", "Myöhempi", "Kausi running", "Kausi forming", "Kausi closed"]
    assert re.findall(r"/\d+-[\w-]+/\">([^<]+)</a></h3>", page) == names
    time_machine.move_to(soon.deadline)
    page = client.get(reverse("mentoring:list")).text
    assert page.index("Myöhempi") < page.index('id="under-way"') < page.index("Aiempi")
    assert late.takes_applications


def test_swedish_readers_get_all_of_it_in_swedish(sign_in, colleague, cohort, topics):
    client = sign_in(colleague)
    listed = client.get("/sv/mentoring/").text
    assert "Gruppmentorskap 2027" in listed and "Ansök senast tis 20.10." in listed
    page = client.get(f"/sv/mentoring/{cohort.pk}-gruppmentorskap-2027/").text
    assert "Det som sägs stannar i gruppen" in page
    assert '<span lang="fi"' not in page
    form = client.get(url(cohort, language="sv")).text
    for words in ("måndag kl. 8", "fredag kl. 17", "Barn och unga", "Önskemål 1"):
        assert words in form, words
    client.post(url(cohort, language="sv"), filled(topics))
    (applied,) = mails("applied")
    assert applied.subject == "Ansökan skickad: Gruppmentorskap 2027"
    assert f"/sv/mentoring/{cohort.pk}/apply/" in applied.text


def test_an_old_name_in_the_address_leads_to_the_new_one(client, cohort):
    answer = client.get(f"/fi/mentoring/{cohort.pk}-vanha-nimi/")
    assert (answer.status_code, answer.url) == (302, cohort.get_absolute_url())


def test_the_home_page_tells_of_a_call_to_those_it_is_for(client, sign_in, cohort, employee, stranger):
    assert cohort.get_absolute_url() in client.get("/fi/").text
    assert cohort.get_absolute_url() in sign_in(employee).get("/fi/").text
    assert cohort.get_absolute_url() not in sign_in(stranger).get("/fi/").text


# Applying


def test_somebody_applies_and_finds_it_all_again(sign_in, employee, cohort, topics):
    client = sign_in(employee)
    assert url(cohort) in client.get(cohort.get_absolute_url()).text
    answer = client.post(url(cohort), filled(topics, superior_email="Johtaja@Askola.Example"), follow=True)
    assert "Hakemuksesi on lähetetty" in answer.text and "Hait 6.10.2026." in answer.text
    made = the_application()
    assert (made.person, made.library, made.state) == (employee, employee.library, "applied")
    assert [wish.topic for wish in made.wishes.all()] == [topics[1], topics[0]]
    assert (made.languages, made.times) == (["fi", "sv"], ["2-09", "5-17"])
    assert (made.employer_agrees, made.superior_email) == (True, "johtaja@askola.example")
    (applied,) = mails("applied")
    assert (applied.person, applied.reply_to) == (employee, "ake@porvoo.example")
    assert url(cohort) in applied.text
    form = client.get(url(cohort)).text
    assert "Satutuokioita vauvoille." in form and "Nuorten kohtaamista." in form
    assert re.findall(r'value="(\d-\d\d)"[^>]* checked', form) == ["2-09", "5-17"]
    assert re.findall(r'<option value="(\d+)" selected', form) == [str(topics[1].pk), str(topics[0].pk)]


def test_it_is_changed_until_the_deadline_without_another_mail(sign_in, employee, cohort, topics, time_machine):
    client = sign_in(employee)
    client.post(url(cohort), filled(topics))
    time_machine.move_to(cohort.deadline - timedelta(minutes=1))
    changed = filled(topics, wish_1=topics[2].pk, wish_2="", wish_3=topics[0].pk, times=["1-08"], brings="Muuta.")
    answer = client.post(url(cohort), changed, follow=True)
    assert "Hakemuksesi on muutettu." in answer.text
    made = the_application()
    assert [wish.topic for wish in made.wishes.all()] == [topics[2], topics[0]]
    assert (made.times, made.brings, made.state) == (["1-08"], "Muuta.", "applied")
    assert len(mails("applied")) == 1


def test_every_hour_of_the_week_is_a_box_that_says_its_weekday_and_hour(sign_in, employee, cohort):
    form = sign_in(employee).get(url(cohort)).text
    table = form[form.index("<table") : form.index("</table>")]
    boxes = re.findall(r'<label><input [^>]*value="(\d-\d\d)"[^>]*><span class="visually-hidden">([^<]+)</span>', table)
    assert sorted(boxes) == sorted((slot.code, str(slot)) for slot in SLOTS)
    assert len(boxes) == 50 and ("1-09", "maanantai klo 9") in boxes
    assert table.count('scope="col"') == 6 and table.count('scope="row"') == 10


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"wish_1": ""}, "wish_1", ("jota toivot eniten", "helst vill ha")),
        ({"wish_2": "TWICE"}, "wish_2", ("Olet jo toivonut", "redan önskat")),
        ({"wish_2": "999999"}, "wish_2", ("999999", "999999")),
        ({"brings": " "}, "brings", ("vaaditaan", "måste fyllas i")),
        ({"learns": "x" * 1001}, "learns", ("1000", "1000")),
        ({"languages": []}, "languages", ("ainakin yksi kieli", "minst ett språk")),
        ({"languages": ["en"]}, "languages", ("en", "en")),
        ({"times": []}, "times", ("ainakin yksi aika", "åtminstone en tid")),
        ({"times": ["6-09"]}, "times", ("6-09", "6-09")),
        ({"employer_agrees": ""}, "employer_agrees", ("esihenkilösi kanssa", "med din chef")),
        ({"superior_email": "ei osoite"}, "superior_email", ("", "")),
        ({"superior_email": "AINO@askola.example"}, "superior_email", ("oma osoitteesi", "egen adress")),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in, employee, cohort, topics, changes, field, said, language
):
    changes = {name: topics[1].pk if value == "TWICE" else value for name, value in changes.items()}
    sent = (
        filled(topics, learns="Ääkkösiä & <b>merkkejä</b>", **changes)
        if field != "learns"
        else filled(topics, **changes)
    )
    answer = sign_in(employee).post(url(cohort, language=language), sent)
    assert answer.status_code == 422
    error = re.search(rf'id="id_{field}_error">([^<]+)', answer.text)
    assert error and said[language == "sv"] in error[1]
    if field != "learns":
        assert "Ääkkösiä &amp; &lt;b&gt;merkkejä&lt;/b&gt;" in answer.text
    if field != "times":
        assert re.findall(r'value="(\d-\d\d)"[^>]* checked', answer.text) == ["2-09", "5-17"]
    if field not in ("wish_1", "wish_2"):
        assert f'<option value="{topics[1].pk}" selected' in answer.text
    assert not Application.objects.exists()
    assert not mails("applied")


def test_times_that_are_none_are_refused_by_the_model_too(employee, cohort):
    made = builders.application(cohort, employee)
    made.times = ["7-25"]
    with pytest.raises(ValidationError):
        made.full_clean()


def test_a_season_of_one_topic_asks_for_one_wish(sign_in, employee, uusimaa, topics):
    one = builders.cohort(uusimaa, topics[0])
    form = sign_in(employee).get(url(one)).text
    assert 'name="wish_1"' in form and 'name="wish_2"' not in form


# The deadline


def test_an_application_that_is_sent_after_the_deadline_is_refused_and_nothing_is_lost(
    sign_in, employee, cohort, topics, time_machine
):
    client = sign_in(employee)
    client.get(url(cohort))
    close_applications(cohort, time_machine)
    answer = client.post(url(cohort), filled(topics))
    assert answer.status_code == 422
    assert "Hakuaika päättyi ti 20.10. klo\xa010" in answer.text
    assert "Satutuokioita vauvoille." in answer.text and "Lähetä hakemus" not in answer.text
    assert not Application.objects.exists()
    page = client.get(url(cohort))
    assert page.status_code == 200 and "Hakuaika on päättynyt." in page.text and "<textarea" not in page.text


def test_a_change_that_is_sent_after_the_deadline_leaves_the_application_as_it_was(
    sign_in, employee, cohort, topics, time_machine
):
    client = sign_in(employee)
    client.post(url(cohort), filled(topics))
    close_applications(cohort, time_machine)
    answer = client.post(url(cohort), filled(topics, brings="Liian myöhään kirjoitettu.", times=["1-10"]))
    assert answer.status_code == 422 and "Liian myöhään kirjoitettu." in answer.text
    assert (the_application().brings, the_application().times) == ("Satutuokioita vauvoille.", ["2-09", "5-17"])


def test_after_the_deadline_the_application_is_shown_with_what_happens_next(
    sign_in, employee, cohort, topics, time_machine
):
    client = sign_in(employee)
    client.post(url(cohort), filled(topics))
    close_applications(cohort, time_machine)
    for state in ("open", "forming"):
        Cohort.objects.update(state=state)
        page = client.get(url(cohort)).text
        assert "<textarea" not in page and 'name="wish_1"' not in page
        assert "AKE muodostaa nyt ryhmiä" in page
        assert "Satutuokioita vauvoille." in page and "tiistai: 9" in page and "perjantai: 17" in page
        assert page.index("Viestintä") < page.index("Seniorit")
        assert url(cohort, "withdraw") in page


def test_the_clock_ends_the_time_of_applying(cohort, time_machine):
    close_applications(cohort, time_machine)
    actions.tick()
    cohort.refresh_from_db()
    assert cohort.state == "forming"


# Withdrawing


def test_withdrawing_asks_once_more_and_one_can_apply_again_with_what_was_typed(sign_in, employee, cohort, topics):
    client = sign_in(employee)
    client.post(url(cohort), filled(topics))
    page = client.get(url(cohort, "withdraw")).text
    assert "Perutaanko hakemus?" in page and the_application().state == "applied"
    answer = client.post(url(cohort, "withdraw"), follow=True)
    assert "Hakemuksesi on peruttu." in answer.text and "Voit hakea uudelleen." in answer.text
    assert the_application().state == "withdrawn"
    assert "Satutuokioita vauvoille." in client.get(url(cohort)).text
    answer = client.post(url(cohort), filled(topics), follow=True)
    assert "Hakemuksesi on lähetetty" in answer.text
    assert the_application().state == "applied" and len(mails("applied")) == 2


def test_whoever_waits_on_the_list_can_stop_waiting(sign_in, employee, cohort, time_machine):
    builders.application(cohort, employee)
    Cohort.objects.update(state="running")
    Application.objects.update(state="listed")
    time_machine.move_to(cohort.deadline + timedelta(days=8))
    client = sign_in(employee)
    assert "olet jonotuslistalla" in client.get(url(cohort)).text
    assert "et voi hakea uudelleen" in client.get(url(cohort, "withdraw")).text
    client.post(url(cohort, "withdraw"))
    assert the_application().state == "withdrawn"
    page = client.get(url(cohort)).text
    assert "Hakuaika on päättynyt." in page and "<textarea" not in page


def test_a_member_does_not_withdraw_but_leaves(sign_in, employee, uusimaa):
    running = builders.cohort(uusimaa, state="running")
    builders.mentoring_group(running, employee)
    client = sign_in(employee)
    assert client.get(url(running, "withdraw")).url == url(running)
    answer = client.post(url(running, "withdraw"), follow=True)
    assert "ei enää onnistu" in answer.text and the_application().state == "member"


# Who


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("employee", ""),
        ("colleague", ""),
        ("director", ""),
        ("coordinator", "vahvistanut työpaikkasi"),
        ("other", "vahvistanut työpaikkasi"),
        ("superuser", "vahvistanut työpaikkasi"),
        ("stranger", "muiden toimialueiden"),
    ],
)
def test_who_of_the_cast_may_apply(sign_in, cast, cohort, topics, who, said):
    client = sign_in(cast[who])
    page, answer = client.get(url(cohort)), client.post(url(cohort), filled(topics))
    if said:
        assert said in page.text and "<textarea" not in page.text
        assert answer.status_code == 422 and said in answer.text
        assert "Satutuokioita vauvoille." in answer.text
    else:
        assert "<textarea" in page.text and answer.status_code == 302
    assert Application.objects.exists() is not bool(said)


def test_a_newcomer_hears_what_to_wait_for(sign_in, askola, cohort, topics):
    newcomer = builders.person("uusi@askola.example", library=askola, confirmed=False)
    client = sign_in(newcomer)
    assert "vahvistanut työpaikkasi" in client.get(cohort.get_absolute_url()).text
    assert client.post(url(cohort), filled(topics)).status_code == 422
    assert not Application.objects.exists()


def test_a_season_of_two_regions_takes_people_of_both(sign_in, uusimaa, lapland, stranger, topics):
    together = builders.cohort(uusimaa, *topics, co_regions=[lapland])
    assert sign_in(stranger).post(url(together), filled(topics)).status_code == 302


@pytest.mark.parametrize("who", ["colleague", "director", "coordinator", "other", "superuser", "stranger"])
def test_nobody_else_reads_or_moves_an_application_on_these_pages(sign_in, cast, employee, cohort, who):
    builders.application(cohort, employee, brings="Vain minun sanani.")
    client = sign_in(cast[who])
    for page in (reverse("mentoring:list"), cohort.get_absolute_url(), url(cohort)):
        assert "Vain minun sanani." not in client.get(page).text
    assert client.get(url(cohort, "withdraw")).status_code == 404
    assert client.post(url(cohort, "withdraw")).status_code == 404
    assert client.get(reverse("mentoring:place", args=[the_application().pk])).status_code == 404
    assert client.post(reverse("mentoring:place", args=[the_application().pk]), {"answer": "accept"}).status_code == 404
    assert the_application().state == "applied"


@pytest.mark.parametrize(
    ("who", "status"), [("employee", 404), ("coordinator", 200), ("other", 404), ("superuser", 200)]
)
def test_a_draft_is_seen_by_those_who_run_it(sign_in, cast, uusimaa, who, status):
    draft = builders.cohort(uusimaa, state="draft")
    client = sign_in(cast[who])
    assert client.get(draft.get_absolute_url()).status_code == status
    assert (draft.get_absolute_url() in client.get(reverse("mentoring:list")).text) is (status == 200)


def test_a_season_that_was_called_off_tells_those_who_had_applied_why(
    sign_in, employee, colleague, cohort, coordinator
):
    builders.application(cohort, employee)
    actions.cancel(cohort, reason="Vetäjä sairastui.", by=coordinator)
    assert "Vetäjä sairastui." in sign_in(employee).get(cohort.get_absolute_url()).text
    assert "Vetäjä sairastui." in mails("called_off")[0].text
    assert sign_in(colleague).get(cohort.get_absolute_url()).status_code == 404


# Queries


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_asks_the_database_as_often_for_one_season_as_for_thirty(
    sign_in, employee, uusimaa, lapland, topics, number, django_assert_num_queries
):
    for _n in range(number):
        one = builders.cohort(uusimaa, *topics, co_regions=[lapland])
        builders.application(one, employee)
        builders.cohort(uusimaa, *topics, state="running")
    client = sign_in(employee)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("mentoring:list"))


LIST_QUERIES = 6


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("page", ["cohort", "apply"])
def test_a_season_and_its_form_ask_as_often_whatever_others_do(
    sign_in, employee, uusimaa, topics, askola, page, number, django_assert_max_num_queries
):
    topics = [builders.topic(f"Aihe {n}", f"Ämne {n}") for n in range(number)]
    one = builders.cohort(uusimaa, *topics)
    builders.application(one, employee, *topics[:5])
    for _n in range(number):
        builders.application(one, builders.person(library=askola), topics[0])
    client = sign_in(employee)
    with django_assert_max_num_queries(12):
        client.get(one.get_absolute_url() if page == "cohort" else url(one))
