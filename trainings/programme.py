"""The programme as people browse it: rows of the list and days of the month, with few queries and ready words."""

import json
from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext

from ake_portal.lib import days, words
from ake_portal.lib.kept import KeptTable
from ake_portal.lib.prepared import Prepared
from people import kept
from trainings.models import Material, Mode, Registration, Session, Training, TrainingQuerySet

State = Registration.State
NETWORKS = KeptTable("networks.Network")  # for their names and addresses; rights are read from the database
FEW = 10  # from so many free seats down the list says how many there are
WHOLE_DAY_HOURS = 6
# Querysets that pages begin from are plain and made once: modeltranslation's look into every name of every filter
READ_ONLY = TrainingQuerySet(Training)
# With what the page of one training tells
PAGES = READ_ONLY.annotate(has_materials=Exists(QuerySet(Material).filter(training=OuterRef("pk"))))
# With what a row of a list tells
ROWS = READ_ONLY.only(
    *("state", "kind", "format", "region_id", "texts", "language", "starts_at", "ends_at", "network_id", "is_drop_in"),
    *("title_fi", "title_sv", "place_fi", "place_sv", "interpretation_fi", "interpretation_sv"),
    *("onsite_capacity", "remote_capacity", "signup_opens_at", "signup_closes_at"),
)


@dataclass(slots=True)
class Row:
    """One training in a list, every text ready in the reader's language."""

    url: str
    title: str
    lang: str
    spine: str
    kind: str
    day: str
    when: str
    facts: str
    seats: str
    of_all: str
    tone: str
    month: str
    cancelled: bool
    draft: bool
    network: str = ""
    materials: str = ""

    @property
    def card(self):
        """The row as list item. Written here, not in a template: a page has many, and this takes a tenth of the time."""
        lang = f' lang="{self.lang}"' if self.lang else ""
        return mark_safe(  # noqa: S308  every text is escaped
            f'<li class="spine entry {self.spine}"><div class="date"><b>{self.day}</b><span>{escape(self.when)}</span></div>'
            f'<div><span class="kind">{escape(self.kind)}</span><h3{lang}><a href="{self.url}">{escape(self.title)}</a></h3>'
            f'<div class="meta">{escape(self.facts)}{self.network and f" · {self.network}"}</div>{self.materials}</div>'
            f'<div class="seats {self.tone}"><b>{escape(self.seats)}</b>{self.of_all}</div></li>'
        )


def text(training, field, mine=None):
    """(text, lang): the text in `mine`, the reader's language, and "", or the other language's and its code."""
    mine = mine or words.language()
    other = "fi" if mine == "sv" else "sv"
    if own := getattr(training, f"{field}_{mine}"):
        return own, ""
    spare = getattr(training, f"{field}_{other}") or ""
    is_same = getattr(training, "texts", "") == Training.Texts.SAME
    return spare, other if spare and not is_same else ""


def marked(text, lang):
    """A text as `text` gives it, in a span with its `lang` when it is in the other language."""
    return format_html('<span lang="{}">{}</span>', lang, text) if lang else text


def spine(training):
    """The colour of a training: that of networks when it is a network's gathering."""
    of_networks = (Training.Kind.REMOTE_COFFEE, Training.Kind.NETWORK_DAY)
    return "network" if training.network_id or training.kind in of_networks else "training"


def network_link(training):
    """The name of the network whose gathering it is, as a link to its page; nothing for other trainings."""
    if not training.network_id:
        return ""
    network = NETWORKS[training.network_id]
    return format_html('<a href="{}">{}</a>', network.get_absolute_url(), marked(*text(network, "name")))


def where(training, place=None):
    """Porvoo / Remotely / Porvoo and remotely."""
    place = place or text(training, "place")[0]
    if training.format == Training.Format.REMOTE:
        return gettext("Remotely")
    if training.format == Training.Format.ONSITE:
        return place or gettext("On site")
    return gettext("%(place)s and remotely") % {"place": place} if place else gettext("On site and remotely")


