"""The public shelf: publications and joint projects, each with its page, its cover and its files."""

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from networks import shelf as files
from networks.models import Network, Publication, PublicationVersion
from networks.shelf_forms import LeaderForm, ShelfFilter, Versions

PER_PAGE = 20
TYPES = PublicationVersion.TYPES


@login_not_required
@require_safe
def shelf(request):
    """What everybody may use, the newest first."""
    form = ShelfFilter(request.GET)
    rows = form.narrow(Publication.objects.shown()).select_related("region", "network").prefetch_related("versions")
    page = Paginator(rows.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "networks/shelf/list.html", {"form": form, "page": page})


@login_not_required
@require_safe
def detail(request, pk, slug):
    rows = Publication.objects.visible_to(request.user).select_related("region", "network")
    found = get_object_or_404(rows.prefetch_related("versions"), pk=pk)
    address = found.get_absolute_url()
    if address != request.path:
        return redirect(address)
    is_run = Publication.objects.run_by(request.user).filter(pk=pk).exists()
    return render(request, "networks/shelf/detail.html", {"publication": found, "is_run": is_run})


@login_not_required
@require_safe
def cover(request, name):
    """A cover: for everybody when its publication is shown, else for those who write it."""
    publication = get_object_or_404(Publication.objects.visible_to(request.user), cover=f"covers/{name}")
    return _served(publication.cover, publication)


@login_not_required
@require_safe
def file(request, publication, pk):
    """The file of a version."""
    found = get_object_or_404(Publication.objects.visible_to(request.user), pk=publication)
    version = get_object_or_404(found.versions.exclude(file=""), pk=pk)
    return _served(version.file, found, version.file_name)


def _served(file, publication, name=""):
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type=TYPES[file.name.rpartition(".")[2]],  # the ending was given by what is in the file
        filename=name,
        headers={
            "Cache-Control": "public, max-age=3600" if publication.is_shown else "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


# Leaders


def write(request, network):
    """A new publication of a network that the reader runs."""
    networks = Network.objects.run_by(request.user).select_related("region")
    found = get_object_or_404(networks, pk=network)
    return _write(request, Publication(network=found, region=found.region))


def edit(request, pk):
    """Go on with a publication; those that no network has made are written in the administration."""
    rows = Publication.objects.run_by(request.user).exclude(network=None).select_related("network__region")
    return _write(request, get_object_or_404(rows, pk=pk))


def _write(request, publication):
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LeaderForm(*sent, instance=publication)
    begun = [] if publication.pk else [{"language": "fi"}, {"language": "sv"}]
    versions = Versions(*sent, instance=publication, initial=begun)
    if sent and form.is_valid() and versions.is_valid():
        publication = files.save(form, versions)
        said.success(request, _("Saved.") if publication.is_shown else _("Saved. It is not on the shelf yet."))
        return redirect(publication)
    network = publication.network
    context = {"network": network, "publication": publication, "form": form, "versions": versions}
    return render(request, "networks/shelf/write.html", context, status=422 if sent else 200)
