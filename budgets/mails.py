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


def _invoice(name, invoice, person, **context):
    with override(person.language):
        url = settings.SITE_URL + reverse("budgets:invoice", args=[invoice.pk])
    post(
        f"budgets/{name}",
        to=person,
        key=f"budgets/{name}:{invoice.pk}:{invoice.revision}:{person.pk}",
        region=invoice.plan.region,
        invoice=invoice,
        url=url,
        **context,
    )


def invoice_to_approve(invoice, approvers):
    """To those who may approve it: what, how much, on which line, who checked it."""
    for person in approvers:
        _invoice("invoice_to_approve", invoice, person)


def invoice_sent_back(invoice, by):
    """To whoever entered it: who sends it back, and why."""
    _invoice("invoice_sent_back", invoice, invoice.entered_by, by=by)


def plan_to_freeze(plan, person, key):
    """To a coordinator: the city has closed its books, the plan still takes bookings."""
    with override(person.language):
        url = settings.SITE_URL + reverse("budgets:freeze", args=[plan.pk])
    post("budgets/plan_to_freeze", to=person, key=key, region=plan.region, plan=plan, url=url)
