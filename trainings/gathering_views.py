"""Pages on which whoever runs a network makes its gatherings, changes them and enters who was there; checking in; the feed."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ake_portal.lib import calendars, days, limits, words
from networks.models import Network
from people.models import User
from trainings import gatherings, mails, programme
from trainings.actions import Refused
from trainings.gathering_forms import CallOffForm, HereForm, MoveForm, SeriesForm, guests_of_page
from trainings.messages import refusal
from trainings.models import Registration, Training
from trainings.views import FEED_LOOKS_BACK, calendar_response

CHECK_IN = "trainings.check-in"
# A whole library may sit behind one address
MOST_CHECK_INS = 60


def _gathering(request, pk):
    """A gathering of a network that the reader runs."""
    run = Training.objects.gatherings_run_by(request.user)
    return get_object_or_404(run.select_related("region", "network__region"), pk=pk)


def _page(request, name, training, form=None, **context):
    status = 422 if form is not None and form.errors else 200
    context = {"training": training, "network": training.network, "form": form, **context}
    return render(request, f"trainings/gatherings/{name}.html", context, status=status)


# Making


@require_http_methods(["GET", "POST"])
def series(request, network):
    """New gatherings: the form, what it would give, and making them."""
    run = Network.objects.active().run_by(request.user).select_related("region")
    network = get_object_or_404(run, pk=network)
    form = SeriesForm(network, request.POST if request.method == "POST" else None)
    readers = network.memberships.reading_news().count()
    context = {"network": network, "form": form, "readers": readers}
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        status = 422 if request.method == "POST" and "edit" not in request.POST else 200
        return render(request, "trainings/gatherings/series.html", context, status=status)
    if "make" not in request.POST:
        context |= {"days": form.days, "number": len(form.held), "data": form.cleaned_data, "clocks": form.clocks}
        return render(request, "trainings/gatherings/series_preview.html", context)
    chosen = form.cleaned_data
    try:
        made = gatherings.make_series(
            network,
            on=form.held,
            by=request.user,
            **{name: chosen[name] for name in ("key", "begins", "ends")},
            **form.fields_of_training,
        )
    except Refused as refused:
        messages.error(request, refusal(refused.code))
        return redirect("trainings:series", network=network.pk)
    text = ngettext("%(n)s gathering is published.", "%(n)s gatherings are published.", len(made))
    messages.success(request, text % {"n": len(made)})
    return redirect("trainings:gathering", pk=made[0].pk)


# Changing


@require_safe
def gathering(request, pk):
    """What can be done about a gathering, by whoever runs its network."""
    training = _gathering(request, pk)
    context = {
        "later": gatherings.from_here_on(training)[1:],
        "numbers": gatherings.numbers(training),
        "check_in_state": gatherings.check_in_state(training),
        "check_in_url": settings.SITE_URL + reverse("trainings:check_in", args=[check_in_token(training)]),
        "may_change": _may_change(training),
    }
    return _page(request, "gathering", training, **context)


def _too_late(request, training):
    messages.error(request, refusal("past" if training.is_over() else "state", training))
    return redirect("trainings:gathering", pk=training.pk)


def _may_change(training):
    return training.state == Training.State.PUBLISHED and not training.is_over()


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """Another time or place; shown before it is done."""
    training = _gathering(request, pk)
    if not _may_change(training):
        return _too_late(request, training)
    later = gatherings.from_here_on(training)[1:]
    form = MoveForm(training, later, request.POST if request.method == "POST" else None)
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        return _page(request, "move", training, form, later=later)
    chosen = form.cleaned_data
    following = chosen.get("following", False)
    if "send" not in request.POST:
        rows = _moves([training, *later] if following else [training], chosen)
        return _page(request, "move_preview", training, form, rows=rows)
    times = {name: chosen[name] for name in ("day", "begins", "ends")}
    try:
        moved = gatherings.move(training, following=following, **times, **form.where)
    except Refused as refused:
        messages.error(request, refusal(refused.code, training))
    else:
        text = ngettext("%(n)s gathering has been changed.", "%(n)s gatherings have been changed.", len(moved))
        messages.success(request, text % {"n": len(moved)})
    return redirect("trainings:gathering", pk=pk)


def _moves(trainings, chosen):
    """[(before, after, holiday's name)] of a move, in words."""
    shift = chosen["day"] - days.local(trainings[0].starts_at).date()
    rows = []
    for training in trainings:
        session = training.sessions.first()
        start, end = gatherings.moved_to(session, shift, chosen["begins"], chosen["ends"])
        holiday = days.holiday_name(days.local(start).date(), words.language())
        rows.append((words.period(session.starts_at, session.ends_at), words.period(start, end), holiday))
    return rows


@require_http_methods(["GET", "POST"])
def call_off(request, pk):
    """Not to be held after all; the reason is told."""
    training = _gathering(request, pk)
    if not _may_change(training):
        return _too_late(request, training)
    later = gatherings.from_here_on(training)[1:]
    form = CallOffForm(later, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "call_off", training, form, later=later)
    try:
        gone = gatherings.call_off(training, reason=form.reason, following=form.cleaned_data.get("following", False))
    except Refused as refused:
        messages.error(request, refusal(refused.code, training))
    else:
        text = ngettext("%(n)s gathering is cancelled.", "%(n)s gatherings are cancelled.", len(gone))
        messages.success(request, text % {"n": len(gone)})
    return redirect("trainings:gathering", pk=pk)


# Who was there


def check_in_token(training):
    """The end of the address that is shown in the meeting: it stays the same, the days on which it works are the gathering's."""
    return signing.Signer(salt=CHECK_IN).sign_object(training.pk)


def _of_token(token):
    try:
        return signing.Signer(salt=CHECK_IN).unsign_object(token)
    except signing.BadSignature as error:
        raise Http404 from error


@login_not_required
@require_http_methods(["GET", "POST"])
def check_in(request, token):
    """I am here: with one press for who is signed in, by name and library for others."""
    training = get_object_or_404(Training.objects.public().select_related("network"), pk=_of_token(token))
    form = None if request.user.is_authenticated else HereForm(request.POST if request.method == "POST" else None)
    state = gatherings.check_in_state(training)
    said, status = "", 200
    if request.method == "POST" and state == "open":
        if limits.too_many(request, "check-in", MOST_CHECK_INS):
            messages.error(request, _("Too many have checked in from here. Tell the leader that you are there."))
            status = 429
        else:
            said = _check_in(request, training, form)
            status = 200 if said else 422
    context = {"training": training, "form": form, "state": state, "said": said}
    context["title_marked"] = programme.marked(*programme.text(training, "title"))
    response = render(request, "trainings/gatherings/check_in.html", context, status=status)
    response["X-Robots-Tag"], response["Cache-Control"] = "noindex", "no-store"
    return response


def _check_in(request, training, form):
    """The name of who has checked in; "" when the form has faults."""
    if form is None:
        gatherings.check_in(training, person=request.user)
        return request.user.get_full_name()
    if not form.is_valid():
        return ""
    gatherings.check_in_guest(training, **form.cleaned_data)
    return form.cleaned_data["name"]


@require_http_methods(["GET", "POST"])
def present(request, pk):
    """Who was there, entered afterwards on one screen: members by a tick, others by name, libraries by number."""
    training = _gathering(request, pk)
    people = _people_of(training) if training.is_drop_in else []
    formset = guests_of_page(request.POST if request.method == "POST" else None)
    if request.method == "POST" and formset.is_valid():
        ticked, gone = set(request.POST.getlist("there")), request.POST.getlist("gone")
        try:
            gatherings.enter(
                training,
                there=[person for person in people if str(person.pk) in ticked],
                listed=people,
                guests=formset.guests,
                gone=[int(key) for key in gone if key.isdecimal() and len(key) < 10],
                by=request.user,
            )
        except Refused as refused:
            text = _("This can be entered from the day of the gathering on.") if refused.code == "early" else None
            messages.error(request, text or refusal(refused.code, training))
        else:
            messages.success(request, _("Saved."))
        return redirect("trainings:present", pk=pk)
    there = set(training.registrations.filter(state=Registration.State.ATTENDED).values_list("person", flat=True))
    context = {
        "people": [(person, person.pk in there) for person in people],
        "formset": formset,
        "guests": training.guests.select_related("library"),
        "numbers": gatherings.numbers(training),
        "is_open": not training.is_cancelled and days.local(training.starts_at).date() <= timezone.localdate(),
    }
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "trainings/gatherings/present.html",
        {"training": training, "network": training.network, **context},
        status=status,
    )


def _people_of(training):
    """The network's members, and those who have checked in."""
    members = training.network.memberships.members().values("person")
    there = training.registrations.live().values("person")
    found = User.objects.filter(Q(pk__in=members) | Q(pk__in=there)).select_related("library", "branch")
    return list(found.by_name())


# All of a network's


@login_not_required
@require_safe
def network_gatherings(request, pk):
    """Every gathering of a network: those to come, or those that have been held, with their materials."""
    now, is_past = timezone.now(), request.GET.get("when") == "past"
    network = get_object_or_404(Network, pk=pk)
    held = programme.gatherings_of(network)
    held = held.past(now) if is_past else held.coming(now)
    page = Paginator(held, programme.PAGE).get_page(request.GET.get("page"))
    rows = programme.gathering_page(page.object_list, request.user, is_past=is_past, now=now)
    context = {"network": network, "page": page, "months": programme.by_month(rows), "is_past": is_past}
    return render(request, "trainings/gatherings/list.html", context)


@login_not_required
@require_safe
def network_feed(request, pk):
    """A network's gatherings to subscribe to; without the links that are for members."""
    network = get_object_or_404(Network, pk=pk)
    since = timezone.now() - FEED_LOOKS_BACK
    held = Training.objects.public().filter(network=network, ends_at__gte=since).order_by("starts_at", "pk")
    entries = [
        mails.entry(session, training, words.language())
        for training in held.prefetch_related("sessions")
        for session in training.sessions.all()
    ]
    return calendar_response(request, calendars.feed(str(network), entries), f"network-{pk}.ics")
