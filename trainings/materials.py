"""Files and links on a training's page."""

from django.core.files.base import ContentFile
from django.db import transaction

from trainings.actions import Refused
from trainings.models import Material


def add(material, accepted=None):
    """Keep a Material that is not saved yet; `accepted` is its file as lib.uploads.examine gave it. Raises Refused "many"."""
    if material.training.materials.count() >= Material.MOST:
        raise Refused("many")
    try:
        with transaction.atomic():
            if accepted:
                material.name, material.content_type = accepted.name, accepted.content_type
                material.file.save(f"file.{accepted.extension}", ContentFile(accepted.content), save=False)
            material.save(force_insert=True)
    except BaseException:
        _drop_file(material.file)
        raise
    return material


@transaction.atomic
def remove(material):
    """Take a material off its page, and its file off the disk."""
    file = material.file
    material.delete()
    transaction.on_commit(lambda: _drop_file(file))


def _drop_file(file):
    if file.name:
        file.storage.delete(file.name)
