"""Admin pages that join the apps: the outbox knows the mails and the reminders of all."""

from django.contrib import admin
from django.utils.translation import pgettext_lazy

from ake_portal import reminders
from notifications.admin import MailAdmin
from notifications.models import Mail

KINDS = {
    "trainings/confirmed": pgettext_lazy("kind of mail", "Confirmation"),
    "trainings/queued": pgettext_lazy("kind of mail", "Place in the queue"),
    "trainings/seat_offered": pgettext_lazy("kind of mail", "Seat offered"),
    "trainings/seat_is_free": pgettext_lazy("kind of mail", "Free seat, first come first served"),
    "trainings/offer_expired": pgettext_lazy("kind of mail", "Offer expired"),
    "trainings/left": pgettext_lazy("kind of mail", "Cancelled by the participant or staff"),
    "trainings/moved": pgettext_lazy("kind of mail", "Change of time or place"),
    "trainings/training_cancelled": pgettext_lazy("kind of mail", "Training cancelled"),
    "trainings/starts_soon": pgettext_lazy("kind of mail", "Reminder of a training"),
    "trainings/message": pgettext_lazy("kind of mail", "Message to participants"),
    "budgets/line_is_low": pgettext_lazy("kind of mail", "Budget line nearly used"),
    "budgets/invoice_to_approve": pgettext_lazy("kind of mail", "Invoice to approve"),
    "budgets/invoice_sent_back": pgettext_lazy("kind of mail", "Invoice sent back"),
    "budgets/plan_to_freeze": pgettext_lazy("kind of mail", "Plan to freeze"),
    "networks/asked": pgettext_lazy("kind of mail", "Somebody asks to join a network"),
    "networks/accepted": pgettext_lazy("kind of mail", "Let into a network"),
    "networks/refused": pgettext_lazy("kind of mail", "Not let into a network"),
    "networks/invited": pgettext_lazy("kind of mail", "Invited to a network"),
    "networks/removed": pgettext_lazy("kind of mail", "Taken out of a network"),
    "peerlearning/asked": pgettext_lazy("kind of mail", "Decision on a visit"),
    "peerlearning/consent_given": pgettext_lazy("kind of mail", "A consent was given"),
    "peerlearning/approved": pgettext_lazy("kind of mail", "Visit approved"),
    "peerlearning/change_asked": pgettext_lazy("kind of mail", "Change of a visit asked for"),
    "peerlearning/declined": pgettext_lazy("kind of mail", "Visit declined"),
    "peerlearning/decided_again": pgettext_lazy("kind of mail", "Visit decided anew"),
    "peerlearning/adjusted": pgettext_lazy("kind of mail", "Small change of a visit"),
    "peerlearning/stop_dropped": pgettext_lazy("kind of mail", "Stop left out"),
    "peerlearning/cancelled": pgettext_lazy("kind of mail", "Visit cancelled"),
    "peerlearning/lapsed": pgettext_lazy("kind of mail", "Visit lapsed"),
    "peerlearning/made": pgettext_lazy("kind of mail", "After a visit"),
    "peerlearning/joined": pgettext_lazy("kind of mail", "Taken along on a study trip"),
    "peerlearning/stuck": pgettext_lazy("kind of mail", "A consent waits too long"),
    "peerlearning/leaves_soon": pgettext_lazy("kind of mail", "Reminder of a visit"),
    "peerlearning/thanked": pgettext_lazy("kind of mail", "Feedback to a host"),
    "peerlearning/named_editor": pgettext_lazy("kind of mail", "Named to write of expertise"),
    "peerlearning/named_to_be_asked": pgettext_lazy("kind of mail", "Named as the one to ask"),
    "peerlearning/still_true": pgettext_lazy("kind of mail", "Does the expertise still hold"),
    "peerlearning/no_rate": pgettext_lazy("kind of mail", "Kilometre rate missing"),
    "peerlearning/wishes/sent": pgettext_lazy("kind of mail", "Wish for a host"),
    "peerlearning/wishes/proposed": pgettext_lazy("kind of mail", "Hosts proposed"),
    "peerlearning/wishes/taken": pgettext_lazy("kind of mail", "Proposed host taken"),
    "peerlearning/wishes/turned_down": pgettext_lazy("kind of mail", "No proposed host suits"),
    "peerlearning/wishes/withdrawn": pgettext_lazy("kind of mail", "Wish for a host withdrawn"),
    "peerlearning/wishes/closed": pgettext_lazy("kind of mail", "Wish for a host closed"),
    "peerlearning/wishes/lapsed": pgettext_lazy("kind of mail", "Wish for a host lapsed"),
    "ideas/thanks": pgettext_lazy("kind of mail", "Thanks for a tip"),
    "ideas/check": pgettext_lazy("kind of mail", "Story to be checked by the host"),
    "ideas/checked": pgettext_lazy("kind of mail", "The host's answer"),
    "ideas/sent_back": pgettext_lazy("kind of mail", "Text returned to its author"),
    "ideas/published": pgettext_lazy("kind of mail", "Published in the idea bank"),
    "ideas/waiting": pgettext_lazy("kind of mail", "Ideas that have waited for long"),
    "mentoring/survey": pgettext_lazy("kind of mail", "Closing survey of mentoring"),
    "mentoring/closed": pgettext_lazy("kind of mail", "Mentoring closed"),
    "mentoring/notes_go_soon": pgettext_lazy("kind of mail", "A group's notes go soon"),
    "mentoring/summary_released": pgettext_lazy("kind of mail", "A group's summary for the idea bank"),
    "networks/news": pgettext_lazy("kind of mail", "News of a network"),
    "mentoring/applied": pgettext_lazy("kind of mail", "Application to group mentoring"),
    "mentoring/place_offered": pgettext_lazy("kind of mail", "Place in a mentoring group"),
    "mentoring/place_waits": pgettext_lazy("kind of mail", "Reminder of a place in a mentoring group"),
    "mentoring/listed": pgettext_lazy("kind of mail", "On the waiting list of group mentoring"),
    "mentoring/place_expired": pgettext_lazy("kind of mail", "Place in a mentoring group not answered"),
    "mentoring/welcome": pgettext_lazy("kind of mail", "Welcome to a mentoring group"),
    "mentoring/called_off": pgettext_lazy("kind of mail", "Group mentoring called off"),
    "mentoring/left": pgettext_lazy("kind of mail", "Somebody left a mentoring group"),
    "mentoring/parted": pgettext_lazy("kind of mail", "Left a mentoring group"),
    "mentoring/convenor_named": pgettext_lazy("kind of mail", "Convenor of a mentoring group"),
    "mentoring/meetings_planned": pgettext_lazy("kind of mail", "Meetings of a mentoring group"),
    "mentoring/meeting_moved": pgettext_lazy("kind of mail", "Meeting of a mentoring group moved"),
    "mentoring/meeting_cancelled": pgettext_lazy("kind of mail", "Meeting of a mentoring group cancelled"),
    "mentoring/link_changed": pgettext_lazy("kind of mail", "Link of a mentoring group changed"),
    "mentoring/theme_wanted": pgettext_lazy("kind of mail", "Reminder of the theme of a mentoring group"),
    "mentoring/meets_soon": pgettext_lazy("kind of mail", "Reminder of a mentoring group's meeting"),
    "people/waiting": pgettext_lazy("kind of mail", "Workplaces to confirm"),
    "people/confirmed": pgettext_lazy("kind of mail", "Workplace confirmed"),
    "people/denied": pgettext_lazy("kind of mail", "Workplace not confirmed"),
    "account/code": pgettext_lazy("kind of mail", "Code"),
    "account/no_account": pgettext_lazy("kind of mail", "Unknown address"),
    "account/changed": pgettext_lazy("kind of mail", "Account changed"),
    "feedback": pgettext_lazy("kind of mail", "Feedback"),
}


@admin.register(Mail)
class OutboxAdmin(MailAdmin):
    """The outbox, with the mails and reminders of all apps."""

    rules = reminders.RULES
    kinds = KINDS
