"""A mentoring group's own pages. Only its members open them: not the AKE, not a superuser, not another group's member.

Its mentor, if it has one, looks at the group and its meetings, and changes nothing.
"""

from django.contrib import messages as said
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ake_portal.lib import days
from mentoring import actions, meetings
from mentoring.actions import Refused
from mentoring.group_forms import (
    AttendanceForm,
    CancelForm,
    ConvenorForm,
    LinkForm,
    PlanForm,
    ThemeForm,
    ThemeOfMeetingForm,
    WhenForm,
)
from mentoring.messages import TEXTS
from mentoring.models import Group, Meeting, Note, Theme


def _in_words(refused):
    return " ".join(str(TEXTS[code]) for code in refused.codes)


def _group(request, pk, *, groups=None):
    """The row of one of the reader's own groups, or of `groups`, and what the reader may do in it."""
    groups = Group.objects.of(request.user) if groups is None else groups
    groups = groups.select_related("cohort__region", "topic", "convenor", "mentor")
    return _with_rights(get_object_or_404(groups, pk=pk), request.user)


def _with_rights(group, user):
    group.is_own = group.mentor_id != user.pk
    group.is_going_on = group.is_own and meetings.goes_on(group)
    group.is_led = group.is_going_on and meetings.may_lead(group, user)
    return group


def _meeting(request, pk, *, groups=None):
    groups = Group.objects.of(request.user) if groups is None else groups
    found = Meeting.objects.filter(group__in=groups.values("pk"))
    found = get_object_or_404(
        found.select_related("group__cohort__region", "group__topic", "group__convenor", "theme"), pk=pk
    )
    _with_rights(found.group, request.user)
    return found


def _members(group):
    return list(group.applications.members().select_related("person", "library").by_name())


def _page(request, name, group, form=None, **context):
    status = 422 if form is not None and form.errors else 200
    context = {"group": group, "cohort": group.cohort, "form": form, **context}
    return render(request, f"mentoring/group_{name}.html", context, status=status)


def _try(request, form, action, *args, **values):
    """What an action gives; None when it was refused, which the form then says, or the next page where there is no form."""
    try:
        return action(*args, by=request.user, **values)
    except Refused as refused:
        if form is None:
            said.error(request, _in_words(refused))
        else:
            form.add_error(None, _in_words(refused))
        return None


def _theme_by(meeting, now):
    """Until when its theme is to be agreed on, and whether that moment is past."""
    theme_by = days.days_before(meeting.starts_at, meetings.AGREED_BEFORE)
    return {"theme_by": theme_by, "is_late": theme_by < now}


# The group


@require_safe
def group(request, pk):
    """Who belongs to the group, when it meets and about what."""
    return _group_page(request, _group(request, pk, groups=Group.objects.open_to(request.user)), ThemeForm())


def _group_page(request, group, form):
    now = timezone.now()
    rows = list(
        group.meetings.select_related("theme").annotate(
            there=Count("attendances", filter=Q(attendances__was_there=True))
        )
    )
    coming = [one for one in rows if one.ends_at > now]
    following = next((one for one in coming if not one.cancelled_at), None)
    context = {
        "members": _members(group),
        "next": following,
        **(_theme_by(following, now) if following else {}),
        "coming": [one for one in coming if one is not following],
        "past": [one for one in reversed(rows) if one.ends_at <= now],
        "themes": list(meetings.themes_of(group, request.user)),
    }
    return _page(request, "page", group, form, **context)


@require_http_methods(["GET", "POST"])
def convenor(request, pk):
    """Name the convenor, or hand it over."""
    group = _group(request, pk)
    initial = {"person": str(group.convenor_id or request.user.pk)}
    form = ConvenorForm(_members(group), request.POST if request.method == "POST" else None, initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and _try(request, form, meetings.name_convenor, group, person=form.chosen)
    ):
        said.success(request, _("%(person)s convenes the group. The members get a mail.") % {"person": form.chosen})
        return redirect(group)
    return _page(request, "convenor", group, form)


@require_http_methods(["GET", "POST"])
def link(request, pk):
    """Where the group meets in Teams."""
    group = _group(request, pk)
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"link": group.teams_link})
    if (
        request.method == "POST"
        and form.is_valid()
        and _try(request, form, meetings.set_link, group, link=form.cleaned_data["link"])
    ):
        said.success(request, _("The link is saved. Calendars of coming meetings are brought up to date."))
        return redirect(group)
    return _page(request, "link", group, form)


@require_http_methods(["GET", "POST"])
def leave(request, pk):
    """Asks whether one is sure; its POST ends the membership."""
    group = _group(request, pk)
    application = group.applications.members().select_related("cohort").get(person=request.user)
    if request.method == "POST":
        try:
            actions.leave(application)
        except Refused as refused:
            said.error(request, _in_words(refused))
            return redirect(group)
        said.success(request, _("You have left the group."))
        return redirect(group.cohort)
    return _page(request, "leave", group)


# Meetings


@require_http_methods(["GET", "POST"])
def plan(request, pk):
    """A monthly series: from when and how many, the days that come of it, and making them."""
    group = _group(request, pk)
    form = PlanForm(group, request.POST if request.method == "POST" else None)
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        if "edit" in request.POST:
            form.is_valid()
        return _page(request, "plan", group, form)
    if "make" not in request.POST:
        return _page(request, "days", group, form, days=form.days, number=len(meetings.held(form.days)))
    made = _try(request, None, meetings.plan, group, **form.cleaned_data)
    if made:
        text = ngettext(
            "%(n)s meeting is planned. The members get a mail.",
            "%(n)s meetings are planned. The members get a mail.",
            len(made),
        )
        said.success(request, text % {"n": len(made)})
    return redirect(group)


