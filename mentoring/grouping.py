"""The search for the best groups, with which forming.propose begins its work.

People are numbered, and a set of people is an int with a bit for each. A setting is a (topic, language, time). Everything
is counted in one int, so that two proposals compare as numbers.
"""

from heapq import nlargest
from itertools import combinations, product

WORK = 400_000  # how many moves are weighed at the most: a second or two
FOR_THE_BEST = 0.3  # the share of it that is kept for following up the best beginnings
WIDE = 20  # how many changes of the groups are tried before the next beginning


def best(applicants, rules):
    """[(setting, [keys])], the best groups found; the same for the same applicants in any order."""
    cohort = _Cohort(applicants, rules)
    draft = _search(cohort)
    while _take_one_who_fits(draft):
        draft.settle()
        draft.polish()
    return [
        (setting, sorted(cohort.people[n].key for n in _numbers(members)))
        for setting, members in zip(draft.settings[:-1], draft.members[:-1], strict=True)
    ]


def are_apart(one, other):
    """One of the two is the other's own boss."""
    return other.key in one.kept_apart or one.key in other.kept_apart


def are_enough(one, others, size):
    """Whether a person and some of the others are `size` people, none of whom is kept apart from another."""
    others = [other for other in others if not are_apart(one, other)]
    return _harmless((1 << len(others)) - 1, size - 1, _apart(others)) is not None


def _apart(people):
    """For each of the people, who of them is kept apart from that one."""
    return [
        sum(1 << n for n, other in enumerate(people) if other is not one and are_apart(one, other)) for one in people
    ]


def _harmless(people, size, apart):
    """So many of the people, none of whom is kept apart from another; or None. Quick where bosses are few."""
    if size <= 0:
        return 0
    if people.bit_count() < size:
        return None
    one = min(_numbers(people), key=lambda n: (apart[n] & people).bit_count())
    with_one = _harmless(people & ~apart[one] & ~(1 << one), size - 1, apart)
    if with_one is not None:
        return with_one | 1 << one
    if (apart[one] & people).bit_count() < 2:  # leaving this one out gains one other at the most
        return None
    return _harmless(people & ~(1 << one), size, apart)


def _numbers(people):
    while people:
        lowest = people & -people
        yield lowest.bit_length() - 1
        people ^= lowest


class _Cohort:
    """What does not change during the search: who suits which setting, and what a seat is worth to whom."""

    def __init__(self, applicants, rules):
        self.rules, self.work = rules, WORK
        # who stands in few people's way is asked first
        in_the_way = {one.key: people.bit_count() for one, people in zip(applicants, _apart(applicants), strict=True)}
        self.people = sorted(applicants, key=lambda one: (in_the_way[one.key], one.key))
        self.apart = _apart(self.people)
        self.kept_apart = sum(1 << n for n, others in enumerate(self.apart) if others)
        more, wishes = len(self.people) + 1, max((len(one.wishes) for one in self.people), default=0)
        # a seat outweighs all wishes, a first wish all second wishes, and so on; a wish all libraries, a library all sizes
        self.library = more * (rules.largest - rules.smallest + 1) ** 2
        self.worth = [
            {
                topic: (more**wishes + more ** (wishes - place)) * self.library * more
                for place, topic in reversed(list(enumerate(one.wishes, 1)))
            }
            for one in self.people
        ]
        self.too_much = more ** (wishes + 3) * self.library
        self.suits = self._suits()
        self.settings = list(self.suits)
        self.suits[None] = (1 << len(self.people)) - 1
        self.losses, self.scores = {}, {}

    def _suits(self):
        """{setting: whom it suits} without settings of a topic that suit nobody whom another one does not suit."""
        suits = {}
        for n, one in enumerate(self.people):
            for setting in product(self.worth[n], one.languages, one.times):
                suits[setting] = suits.get(setting, 0) | 1 << n
        kept, of_topic = {}, {}
        for setting in sorted(suits, key=lambda setting: (-suits[setting].bit_count(), setting)):
            people, wider = suits[setting], of_topic.setdefault(setting[0], [])
            if people.bit_count() >= self.rules.smallest and all(people & ~other for other in wider):
                kept[setting] = people
                wider.append(people)
        return kept

    def losing(self, here, there):
        """[(what is lost, who would lose that)] by a change of topic, the least first; None is no group."""
        if (here, there) not in self.losses:
            lost = {}
            for n, worth in enumerate(self.worth):
                if (here is None or here in worth) and (there is None or there in worth):
                    loss = worth.get(here, 0) - worth.get(there, 0)
                    lost[loss] = lost.get(loss, 0) | 1 << n
            self.losses[here, there] = sorted(lost.items())
        return self.losses[here, there]

    def barred(self, members):
        """Who cannot be in a group with these."""
        apart = 0
        for n in _numbers(members & self.kept_apart):
            apart |= self.apart[n]
        return apart

    def score(self, setting, members):
        """What such a group is worth: seats and wishes, libraries, and how near its size is to the middle."""
        if setting is None:
            return 0
        if (setting, members) in self.scores:
            return self.scores[setting, members]
        libraries = {self.people[n].library for n in _numbers(members)} - {None}
        off_middle = (2 * members.bit_count() - self.rules.smallest - self.rules.largest) ** 2
        score = sum(self.worth[n][setting[0]] for n in _numbers(members)) + len(libraries) * self.library - off_middle
        self.scores[setting, members] = score
        return score

    def may_be(self, setting, members):
        """Whether such a group keeps every rule."""
        return setting is None or (
            self.rules.smallest <= members.bit_count() <= self.rules.largest
            and not members & ~self.suits[setting]
            and not members & self.barred(members)
        )


