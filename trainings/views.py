"""Pages of the programme, and what people do on them: sign up, answer an offer, leave."""

import hashlib
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ake_portal.lib import calendars, links, words
from networks.models import Network
from people import kept
from trainings import actions, agenda, mails, programme
from trainings.forms import FilterForm, names
from trainings.messages import refusal
from trainings.models import Material, Mode, Registration, Training

LINKS_WORK = timedelta(days=400)  # those in a confirmation are to work until the training, however early one signs up
FEED_LOOKS_BACK = timedelta(days=90)
Answers = {"accept": True, "decline": False}
ANSWERED = {True: Registration.State.REGISTERED, False: Registration.State.DECLINED}


# The programme


@login_not_required
@require_safe
def training_list(request):
    now = timezone.now()
    known = names()
    form = FilterForm(request.GET, known)
    is_past = request.GET.get("when") == "past"
    trainings = form.narrow(programme.ROWS.visible_to(request.user))
    trainings = trainings.past(now) if is_past else trainings.coming(now)
    page = Paginator(trainings, programme.PAGE).get_page(request.GET.get("page"))
    mine = agenda.cards(request.user, now) if request.user.is_authenticated else []
    own = {registration.training_id: registration for registration in mine}
    rows = programme.rows(list(page.object_list), known, own, now)
    context = {
        "form": form,
        "page": page,
        "months": programme.by_month(rows),
        "is_past": is_past,
        "mine": mine[:5],
        "offers": agenda.offers_among(mine, now),
    }
    return render(request, "trainings/list.html", context)


@login_not_required
@require_safe
def calendar(request):
    form = FilterForm(request.GET, names())
    first = _month(request.GET.get("month", ""))
    before, after = first - timedelta(days=1), programme.month_after(first)
    weeks = programme.month_days(first, form.narrow(Training.objects.visible_to(request.user)))
    context = {
        "form": form,
        "first": first,
        "weeks": weeks,
        "before": before.replace(day=1),
        "after": after,
        "today": timezone.localdate(),
        "is_empty": not any(held for week in weeks for _, held in week),
    }
    return render(request, "trainings/calendar.html", context)


def _month(text):
    """The first day of a month written as 2026-11; of this month when it is not one."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)
    return first if 2000 <= first.year < 2100 else timezone.localdate().replace(day=1)


# One training


@login_not_required
@require_safe
def detail(request, pk, slug):
    if request.user.is_authenticated and request.user.is_staff:
        training = get_object_or_404(programme.PAGES.visible_to(request.user), pk=pk)
    elif (training := programme.PUBLIC.first(pk)) is None:
        raise Http404
    address = training.get_absolute_url()
    if address != request.path:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)
    return render(request, "trainings/detail.html", _page_of(training, request.user, address))


def _page_of(training, user, address):
    """What the page of a training shows, whoever looks at it."""
    now = timezone.now()
    themes, audience, co_organisers = programme.ties_of(training)
    training.region = kept.regions[training.region_id]
    training.organising_regions = regions = [training.region, *co_organisers]
    taken, own, _earlier = agenda.seats_and_own(training, user)
    state = training.signup_state(now)
    refused = "" if state == "open" else state
    if not refused and user.is_authenticated and not own and not training.is_for(user):
        refused = "not_for_you"
    modes = programme.modes(training, taken)
    sittings = programme.sittings(training)
    title, title_lang = programme.text(training, "title")
    summary, summary_lang = programme.text(training, "summary")
    description, description_lang = programme.text(training, "description")
    return {
        "training": training,
        "title": title,
        "title_marked": programme.marked(title, title_lang),
        "summary": summary,
        "summary_marked": programme.marked(summary, summary_lang),
        "kind": " · ".join([training.get_kind_display(), *(theme.name for theme in themes)]),
        "sittings": sittings,
        "own": own,
        "modes": modes,
        "where": programme.where_exactly(training),
        "interpretation": programme.marked(*programme.text(training, "interpretation")),
        "spine": programme.spine(training),
        "refused": refused,
        "refusal": refusal(refused, training) if refused else "",
        "is_draft": training.is_draft,
        "is_cancelled": training.is_cancelled,
        "is_over": training.is_over(now),
        "can_cancel": own and own.can_cancel(now),
        "can_take": own
        and own.state == Registration.State.WAITING
        and now >= training.offers_end_at
        and not training.has_begun(now)
        and any(mode["mode"] == own.mode and mode["free"] != 0 for mode in modes),
        "last_minute": not training.is_draft and now >= training.offers_end_at,
        "show_link": own
        and own.mode == Mode.REMOTE
        and own.state in (Registration.State.REGISTERED, Registration.State.ATTENDED),
        **_gathering_of(training, user),
        "materials": Material.objects.readable_by(user).filter(training=training) if training.has_materials else [],
        "all_full": all(mode["free"] == 0 for mode in modes),
        "description": description,
        "description_lang": description_lang,
        "audience": ", ".join(topic.name for topic in audience),
        "open_to": programme.open_to(training),
        "organisers": ", ".join(region.title for region in regions),
        "email": training.region.email,
        "phone": training.region.phone,
        "is_run_by_reader": user.is_authenticated and any(user.runs(region) for region in regions),
        "path": address,
        "address": settings.SITE_URL + address,
        "event_url": "" if training.is_draft else reverse("trainings:event", args=[training.pk]),
        "event_data": "" if training.is_draft else programme.event_data(training, address, sittings),
    }


def _gathering_of(training, user):
    """What the page of a network's gathering says besides; nothing to look up for other trainings."""
    if not training.network_id:
        return {}
    inside = Network.objects.inside(user) if user.is_authenticated else Network.objects.none()
    is_run = Network.objects.run_by(user).filter(pk=training.network_id).exists()
    return {
        "network_link": programme.network_link(training),
        "drop_in_link": training.is_drop_in
        and not training.is_cancelled
        and inside.filter(pk=training.network_id).exists()
        and training.link,
        "is_gathering_of_reader": is_run,
    }


