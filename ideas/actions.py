"""What happens to an idea, one verb each, one transaction each. The moves are those of workflow.IDEA."""

from django.db import transaction
from django.utils import timezone

from ideas import mails, workflow
from ideas.models import LANGUAGES, Idea

Kind, State = Idea.Kind, Idea.State


class Refused(Exception):
    """The move cannot be made; `codes` say why, each a key of messages.TEXTS."""

    def __init__(self, *codes):
        super().__init__(*codes)
        self.codes = codes


# Beginning


@transaction.atomic
def begin(*, kind, author, region, library=None, language="fi", title="", host=None, host_contact=None, topics=()):
    """A new draft of `author`, in `language` ("fi" or "sv"). Returns the Idea."""
    idea = Idea.objects.create(
        kind=kind,
        author=author,
        region=region,
        library=library,
        language=language,
        host=host,
        host_contact=host_contact,
        **{f"title_{language}": title},
    )
    idea.topics.set(topics)
    return idea


def begin_story(*, author, library, region, host, topics, title, language, host_contact=None):
    """A draft of the story of a visit that `author` of `library` has made to the library `host`. Returns the Idea."""
    return begin(
        kind=Kind.STORY,
        author=author,
        library=library,
        region=region,
        host=host,
        host_contact=host_contact,
        topics=topics,
        title=title,
        language=language,
    )


@transaction.atomic
def tip(*, title, text, region, language, by=None, noted_by=None, library=None, now=None):
    """Something the AKE of `region` should hear of, about `library` if any; `by` is None when no name is to stay.

    `noted_by` of the AKE wrote down what `by` told by phone or mail. Returns the Idea.
    """
    now = now or timezone.now()
    idea = Idea.objects.create(
        kind=Kind.TIP,
        state=State.WITH_AKE,
        state_since=now,
        created_at=now,
        author=by,
        noted_by=noted_by,
        region=region,
        library=library,
        language=language,
        **{f"title_{language}": title, f"body_{language}": text},
    )
    if by:
        mails.thanks(idea)
    return idea


# What a move asks for


def why_not_ready(idea):
    """Codes of what the author's part lacks: title, text, descriptions of pictures in the language it is written in."""
    written = idea.language
    lacks = []
    if not getattr(idea, f"title_{written}"):
        lacks.append("no_title")
    if not any(getattr(idea, f"{name}_{written}") for name in idea.texts):
        lacks.append("no_text")
    if any(not getattr(picture, f"alt_{written}") for picture in idea.pictures.all()):
        lacks.append("not_described")
    return lacks


def why_not_publishable(idea):
    """Codes of what keeps an idea from everybody's eyes."""
    if idea.kind == Kind.TIP:
        return ["tip"]
    lacks = [code for code in why_not_ready(idea) if code == "no_text"]
    for language in LANGUAGES:
        lacks += [f"{name}_{language}" for name in idea.lacks(language)]
        if any(not getattr(picture, f"alt_{language}") for picture in idea.pictures.all()):
            lacks.append(f"alt_{language}")
    return lacks


def host_person(idea, by):
    """Whom to ask about the facts: the contact, else whoever decides at the host library today; never the author. None when there is nobody."""
    person = idea.host_contact
    if person is None or not person.is_active or person.erased_at:
        person = idea.host.approver_for(idea.author or by)
    return None if person is None or person.pk == idea.author_id or not person.is_active else person


def fits(idea, move):
    """Whether `move` makes sense for this kind of idea, wherever it stands: such buttons are not shown otherwise."""
    if idea.kind == Kind.TIP:
        return move not in ("send", "ask_check", "send_back", "publish", "take_back")
    if move == "make_practice":
        return False
    if move == "ask_check":
        return idea.kind == Kind.STORY and idea.host_id is not None
    return move != "send_back" or idea.author_id is not None


def moves_for(idea, user):
    """Names of the moves that `user` can take now, in the order of the table."""
    if not user.is_authenticated:
        return []
    roles = set()
    if idea.author_id == user.pk:
        roles.add(workflow.AUTHOR)
    if user.is_staff and user.runs(idea.region):
        roles.add(workflow.AKE)
    return [
        name for name in workflow.IDEA if roles.intersection(workflow.who(name)) and idea.may(name) and fits(idea, name)
    ]


# The moves


def _lock(idea, move, now):
    """The idea, locked and moved on in memory. Raises Refused "state"."""
    idea = (
        Idea.objects.select_for_update(of=("self",))
        .select_related("region", "author", "library", "host__region", "host_contact")
        .get(pk=idea.pk)
    )
    if not idea.may(move):
        raise Refused("state")
    idea.state, idea.state_since = workflow.IDEA[move].target, now or timezone.now()
    return idea


