"""What happens to a library's expertise: it is written, found to hold, taken away; and who may write it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from ake_portal.lib.distance import road_km
from peerlearning import expertise_mails as mails
from peerlearning.models import Expertise, ExpertiseEditor
from people import kept
from people.models import Library

SUGGESTED = 3
NEAR = 150  # km: somebody of another region is suggested when not further away


# Writing


@transaction.atomic
def write(expertise, *, by, branches=(), today=None):
    """Store what `by` has written; whoever is named to be asked hears of it. Returns the Expertise."""
    before = (
        Expertise.objects.filter(pk=expertise.pk).values_list("contact", flat=True).first() if expertise.pk else None
    )
    expertise.updated_by, expertise.updated_at = by, timezone.now()
    expertise.checked_on = today or timezone.localdate()
    expertise.save()
    expertise.branches.set(branches)
    if expertise.contact_id not in (None, before, by.pk):
        mails.named_to_be_asked(expertise, by=by)
    return expertise


def still_holds(library, *, today=None):
    """All that the library shows is known to hold today. Returns how many rows."""
    return library.expertise.filter(is_shown=True).update(checked_on=today or timezone.localdate())


def ask_somebody_else(expertise):
    """The colleague who was named does not want to be asked: the library answers in general."""
    expertise.contact = None
    expertise.save(update_fields=["contact"])


# Who writes


def named_by(user):
    """Libraries for which `user` names the editors: directed ones, as deputy too, and those of the own regions."""
    if user.is_superuser:
        return Library.objects.working()
    directed = Library.objects.directed_by(user).order_by().values("pk")
    return Library.objects.working().filter(pk__in=directed) | Library.objects.working().filter(
        region__in=user.coordinated_regions
    )


@transaction.atomic
def name_editor(library, *, person, by):
    """`person`, who works there, may write what the library is good at, and is told. Twice is once. Returns the ExpertiseEditor."""
    editor, is_new = ExpertiseEditor.objects.get_or_create(library=library, person=person, defaults={"named_by": by})
    if is_new:
        mails.named_editor(editor)
    return editor


# Whom could I learn from


def start_of(person):
    """(latitude, longitude) of where a person works: the branch, else a place of the library's; None when it is not on the map."""
    places = kept.places.value
    own = places.branches.get(person.branch_id)
    return own or next(iter(places.libraries.get(person.library_id, ())), None)


def kilometres_from(start):
    """{library's key: km by road to its nearest place, an estimate} of all libraries on the map."""
    return {
        library: min(road_km(*start, *place) for place in places)
        for library, places in kept.places.value.libraries.items()
    }


@dataclass(frozen=True)
class Suggestion:
    """Somebody to learn from, and why: the expertise under a topic of interest, and how far it is (km or None)."""

    expertise: Expertise
    km: int | None


def _is_elsewhere(expertise, person):
    """Whether it is in another region, for which the AKE wants a reason."""
    return expertise.library.region_id != person.library.region_id


def suggested_to(person, limit=SUGGESTED):
    """Libraries that are good at what interests `person`, each once: of the own region first, of others those close by; the nearest first."""
    if person.library_id is None:
        return []
    interests = person.topics.through.objects.filter(user=person).values("topic")
    found = list(
        Expertise.objects.published()
        .filter(topic__in=interests)
        .exclude(library=person.library_id)
        .select_related("library", "topic")
        .order_by("-checked_on", "pk")
    )
    if not found:
        return []
    start = start_of(person)
    km = kilometres_from(start) if start else {}
    far = float("inf")
    found.sort(key=lambda one: (_is_elsewhere(one, person), km.get(one.library_id, far)))
    chosen = {}
    for one in found:
        if not _is_elsewhere(one, person) or km.get(one.library_id, far) <= NEAR:
            chosen.setdefault(one.library_id, one)
    return [
        Suggestion(one, round(km[one.library_id]) if one.library_id in km else None)
        for one in list(chosen.values())[:limit]
    ]