def where_exactly(training):
    """The place as on the training's own page: with its address."""
    place = marked(*text(training, "place"))
    if training.format == Training.Format.REMOTE or not place:
        return where(training)
    if training.address:
        place = format_html("{}, {}", place, training.address)
    return format_html("{} {}", place, gettext("and remotely")) if training.format == Training.Format.HYBRID else place


def length(training):
    """How long it takes: 45 min, whole day, 24.–25.11."""
    start, end = days.local(training.starts_at), days.local(training.ends_at)
    if start.date() == end.date():
        return gettext("whole day") if end - start >= timedelta(hours=WHOLE_DAY_HOURS) else words.duration(start, end)
    first = f"{start.day}." if start.month == end.month else f"{start.day}.{start.month}."
    return f"{first}–{end.day}.{end.month}."


SEATS = (
    QuerySet(Registration)
    .filter(state__in=Registration.LIVE)
    .order_by()
    .values_list("training", "mode", "state")
    .annotate(n=Count("*"))
)
THEMES = QuerySet(Training.themes.through).order_by("pk").values_list("training", "theme")


PUBLIC = Prepared(lambda key: PAGES.public().filter(pk=key), int)
PAGE = 25  # trainings on a page of a list
SEATS_OF = Prepared(lambda *keys: SEATS.filter(training__in=keys), *[int] * PAGE)
THEMES_OF = Prepared(lambda *keys: THEMES.filter(training__in=keys), *[int] * PAGE)


def _page_of(keys):
    """As many keys as the prepared queries take: the last one fills the page."""
    return [*keys, *[keys[-1]] * (PAGE - len(keys))]


def taken_by_training(keys):
    """{training: {(mode, holds a seat): number}} of at most a page of trainings, in one query."""
    counts = defaultdict(lambda: defaultdict(int))
    for training, mode, state, number in SEATS_OF(*_page_of(keys)) if keys else ():
        counts[training][mode, state != State.WAITING] += number
    return counts


TIES = Prepared(
    lambda key: QuerySet(Training).filter(pk=key).order_by().values_list("themes", "audience", "co_organisers"), int
)


def ties_of(training):
    """(themes, audience, co-organisers) of a training, each in its table's order, in one query for their keys."""
    # One row for each combination: a training has a few of each
    rows = TIES(training.pk)
    tables = (kept.themes, kept.topics, kept.regions)
    return [table.pick({row[number] for row in rows} - {None}) for number, table in enumerate(tables)]


@dataclass(slots=True)
class Sitting:
    """One session on the page of its training."""

    period: str
    place: str
    link: str
    starts_at: datetime
    ends_at: datetime


SITTINGS = Prepared(
    lambda key: (
        QuerySet(Session).filter(training=key).values_list("starts_at", "ends_at", "place_fi", "place_sv", "link")
    ),
    int,
)


def sittings(training):
    """The sessions of a training in order of time; a place only where it differs from the training's."""
    other = "fi" if words.language() == "sv" else "sv"
    made = []
    is_remote = training.format == Training.Format.REMOTE
    for number, (starts_at, ends_at, *places, link) in enumerate(SITTINGS(training.pk)):
        place, spare = places if other == "sv" else reversed(places)
        made.append(
            Sitting(
                period=words.period(starts_at, ends_at),
                place="" if is_remote else place or marked(spare, other if spare else ""),
                link=link or (training.link if not number else ""),
                starts_at=starts_at,
                ends_at=ends_at,
            )
        )
    return made


def own_state(registration):
    """What the list says of the reader's own registration."""
    if registration.state == State.WAITING:
        return gettext("In the queue: %(place)s.") % {"place": registration.queue_position}
    return {
        State.REGISTERED: gettext("Signed up"),
        State.OFFERED: gettext("A seat is offered to you"),
        State.ATTENDED: gettext("You were there"),
        State.ABSENT: gettext("Signed up"),
    }[registration.state]


