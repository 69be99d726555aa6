"""How AKE staff run a training: who takes part, who was there, messages, publishing and cancelling.

Co-organisers see the participants and note who was there; only the owner changes anything.
"""

from collections import Counter

from django.contrib import messages
from django.db import transaction
from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from ake_portal.lib import days, words
from ake_portal.lib.search import in_finnish_order, matches
from people.models import User
from trainings import actions, exports, mails
from trainings.models import Attendance, Mode, Registration, SeatOffer, Training
from trainings.staff_forms import (
    CancelTrainingForm,
    FindForm,
    FoundForm,
    MessageForm,
    NewPersonForm,
    SearchForm,
)

State = Registration.State
FOUND_AT_MOST = 20
# The columns that lists and exports of participants show: whole people and libraries would be three times as many
SHOWN = (
    *("training", "person", "mode", "state", "library", "municipality", "added_by", "created_at", "changed_at"),
    *(f"person__{name}" for name in ("first_name", "last_name", "email", "phone", "title", "language")),
    *("library__name_fi", "library__name_sv", "municipality__name_fi", "municipality__name_sv"),
    *("added_by__first_name", "added_by__last_name", "added_by__email"),
)
REFUSALS = {
    "state": gettext_lazy("This cannot be done in the training's present state."),
    "past": gettext_lazy("The training is over."),
    "no_session": gettext_lazy("It has no session yet: add when it is."),
    "lacks_fi": gettext_lazy("The title or the summary is missing in Finnish."),
    "lacks_sv": gettext_lazy("The title or the summary is missing in Swedish."),
    "no_text": gettext_lazy("The title or the summary is missing."),
    "people": gettext_lazy("Somebody has signed up: cancel the training instead, so that they are told."),
    "gone": gettext_lazy("This has changed in the meantime."),
    "too_late": gettext_lazy("It is too late for this."),
    "draft": gettext_lazy("The training has not been published yet."),
    "cancelled": gettext_lazy("The training has been cancelled."),
    "closed": gettext_lazy("The training is over."),
    "mode": gettext_lazy("This training cannot be attended that way."),
    "twice": gettext_lazy("This person has signed up already."),
    "drop_in": gettext_lazy("Nobody signs up for this one: just come."),
    "early": gettext_lazy("Attendance can be noted from the session's day on."),
}


def _followed(request, pk):
    """A training that the reader runs, also as co-organiser."""
    return get_object_or_404(Training.objects.run_by(request.user).select_related("region").with_seats(), pk=pk)


def _own(request, pk):
    """A training of the reader's own region."""
    return get_object_or_404(Training.objects.owned_by(request.user).select_related("region").with_seats(), pk=pk)


def _page(request, training, name, **context):
    """A staff page, with what the head of each of them needs."""
    context = {"training": training, "is_owner": request.user.runs(training.region), **context}
    return render(request, f"trainings/staff/{name}.html", context)


def _try(request, action, *arguments, **options):
    """Whether `action` was done; a refusal is told in the reader's words."""
    try:
        action(*arguments, **options)
    except actions.Refused as refusal:
        messages.error(request, REFUSALS[refusal.code])
        return False
    return True


# Who takes part


@require_GET
def participants(request, pk):
    training = _followed(request, pk)
    form = SearchForm(request.GET)
    search, state = (form.cleaned_data["q"], form.cleaned_data["state"]) if form.is_valid() else ("", "")
    everybody = list(training.registrations.order_by("pk").values_list("pk", "mode", "state"))
    found = training.registrations.filter(matches(search, *Registration.SEARCHED))
    groups = _groups(training, found.filter(state=state) if state else found, everybody)
    return _page(
        request,
        training,
        "participants",
        form=form,
        filtered=bool(search or state),
        numbers=Counter(its_state for key, mode, its_state in everybody),
        total=len(everybody),
        hybrid=len(training.modes) > 1,
        **groups,
    )


