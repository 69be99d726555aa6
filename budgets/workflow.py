"""The moves of a plan and of an invoice, which actions, tests and docs/workflows.md follow."""

from ake_portal.lib.moves import Move, table

PLAN = table(
    Move("publish", ("draft", "published"), "published", "owner", "name in both languages; leaves a snapshot", "–"),
    Move("freeze", ("published",), "frozen", "owner", "nothing is reserved or committed; all of it is published", "–"),
)

INVOICE = table(
    Move("check", ("to_check",), "checked", "owner", "–", "approvers"),
    Move("send_back", ("to_check", "checked"), "returned", "owner, approver", "says why", "who entered it"),
    Move("correct", ("to_check", "returned"), "to_check", "owner", "–", "–"),
    Move(
        "approve",
        ("checked",),
        "approved",
        "whom the region names, neither who entered nor who checked it",
        "the line has room, or a reason; leaves an actual in the books",
        "–",
    ),
    Move("drop", ("to_check", "checked", "returned"), "dropped", "owner", "says why", "–"),
)
