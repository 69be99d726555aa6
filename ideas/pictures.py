"""Pictures of ideas: judged by what is in them, kept in two sizes, gone when their idea or its author wants it so."""

from contextlib import contextmanager
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from ake_portal.lib import uploads
from ideas.models import Picture

LARGE, SMALL = 1600, 640  # pixels of the longer side


def examine(file):
    """The uploaded `file` as lib.uploads.Accepted. Raises lib.uploads.Rejected; a PDF is "unknown" here."""
    accepted = uploads.examine(file)
    if not accepted.content_type.startswith("image/"):
        raise uploads.Rejected("unknown")
    return accepted


def scaled(accepted, side):
    """(bytes, width, height) of the picture with no side longer than `side` pixels."""
    picture = Image.open(BytesIO(accepted.content))
    if max(picture.size) <= side:
        return accepted.content, *picture.size
    if picture.mode == "1":
        picture = picture.convert("L")
    picture.thumbnail((side, side))
    out = BytesIO()
    kind = "JPEG" if accepted.extension == "jpg" else "PNG"
    picture.save(out, kind, optimize=True, **({"quality": 82, "progressive": True} if kind == "JPEG" else {}))
    return out.getvalue(), *picture.size


@contextmanager
def _or_no_files(picture):
    """The files of `picture` go when the work inside fails."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for file in (picture.large, picture.small):
            if file.name:
                file.storage.delete(file.name)
        raise


def add(idea, accepted, alt):
    """Keep a picture of `idea`, described by `alt` in the language that the idea is written in."""
    large, width, height = scaled(accepted, LARGE)
    small, small_width, _height = scaled(accepted, SMALL)
    picture = Picture(idea=idea, width=width, height=height, small_width=small_width)
    setattr(picture, f"alt_{idea.language}", alt)
    with _or_no_files(picture):
        picture.large.save(f"picture.{accepted.extension}", ContentFile(large), save=False)
        picture.small.save(f"picture.{accepted.extension}", ContentFile(small), save=False)
        picture.save(force_insert=True)
    return picture


@transaction.atomic
def remove(pictures):
    """Delete these pictures; their files go when that is certain."""
    for picture in pictures:
        files = (picture.large, picture.small)
        picture.delete()
        for file in files:
            transaction.on_commit(lambda file=file: file.storage.delete(file.name))