def _groups(training, registrations, everybody):
    """{"taking_part", "offered", "queue", "gone"}: plain rows for the list, by name or in the queue's order.

    Dictionaries instead of models: a list of hundreds is drawn in half the time.
    """
    places = {}
    for mode in training.modes:
        waiting = [key for key, its_mode, its_state in everybody if its_mode == mode and its_state == State.WAITING]
        places.update({key: place for place, key in enumerate(waiting, 1)})
    number_of_sessions = training.sessions.count()
    noted = Attendance.objects.filter(registration__training=training).values_list("registration", "was_there")
    there = Counter()
    for key, was_there in noted:
        there[key] += was_there
    states = {value: str(label) for value, label in State.choices}
    modes = {value: str(label) for value, label in Mode.choices}
    added_by = _("added by %(name)s")
    mine, other = ("sv", "fi") if words.language() == "sv" else ("fi", "sv")
    group_of = dict.fromkeys(State.values, "gone") | {
        State.REGISTERED: "taking_part",
        State.ATTENDED: "taking_part",
        State.ABSENT: "taking_part",
        State.OFFERED: "offered",
        State.WAITING: "queue",
    }
    groups = {"taking_part": [], "offered": [], "queue": [], "gone": []}
    for row in _by_name(registrations).values(
        *("pk", "state", "mode", "created_at", "changed_at", "held_until"),
        *("library__name_fi", "library__name_sv", "added_by__first_name", "added_by__last_name"),
        **{name: F(f"person__{name}") for name in ("first_name", "last_name", "email", "phone", "title")},
    ):
        group = group_of[row["state"]]
        row["library"] = row[f"library__name_{mine}"] or row[f"library__name_{other}"] or "–"
        row["mode_name"] = modes[row["mode"]]
        row["signed_up"] = words.day(row["created_at"])
        adder = f"{row['added_by__first_name'] or ''} {row['added_by__last_name'] or ''}".strip()
        row["added_by"] = adder and added_by % {"name": adder}
        row["place"] = places.get(row["pk"])
        row["is_waiting"] = group in ("offered", "queue")
        row["may_leave"] = row["is_waiting"] or row["state"] == State.REGISTERED
        row["outcome"] = "" if row["state"] == State.REGISTERED else states[row["state"]]
        if group == "offered":
            row["outcome"] = words.moment(row["held_until"]) if row["held_until"] else ""
        elif group == "gone":
            row["outcome"] += f" {words.day(row['changed_at'])}"
        elif row["outcome"] and number_of_sessions > 1:
            row["outcome"] += f" {there[row['pk']]}/{number_of_sessions}"
        groups[group].append(row)
    groups["queue"].sort(key=lambda row: (row["mode"], row["place"]))
    return groups


def _by_name(registrations):
    """In Finnish order of names, each with the moment until which an offered seat is held."""
    open_offer = SeatOffer.objects.filter(registration=OuterRef("pk"), answer=SeatOffer.Answer.OPEN)
    return (
        registrations.listed()
        .annotate(held_until=Subquery(open_offer.values("expires_at")[:1]))
        .order_by(in_finnish_order("person__last_name"), in_finnish_order("person__first_name"), "pk")
    )


def _with_details(registrations):
    """Registrations by name, with their people, libraries and marks of attendance, for pages and exports."""
    return (
        _by_name(registrations)
        .select_related("person", "library", "municipality", "added_by")
        .only(*SHOWN)
        .prefetch_related(Prefetch("attendances", to_attr="attended_sessions"))
    )


@require_GET
def print_list(request, pk):
    training = _followed(request, pk)
    taking_part = _with_details(training.registrations.taking_part())
    return _page(request, training, "print", rows=taking_part, sessions=training.sessions.all(), blank=range(5))


@require_GET
def export(request, pk, extension):
    training = _followed(request, pk)
    if extension not in exports.FORMATS:
        raise Http404
    return exports.participants(training, _with_details(training.registrations.all()), extension)


def _people_found(request, search):
    """People whom the reader may add: those of the own regions by name, anybody by the whole address."""
    found = matches(search, "first_name", "last_name", "email")
    if not request.user.is_superuser:
        found &= Q(library__region__in=request.user.coordinated_regions)
    return User.objects.active().filter(found | Q(email=search.strip().lower())).select_related("library").by_name()


@require_http_methods(["GET", "POST"])
def add_participant(request, pk):
    training = _own(request, pk)
    search = request.GET.get("q", "").strip()
    found = _people_found(request, search) if search else User.objects.none()
    is_new = "new" in request.GET
    data = request.POST if request.method == "POST" else None
    form = NewPersonForm(training, data, initial={"email": search if "@" in search else ""}) if is_new else None
    if not is_new and found.exists():
        form = FoundForm(training, found, data)
    if form and form.is_valid() and _add(request, training, form):
        return redirect("trainings:participants", pk=training.pk)
    return _page(
        request,
        training,
        "add",
        find=FindForm(request.GET if search else None),
        words=search,
        form=form,
        is_new=is_new,
        many=not is_new and len(found[: FOUND_AT_MOST + 1]) > FOUND_AT_MOST,
    )


@transaction.atomic
def _add(request, training, form):
    """Sign the form's person up; a new person is created only when that succeeds."""
    point = transaction.savepoint()
    person = form.get_person(request.user)
    mode, over = form.cleaned_data.get("mode"), form.cleaned_data.get("over_capacity", False)
    try:
        registration = actions.sign_up(training, person=person, mode=mode, by=request.user, over_capacity=over)
    except actions.Refused as refusal:
        transaction.savepoint_rollback(point)
        form.add_error(None, REFUSALS[refusal.code])
        return False
    if registration.state == State.WAITING:
        text = _("%(name)s is in the queue and gets a mail about it.")
    else:
        text = _("%(name)s has a seat and gets a confirmation by mail.")
    messages.success(request, text % {"name": person.get_full_name()})
    return True


