"""Sealed texts: what the database holds tells nothing, keys can be changed, a lost key breaks nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ake_portal.lib import sealed

NEW, OLD = "uusi-avain-0123456789-abcdefghijklmn", "vanha-avain-0123456789-abcdefghijklm"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again_and_is_not_to_be_read_before(text):
    bytes_ = sealed.seal(text)
    assert sealed.open(bytes_) == text
    assert sealed.open(memoryview(bytes_)) == text  # as PostgreSQL gives it
    assert len(text) < 4 or text.encode() not in bytes_


def test_the_same_text_is_never_sealed_alike():
    assert sealed.seal("Hei") != sealed.seal("Hei")


def test_a_new_key_seals_and_the_old_one_goes_on_opening(settings):
    settings.NOTES_KEYS = [OLD]
    before = sealed.seal("ennen")
    settings.NOTES_KEYS = [NEW, OLD]
    after = sealed.seal("jälkeen")
    assert (sealed.open(before), sealed.open(after)) == ("ennen", "jälkeen")
    settings.NOTES_KEYS = [NEW]
    assert sealed.open(after) == "jälkeen"
    with pytest.raises(sealed.Lost):
        sealed.open(before)


def test_what_secret_key_has_sealed_opens_after_a_key_of_its_own_is_set(settings):
    before = sealed.seal("ennen")
    settings.NOTES_KEYS = [NEW]
    assert sealed.open(before) == "ennen"
    resealed = sealed.reseal(before)
    settings.SECRET_KEY = "another-secret-of-fifty-characters-0123456789-abcdef"
    assert sealed.open(resealed) == "ennen"
    with pytest.raises(sealed.Lost):
        sealed.open(before)


def test_the_key_is_derived_for_this_alone(settings):
    """Who has the key of one purpose of SECRET_KEY has not those of the others, and a key of its own is no other's."""
    text = sealed.seal("Hei")
    settings.NOTES_KEYS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-fifty-characters-0123456789-abcdef"
    with pytest.raises(sealed.Lost):
        sealed.open(text)


@pytest.mark.parametrize("damage", [b"", b"x", b"gAAAA" + b"A" * 120])
def test_what_is_damaged_is_lost_and_says_nothing_of_the_key(damage):
    with pytest.raises(sealed.Lost) as lost:
        sealed.open(damage)
    assert str(lost.value) == "" and lost.value.__cause__ is None


def test_keys_stand_with_commas_between():
    assert sealed.split_keys("") == sealed.split_keys("  ") == []
    assert sealed.split_keys(f"{NEW}, {OLD}") == [NEW, OLD]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lyhyt", "key 1 is too short"),
        (f"{NEW},lyhyt", "key 2 is too short"),
        ("ab" * 40, "key 1 is too short"),
        (f"{NEW},", "key 2 is empty"),
        (f",{NEW}", "key 1 is empty"),
        (f"{NEW},{NEW}", "twice"),
    ],
)
def test_bad_keys_are_refused_without_being_told(text, words):
    with pytest.raises(sealed.BadKeys, match=words) as refused:
        sealed.split_keys(text)
    assert "lyhyt" not in str(refused.value) and NEW not in str(refused.value)
