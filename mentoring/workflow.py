"""The moves of a cohort and of an application: actions, buttons, tests and docs/workflows.md follow them."""

from ake_portal.lib.moves import Move, table

PERSON, AKE, CLOCK = "person", "AKE", "clock"

COHORT = table(
    Move("publish", ("draft",), "open", AKE, "titles in both languages, topics, days in their order", "–"),
    Move("form", ("open",), "forming", f"{AKE}; {CLOCK}", "the deadline has passed", "–"),
    Move("reopen", ("forming",), "open", AKE, "a new deadline; the groups thought of so far go", "–"),
    Move(
        "announce",
        ("forming",),
        "running",
        AKE,
        "no group breaks a rule",
        "each applicant: a place, or the list; mentors",
    ),
    Move(
        "survey", ("running",), "closing", f"{AKE}; {CLOCK}", "14 days before the last day, or it has passed", "members"
    ),
    Move(
        "close",
        ("closing",),
        "closed",
        f"{AKE}; {CLOCK}",
        "clock: 30 days later, no meeting to come",
        "members: when the notes go; mentors",
    ),
    Move(
        "cancel",
        ("draft", "open", "forming", "running"),
        "cancelled",
        AKE,
        "a reason, if published",
        "applicants; mentors",
    ),
)

APPLICATION = table(
    Move("apply", ("", "withdrawn"), "applied", PERSON, "confirmed, of its regions; before the deadline", "person"),
    Move("change", ("applied",), "applied", PERSON, "before the deadline", "–"),
    Move("withdraw", ("applied", "listed"), "withdrawn", PERSON, "–", "–"),
    Move("offer", ("applied", "listed"), "offered", f"{AKE}; {CLOCK}", "has a group, at announcing or later", "person"),
    Move("list", ("applied",), "listed", AKE, "has no group at announcing", "person"),
    Move("accept", ("offered",), "member", PERSON, "before the answer's deadline", "person"),
    Move("decline", ("offered",), "declined", PERSON, "–", "the next on the list"),
    Move("expire", ("offered",), "expired", CLOCK, "the answer's deadline has passed", "person; the next on the list"),
    Move("leave", ("member",), "left", PERSON, "–", "the group; before its second meeting the next on the list"),
)


def who(move, moves):
    """Those who may take `move` of `moves`: some of PERSON, AKE, CLOCK."""
    return moves[move].who.split("; ")
