"""Groups for mentoring, formed from applications: a proposal, which the coordinator then changes by hand.

Plain functions over plain data. The same applicants give the same proposal, whatever their order. docs/forming.md
tells what is aimed at and how near the proposals come.
"""

from dataclasses import dataclass
from itertools import combinations, product

HARD = frozenset({"too_few", "too_many", "time", "language", "boss"})
REASONS = ("first_wish", "second_wish", "third_wish")
WORK = 600  # how many groups to open or close the search tries, at the most


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
    found += [Broken("boss", (one.key, other.key)) for one, other in combinations(members, 2) if _apart(one, other)]
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


def _apart(one, other):
    return other.key in one.kept_apart or one.key in other.kept_apart


# The search. People are numbered in the order of their keys, and a set of people is an int with a bit for each.


def _numbers(people):
    """The numbers in a set."""
    while people:
        lowest = people & -people
        yield lowest.bit_length() - 1
        people ^= lowest


class _Cohort:
    """What does not change during the search: who suits which setting, a (topic, language, time), and what it is worth.

    Everything is counted in one int. A seat is worth more than all wishes together, one first wish more than all
    second wishes, and so on; any of them more than all libraries, a library more than all balance of sizes.
    """

    def __init__(self, applicants, rules):
        self.rules = rules
        self.people = sorted(applicants, key=lambda one: one.key)
        more, wishes = len(self.people) + 1, max((len(one.wishes) for one in self.people), default=0)
        self.library = more * (rules.largest - rules.smallest + 1) ** 2
        self.worth = [
            {
                topic: (more**wishes + more ** (wishes - 1 - place)) * self.library * more
                for place, topic in reversed(list(enumerate(one.wishes)))
            }
            for one in self.people
        ]
        self.too_much = more ** (wishes + 3) * self.library
        self.apart = [
            sum(1 << n for n, other in enumerate(self.people) if other is not one and _apart(one, other))
            for one in self.people
        ]
        self.suits = self._suits()
        self.losses = {}

    def _suits(self):
        """{setting: whom it suits}, without those which suit nobody whom another setting of the topic does not suit."""
        suits = {}
        for n, one in enumerate(self.people):
            for setting in product(self.worth[n], one.languages, one.times):
                suits[setting] = suits.get(setting, 0) | 1 << n
        kept = {None: (1 << len(self.people)) - 1}
        of_topic = {}
        for setting in sorted(suits, key=lambda setting: (-suits[setting].bit_count(), setting)):
            people, wider = suits[setting], of_topic.setdefault(setting[0], [])
            if people.bit_count() >= self.rules.smallest and all(people & ~other for other in wider):
                kept[setting] = people
                wider.append(people)
        return kept

    def losing(self, here, there):
        """[(what is lost, who loses that)] by a move from one topic to another, None for none; the least first."""
        if (here, there) not in self.losses:
            lost = {}
            for n, worth in enumerate(self.worth):
                if (here is None or here in worth) and (there is None or there in worth):
                    loss = worth.get(here, 0) - worth.get(there, 0)
                    lost[loss] = lost.get(loss, 0) | 1 << n
            self.losses[here, there] = sorted(lost.items())
        return self.losses[here, there]

    def barred(self, members):
        """Who cannot be in a group with one of these."""
        apart = 0
        for n in _numbers(members):
            apart |= self.apart[n]
        return apart

    def score(self, topic, members):
        if topic is None:
            return 0
        size, libraries = members.bit_count(), {self.people[n].library for n in _numbers(members)} - {None}
        off_middle = (2 * size - self.rules.smallest - self.rules.largest) ** 2 
        return sum(self.worth[n][topic] for n in _numbers(members)) + len(libraries) * self.library - off_middle


