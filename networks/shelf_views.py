"""The public shelf: publications and joint projects, each with its page, its cover and its files."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from networks.models import Publication, PublicationVersion
from networks.shelf_forms import ShelfFilter

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
