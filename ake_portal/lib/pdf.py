"""Documents as PDF/UA, set by Typst from the files of templates/pdf."""

import json
import shutil
import tempfile
from pathlib import Path

import typst
from django.conf import settings

DIRECTORY = settings.BASE_DIR / "templates" / "pdf"
PDF = "application/pdf"
PUNCTUATION = "–—‘’“”…€−\u202f"


def render(template, images=None, **data):
    """The bytes of templates/pdf/<template>.typ with `data`: texts and lists of texts, ready to read, and truth values.

    `images` are JPEG or PNG bytes by the file name under which the template sets them; it gives each its alternative text.

    `data` names at least "title", "language" (fi or sv), "sender" and "date". A text is set as it is, whatever it says:
    Typst gets the data as a value, never as a part of the document's source. The fonts are those inside Typst; a sign
    that they lack, such as a picture, becomes a question mark.
    """
    try:
        return _set(template, data, images)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _set(template, _plain(data), images)


def _set(template, data, images):
    if not images:
        return _compile(DIRECTORY, template, data)
    # Typst reads files below one root only: the templates come to the pictures
    with tempfile.TemporaryDirectory(prefix="ake-portal-pdf-") as root:
        for path in DIRECTORY.glob("*.typ"):
            shutil.copy(path, root)
        for name, content in images.items():
            (Path(root) / name).write_bytes(content)
        return _compile(Path(root), template, data)


def _compile(root, template, data):
    return typst.compile(
        str(root / f"{template}.typ"),
        root=str(root),
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
    if not isinstance(data, str):
        return data
    return "".join(sign if " " <= sign < "\u0250" or sign in PUNCTUATION else "?" for sign in data)