class _Draft:
    """Settings and the members of each; the last is no group, but those who are left: its setting is None."""

    def __init__(self, cohort, settings, members):
        self.cohort, self.settings, self.members = cohort, settings, members
        self.topics = [setting and setting[0] for setting in settings]

    def score(self):
        if any(people.bit_count() < self.cohort.rules.smallest for people in self.members[:-1]):
            return -1
        return sum(map(self.cohort.score, self.topics, self.members))

    def changed(self, closed, opened):
        """Another draft without the group of that number and with one more of that setting, either of them None."""
        settings, members = self.settings[:-1], self.members[:-1]
        left = self.members[-1]
        if closed is not None:
            del settings[closed]
            left |= members.pop(closed)
        if opened is not None:
            settings.append(opened)
            members.append(0)
        return _Draft(self.cohort, [*settings, None], [*members, left])

    def settle(self):
        """Move people in rings as long as that is worth something. Without bosses no better filling of the groups is left."""
        while ring := _cheap_ring(self._moves(), len(self.members)):
            for here, there, who in ring:
                self.members[here] &= ~who
                self.members[there] |= who

    def _moves(self):
        """{(from, to): (loss, who)}: the cheapest move between each two; nobody moves where a group grows or shrinks."""
        cohort, rules = self.cohort, self.cohort.rules
        left = len(self.members) - 1
        moves = {}
        for there, setting in enumerate(self.settings):
            may_come = cohort.suits[setting]
            if there != left:
                may_come &= ~cohort.barred(self.members[there])
            for here, people in enumerate(self.members):
                coming = people & may_come
                if here == there or not coming:
                    continue
                for loss, who in cohort.losing(self.topics[here], self.topics[there]):
                    if who & coming:
                        moves[here, there] = loss, who & coming & -(who & coming)
                        break
        for group, people in enumerate(self.members[:-1]):
            size = people.bit_count()
            if size < rules.largest:
                moves[group, left] = -cohort.too_much if size < rules.smallest else 0, 0
            if size > rules.smallest and moves.get((left, group), (0,))[0] >= 0:
                moves[left, group] = 0, 0
        return moves

    def polish(self):
        """Move one or exchange two wherever that scores more: several libraries, even sizes."""
        while any(self._exchange(here, there) for here, there in combinations(range(len(self.members)), 2)):
            pass

    def _exchange(self, here, there):
        cohort, rules = self.cohort, self.cohort.rules
        one, other = self.members[here], self.members[there]
        topics = self.topics[here], self.topics[there]
        before = cohort.score(topics[0], one) + cohort.score(topics[1], other)
        goes = [0, *(1 << n for n in _numbers(one & cohort.suits[self.settings[there]]))]
        comes = [0, *(1 << n for n in _numbers(other & cohort.suits[self.settings[here]]))]
        for out, back in product(goes, comes):
            after = one ^ out ^ back, other ^ out ^ back
            if (
                sum(map(cohort.score, topics, after)) > before
                and all(
                    topic is None
                    or (
                        rules.smallest <= people.bit_count() <= rules.largest
                        and not people & cohort.barred(people)
                    )
                    for topic, people in zip(topics, after, strict=True)
                )
            ):
                self.members[here], self.members[there] = after
                return True
        return False


def _cheap_ring(moves, size):
    """A ring of moves that loses less than nothing, as [(from, to, who)]; or None. Bellman's and Ford's."""
    cost, before = [0] * size, [None] * size
    edges = [(here, there, loss) for (here, there), (loss, _) in moves.items()]
    for _ in range(size):
        changed = None
        for here, there, loss in edges:
            if cost[here] + loss < cost[there]:
                cost[there] = cost[here] + loss
                before[there] = here
                changed = there
        if changed is None:
            return None
        ring = _ring(before, changed)
        if ring:
            return [(here, there, moves[here, there][1]) for here, there in ring]
    raise AssertionError


def _ring(before, start):
    seen, at = {}, start
    path = []
    while at is not None and at not in seen:
        seen[at] = len(path)
        path.append(at)
        at = before[at]
    if at is None:
        return None
    ring = path[seen[at]:]
    return [(before[there], there) for there in ring]


def _promising(draft):
    """[(closed, opened)], what to close or open next, the most promising first."""
    cohort, rules = draft.cohort, draft.cohort.rules
    now = [0] * len(cohort.people)
    where = [None] * len(cohort.people)
    for group, (topic, people) in enumerate(zip(draft.topics[:-1], draft.members, strict=False)):
        for n in _numbers(people):
            now[n], where[n] = cohort.worth[n][topic], group
    sums = [sum(now[n] for n in _numbers(people)) for people in draft.members[:-1]]
    room = rules.groups_at_most is None or len(sums) < rules.groups_at_most
    found = [(-lost, closed, None) for closed, lost in enumerate(sums)]
    for setting, people in cohort.suits.items():
        if setting is None:
            continue
        gains = [(cohort.worth[n][setting[0]] - now[n], n) for n in _numbers(people)]
        for closed in [None, *range(len(sums))] if room else range(len(sums)):
            best = sorted(
                (gain + now[n] if closed is not None and where[n] == closed else gain for gain, n in gains), reverse=True
            )[: rules.largest]
            hope = sum(gain for i, gain in enumerate(best) if gain > 0 or i < rules.smallest)
            found.append((hope - (sums[closed] if closed is not None else 0), closed, setting))
    found.sort(key=lambda one: (-one[0], one[1] is not None, one[1] or 0, one[2] or ()))
    return [(closed, opened) for _, closed, opened in found]


STAT = {}


def _search(cohort, work=WORK):
    draft = _Draft(cohort, [None], [(1 << len(cohort.people)) - 1])
    score = draft.score()
    tries = 0
    again = True
    hist = []
    while again and tries < work:
        again = False
        for rank, (closed, opened) in enumerate(_promising(draft)):
            tries += 1
            if tries > work:
                break
            other = draft.changed(closed, opened)
            other.settle()
            if other.score() > score:
                other.polish()
                draft, score, again = other, other.score(), True
                hist.append((tries, rank, score))
                break
    STAT.update(tries=tries, hist=hist)
    return draft
