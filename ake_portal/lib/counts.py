"""Many numbers for one page, in one look at the database."""

from django.db.models import IntegerField, Subquery


class NumberOf(Subquery):
    """How many rows a queryset has, as a part of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def count_all(row, **querysets):
    """{name: how many rows the queryset has}, in one query; `row` is any row that is there, such as the reader."""
    numbers = {f"n_{name}": NumberOf(queryset.order_by().values("pk")) for name, queryset in querysets.items()}
    found = type(row)._default_manager.filter(pk=row.pk).order_by().values(**numbers).get()
    return {name: found[f"n_{name}"] or 0 for name in querysets}  # a list that is empty by itself gives none
