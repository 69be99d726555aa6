"""The moves of an idea on its way into the idea bank: access, actions, buttons, tests and docs/workflows.md follow them."""

from ake_portal.lib.moves import Move, table

AUTHOR, AKE, HOST = "author", "AKE", "host"

IDEA = table(
    Move("send", ("draft", "returned"), "with_ake", AUTHOR, "has a title and a text, each picture is described", "–"),
    Move(
        "ask_check",
        ("draft", "returned", "with_ake"),
        "with_host",
        f"{AUTHOR}; {AKE}",
        "a story with a host library that has somebody to ask; has a title and a text, each picture is described",
        "the host's contact, deputy or director",
    ),
    Move("answer_check", ("with_host",), "with_ake", HOST, "the facts are right, or a note what is not", "author"),
    Move("go_on", ("with_host",), "with_ake", AKE, "the host does not answer", "–"),
    Move("send_back", ("with_ake",), "returned", AKE, "no tip; has an author; with a note", "author"),
    Move("make_practice", ("with_ake",), "with_ake", AKE, "a tip", "–"),
    Move(
        "publish",
        ("with_ake",),
        "published",
        AKE,
        "no tip; title, summary and the pictures' descriptions in both languages",
        "author, the first time",
    ),
    Move("unpublish", ("published",), "with_ake", AKE, "–", "–"),
    Move("set_aside", ("with_ake",), "aside", AKE, "–", "–"),
    Move("reopen", ("aside",), "with_ake", AKE, "–", "–"),
    Move("take_back", ("with_host", "with_ake", "withdrawn"), "draft", AUTHOR, "no tip", "–"),
    Move("withdraw", ("draft", "returned", "with_host", "with_ake"), "withdrawn", AUTHOR, "–", "–"),
)


def who(move):
    """Those who may take `move`: some of AUTHOR, AKE, HOST."""
    return IDEA[move].who.split("; ")
