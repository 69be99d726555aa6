"""Mails about trainings: in the reader's language, with all facts, once."""

import re
from datetime import time, timedelta

import pytest

from ake_portal.lib import days
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders
from trainings import actions, mails, reminders
from trainings.models import Registration


def only(template, person=None):
    found = Mail.objects.filter(template=f"trainings/{template}")
    return (found.filter(person=person) if person else found).get()


def plain(mail):
    return " ".join(mail.text.split()).replace("\xa0", " ")


def test_confirmation_says_when_where_and_until_when_to_cancel(uusimaa, employee, colleague):
    training = builders.training(uusimaa, address="Papinkatu 20", sessions=2)
    actions.sign_up(training, person=employee)
    actions.sign_up(training, person=colleague)
    finnish, swedish = only("confirmed", employee), only("confirmed", colleague)
    assert finnish.subject == "Olet ilmoittautunut: Matalan kynnyksen osallistaminen"
    for fact in (
        "Hei Aino!",
        "ti 27.10. klo 9–16 ke 28.10. klo 9–16",
        "Porvoon pääkirjasto, Papinkatu 20",
        "peru viimeistään ti 27.10. klo 9",
    ):
        assert fact in plain(finnish)
    assert swedish.subject == "Du är anmäld: Delaktighet med låg tröskel"
    assert "tis 27.10. kl. 9–16" in plain(swedish) and "/sv/trainings/cancel/" in swedish.text


def test_person_whom_staff_add_reads_who_did_it(training, coordinator, employee):
    actions.sign_up(training, person=employee, by=coordinator)
    mail = only("confirmed")
    assert mail.subject.startswith("Sinut on ilmoitettu koulutukseen: ")
    assert "Petra Kehittäjä on ilmoittanut sinut koulutukseen" in plain(mail)


def test_signs_of_html_stay_as_they_are_in_plain_text(uusimaa, employee):
    training = builders.training(uusimaa, title_fi="Lapset & <nuoret> 'nyt'")
    actions.sign_up(training, person=employee)
    mail = only("confirmed")
    assert mail.subject.endswith("Lapset & <nuoret> 'nyt'") and "Lapset & <nuoret> 'nyt'" in mail.text
    assert "Lapset &amp; &lt;nuoret&gt;" in mail.html and "&amp;" not in mail.text


@pytest.fixture
def everything(uusimaa, employee, colleague, coordinator, askola, time_machine, now):
    """One of each mail, to a reader of Finnish and to one of Swedish."""
    for reader in (employee, colleague):
        other = builders.people(1, askola)[0]
        training = builders.training(
            uusimaa, format="remote", remote_capacity=1, interpretation_fi="tekstitys", interpretation_sv="textning"
        )
        holder = actions.sign_up(training, person=other)
        registration = actions.sign_up(training, person=reader)
        actions.cancel(holder, by=other)
        actions.expire_offers(training, now=days.at(days.local(now).date() + timedelta(days=2), time(16)))
        registration = actions.sign_up(training, person=reader)
        mails.message(
            training,
            [registration],
            subject={"fi": "Ota mukaan", "sv": "Ta med"},
            body={"fi": "Ota kannettava mukaan.", "sv": "Ta med din dator."},
            by=coordinator,
            key="m1",
        )
        mails.starts_soon(registration, training.sessions.first(), f"key{reader.pk}", now=now)
        before = actions.snapshot(training)
        training.sessions.update(starts_at=training.starts_at + timedelta(hours=1))
        training = actions.sessions_changed(training, before=before)
        mails.seat_is_free(registration, occasion="x")
        actions.cancel(registration, by=reader)
        actions.sign_up(training, person=reader)
        actions.cancel_training(training, reason={"fi": "Kouluttaja sairastui.", "sv": "Utbildaren blev sjuk."})
    return Mail.objects.filter(person__in=[employee, colleague])


ENGLISH = re.compile(r"\b(the|you|your|seat|training|until|please|hello)\b", re.I)


