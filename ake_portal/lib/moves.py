"""The table of moves behind a workflow: code, buttons, tests and docs/workflows.md follow it."""

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
        """Whether `thing` stands where this move begins."""
        return thing.state in self.sources


def table(*moves):
    """{name: Move}."""
    return {move.name: move for move in moves}


def as_markdown(title, moves):
    """A table of moves as a section of docs/workflows.md."""
    rows = [
        f"| {move.name} | {', '.join(move.sources)} | {move.target} | {move.who} | {move.when} | {move.mail} |"
        for move in moves.values()
    ]
    head = f"## {title}\n\n| move | from | to | who | when | mail to |\n| --- | --- | --- | --- | --- | --- |"
    return "\n".join([head, *rows, ""])
