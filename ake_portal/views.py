"""Pages that join the apps: home, the own page, statements, feedback, error pages."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_from_request, gettext, override
from django.views.decorators.http import require_safe

from ake_portal import agenda
from ake_portal.feedback import FeedbackForm
from ake_portal.lib.kept import Kept
from ake_portal.lib.limits import too_many
from ideas.models import Idea
from mentoring import agenda as mentoring
from mentoring import group_agenda as groups
from peerlearning import expertise
from people.models import Region
from trainings import agenda as trainings
from trainings import programme
from trainings.forms import names

SUGGESTED = 6
COMING = 6
IDEAS = 3
CALLS = 3  # seasons of mentoring that take applications
new_ideas = Kept(
    lambda: list(Idea.objects.published().defer(*Idea.LONG_TEXTS).select_related("library", "host")[:IDEAS])
)
FEEDBACK_PER_HOUR = 5


@login_not_required
def front_door(request):
    """Send the visitor to the home page in the language of cookie or browser; in the demo first to its cast."""
    with override(get_language_from_request(request)):
        return redirect(reverse("demo:cast" if settings.DEMO and not request.user.is_authenticated else "home"))


# Home and the own page


@login_not_required
@require_safe
def home(request):
    """What waits for the reader, what is the reader's own, and what else is coming."""
    own = _own(request.user) if request.user.is_authenticated else []
    suggested = agenda.suggested_to(request.user).exclude(pk__in=[row.training_id for row in own])
    suggested = list(suggested.defer(*programme.Training.LONG_TEXTS)[:SUGGESTED])
    months = programme.by_month(programme.rows(suggested, names(), {}))
    calls = mentoring.open_to(request.user)[:CALLS]
    if not request.user.is_authenticated:
        return render(request, "home.html", {"months": months, "ideas": new_ideas.value, "calls": calls})
    found = agenda.counts(request.user)
    meeting, mine = mentoring.next_meeting(found), own[:COMING]
    sooner = [row for row in mine if meeting is None or row.training.starts_at <= meeting["starts_at"]]
    context = {
        "calls": calls,
        "ideas": new_ideas.value,
        "meeting": meeting,
        "teachers": [] if request.user.is_coordinator else expertise.suggested_to(request.user),
        "tasks": agenda.waiting_for(request.user, found, own),
        "sooner": sooner,
        "later": mine[len(sooner) :],
        "months": months,
    }
    return render(request, "home.html", context)


def _own(user):
    """What `user` has coming, the next first: sign-ups, and gatherings of the own networks to which one just comes."""
    gatherings = [row for row in trainings.gatherings_coming(user) if row.training.is_drop_in]
    return sorted([*trainings.coming(user), *gatherings], key=lambda row: row.training.starts_at)


@require_safe
def mine(request):
    """The reader's own trainings and meetings: offers, coming, in the queue, past, and the way into one's calendar."""
    coming = list(trainings.coming(request.user))
    context = {
        "offers": [registration for registration in coming if registration.state == "offered"],
        "coming": [
            registration for registration in coming if registration.state in ("registered", "attended", "absent")
        ],
        "queued": [registration for registration in coming if registration.state == "waiting"],
        "gatherings": trainings.gatherings_coming(request.user),
        "meetings": groups.coming(request.user),
        "past": list(trainings.past(request.user)),
        "site_url": settings.SITE_URL,
    }
    return render(request, "mine.html", context)


# Statements and feedback


@login_not_required
@require_safe
def accessibility(request):
    """The accessibility statement that act 306/2019 asks for."""
    return render(request, "accessibility.html")


@login_not_required
@require_safe
def privacy(request):
    """The privacy notice: each region's city is the controller of its own region's data."""
    return render(request, "privacy.html", {"regions": Region.objects.order_by("kind", "code")})


@login_not_required
def feedback(request):
    """A form that anybody may fill in; it goes by mail to the region's AKE."""
    form = FeedbackForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.is_from_robot:
            return redirect("feedback_sent")
        if too_many(request, "feedback", FEEDBACK_PER_HOUR):
            form.add_error(None, gettext("There has been much feedback from here within an hour. Try again later."))
        else:
            form.send(key=f"feedback:{uuid.uuid4()}", user=request.user)
            return redirect("feedback_sent")
    return render(request, "feedback.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def feedback_sent(request):
    """What happens to the feedback now."""
    return render(request, "feedback_sent.html")


# What browsers and robots ask for


@login_not_required
@require_safe
def robots(request):
    """Search engines may read the programme; nothing behind the sign-in."""
    return HttpResponse(render_to_string("robots.txt"), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def favicon(request):
    """Browsers ask for /favicon.ico whatever the page says."""
    return redirect(static("portal/favicon.ico"))


# Errors


def bad_request(request, exception):
    """400 in both languages: the host name or the session may be what is wrong, so nothing is read from them."""
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request, exception):
    """403 with what one can do about it."""
    return render(request, "403.html", status=403)


def not_found(request, exception):
    """404 with the ways on."""
    return render(request, "404.html", status=404)


def server_error(request):
    """500 in both languages, without the database, the session or the language of the request."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request, reason=""):
    """The form was open for too long, or the browser keeps no cookies: how to go on without losing what was typed."""
    return render(request, "csrf.html", status=403)
