"""What a group writes together about its meetings. Its members read it, the database keeps it sealed, nobody else has it.

A text goes from here to a page alone: never to a mail, a message, a log or a history. What a group wants others to
know it writes anew, as a summary.
"""

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from ake_portal.lib import sealed
from ideas import actions as ideas
from ideas.models import Idea
from mentoring import note_mails
from mentoring.actions import Refused
from mentoring.models import Application, Cohort, Group, Meeting, Note

WRITTEN_IN = (Cohort.State.RUNNING, Cohort.State.CLOSING)


class Behind(Exception):
    """Somebody has saved since the text was read; `note` is what is there now."""

    def __init__(self, note):
        super().__init__()  # the text stays out of the exception
        self.note = note


def meetings_of(user):
    """Meetings whose notes `user` may read: of the groups where the person is a member."""
    return Meeting.objects.filter(group__in=Group.objects.of(user).values("pk"))


def of(meeting):
    """The note of a meeting; where there is none, an unsaved one with revision 0."""
    found = Note.objects.filter(meeting=meeting).select_related("changed_by").first()
    return found or Note(meeting=meeting, revision=0, sealed=b"")


@sensitive_variables()
def text_of(note):
    """What stands in a note. Raises sealed.Lost."""
    return sealed.open(note.sealed) if note.revision else ""


def can_be_written(group):
    """Whether the group's notes still take changes: when the cohort is closed they are for reading."""
    return group.cohort.state in WRITTEN_IN


@sensitive_variables()
def write(meeting, *, text, by, revision, now=None):
    """Keep `text` as the note of the meeting. Returns the Note.

    `revision` is the one that the writer has read, 0 for none. Raises Behind when somebody has saved since, Refused
    "state" when the cohort is closed, "note_lost" when the note there cannot be opened: its key may come back.
    """
    with transaction.atomic():
        meeting = Meeting.objects.select_for_update(of=("self",)).select_related("group__cohort").get(pk=meeting.pk)
        if not can_be_written(meeting.group):
            raise Refused("state")
        note = of(meeting)
        text = text.replace("\r\n", "\n").strip()
        try:
            if text_of(note) == text:
                return note
        except sealed.Lost:
            raise Refused("note_lost") from None
        if note.revision != revision:
            raise Behind(note)
        note.sealed = sealed.seal(text)
        note.revision += 1
        note.changed_at, note.changed_by = now or timezone.now(), by
        note.save()
        return note


@transaction.atomic
def release(group, *, title, text, language, by):
    """Send a summary, written anew in `language` ("fi" or "sv"), to the idea bank; the other members get it by mail. Returns the Idea."""
    application = Application.objects.members().select_related("library").get(group=group, person=by)
    idea = ideas.begin(
        kind=Idea.Kind.PRACTICE,
        author=by,
        region=group.cohort.region,
        library=application.library,
        language=language,
        title=title,
        topics=[group.topic],
    )
    setattr(idea, f"body_{language}", text)
    idea.save(update_fields=[f"body_{language}"])
    idea = ideas.send(idea, by=by)
    for other in group.applications.members().exclude(person=by).select_related("person__library__region"):
        note_mails.summary_released(idea, group, other.person, title=title, text=text)
    return idea


def reseal():
    """Seal every note with the newest key. Returns how many were, and how many no key opens."""
    done = lost = 0
    for key in Note.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            note = Note.objects.select_for_update(of=("self",)).filter(pk=key).first()
            if note is None:
                continue
            try:
                Note.objects.filter(pk=key).update(sealed=sealed.reseal(note.sealed))
                done += 1
            except sealed.Lost:
                lost += 1
    return done, lost
