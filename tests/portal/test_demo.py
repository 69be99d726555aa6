"""The demo: its data, its cast, its inbox; and that nothing of it exists in a real installation."""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from ake_portal.demo import load
from ake_portal.demo.cast import CAST
from ake_portal.demo.programme import Calendar
from ake_portal.lib import mailbox
from ake_portal.lib.days import is_working_day, quiet_periods
from notifications.delivery import deliver_waiting
from notifications.models import Mail
from people.models import User
from tests import builders
from trainings import actions
from trainings.models import Registration, SeatOffer

State = Registration.State


@pytest.fixture
def inbox(settings, tmp_path):
    """An empty inbox, and mails that are sent go there."""
    settings.MAILBOX_DIR = tmp_path / "box"
    settings.EMAIL_BACKEND = "ake_portal.lib.mailbox.EmailBackend"


def test_weeks_without_work_are_not_counted():
    calendar = Calendar(timezone.localdate().replace(month=12, day=14))
    assert [calendar.weeks[n].isoformat() for n in (0, 1, 2)] == ["2026-12-14", "2027-01-11", "2027-01-18"]


@pytest.mark.parametrize("month", range(1, 13))
def test_on_any_day_of_the_year_trainings_fall_on_working_days_in_the_order_of_their_weeks(month):
    for number in range(1, 29):
        today = date(2026, month, number)
        calendar = Calendar(today)
        days_of_work = [calendar.day(week, weekday) for week in [*range(-9, 0), *range(1, 10)] for weekday in range(5)]
        assert days_of_work == sorted(days_of_work)
        assert all(is_working_day(day, quiet_periods(today)) for day in days_of_work)
        assert calendar.day(-1, 4) < today < calendar.day(1, 0)


@pytest.mark.full
@pytest.mark.parametrize("day", ["2026-12-27", "2026-06-24"])
def test_demo_loads_when_nobody_works(db, settings, tmp_path, time_machine, day):
    time_machine.move_to(f"{day}T21:30:00Z", tick=True)
    settings.MAILBOX_DIR = tmp_path / "box"
    made = load.load()
    assert made["trainings"] >= 60 and SeatOffer.objects.filter(answer=SeatOffer.Answer.OPEN).exists()


# The command


