"""Ideas that stand still are remembered: the host after 5 working days, the AKE after 10; quiet periods do not count."""

from datetime import UTC, datetime, timedelta

from ake_portal import reminders as portal
from ideas import actions, reminders
from notifications import reminders as runner
from notifications.models import Mail
from tests import builders


def run(now):
    runner.run(reminders.RULES, now)
    return list(Mail.objects.filter(key__contains="again").values_list("template", "person__email"))


def test_rules_of_ideas_are_in_the_one_list():
    assert set(reminders.RULES) <= set(portal.RULES)


def test_the_host_is_reminded_once_after_five_working_days(asked, colleague, now):
    # asked on Tuesday 6 October: the fifth working day is Tuesday the 13th
    assert run(datetime(2026, 10, 13, 5, 59, tzinfo=UTC)) == []
    assert run(datetime(2026, 10, 13, 6, 1, tzinfo=UTC)) == [("ideas/check", colleague.email)]
    assert len(run(datetime(2026, 10, 14, 6, 1, tzinfo=UTC))) == 1
    mail = Mail.objects.get(key__contains="again")
    assert mail.subject.startswith("Påminnelse: stämmer uppgifterna?") and mail.is_secret
    assert "fortsätter AKE utan ditt svar" in mail.text


def test_whoever_has_answered_is_not_reminded(asked, colleague):
    actions.answer_check(asked, by=colleague)
    assert run(datetime(2026, 10, 20, 9, tzinfo=UTC)) == []


def test_a_reminder_that_is_much_too_late_is_left_out(asked):
    assert run(datetime(2026, 11, 20, 9, tzinfo=UTC)) == []


def test_quiet_periods_do_not_count(employee, colleague, loviisa):
    idea = builders.idea(employee, kind="story", host=loviisa, host_contact=colleague)
    idea = actions.ask_check(idea, employee, now=datetime(2026, 12, 21, 9, tzinfo=UTC))
    # the 22nd is one day, then nobody decides until 6 January: the fifth working day is the 12th
    assert run(datetime(2027, 1, 11, 12, tzinfo=UTC)) == []
    assert len(run(datetime(2027, 1, 12, 12, tzinfo=UTC))) == 1


def waiting_mails(now):
    runner.run(reminders.RULES, now)
    return Mail.objects.filter(template="ideas/waiting").order_by("pk")


def test_the_ake_gets_one_mail_with_all_that_is_late_and_another_when_more_is(employee, coordinator, stranger, now):
    first = actions.send(builders.idea(employee, title_fi="Ensimmäinen"), by=employee, now=now - timedelta(days=30))
    actions.send(builders.idea(employee, title_fi="Toinen"), by=employee, now=now - timedelta(days=20))
    actions.send(builders.idea(employee, title_fi="Tuore"), by=employee, now=now)
    actions.send(builders.idea(stranger, title_fi="Muualla"), by=stranger, now=now - timedelta(days=20))
    (mail,) = waiting_mails(now)
    assert mail.person == coordinator and "Ensimmäinen" in mail.text and "Toinen" in mail.text
    assert "Tuore" not in mail.text and "Muualla" not in mail.text and mail.subject.startswith("2 tekstiä")
    assert "/fi/ideas/queue/" in mail.text
    assert waiting_mails(now + timedelta(days=1)).count() == 1
    actions.set_aside(first, by=coordinator)
    assert waiting_mails(now + timedelta(days=2)).count() == 1
    later = waiting_mails(now + timedelta(days=15))
    assert later.count() == 2 and "Tuore" in later.last().text and "Ensimmäinen" not in later.last().text
