"""Notes in a person's own data: they belong to the group, and the export says so without them."""

from django.utils.translation import gettext as _

from mentoring.models import Group, Note


def export_for(person):
    """Plain data for one's own export: in which groups there are notes, never what stands in them."""
    return {
        "groups_with_notes": [
            {"group": str(group), "cohort": str(group.cohort)}
            for group in Group.objects.of(person)
            .filter(meetings__note__isnull=False)
            .select_related("cohort", "topic")
            .distinct()
            .order_by("pk")
        ],
        "why_not_here": _(
            "Notes are written together and belong to the group: read them on its pages. Your answer to the closing"
            " survey is kept without your name, so it cannot be found here."
        ),
    }


def let_go(person):
    """The notes stay with the group, without the name of who changed them last."""
    Note.objects.filter(changed_by=person).update(changed_by=None)