def _refuse(codes):
    if codes:
        raise Refused(*codes)


@transaction.atomic
def send(idea, *, by, now=None):
    """From the author to the AKE. Raises Refused: "state", "tip", what why_not_ready says."""
    idea = _lock(idea, "send", now)
    _refuse(["tip"] if idea.kind == Kind.TIP else why_not_ready(idea))
    idea.note = ""
    idea.save()
    return idea


@transaction.atomic
def ask_check(idea, by, *, now=None):
    """Ask the host whether the story's facts are right; `by` is the author or the AKE.

    Raises Refused: "state", "no_host", "no_one_to_ask", what why_not_ready says.
    """
    idea = _lock(idea, "ask_check", now)
    if idea.kind != Kind.STORY or idea.host is None:
        raise Refused("no_host")
    _refuse(why_not_ready(idea))
    idea.asked = host_person(idea, by)
    if idea.asked is None:
        raise Refused("no_one_to_ask")
    idea.asked_at, idea.note = idea.state_since, ""
    idea.checked_by, idea.checked_at, idea.check_note = None, None, ""
    idea.save()
    mails.check(idea)
    return idea


@transaction.atomic
def answer_check(idea, *, by, note="", now=None):
    """The host's word: without a `note` the facts are right. On to the AKE. Raises Refused "state"."""
    idea = _lock(idea, "answer_check", now)
    idea.checked_by, idea.checked_at, idea.check_note = by, idea.state_since, note
    idea.save()
    mails.checked(idea)
    return idea


@transaction.atomic
def go_on(idea, *, by, now=None):
    """The AKE does not wait for the host any longer. Raises Refused "state"."""
    idea = _lock(idea, "go_on", now)
    idea.save()
    return idea


@transaction.atomic
def send_back(idea, *, by, note, now=None):
    """Back to the author, who reads in `note` what to change. Raises Refused: "state", "tip", "no_author", "no_note"."""
    idea = _lock(idea, "send_back", now)
    if idea.kind == Kind.TIP:
        raise Refused("tip")
    if idea.author is None or not idea.author.is_active:
        raise Refused("no_author")
    if not note.strip():
        raise Refused("no_note")
    idea.note = note.strip()
    idea.save()
    mails.sent_back(idea, by)
    return idea


@transaction.atomic
def make_practice(idea, *, by, now=None):
    """A tip becomes a good practice that the AKE writes out. Raises Refused: "state", "no_tip"."""
    idea = _lock(idea, "make_practice", now)
    if idea.kind != Kind.TIP:
        raise Refused("no_tip")
    # Whoever gave the tip did not write it for everybody to read
    idea.kind, idea.shows_author = Kind.PRACTICE, False
    idea.save()
    return idea


@transaction.atomic
def publish(idea, *, by, now=None):
    """Everybody reads it from now on. Raises Refused: "state", what why_not_publishable says."""
    idea = _lock(idea, "publish", now)
    _refuse(why_not_publishable(idea))
    is_first = idea.published_at is None
    idea.published_at, idea.note = idea.published_at or idea.state_since, ""
    idea.save()
    if is_first and idea.author:
        mails.published(idea)
    return idea


@transaction.atomic
def unpublish(idea, *, by, now=None):
    """From the public page back to the AKE's desk. Raises Refused "state"."""
    idea = _lock(idea, "unpublish", now)
    idea.save()
    return idea


@transaction.atomic
def set_aside(idea, *, by, now=None):
    """The AKE has read it and does not publish it. Raises Refused "state"."""
    idea = _lock(idea, "set_aside", now)
    idea.save()
    return idea


@transaction.atomic
def reopen(idea, *, by, now=None):
    """What was set aside lies on the AKE's desk again. Raises Refused "state"."""
    idea = _lock(idea, "reopen", now)
    idea.save()
    return idea


@transaction.atomic
def take_back(idea, *, by, now=None):
    """The author goes on writing. Raises Refused: "state", "tip"."""
    idea = _lock(idea, "take_back", now)
    if idea.kind == Kind.TIP:
        raise Refused("tip")
    idea.save()
    return idea


@transaction.atomic
def withdraw(idea, *, by, now=None):
    """The author does not want it published. Raises Refused "state"."""
    idea = _lock(idea, "withdraw", now)
    idea.save()
    return idea
