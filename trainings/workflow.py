"""The moves of a training and of a registration: one table each, which actions, tests and docs/workflows.md follow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One step: from which states, to which, who may take it, on what condition, and who is told."""

    name: str
    sources: tuple
    target: str
    who: str
    when: str
    mail: str

    def is_open_to(self, thing):
        """Whether `thing` (a training or a registration) stands where this move begins."""
        return thing.state in self.sources


def _table(*moves):
    return {move.name: move for move in moves}


TRAINING = _table(
    Move("publish", ("draft",), "published", "owner", "has sessions ahead, title and summary in both languages", "–"),
    Move("unpublish", ("published",), "draft", "owner", "nobody has signed up", "–"),
    Move("cancel_training", ("published",), "cancelled", "owner", "has not ended", "all who take part or wait"),
)

REGISTRATION = _table(
    Move(
        "cancel",
        ("registered", "waiting", "offered"),
        "cancelled",
        "person; organisers",
        "person: a seat until the deadline, a place in the queue until it begins; organisers: until it ends",
        "person; the next in the queue",
    ),
    Move(
        "offer",
        ("waiting",),
        "offered",
        "clock",
        "a seat is free, before 16.00 on the day before, first in the queue",
        "person",
    ),
    Move("accept", ("offered",), "registered", "person", "the offer is still held", "person"),
    Move("decline", ("offered",), "declined", "person", "the offer is still held", "the next in the queue"),
    Move("expire", ("offered",), "expired", "clock", "the offer's time is up", "person; the next in the queue"),
    Move(
        "take_free_seat",
        ("waiting",),
        "registered",
        "person",
        "from 16.00 on the day before until it begins, a seat is free",
        "person",
    ),
    Move(
        "give_seat",
        ("waiting", "offered"),
        "registered",
        "organisers",
        "until it ends, past the queue and the number of seats",
        "person",
    ),
    Move(
        "call_off",
        ("registered", "waiting", "offered", "attended", "absent"),
        "cancelled",
        "owner",
        "the training is cancelled",
        "person",
    ),
    Move("mark_there", ("registered", "absent"), "attended", "organisers", "from the day of the session on", "–"),
    Move("mark_absent", ("registered", "attended"), "absent", "organisers", "absent from every session marked", "–"),
    Move("unmark", ("attended", "absent"), "registered", "organisers", "no session is marked any more", "–"),
)


def as_markdown():
    """docs/workflows.md."""
    parts = [
        "# Workflows\n\nWritten by `make docs` from `trainings/workflow.py`. *Owner* is the AKE of the training's region,"
        " *organisers* are the owner and the co-organisers, *clock* is a scheduled task or another move.\n"
    ]
    for title, moves in (("A training", TRAINING), ("A registration", REGISTRATION)):
        parts.append(
            f"## {title}\n\n| move | from | to | who | when | mail to |\n| --- | --- | --- | --- | --- | --- |"
        )
        parts += [
            f"| {move.name} | {', '.join(move.sources)} | {move.target} | {move.who} | {move.when} | {move.mail} |"
            for move in moves.values()
        ]
        parts.append("")
    return "\n".join(parts)
