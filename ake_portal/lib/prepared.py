"""Queries whose SQL is built once in each process: for the few that nearly every page runs.

Building the SQL of a queryset takes Django longer than the database takes to answer it. A prepared query is an ordinary
queryset, compiled with stand-ins for its values; each call puts the real ones in their places and lets Django run it
and make its rows.

PostgreSQL is told a query once in each connection (PREPARE) and need not plan it again and again. Behind a pooler that
lends its connections for a transaction each, Django asks for DISABLE_SERVER_SIDE_CURSORS (in DATABASE_URL, ?…=True):
then the whole SQL goes along each time. A migration that changes the type of a column wants new connections, which a
restart gives.
"""

import copy
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from weakref import WeakSet

from django.db import connection, connections
from psycopg2.extensions import AsIs

NAMES = (f"prepared_{number}" for number in count(1))
POSTGRESQL_TYPES = {int: "bigint", str: "text", datetime: "timestamptz"}
# Of each type as many distinct stand-ins as a query has values
STAND_INS = {
    int: lambda number: -914_000_000 - number,
    str: lambda number: f"stand-in {number}",
    datetime: lambda number: datetime(1891, 1, 1 + number, tzinfo=UTC),
}


class Prepared:
    """`Prepared(build, int, datetime)`: call it with an int and a moment for the rows of `build(an_int, a_moment)`.

    `build` takes one value for each type and returns a queryset. Values must be of the types, each must occur in the
    SQL as it is; what the queryset prefetches is not known here.
    """

    def __init__(self, build, *types):
        self.build, self.types, self.compiled = build, types, None
        self.name, self.told = next(NAMES), WeakSet()
        self.execute = f"EXECUTE {self.name} ({', '.join(['%s'] * len(types))})"

    def _compile(self):
        """(queryset, compiler, sql, the parameters, [(place among them, number of the value)])."""
        stand_ins = [STAND_INS[kind](number) for number, kind in enumerate(self.types)]
        queryset = self.build(*stand_ins)
        if queryset._prefetch_related_lookups:
            raise ValueError("A prepared query prefetches nothing.")
        compiler = queryset.query.get_compiler(using=connection.alias)
        sql, parameters = compiler.as_sql()
        known = [_adapted(value) for value in stand_ins]
        places = [(place, known.index(value)) for place, value in enumerate(parameters) if value in known]
        if {number for _, number in places} != set(range(len(known))):
            raise ValueError("Not every value stands in the SQL as it was given.")
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda expressions: converters
        return queryset, compiler, sql, parameters, places

    def __call__(self, *values):
        """The rows, as a list of what the queryset would give."""
        self.compiled = self.compiled or self._compile()
        queryset, compiler, sql, parameters, places = self.compiled
        values = [_adapted(value) for value in values]
        database = connections[connection.alias]  # each thread has its own
        if database.vendor == "postgresql" and not database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            self._tell(database, sql, parameters, places)
            sql, bound = self.execute, values
        else:
            bound = _put(values, parameters, places)
        compiler = copy.copy(compiler)
        compiler.connection = database
        compiler.as_sql = lambda *args, **kwargs: (sql, tuple(bound))
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        ready = SimpleNamespace(db=database.alias, model=queryset.model, query=query, _known_related_objects={})
        return list(queryset._iterable_class(ready))

    def _tell(self, database, sql, parameters, places):
        """Let the database's server know the query under its name, once in each connection."""
        database.close_if_health_check_failed()  # as Django does before each query: a dead connection is renewed
        database.ensure_connection()
        if database.connection in self.told:
            return
        numbered = _put([AsIs(f"${number}") for number in range(1, len(self.types) + 1)], parameters, places)
        types = ", ".join(POSTGRESQL_TYPES[kind] for kind in self.types)
        # past Django's cursor: what a page asks is counted in tests, and this it asks of a new connection alone
        with database.wrap_database_errors, database.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} ({types}) AS {sql}", numbered)
        self.told.add(database.connection)

    def first(self, *values):
        """The first row, or None."""
        return next(iter(self(*values)), None)


def _put(values, parameters, places):
    """The parameters with the values in their places."""
    bound = list(parameters)
    for place, number in places:
        bound[place] = values[number]
    return bound


def _adapted(value):
    """A value as the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
