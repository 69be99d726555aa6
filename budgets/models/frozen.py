"""Rows that are written once: what a plan said, what was booked."""

from django.db import models


class WrittenOnce(Exception):
    """Somebody tried to change or delete a row that is kept for good."""


class AppendOnlyQuerySet(models.QuerySet):
    """Rows can be read and added. On PostgreSQL a trigger says the same to whoever goes past the portal."""

    def update(self, **values):
        raise WrittenOnce(self.model.__name__)

    def bulk_update(self, objs, fields, batch_size=None):
        raise WrittenOnce(self.model.__name__)

    def delete(self):
        raise WrittenOnce(self.model.__name__)

    def _raw_delete(self, using):
        raise WrittenOnce(self.model.__name__)

    def bulk_create(self, objs, *args, update_conflicts=False, **options):
        if update_conflicts:
            raise WrittenOnce(self.model.__name__)
        return super().bulk_create(objs, *args, **options)


class WriteOnce(models.Model):
    """A row that is saved once and never again."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise WrittenOnce(type(self).__name__)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise WrittenOnce(type(self).__name__)
