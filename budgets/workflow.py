"""The moves of a plan, which actions, tests and docs/workflows.md follow."""

from ake_portal.lib.moves import Move, table

PLAN = table(
    Move("publish", ("draft", "published"), "published", "owner", "name in both languages; leaves a snapshot", "–"),
    Move("freeze", ("published",), "frozen", "owner", "nothing is reserved or committed; all of it is published", "–"),
)
