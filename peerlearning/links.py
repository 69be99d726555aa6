"""The link of a decision in a mail: one consent, one reader, an expiry. A shared mailbox is nobody's key."""

from datetime import timedelta

from django.core import signing

from ake_portal.lib.links import BadLink, ExpiredLink

SALT = "link:peerlearning.consent"
WORKS = timedelta(days=60)


def token(consent, person):
    """A token for `person` to decide on `consent`; a person without a row is the shared mailbox that was asked."""
    return signing.dumps([consent.pk, person.pk or 0], salt=SALT, compress=False)


def read(text):
    """(pk of the consent, pk of the person or 0). Raises ExpiredLink, BadLink."""
    try:
        consent, person = signing.loads(text, salt=SALT, max_age=WORKS)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadLink from error
    return consent, person
