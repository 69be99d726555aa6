"""The portal keeps no identity codes and no bank accounts: texts that look like one are refused at the field."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# day, month, year; the sign of the century, old or new; number and check sign
IDENTITY_CODE = re.compile(
    r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d\s?[-+ABCDEFUVWXY]\s?\d{3}[0-9A-Z](?![0-9A-Z])", re.IGNORECASE
)
# country, check digits, then at least eleven signs in groups, as banks print them or all together
ACCOUNT = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]{4}){2,7}(?:[ \u00a0-]?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE
)
DIGITS_OF_AN_ACCOUNT = 11  # a word in capitals is no account


def holds_identity(text):
    """ "identity_code", "account" or "": what of these the text seems to hold."""
    # the short line that is no hyphen, and whatever a telephone makes of one
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", str(text))
    if IDENTITY_CODE.search(text):
        return "identity_code"
    for found in ACCOUNT.finditer(text):
        if sum(sign.isdigit() for sign in found.group()) >= DIGITS_OF_AN_ACCOUNT:
            return "account"
    return ""


TEXTS = {
    "identity_code": _("This looks like an identity code. The portal keeps none: take it away."),
    "account": _("This looks like a bank account. The portal keeps none: take it away."),
}


def no_identity(text):
    """Validator of text fields."""
    found = holds_identity(text)
    if found:
        raise ValidationError(TEXTS[found])


class PlainText(forms.CharField):
    """A text in which nobody leaves an identity code or a bank account."""

    default_validators = [no_identity]
