"""The moves of a kit's loan: actions, buttons, tests and docs/workflows.md follow them."""

from ake_portal.lib.moves import Move, table

LIBRARY, RUNNER = "library", "leader or AKE"

LOAN = table(
    Move(
        "book",
        ("",),  # no row yet
        "booked",
        LIBRARY,
        "confirmed, of the network's regions; the days are free with the service days after them, none is past",
        "person; leaders",
    ),
    Move("move", ("booked",), "booked", f"{RUNNER}; a late return", "the new days are free", "person"),
    Move("extend", ("out",), "out", RUNNER, "the days up to the new last one are free", "person"),
    Move("cancel", ("booked",), "cancelled", f"{LIBRARY}; {RUNNER}", "–", "person and leaders, but not who did so"),
    Move(
        "close_unfetched",
        ("booked",),
        "unfetched",
        f"{RUNNER}; the clock",
        "its first day is past, and no other library has the kit; the clock: ten working days after that day",
        "person and leaders, but not who did so",
    ),
    Move(
        "hand_over",
        ("booked",),
        "out",
        f"{LIBRARY}; {RUNNER}",
        "the kit is at the AKE, or comes from the library before with its return; no sooner than the service days before",
        "–",
    ),
    Move(
        "take_back",
        ("out",),
        "returned",
        f"{RUNNER}; the next library",
        "parts counted",
        "the next, when it is late or a part is missing; leaders, when a part is missing",
    ),
)


def who(move):
    """Those who may take `move`."""
    return LOAN[move].who.split("; ")
