"""Files of publications: judged by what is in them, gone when their publication no longer has them."""

from django.core.files.base import ContentFile
from django.db import transaction

from ake_portal.lib import uploads
from ideas import pictures

COVER_SIDE = 800  # pixels of the longer side


def cover_of(file):
    """The uploaded picture as it is kept. Raises lib.uploads.Rejected."""
    accepted = pictures.examine(file)
    content, _width, _height = pictures.scaled(accepted, COVER_SIDE)
    return ContentFile(content, name=accepted.name)


def version_of(file):
    """The uploaded PDF or picture as it is kept, under a name that is safe to show. Raises lib.uploads.Rejected."""
    accepted = uploads.examine(file)
    return ContentFile(accepted.content, name=accepted.name)


def files_of(publications):
    """All files that the publications hold."""
    files = []
    for publication in publications.prefetch_related("versions"):
        files += [publication.cover, *(version.file for version in publication.versions.all())]
    return [file for file in files if file]


@transaction.atomic
def save(form, versions):
    """Keep a publication and its versions as the valid forms have them. Returns the Publication."""
    publication = versions.instance = form.save()
    versions.save()
    gone = [version.file for version in versions.deleted_objects]
    forget(file for file in (form.dropped, *(one.dropped for one in versions.forms), *gone) if file)
    return publication


def forget(files):
    """Delete files when it is certain that nothing holds them any more."""
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))
