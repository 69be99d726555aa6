"""A leader's picture: judged by what is in it, kept small, gone with its leader."""

from django.core.files.base import ContentFile
from django.db import transaction

from ideas.pictures import examine, scaled

SIDE = 320  # pixels


def put(leader, file):
    """Keep the uploaded `file` as the leader's picture. Raises lib.uploads.Rejected."""
    accepted = examine(file)
    content, _width, _height = scaled(accepted, SIDE)
    remove(leader)
    leader.picture.save(f"picture.{accepted.extension}", ContentFile(content), save=False)


def remove(leader):
    """Take the picture off; its file goes when that is certain. The caller saves the leader."""
    if leader.picture:
        storage, name = leader.picture.storage, leader.picture.name
        transaction.on_commit(lambda: storage.delete(name))
        leader.picture = ""
