"""A database as it once was, brought back at once: tests that need the same large world don't build it anew."""

import io
import pickle

from django.db import connection, transaction

from tests import emptying


class Snapshot:
    """Every row of a PostgreSQL database, where its sequences stand, and `things` made of its rows."""

    def __init__(self, things):
        self.things = pickle.dumps(things)
        self.rows = {}
        with connection.cursor() as cursor:
            for table in emptying.tables():
                out = io.BytesIO()
                cursor.copy_expert(f"COPY {table} TO STDOUT", out)
                if out.getvalue():
                    self.rows[table] = out.getvalue()
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
            self.sequences = cursor.fetchall()

    @transaction.atomic
    def restore(self):
        """Put everything back. Returns the things, as if they had just been made."""
        with connection.cursor() as cursor:
            cursor.execute(emptying.statement())
            # foreign keys are checked when this is committed, so that the order of the tables is no matter
            for table, rows in self.rows.items():
                cursor.copy_expert(f"COPY {table} FROM STDIN", io.BytesIO(rows))
            for name, value in self.sequences:
                cursor.execute(
                    "SELECT setval(quote_ident(%s)::regclass, %s, %s)", [name, value or 1, value is not None]
                )
        return pickle.loads(self.things)
