"""The moves of a plan, which actions, tests and docs/workflows.md follow."""

from ake_portal.lib.moves import Move, table

PLAN = table(
    Move("publish", ("draft", "published"), "published", "owner", "name in both languages; leaves a snapshot", "–"),
    Move(
        "freeze", ("published",), "frozen", "owner", "the city's books are closed; nothing reserved or committed", "–"
    ),
    Move("reopen", ("frozen",), "published", "superuser", "a reason, which stays in the history", "coordinators"),
)