def sign_up(request, pk):
    """Sign the reader up; who comes here by an address or from signing in sees the training's page."""
    if request.method != "POST":
        return redirect(get_object_or_404(Training.objects.visible_to(request.user), pk=pk))
    try:
        # the action loads it under its lock, once, and takes nobody into a draft
        registration = actions.sign_up(pk, person=request.user, mode=request.POST.get("mode") or None)
    except (actions.Refused, Training.DoesNotExist) as refused:
        training = get_object_or_404(Training.objects.visible_to(request.user), pk=pk)
        _say_refused(request, refused, training)
        return redirect(training)
    if registration.state == Registration.State.REGISTERED:
        messages.success(request, gettext("You are signed up. We have sent you a confirmation by mail."))
    else:
        place = registration.queue_position
        messages.success(request, gettext("You are in the queue, as number %(place)s.") % {"place": place})
    return redirect(registration.training)


def _say_refused(request, refused, training):
    if refused.code == "twice":
        messages.info(request, refusal(refused.code, training))  # the second of two clicks: all is well
    else:
        messages.error(request, refusal(refused.code, training))


def _own(request, pk):
    """The reader's latest registration of training `pk`, or 404."""
    registration = (
        Registration.objects.of(request.user)
        .filter(training__pk=pk)
        .select_related("training__region")
        .order_by("-pk")
        .first()
    )
    if registration is None:
        raise Http404
    return registration


def cancel(request, pk):
    """Ask whether to give up the seat, the offer or the place in the queue, and do it."""
    training = get_object_or_404(Training.objects.visible_to(request.user), pk=pk)
    registration = Registration.objects.of(request.user).filter(training=training).order_by("-pk").first()
    if registration is None or not registration.can_cancel():
        messages.info(request, _why_not_left(registration, training))
        return redirect(training)
    if request.method != "POST":
        return render(request, "trainings/cancel.html", {"training": training, "registration": registration})
    _act(request, training, lambda: actions.cancel(registration, by=request.user), _left(registration))
    return redirect(training)


def _why_not_left(registration, training):
    if registration and registration.state == Registration.State.CANCELLED:
        return gettext("Your registration is cancelled.")  # the second of two clicks
    return refusal("too_late" if registration and registration.is_live else "gone", training)


def offer(request, pk):
    """Take or decline the seat that is held for the reader."""
    registration = _own(request, pk)
    if request.method == "POST" and request.POST.get("answer") in Answers:
        accept = Answers[request.POST["answer"]]
        if registration.state == ANSWERED[accept]:
            messages.info(request, _answered(accept))  # the second of two clicks
            return redirect(registration.training)
        _act(
            request,
            registration.training,
            lambda: actions.answer_offer(registration, accept=accept),
            _answered(accept),
        )
    return redirect(registration.training)


