"""Documents as PDF/UA, set by Typst from the files of templates/pdf."""

import json

import typst
from django.conf import settings

DIRECTORY = settings.BASE_DIR / "templates" / "pdf"
PDF = "application/pdf"
PUNCTUATION = "–—‘’“”…€−\u202f"


def render(template, **data):
    """The bytes of templates/pdf/<template>.typ with `data`: texts and lists of texts, ready to read.

    `data` names at least "title", "language" (fi or sv), "sender" and "date". A text is set as it is, whatever it says:
    Typst gets the data as a value, never as a part of the document's source. The fonts are those inside Typst; a sign
    that they lack, such as a picture, becomes a question mark.
    """
    try:
        return _compile(template, data)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compile(template, _plain(data))


def _compile(template, data):
    return typst.compile(
        str(DIRECTORY / f"{template}.typ"),
        root=str(DIRECTORY),
        format="pdf",
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
    )


def _plain(data):
    """The data with no other signs than Latin letters and common punctuation."""
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return "".join(sign if " " <= sign < "\u0250" or sign in PUNCTUATION else "?" for sign in data)
