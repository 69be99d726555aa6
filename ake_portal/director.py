"""The page of a library's director: what waits, who is away when, what the AKE pays, who stands in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from networks import agenda as networks
from peerlearning import agenda as visits
from people.forms import DeputyForm
from people.models import Deputy, Library
from trainings import agenda as trainings

SHOWN = visits.MOST - 1  # of each list, until everything is asked for
STAFF_OF_ONE = 3  # so many of the staff at each training are read for that


def page(request):
    """Decisions, coming trips and trainings of the staff, this year's costs; a deputy set for dates by whoever directs."""
    user, today = request.user, timezone.localdate()
    libraries = list(Library.objects.working().directed_by(user))
    if not libraries:
        raise Http404
    own = [library for library in libraries if library.director_id == user.pk]
    form = DeputyForm(own, request.POST if request.method == "POST" else None) if own else None
    if form and request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. Decisions of those days go to the deputy."))
        return redirect("director")
    shown = None if "all" in request.GET else SHOWN
    lists = {
        "waiting": visits.first_waiting(user) if shown else list(visits.waiting_for(user)),
        "visits": visits.first_staff_coming(user) if shown else list(visits.staff_coming(user)),
        "trainings": trainings.staff_coming(libraries, most=shown and shown * STAFF_OF_ONE),
    }
    context = {
        **{name: rows[:shown] for name, rows in lists.items()},
        "more": any(len(rows) > (shown or len(rows)) for rows in lists.values()),
        "libraries": libraries,
        "networks": networks.of_staff(libraries),
        "year": today.year,
        "costs": visits.costs_of(libraries, today.year),
        "deputies": Deputy.objects.filter(library__in=libraries, last_day__gte=today).select_related(
            "person", "library"
        ),
        "form": form,
        "directs": bool(own),
    }
    return render(request, "director.html", context, status=422 if form and form.errors else 200)


@require_POST
def end_deputy(request, pk):
    """Nobody stands in any more: from today on the director decides."""
    deputy = get_object_or_404(Deputy.objects.filter(library__director=request.user), pk=pk)
    deputy.delete()
    messages.success(request, _("%(name)s no longer stands in for you.") % {"name": deputy.person})
    return redirect("director")
