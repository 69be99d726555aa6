"""Tags and filters of every portal page: dates as Finns and Finland-Swedes write them, languages, forms."""

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, linebreaks, urlize
from django.utils.safestring import mark_safe

from ake_portal.lib import words
from ideas.models import Idea
from mentoring.models import CohortCost
from peerlearning.models.expertise import page_of
from people.models import Branch
from trainings import programme
from trainings.models import Registration, Training, TrainingCost

register = template.Library()

register.filter("clock", words.clock)
register.filter("day", words.day)
register.filter("days_until", words.days_until)
register.filter("full_day", words.full_day)
register.filter("month_name", words.month)
register.filter("moment", words.moment)
register.filter("weekday_short", words.weekday_short)
register.filter("euros", words.euros)
register.filter("local", words.local)
register.filter("spine", programme.spine)
register.filter("where", programme.where)
register.filter("network_link", programme.network_link)


@register.simple_tag
def period(thing):
    """When something with `starts_at` and `ends_at` is."""
    return words.period(thing.starts_at, thing.ends_at)


@register.simple_tag
def duration(thing):
    return words.duration(thing.starts_at, thing.ends_at)


class PerLanguage(template.Node):
    """Written once in each language by each process."""

    def __init__(self, nodelist):
        self.nodelist = nodelist
        self.written = {}

    def render(self, context):
        language = words.language()
        if language not in self.written:
            # Without the page's variables: nothing of one reader can come to the next
            self.written[language] = self.nodelist.render(template.Context())
        return self.written[language]


@register.tag
def per_language(parser, token):
    """{% per_language %}…{% endper_language %} around words and addresses that are the same for all readers of a language."""
    nodelist = parser.parse(("endper_language",))
    parser.delete_first_token()
    return PerLanguage(nodelist)


@register.simple_tag(takes_context=True)
def other_language(context):
    """{"code", "name", "url"} of the same page in the other language; of the front page where there is no such page."""
    request = context.get("request")
    mine, code, name = ("sv", "fi", "Suomi") if words.language() == "sv" else ("fi", "sv", "Svenska")
    path = request.get_full_path() if request and request.resolver_match else "/"
    # Addresses differ in their first part only
    url = f"/{code}/{path.removeprefix(f'/{mine}/')}" if path.startswith(f"/{mine}/") else f"/{code}/"
    return {"code": code, "name": name, "url": url}


@register.simple_tag(takes_context=True)
def demo_bar(context):
    """Who one is in the demo, and the way to the inbox; nothing in a real installation."""
    if not settings.DEMO:
        return ""
    return mark_safe(render_to_string("demo/bar.html", {"user": getattr(context.get("request"), "user", None)}))  # noqa: S308  a template's own output


@register.simple_tag
def text_of(thing, field):
    """A translated text; where it is shown in the other language, inside a span with that `lang`."""
    mine = words.language()
    other = "fi" if mine == "sv" else "sv"
    text = getattr(thing, f"{field}_{mine}")
    if text:
        return text
    text = getattr(thing, f"{field}_{other}")
    if not text or getattr(thing, "texts", "both") == "same":
        return text or ""
    return format_html('<span lang="{}">{}</span>', other, text)


@register.simple_tag
def long_text_of(thing, field):
    """`text_of` in paragraphs, its addresses as links; inside a block with its `lang` where it is the other language."""
    text, lang = getattr(thing, field) or "", lang_of(thing, field)
    paragraphs = mark_safe(linebreaks(urlize(text, nofollow=True, autoescape=True)))  # noqa: S308  escaped by urlize
    return format_html('<div lang="{}">{}</div>', lang, paragraphs) if lang else paragraphs


@register.filter
def lang_of(thing, field):
    """The `lang` attribute's value when a text comes in the other language, else nothing."""
    mine = words.language()
    other = "fi" if mine == "sv" else "sv"
    return other if not getattr(thing, f"{field}_{mine}") and getattr(thing, f"{field}_{other}") else ""


