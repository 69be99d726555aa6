"""The demo's trainings, with who signed up, queued, left and was there."""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from ake_portal.lib import days
from ake_portal.lib.progress import progress
from notifications.models import Mail
from people.models import Region, Theme, Topic
from trainings import actions
from trainings.models import Registration, Session, Training

SOURCE = Path(__file__).with_name("trainings.toml")
REMOTE = {Training.Kind.WEBINAR, Training.Kind.REMOTE_COFFEE, Training.Kind.STAFF_MEETING}


class Calendar:
    """Weeks counted as people at work count them: those in which nobody works are left out."""

    def __init__(self, today: date):
        self.today = today
        self.quiet = days.quiet_periods(today)
        monday = today - timedelta(days=today.weekday())
        self.weeks = {0: monday}
        for step in (1, -1):
            week, number = monday, 0
            while abs(number) < 14:
                week += timedelta(weeks=step)
                if sum(self._open(week + timedelta(days=n)) for n in range(5)) >= 3:
                    number += step
                    self.weeks[number] = week

    def _open(self, day):
        return days.is_working_day(day, self.quiet)

    def day(self, week, weekday):
        """That weekday of a week, or the working day of the week that is nearest to it."""
        monday = self.weeks[week]
        return min(
            (monday + timedelta(days=n) for n in range(5) if self._open(monday + timedelta(days=n))),
            key=lambda day: abs((day - monday).days - weekday),
        )


def written_at(moment):
    """Date what the outbox holds back to `moment`, as a mail that left at once."""
    Mail.objects.filter(state=Mail.State.QUEUED).update(
        created_at=moment, send_after=moment, sent_at=moment, state=Mail.State.SENT, attempts=1
    )


def specifications():
    """The trainings of the file, the staff's meetings written out one by one."""
    with SOURCE.open("rb") as file:
        source = tomllib.load(file)
    yield from source["training"]
    for meeting in source["meeting"]:
        for number, topics in enumerate(meeting["agenda"]):
            texts = {
                code: [text.format(topic) for text in meeting[code]] + [""]
                for code, topic in zip(("fi", "sv"), topics, strict=True)
            }
            yield {
                **meeting,
                **texts,
                "kind": Training.Kind.STAFF_MEETING,
                "week": meeting["first"] + number * meeting["every"],
            }


