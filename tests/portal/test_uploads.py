"""Files from outside: what is taken is harmless, what is not is refused with its reason."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ake_portal.lib import pdf, uploads
from tests import builders


def file(content, name="kuitti.pdf"):
    return SimpleUploadedFile(name, content)


def small_pdf(body=b"", trailer=b""):
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog "
        + body
        + b" >>\nendobj\ntrailer\n<< /Root 1 0 R "
        + trailer
        + b" >>\n%%EOF\n"
    )


def packed(body, head=b"/Type /ObjStm /Filter /FlateDecode", content=None):
    """A PDF with `body` in a packed stream of objects."""
    content = zlib.compress(body) if content is None else content
    return b"%PDF-1.7\n5 0 obj\n<< " + head + b" >>\nstream\n" + content + b"\nendstream\nendobj\n%%EOF\n"


def picture_of(width, height):
    """The head of a PNG that says it is so large, and next to nothing behind it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def animated():
    out = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


HOSTILE = {
    "a script that is called PDF": (b"#!/bin/sh\nrm -rf /\n", "unknown"),
    "a page of HTML that is called JPEG": (b"<html><script>alert(1)</script>", "unknown"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown"),
    "a program": (b"MZ\x90\0" + b"\0" * 60, "unknown"),
    "an archive": (b"PK\x03\x04" + b"\0" * 60, "unknown"),
    "HTML before a PDF": (b"<script>alert(1)</script>" + small_pdf(), "unknown"),
    "nothing": (b"", "empty"),
    "a PDF that is cut off": (small_pdf()[:40], "broken"),
    "a PDF with a script": (small_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "active"),
    "a script with an escaped name": (small_pdf(b"/OpenAction << /S /J#61vaScript /JS (1) >>"), "active"),
    "a script in a packed stream": (packed(b"1 0 << /S /JavaScript /JS (1) >>"), "active"),
    "a script packed twice": (packed(b"x", b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]"), "broken"),
    "a script behind a predictor": (
        packed(b"x", b"/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 12 >>"),
        "broken",
    ),
    "a stream that is no stream": (packed(b"", content=b"abc"), "broken"),
    "a PDF that starts a program": (small_pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "active"),
    "a PDF with a file in it": (small_pdf(b"/Names << /EmbeddedFiles 2 0 R >>"), "active"),
    "a locked PDF": (small_pdf(trailer=b"/Encrypt 9 0 R"), "locked"),
    "a PDF that swells": (packed(b"\0" * (uploads.MOST_UNPACKED + 10)), "broken"),
    "a picture as large as a field": (picture_of(60_000, 60_000), "too_many_pixels"),
    "a picture with nothing in it": (picture_of(100, 100), "broken"),
    "a picture that moves": (animated(), "unknown"),
    "half a photo": (builders.photo().read()[:200], "broken"),
    "too much": (b"%PDF-1.7\n" + b" " * uploads.MOST_BYTES, "too_big"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_file_is_refused_with_its_reason(what):
    content, code = HOSTILE[what]
    with pytest.raises(uploads.Rejected) as refused:
        uploads.examine(file(content))
    assert refused.value.code == code


def test_honest_files_are_taken_for_what_they_are():
    letter = pdf.render(
        *("money",),
        language="fi",
        title="Lasku",
        sender="AKE",
        date="1.1.2026",
        name="",
        state="",
        funding={"title": "a", "head": ["a"], "rows": [["b"]], "sum": []},
        balance="",
        lines={"title": "a", "head": ["a"], "rows": [["b"]], "sum": []},
        overrides={"title": "", "items": []},
        note="",
    )
    for content, name, content_type, kept in (
        (letter, "lasku.exe", "application/pdf", "lasku.pdf"),
        (packed(b"1 0 << /Type /Page >>"), "x", "application/pdf", "x.pdf"),
        (builders.photo().read(), "kuva.png", "image/jpeg", "kuva.jpg"),
        (builders.photo(kind="PNG").read(), "kuva.jpg", "image/png", "kuva.png"),
    ):
        found = uploads.examine(file(content, name))
        assert (found.content_type, found.name) == (content_type, kept)


def test_photo_is_turned_upright_and_keeps_nothing_but_its_picture():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter
    exif[0x010E] = "Askolan kirjaston kassa"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (60.0, 31.0, 0.0)
    photo = builders.photo(size=(60, 20), exif=exif, comment=b"salaisuus")
    found = uploads.examine(photo)
    picture = Image.open(BytesIO(found.content))
    assert picture.size == (20, 60)
    assert not picture.getexif() and b"Askolan" not in found.content and b"salaisuus" not in found.content


def test_code_behind_a_picture_is_left_behind():
    found = uploads.examine(file(builders.photo().read() + b"<?php system('id'); ?>"))
    assert b"php" not in found.content


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\tilit\\lasku.pdf", "lasku.pdf"),
        ("kahvi\u202egpj.exe", "kahvigpj.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("..", "pdf.pdf"),
        ("ä" * 300, f"{'ä' * 80}.pdf"),
    ],
)
def test_the_senders_name_of_a_file_is_only_shown(name, shown):
    assert uploads.shown_name(name, "pdf") == shown
    assert uploads.unguessable("receipts", "pdf") != uploads.unguessable("receipts", "pdf")
