"""Queries whose SQL is built once in each process: for the few that nearly every page runs.

Building the SQL of a queryset takes Django longer than the database takes to answer it. A prepared query is an ordinary
queryset, compiled with stand-ins for its values; each call puts the real ones in their places, and makes of the answer
what Django would.

PostgreSQL is told a query once in each connection (PREPARE) and need not plan it again and again. Behind a pooler that
lends its connections for a transaction each, Django asks for DISABLE_SERVER_SIDE_CURSORS (in DATABASE_URL, ?…=True):
then the whole SQL goes along each time. A migration that changes the type of a column wants new connections, which a
restart gives.
"""

from datetime import UTC, datetime
from itertools import count

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.constants import OnConflict
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql import InsertQuery
from django.db.transaction import mark_for_rollback_on_error
from django.utils.functional import cached_property
from psycopg2.extensions import AsIs

NAMES = (f"prepared_{number}" for number in count(1))
KNOWN = []
POSTGRESQL_TYPES = {int: "bigint", str: "text", datetime: "timestamptz"}
# Of each type as many distinct stand-ins as a query has values
STAND_INS = {
    int: lambda number: -914_000_000 - number,
    str: lambda number: f"stand-in {number}",
    datetime: lambda number: datetime(1891, 1, 1 + number, tzinfo=UTC),
}


class Told:
    """SQL with a name, under which PostgreSQL is told it once in each connection. `types` are those of its values, where it is to know."""

    def __init__(self, number, types=""):
        self.name, self.types, self.number = next(NAMES), types, number
        self.execute = f"EXECUTE {self.name} ({', '.join(['%s'] * number)})"

    def answer(self, database, sql, parameters, places, values):
        """The rows that the database gives for these values."""
        if database.vendor == "postgresql" and not database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            self._tell(database, sql, parameters, places)
            sql, bound = self.execute, values
        else:
            bound = _put(values, parameters, places)
        with database.cursor() as cursor:
            cursor.execute(sql, bound)
            return cursor.fetchall() if cursor.description else []

    def _tell(self, database, sql, parameters, places):
        """Let the database's server know the SQL under its name, once in each connection."""
        database.close_if_health_check_failed()  # as Django does before each query: a dead connection is renewed
        database.ensure_connection()
        connection, names = getattr(database, "told", (None, None))
        if connection is not database.connection:
            names = set()
            database.told = (database.connection, names)
        if self.name in names:
            return
        numbered = _put([AsIs(f"${number}") for number in range(1, self.number + 1)], parameters, places)
        # past Django's cursor: what a page asks is counted in tests, and this it asks of a new connection alone
        with database.wrap_database_errors, database.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} {self.types} AS {sql}", numbered)
        names.add(self.name)


class Prepared:
    """`Prepared(build, int, datetime)`: call it with an int and a moment for the rows of `build(an_int, a_moment)`.

    `build` takes one value for each type and returns a queryset. Values must be of the types, each must occur in the
    SQL as it is; what the queryset prefetches is not known here.
    """

    def __init__(self, build, *types):
        self.build, self.types, self.compiled = build, types, None
        self.sql = Told(len(types), f"({', '.join(POSTGRESQL_TYPES[kind] for kind in types)})")
        KNOWN.append(self)

    @cached_property
    def _stand_ins(self):
        return [STAND_INS[kind](number) for number, kind in enumerate(self.types)]

    @property
    def locks(self):
        return self.build(*self._stand_ins).query.select_for_update

    def _compile(self, database):
        """(sql, the parameters, [(place among them, number of the value)]), converters of columns, maker of the rows."""
        stand_ins = self._stand_ins
        queryset = self.build(*stand_ins)
        if queryset._prefetch_related_lookups:
            raise ValueError("A prepared query prefetches nothing.")
        compiler = queryset.query.get_compiler(using=database.alias)
        sql, parameters = compiler.as_sql()
        known = [_adapted(value, database) for value in stand_ins]
        places = [(place, known.index(value)) for place, value in enumerate(parameters) if value in known]
        if {number for _, number in places} != set(range(len(known))):
            raise ValueError("Not every value stands in the SQL as it was given.")
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        return (sql, parameters, places), converters, _maker(queryset, compiler)

    def __call__(self, *values):
        """The rows, as a list of what the queryset would give; none of a key that no database can have."""
        if any(type(value) is int and abs(value) >= 2**63 for value in values):
            return []
        database = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        self.compiled = self.compiled or self._compile(database)
        query, converters, make = self.compiled
        rows = self.sql.answer(database, *query, [_adapted(value, database) for value in values])
        return make(_converted(rows, converters, database) if converters else rows)

    def first(self, *values):
        """The first row, or None."""
        return next(iter(self(*values)), None)


