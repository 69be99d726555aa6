"""Materials of trainings: whoever runs a training adds and removes them, whoever may read one opens it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trainings import materials as actions
from trainings.actions import Refused
from trainings.gathering_forms import MaterialForm
from trainings.messages import refusal
from trainings.models import Material, Training


@require_http_methods(["GET", "POST"])
def materials(request, pk):
    """The materials of a training, and a form for one more."""
    kept = Training.objects.materials_kept_by(request.user).select_related("region", "network")
    training = get_object_or_404(kept, pk=pk)
    form = MaterialForm(request.POST, request.FILES) if request.method == "POST" else MaterialForm()
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(form.material(training, request.user), form.cleaned_data["file"])
        except Refused as refused:
            messages.error(request, refusal(refused.code, training))
        else:
            messages.success(request, _("Added: it stands on the page now."))
        return redirect("trainings:materials", pk=pk)
    context = {"training": training, "form": form, "materials": training.materials.all()}
    return render(request, "trainings/gatherings/materials.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request, pk):
    """Take a material off its page."""
    kept = Training.objects.materials_kept_by(request.user).order_by()
    material = get_object_or_404(Material.objects.filter(training__in=kept.values("pk")), pk=pk)
    actions.remove(material)
    messages.success(request, _("Taken away."))
    return redirect("trainings:materials", pk=material.training_id)


@login_not_required
@require_safe
def material(request, pk):
    """The file itself, for those who may read it."""
    found = get_object_or_404(Material.objects.readable_by(request.user).exclude(file=""), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # the type was found in the bytes when the file came; whatever is in it may not act on this site
    return FileResponse(
        file,
        content_type=found.content_type,
        filename=found.name,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )
