"""What the codes of actions.Refused and of the rules of forming say to a reader."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    "broken_by_place": _("That would break a rule of the group."),
    "moved": _("Somebody else has changed this meanwhile. Look at how it stands now, then decide again."),
    "group_changed": _("Somebody else has changed this group meanwhile. Look at how it stands now, then decide again."),
    "not_empty": _("Only an empty group can be removed."),
    "full": _("The group is full."),
    "note_lost": _(
        "The note that is there cannot be opened just now, so nothing was written over it. Keep your text elsewhere meanwhile."
    ),
    "elsewhere_group": _("The group is of another cohort."),
    "mentor_runs_it": _(
        "The members have been promised that nobody of the AKE sees their themes: choose a mentor who does not run the season"
        " or the portal."
    ),
    "mentor_is_member": _("This person is in the group already: choose a mentor from outside it."),
    "mentor_is_superior": _("The mentor cannot be the superior of a member, nor work under one: choose somebody else."),
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

# Why somebody is in a group, and what keeps somebody out of all groups, as Application.placed_because has it
REASONS = {
    "first_wish": _("topic, time and language suit"),
    "by_hand": _("moved by hand"),
    "from_list": _("first on the list when a place came free"),
}
UNPLACED = {
    "by_hand": _("Taken out of the group by hand."),
    "too_few": _("Too few others have wished for the same topics."),
    "no_common_language": _("Nobody else who has wished for the same topics shares a language."),
    "no_common_time": _("No group meets at a time that suits."),
    "boss": _("The groups that would suit have the own superior or somebody who works under this person."),
    "full": _("The groups that would suit are full."),
}
# What a place in a group would break, in a few words beside the group's name
OBSTACLES = {
    "too_many": pgettext_lazy("a group", "full"),
    "time": _("the time does not suit"),
    "language": _("the language does not suit"),
    "boss": _("own superior or subordinate"),
    "not_wished": _("not wished for"),
}
# What a group breaks as it stands, as a sentence that names the people
TOLD = {
    "too_few": _("Fewer than %(smallest)s people: that is no group yet."),
    "too_many": _("More than %(largest)s people."),
    "time": _("%(time)s does not suit: %(names)s."),
    "language": _("The language (%(language)s) does not suit: %(names)s."),
    "boss": _("%(one)s and %(other)s: one is the other's superior."),
    "not_wished": _("Have not wished for this topic: %(names)s."),
    "one_library": _("All come from the same library."),
}
