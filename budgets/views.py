"""The public pages of plans: what the regions mean to do, and how far they have come."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ake_portal.lib.money import ZERO, cents
from ake_portal.lib.words import language
from budgets import plans
from budgets.models import Category, FundingSource, Measure, Plan
from people.models import Region


@login_not_required
@require_safe
def plan_list(request):
    """Each region with its plans, this year's first."""
    by_region = {}
    for plan in Plan.objects.public().order_by("-year"):
        by_region.setdefault(plan.region_id, []).append(plan)
    regions = [(region, by_region.get(region.pk, [])) for region in Region.objects.order_by("kind", "code")]
    return render(request, "budgets/plans.html", {"regions": regions, "year": timezone.localdate().year})


def _text(texts):
    """(text, lang) of a text of an edition: in the reader's language, or in the other one with its code."""
    mine = language()
    other = "fi" if mine == "sv" else "sv"
    return (texts[mine], "") if texts[mine] or not texts[other] else (texts[other], other)


def _shown(contents, plan):
    """An edition as the page shows it: texts chosen, sums as numbers, each measure with its state of today."""
    now = {
        measure.pk: measure for measure in Measure.objects.filter(focus_area__plan=plan).select_related("responsible")
    }
    areas = []
    for area in contents["focus_areas"]:
        measures = []
        for measure in area["measures"]:
            live = now.get(measure["key"])
            measures.append(
                {name: _text(measure[name]) for name in ("name", "description", "indicator", "target")}
                | {
                    "starts_on": live and live.starts_on,
                    "ends_on": live and live.ends_on,
                    "live": live,
                    "outcome": live
                    and _text({code: getattr(live, f"outcome_{code}") or "" for code in plans.LANGUAGES}),
                    "reason": live
                    and _text({code: getattr(live, f"drop_reason_{code}") or "" for code in plans.LANGUAGES}),
                }
            )
        areas.append({"name": _text(area["name"]), "goal": _text(area["goal"]), "measures": measures})
    lines = [
        {"category": Category(line["category"]).label, "name": _text(line["name"]), "planned": cents(line["planned"])}
        for line in contents["lines"]
    ]
    sources = [
        {
            "name": _text(source["name"]),
            "kind": FundingSource.Kind(source["kind"]).label,
            **{name: source[name] and cents(source[name]) for name in ("applied", "granted", "cut", "returned")},
        }
        for source in contents["sources"]
    ]
    return {
        "name": _text(contents["name"]),
        "highlights": _text(contents["highlights"]),
        "themes": [_text(theme["name"]) for theme in contents["themes"]],
        "staff": [(_text(share["title"]), share["percent"]) for share in contents["staff"]],
        "person_years": cents(sum(share["percent"] for share in contents["staff"])) / 100,
        "areas": areas,
        "lines": lines,
        "total": sum((line["planned"] for line in lines), ZERO),
        "sources": sources,
    }


@login_not_required
@require_safe
def plan(request, pk, slug):
    """What the plan's last edition says, and what has been done; its own staff see a draft."""
    plan = get_object_or_404(Plan.objects.select_related("region"), pk=pk)
    runs = request.user.is_authenticated and (request.user.is_superuser or request.user.runs(plan.region))
    if plan.state == Plan.State.DRAFT and not runs:
        raise Http404
    if plan.get_absolute_url() != request.path:
        return redirect(plan)
    edition = plans.last_edition(plan)
    contents = edition.contents if edition else plans.contents_of(plan)
    others = Plan.objects.public().filter(region=plan.region_id).exclude(pk=plan.pk).order_by("-year")
    context = {
        "plan": plan,
        "edition": edition,
        "editions": plan.snapshots.order_by("-number"),
        "others": others,
        "is_staff": runs,
        "sees_money": runs or Plan.objects.money_seen_by(request.user).filter(pk=pk).exists(),
        **_shown(contents, plan),
    }
    return render(request, "budgets/plan.html", context)


@login_not_required
@require_safe
def edition(request, pk, number):
    """What an edition changed against the one before it."""
    plan = get_object_or_404(Plan.objects.public().select_related("region"), pk=pk)
    edition = get_object_or_404(plan.snapshots, number=number)
    before = plan.snapshots.filter(number=number - 1).first()
    changes = plans.changes(before.contents, edition.contents, language()) if before else []
    return render(
        request, "budgets/edition.html", {"plan": plan, "edition": edition, "before": before, "changes": changes}
    )
