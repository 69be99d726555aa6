"""Groups for mentoring, formed from applications: a proposal, which the coordinator then changes by hand.

Plain functions over plain data. The same applicants give the same proposal, whatever their order. docs/forming.md
tells what is aimed at and how near the proposals come.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations, product

from mentoring import grouping
from mentoring.grouping import are_apart

HARD = frozenset({"too_few", "too_many", "time", "language", "boss"})
REASONS = ("first_wish", "second_wish", "third_wish")


@dataclass(frozen=True)
class Applicant:
    """Who wants to a group: `wishes` are topics, the most wanted first; `times` are weekly slots, any sortable text.

    `kept_apart` are keys of own bosses and subordinates: it is enough that one of the two names the other.
    """

    key: int
    wishes: tuple[int, ...]
    languages: frozenset[str]
    times: frozenset[str]
    library: int | None = None
    kept_apart: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rules:
    smallest: int = 4
    largest: int = 9
    groups_at_most: int | None = None


@dataclass(frozen=True)
class Group:
    topic: int
    language: str
    time: str
    members: tuple[int, ...]


@dataclass(frozen=True)
class Placement:
    """`group` counts the groups of the proposal from 0, `rank` the person's wishes from 1."""

    key: int
    group: int
    rank: int
    reason: str


@dataclass(frozen=True)
class Unplaced:
    key: int
    rule: str


@dataclass(frozen=True)
class Proposal:
    groups: tuple[Group, ...]
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]


@dataclass(frozen=True)
class Broken:
    """A rule a group breaks, and the keys of those whom it concerns: none if it concerns the group."""

    rule: str
    keys: tuple[int, ...] = ()

    @property
    def is_hard(self):
        return self.rule in HARD


def propose(applicants, rules):
    """The best Proposal found: whom to place where, and what keeps the others out.

    No group breaks a rule, and everybody is there by an own wish. Then counts, each before all that follow: how many
    are placed; first wishes, second wishes and so on; how many libraries meet in the groups; sizes near the middle.
    """
    by_key = {one.key: one for one in applicants}
    groups = tuple(
        sorted(
            (Group(*setting, members=tuple(keys)) for setting, keys in grouping.best(applicants, rules)),
            key=lambda group: (group.topic, group.language, group.time, group.members),
        )
    )
    placements = []
    for number, group in enumerate(groups):
        for key in group.members:
            rank = by_key[key].wishes.index(group.topic) + 1
            reason = REASONS[rank - 1] if rank <= len(REASONS) else "wish"
            placements.append(Placement(key=key, group=number, rank=rank, reason=reason))
    placements.sort(key=lambda placement: placement.key)
    placed = {placement.key for placement in placements}
    left = [by_key[key] for key in sorted(by_key.keys() - placed)]
    proposed = [((group.topic, group.language, group.time), [by_key[key] for key in group.members]) for group in groups]
    return Proposal(groups, tuple(placements), tuple(_unplaced(left, proposed, rules)))


def _unplaced(left, proposed, rules):
    """Why each of those who are left is in no group as they are proposed: the first rule that leaves no chance.

    A chance is a proposed group, or `rules.smallest` people who are left, the person among them. "too_few": none shares
    a topic wished for; "no_common_language": none that does is in a language of the person; "no_common_time": none of
    those meets at a time that suits; "boss": none of those could meet but with a boss and an own subordinate among them;
    "full": a chance there was, but the group has all its members, or there may not be one more.
    """
    shared = Counter(part for one in left for length in (1, 2, 3) for part in _settings(one, length))
    for setting, _members in proposed:
        shared.update({setting[:length]: rules.smallest for length in (1, 2, 3)})
    for one in left:
        blocked = (
            rule
            for length, rule in enumerate(("too_few", "no_common_language", "no_common_time"), 1)
            if all(shared[part] < rules.smallest for part in _settings(one, length))
        )
        yield Unplaced(one.key, next(blocked, "") or ("full" if _is_bearable(one, left, proposed, rules) else "boss"))


def _is_bearable(one, left, proposed, rules):
    """Whether a proposed group would have no own boss or subordinate in it, or people who are left nobody's."""
    mine = _settings(one)
    if any(setting in mine and not any(are_apart(one, other) for other in members) for setting, members in proposed):
        return True
    others = [(other, _settings(other)) for other in left if other is not one]
    return any(
        grouping.are_enough(one, [other for other, theirs in others if setting in theirs], rules.smallest)
        for setting in mine
    )


def _settings(one, length=3):
    """The (topic, language, time)s that suit a person, or the first parts of them."""
    return set(product(*(one.wishes, one.languages, one.times)[:length]))


# One group as it stands


def broken(members, *, language, time, topic, rules):
    """What a group of these Applicants breaks, the gravest first: a list of Broken.

    Hard: "too_few", "too_many", "time" and "language" (whom they do not suit), "boss" (one for each pair). Soft, as
    the coordinator may know better: "not_wished" (who did not wish for the topic), "one_library" (all come from one).
    """
    members = sorted(members, key=lambda one: one.key)
    found = []
    if len(members) < rules.smallest:
        found.append(Broken("too_few"))
    if len(members) > rules.largest:
        found.append(Broken("too_many"))
    for rule, keys in (
        ("time", [one.key for one in members if time not in one.times]),
        ("language", [one.key for one in members if language not in one.languages]),
    ):
        if keys:
            found.append(Broken(rule, tuple(keys)))
    found += [Broken("boss", (one.key, other.key)) for one, other in combinations(members, 2) if are_apart(one, other)]
    if keys := tuple(one.key for one in members if topic not in one.wishes):
        found.append(Broken("not_wished", keys))
    libraries = {one.library for one in members}
    if len(members) > 1 and len(libraries) == 1 and None not in libraries:
        found.append(Broken("one_library"))
    return found


def best_settings(members, topic, rules):
    """The (language, time) that suit most of these Applicants, the first of several in the alphabet; "" if there is none."""

    def whom_it_does_not_suit(setting):
        found = broken(members, language=setting[0], time=setting[1], topic=topic, rules=rules)
        return len({key for one in found if one.rule in ("time", "language") for key in one.keys})

    languages = {language for one in members for language in one.languages} or {""}
    times = {time for one in members for time in one.times} or {""}
    return min(product(sorted(languages), sorted(times)), key=whom_it_does_not_suit)
