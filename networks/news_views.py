"""News of a network: members read them, its leaders write, look at and send them, and a link in the mail unsubscribes."""

from collections import Counter

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ake_portal.lib import links
from networks import news, news_mails
from networks.actions import Refused
from networks.models import Membership, Network, News
from networks.models.news import LANGUAGES
from networks.news_forms import NewsForm

PER_PAGE = 20
REFUSALS = {
    "sent": gettext_lazy("This has been sent already."),
    "closed": gettext_lazy("The network has ended: there is nobody to write to."),
    "no_text": gettext_lazy("Write something first."),
}


# Members


@require_safe
def news_list(request, network):
    """All news of a network, the newest first; its drafts for those who write."""
    found = get_object_or_404(Network.objects.inside(request.user).select_related("region"), pk=network)
    is_run = Network.objects.run_by(request.user).filter(pk=network).exists()
    drafts = list(found.news.drafts().select_related("author")) if is_run else []
    page = Paginator(found.news.sent().select_related("author"), PER_PAGE).get_page(request.GET.get("page"))
    membership = Membership.objects.members().filter(network=found, person=request.user).first()
    context = {"network": found, "page": page, "drafts": drafts, "is_run": is_run, "membership": membership}
    return render(request, "networks/news/list.html", context)


@require_safe
def item(request, network, pk):
    rows = News.objects.inside(request.user).filter(network=network)
    found = get_object_or_404(rows.select_related("network__region", "author"), pk=pk)
    return render(request, "networks/news/item.html", {"network": found.network, "item": found})


# Leaders


def _draft(request, network, pk):
    """A draft that the reader may go on with."""
    rows = News.objects.run_by(request.user).drafts().filter(network=network)
    return get_object_or_404(rows.select_related("network__region", "author"), pk=pk)


def write(request, network):
    networks = Network.objects.run_by(request.user).active().select_related("region")
    return _write(request, News(network=get_object_or_404(networks, pk=network), author=request.user))


def edit(request, network, pk):
    return _write(request, _draft(request, network, pk))


def _write(request, draft):
    form = NewsForm(request.POST if request.method == "POST" else None, item=draft)
    if not form.is_valid():
        context = {"network": draft.network, "item": draft, "form": form}
        return render(request, "networks/news/write.html", context, status=422 if form.is_bound else 200)
    draft = form.save()
    if "preview" in request.POST:
        return redirect("news:preview", network=draft.network_id, pk=draft.pk)
    said.success(request, _("Saved as a draft. Members do not see it yet."))
    return redirect("news:edit", network=draft.network_id, pk=draft.pk)


@require_safe
def preview(request, network, pk):
    """The mail as its readers will get it, and how many they are."""
    draft = _draft(request, network, pk)
    languages = Counter(news_mails.readers_of(draft.network).values_list("person__language", flat=True))
    context = {
        "network": draft.network,
        "item": draft,
        "previews": [news_mails.preview(draft, language) for language in LANGUAGES],
        "languages": languages,
        "number": languages.total(),
        "only": [language for language in LANGUAGES if not draft.is_written_in(language)],
    }
    return render(request, "networks/news/preview.html", context)


@require_POST
def send(request, network, pk):
    rows = News.objects.run_by(request.user).filter(network=network)
    draft = get_object_or_404(rows, pk=pk)
    try:
        number = news.send(draft)
    except Refused as refused:
        said.error(request, REFUSALS[refused.code])
        return redirect("news:list", network=network)
    text = ngettext("Sent: %(n)s member gets it by mail.", "Sent: %(n)s members get it by mail.", number)
    said.success(request, text % {"n": number})
    return redirect(draft)


@require_POST
def delete(request, network, pk):
    _draft(request, network, pk).delete()
    said.success(request, _("The draft is deleted."))
    return redirect("news:list", network=network)


# The link in the mail


@csrf_exempt  # mail programs post here by themselves (RFC 8058): the token alone says who it is
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """GET shows, POST unsubscribes: from the page's button or by the mail program's own click."""
    try:
        network, person = links.read(news_mails.UNSUBSCRIBE, token, max_age=news_mails.UNSUBSCRIBE_AGE)
    except links.BadLink as error:
        expired = isinstance(error, links.ExpiredLink)
        return _unlisted(render(request, "networks/news/bad_link.html", {"expired": expired}, status=404))
    found = get_object_or_404(Network, pk=network)
    membership = Membership.objects.members().select_related("person").filter(network=found, person=person).first()
    is_done = request.method == "POST" and membership is not None and news.unsubscribe(found, person=person)
    context = {"network": found, "membership": membership, "is_done": is_done}
    return _unlisted(render(request, "networks/news/unsubscribe.html", context))


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
