"""The page where a person downloads or erases everything the portal knows about them."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ake_portal import privacy
from people import actions
from people.forms import EraseForm


def _obstacle(found):
    """What must be done first, in words; None when nothing."""
    if not found:
        return None
    code, thing = found
    return {
        "directs": _("You are the director of %(thing)s. Ask the AKE to name another director first."),
        "last_coordinator": _("You are the only one who looks after %(thing)s here. Let a colleague take over first."),
        "superuser": _("You are the only one who looks after the whole portal. Let a colleague take over first."),
    }[code] % {"thing": thing}


@never_cache
def own_data(request):
    """Shows both ways; its POST erases, when the box is ticked and nobody is left without a director."""
    obstacle = _obstacle(actions.why_not_erasable(request.user))
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not obstacle and form.is_valid():
        privacy.erase(request.user)
        logout(request)
        messages.success(request, _("Your data is erased. Thank you for having been here."))
        return redirect("home")
    return render(request, "people/own_data.html", {"form": form, "obstacle": obstacle})


@never_cache
def export(request):
    """Everything as one JSON file."""
    data = {"written_at": timezone.now(), **privacy.export_for(request.user)}
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="ake-{timezone.localdate().isoformat()}.json"'
    return response