@require_http_methods(["GET", "POST"])
def add(request, pk):
    """One more meeting."""
    group = _group(request, pk)
    form = WhenForm(request.POST if request.method == "POST" else None, initial={"begins": group.time.clock})
    if (
        request.method == "POST"
        and form.is_valid()
        and _try(request, form, meetings.add, group, starts_at=form.starts_at)
    ):
        said.success(request, _("The meeting is added. The members get a mail."))
        return redirect(group)
    return _page(request, "add", group, form)


@require_safe
def meeting(request, pk):
    """One meeting: its theme, who was there, the way to its note."""
    return _meeting_page(request, _meeting(request, pk, groups=Group.objects.open_to(request.user)))


def _meeting_page(request, meeting, theme_form=None, attendance_form=None):
    now, group = timezone.now(), meeting.group
    attendances = {one.application_id: one.was_there for one in meeting.attendances.all()}
    members, has_begun = _members(group), meeting.starts_at <= now
    agreed = getattr(meeting, "theme", None)
    waiting = list(meetings.themes_of(group)) if group.is_led else []
    ticked = [one.pk for one in members if attendances.get(one.pk, not meeting.attendance_at)]
    context = {
        "meeting": meeting,
        "theme": agreed,
        **_theme_by(meeting, now),
        "has_begun": has_begun,
        "is_over": meeting.ends_at <= now,
        # a held meeting always leads to its note, a cancelled one to the note that was begun before
        "has_note": meeting.cancelled_at and group.is_own and Note.objects.filter(meeting=meeting).exists(),
        "may_change": group.is_led and not has_begun and not meeting.cancelled_at,
        "present": [one for one in members if attendances.get(one.pk)],
        "absent": [one for one in members if attendances.get(one.pk) is False],
    }
    if group.is_led and not meeting.cancelled_at:
        context["theme_form"] = theme_form or (ThemeOfMeetingForm(agreed, waiting) if agreed or waiting else None)
        if has_begun:
            context["attendance_form"] = attendance_form or AttendanceForm(members, ticked)
    return _page(request, "meeting", group, **context)


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """Another time for a meeting."""
    meeting = _meeting(request, pk)
    start = days.local(meeting.starts_at)
    initial = {"day": start.date(), "begins": start.time()}
    form = WhenForm(request.POST if request.method == "POST" else None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and _try(request, form, meetings.move, meeting, starts_at=form.starts_at)
    ):
        said.success(
            request, _("The meeting is moved. The members get a mail, and their calendars are brought up to date.")
        )
        return redirect("mentoring:meeting", pk)
    return _page(request, "move", meeting.group, form, meeting=meeting)


@require_http_methods(["GET", "POST"])
def cancel(request, pk):
    """A meeting is not held."""
    meeting = _meeting(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _try(request, form, meetings.cancel, meeting, reason=form.cleaned_data["reason"])
    ):
        said.success(
            request, _("The meeting is cancelled. The members get a mail, and it is marked in their calendars.")
        )
        return redirect(meeting.group)
    return _page(request, "cancel", meeting.group, form, meeting=meeting)


@require_POST
def attendance(request, pk):
    """Who was there."""
    meeting = _meeting(request, pk)
    form = AttendanceForm(_members(meeting.group), [], request.POST)
    if not form.is_valid():  # somebody left while the list was ticked
        said.error(request, _("The group's members have changed meanwhile. Tick the list once more."))
    elif _try(request, None, meetings.note_attendance, meeting, present=form.chosen):
        said.success(request, _("Saved: %(n)s were there.") % {"n": len(form.chosen)})
    return redirect("mentoring:meeting", pk)


# Themes


@require_http_methods(["GET", "POST"])
def propose(request, pk):
    """A new theme; who comes here by the other language's link gets to the group."""
    group = _group(request, pk)
    if request.method != "POST":
        return redirect(group)
    form = ThemeForm(request.POST)
    if form.is_valid() and _try(request, form, meetings.propose_theme, group, text=form.cleaned_data["text"]):
        said.success(request, _("Your theme is proposed, with your vote."))
        return redirect(f"{group.get_absolute_url()}#themes")
    return _group_page(request, group, form)


@require_POST
def theme(request, pk):
    """Vote for a theme, take the vote or one's own theme back."""
    groups = Group.objects.of(request.user).values("pk")
    theme = get_object_or_404(Theme.objects.filter(group__in=groups).select_related("group"), pk=pk)
    do = {"vote": meetings.vote, "take_back": meetings.take_back, "drop": meetings.drop_theme}.get(
        request.POST.get("do")
    )
    if do:
        _try(request, None, do, theme)
    return redirect(f"{theme.group.get_absolute_url()}#themes")


@require_POST
def agree(request, pk):
    """The theme of a meeting."""
    meeting = _meeting(request, pk)
    form = ThemeOfMeetingForm(getattr(meeting, "theme", None), meetings.themes_of(meeting.group), request.POST)
    if not form.is_valid():
        said.error(request, TEXTS["state"])
    elif _try(request, None, meetings.agree, meeting, theme=form.chosen):
        said.success(request, _("The theme is agreed on.") if form.chosen else _("The meeting has no theme now."))
    return redirect("mentoring:meeting", pk)