@require_http_methods(["GET", "POST"])
def remove_participant(request, pk, registration):
    training = _own(request, pk)
    registration = get_object_or_404(training.registrations.select_related("person__library__region"), pk=registration)
    if not registration.is_live:  # the second of two clicks, or the person was faster
        text = _("%(name)s is no longer signed up.")
        messages.info(request, text % {"name": registration.person.get_full_name()})
        return redirect("trainings:participants", pk=training.pk)
    if request.method == "POST":
        if _try(request, actions.cancel, registration, by=request.user):
            messages.success(
                request, _("%(name)s is no longer signed up.") % {"name": registration.person.get_full_name()}
            )
        return redirect("trainings:participants", pk=training.pk)
    registration.training = training
    preview = mails.preview("left", registration, had_seat=registration.state == State.REGISTERED, by_staff=True)
    return _page(request, training, "remove", registration=registration, previews=[preview])


@require_http_methods(["GET", "POST"])
def give_seat(request, pk, registration):
    training = _own(request, pk)
    registration = get_object_or_404(training.registrations.select_related("person"), pk=registration)
    if not registration.may("give_seat"):  # the second of two clicks, or the person was faster
        text = _("%(name)s has a seat already.") if registration.holds_seat else _("%(name)s is no longer signed up.")
        messages.info(request, text % {"name": registration.person.get_full_name()})
        return redirect("trainings:participants", pk=training.pk)
    if request.method == "POST":
        if _try(request, actions.give_seat, registration):
            text = _("%(name)s has a seat and gets a confirmation by mail.")
            messages.success(request, text % {"name": registration.person.get_full_name()})
        return redirect("trainings:participants", pk=training.pk)
    return _page(
        request,
        training,
        "give_seat",
        registration=registration,
        capacity=training.capacity(registration.mode),
        taken=training.taken(registration.mode),
        passed=training.registrations.queue(registration.mode).filter(pk__lt=registration.pk).count(),
    )


# Who was there


@require_GET
def attendance_today(request, pk):
    """To the session of today, else the last that has begun, else the first."""
    training = _followed(request, pk)
    sessions = list(training.sessions.all())
    if not sessions:
        messages.error(request, REFUSALS["no_session"])
        return redirect("trainings:participants", pk=training.pk)
    today = timezone.localdate()
    begun = [session for session in sessions if days.local(session.starts_at).date() <= today]
    return redirect("trainings:session_attendance", pk=training.pk, session=(begun or sessions[:1])[-1].pk)


@require_http_methods(["GET", "POST"])
def attendance(request, pk, session):
    training = _followed(request, pk)
    sessions = list(training.sessions.all())
    session = next((one for one in sessions if one.pk == session), None)
    if session is None:
        raise Http404
    if request.method == "POST":
        if _try(
            request,
            actions.mark_attendance,
            training,
            session=session,
            was_there=_ticked(request.POST),
            by=request.user,
        ):
            messages.success(request, _("Attendance saved."))
        return redirect("trainings:session_attendance", pk=training.pk, session=session.pk)
    rows = list(_with_details(training.registrations.taking_part()))
    noted = 0
    for row in rows:
        mark = next((mark for mark in row.attended_sessions if mark.session_id == session.pk), None)
        row.was_there = bool(mark and mark.was_there)
        noted += mark is not None
    return _page(
        request,
        training,
        "attendance",
        session=session,
        sessions=sessions,
        rows=rows,
        noted=noted,
        there=sum(row.was_there for row in rows),
        is_open=not training.is_cancelled and days.local(session.starts_at).date() <= timezone.localdate(),
    )


def _ticked(data):
    """{registration key: True, False or None} of those on the sent page: by ticks, all present, or all marks away."""
    listed = {int(key) for key in data.getlist("listed") if key.isdecimal()}
    if "nobody_noted" in data:
        return dict.fromkeys(listed)
    there = set(data.getlist("there"))
    return {key: "everybody" in data or str(key) in there for key in listed}


# Messages


