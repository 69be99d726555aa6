"""What goes by itself: ideas that nobody is going to read any more, two years after the last step."""

from datetime import timedelta

from ideas import pictures
from ideas.models import Idea, Picture

KEPT = timedelta(days=730)
ENDED = (Idea.State.DRAFT, Idea.State.WITHDRAWN, Idea.State.ASIDE)


def delete_old(now):
    """Delete drafts, withdrawn ideas and what the AKE set aside, tips too, with their pictures. Returns how many."""
    old = Idea.objects.filter(state__in=ENDED, state_since__lt=now - KEPT)
    pictures.remove(Picture.objects.filter(idea__in=old))
    return old.delete()[1].get(Idea._meta.label, 0)