class PreparedInsert:
    """`PreparedInsert(Model)`: call it with a new object of the model to store it. No `save`, no signals.

    The object gets its key; with `ignore_conflicts`, one that is there already is left as it is, and no object gets a key.
    """

    locks = False

    def __init__(self, model, ignore_conflicts=False):
        self.model, self.ignore_conflicts, self.compiled = model, ignore_conflicts, None
        self.columns = [column for column in model._meta.concrete_fields if not column.primary_key]
        self.sql = Told(len(self.columns))
        KNOWN.append(self)

    def _compile(self, database):
        """(sql, the parameters, [(place among them, number of the value)])."""
        query = InsertQuery(self.model, on_conflict=OnConflict.IGNORE if self.ignore_conflicts else None)
        query.insert_values(self.columns, [self.model()])
        compiler = query.get_compiler(using=database.alias)
        compiler.returning_fields = [] if self.ignore_conflicts else [self.model._meta.pk]
        [(sql, parameters)] = compiler.as_sql()
        places = [(number, number) for number in range(len(self.columns))]
        if len(parameters) != len(places):
            raise ValueError("Not every value stands in the SQL as it was given.")
        return sql, parameters, places

    def __call__(self, thing):
        """Store the object. Returns it."""
        database = connections[DEFAULT_DB_ALIAS]
        self.compiled = self.compiled or self._compile(database)
        values = [column.get_db_prep_save(column.pre_save(thing, True), database) for column in self.columns]
        with mark_for_rollback_on_error(database.alias):
            keys = self.sql.answer(database, *self.compiled, values)
        for (key,) in keys:
            thing.pk = key
        thing._state.adding, thing._state.db = False, database.alias
        return thing


def compile_all():
    """Build the SQL of all prepared queries now, so that no page waits for it; but for locks, which ask for a transaction."""
    for prepared in KNOWN:
        if not prepared.locks:
            prepared.compiled = prepared.compiled or prepared._compile(connections[DEFAULT_DB_ALIAS])


def _put(values, parameters, places):
    """The parameters with the values in their places."""
    bound = list(parameters)
    for place, number in places:
        bound[place] = values[number]
    return bound


def _adapted(value, database):
    """A value as the database's driver takes it."""
    return database.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _converted(rows, converters, database):
    """The rows with what the columns' fields make of the database's values."""
    for row in map(list, rows):
        for place, (steps, expression) in converters.items():
            for step in steps:
                row[place] = step(row[place], expression, database)
        yield row


def _maker(queryset, compiler):
    """What makes of the database's rows a list of what the queryset gives: as Django's iterables do, which look all up anew."""
    kind, width = queryset._iterable_class, compiler.col_count
    if kind is ValuesListIterable:
        return lambda rows: [tuple(row[:width]) for row in rows]
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if kind is not ModelIterable:
        raise ValueError("A prepared query gives objects, or a list of values.")
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
    annotations = list((compiler.annotation_col_map or {}).items())

    def objects(rows):
        found = []
        for row in rows:
            thing = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
            for populator in related:
                populator.populate(row, thing)
            for name, place in annotations:
                setattr(thing, name, row[place])
            found.append(thing)
        return found

    return objects