def free_seat(request, pk):
    """From the queue to a seat that is held for nobody."""
    registration = _own(request, pk)
    if request.method == "POST" and registration.state == Registration.State.REGISTERED:
        messages.info(request, _answered(True))  # the second of two clicks
    elif request.method == "POST":
        _act(request, registration.training, lambda: actions.take_free_seat(registration), _answered(True))
    return redirect(registration.training)


def _act(request, training, action, done):
    """Do an action and say what came of it. Returns whether it was done."""
    try:
        action()
    except actions.Refused as refused:
        _say_refused(request, refused, training)
        return False
    messages.success(request, done)
    return True


def _left(registration):
    if registration.state == Registration.State.REGISTERED:
        return gettext("Your registration is cancelled.")
    return gettext("You have left the queue.")


def _answered(accept):
    if accept:
        return gettext("The seat is yours. We have sent you a confirmation by mail.")
    return gettext("You have declined the seat, and it goes to the next in the queue. Thank you for telling.")


# By the links in mails, without signing in: GET shows, POST acts


def _registration_of(token):
    """The registration of a link in a mail. Raises links.BadLink, links.ExpiredLink."""
    registration_pk, person_pk = links.read("trainings.registration", token, max_age=LINKS_WORK)
    registration = (
        Registration.objects.filter(pk=registration_pk, person=person_pk, person__erased_at=None)
        .select_related("training__region", "person__library__region")
        .first()
    )
    if registration is None:
        raise links.BadLink
    return registration


def _by_link(request, token, page, act):
    """Show `page` about the registration of a mail's link; on POST `act(registration)` gives what was done in words."""
    try:
        registration = _registration_of(token)
    except links.BadLink as error:
        context = {"expired": isinstance(error, links.ExpiredLink)}
        return _unlisted(render(request, "trainings/bad_link.html", context, status=404))
    done = refused = ""
    if request.method == "POST":
        try:
            done = act(registration)
        except actions.Refused as error:
            refused = refusal(error.code, registration.training)
        registration = _registration_of(token)
    now = timezone.now()
    training = registration.training
    context = {
        "training": training,
        "registration": registration,
        "done": done,
        "refused": refused,
        "can_cancel": registration.can_cancel(now),
        "offer": registration.offers.filter(answer="open", expires_at__gt=now).first(),
        "can_take": registration.state == Registration.State.WAITING
        and now >= training.offers_end_at
        and not training.has_begun(now)
        and not training.is_cancelled
        and training.free(registration.mode) != 0,
    }
    return _unlisted(render(request, page, context))


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
def cancel_by_link(request, token):
    def act(registration):
        if registration.state == Registration.State.CANCELLED and not registration.training.is_cancelled:
            return gettext("Your registration is cancelled.")  # the second of two clicks
        done = _left(registration)
        actions.cancel(registration, by=registration.person)
        return done

    return _by_link(request, token, "trainings/cancel_by_link.html", act)


@login_not_required
def offer_by_link(request, token):
    def act(registration):
        answer = request.POST.get("answer")
        if registration.state == ANSWERED[answer != "decline"]:
            return _answered(answer != "decline")  # the second of two clicks
        if answer == "take":
            actions.take_free_seat(registration)
        elif answer in Answers:
            actions.answer_offer(registration, accept=Answers[answer])
        else:
            raise actions.Refused("gone")
        return _answered(answer != "decline")

    return _by_link(request, token, "trainings/offer_by_link.html", act)


# Calendar files


@login_not_required
@require_safe
def feed(request):
    """The whole programme to subscribe to, cancelled trainings marked so."""
    since = timezone.now() - FEED_LOOKS_BACK
    trainings = Training.objects.public().filter(ends_at__gte=since).order_by("starts_at", "pk")
    return _calendar_file(request, gettext("Trainings of libraries"), trainings, "trainings.ics")


@login_not_required
@require_safe
def event(request, pk):
    """One training as calendar file."""
    training = get_object_or_404(Training.objects.visible_to(request.user), pk=pk)
    return _calendar_file(request, training.title, Training.objects.filter(pk=pk), f"training-{pk}.ics")


def _calendar_file(request, name, trainings, filename):
    language = words.language()
    trainings = trainings.select_related("region").prefetch_related("sessions")
    entries = [
        mails.entry(session, training, language) for training in trainings for session in training.sessions.all()
    ]
    return calendar_response(request, calendars.feed(name, entries), filename)


def calendar_response(request, text, filename, cache="public, max-age=900"):
    """A calendar file as response; who has it already gets 304."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["ETag"] = tag
    response["Cache-Control"] = cache
    return response
