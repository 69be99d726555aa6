"""The moves of a training and of a registration: one table each, which actions, tests and docs/workflows.md follow."""

from ake_portal.lib.moves import Move, table

TRAINING = table(
    Move("publish", ("draft",), "published", "owner", "has sessions ahead, title and summary in both languages", "–"),
    Move("unpublish", ("published",), "draft", "owner", "nobody has signed up", "–"),
    Move("cancel_training", ("published",), "cancelled", "owner", "has not ended", "all who take part or wait"),
)

REGISTRATION = table(
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
