"""The idea bank as everybody reads it, its pictures, and the host's word on a story."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ake_portal.lib import links, words
from ideas import actions, mails
from ideas.forms import CheckForm, FilterForm
from ideas.models import Idea, Picture

PER_PAGE = 20
TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@login_not_required
@require_safe
def idea_list(request):
    form = FilterForm(request.GET)
    ideas = form.narrow(Idea.objects.published()).select_related("library", "host", "region")
    pictures = Prefetch("pictures", Picture.objects.order_by("pk"))
    ideas = ideas.defer(*Idea.LONG_TEXTS).prefetch_related("topics", pictures)
    page = Paginator(ideas, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "ideas/list.html", {"form": form, "page": page})


@login_not_required
@require_safe
def detail(request, pk, slug):
    ideas = Idea.objects.visible_to(request.user).select_related("library", "host", "region", "author")
    idea = get_object_or_404(ideas.prefetch_related("topics", "pictures"), pk=pk)
    address = idea.get_absolute_url()
    if address != request.path:
        return redirect(address)
    return render(request, "ideas/detail.html", page_of(idea, address))


def page_of(idea, address=""):
    """What the page of an idea shows, whoever looks at it."""
    return {
        "idea": idea,
        "sections": sections(idea),
        "pictures": list(idea.pictures.all()),
        "byline": byline(idea),
        "address": settings.SITE_URL + (address or idea.get_absolute_url()),
        "site_url": settings.SITE_URL,
    }


def sections(idea):
    """[(heading or nothing, name of the text)] of the long texts that are written."""
    return [
        ("" if name == "body" else Idea._meta.get_field(name).verbose_name, name)
        for name in idea.texts
        if getattr(idea, f"{name}_fi") or getattr(idea, f"{name}_sv")
    ]


def byline(idea):
    """Who wrote it, as far as everybody may know."""
    author = idea.author.get_full_name() if idea.author and idea.shows_author and not idea.author.erased_at else ""
    return ", ".join(part for part in (author, str(idea.library or "")) if part)


@login_not_required
@require_safe
def picture(request, name):
    """A picture in one of its sizes: for everybody when its idea is published, else for those who see the idea."""
    found = get_object_or_404(
        Picture.objects.select_related("idea").filter(Q(large=f"ideas/{name}") | Q(small=f"ideas/{name}"))
    )
    is_public = found.idea.is_published
    if not is_public and not (
        Idea.objects.visible_to(request.user).filter(pk=found.idea_id).exists()
        or _is_asked(request.GET.get("check", ""), found.idea)
    ):
        raise Http404
    file = found.large if found.large.name.endswith(name) else found.small
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type=TYPES[name.rpartition(".")[2]],  # the ending was given by what is in the file
        headers={
            "Cache-Control": "public, max-age=3600" if is_public else "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _is_asked(token, idea):
    """Whether the token is that of the host's link to this idea, which still waits for the host's word."""
    try:
        return idea.state == Idea.State.WITH_HOST and _of_link(token).pk == idea.pk
    except links.BadLink:
        return False


# The host's word


def check(request, pk):
    """The host looks at a story and answers, signed in."""
    idea = get_object_or_404(_rows(Idea.objects.checkable_by(request.user)), pk=pk)
    return _check(request, idea, request.user)


@login_not_required
def check_by_link(request, token):
    """The same by the link in a mail, without signing in: GET shows, POST answers."""
    try:
        idea = _of_link(token)
    except links.BadLink as error:
        expired = isinstance(error, links.ExpiredLink)
        return _unlisted(render(request, "ideas/bad_link.html", {"expired": expired}, status=404))
    return _unlisted(_check(request, idea, idea.asked, token))


def _rows(ideas):
    return ideas.select_related("library", "host", "region", "author", "asked").prefetch_related("topics", "pictures")


def _of_link(token):
    """The idea of a link in a mail. Raises links.BadLink, links.ExpiredLink."""
    pk, person = links.read(mails.CHECK_LINK, token, max_age=mails.CHECK_LINK_AGE)
    idea = _rows(Idea.objects.filter(asked=person, asked__is_active=True, asked__erased_at=None)).filter(pk=pk).first()
    if idea is None:
        raise links.BadLink
    return idea


def _check(request, idea, person, token=""):
    done = ""
    form = CheckForm(request.POST or None)
    if request.method == "POST" and idea.may("answer_check") and form.is_valid():
        try:
            idea = actions.answer_check(idea, by=person, note=form.said)
        except actions.Refused:
            idea.refresh_from_db()  # somebody else has answered a moment ago
        else:
            done = "note" if form.said else "right"
    context = {"form": form, "done": done, "token": token, "person": person, "language": words.language()}
    status = 422 if form.errors and not done else 200
    return render(request, "ideas/check.html", {**page_of(idea), **context}, status=status)


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
