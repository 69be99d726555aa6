"""One's own data over all apps: export, erasing, and what goes by itself when it is old."""

from django.contrib.sessions.models import Session
from django.db import transaction

from budgets import invoices
from budgets import privacy as budgets
from ideas import privacy as ideas
from ideas import retention as ideas_retention
from mentoring import note_privacy
from mentoring import privacy as mentoring
from mentoring import retention as mentoring_retention
from networks import loan_privacy as loans
from networks import news_privacy
from networks import privacy as networks
from notifications import privacy as notifications
from peerlearning import claim_privacy, claims, wish_privacy
from peerlearning import privacy as peerlearning
from people import actions as people
from people import privacy as people_privacy
from trainings import privacy as trainings
from trainings import retention as trainings_retention


def export_for(person):
    """Everything that the portal knows about `person`, as plain data by app."""
    return {
        "person": people_privacy.export_for(person),
        "trainings": trainings.export_for(person),
        "visits": peerlearning.export_for(person),
        "claims": claim_privacy.export_for(person),
        "wishes": wish_privacy.export_for(person),
        "plans": budgets.export_for(person),
        "networks": networks.export_for(person),
        "ideas": ideas.export_for(person),
        "news": news_privacy.export_for(person),
        "loans": loans.export_for(person),
        "mentoring_notes": note_privacy.export_for(person),
        "mentoring": mentoring.export_for(person),
        "mails": notifications.export_for(person),
    }


@transaction.atomic
def erase(person):
    """Give up what is to come and take away who the person is. Raises people.actions.Refused."""
    obstacle = people.why_not_erasable(person)
    if obstacle:
        raise people.Refused(*obstacle)
    trainings.leave_everything(person)
    peerlearning.leave_everything(person)
    claim_privacy.leave_everything(person)
    wish_privacy.leave_everything(person)
    budgets.let_go(person)
    peerlearning.forget(person)
    networks.let_go(person)
    wish_privacy.forget(person)
    ideas.let_go(person)
    news_privacy.let_go(person)
    loans.let_go(person)
    note_privacy.let_go(person)
    mentoring.let_go(person)
    return people.erase(person)


def keep_retention(now):
    """What goes by itself: ended sessions, texts of mails, participant lists, borrowers' names, unread ideas, wishes that
    came to nothing and texts of applications to mentoring after two years, receipts six years after their plan's year or
    the trip's, notes and themes of mentoring groups 90 days after closing. Returns counts."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    return {
        "sessions": sessions,
        "mails": notifications.blank_old(now),
        "receipts": invoices.delete_old_receipts(now),
        "claim_receipts": claims.delete_old_receipts(now),
        "ideas": ideas_retention.delete_old(now),
        "wishes": wish_privacy.blank_old(now),
        "borrowers": loans.forget_old(now),
        "notes": mentoring_retention.delete_old(now),
        "mentoring": mentoring.blank_old(now),
        "lists": trainings_retention.close_old_lists(now),
    }
