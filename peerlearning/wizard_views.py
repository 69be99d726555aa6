"""Writing a visit: a few steps that keep what is typed, a look over, and sending; changing and cancelling what was sent."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ake_portal.lib.words import language
from peerlearning import actions, case, complete, consents, mails
from peerlearning.forms import (
    CancelForm,
    ColleagueForm,
    PersonForm,
    RegionForm,
    Stops,
    TravelForm,
    WhenForm,
    WhereForm,
)
from peerlearning.messages import TEXTS, refusal
from peerlearning.models import Expertise, Visit
from people.models import Branch, Topic, User

STEPS = ("where", "when", "travel", "review")


def _own(request, pk, *states):
    visits = Visit.objects.editable_by(request.user).for_page().prefetch_related("topics")
    return get_object_or_404(visits.filter(state__in=states) if states else visits, pk=pk)


def steps_of(visit, here):
    """[{"name", "text", "url", "is_here"}] of the wizard."""
    texts = {
        "where": _("Topic and places"),
        "when": _("Goal and dates"),
        "travel": _("Travel and costs"),
        "review": _("Look over and send"),
    }
    return [
        {
            "name": name,
            "text": texts[name],
            "url": reverse(f"peerlearning:{name}", args=[visit.pk]) if visit else "",
            "is_here": name == here,
        }
        for name in STEPS
    ]


def _page(request, visit, here, **context):
    context = {"visit": visit, "steps": steps_of(visit, here), "here": here, **context}
    wrong = any(getattr(form, "errors", None) for form in context.get("forms", ()))
    return render(request, f"peerlearning/wizard/{here}.html", context, status=422 if wrong else 200)


def _on(request, visit, here):
    """After a saved step: on to the next, or to one's visits when there is no more time."""
    if "later" in request.POST:
        messages.success(request, _("Saved. You find the draft among your visits."))
        return redirect("peerlearning:visits")
    return redirect(f"peerlearning:{STEPS[STEPS.index(here) + 1]}", pk=visit.pk)


def _is_asking(request):
    """Whether the form was sent to be shown anew with more in it, not to be saved."""
    return "more" in request.POST or "show" in request.POST


def whom(request):
    """AKE staff say for whom they prepare a visit."""
    if not request.user.is_coordinator:
        return redirect("peerlearning:begin")
    form = PersonForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect(reverse("peerlearning:begin", query={**request.GET.dict(), "for": form.person.pk}))
    return _page(request, None, "whom", form=form, forms=[form])


def _traveller(request):
    """Whose visit is begun: the reader's, or that of the person AKE staff have named; None when nobody can travel."""
    if request.user.is_coordinator and (key := _number(request.GET.get("for"))):
        people = User.objects.active().filter(library__isnull=False).coordinated_by(request.user)
        return get_object_or_404(people.select_related("library__region", "branch"), pk=key)
    return request.user if request.user.library else None


def begin(request):
    """The first step, from the start or from a place and a topic that somebody has read about."""
    traveller = _traveller(request)
    if traveller is None:
        if request.user.is_coordinator:
            return redirect("peerlearning:whom")
        messages.info(request, _("First tell where you work: visits are made from a library."))
        return redirect("people:profile")
    sent = request.POST if request.method == "POST" else None
    region_form = RegionForm(traveller.library.region, sent, prefix="other")
    region = region_form.cleaned_data.get("region") if sent and region_form.is_valid() else None
    place, initial = _read_about(request)
    form = WhereForm(sent, initial={"kind": Visit.Kind.VISIT, **initial})
    stops = Stops(traveller.library, sent, place=place, region=region, shown=_shown(request))
    if sent and not _is_asking(request) and all([form.is_valid(), stops.is_valid()]):
        with transaction.atomic():
            visit = actions.begin(traveller=traveller, by=request.user, language=language())
            form.save(visit)
            stops.save(visit)
        return _on(request, visit, "where")
    shown = [] if _is_asking(request) else [form, *stops.forms]
    return _page(
        *(request, None, "where"),
        form=form,
        stops=stops,
        region_form=region_form,
        traveller=traveller,
        forms=shown,
    )


