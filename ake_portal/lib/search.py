"""One way to search and one way to sort, the same on SQLite and on PostgreSQL."""

import unicodedata
from functools import lru_cache

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Coalesce, Collate, Lower, NullIf
from django.db.models.lookups import Contains

from ake_portal.lib.words import language

# In Finnish å, ä and ö are letters of their own after z; other marks are decoration.
AFTER_Z = {"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"}


@lru_cache(maxsize=8192)
def finnish_key(text):
    """Sort key of a text by the Finnish alphabet, blind to case first: a ... z å ä ö."""
    folded = "".join(
        AFTER_Z.get(letter) or unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", text or "").lower()
    )
    return folded, text or ""


def in_finnish_order(field, translated=False):
    """Ordering expression for `order_by`; a translated text by the reader's language, by the other one where it lacks."""
    if not translated:
        return Collate(F(field), "finnish").asc()
    mine = language()
    other = "fi" if mine == "sv" else "sv"
    text = TextField()  # said, for modeltranslation makes each column a type of its own
    written = NullIf(F(f"{field}_{mine}"), Value(""), output_field=text)
    return Collate(Coalesce(written, F(f"{field}_{other}"), output_field=text), "finnish").asc()


def matches(query, *fields):
    """Q for rows in which every word of `query` occurs in one of `fields`, whatever its case.

    Name the Finnish and the Swedish column of a translated text ("title_fi", "title_sv"): both are looked into.
    """
    found = Q()
    for word in (query or "").lower().split()[:8]:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(Contains(Lower(Collate(F(field), "finnish")), word))
        found &= anywhere
    return found