def seats(training, taken, registration=None, now=None):
    """(words, " / all", tone) on the seats of a training; `taken` as in `taken_by_training`."""
    now = now or timezone.now()
    if training.is_cancelled:
        return gettext("Cancelled"), "", "off"
    if training.is_draft:
        return gettext("Draft"), "", "few"
    if registration is not None:
        return own_state(registration), "", "few" if registration.state == State.OFFERED else "own"
    if training.is_drop_in:
        return (gettext("Held"), "", "full") if training.is_over(now) else (gettext("Just come"), "", "")
    state = training.signup_state(now)
    if state == "early":
        return gettext("Sign-up opens on %(when)s") % {"when": words.day(training.signup_opens_at)}, "", "full"
    if state == "closed":
        return (gettext("Held") if training.is_over(now) else gettext("Sign-up is closed")), "", "full"
    free, capacity, waiting = 0, 0, 0
    for mode in training.modes:
        waiting += taken.get((mode, False), 0)
        limit = training.capacity(mode)
        if limit is None:
            return gettext("Seats free"), "", ""
        capacity += limit
        free += max(0, limit - taken.get((mode, True), 0))
    if not free:
        if waiting:
            return gettext("Full, %(number)s in the queue") % {"number": waiting}, "", "full"
        return gettext("Full"), "", "full"
    if free <= FEW:
        return ngettext("%(number)s seat", "%(number)s seats", free) % {"number": free}, f" / {capacity}", "few"
    return gettext("Seats free"), "", ""


def rows(trainings, names, mine, now=None):
    """Row objects of `trainings` (a list) in two queries; `mine` maps trainings to the reader's registrations."""
    keys = [training.pk for training in trainings]
    themes = defaultdict(list)
    for training, theme in THEMES_OF(*_page_of(keys)) if keys else ():
        themes[training].append(theme)
    return _rows(trainings, names, mine, taken_by_training(keys), themes, now or timezone.now())


def _rows(trainings, names, mine, taken, themes, now):
    """Row objects of `trainings`; `taken`, `mine` and `themes` (their keys) by training."""
    kinds = {value: str(label) for value, label in Training.Kind.choices}
    languages = {value: str(label) for value, label in Training.Language.choices}
    base = reverse("trainings:list")

    def theme_name(theme):
        return names["theme"].get(theme) or kept.themes[theme].name

    shows_region = len(names["region"]) > 1
    language = words.language()
    months = {}
    made = []
    for training in trainings:
        title, lang = text(training, "title", language)
        start = days.local(training.starts_at)
        month = start.year, start.month
        if month not in months:
            months[month] = words.month(start)
        facts = [where(training, text(training, "place", language)[0]), length(training), languages[training.language]]
        if extra := text(training, "interpretation", language)[0]:
            facts[2] += f", {extra}"
        if shows_region:
            facts.append(names["region"].get(training.region_id) or kept.regions[training.region_id].name)
        said, of_all, tone = seats(training, taken.get(training.pk, {}), mine.get(training.pk), now)
        made.append(
            Row(
                url=f"{base}{training.pk}-{slugify(title) or 'training'}/",
                title=title,
                lang=lang,
                spine=spine(training),
                kind=" · ".join([kinds[training.kind], *(theme_name(theme) for theme in themes[training.pk][:2])]),
                day=str(start.day),
                when=f"{words.weekday_short(start)} {words.clock(start)}",
                facts=" · ".join(facts),
                seats=said,
                of_all=of_all,
                tone=tone,
                month=months[month],
                cancelled=training.is_cancelled,
                draft=training.is_draft,
                network=network_link(training),
            )
        )
    return made


NETWORK_COMING, NETWORK_PAST = 15, 10  # gatherings on a network's page: together at most a page