def test_command_keeps_what_is_there(employee, capsys, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "box"
    call_command("demo")
    assert User.objects.count() == 1 and "demo-reset" in capsys.readouterr().out


def test_command_refuses_a_real_installation(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demo"):
        call_command("demo")


# The cast's page


@pytest.fixture
def cast(uusimaa, lapland, askola, loviisa):
    """The six of the cast without the rest of the demo."""
    places = {"aino": askola, "director": askola, "linnea": loviisa}
    return {
        member.key: builders.person(
            member.email,
            member.first_name,
            member.last_name,
            library=places.get(member.key),
            language=member.language,
            is_superuser=member.key == "superuser",
        )
        for member in CAST
    }


def test_first_page_of_the_demo_offers_the_cast(client, db):
    assert client.get("/", headers={"accept-language": "sv"}).url == "/sv/demo/"
    html = client.get("/sv/demo/").content.decode()
    assert all(member.name in html and f"/sv/demo/enter/{member.key}/" in html for member in CAST)


@pytest.mark.parametrize("member", CAST, ids=lambda member: member.key)
def test_one_click_makes_one_that_person_in_that_language(client, cast, member):
    response = client.post(f"/fi/demo/enter/{member.key}/", follow=True)
    assert response.redirect_chain[-1] == (f"/{member.language}/", 302)
    assert response.wsgi_request.user == cast[member.key]
    assert member.name in response.content.decode()


def test_entering_needs_a_click(client, cast):
    assert client.get("/fi/demo/enter/aino/").status_code == 405
    assert "_auth_user_id" not in client.session


def test_nobody_outside_the_cast_can_be_entered(client, cast):
    assert client.post("/fi/demo/enter/kukaties/").status_code == 404


def test_bar_tells_who_one_is_on_every_page(client, cast):
    client.force_login(cast["linnea"])
    for path in ("/sv/", "/sv/mine/", "/sv/trainings/", "/sv/accessibility/", "/sv/nothing/"):
        assert "Linnea Sundgrund" in client.get(path).content.decode().partition('class="topbar"')[0]


# The inbox


def test_sign_up_shows_in_the_inbox_with_its_calendar_event(client, inbox, cast, training):
    actions.sign_up(training, person=cast["linnea"])
    deliver_waiting()
    html = client.get("/fi/demo/inbox/").content.decode()
    (key, message), *rest = mailbox.delivered()
    assert not rest and f"/fi/demo/inbox/{key}/" in html
    page = client.get(f"/fi/demo/inbox/{key}/").content.decode()
    assert "REQUEST" in page and training.title_sv in page and 'sandbox="' in page
    assert f'href="{settings.SITE_URL}/sv/trainings/' in page


def test_what_is_sent_now_stands_above_what_the_demo_begins_with(client, inbox, cast, training):
    actions.sign_up(training, person=cast["aino"])
    Mail.objects.update(state=Mail.State.SENT, sent_at=timezone.now() - timedelta(days=9), subject="Ennen")
    load._fill_inbox(cast.values())
    actions.sign_up(training, person=cast["linnea"])
    deliver_waiting()
    response = client.get("/fi/demo/inbox/")
    assert response.status_code == 200
    assert [letter.receiver for letter in response.context["letters"]] == [cast["linnea"].email, cast["aino"].email]


def test_inbox_narrows_to_one_receiver(client, inbox, cast, training):
    for key in ("aino", "linnea"):
        actions.sign_up(training, person=cast[key])
    deliver_waiting()
    letters = client.get(f"/fi/demo/inbox/?to={cast['aino'].email}").context["letters"]
    assert [letter.receiver for letter in letters] == [cast["aino"].email]


def test_html_of_a_mail_may_do_nothing_but_show_itself(client, inbox, cast, training):
    actions.sign_up(training, person=cast["aino"])
    deliver_waiting()
    (key, _message), *_rest = mailbox.delivered()
    response = client.get(f"/fi/demo/inbox/{key}/html/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy and "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in response.content.decode()


@pytest.mark.parametrize("key", ["nothing", "..%2F..%2Fportal.sqlite3", "1.M2P3.host"])
def test_unknown_mail_is_not_found(client, db, inbox, key):
    assert client.get(f"/fi/demo/inbox/{key}/").status_code == 404


def test_reminders_run_as_of_a_chosen_day_and_only_once(client, inbox, cast, uusimaa):
    training = builders.training(uusimaa, in_days=20)
    actions.sign_up(training, person=cast["linnea"])
    day = timezone.localdate() + timedelta(days=19)
    Mail.objects.all().delete()
    counts = []
    for _ in range(2):
        client.post("/fi/demo/inbox/reminders/", {"day": day.isoformat()})
        counts.append(Mail.objects.filter(state=Mail.State.SENT).count())
    assert counts[0] >= 1 and counts[0] == counts[1] == len(mailbox.delivered())


def test_wrong_day_is_told_at_the_field(client, db, inbox):
    response = client.post("/fi/demo/inbox/reminders/", {"day": "huomenna"})
    assert response.status_code == 422 and 'id="id_day_error"' in response.content.decode()


# The clock


def test_clock_of_the_demo_knows_every_scheduled_task(tmp_path):
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from ake_portal import celery\n"
        "clock = celery.start_embedded_beat(); clock.stop()\n"
        "print({entry['task'] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(celery.app.tasks))\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "ake_portal.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(tmp_path),
    }
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert result.stdout.strip() == "set()", result.stderr


# A real installation


def test_with_production_settings_no_page_of_the_demo_exists(tmp_path):
    program = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve, reverse, NoReverseMatch\n"
        "for path in ('/fi/demo/', '/sv/demo/', '/fi/demo/inbox/', '/fi/demo/enter/superuser/'):\n"
        "    try: resolve(path)\n"
        "    except Resolver404: print('gone')\n"
        "try: reverse('demo:cast')\n"
        "except NoReverseMatch: print('gone')\n"
        "from django.template import Context, Template\n"
        "print(repr(Template('{% demo_bar %}').render(Context({})).strip()))\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "ake_portal.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "k3yab" * 14,
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
        "DATABASE_URL": "postgres://postgres@127.0.0.1/postgres",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "OPERATOR_EMAILS": "operator@portal.example",
    }
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert result.stdout.split() == ["gone"] * 5 + ["''"], result.stderr
