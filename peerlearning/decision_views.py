"""Deciding on a visit: the whole case on one page, from the portal or by the link in a mail. GET shows, POST decides."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ake_portal.lib.links import BadLink, ExpiredLink
from peerlearning import actions, case, links
from peerlearning.forms import DecideForm
from peerlearning.messages import refusal
from peerlearning.models import Consent, Visit
from peerlearning.models.visits import parts
from people.models import User

CONSENTS = Consent.objects.select_related(
    "visit__region",
    "visit__library",
    "visit__traveller",
    "visit__branch",
    "visit__measure",
    "visit__expense__line__plan",
    "library",
    "person",
    "decided_by",
    "stop__branch__library",
).prefetch_related(*parts("visit__"), "visit__topics")
ANSWERS = ("yes", "change", "no")


def decide(request, pk):
    """From the portal: whoever may decide; those who were asked see what became of it."""
    asked = CONSENTS.concerning(request.user).exclude(visit__state=Visit.State.DRAFT)
    consent = get_object_or_404(asked, pk=pk)
    # whomever it concerns may give it as long as it waits: the same rule as decidable_by, without asking twice
    may = consent.is_open and consent.visit.state == Visit.State.SUBMITTED
    return _decide(request, consent, by=request.user, may=may)


@login_not_required
def decide_by_link(request, token):
    """By the link in a mail, without signing in; also from a shared mailbox, which leaves a name."""
    try:
        consent_key, person_key = links.read(token)
        consent = CONSENTS.filter(pk=consent_key).first()
        person = (
            User.objects.active().select_related("library__region").filter(pk=person_key).first()
            if person_key
            else None
        )
        if consent is None or person_key and person is None:
            raise BadLink
    except BadLink as error:
        context = {"expired": isinstance(error, ExpiredLink)}
        return _unlisted(render(request, "peerlearning/bad_link.html", context, status=404))
    if person is not None:
        may = Consent.objects.decidable_by(person).filter(pk=consent.pk).exists()
    else:
        may = consent.is_open and consent.person_id is None and bool(consent.mailbox)
        may = may and consent.visit.state == Visit.State.SUBMITTED
    return _unlisted(_decide(request, consent, by=person, may=may, by_link=True))


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    # the portal's own Referrer-Policy stays: with "no-referrer" a browser sends "Origin: null", and no answer gets through
    return response


def _decide(request, consent, *, by, may, by_link=False):
    visit = consent.visit
    sees_money = consent.kind != Consent.Kind.HOST
    line = case.line_view(visit) if sees_money else None
    is_over = line is not None and line["left"] < 0
    plan = line["plan"] if line and consent.kind == Consent.Kind.AKE else None
    sent = request.POST if request.method == "POST" else None
    form = DecideForm(
        consent,
        sent,
        by=by,
        plan=plan,
        is_over=is_over or bool(sent and sent.get("override_reason")),
        initial={"measure": visit.measure_id, "region_reason": visit.other_region_reason},
    )
    answer = sent.get("answer") if sent else None
    if sent and may and answer in ANSWERS and form.is_valid() and form.check(answer):
        if _act(request, form, consent, answer, by):
            return redirect(request.path) if by_link else redirect("peerlearning:decide", pk=consent.pk)
    elif sent and not may:
        messages.info(request, _("This has been decided already."))
        return redirect(request.path)
    context = {
        "visit": visit,
        "consent": consent,
        "by": by,
        "by_link": by_link,
        "may": may,
        "form": form,
        "who": case.who(visit),
        "stops": case.stops(visit),
        "when": case.when(visit),
        "costs": case.costs(visit) if sees_money else [],
        "line": line,
        "sees_money": sees_money,
        "lacks_plan": sees_money and line is None and bool(visit.total),
        "history": case.steps(visit, mine=consent),
        "newer": _newer(consent),
    }
    return render(request, "peerlearning/decide.html", context, status=422 if form.errors else 200)


def _newer(consent):
    """Whether the same party has been asked again since this mail was written."""
    return consent.state == Consent.State.REPLACED and consent.visit.state == Visit.State.SUBMITTED


def _act(request, form, consent, answer, by):
    """Do what was answered. Returns whether it was done; a refusal stands at the form."""
    data = form.cleaned_data
    options = {"by": by, "name": data.get("name", ""), "message": data["message"]}
    try:
        if answer == "yes":
            actions.consent(
                consent,
                override=data.get("override_reason", ""),
                region_reason=data.get("region_reason", ""),
                measure=data.get("measure"),
                **options,
            )
            messages.success(request, _("Thank you: your yes is kept, and the traveller knows."))
        elif answer == "change":
            actions.ask_change(consent, **options)
            messages.success(request, _("The traveller has got your request."))
        else:
            actions.decline(consent, **options)
            messages.success(request, _("The traveller has got your answer and the reason."))
    except actions.OverBudget as over:
        if "override_reason" not in form.fields and consent.kind == Consent.Kind.AKE:
            form.fields["override_reason"] = DecideForm.base_fields["override_reason"]
        form.add_error("override_reason" if "override_reason" in form.fields else None, _over(consent, over))
        return False
    except actions.Refused as refused:
        field = {"no_name": "name", "no_region_reason": "region_reason"}.get(refused.code)
        form.add_error(field if field in form.fields else None, refusal(refused))
        return False
    return True


def _over(consent, over):
    if consent.kind == Consent.Kind.AKE:
        return refusal(over)
    return _("The money for the trip is used up in the meantime. The AKE has to see to it first.")
