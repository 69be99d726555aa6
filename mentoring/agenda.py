"""What waits for a person in group mentoring, for the home page: read together with everything else that is counted there."""

from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ake_portal.lib import words
from ake_portal.lib.kept import Kept
from mentoring import survey
from mentoring.models import Application, Cohort, Meeting

open_cohorts = Kept(
    lambda: list(
        Cohort.objects.filter(state=Cohort.State.OPEN, deadline__gt=timezone.now())
        .select_related("region")
        .prefetch_related("co_regions")
        .order_by("deadline", "pk")
    )
)


def open_to(user):
    """Seasons that take applications from `user`; for whoever has no library yet, all of them. From memory, no query."""
    found = [cohort for cohort in open_cohorts.value if cohort.takes_applications]
    region = user.region if user.is_authenticated else None
    return [cohort for cohort in found if region is None or cohort.takes(user)]


def facts(user):
    """{name: subquery} of what `user` has in mentoring: the most urgent place that is kept, its key and until when; a survey to
    answer; the next meeting of the own groups, its key and when."""
    kept = Application.objects.filter(
        person=user,
        state=Application.State.OFFERED,
        offer_until__gt=timezone.now(),
        cohort__state=Cohort.State.RUNNING,
    ).order_by("offer_until", "pk")
    meetings = Meeting.objects.coming().filter(
        group__applications__person=user,
        group__applications__state=Application.State.MEMBER,
        group__cohort__state__in=[Cohort.State.RUNNING, Cohort.State.CLOSING],
    )
    return {
        "meeting": Subquery(meetings.values("pk")[:1]),
        "meeting_at": Subquery(meetings.values("starts_at")[:1]),
        "place": Subquery(kept.values("pk")[:1]),
        "place_until": Subquery(kept.values("offer_until")[:1]),
        "survey": Subquery(survey.to_answer(user).order_by("pk").values("cohort")[:1]),
    }


def waiting_for(found):
    """Items of "waits for you": dicts with "text", "url" and "detail"; `found` are the values of `facts`."""
    items = []
    if found["place"]:
        items.append(
            {
                "text": _("A place in a mentoring group is kept for you"),
                "url": reverse("mentoring:place", args=[found["place"]]),
                "detail": _("Answer by %(until)s") % {"until": words.moment(found["place_until"])},
            }
        )
    if found["survey"]:
        items.append(
            {
                "text": _("Answer the closing survey of group mentoring"),
                "url": reverse("mentoring:survey", args=[found["survey"]]),
                "detail": _("It takes three minutes and has no name."),
            }
        )
    return items


def next_meeting(found):
    """{"pk", "starts_at"} of the next meeting of the reader's groups, or None; `found` are the values of `facts`."""
    return found["meeting"] and {"pk": found["meeting"], "starts_at": found["meeting_at"]}