@require_http_methods(["GET", "POST"])
def message(request, pk):
    training = _own(request, pk)
    people = list(_reachable(training).values_list("state", "person__language"))
    form = MessageForm(people, request.POST if request.method == "POST" else None)
    if not people:
        messages.error(request, _("Nobody has signed up, so there is nobody to write to."))
        return redirect("trainings:participants", pk=training.pk)
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        return _page(request, training, "message", form=form)
    receivers = _reachable(training).filter(state__in=form.states).select_related("person__library__region")
    texts = {
        name: {language: form.cleaned_data[f"{name}_{language}"] for language in ("fi", "sv")}
        for name in ("subject", "body")
    }
    if "send" in request.POST:
        number = actions.send_message(training, receivers, **texts, by=request.user, key=form.key)
        messages.success(
            request,
            ngettext("The message was sent to %(n)s person.", "The message was sent to %(n)s people.", number)
            % {"n": number},
        )
        return redirect("trainings:participants", pk=training.pk)
    languages = Counter(registration.person.language for registration in receivers)
    previews = [
        mails.preview(
            "message",
            _somebody(training, language),
            message_subject=texts["subject"][language],
            message_body=texts["body"][language],
            by=request.user,
        )
        for language in ("fi", "sv")
        if languages[language]
    ]
    return _page(
        request, training, "message_preview", form=form, previews=previews, receivers=receivers, languages=languages
    )


def _reachable(training):
    """Registrations whose person can be written to."""
    return training.registrations.live().filter(person__is_active=True, person__erased_at__isnull=True)


def _somebody(training, language):
    """A registration of nobody, to show a mail as a reader of `language` gets it."""
    return Registration(training=training, person=User(language=language), mode=training.modes[0])


# Publishing, taking back, cancelling, copying


@require_http_methods(["GET", "POST"])
def publish(request, pk):
    training = _own(request, pk)
    if not training.is_draft:
        if request.method == "POST" and not training.is_cancelled:  # the second of two clicks
            messages.info(request, _("The training is published."))
            return redirect(training)
        return redirect("admin:trainings_training_change", training.pk)
    if request.method == "POST":
        if _try(request, actions.publish, training):
            messages.success(request, _("The training is published."))
            return redirect(training)
        return redirect("trainings:publish", pk=training.pk)
    return _page(
        request,
        training,
        "publish",
        obstacles=_obstacles(training),
        sessions=training.sessions.all(),
        languages=[("fi", _("In Finnish")), ("sv", _("In Swedish"))],
        texts=[
            (language, name, getattr(training, f"title_{language}"), getattr(training, f"summary_{language}"))
            for language, name in (("fi", _("In Finnish")), ("sv", _("In Swedish")))
        ],
    )


def _obstacles(training):
    """[(what stands in the way of publishing, address of the field)]"""
    form = reverse("admin:trainings_training_change", args=[training.pk])
    lacks = {
        ("title", "fi"): _("The title is missing in Finnish."),
        ("title", "sv"): _("The title is missing in Swedish."),
        ("summary", "fi"): _("The summary is missing in Finnish."),
        ("summary", "sv"): _("The summary is missing in Swedish."),
    }
    found = [
        (lacks[name, language], f"{form}#id_{name}_{language}")
        for language in ("fi", "sv")
        for name in training.lacks(language)
    ]
    code = actions.why_not_publishable(training, timezone.now())
    if code and not code.startswith("lacks_"):
        found.append((REFUSALS[code], form))
    return found


@require_http_methods(["GET", "POST"])
def unpublish(request, pk):
    training = _own(request, pk)
    if request.method == "POST":
        if training.is_draft or _try(request, actions.unpublish, training):
            messages.success(request, _("The training is a draft again."))
        return redirect("admin:trainings_training_change", training.pk)
    return _page(request, training, "unpublish", live=training.registrations.live().count())


@require_http_methods(["GET", "POST"])
def cancel_training(request, pk):
    training = _own(request, pk)
    if training.is_cancelled:
        messages.info(request, _("The training is cancelled."))
        return redirect("trainings:participants", pk=training.pk)
    if training.state != Training.State.PUBLISHED or training.is_over():
        messages.error(request, REFUSALS["past" if training.is_over() else "state"])
        return redirect("trainings:participants", pk=training.pk)
    told = list(_with_details(_reachable(training)))
    languages = Counter(registration.person.language for registration in told)
    form = CancelTrainingForm(sorted(languages), request.POST if request.method == "POST" else None)
    context = {"form": form, "told": told, "languages": languages}
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        return _page(request, training, "cancel", **context)
    if "send" in request.POST:
        if _try(request, actions.cancel_training, training, reason=form.reasons):
            messages.success(request, _("The training is cancelled."))
        return redirect("trainings:participants", pk=training.pk)
    training.cancel_reason_fi, training.cancel_reason_sv = form.reasons["fi"], form.reasons["sv"]
    previews = [
        mails.preview("training_cancelled", _somebody(training, language), had_seat=True)
        for language in ("fi", "sv")
        if languages[language] or not languages
    ]
    return _page(request, training, "cancel_preview", previews=previews, **context)


@require_http_methods(["GET", "POST"])
def copy(request, pk):
    training = _own(request, pk)
    if request.method == "POST":
        draft = actions.copy(training, by=request.user)
        messages.success(request, _("Here is the copy, a draft. Check its dates and texts."))
        return redirect("admin:trainings_training_change", draft.pk)
    return _page(request, training, "copy")