class Programme:
    """Makes the trainings one after the other, each through the actions that the pages call."""

    def __init__(self, people, cast, libraries, rng, now=None):
        self.people, self.cast, self.libraries, self.rng = people, cast, libraries, rng
        self.now = now or timezone.now()
        self.calendar = Calendar(timezone.localdate(self.now))
        self.regions = {region.code: region for region in Region.objects.all()}
        self.regions["åke"] = next(r for r in self.regions.values() if r.kind == Region.Kind.SWEDISH)
        self.regions["vake"] = next(r for r in self.regions.values() if r.kind == Region.Kind.VAKE)
        self.themes, self.topics = list(Theme.objects.all()), list(Topic.objects.all())
        self.staff = {region.pk: region.coordinators.first() for region in self.regions.values()}
        self.chiefs = [library.chief for library in libraries.values()]

    def load(self):
        """All of it. Returns the number of trainings."""
        plans = list(specifications())
        for plan in progress(plans, "Trainings"):
            training = self.draft(plan)
            if plan.get("state") != Training.State.DRAFT:
                self.publish(training, plan)
        return len(plans)

    def draft(self, plan):
        region = self.regions[plan["region"]]
        remote = plan["kind"] in REMOTE
        place_fi, place_sv = plan.get("place", ("", ""))
        subtitles_fi, subtitles_sv = plan.get("interpretation", ("", ""))
        (title_fi, summary_fi, text_fi), (title_sv, summary_sv, text_sv) = plan["fi"], plan["sv"]
        sittings = self.sittings(plan)
        first = sittings[0][0]
        training = Training.objects.create(
            region=region,
            kind=plan["kind"],
            format=Training.Format.REMOTE if remote else Training.Format.ONSITE,
            partners=plan.get("partners", ""),
            title_fi=title_fi,
            title_sv=title_sv,
            summary_fi=summary_fi,
            summary_sv=summary_sv,
            description_fi=text_fi,
            description_sv=text_sv,
            language=plan.get("language", "fi"),
            interpretation_fi=subtitles_fi,
            interpretation_sv=subtitles_sv,
            open_to_all=plan.get("open", False),
            place_fi=place_fi,
            place_sv=place_sv,
            address=plan.get("address", ""),
            link=f"https://etayhteys.example/{self.rng.randrange(10**8, 10**9)}" if remote else "",
            onsite_capacity=None if remote else plan.get("seats"),
            remote_capacity=plan.get("seats") if remote else None,
            signup_opens_at=days.at(self.calendar.today + timedelta(days=plan["opens_in"]), time(9))
            if "opens_in" in plan
            else None,
            signup_closes_at=None if remote else days.days_before(first, 3, time(16)),
            cancel_until=None if remote else days.days_before(first, 1, time(16)),
            created_by=self.staff[region.pk],
        )
        training.co_organisers.set(self.regions[code] for code in plan.get("co", ()))
        training.themes.set(
            theme for theme in self.themes for word in plan.get("themes", ()) if word in theme.name_fi.lower()
        )
        training.audience.set(topic for topic in self.topics if topic.group in plan.get("audience", ()))
        for starts_at, ends_at in sittings:
            Session.objects.create(training=training, starts_at=starts_at, ends_at=ends_at)
        return actions.sessions_changed(training, now=first - timedelta(days=60))

    def sittings(self, plan):
        """(start, end) of each session: one, two days in a row or two weeks apart."""
        if "in_days" in plan:
            first = days.add_working_days(self.calendar.today, plan["in_days"], self.calendar.quiet)
        else:
            first = self.calendar.day(plan["week"], plan["weekday"])
        clocks = [datetime.strptime(text, "%H.%M").time() for text in plan["clock"].split("-")]  # noqa: DTZ007  a clock, no moment
        all_days = [first]
        for _ in range(plan.get("sessions", 1) - 1):
            if plan.get("consecutive"):
                all_days.append(days.add_working_days(all_days[-1], 1))
            else:
                all_days.append(days.add_working_days(all_days[-1] + timedelta(days=13), 1))
        return [tuple(days.at(day, clock) for clock in clocks) for day in all_days]

    def publish(self, training, plan):
        """Published weeks ago, signed up to since; cancelled, or attended, as the plan says."""
        begin = min(training.starts_at - timedelta(days=35), self.now - timedelta(days=12))
        actions.publish(training, now=begin)
        training = Training.objects.select_related("region").get(pk=training.pk)
        if "opens_in" in plan:
            return
        until = min(training.closes_at, self.now - timedelta(hours=4)) - timedelta(minutes=30)
        self.sign_up_people(training, plan, begin, until)
        if plan.get("offer"):
            self.leave(training, self.now - timedelta(hours=2))
        if plan.get("state") == Training.State.CANCELLED:
            moment = self.now - timedelta(hours=20)
            actions.cancel_training(training, reason=plan["reason"], now=moment)
            written_at(moment)
        if training.is_over(self.now):
            self.mark_attendance(training)

    def sign_up_people(self, training, plan, begin, until):
        people = self.those_who_come(training, plan)
        moments = sorted(self.moment_at_work(begin, until) for _ in people)
        for person, moment in zip(people, moments, strict=True):
            actions.sign_up(training, person=person, now=moment)
            written_at(moment)
        if training.starts_at > self.now and not plan.get("queue") and len(people) > 10:
            self.leave(training, until + timedelta(minutes=10))

    def moment_at_work(self, begin, until):
        """Some moment of a working day's hours between two moments."""
        for _ in range(50):
            day = days.local(begin + (until - begin) * self.rng.random()).date()
            moment = days.at(day, time(self.rng.randrange(8, 16), self.rng.randrange(60)))
            if days.is_working_day(day) and begin <= moment <= until:
                return moment
        return until

    def leave(self, training, moment):
        """Somebody who is not of the cast gives up a seat."""
        cast = [person.pk for person in self.cast.values()]
        registration = (
            training.registrations.filter(state=Registration.State.REGISTERED).exclude(person__in=cast).last()
        )
        actions.cancel(registration, by=registration.person, now=moment)
        written_at(moment)

    def those_who_come(self, training, plan):
        """People who may come and would, in the order of their sign-up."""
        named = [self.cast[key] for key in plan.get("cast", ())]
        first_in_queue = [self.cast[key] for key in plan.get("queue_cast", ())]
        regions = {region.pk for region in training.organising_regions}
        codes = [self.libraries[slug].pk for slug in plan.get("libraries", ())]
        may = [
            person
            for person in self.people
            if person.library_id
            and person.library_confirmed_at
            and not hasattr(person, "key")
            and (training.open_to_all or person.library.region_id in regions)
            and (not codes or person.library_id in codes)
            and (not plan.get("managers") or person in self.chiefs)
            and (not plan.get("swedish") or person.language == "sv")
        ]
        wanted = plan.get("people", 0) - len(named)
        queue = plan.get("queue", 0)
        picked = self.rng.sample(may, min(len(may), wanted + queue))
        if queue:
            picked[wanted:wanted] = first_in_queue
        return named + picked

    def mark_attendance(self, training):
        """Nine of ten were there."""
        registrations = list(training.registrations.filter(state=Registration.State.REGISTERED))
        for session in training.sessions.all():
            actions.mark_attendance(
                training,
                session=session,
                was_there={
                    registration.pk: registration.person_id in {p.pk for p in self.cast.values()}
                    or self.rng.random() < 0.9
                    for registration in registrations
                },
                by=self.staff[training.region_id],
                now=session.ends_at,
            )