def _read_about(request):
    """(first stop, first answers) from the place, the topic or the expertise that the reader has come from."""
    rows = Expertise.objects.published().select_related("contact").prefetch_related("branches")
    expertise = rows.filter(pk=_number(request.GET.get("expertise"))).first()
    if expertise is None:
        branch = Branch.objects.filter(pk=_number(request.GET.get("branch")), closed_on=None).first()
        topic = Topic.objects.filter(pk=_number(request.GET.get("topic"))).first()
        initial = {"topics": [str(topic.pk)] if topic else [], "subject": request.GET.get("subject", "")[:160]}
        return {"branch": branch.pk} if branch else {}, initial
    there = [branch for branch in expertise.branches.all() if branch.closed_on is None]
    branch = there[0] if there else expertise.library.branches.filter(closed_on=None).order_by("pk").first()
    place = {"branch": branch.pk} if branch else {}
    if branch and expertise.asked:
        place |= {"contact_name": expertise.asked.get_full_name(), "contact_email": expertise.asked.email}
    return place, {"topics": [str(expertise.topic_id)], "subject": expertise.title}


def _number(text):
    return int(text) if text and text.isdigit() and len(text) < 10 else None


def _shown(request):
    """How many places the form had, and one more when that was asked for."""
    shown = sum(1 for name in request.POST if name.startswith("stop") and name.endswith("-branch"))
    return shown + ("more" in request.POST)


def where(request, pk):
    """Topic and places of a draft."""
    visit = _own(request, pk, Visit.State.DRAFT)
    sent = request.POST if request.method == "POST" else None
    region_form = RegionForm(visit.region, sent, prefix="other")
    region = region_form.cleaned_data.get("region") if sent and region_form.is_valid() else None
    form = WhereForm(sent, initial=WhereForm.initial_of(visit))
    stops = Stops(visit.library, sent, stops=visit.stops.all(), region=region, shown=_shown(request))
    if sent and not _is_asking(request) and all([form.is_valid(), stops.is_valid()]):
        with transaction.atomic():
            visit = actions.lock(visit)
            form.save(visit)
            stops.save(visit)
        return _on(request, visit, "where")
    shown = [] if _is_asking(request) else [form, *stops.forms]
    return _page(request, visit, "where", form=form, stops=stops, region_form=region_form, forms=shown)


def when(request, pk):
    """Goal and dates of a draft."""
    visit = _own(request, pk, Visit.State.DRAFT)
    form = WhenForm(visit, request.POST if request.method == "POST" else None, initial=WhenForm.initial_of(visit))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save(visit)
        return _on(request, visit, "when")
    return _page(request, visit, "when", form=form, forms=[form])


def travel(request, pk):
    """Travel and costs of a draft."""
    visit = _own(request, pk, Visit.State.DRAFT)
    form = TravelForm(visit, request.POST if request.method == "POST" else None, initial=TravelForm.initial_of(visit))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.save(visit)
                actions.price(visit)
        except actions.Refused as refused:
            _tell(visit, refused)
            form.add_error("km", refusal(refused))
        else:
            return _on(request, visit, "travel")
    return _page(request, visit, "travel", form=form, forms=[form])


def _tell(visit, refused):
    """A missing rate is nobody's fault here: the coordinators hear of it."""
    if refused.code == "no_rate":
        mails.no_rate(visit.region, refused.values["year"])


