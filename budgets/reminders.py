"""When coordinators are told that a plan is to be frozen: after the city has closed its books, then every second week."""

from datetime import time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from budgets import mails
from budgets.models import Plan
from notifications.reminders import Due, Rule

EVERY = timedelta(days=14)
TIMES = 6


def _to_freeze(since, until):
    plans = (
        Plan.objects.filter(state=Plan.State.PUBLISHED, books_close_on__lt=timezone.localdate(until))
        .select_related("region")
        .prefetch_related("region__coordinators")
    )
    for plan in plans:
        for number in range(TIMES):
            send_at = days.at(plan.books_close_on + timedelta(days=1) + number * EVERY, time(9))
            expires_at = send_at + EVERY
            if send_at > until or expires_at <= since:
                continue
            for person in plan.region.coordinators.all():
                key = f"budgets/plan_to_freeze:{plan.pk}:{plan.books_close_on}:{number}:{person.pk}"
                yield Due(
                    key=key,
                    send_at=send_at,
                    expires_at=expires_at,
                    person=person,
                    about=str(plan),
                    region=plan.region,
                    send=lambda plan=plan, person=person, key=key: mails.plan_to_freeze(plan, person, key),
                )


RULES = [Rule("budgets.freeze", _("A plan to be frozen after the books are closed"), _to_freeze)]
