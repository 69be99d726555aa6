"""What is done with a plan as a whole: published in numbered editions, frozen, copied as a start for another year."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from ake_portal.lib.money import cents
from ake_portal.lib.words import euros
from budgets import workflow
from budgets.actions import Refused
from budgets.models import (
    BudgetLine,
    Category,
    FocusArea,
    FundingSource,
    Invoice,
    Measure,
    Plan,
    PlanSnapshot,
    StaffShare,
)

LANGUAGES = ("fi", "sv")


def _lock(plan, move):
    """The plan with its row locked. Raises Refused "state" when `move` does not begin where it stands."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if not plan.may(move):
        raise Refused("state")
    plan.state = workflow.PLAN[move].target
    return plan


# Editions


def _texts(thing, *names):
    return {name: {code: getattr(thing, f"{name}_{code}") or "" for code in LANGUAGES} for name in names}


def contents_of(plan):
    """All that the plan says, in both languages, as JSON keeps it: texts, shares, sums as text. What was done is not part of it."""
    measures = Measure.objects.filter(focus_area__plan=plan)
    return {
        "year": plan.year,
        **_texts(plan, "name", "highlights"),
        "themes": [{"key": theme.pk, **_texts(theme, "name")} for theme in plan.themes.order_by("pk")],
        "staff": [{"key": one.pk, "percent": one.percent, **_texts(one, "title")} for one in plan.staff.all()],
        "focus_areas": [
            {
                "key": area.pk,
                **_texts(area, "name", "goal"),
                "measures": [
                    {
                        "key": measure.pk,
                        "starts_on": measure.starts_on and measure.starts_on.isoformat(),
                        "ends_on": measure.ends_on and measure.ends_on.isoformat(),
                        **_texts(measure, "name", "description", "indicator", "target"),
                    }
                    for measure in measures
                    if measure.focus_area_id == area.pk
                ],
            }
            for area in plan.focus_areas.all()
        ],
        "sources": [
            {
                "key": source.pk,
                "kind": source.kind,
                **{name: str(cents(getattr(source, name))) for name in ("applied", "cut", "returned")},
                "granted": None if source.granted is None else str(cents(source.granted)),
                **_texts(source, "name"),
            }
            for source in plan.sources.all()
        ],
        "lines": [
            {"key": line.pk, "category": line.category, "planned": str(cents(line.planned)), **_texts(line, "name")}
            for line in plan.lines.all()
        ],
    }


def last_edition(plan):
    """The newest PlanSnapshot, or None."""
    return plan.snapshots.order_by("-number").first()


def has_changed(plan):
    """Whether the plan says something else than its last edition."""
    edition = last_edition(plan)
    return edition is None or edition.contents != contents_of(plan)


def _said(contents, language):
    """{key: (what it is, what it says)} of everything in an edition, labels in the active language."""
    other = "sv" if language == "fi" else "fi"
    found = {}

    def say(key, label, texts):
        for code in (language, other):
            if texts[code]:
                found[(*key, code)] = (f"{label} ({code})", texts[code])

    def say_parts(kind, thing, labels):
        for name, label in labels.items():
            value = thing[name]
            if isinstance(value, dict):
                say((kind, thing["key"], name), label, value)
            elif value not in (None, ""):
                found[kind, thing["key"], name] = (label, str(value))

    say(("name",), gettext("Name"), contents["name"])
    say(("highlights",), gettext("Highlights"), contents["highlights"])
    for theme in contents["themes"]:
        say_parts("theme", theme, {"name": gettext("Theme")})
    for share in contents["staff"]:
        title = share["title"][language] or share["title"][other]
        found["staff", share["key"]] = (gettext("Staff"), f"{title} {share['percent']} %")
    for area in contents["focus_areas"]:
        say_parts("area", area, {"name": gettext("Focus area"), "goal": gettext("Goal")})
        for measure in area["measures"]:
            name = measure["name"][language] or measure["name"][other]
            say_parts(
                "measure",
                measure,
                {
                    "name": gettext("Measure"),
                    "description": gettext("%(name)s: description") % {"name": name},
                    "indicator": gettext("%(name)s: indicator") % {"name": name},
                    "target": gettext("%(name)s: target") % {"name": name},
                    "starts_on": gettext("%(name)s: begins") % {"name": name},
                    "ends_on": gettext("%(name)s: ends") % {"name": name},
                },
            )
    for source in contents["sources"]:
        name = source["name"][language] or source["name"][other] or FundingSource.Kind(source["kind"]).label
        for column, label in (
            ("applied", gettext("%(name)s: applied for")),
            ("granted", gettext("%(name)s: granted")),
            ("cut", gettext("%(name)s: cut")),
            ("returned", gettext("%(name)s: returned")),
        ):
            if source[column] and float(source[column]):
                found["source", source["key"], column] = (label % {"name": name}, euros(source[column]))
    for line in contents["lines"]:
        name = line["name"][language] or line["name"][other]
        label = ": ".join(part for part in (str(Category(line["category"]).label).capitalize(), name) if part)
        found["line", line["key"]] = (label, euros(line["planned"]))
    return found