def review(request, pk):
    """The whole case as those who decide will see it, what it lacks, and sending."""
    visit = _own(request, pk, Visit.State.DRAFT)
    if request.method == "POST":
        try:
            actions.submit(visit, by=request.user)
        except actions.Incomplete:
            messages.error(request, _("Something is still missing: see below."))
        except actions.Refused as refused:
            _tell(visit, refused)
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("Sent. Everybody who decides has got a mail, and you hear from each."))
            return redirect(visit)
    lacks = [
        {"text": TEXTS[code], "url": reverse(f"peerlearning:{complete.step_of(field)}", args=[visit.pk])}
        for field, code in complete.lacks(visit)
    ]
    return _page(
        request,
        visit,
        "review",
        lacks=lacks,
        costs=case.costs(visit),
        stops=case.stops(visit),
        when=case.when(visit),
        who=case.who(visit),
        untold=Visit.objects.of(visit.traveller).untold().order_by("-leaves_at")[:3],
        can_send=not lacks and visit.traveller.is_confirmed,
        colleague_form=ColleagueForm(),
    )


@require_POST
def take_along(request, pk):
    """Add a colleague to a study trip."""
    visit = _own(request, pk, *Visit.LIVE)
    form = ColleagueForm(request.POST)
    if form.is_valid():
        try:
            actions.join(visit, email=form.cleaned_data["email"], by=request.user)
        except actions.Refused as refused:
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("Taken along. The colleague and the home library have got a mail."))
    else:
        messages.error(request, _("Write the e-mail address of a colleague."))
    return redirect("peerlearning:review" if visit.state == Visit.State.DRAFT else "peerlearning:visit", pk=pk)


@require_POST
def leave_behind(request, pk, person):
    """Take a traveller off a study trip."""
    visit = _own(request, pk, *Visit.LIVE)
    traveller = get_object_or_404(visit.travellers.select_related("person"), person=person)
    try:
        actions.part(visit, person=traveller.person, by=request.user)
    except actions.Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("%(name)s is no longer on the trip.") % {"name": traveller.person})
    return redirect("peerlearning:review" if visit.state == Visit.State.DRAFT else "peerlearning:visit", pk=pk)


# What was sent


class _Previewed(Exception):
    """Undoes what was written to see whom it concerns."""


def change(request, pk):
    """Change a visit that was sent: first who will be asked anew, then the change itself."""
    visit = _own(request, pk, Visit.State.SUBMITTED, Visit.State.APPROVED)
    if visit.has_begun():
        messages.info(request, TEXTS["late"])
        return redirect(visit)
    sent = request.POST if request.method == "POST" else None
    forms = _change_forms(visit, sent, request)
    if not sent or _is_asking(request) or not all([form.is_valid() for form in forms.values()]):  # noqa: C419  all are to speak
        return _change_page(request, visit, forms)
    try:
        asked, cost = _changed(visit, forms, request.user, for_real="confirm" in sent)
    except actions.Incomplete as incomplete:
        for _field, code in incomplete.lacks:
            forms["where"].add_error(None, str(TEXTS[code]))
        return _change_page(request, visit, forms)
    except actions.Refused as refused:
        _tell(visit, refused)
        forms["where"].add_error(None, refusal(refused))
        return _change_page(request, visit, forms)
    if "confirm" in sent:
        messages.success(request, _("Changed. Those whom it concerns have got a mail."))
        return redirect(visit)
    return _change_page(request, visit, forms, preview=asked, cost=cost)


def _change_forms(visit, sent, request):
    region_form = RegionForm(visit.region, sent, prefix="other")
    region = region_form.cleaned_data.get("region") if sent and region_form.is_valid() else None
    return {
        "where": WhereForm(sent, initial=WhereForm.initial_of(visit)),
        "stops": Stops(visit.library, sent, stops=visit.stops.all(), region=region, shown=_shown(request)),
        "when": WhenForm(visit, sent, initial=WhenForm.initial_of(visit)),
        "travel": TravelForm(visit, sent, initial=TravelForm.initial_of(visit)),
        "region": region_form,
    }


