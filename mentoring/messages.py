"""What the codes of actions.Refused and of the rules of forming say to a reader."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "state": _("That is no longer possible: somebody was faster, or its time has passed."),
    "unconfirmed": _("Mentoring opens when your director or the AKE has confirmed your workplace."),
    "elsewhere": _("This mentoring is for the libraries of other regions."),
    "deadline": _("The time for applications has ended."),
    "deadline_not_passed": _("Applications are still coming in: groups are formed after the deadline."),
    "deadline_passed": _("Give a deadline for applications that is still to come."),
    "answer_until_passed": _("Give a day until which places are accepted that is still to come."),
    "last_day_not_passed": _(
        "The season has not ended yet: the survey is asked two weeks before its last day at the earliest."
    ),
    "no_topics": _("Choose the topics of the groups."),
    "no_name_fi": _("The Finnish name is missing."),
    "no_name_sv": _("The Swedish name is missing."),
    "no_summary_fi": _("The Finnish summary is missing."),
    "no_summary_sv": _("The Swedish summary is missing."),
    "no_reason": _("Write why: the applicants get it in their mail."),
    "no_groups": _("There is no group yet."),
    "broken": _("A group breaks a rule: put it right first."),
    "full": _("The group is full."),
    "note_lost": _(
        "The note that is there cannot be opened just now, so nothing was written over it. Keep your text elsewhere meanwhile."
    ),
    "elsewhere_group": _("The group is of another cohort."),
    # Within a group
    "not_member": _("Only a member of the group can be named or do this."),
    "not_convenor": _("The group's convenor does this."),
    "past": _("This is past already: choose a time to come."),
    "outside": _("The season has ended by then: choose an earlier day."),
    "overlaps": _("The group meets at that time already."),
    "no_days": _("No day is left for these meetings: the group meets already, or the season ends before."),
    "not_begun": _("The meeting has not begun yet."),
    "no_text": _("Write the theme."),
    "many_themes": _("Many themes wait already: agree on some of them first, or take some back."),
}
