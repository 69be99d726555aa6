from datetime import timedelta
from types import SimpleNamespace

import pytest

from ake_portal.lib import links

THING, PERSON = SimpleNamespace(pk=7), SimpleNamespace(pk=3)


def test_a_link_is_for_one_thing_one_person_and_one_purpose():
    token = links.token("trainings.cancel", THING, PERSON)
    assert links.read("trainings.cancel", token) == (7, 3)
    with pytest.raises(links.BadLink):
        links.read("trainings.offer", token)


@pytest.mark.parametrize("broken", ["", "x", "WzcsM10:1abc:def", "å", ":" * 9, "a" * 5000])
def test_what_nobody_signed_is_refused(broken):
    with pytest.raises(links.BadLink):
        links.read("trainings.cancel", broken)


def test_a_changed_letter_anywhere_breaks_the_link():
    token = links.token("trainings.cancel", THING, PERSON)
    for n in range(len(token) - 1):  # the last letter of base64 may hold bits that mean nothing
        with pytest.raises(links.BadLink):
            links.read("trainings.cancel", token[:n] + ("a" if token[n] != "a" else "b") + token[n + 1 :])


def test_a_link_expires(time_machine):
    token = links.token("trainings.cancel", THING, PERSON)
    time_machine.shift(timedelta(days=119))
    assert links.read("trainings.cancel", token) == (7, 3)
    time_machine.shift(timedelta(days=2))
    with pytest.raises(links.ExpiredLink):
        links.read("trainings.cancel", token)
