"""A person's part in group mentoring: for the export of one's own data, when the person is erased, and when a season is long over.

A group's notes are its members' together: they are in no export.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from mentoring import actions
from mentoring.models import Application, Cohort, Group

KEPT = timedelta(days=2 * 365)  # the texts of applications, after the season's last day
NOTHING = {"brings": "", "learns": "", "times": [], "superior_email": ""}
OVER = (Cohort.State.CLOSED, Cohort.State.CANCELLED)


def export_for(person):
    """Plain data for one's own export."""
    applications = person.applications.select_related("cohort", "library", "group__topic").order_by("pk")
    return [
        {
            "season": str(one.cohort),
            "state": one.state,
            "since": one.state_since,
            "applied_at": one.applied_at,
            "library": str(one.library),
            "wishes": [str(wish.topic) for wish in one.wishes.all()],
            "brings": one.brings,
            "learns": one.learns,
            "languages": one.languages,
            "times": one.times,
            "employer_agrees": one.employer_agrees,
            "superior_email": one.superior_email,
            "group": str(one.group) if one.group and one.state not in (one.State.APPLIED, one.State.LISTED) else "",
            "place_kept_until": one.offer_until,
            "is_convenor": bool(one.group and one.group.convenor_id == person.pk),
            "meetings": [
                {"starts_at": row.meeting.starts_at, "was_there": row.was_there} for row in one.attendances.all()
            ],
            "has_answered_survey": one.has_answered_survey,
        }
        for one in applications.prefetch_related("wishes__topic", "attendances__meeting")
    ]


def let_go(person):
    """Give up what is applied for and leave the groups; what the person wrote in applications goes."""
    for application in person.applications.live().exclude(cohort__state__in=OVER).select_related("cohort"):
        if application.is_member:
            actions.leave(application, named=False)
        elif application.may("decline"):
            actions.decline(application)
        else:
            actions.withdraw(application)
    Group.objects.filter(mentor=person).update(mentor=None)
    Group.objects.filter(convenor=person).update(convenor=None)
    person.applications.update(languages=[], **NOTHING)


def blank_old(now):
    """Take the texts out of applications to seasons that ended more than two years ago. Returns how many had any."""
    has_text = ~Q(brings="") | ~Q(learns="") | ~Q(superior_email="") | ~Q(times=[])
    old = Application.objects.filter(cohort__last_day__lt=timezone.localdate(now - KEPT))
    return old.filter(has_text).update(**NOTHING)
