"""The whole portal natively, two of each: from signing in by a code over HTTP to the mail over SMTP, nothing twice."""

import re
from collections import Counter

import pytest

from tests.processes import Visitor, wait_for

pytestmark = pytest.mark.full

SETTING = """
from datetime import timedelta
from django.utils import timezone
from tests import builders
from trainings import actions
region = builders.region("testi")
library = builders.library(region, "Testikirjasto")
builders.person("aino@testi.example", "Aino", "Esimerkki", library=library)
coming = builders.training(region, title_fi="Tuleva koulutus")
soon = builders.training(region, in_days=3, title_fi="Pian alkava koulutus")
for person in builders.people(25, library):
    actions.sign_up(soon, person=person, now=timezone.now() - timedelta(days=10))
print(coming.pk)
"""
ADDRESS = "aino@testi.example"


@pytest.mark.parametrize("portal", [{"REMINDERS_SECONDS": 1}], indirect=True)
def test_two_webs_two_workers_and_two_beats_serve_a_person_and_send_nothing_twice(portal, mail_server, static_root):
    portal.env["STATIC_ROOT"] = str(static_root)
    portal.start_redis()
    [training] = portal.python(SETTING).split()
    webs = [portal.start_web(), portal.start_web()]
    workers = [portal.start_worker(concurrency=2), portal.start_worker(concurrency=2)]

    aino = Visitor(*webs)
    aino.get("/fi/account/login/")
    aino.post("/fi/account/login/", email=ADDRESS)
    [letter] = wait_for(lambda: mail_server.mails_to(ADDRESS), "the code has arrived", 20)
    code = re.search(r"\b\d{6}\b", letter.get_body(["plain"]).get_content())[0]
    aino.post(aino.path, code=code)
    assert "Aino Esimerkki" in aino.page

    aino.get(f"/fi/trainings/{training}-tuleva-koulutus/")
    aino.post(f"/fi/trainings/{training}/sign-up/")
    [letter] = wait_for(lambda: mail_server.mails_to(ADDRESS)[1:], "the confirmation has arrived", 20)
    assert "Tuleva koulutus" in letter["Subject"]
    [invitation] = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert invitation.get_param("method") == "REQUEST"
    assert portal.rows("SELECT text FROM notifications_mail WHERE is_secret") == [("",)], "the code is blanked"

    beats = [portal.start_beat(), portal.start_beat()]
    wait_for(
        lambda: all(beat.said.count("reminders") >= 3 for beat in beats), "both beats have called for reminders", 60
    )
    wait_for(lambda: list(portal.mails_by_state()) == ["sent"], "all mails are sent", 60)
    reminders = "SELECT person_id, count(*) FROM notifications_mail WHERE template = 'trainings/starts_soon' GROUP BY 1"
    wait_for(lambda: len(portal.rows(reminders)) == 25, "everybody is reminded", 60)
    wait_for(lambda: list(portal.mails_by_state()) == ["sent"], "the reminders are sent", 60)
    assert {number for _, number in portal.rows(reminders)} == {1}
    identities = Counter(message["Message-ID"] for _, message in mail_server.mails)
    assert set(identities.values()) == {1}
    assert len(identities) == portal.mails_by_state()["sent"] == 25 + 25 + 2
    assert all("sweep" in worker.said or "deliver" in worker.said for worker in workers), "both workers had work"
    said = "".join(process.said for process in portal.processes)
    assert ADDRESS not in said and code not in said
