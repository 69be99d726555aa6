"""Small things that hardly ever change, kept in each process for a minute instead of read for every page."""

from time import monotonic

from django.apps import apps

SECONDS = 60


class Kept:
    """What `read()` gives, at most a minute old.

    For names and places on pages. Whatever a right, a seat or a sum depends on is read from the database. The value is
    shared by all threads of the process: nobody changes it.
    """

    known = []

    def __init__(self, read):
        self.read = read
        self.forget()
        self.known.append(self)

    def forget(self):
        """Read anew the next time."""
        self._value, self._read_at = None, 0.0

    @property
    def value(self):
        value = self._value
        if value is None or monotonic() - self._read_at > SECONDS:
            value = self.read()
            self._value, self._read_at = value, monotonic()
        return value


class KeptTable(Kept):
    """The rows of a small table by their keys."""

    def __init__(self, model):
        """`model` as "app.Model"."""
        super().__init__(lambda: {row.pk: row for row in apps.get_model(model).objects.all()})

    @property
    def rows(self):
        """{key: object} in the table's order."""
        return self.value

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
    """Everything kept is read anew: for tests, whose databases are younger than the process."""
    for kept in Kept.known:
        kept.forget()
