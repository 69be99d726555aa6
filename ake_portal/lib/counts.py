"""Many numbers for one page, in one look at the database."""

from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce


def count_all(row, **querysets):
    """{name: how many rows the queryset has}, in one query; `row` is any row that is there, such as the reader."""
    numbers = {}
    for name, queryset in querysets.items():
        counted = queryset.order_by().values(one=Value(1)).annotate(n=Count("pk", distinct=True)).values("n")
        numbers[f"n_{name}"] = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    model = type(row)
    found = model._default_manager.filter(pk=row.pk).order_by().values(**numbers).get()
    return {name: found[f"n_{name}"] for name in querysets}
