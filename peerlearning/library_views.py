"""What libraries are good at: everybody finds it, each library has a public page, and its people write it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ideas.models import Idea
from peerlearning import expertise as actions
from peerlearning.library_forms import EditorForm, ExpertiseForm, FindForm
from peerlearning.models import Expertise, ExpertiseEditor
from peerlearning.models.expertise import page_of, written_by
from people.models import Branch, Library

PER_PAGE = 20
STORIES = 6


@login_not_required
@require_safe
def expertise_list(request):
    """Whom could I learn from: search, topic, region, distance; the nearest first when it is known from where."""
    form = FindForm(request.GET, person=request.user)
    page = Paginator(form.find(), PER_PAGE).get_page(request.GET.get("page"))
    rows = Expertise.objects.select_related("library", "topic").in_bulk([key for key, _km in page])
    context = {
        "form": form,
        "page": page,
        "rows": [(rows[key], km) for key, km in page if key in rows],
        "own": list(written_by(request.user).filter(pk=request.user.library_id))
        if request.user.is_authenticated
        else [],
    }
    return render(request, "peerlearning/libraries/list.html", context)


@login_not_required
@require_safe
def library(request, pk, slug):
    """A library's public page: what it is good at, what visitors have told, where its places are, whom to ask."""
    libraries = Library.objects.working().select_related("region", "director")
    found = get_object_or_404(libraries, pk=pk)
    address = page_of(found)
    if address != request.path:
        return redirect(address)
    told = Idea.objects.published().defer(*Idea.LONG_TEXTS).select_related("library", "host")
    user = request.user
    context = {
        "library": found,
        "rows": list(
            found.expertise.published()
            .select_related("topic", "contact")
            .prefetch_related(Prefetch("branches", Branch.objects.filter(closed_on=None).order_by("pk")))
            .order_by("topic__group", "topic", "pk")
        ),
        "stories": list(told.filter(host=found, kind=Idea.Kind.STORY)[:STORIES]),
        "practices": list(told.filter(library=found, kind=Idea.Kind.PRACTICE)[:STORIES]),
        "branches": list(found.branches.filter(closed_on=None).select_related("municipality").order_by("pk")),
        "may_write": user.is_authenticated and written_by(user).filter(pk=pk).exists(),
        "may_visit": user.is_authenticated and user.library_id not in (None, pk),
        "shows_names": user.is_authenticated and (user.is_confirmed or user.is_staff),
    }
    return render(request, "peerlearning/libraries/library.html", context)


# Writing


def _desk(request, library, form=None):
    may_name = actions.named_by(request.user).filter(pk=library.pk).exists()
    context = {
        "library": library,
        "rows": list(
            library.expertise.select_related("topic", "contact", "updated_by").order_by("topic__group", "topic", "pk")
        ),
        "editors": list(library.expertise_editors.select_related("person").order_by("pk")),
        "may_name": may_name,
        "form": (form or EditorForm(library)) if may_name else None,
    }
    return render(request, "peerlearning/libraries/desk.html", context, status=422 if form is not None else 200)


def _own_library(request, pk, libraries=None):
    libraries = written_by(request.user) if libraries is None else libraries
    return get_object_or_404(libraries.select_related("region", "director"), pk=pk)


@require_safe
def desk(request, pk):
    """All that a library has written, what is not shown too, and who may write."""
    return _desk(request, _own_library(request, pk))


def add(request, pk):
    """Write one more thing that the library is good at."""
    return _edit(request, Expertise(library=_own_library(request, pk)))


def edit(request, pk):
    """Write anew what is there."""
    rows = Expertise.objects.written_by(request.user).select_related("library__region")
    return _edit(request, get_object_or_404(rows, pk=pk))


def _edit(request, row):
    form = ExpertiseForm(row.library, request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        row = form.write(request.user)
        if row.is_published:
            messages.success(request, _("Saved. Everybody can read it now."))
        elif row.is_shown:
            messages.success(request, _("Saved. It is shown when the AKE has added the title in the other language."))
        else:
            messages.success(request, _("Saved. It is not shown yet."))
        return redirect("libraries:desk", pk=row.library_id)
    context = {"form": form, "row": row, "library": row.library}
    return render(request, "peerlearning/libraries/edit.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request, pk):
    """Take an expertise away for good."""
    row = get_object_or_404(Expertise.objects.written_by(request.user).select_related("library"), pk=pk)
    row.delete()
    messages.success(request, _("Removed: %(title)s") % {"title": row})
    return redirect("libraries:desk", pk=row.library_id)


@require_POST
def holds(request, pk):
    """All that is shown still holds: nobody asks for a year."""
    number = actions.still_holds(_own_library(request, pk))
    text = ngettext("%(n)s piece of expertise is up to date.", "%(n)s pieces of expertise are up to date.", number)
    messages.success(request, text % {"n": number})
    return redirect("libraries:desk", pk=pk)


@require_POST
def not_me(request, pk):
    """The colleague whom readers were told to ask does not want that."""
    row = get_object_or_404(Expertise.objects.filter(contact=request.user).select_related("library"), pk=pk)
    actions.ask_somebody_else(row)
    messages.success(request, _("You are no longer named. Questions go to the library in general."))
    return redirect(row)


@require_POST
def name_editor(request, pk):
    """The director lets a colleague write."""
    library = _own_library(request, pk, actions.named_by(request.user))
    form = EditorForm(library, request.POST)
    if not form.is_valid():
        return _desk(request, library, form)
    editor = actions.name_editor(library, person=form.cleaned_data["person"], by=request.user)
    messages.success(request, _("%(name)s may now write, and has got a mail.") % {"name": editor.person})
    return redirect("libraries:desk", pk=pk)


@require_POST
def remove_editor(request, pk, person):
    """A colleague no longer writes."""
    library = _own_library(request, pk, actions.named_by(request.user))
    editor = get_object_or_404(ExpertiseEditor.objects.select_related("person"), library=library, person=person)
    editor.delete()
    messages.success(request, _("%(name)s no longer writes here.") % {"name": editor.person})
    return redirect("libraries:desk", pk=pk)
