"""SQLite that knows Finnish: the embedded default sorts and searches as PostgreSQL does."""

from django.db.backends.sqlite3 import base

from ake_portal.lib.search import finnish_key


def compare(a, b):
    a, b = finnish_key(a), finnish_key(b)
    return (a > b) - (a < b)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own SQLite backend with the collation `finnish` and LOWER beyond ASCII."""

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.create_collation("finnish", compare)
        connection.create_function(
            "LOWER", 1, lambda text: text if text is None else str(text).lower(), deterministic=True
        )
        return connection
