"""Small tables that hardly ever change, kept in each process for a minute instead of read for every page."""

from time import monotonic

from django.apps import apps

SECONDS = 60


class KeptTable:
    """The rows of a small table by their keys, at most a minute old.

    For names on pages. Whatever a right, a seat or a sum depends on is read from the database. The rows are shared by
    all threads of the process: nobody changes them.
    """

    tables = []

    def __init__(self, model):
        """`model` as "app.Model"."""
        self.model = model
        self.forget()
        self.tables.append(self)

    def forget(self):
        """Read anew the next time."""
        self._rows, self._read_at = None, 0.0

    @property
    def rows(self):
        """{key: object} in the table's order."""
        rows = self._rows
        if rows is None or monotonic() - self._read_at > SECONDS:
            rows = {row.pk: row for row in apps.get_model(self.model).objects.all()}
            self._rows, self._read_at = rows, monotonic()
        return rows

    def __getitem__(self, key):
        """The row with a key; one that has come since the last reading is found too. Raises KeyError."""
        rows = self.rows
        if key not in rows:
            self.forget()
            rows = self.rows
        return rows[key]

    def pick(self, keys):
        """The rows with these keys, in the table's order."""
        if any(key not in self.rows for key in keys):
            self.forget()
        return [row for key, row in self.rows.items() if key in keys]


def forget_all():
    """Every kept table is read anew: for tests, whose databases are younger than the process."""
    for table in KeptTable.tables:
        table.forget()
