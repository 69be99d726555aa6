"""A person's ideas: for the export of one's own data, and when the data is erased."""

from ideas import pictures
from ideas.models import Idea, Picture

HANDED_IN = (Idea.State.WITH_AKE, Idea.State.PUBLISHED, Idea.State.ASIDE)


def export_for(person):
    """Plain data for one's own export."""
    ideas = person.ideas.select_related("library", "host", "region").prefetch_related("topics").order_by("pk")
    return {
        "written": [
            {
                "kind": idea.kind,
                "state": idea.state,
                "title": str(idea),
                "summary": idea.summary or "",
                "texts": {name: getattr(idea, f"{name}_{idea.language}") or "" for name in idea.texts},
                "language": idea.language,
                "library": str(idea.library or ""),
                "host": str(idea.host or ""),
                "region": str(idea.region),
                "topics": [str(topic) for topic in idea.topics.all()],
                "written_at": idea.created_at,
                "published_at": idea.published_at,
                "name_is_shown": idea.shows_author,
                "note_of_the_ake": idea.note,
            }
            for idea in ideas
        ],
        "checked": [
            {"title": str(idea), "checked_at": idea.checked_at, "note": idea.check_note}
            for idea in Idea.objects.filter(checked_by=person).order_by("pk")
        ],
        "asked_to_check": [str(idea) for idea in Idea.objects.filter(asked=person, checked_at=None).order_by("pk")],
    }


def let_go(person):
    """What the AKE has got stays, without a name; what the person has kept or was still to hand in goes, with its pictures."""
    own = Idea.objects.filter(author=person)
    unpublished = own.exclude(state__in=HANDED_IN)
    pictures.remove(Picture.objects.filter(idea__in=unpublished))
    unpublished.delete()
    own.update(author=None)
    # asked for a word that will not come: the AKE goes on without
    Idea.objects.filter(asked=person).update(asked=None)
    Idea.objects.filter(host_contact=person).update(host_contact=None)
    Idea.objects.filter(checked_by=person).update(checked_by=None)