class _Draft:
    """Settings and the members of each; the last is no group but those who are left, and its setting is None."""

    def __init__(self, cohort, settings, members):
        self.cohort, self.settings, self.members = cohort, settings, members
        self.topics = [setting and setting[0] for setting in settings]

    @property
    def has_room(self):
        at_most = self.cohort.rules.groups_at_most
        return at_most is None or len(self.settings) - 1 < at_most

    def add(self, setting, members):
        """One more group, of people who are left."""
        self.settings.insert(-1, setting)
        self.topics.insert(-1, setting[0])
        self.members[-1:] = [members, self.members[-1] ^ members]

    def score(self):
        """What it is worth altogether, or -1 if there are too few in a group."""
        if any(people.bit_count() < self.cohort.rules.smallest for people in self.members[:-1]):
            return -1
        return sum(map(self.cohort.score, self.settings, self.members))

    def changed(self, closed, opened):
        """A settled draft without the group of that number and with one more of that setting; either may be None."""
        draft = _Draft(self.cohort, self.settings[:], self.members[:])
        if closed is not None:
            draft.members[-1] |= draft.members.pop(closed)
            del draft.settings[closed], draft.topics[closed]
        if opened is not None:
            draft.add(opened, 0)
        draft.settle()
        return draft

    def settle(self):
        """Move people in rings as long as that is worth something: bosses apart, the groups are then filled as well as they can be."""
        touched = set(range(len(self.members)))
        moves = {}
        while True:
            self._weigh(moves, touched)
            ring = _worthy_ring(moves, len(self.members))
            if not ring:
                break
            for here, there, who in ring:
                self.members[here] &= ~who
                self.members[there] |= who
            touched = {here for here, _, _ in ring}

    def _weigh(self, moves, touched):
        """Set {(from, to): (loss, who)}, the cheapest move between each two; who is nobody where a group grows or shrinks."""
        cohort, rules, left = self.cohort, self.cohort.rules, len(self.members) - 1
        for there, setting in enumerate(self.settings):
            may_come = cohort.suits[setting] & ~(cohort.barred(self.members[there]) if setting else 0)
            for here in range(len(self.members)) if there in touched else touched:
                if here == there:
                    continue
                moves.pop((here, there), None)
                coming = self.members[here] & may_come
                if coming:
                    for loss, who in cohort.losing(self.topics[here], self.topics[there]):
                        if who & coming:
                            moves[here, there] = loss, who & coming & -(who & coming)
                            break
        for group, people in enumerate(self.members[:-1]):
            size = people.bit_count()
            if size < rules.largest:
                moves[group, left] = -cohort.too_much if size < rules.smallest else 0, 0
            if size > rules.smallest and (left, group) not in moves:
                moves[left, group] = 0, 0
        cohort.work -= len(moves)

    def polish(self):
        """Move one, or exchange two, wherever that scores more: other libraries, more even sizes."""
        while any(self._exchange(here, there) for here, there in combinations(range(len(self.members)), 2)):
            pass

    def _exchange(self, here, there):
        cohort, settings = self.cohort, (self.settings[here], self.settings[there])
        one, other = self.members[here], self.members[there]
        now = sum(map(cohort.score, settings, (one, other)))
        goes = [0, *(1 << n for n in _numbers(one & cohort.suits[settings[1]]))]
        comes = [0, *(1 << n for n in _numbers(other & cohort.suits[settings[0]]))]
        for out, back in product(goes, comes):
            after = one ^ out ^ back, other ^ out ^ back
            if sum(map(cohort.score, settings, after)) > now and all(map(cohort.may_be, settings, after)):
                self.members[here], self.members[there] = after
                return True
        return False

    def promising(self):
        """[(closed, opened)], changes of the groups, the most promising first."""
        cohort, rules = self.cohort, self.cohort.rules
        now = [0] * len(cohort.people)
        for setting, people in zip(self.settings[:-1], self.members, strict=False):
            for n in _numbers(people):
                now[n] = cohort.worth[n][setting[0]]
        found = [
            (-sum(now[n] for n in _numbers(members)), closed, None) for closed, members in enumerate(self.members[:-1])
        ]
        for setting in cohort.settings:
            people = cohort.suits[setting]
            gains = nlargest(rules.largest, (cohort.worth[n][setting[0]] - now[n] for n in _numbers(people)))
            hope = sum(gain for i, gain in enumerate(gains) if gain > 0 or i < rules.smallest)
            if self.has_room:
                found.append((hope, -1, setting))
            for closed, members in enumerate(self.members[:-1]):
                if members & people or not self.has_room:
                    found.append((hope - sum(now[n] for n in _numbers(members & ~people)), closed, setting))
        cohort.work -= len(found)
        found.sort(key=lambda one: (-one[0], one[1], one[2] or ()))
        return [(None if closed < 0 else closed, opened) for _, closed, opened in found]


