"""Files that people hand in: judged by what is in them, never by what they are called.

PDF, JPEG and PNG up to 10 MB. A photo is turned upright and written anew, so that nothing but its picture stays.
"""

import re
import unicodedata
import uuid
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000  # a telephone's photo has up to fifty million
LONGEST_SIDE = 3000  # pixels that are kept: an A4 page at 250 dpi
MOST_UNPACKED = 40 * 1024 * 1024  # of a PDF, in all its streams together

# What makes a PDF do something, start something or carry something else along. Looked for in every byte, so the names are
# long enough not to come up in a picture by chance: a script is always named /JavaScript beside its /JS.
ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA|GoToE|Movie|Sound|Rendition)"
    rb"(?![A-Za-z0-9])"
)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
FILTERS = re.compile(rb"/((?:ASCIIHex|ASCII85|LZW|Flate|RunLength|Crypt)Decode|AHx|A85|LZW|Fl|RL)(?![A-Za-z0-9])")
PDF_START = re.compile(rb"%PDF-[12]\.\d")


class Rejected(Exception):
    """A file that is not taken; `code` says why: empty, too_big, unknown, broken, active, locked, too_many_pixels."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Accepted:
    """A file as it is kept: its bytes, its type and ending as found in the bytes, and a name that is safe to show."""

    content: bytes
    content_type: str
    extension: str
    name: str


def shown_name(name, extension):
    """The last part of what the sender called the file, without signs that mean something to a system, at most 80 long."""
    last = re.split(r"[/\\]", str(name))[-1]
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", last)
        if unicodedata.category(sign)[0] not in "C" and sign not in '<>:"|?*'
    )
    stem = kept.rpartition(".")[0] or kept
    return f"{stem.strip(' .')[:80] or extension}.{extension}"


def unguessable(folder, extension):
    """A path below MEDIA_ROOT that nobody can guess and that says nothing of what is in it."""
    return f"{folder}/{uuid.uuid4().hex}.{extension}"


def examine(file):
    """The uploaded `file` as it is kept. Raises Rejected."""
    if file.size > MOST_BYTES:
        raise Rejected("too_big")
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Rejected("too_big")
    if not content:
        raise Rejected("empty")
    if PDF_START.match(content):
        _examine_pdf(content)
        return Accepted(content, "application/pdf", "pdf", shown_name(file.name, "pdf"))
    if content.startswith(b"\xff\xd8\xff"):
        return Accepted(_redrawn(content, "JPEG"), "image/jpeg", "jpg", shown_name(file.name, "jpg"))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Accepted(_redrawn(content, "PNG"), "image/png", "png", shown_name(file.name, "png"))
    raise Rejected("unknown")


def _redrawn(content, kind):
    """The picture upright and written anew. Raises Rejected."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is looked at here
            picture = Image.open(BytesIO(content), formats=[kind])
        if picture.width * picture.height > MOST_PIXELS:
            raise Rejected("too_many_pixels")
        if getattr(picture, "n_frames", 1) > 1:
            raise Rejected("unknown")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        if kind == "JPEG" or picture.mode not in ("1", "L", "LA", "RGB", "RGBA"):
            picture = picture.convert("L" if picture.mode == "L" else "RGB")
        bare = Image.new(picture.mode, picture.size)
        bare.paste(picture)
        out = BytesIO()
        bare.save(out, kind, **({"quality": 85, "optimize": True} if kind == "JPEG" else {"optimize": True}))
    except Rejected:
        raise
    except Image.DecompressionBombError as error:
        raise Rejected("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, zlib.error) as error:
        raise Rejected("broken") from error
    return out.getvalue()


def _examine_pdf(content):
    """Raises Rejected for a PDF that is cut off, locked, or does more than show pages."""
    if b"%%EOF" not in content[-2048:]:
        raise Rejected("broken")
    if b"/Encrypt" in _unescaped(content):
        raise Rejected("locked")
    for part in (content, *_streams(content)):
        if ACTIVE.search(_unescaped(part)):
            raise Rejected("active")


def _unescaped(content):
    """Names in a PDF may be written with #4A for J: as they are meant."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content) if b"#" in content else content


def _streams(content):
    """The packed streams that hold objects, unpacked one by one. Raises Rejected "broken" for one that hides what it holds."""
    room = MOST_UNPACKED
    for found in STREAM.finditer(content):
        head = content[max(0, found.start() - 2048) : found.start()]
        head = _unescaped(head[head.rfind(b"obj") :])
        if b"ObjStm" not in head or b"/Filter" not in head:
            continue  # pages and pictures hold no actions; what is not packed is read as it stands
        if FILTERS.findall(head) not in ([b"FlateDecode"], [b"Fl"]) or b"/Predictor" in head:
            raise Rejected("broken")
        unpacker = zlib.decompressobj()
        try:
            part = unpacker.decompress(content[found.end() :], room + 1)
        except zlib.error as error:
            raise Rejected("broken") from error
        room -= len(part)
        if room < 0:
            raise Rejected("broken")
        yield part
