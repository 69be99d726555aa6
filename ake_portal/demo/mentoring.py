"""Group mentoring of the demo: seasons with their groups, made through the real actions on the days on which they would have been."""

import tomllib
from datetime import time, timedelta
from pathlib import Path

from ake_portal.demo.cast import BY_KEY
from ake_portal.demo.programme import written_at
from ake_portal.lib import days
from ake_portal.lib.progress import progress
from mentoring import actions, meetings, notes, placing, survey
from mentoring.models import Application, Cohort, Note
from people.models import Region, Topic, User

SOURCE = Path(__file__).with_name("mentoring.toml")
GRADES = (
    (5, 4, 4, 5),
    (4, 5, 4, 5),
    (4, 4, 3, 4),
    (5, 5, 5, 5),
    (3, 4, 3, 4),
)  # competence, wellbeing, useful, recommends


def load(cast, now):
    """Make the seasons of mentoring.toml as of `now`. Returns how many."""
    source = tomllib.loads(SOURCE.read_text())
    for said in progress(source["cohort"], "Mentoring"):
        Season(said, source["words"], cast, now).make()
    return len(source["cohort"])


class Season:
    """One cohort, from its call to where it stands today."""

    def __init__(self, said, words, cast, now):
        self.said, self.words, self.cast, self.now = said, words, cast, now
        self.topics = list(Topic.objects.filter(name_fi__in=said["topics"]))
        self.topics.sort(key=lambda topic: said["topics"].index(topic.name_fi))

    def _day(self, number):
        """The date so many days from today."""
        return days.local(self.now).date() + timedelta(days=number)

    def _at(self, number, hour=10):
        """A moment at work so many days from today; what is to have happened already has."""
        moment = days.at(self._day(number), time(hour))
        return min(moment, self.now) if number <= 0 else moment

    def _weekday(self, number):
        """Four o'clock on the first Monday to Friday from so many days from today on."""
        day = self._day(number)
        return days.at(day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0), time(16))

    def _after(self, number):
        """At work so many days after the applications have ended."""
        day = days.local(self.cohort.deadline).date() + timedelta(days=number)
        return min(days.at(day, time(10)), self.now)

    def make(self):
        said = self.said
        self.cohort = self._begin()
        if said["becomes"] == "draft":
            return
        actions.publish(self.cohort, now=self._at(said["opened"]))
        self._apply()
        if said["becomes"] == "open":
            return
        actions.form(self.cohort, now=self._after(1))
        placing.propose(self.cohort, now=self._after(1))
        announced = self._after(2)
        placing.announce(self.cohort, now=announced)
        written_at(announced)
        self._answer()
        for group in self.cohort.groups.order_by("pk"):
            self._meet(group)
        if said["becomes"] == "closed":
            self._close()

    def _begin(self):
        said = self.said
        texts = {
            f"{name}_{language}": said[language][number]
            for language in ("fi", "sv")
            for number, name in enumerate(("name", "summary", "description"))
        }
        cohort = Cohort.objects.create(
            region=Region.objects.get(code=said["region"]),
            partners=said["partners"],
            deadline=self._weekday(said["deadline"]),
            answer_until=self._weekday(said["answer_until"]),
            first_day=self._day(said["season"][0]),
            last_day=self._day(said["season"][1]),
            **texts,
        )
        cohort.topics.set(self.topics)
        return cohort

    def _apply(self):
        """Each wishes for the topics in another order, at the times that suit the first one best."""
        said, words = self.said, self.words
        people = [*(self.cast[key] for key in said["named"]), *self._staff()]
        for number, person in enumerate(people):
            turn = number % len(self.topics)
            times = [*said["times"][turn], *said["times"][(turn + 1) % len(self.topics)][:1]]
            when = self._at(said["opened"] + number % 9)
            actions.apply(
                self.cohort,
                person=person,
                topics=[*self.topics[turn:], *self.topics[:turn]][: 3 - number % 2],
                brings=words["brings"][number % len(words["brings"])],
                learns=words["learns"][number % len(words["learns"])],
                languages=["fi", "sv"] if person.language == "sv" or number % 3 == 0 else ["fi"],
                times=times,
                employer_agrees=True,
                now=when,
            )
            written_at(when)

    def _staff(self):
        """Confirmed staff of the region, one library after the other, none of the cast, none who directs."""
        known = [member.email for member in BY_KEY.values()]
        staff = User.objects.active().filter(library__region__code=self.said["region"], directs=None)
        staff = staff.filter(library_confirmed_at__isnull=False).exclude(email__in=known).order_by("library", "pk")
        by_library = {}
        for person in staff.select_related("library__region"):
            by_library.setdefault(person.library_id, []).append(person)
        turn = self.said["opened"]  # other seasons, other people
        rows = sorted(by_library.values(), key=lambda people: (people[0].library_id + turn) % 17)
        chosen = [people[n] for n in range(3) for people in rows if len(people) > n]
        return chosen[: self.said["applicants"] - len(self.said["named"])]

    def _answer(self):
        """Most accept their place; some decline it, some do not answer, and the clock does the rest."""
        declines, silent = self.said["places"]
        cast = [self.cast[key].pk for key in self.said["named"]]
        answered = self._after(4)
        offered = self.cohort.applications.filter(state=Application.State.OFFERED).order_by("pk")
        others = [application.pk for application in offered if application.person_id not in cast]
        for application in offered:
            place = others.index(application.pk) if application.pk in others else len(others)
            if place < declines:
                actions.decline(application, now=answered)
            elif place >= declines + silent:
                actions.accept(application, now=answered)
        written_at(answered)
        late = min(self.cohort.answer_until + timedelta(days=1), self.now)
        for application in self.cohort.applications.filter(state=Application.State.OFFERED, offer_until__lte=late):
            actions.expire(application, now=late)
        for application in self.cohort.applications.filter(state=Application.State.OFFERED):
            actions.accept(application, now=late)
        written_at(late)

    def _meet(self, group):
        """The group names a convenor, plans its season, and meets; what is past has a theme, attendance and a note."""
        members = list(group.applications.members().select_related("person").by_name())
        convenor, began = members[0].person, self._at(self.said["answer_until"] + 3)
        group.teams_link = f"https://teams.example/mentorointi-{group.pk}"
        group.save(update_fields=["teams_link"])
        meetings.name_convenor(group, person=convenor, by=members[-1].person)
        planned = meetings.plan(
            group, first_day=self.cohort.first_day, times=self.said["meetings"], by=convenor, now=began
        )
        for number, text in enumerate(self.words["themes"][: len(planned)]):
            theme = meetings.propose_theme(group, text=text, by=members[number % len(members)].person)
            for voter in members[: 2 + (number + group.pk) % 3]:
                meetings.vote(theme, by=voter.person)
            meeting = planned[number]
            if meeting.starts_at < self.now + timedelta(days=6):
                meetings.agree(meeting, theme=theme, by=convenor)
            if meeting.ends_at < self.now:
                self._was_held(meeting, number, members, convenor)
        written_at(began)

    def _was_held(self, meeting, number, members, convenor):
        missing = (number + 1) % len(members)
        present = [one for place, one in enumerate(members) if place != missing or number % 3 == 0]
        meetings.note_attendance(meeting, present=present, by=convenor, now=meeting.starts_at + timedelta(minutes=20))
        text = self.words["notes"][number % len(self.words["notes"])]
        notes.write(meeting, text=text, by=members[number % len(members)].person, revision=0)
        Note.objects.filter(meeting=meeting).update(changed_at=meeting.ends_at)

    def _close(self):
        """The members answer the survey, all but one; then the season is closed."""
        ended = self._at(self.said["season"][1] + 1)
        survey.begin(self.cohort, now=ended)
        members = list(self.cohort.applications.members().select_related("person").order_by("pk"))
        for number, member in enumerate(members[:-1]):
            grades = dict(zip(("competence", "wellbeing", "useful", "recommends"), GRADES[number % 5], strict=True))
            changed = self.words["changed"][number % len(self.words["changed"])]
            survey.answer(self.cohort, by=member.person, changed=changed, **grades)
        survey.close(self.cohort, now=self._at(self.said["season"][1] + 20))
        written_at(ended)