def gatherings(network, reader, now=None):
    """{"coming", "past"}: rows of a network's gatherings for its own page, the next and the latest first, in three queries."""
    now = now or timezone.now()
    held = gatherings_of(network)
    coming, past = held.coming(now)[:NETWORK_COMING].values("pk"), held.past(now)[:NETWORK_PAST].values("pk")
    made = _gathering_rows(Q(pk__in=coming) | Q(pk__in=past), reader, now)
    return {
        "coming": [row for training, row in made if training.ends_at >= now],
        "past": [row for training, row in reversed(made) if training.ends_at < now],
    }


def gatherings_of(network):
    """What everybody sees of a network's gatherings, a QuerySet."""
    return READ_ONLY.public().filter(network=network)


def gathering_page(trainings, reader, *, is_past, now=None):
    """Rows of a page of `gatherings_of`, with their materials, in three queries."""
    made = _gathering_rows(Q(pk__in=trainings.values("pk")), reader, now or timezone.now())
    return [row for _training, row in (reversed(made) if is_past else made)]


def _gathering_rows(shown, reader, now):
    """[(training, row)] of gatherings in order of time, with the materials that the reader may open."""
    found, themes = {}, defaultdict(list)
    for training in ROWS.filter(shown).annotate(theme=F("themes")).order_by("starts_at", "pk", "theme"):
        found.setdefault(training.pk, training)  # one row for each theme
        if training.theme:
            themes[training.pk].append(training.theme)
    trainings = list(found.values())
    taken, mine = _seats_and_own(list(found), reader)
    materials = _materials(list(found), reader)
    made = _rows(trainings, {"theme": {}, "region": {}}, mine, taken, themes, now)
    for training, row in zip(trainings, made, strict=True):
        row.network = ""  # the page is its own
        row.materials = materials.get(training.pk, "")
    return list(zip(trainings, made, strict=True))


def _materials(keys, reader):
    """{training: links to its materials} of what the reader may open, in one query."""
    found = defaultdict(list)
    for material in Material.objects.readable_by(reader).filter(training__in=keys) if keys else ():
        found[material.training_id].append((material.get_absolute_url(), marked(*text(material, "title"))))
    return {
        key: format_html(
            '<div class="meta">{} {}</div>',
            gettext("Materials:"),
            format_html_join(", ", '<a href="{}">{}</a>', links),
        )
        for key, links in found.items()
    }


def _seats_and_own(keys, reader):
    """(as `taken_by_training`, {training: the reader's live registration}) of these trainings, in one query."""
    taken, mine = defaultdict(lambda: defaultdict(int)), {}
    live = QuerySet(Registration).filter(training__in=keys, state__in=Registration.LIVE).order_by()
    own = Q(person=reader.pk or 0)
    in_line = live.filter(own, training=OuterRef("training"), state=State.WAITING).values("pk")
    counted = live.values_list("training", "mode", "state").annotate(
        n=Count("*"), own=Max("pk", filter=own), place=Count("pk", filter=Q(pk__lte=Subquery(in_line)))
    )
    for training, mode, state, number, key, place in counted if keys else ():
        taken[training][mode, state != State.WAITING] += number
        if key:
            mine[training] = Registration(pk=key, training_id=training, person=reader, mode=mode, state=state)
            mine[training].place_in_queue = place
    return taken, mine


def by_month(rows):
    """[(month's name, rows)] of rows in order of time."""
    months = []
    for row in rows:
        if not months or months[-1][0] != row.month:
            months.append((row.month, []))
        months[-1][1].append(row)
    return months


@dataclass(slots=True)
class Happening:
    """A session on a day of the month."""

    url: str
    title: str
    lang: str
    clock: str
    spine: str
    cancelled: bool
    meta: str


