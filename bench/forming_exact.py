"""Proposed mentoring groups beside the best there can be, in cohorts too large to try everything: an integer program tells.

.venv/bin/uv run --no-project --python 3.11 --with scipy python -m bench.forming_exact [how many cohorts of each size]
"""

import sys
from collections import Counter
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from mentoring.forming import Rules, propose
from tests.mentoring.cohorts import cohort, value_of

SECONDS = 60
KINDS = [(16, None), (24, None), (30, None), (30, 3), (40, None), (40, 4), (60, 5)]  # applicants, groups at most


def program(applicants, rules):
    """(seats, groups, rows): (person, group) pairs, the settings of groups there might be, and (row, least, most)s."""
    suits = {}
    for n, one in enumerate(applicants):
        for setting in product(one.wishes, one.languages, one.times):
            suits.setdefault(setting, set()).add(n)
    widest = [
        (setting, people)
        for setting, people in sorted(suits.items())
        if not any(
            people < other or (people == other and setting > wider)
            for wider, other in suits.items()
            if wider[0] == setting[0]
        )
    ]
    at_most = rules.groups_at_most or len(applicants)
    groups = [
        (setting, people, again)
        for setting, people in widest
        for again in range(min(len(people) // rules.smallest, at_most))
    ]
    seats = [(n, group) for group, (_, people, _) in enumerate(groups) for n in sorted(people)]
    number = {seat: at for at, seat in enumerate(seats)}
    is_open = [len(seats) + group for group in range(len(groups))]
    rows = [({at: 1 for at, (person, _) in enumerate(seats) if person == n}, 0, 1) for n in range(len(applicants))]
    rows.append((dict.fromkeys(is_open, 1), 0, at_most))
    for group, (_, people, again) in enumerate(groups):
        inside = {number[n, group]: 1 for n in people}
        rows.append(({**inside, is_open[group]: -rules.smallest}, 0, np.inf))
        rows.append(({**inside, is_open[group]: -rules.largest}, -np.inf, 0))
        rows += [({at: 1, is_open[group]: -1}, -np.inf, 0) for at in inside]
        for n, m in combinations(sorted(people), 2):
            if applicants[m].key in applicants[n].kept_apart or applicants[n].key in applicants[m].kept_apart:
                rows.append(({number[n, group]: 1, number[m, group]: 1, is_open[group]: -1}, -np.inf, 0))
        if again:
            rows.append(({is_open[group]: 1, is_open[group - 1]: -1}, -np.inf, 0))
    return seats, groups, rows


def best(applicants, rules):
    """(placed, first wishes, second wishes), each the most there can be beside those before; None if time ran out."""
    seats, groups, rows = program(applicants, rules)
    if not seats:
        return 0, 0, 0
    ranks = [applicants[n].wishes.index(groups[group][0][0]) for n, group in seats]
    found = []
    for counted in ((0, 1, 2), (0,), (1,)):
        aim = {at: 1 for at, rank in enumerate(ranks) if rank in counted}
        table = lil_matrix((len(rows), len(seats) + len(groups)))
        for at, (row, _, _) in enumerate(rows):
            for column, factor in row.items():
                table[at, column] = factor
        cost = np.zeros(table.shape[1])
        cost[list(aim)] = -1
        result = milp(
            cost,
            constraints=LinearConstraint(table.tocsr(), [row[1] for row in rows], [row[2] for row in rows]),
            integrality=np.ones(table.shape[1]),
            bounds=Bounds(0, 1),
            options={"time_limit": SECONDS},
        )
        if result.status != 0:
            return None
        found.append(round(-result.fun))
        rows.append((aim, found[-1], np.inf))
    return tuple(found)


def main(many):
    print(
        "| applicants | groups at most | cohorts | as many placed | placed, of the best | and first wishes | and second |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for size, at_most in KINDS:
        rules, pairs, most = Rules(groups_at_most=at_most), [], Counter()
        for seed in range(many):
            applicants = cohort(size, seed=seed, topics=3 + seed % 4, slots=8 + seed % 3 * 6)
            if there_can_be := best(applicants, rules):
                pairs.append((value_of(propose(applicants, rules), applicants, rules), there_can_be))
        for ours, theirs in pairs:
            most.update(ours=ours[0], theirs=theirs[0])
        same = [sum(ours[:parts] == theirs[:parts] for ours, theirs in pairs) for parts in (1, 2, 3)]
        share = f"{most['ours'] / most['theirs']:.1%}"
        print(f"| {size} | {at_most or '–'} | {len(pairs)} | {same[0]} | {share} | {same[1]} | {same[2]} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
