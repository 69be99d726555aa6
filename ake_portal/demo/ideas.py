"""The idea bank of the demo, made through the real actions."""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path

from ake_portal.demo.cast import BY_KEY
from ake_portal.demo.pictures import drawn
from ake_portal.demo.programme import written_at
from ake_portal.lib import days
from ake_portal.lib.progress import progress
from ideas import actions, pictures
from ideas.models import Idea
from people.models import Region, Topic

SOURCE = Path(__file__).with_name("ideas.toml")
State = Idea.State


def load(libraries, cast, now):
    """Make the ideas and tips of ideas.toml as of `now`; `libraries` by slug, `cast` by key. Returns how many."""
    source = tomllib.loads(SOURCE.read_text())
    maker = Maker(libraries, cast, now)
    for said in progress(source["idea"], "Ideas"):
        maker.make(said)
    for said in source["tip"]:
        maker.tip(said)
    return len(source["idea"]) + len(source["tip"])


class Maker:
    """One idea after the other, each with its mails dated to its own days."""

    def __init__(self, libraries, cast, now):
        self.libraries, self.cast, self.now = libraries, cast, now
        self.topics = {topic.name_fi: topic for topic in Topic.objects.all()}

    def _ago(self, number, hour=10):
        """A moment so many days ago, at work, never in the future."""
        day = days.local(self.now).date() - timedelta(days=number)
        while not days.is_working_day(day):
            day -= timedelta(days=1)
        return min(datetime.combine(day, time(hour), days.HELSINKI), self.now)

    def _author(self, said, library):
        if said.get("author"):
            return self.cast[said["author"]]
        known = [BY_KEY[key].email for key in BY_KEY]
        people = library.people.filter(library_confirmed_at__isnull=False).exclude(email__in=known)
        return people.exclude(pk=library.chief.pk).order_by("pk").first() or library.chief

    def make(self, said):
        library = self.libraries[said["from"]]
        host = self.libraries[said["host"]] if "host" in said else None
        language, written = said.get("language", "fi"), self._ago(said["ago"] + 2)
        author = self._author(said, library)
        idea = actions.begin(
            kind=said["kind"],
            author=author,
            region=library.region,
            library=library,
            host=host,
            language=language,
            topics=[self.topics[name] for name in said.get("topics", [])],
        )
        idea.created_at = idea.state_since = written
        self._write(idea, language, said)
        if "picture" in said:
            name, alt_fi, alt_sv = said["picture"]
            pictures.add(idea, pictures.examine(drawn(name)), alt_sv if language == "sv" else alt_fi)
        self._take_on(idea, said, language)
        written_at(written)

    def _write(self, idea, language, said):
        for name, text in zip(("title", "summary", *idea.texts), said[language], strict=True):
            setattr(idea, f"{name}_{language}", text)
        idea.save()

    def _take_on(self, idea, said, language):
        """As far as the file says, by whoever takes the step."""
        state, author, ake = (
            said.get("state", State.PUBLISHED),
            idea.author,
            idea.region.coordinators.order_by("pk").first(),
        )
        sent = self._ago(said["ago"] + 1, 14)
        if state == State.DRAFT:
            return
        if state == State.WITHDRAWN:
            actions.withdraw(idea, by=author, now=sent)
            return
        if idea.host and not said.get("unchecked"):
            idea = actions.ask_check(idea, author, now=sent)
            written_at(sent)
            if state == State.WITH_HOST:
                return
            answered = self._ago(said["ago"], 9)
            idea = actions.answer_check(idea, by=idea.asked, note=said.get("note", ""), now=answered)
            written_at(answered)
        else:
            idea = actions.send(idea, by=author, now=sent)
        decided = self._ago(max(said["ago"] - 1, 0), 13)
        if state == State.RETURNED:
            actions.send_back(idea, by=ake, note=said["reply"], now=decided)
        elif state == State.ASIDE:
            actions.set_aside(idea, by=ake, now=decided)
        elif state == State.PUBLISHED:
            self._write(idea, "fi" if language == "sv" else "sv", said)
            for picture in idea.pictures.all():
                _name, picture.alt_fi, picture.alt_sv = said["picture"]
                picture.save()
            actions.publish(idea, by=ake, now=decided)
        written_at(decided)

    def tip(self, said):
        when = self._ago(said["ago"], 11)
        actions.tip(
            title=said["title"],
            text=said["text"],
            region=Region.objects.get(code=said["region"]),
            library=self.libraries[said["about"]],
            language=said.get("language", "fi"),
            by=self.cast[said["author"]] if "author" in said else None,
            now=when,
        )
        written_at(when)