@register.simple_tag
def told_of(item):
    """{"lang", "title", "text"} of news as the page's reader gets them; `lang` where that is the other language."""
    mine = words.language()
    told, title, text = item.told_to(mine)
    return {"lang": told if told != mine else "", "title": title, "text": text}


@register.inclusion_tag("networks/includes/news.html")
def network_news(network, is_run=False):
    """The latest three news on a network's page, for those inside; the way to write more for those who run it."""
    return {"network": network, "items": list(network.news.sent().select_related("author")[:3]), "is_run": is_run}


@register.inclusion_tag("networks/includes/publications.html")
def network_publications(network, is_run=False):
    """What a network has made: its part of the public shelf; for those who run it also what is not shown yet, and the way to add."""
    made = network.publications.all() if is_run else network.publications.shown()
    return {"network": network, "publications": made.with_languages(), "is_run": is_run}


@register.inclusion_tag("budgets/staff/cause.html")
def cause_of(expense):
    """What causes an expense, from whichever app holds it."""
    cost = TrainingCost.objects.filter(expense=expense).select_related("training").first()
    season = None if cost else CohortCost.objects.filter(expense=expense).select_related("cohort").first()
    return {"training": cost and cost.training, "cohort": season and season.cohort}


def _place_of(idea):
    """Where a reader of a story may want to go, too: the branch that was visited, or one of the host's; None without a host."""
    if idea.host_id is None or idea.kind != Idea.Kind.STORY or not idea.may("unpublish"):
        return None
    visited = Branch.objects.filter(stops__visit__story=idea, closed_on=None).order_by("stops__position").first()
    return visited or Branch.objects.filter(library=idea.host_id, closed_on=None).order_by("pk").first()


@register.inclusion_tag("ideas/actions.html", takes_context=True)
def idea_actions(context, idea):
    """What the reader can do with an idea, from whichever app offers it: go on writing, check it, edit it as the AKE."""
    user = context["request"].user
    is_own = user.is_authenticated and idea.author_id == user.pk
    return {
        "idea": idea,
        "is_own": is_own,
        "may_edit": is_own and idea.may("send"),
        "may_check": idea.may("answer_check") and Idea.objects.checkable_by(user).filter(pk=idea.pk).exists(),
        "visit_again": _place_of(idea),
        "host_page": page_of(idea.host) if idea.is_published and idea.host and not idea.host.closed_on else "",
        "is_run": user.is_authenticated and user.is_staff and user.runs(idea.region),
    }


@register.simple_tag
def clashes_of(visit):
    """Trainings in which the visit's traveller has a seat while the trip lasts, cancelled ones left out."""
    if not visit.leaves_at or not visit.returns_at:
        return []
    seats = Registration.objects.taking_part().filter(person=visit.traveller_id)
    held = Training.objects.filter(
        state=Training.State.PUBLISHED,
        pk__in=seats.values("training"),
        sessions__starts_at__lt=visit.returns_at,
        sessions__ends_at__gt=visit.leaves_at,
    )
    return list(held.distinct().order_by("starts_at", "pk"))


@register.simple_tag
def activities_of(plan):
    """{measure's key: its trainings that everybody may see, in order of time} of a plan, in one query."""
    found = {}
    held = Training.objects.filter(state=Training.State.PUBLISHED, measure__focus_area__plan=plan)
    for training in held.defer(*Training.LONG_TEXTS).order_by("starts_at", "pk"):
        found.setdefault(training.measure_id, []).append(training)
    return found


@register.simple_tag(takes_context=True)
def gatherings_of(context, network):
    """{"coming", "past"}: [(month's name, rows)] of a network's gatherings, the next and the latest first, in the same few queries however many."""
    held = programme.gatherings(network, context["request"].user)
    return {when: programme.by_month(rows) for when, rows in held.items()}


@register.filter
def under(found, key):
    """What a dictionary has under a key, or nothing."""
    return found.get(key)
