"""How far a long command is: a bar for a person at a terminal, plain lines for a log."""

import io

from ake_portal.lib.progress import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_plain_lines_now_and_then_and_one_at_the_end(time_machine):
    log = io.StringIO()
    assert list(progress(range(3), "People", every=0, stream=log)) == [0, 1, 2]
    assert log.getvalue().splitlines() == ["People: 1 of 3", "People: 2 of 3", "People: 3 of 3", "People: 3 done"]


def test_a_fast_command_says_one_line():
    log = io.StringIO()
    list(progress(iter("ab"), "Mails", stream=log))
    assert log.getvalue() == "Mails: 2 done\n"


def test_a_terminal_gets_a_bar():
    terminal = Terminal()
    list(progress(range(3), "People", stream=terminal))
    assert "\r" in terminal.getvalue() and "100%" in terminal.getvalue() and "3/3" in terminal.getvalue()
