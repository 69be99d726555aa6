"""The moves of a membership: access, actions, buttons, tests and docs/workflows.md follow them."""

from ake_portal.lib.moves import Move, table

PERSON, LEADER, AKE = "person", "leader", "AKE"

OUTSIDE = ("", "refused", "left")  # "" is somebody who has no row yet

MEMBERSHIP = table(
    Move(
        "ask", OUTSIDE, "applied", PERSON, "joined by asking; works at a library of its regions, confirmed", "leaders"
    ),
    Move("join", OUTSIDE, "member", PERSON, "open to all of its regions' libraries; confirmed", "–"),
    Move("accept", ("applied",), "member", LEADER, "–", "person"),
    Move("refuse", ("applied",), "refused", LEADER, "a reason if the leader wants to give one", "person"),
    Move(
        "invite",
        ("", "refused", "left", "applied"),
        "invited",
        LEADER,
        "confirmed; an asker is let in at once",
        "person",
    ),
    Move("appoint", ("", "refused", "left", "applied", "invited"), "member", AKE, "a working group", "person"),
    Move("agree", ("invited",), "member", PERSON, "–", "–"),
    Move("decline", ("invited",), "left", PERSON, "–", "–"),
    Move("leave", ("member", "applied"), "left", PERSON, "–", "person, when gatherings came into the calendar by mail"),
    Move("remove", ("member", "invited"), "left", LEADER, "–", "person, when a member"),
)


def who(move):
    """Those who may take `move`: some of PERSON, LEADER, AKE."""
    return MEMBERSHIP[move].who.split("; ")
