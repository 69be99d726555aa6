"""One function per mail about plans and money. All are stored with the change that causes them."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from notifications.outbox import post


def line_is_low(line):
    """To the region's coordinators, once for a line: four fifths of it are used. `line` has its sums."""
    for person in line.plan.region.coordinators.all():
        with override(person.language):
            url = settings.SITE_URL + reverse("budgets:money", args=[line.plan_id])
        post(
            "budgets/line_is_low",
            to=person,
            key=f"budgets/line_is_low:{line.pk}:{person.pk}",
            region=line.plan.region,
            line=line,
            url=url,
        )