def _changed(visit, forms, by, *, for_real):
    """([who is asked anew, in words], the new cost); undone again unless it is `for_real`."""
    asked, cost = [], None
    try:
        with transaction.atomic():
            visit = actions.lock(visit, "change")
            left_at = visit.leaves_at
            forms["where"].save(visit)
            left_out = forms["stops"].save(visit)
            forms["when"].stops = [stop for stop in forms["when"].stops if visit.stops.filter(pk=stop.pk).exists()]
            forms["when"].save(visit)
            forms["travel"].save(visit)
            _times_of_new_stops(visit)
            actions.price(visit)
            visit = Visit.objects.for_page().get(pk=visit.pk)
            cost = visit.total
            if not for_real:
                lacks = complete.lacks(visit)
                if lacks:
                    raise actions.Incomplete(lacks)
                asked = [_party(visit, party) for party in consents.to_ask(visit)]
                raise _Previewed
            actions.change(visit, by=by, left_at=left_at, left_out=left_out)
    except _Previewed:
        pass
    return asked, cost


def _times_of_new_stops(visit):
    """A place that is new on the way has the trip's own clocks until others are given."""
    visit.stops.filter(starts_at=None).update(starts_at=visit.leaves_at, ends_at=visit.returns_at)


def _party(visit, party):
    kind, stop, library = party
    if kind == "host":
        return _("%(place)s: whether it suits") % {"place": stop.branch}
    if kind == "director":
        return _("Library director, %(library)s: the work assignment") % {"library": library}
    return _("AKE: the money")


def _change_page(request, visit, forms, preview=None, cost=None):
    context = {
        "visit": visit,
        "form": forms["where"],
        "stops": forms["stops"],
        "when_form": forms["when"],
        "travel_form": forms["travel"],
        "region_form": forms["region"],
        "preview": preview,
        "cost": cost,
    }
    is_wrong = request.method == "POST" and preview is None and not _is_asking(request)
    return render(request, "peerlearning/change.html", context, status=422 if is_wrong else 200)


def cancel(request, pk):
    """Ask whether to call the visit off, and do it: traveller, the home library's director, AKE."""
    own = Visit.objects.editable_by(request.user) | Visit.objects.filter(
        pk__in=Visit.objects.from_library_of(request.user).exclude(state=Visit.State.DRAFT).values("pk")
    )
    visit = get_object_or_404(Visit.objects.filter(pk__in=own.values("pk")).for_page(), pk=pk)
    if not visit.may("cancel"):
        messages.info(request, TEXTS["state"])
        return redirect(visit)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        was_draft = visit.state == Visit.State.DRAFT
        try:
            actions.cancel(visit, by=request.user, reason=form.cleaned_data["reason"])
        except actions.Refused as refused:
            form.add_error("reason", refusal(refused))
        else:
            messages.success(
                request,
                _("The draft is thrown away.") if was_draft else _("Cancelled. All who knew of it have got a mail."),
            )
            return redirect("peerlearning:visits")
    context = {"visit": visit, "form": form, "when": case.when(visit), "stops": case.stops(visit)}
    return render(request, "peerlearning/cancel.html", context, status=422 if form.errors else 200)


@require_POST
def again(request, pk):
    """A new draft with all that an earlier visit said but its dates."""
    old = get_object_or_404(Visit.objects.of(request.user).for_page(), pk=pk)
    try:
        with transaction.atomic():
            new = actions.begin(
                traveller=request.user,
                by=request.user,
                kind=old.kind,
                topics=old.topics.all(),
                language=language(),
                subject=old.subject,
                goal=old.goal,
                is_mutual=old.is_mutual,
                travel=old.travel,
                no_transit_reason=old.no_transit_reason,
                passengers=old.passengers,
            )
            for stop in old.stops.all():
                if stop.branch.library_id != new.library_id:
                    new.stops.create(
                        branch=stop.branch,
                        position=stop.position,
                        contact_name=stop.contact_name,
                        contact_email=stop.contact_email,
                    )
    except actions.Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(old)
    return redirect("peerlearning:when", pk=new.pk)
