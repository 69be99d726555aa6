"""Made-up cohorts, and the best groups there can be, found by trying all of them."""

from collections import Counter
from itertools import combinations
from random import Random

from mentoring.forming import Applicant

SLOTS = [f"{day}-{hour:02}" for hour in (9, 13, 14, 10) for day in range(1, 6)]


def cohort(size, *, seed, topics=5, slots=20):
    """Applicants as they might be: some topics and hours are popular, every seventh has Swedish only, a fifth a boss there."""
    chance = Random(f"{size} {seed}")
    wanted, free = ([chance.random() + 0.2 for _ in range(many)] for many in (topics, slots))
    return [
        Applicant(
            key=key,
            wishes=_some(chance, range(1, topics + 1), wanted, chance.randint(1, 3)),
            languages=frozenset(chance.choices([("sv",), ("fi", "sv"), ("fi",)], (15, 15, 70))[0]),
            times=frozenset(_some(chance, SLOTS[:slots], free, chance.randint(2, 6))),
            library=chance.randint(1, max(3, size // 2)),
            kept_apart=frozenset({chance.randint(1, size)} - {key} if chance.random() < 0.2 else ()),
        )
        for key in range(1, size + 1)
    ]


def _some(chance, things, weights, many):
    """So many different ones of the things, or all."""
    chosen = []
    while len(chosen) < min(many, len(things)):
        (one,) = chance.choices(things, weights)
        if one not in chosen:
            chosen.append(one)
    return tuple(chosen)


def value(groups, rules):
    """(placed, first wishes, second, third, libraries, balance) of [(topic, [Applicant])]: what is aimed at, in this order."""
    ranks = Counter(one.wishes.index(topic) for topic, members in groups for one in members)
    return (
        ranks.total(),
        *(ranks[place] for place in range(3)),
        sum(len({one.library for one in members} - {None}) for _, members in groups),
        -sum((2 * len(members) - rules.smallest - rules.largest) ** 2 for _, members in groups),
    )


def value_of(proposal, applicants, rules):
    people = {one.key: one for one in applicants}
    return value([(group.topic, [people[key] for key in group.members]) for group in proposal.groups], rules)


def best_possible(applicants, rules):
    """The greatest value of any groups that keep the rules: every group there could be, every choice of them."""
    groups = {}
    for size in range(rules.smallest, min(rules.largest, len(applicants)) + 1):
        for some in combinations(range(len(applicants)), size):
            members = [applicants[n] for n in some]
            if any(other.key in one.kept_apart for one in members for other in members if other is not one):
                continue
            if not (_common(members, "languages") and _common(members, "times")):
                continue
            worths = [value([(topic, members)], rules) for topic in _common(members, "wishes")]
            if worths:
                groups.setdefault(some[0], []).append((sum(1 << n for n in some), max(worths)))
    at_most = len(applicants) if rules.groups_at_most is None else rules.groups_at_most
    nothing = value([], rules)
    known = {}

    def best(people, first, more):
        """The best of groups among these people, the first of whom is that one."""
        if first == len(applicants) or not more:
            return nothing
        if (people, more) not in known:
            found = best(people & ~(1 << first), first + 1, more)
            if people >> first & 1:
                for members, worth in groups.get(first, ()):
                    if not members & ~people:
                        rest = best(people & ~members, first + 1, more - 1)
                        found = max(found, tuple(a + b for a, b in zip(worth, rest, strict=True)))
            known[people, more] = found
        return known[people, more]

    return best((1 << len(applicants)) - 1, 0, at_most)


def _common(members, field):
    return set.intersection(*(set(getattr(one, field)) for one in members))