def test_every_mail_is_whole_in_both_languages(everything):
    kinds = {"confirmed", "queued", "seat_offered", "offer_expired", "seat_is_free", "left", "training_cancelled"}
    kinds |= {"moved", "starts_soon", "message"}
    found = {(mail.template.removeprefix("trainings/"), mail.language) for mail in everything}
    assert found == {(kind, language) for kind in kinds for language in ("fi", "sv")}
    for mail in everything:
        words = re.sub(r"https?://\S+|\S+@\S+", "", f"{mail.subject}\n{mail.text}")
        assert not ENGLISH.search(words), (mail.template, mail.language, words)
        title = {"fi": "Matalan kynnyksen osallistaminen", "sv": "Delaktighet med låg tröskel"}[mail.language]
        assert title in mail.text and title in mail.html
        assert ("klo\xa0" if mail.language == "fi" else "kl.\xa0") in mail.text
        assert "\n\n\n" not in mail.text and "{" not in words
        assert mail.reply_to == "ake@porvoo.example"


def test_moved_training_shows_the_new_time(everything, employee):
    mail = only("moved", employee)
    assert mail.subject.startswith("Uusi aika tai paikka") and "klo 10–16" in plain(mail)


def test_reason_of_cancellation_comes_in_the_readers_language(everything, employee, colleague):
    assert "Syy: Kouluttaja sairastui." in plain(only("training_cancelled", employee))
    assert "Orsak: Utbildaren blev sjuk." in plain(only("training_cancelled", colleague))


def remind(moment):
    return runner.run(reminders.RULES, moment)


def test_participants_are_reminded_a_week_and_a_day_before_and_once(uusimaa, employee, time_machine):
    training = builders.training(uusimaa)
    registration = actions.sign_up(training, person=employee)
    counts = []
    for day in (8, 7, 7, 6, 1, 1, 0):
        moment = days.days_before(training.starts_at, day, time(9, 5))
        time_machine.move_to(moment)
        counts.append(remind(moment))
    assert counts == [0, 1, 0, 0, 1, 0, 0]
    subjects = [
        mail.subject.replace("\xa0", " ")
        for mail in Mail.objects.filter(template="trainings/starts_soon").order_by("pk")
    ]
    assert subjects == [
        "Koulutus ti 27.10. klo 9: Matalan kynnyksen osallistaminen",
        "Huomenna klo 9: Matalan kynnyksen osallistaminen",
    ]
    assert registration.state == Registration.State.REGISTERED


def test_two_days_in_a_row_are_one_reminder(uusimaa, employee, time_machine):
    training = builders.training(uusimaa, sessions=2)
    actions.sign_up(training, person=employee)
    moment = days.days_before(training.starts_at, 1, time(9, 5))
    assert remind(moment) == 1
    assert remind(moment + timedelta(days=1)) == 0


def test_missed_day_is_caught_up_but_nobody_is_reminded_after_the_start(uusimaa, employee):
    training = builders.training(uusimaa, format="remote")
    actions.sign_up(training, person=employee)
    assert remind(training.starts_at - timedelta(hours=1)) == 1
    Mail.objects.filter(template="trainings/starts_soon").delete()
    assert remind(training.starts_at) == 0


def test_who_signs_up_late_leaves_or_waits_is_not_reminded(uusimaa, employee, colleague, askola):
    training = builders.training(uusimaa, format="remote", remote_capacity=2)
    late, gone, waiting = employee, colleague, builders.people(1, askola)[0]
    eve = days.days_before(training.starts_at, 1, time(12))
    actions.cancel(actions.sign_up(training, person=gone), by=gone)
    Registration.objects.create(training=training, person=waiting, mode="remote", state="waiting")
    actions.sign_up(training, person=late, now=eve)
    assert remind(eve + timedelta(hours=1)) == 0


def test_training_that_moves_is_reminded_of_anew(uusimaa, employee):
    training = builders.training(uusimaa, format="remote")
    actions.sign_up(training, person=employee)
    assert remind(days.days_before(training.starts_at, 1, time(9))) == 1
    before = actions.snapshot(training)
    session = training.sessions.get()
    session.starts_at += timedelta(days=7)
    session.ends_at += timedelta(days=7)
    session.save()
    training = actions.sessions_changed(training, before=before)
    assert remind(days.days_before(training.starts_at, 2, time(9))) == 0
    assert remind(days.days_before(training.starts_at, 1, time(9))) == 1
