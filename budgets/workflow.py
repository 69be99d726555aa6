"""The moves of a plan and of a cost: one table each, which actions, tests and docs/workflows.md follow."""

from ake_portal.lib.moves import Move, table

PLAN = table(
    Move("publish", ("draft", "published"), "published", "owner", "name in both languages; leaves a snapshot", "–"),
    Move(
        "freeze", ("published",), "frozen", "owner", "the city's books are closed; nothing reserved or committed", "–"
    ),
    Move("reopen", ("frozen",), "published", "superuser", "a reason, which stays in the history", "coordinators"),
)

COST = table(
    Move("commit", ("planned",), "committed", "owner", "a contract or an order; fits the line or is overridden", "–"),
    Move("enter_invoice", ("planned", "committed"), "to_check", "owner", "net, VAT and document number; receipt", "–"),
    Move("check", ("to_check",), "checked", "owner", "the cost is the plan's and the receipt fits", "approvers"),
    Move("send_back", ("to_check", "checked"), "committed", "checker; approver", "a note", "who entered it"),
    Move("approve", ("checked",), "approved", "approver", "named by the region, not who checked it", "–"),
    Move("drop", ("planned", "committed", "to_check"), "dropped", "owner", "a reason; what was bound is released", "–"),
)