def month_after(first):
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_days(first, trainings):
    """[[(date, happenings or None outside the month)]] by week from Monday; `trainings` is a QuerySet of those to show."""
    since, until = days.at(first, time()), days.at(month_after(first), time())
    sessions = (
        Session.objects.filter(
            starts_at__gte=since, starts_at__lt=until, training__in=trainings.order_by().values("pk")
        )
        .select_related("training")
        .order_by("starts_at", "pk")
    )
    held = defaultdict(list)
    for session in sessions:
        title, lang = text(session.training, "title")
        held[days.local(session.starts_at).date()].append(
            Happening(
                url=session.training.get_absolute_url(),
                title=title,
                lang=lang,
                clock=words.clock(session.starts_at),
                spine=spine(session.training),
                cancelled=session.training.is_cancelled,
                meta=where(session.training),
            )
        )
    return [
        [(day, held[day] if day.month == first.month else None) for day in week]
        for week in Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    ]


def modes(training, taken):
    """How one can take part: [{"mode", "label", "capacity", "free" (None: no limit), "waiting", "said", "is_choice"}]."""
    made = []
    for mode in training.modes:
        capacity = training.capacity(mode)
        free = None if capacity is None else max(0, capacity - taken.get((mode, True), 0))
        row = {"mode": str(mode), "label": Mode(mode).label, "capacity": capacity, "free": free}
        row["waiting"] = taken.get((mode, False), 0)
        made.append(row | {"said": seats_in_words(row), "is_choice": len(training.modes) > 1})
    return made


def open_to(training):
    """Whose staff may sign up."""
    regions = training.organising_regions
    if training.open_to_all or any(region.kind != region.Kind.AKE for region in regions):
        return gettext("everybody who works at a library")
    return gettext("libraries of %(regions)s") % {"regions": ", ".join(region.name for region in regions)}


def seats_in_words(mode):
    """How many seats one of `modes` has and how many are free."""
    if mode["free"] is None:
        return gettext("no limit")
    numbers = {"free": mode["free"], "all": mode["capacity"], "waiting": mode["waiting"]}
    if mode["free"]:
        return ngettext("%(free)s seat free of %(all)s", "%(free)s seats free of %(all)s", mode["free"]) % numbers
    return (
        gettext("full (%(all)s), %(waiting)s in the queue") if mode["waiting"] else gettext("full (%(all)s)")
    ) % numbers


def event_data(training, path, held):
    """The training, whose page is at `path`, as schema.org Event: JSON ready to stand in a script element.

    `held` is what `sittings` gave: several days are events of their own within it, or it would seem to last for weeks.
    """
    formats = {
        Training.Format.ONSITE: "Offline",
        Training.Format.REMOTE: "Online",
        Training.Format.HYBRID: "Mixed",
    }
    address = settings.SITE_URL + path
    places = []
    if training.format != Training.Format.REMOTE:
        name = text(training, "place")[0]
        places.append({"@type": "Place", "name": name, "address": training.address or name})
    if training.format != Training.Format.ONSITE:
        places.append({"@type": "VirtualLocation", "url": address})
    data = {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "name": text(training, "title")[0],
        "description": text(training, "summary")[0],
        "url": address,
        "inLanguage": training.language.split("-"),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if training.is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{formats[training.format]}EventAttendanceMode",
        "location": places,
        "organizer": {"@type": "Organization", "name": training.region.title, "email": training.region.email},
        "isAccessibleForFree": True,
    }
    if training.starts_at:
        data["startDate"] = days.local(training.starts_at).isoformat()
        data["endDate"] = days.local(training.ends_at).isoformat()
    if len(held) > 1:
        data["subEvent"] = [
            {
                "@type": "EducationEvent",
                "name": f"{data['name']}, {sitting.period}",
                "startDate": days.local(sitting.starts_at).isoformat(),
                "endDate": days.local(sitting.ends_at).isoformat(),
                "location": places,
            }
            for sitting in held
        ]
    escapes = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
    # the three signs that could end the script element are written as escapes
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(escapes))  # noqa: S308  escaped as said above
