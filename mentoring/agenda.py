"""What waits for a person in group mentoring, for the home page: read together with everything else that is counted there."""

from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ake_portal.lib import words
from ake_portal.lib.kept import Kept
from mentoring import survey
from mentoring.models import Application, Cohort

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
    """{name: subquery} of what waits for `user`: the most urgent place that is kept, its key and until when; a survey to answer."""
    kept = Application.objects.filter(
        person=user,
        state=Application.State.OFFERED,
        offer_until__gt=timezone.now(),
        cohort__state=Cohort.State.RUNNING,
    ).order_by("offer_until", "pk")
    return {
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