def changes(before, after, language):
    """[(what, before, after)] between the contents of two editions, "" for what is not there, in reading order."""
    old, new = _said(before, language), _said(after, language)
    order = [*new, *(key for key in old if key not in new)]
    return [
        ((new.get(key) or old[key])[0], old.get(key, ("", ""))[1], new.get(key, ("", ""))[1])
        for key in order
        if old.get(key, ("", ""))[1] != new.get(key, ("", ""))[1]
    ]


@transaction.atomic
def publish(plan, *, by, note=None, now=None):
    """Make what the plan says now its next edition, for everybody. Returns the PlanSnapshot.

    `note` is {"fi", "sv"}: what an amendment changes and why.

    Raises Refused: "state", "lacks_fi", "lacks_sv" (the name), "unchanged", "no_note" (of an amendment, in both languages).
    """
    plan = _lock(plan, "publish")
    for code in LANGUAGES:
        if not getattr(plan, f"name_{code}"):
            raise Refused(f"lacks_{code}")
    edition = last_edition(plan)
    contents = contents_of(plan)
    if edition and edition.contents == contents:
        raise Refused("unchanged")
    note = {code: (note or {}).get(code, "").strip() for code in LANGUAGES}
    if edition and not all(note.values()):
        raise Refused("no_note")
    now = now or timezone.now()
    plan.published_at = plan.published_at or now
    plan.save(update_fields=["state", "published_at"])
    number = edition.number + 1 if edition else 1
    return PlanSnapshot.objects.create(
        plan=plan,
        number=number,
        note_fi=note["fi"],
        note_sv=note["sv"],
        contents=contents,
        made_by=by,
        made_at=now,
    )


@transaction.atomic
def freeze(plan, *, now=None):
    """Close the plan when the city has closed its books: nothing is booked or written any more.

    Raises Refused: "state", "open_money" (something is reserved or committed), "open_invoices" (one waits to be approved),
    "amended" (not all of it is published).
    """
    plan = _lock(plan, "freeze")
    # whoever books holds one of these: after this, nobody does
    list(BudgetLine.objects.select_for_update().filter(plan=plan).order_by("pk").values_list("pk"))
    if any(cents(line.reserved) or cents(line.committed) for line in plan.lines.with_sums()):
        raise Refused("open_money")
    if Invoice.objects.waiting().filter(expense__line__plan=plan).exists():
        raise Refused("open_invoices")
    if has_changed(plan):
        raise Refused("amended")
    plan.frozen_at = now or timezone.now()
    plan.save(update_fields=["state", "frozen_at"])
    return plan


def _a_year_on(day, years):
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def _copied(thing, **values):
    """An unsaved copy of a row."""
    fields = {
        field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields if not field.primary_key
    }
    return type(thing)(**{**fields, **values})


@transaction.atomic
def copy(plan, year):
    """A draft for `year` with the plan's focus areas, measures, staff, sources and lines. Returns the new Plan.

    Dates move along; nothing of what was granted, booked or done does. Raises Refused "year_taken".
    """
    if Plan.objects.filter(region=plan.region_id, year=year).exists():
        raise Refused("year_taken")
    made = _copied(
        plan,
        year=year,
        state=Plan.State.DRAFT,
        published_at=None,
        frozen_at=None,
        books_close_on=_a_year_on(plan.books_close_on, year - plan.year),
    )
    made.save()
    made.themes.set(plan.themes.all())
    StaffShare.objects.bulk_create(_copied(share, plan_id=made.pk) for share in plan.staff.all())
    for area in FocusArea.objects.filter(plan=plan):
        copied = _copied(area, plan_id=made.pk)
        copied.save()
        for measure in area.measures.exclude(state=Measure.State.DROPPED):
            _copied(
                measure,
                focus_area_id=copied.pk,
                state=Measure.State.PLANNED,
                starts_on=_a_year_on(measure.starts_on, year - plan.year),
                ends_on=_a_year_on(measure.ends_on, year - plan.year),
                **{f"{name}{end}": "" for name in ("outcome", "drop_reason") for end in ("", "_fi", "_sv")},
            ).save()
    sources = {}
    for source in plan.sources.all():
        sources[source.pk] = copied = _copied(
            source,
            plan_id=made.pk,
            applied=source.applied if source.kind == FundingSource.Kind.STATE_GRANT else source.amount,
            granted=None,
            cut=0,
            returned=0,
            used_from=_a_year_on(source.used_from, year - plan.year),
            used_until=_a_year_on(source.used_until, year - plan.year),
        )
        copied.save()
    for line in plan.lines.all():
        _copied(line, plan_id=made.pk, source_id=sources[line.source_id].pk).save()
    return made
