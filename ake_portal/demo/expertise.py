"""What the demo's libraries are good at, written through the real action."""

import tomllib
from datetime import time, timedelta
from pathlib import Path

from ake_portal.demo.cast import BY_KEY
from ake_portal.demo.programme import written_at
from ake_portal.lib import days
from ake_portal.lib.progress import progress
from peerlearning import expertise
from peerlearning.models import Expertise
from people.models import Topic

SOURCE = Path(__file__).with_name("expertise.toml")


def load(libraries, cast, now):
    """Write the rows of expertise.toml as of `now`; a colleague in Askola is named to write. Returns how many."""
    rows = tomllib.loads(SOURCE.read_text())["expertise"]
    topics = {topic.name_fi: topic for topic in Topic.objects.all()}
    for said in progress(rows, "Expertise"):
        library = libraries[said["library"]]
        row = Expertise(library=library, topic=topics[said["topic"]])
        for language in ("fi", "sv"):
            setattr(row, f"title_{language}", said[language][0])
            setattr(row, f"text_{language}", said[language][1])
        if said.get("ask"):
            row.contact = _colleague(library)
        day = days.local(now).date() - timedelta(days=said.get("ago", 30))
        expertise.write(row, by=library.director or cast["porvoo"], today=day)
        written_at(days.at(day, time(10)))
    expertise.name_editor(libraries["askola"], person=cast["aino"], by=cast["director"])
    written_at(days.at(day, time(11)))
    return len(rows)


def _colleague(library):
    """Somebody who works there and is none of the cast; the director where there is nobody else."""
    known = [member.email for member in BY_KEY.values()]
    people = library.people.filter(library_confirmed_at__isnull=False).exclude(email__in=known)
    return people.exclude(pk=library.director_id).order_by("pk").first() or library.director
