"""Signed links for mails: one thing, one person, an expiry. GET shows, POST acts."""

from datetime import timedelta

from django.core import signing


class BadLink(Exception):
    """The token is broken or made for something else."""


class ExpiredLink(BadLink):
    """The token was right once."""


def token(purpose, thing, person):
    """A token for `purpose` (such as "trainings.cancel") on the row `thing` by the user `person`."""
    return signing.dumps([thing.pk, person.pk], salt=f"link:{purpose}", compress=False)


def read(purpose, text, max_age=timedelta(days=120)):
    """(pk of the thing, pk of the person) of a token. Raises ExpiredLink, BadLink."""
    try:
        thing, person = signing.loads(text, salt=f"link:{purpose}", max_age=max_age)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadLink from error
    return thing, person
