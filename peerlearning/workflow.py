"""The moves of a visit between libraries, of its claim and of a wish for a host, which actions, buttons, tests and docs/workflows.md follow."""

from ake_portal.lib.moves import Move, table

WRITER, AKE = "writer", "AKE"  # who moves a wish

VISIT = table(
    Move(
        "submit",
        ("draft",),
        "submitted",
        "traveller; AKE",
        "has a stop, a topic, a goal, dates ahead and costs; reserves the estimate if the line has room",
        "each host; the traveller's director; AKE",
    ),
    Move(
        "consent",
        ("submitted",),
        "submitted",
        "host; director or deputy; AKE; never a traveller",
        "nothing has changed since it was asked; AKE: the line has room, or a reason",
        "–",
    ),
    Move(
        "approve",
        ("submitted",),
        "approved",
        "the last consent",
        "every consent is given; the estimate is committed",
        "travellers, hosts, director, with a calendar file",
    ),
    Move("ask_change", ("submitted",), "draft", "whoever is asked", "says what; releases the money", "traveller"),
    Move("decline", ("submitted",), "declined", "whoever is asked", "says why; releases the money", "all"),
    Move(
        "change",
        ("submitted", "approved"),
        "submitted",
        "traveller; AKE",
        "another day or place: host and director again; more than 10 % or 30 € dearer: director and AKE again",
        "those asked again",
    ),
    Move("adjust", ("submitted", "approved"), "approved", "traveller; AKE", "nobody needs to be asked again", "–"),
    Move(
        "cancel",
        ("draft", "submitted", "approved"),
        "cancelled",
        "traveller; director; AKE",
        "has not been made; what is spent stays, the rest is released",
        "all",
    ),
    Move("lapse", ("submitted",), "lapsed", "clock", "the first day has passed; releases the money", "all"),
    Move("finish", ("approved",), "done", "clock", "the day after the last day", "travellers: claim and story"),
    Move(
        "close",
        ("done",),
        "closed",
        "AKE",
        "claims and bought tickets are settled; releases the rest",
        "travellers",
    ),
)

CLAIM = table(
    Move(
        "begin",
        ("waived",),
        "draft",
        "traveller",
        "the visit is made and not settled, the AKE pays something of it; filled in from the visit",
        "–",
    ),
    Move("write", ("draft",), "draft", "traveller", "–", "–"),
    Move("complete", ("returned",), "returned", "traveller", "–", "–"),
    Move(
        "send",
        ("draft", "returned"),
        "sent",
        "traveller",
        "purpose; legs with route and clocks in order within the trip; own car: kilometres, and why no public"
        " transport; tickets and lodging with receipts; the year has a kilometre rate, which the claim keeps",
        "AKE",
    ),
    Move(
        "send_back",
        ("sent", "checked"),
        "returned",
        "AKE; checked: whom the region names to approve; never the traveller",
        "says why",
        "traveller",
    ),
    Move("check", ("sent",), "checked", "AKE; never the traveller", "–", "whom the region names to approve"),
    Move(
        "approve",
        ("checked",),
        "approved",
        "whom the region names to approve, neither checker nor traveller",
        "the line has room, or a reason; leaves an actual in the books",
        "traveller",
    ),
    Move("pay", ("approved",), "paid", "AKE; never the traveller", "–", "traveller"),
    Move(
        "waive",
        ("draft", "returned"),
        "waived",
        "traveller; two months after the trip also the AKE",
        "nothing to claim; what was filled in goes",
        "–",
    ),
)

WISH = table(
    Move("write", ("draft",), "draft", WRITER, "–", "–"),
    Move(
        "send",
        ("draft",),
        "open",
        WRITER,
        "has a topic, a subject, a goal, days ahead and a language; the workplace is confirmed;"
        " what was told by phone or mail the AKE writes down and sends at once",
        "AKE; the writer when the AKE wrote it down",
    ),
    Move(
        "propose",
        ("open", "proposed"),
        "proposed",
        AKE,
        "each host in another library, ahead, between the wish's days, with the reason why there",
        "writer",
    ),
    Move(
        "take",
        ("proposed",),
        "taken",
        WRITER,
        "one host or several, still ahead, none twice and none at the same time; begins a visit with all that was written",
        "whoever proposed them",
    ),
    Move("turn_down", ("proposed",), "open", WRITER, "says why none suits", "AKE"),
    Move("take_back", ("proposed",), "proposed", AKE, "one of several open proposals; says why", "writer"),
    Move("take_back_last", ("proposed",), "open", AKE, "the only open proposal; says why", "writer"),
    Move("withdraw", ("draft", "open", "proposed"), "withdrawn", WRITER, "–", "AKE, when it was sent"),
    Move("close", ("open", "proposed"), "closed", AKE, "says why", "writer"),
    Move("lapse", ("open", "proposed"), "lapsed", "clock", "the latest day has passed", "writer; AKE"),
)


def who(move):
    """Those who may take a move, as names."""
    return move.who.split("; ")
