"""PostgreSQL emptied between tests: only what holds something.

Django's TRUNCATE makes new files for each of a hundred tables and all their indexes, empty or not, and that is most of the
time such a test takes. What Django itself writes there at once again, the names of models and their permissions, stays.
"""

from django.db import connection

STAYS = {"django_content_type", "auth_permission"}
WRITTEN_ONCE = ["budgets_booking", "budgets_plansnapshot"]  # refuse DELETE; the tests let TRUNCATE pass
EMPTY = """
LOCK TABLE {tables};
DO $$
DECLARE
    name text;
    holds_something boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{once}] LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO holds_something;
        IF holds_something THEN EXECUTE 'TRUNCATE ' || name || ' CASCADE'; END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY[{others}] LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO holds_something;
        IF holds_something THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
END $$
"""


def tables():
    """The names of the tables that are emptied, quoted."""
    every = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [f'"{name}"' for name in every if name not in STAYS]


def statement():
    """SQL for a transaction: waits, as TRUNCATE does, until nobody else is at the tables; foreign keys are checked at its end."""
    once = [f'"{name}"' for name in WRITTEN_ONCE]
    others = [name for name in tables() if name not in once]
    return EMPTY.format(tables=", ".join(once + others), once=_texts(once), others=_texts(others))


def _texts(names):
    return ", ".join(f"'{name}'" for name in names)


def instead_of_truncate():
    """From now on Django's test cases empty the database this way, over whichever connection."""
    kind = type(connection.ops)
    truncate = kind.sql_flush

    def sql_flush(ops, style, tables, *, reset_sequences=False, allow_cascade=False):
        if reset_sequences or allow_cascade:
            return truncate(ops, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
        return [statement()]

    kind.sql_flush = sql_flush
