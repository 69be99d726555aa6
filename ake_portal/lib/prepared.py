"""Queries whose SQL is built once in each process: for the few that nearly every page runs.

Building the SQL of a queryset takes Django longer than the database takes to answer it. A prepared query is an ordinary
queryset, compiled with stand-ins for its values; each call puts the real ones in their places and lets Django run it
and make its rows.
"""

import copy
from datetime import UTC, datetime
from types import SimpleNamespace

from django.db import connection, connections

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
        bound = list(parameters)
        for place, number in places:
            bound[place] = _adapted(values[number])
        compiler = copy.copy(compiler)
        compiler.connection = connections[connection.alias]  # each thread has its own
        compiler.as_sql = lambda *args, **kwargs: (sql, tuple(bound))
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        ready = SimpleNamespace(db=connection.alias, model=queryset.model, query=query, _known_related_objects={})
        return list(queryset._iterable_class(ready))

    def first(self, *values):
        """The first row, or None."""
        return next(iter(self(*values)), None)


def _adapted(value):
    """A value as the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