def _worthy_ring(moves, size):
    """A ring of moves that together lose less than nothing, [(from, to, who)]; or None. By Bellman and Ford."""
    cost, before = [0] * size, [None] * size
    for _ in range(size + 1):
        last = None
        for (here, there), (loss, _who) in moves.items():
            if cost[here] + loss < cost[there]:
                cost[there], before[there], last = cost[here] + loss, here, there
        if last is None:
            return None
        seen = []
        while last is not None and last not in seen:
            seen.append(last)
            last = before[last]
        if last is not None:
            ring = seen[seen.index(last) :]
            return [(before[at], at, moves[before[at], at][1]) for at in ring]
    raise AssertionError("a ring there must be")


def _climbed(draft, wide):
    """The draft after changes of its groups, until none of the `wide` most promising ones makes it better."""
    score = draft.score()
    changes = draft.promising()[:wide]
    while changes and draft.cohort.work > 0:
        other = draft.changed(*changes.pop(0))
        if other.score() > score:
            draft, score, changes = other, other.score(), other.promising()[:wide]
    draft.polish()
    return draft


def _search(cohort):
    """Begin with each setting in turn, and follow up what that leads to, the best first, as long as there is work left."""
    empty = _Draft(cohort, [None], [cohort.suits[None]])
    begun = {empty.score(): empty}
    for change in empty.promising():
        if cohort.work > WORK * FOR_THE_BEST:
            draft = _climbed(empty.changed(*change), WIDE)
            begun.setdefault(draft.score(), draft)
    return max((_followed_up(begun[score]) for score in sorted(begun, reverse=True)), key=_Draft.score)


def _followed_up(draft):
    """The draft after changes that look worse at first, as long as better things come of them."""
    best, better = draft, draft
    while better:
        best, better = _climbed(better, None), None
        for change in best.promising():
            if best.cohort.work <= 0:
                break
            other = best.changed(*change)
            if other.score() > 0:
                other = _climbed(other, WIDE)
                if other.score() > best.score():
                    better = other
                    break
    return best


def _take_one_who_fits(draft):
    """Take who is left into a group, if need be at another time, or those who are left into a group of their own."""
    cohort, rules, left = draft.cohort, draft.cohort.rules, draft.members[-1]
    for setting in cohort.settings:
        people = cohort.suits[setting]
        for group, inside in enumerate(draft.members[:-1]):
            fitting = left & people & ~cohort.barred(inside)
            if draft.topics[group] == setting[0] and fitting and cohort.may_be(setting, inside | fitting & -fitting):
                draft.settings[group] = setting
                draft.members[group] |= fitting & -fitting
                draft.members[-1] ^= fitting & -fitting
                return True
        fitting = draft.has_room and _harmless(left & people, rules.smallest, cohort.apart)
        if fitting:
            draft.add(setting, fitting)
            return True
    return False
