"""Who fits which group: applications as the plain data that forming works on, and what a group breaks as it stands."""

from dataclasses import dataclass

from mentoring.forming import Applicant, Broken, Rules, broken
from mentoring.models import Application, Group

State = Application.State
IN_GROUP = (State.APPLIED, State.OFFERED, State.MEMBER)  # who counts in a group: chosen for it, asked, or taking part


def rules_of(cohort):
    return Rules(smallest=cohort.smallest, largest=cohort.largest)


def people_in(cohort):
    """The cohort's applications that still count, with what applicants_of needs, by name. Two queries."""
    return list(
        cohort.applications.live()
        .filter(person__erased_at=None)
        .select_related("person__library", "library")
        .prefetch_related("wishes")
        .by_name()
    )


def applicants_of(applications):
    """{key of an application: forming.Applicant} of all who apply to one cohort.

    Kept apart are those of a library from its director and from the director's superior, and whoever has named a
    superior from that one. A deputy of some days is nobody's boss.
    """
    by_person = {one.person_id: one.pk for one in applications}
    by_address = {one.person.email.lower(): one.pk for one in applications}
    found = {}
    for one in applications:
        library = one.person.library or one.library
        bosses = {
            by_person.get(library.director_id),
            by_person.get(library.superior_id),
            by_address.get(one.superior_email.lower()) if one.superior_email else None,
        }
        found[one.pk] = Applicant(
            key=one.pk,
            wishes=tuple(wish.topic_id for wish in one.wishes.all()),
            languages=frozenset(one.languages),
            times=frozenset(one.times),
            library=library.pk,
            kept_apart=frozenset(bosses - {None, one.pk}),
        )
    return found


def what_breaks(group, members, rules):
    """What the group breaks with these Applicants, the gravest first: a list of forming.Broken."""
    return broken(members, language=group.language, time=group.slot, topic=group.topic_id, rules=rules)


def what_keeps_out(group, members, newcomer, rules):
    """The rules that the group of these Applicants would break by taking in one more, hard ones and soft ones."""
    others = [one for one in members if one.key != newcomer.key]
    found = what_breaks(group, [*others, newcomer], rules)
    return [one for one in found if newcomer.key in one.keys or one.rule == "too_many"]


def groups_of(cohort):
    return cohort.groups.select_related("topic", "mentor").order_by("topic", "number", "pk")


@dataclass
class Standing:
    """A group as it stands: its applications by name, the same as Applicants, and what it breaks."""

    group: Group
    applications: list
    members: list
    broken: list[Broken]

    @property
    def is_sound(self):
        return not any(one.is_hard for one in self.broken)


def standings(cohort, applications, groups=None):
    """(a Standing of each of the cohort's groups, {key: Applicant} of its `applications`)."""
    rules, people, found = rules_of(cohort), applicants_of(applications), []
    for group in groups_of(cohort) if groups is None else groups:
        inside = [one for one in applications if one.group_id == group.pk and one.state in IN_GROUP]
        members = [people[one.pk] for one in inside]
        found.append(Standing(group, inside, members, what_breaks(group, members, rules)))
    return found, people


def next_on_list(group):
    """The application to which a free place in the group goes, or None: of those on the list who have wished for its
    topic and fit in without breaking a hard rule, whoever wished for it most, then whoever applied first."""
    applications = people_in(group.cohort)
    people, rules = applicants_of(applications), rules_of(group.cohort)
    members = [
        people[one.pk] for one in applications if one.group_id == group.pk and one.state in Application.HOLDS_PLACE
    ]
    waiting = [
        one
        for one in applications
        if one.state == State.LISTED
        and group.topic_id in people[one.pk].wishes
        and not any(rule.is_hard for rule in what_keeps_out(group, members, people[one.pk], rules))
    ]
    return min(
        waiting,
        key=lambda one: (people[one.pk].wishes.index(group.topic_id), one.applied_at, one.pk),
        default=None,
    )
