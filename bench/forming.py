"""How near the proposed mentoring groups come to the best there can be, and how long they take: the tables of docs/forming.md.

python -m bench.forming [how many small cohorts of each kind]
"""

import sys
from time import process_time

from mentoring.forming import Rules, propose
from tests.mentoring.cohorts import best_possible, cohort, value_of

KINDS = [  # rules, applicants, topics, hours
    (Rules(), 12, 2, 4),
    (Rules(), 11, 3, 4),
    (Rules(), 13, 4, 3),
    (Rules(4, 6, groups_at_most=1), 12, 3, 6),
    (Rules(2, 3), 10, 3, 6),
    (Rules(2, 3, groups_at_most=3), 10, 4, 8),
]


def said(rules):
    at_most = f", groups at most: {rules.groups_at_most}" if rules.groups_at_most else ""
    return f"{rules.smallest}–{rules.largest} people{at_most}"


def small(many):
    """Every group there could be is tried."""
    print(
        "| groups | applicants, topics, hours | cohorts | placed, of all | as many placed | and as many first wishes | and as good in all else |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for rules, size, topics, slots in KINDS:
        pairs = []
        for seed in range(many):
            applicants = cohort(size, seed=seed, topics=topics, slots=slots)
            pairs.append((value_of(propose(applicants, rules), applicants, rules), best_possible(applicants, rules)))
        placed = sum(ours[0] for ours, _ in pairs) / many / size
        same = [sum(ours[:parts] == best[:parts] for ours, best in pairs) for parts in (1, 2, 6)]
        print(
            f"| {said(rules)} | {size}, {topics}, {slots} | {many} | {placed:.0%} |",
            *(f"{n} |" for n in same),
            flush=True,
        )


def large():
    """No more is known than how many wish for what; the seconds are those of one processor."""
    print(
        "\n| applicants | groups at most | placed | first wishes | groups | seconds |\n| --- | --- | --- | --- | --- | --- |"
    )
    for size in (30, 60, 90, 120):
        for at_most in (None, size // 15):
            applicants, rules = cohort(size, seed=1), Rules(groups_at_most=at_most)
            start = process_time()
            proposal = propose(applicants, rules)
            seconds = process_time() - start
            placed, first, *_ = value_of(proposal, applicants, rules)
            print(
                f"| {size} | {at_most or '–'} | {placed} | {first} | {len(proposal.groups)} | {seconds:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    small(int(sys.argv[1]) if len(sys.argv) > 1 else 250)
    large()
