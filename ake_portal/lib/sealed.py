"""Texts that the database keeps and cannot read: sealed with a key that stands in the environment alone.

The first of the keys seals, all of them open, so that a key can be changed without a text being lost. What is sealed
and none of the keys opens is not damaged: it opens again when its key is back.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

SHORTEST = 32  # characters of a key


class BadKeys(ValueError):
    """The keys in the environment cannot be used; the message says why, and never what they are."""


class Lost(Exception):
    """None of the keys opens this text."""


def split_keys(text):
    """The keys in `text`, commas between, the newest first. Raises BadKeys."""
    keys = [key.strip() for key in text.split(",")] if text.strip() else []
    for number, key in enumerate(keys, start=1):
        if not key:
            raise BadKeys(f"key {number} is empty: a comma stands between two keys only.")
        if len(key) < SHORTEST or len(set(key)) < 8:
            raise BadKeys(f"key {number} is too short to be secret: use at least {SHORTEST} random characters.")
    if len(set(keys)) < len(keys):
        raise BadKeys("the same key stands there twice.")
    return keys


@sensitive_variables()
def _fernet(secret, info):
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))


def _keys():
    """settings.NOTES_KEYS, and last the one that SECRET_KEY gives: it seals where there is no other, and goes on opening."""
    own = [_fernet(key, b"ake_portal sealed texts, own key") for key in settings.NOTES_KEYS]
    return MultiFernet([*own, _fernet(settings.SECRET_KEY, b"ake_portal sealed texts, SECRET_KEY")])


@sensitive_variables()
def seal(text):
    """`text` as bytes that nobody reads without the key."""
    return _keys().encrypt(text.encode())


@sensitive_variables()
def open(sealed):
    """The text of what seal() gave, as the database gives it back. Raises Lost."""
    try:
        return _keys().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Lost from None


def reseal(sealed):
    """The same text sealed with the newest key. Raises Lost."""
    try:
        return _keys().rotate(bytes(sealed))
    except InvalidToken:
        raise Lost from None
