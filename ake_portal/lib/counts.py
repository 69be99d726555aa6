"""Many numbers for one page, in one look at the database."""

from django.db.models import IntegerField, Subquery


class NumberOf(Subquery):
    """How many rows a queryset has, as a part of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def count_all(row, facts=None, **querysets):
    """{name: how many rows the queryset has}, in one query; `row` is any row that is there, such as the reader.

    `facts` are {name: expression} to be read in the same look.
    """
    numbers = {f"n_{name}": NumberOf(queryset.order_by().values("pk")) for name, queryset in querysets.items()}
    facts = {f"f_{name}": expression for name, expression in (facts or {}).items()}
    found = type(row)._default_manager.filter(pk=row.pk).order_by().values(**numbers, **facts).get()
    counts = {name: found[f"n_{name}"] or 0 for name in querysets}  # a list that is empty by itself gives none
    return counts | {name.removeprefix("f_"): found[name] for name in facts}
