from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bench.floor.models import Entry, Item, Line, Row


def index(request):
    """Two indexed queries, 25 plain rows."""
    coming = Item.objects.filter(starts_at__gte=timezone.now())
    return render(request, "floor_list.html", {"number": coming.count(), "items": coming.order_by("starts_at")[:25]})


def detail(request, pk):
    """Two queries."""
    item = Item.objects.get(pk=pk)
    return render(request, "floor_detail.html", {"item": item, "parts": item.parts.all()})


@csrf_exempt
def sign_up(request, pk):
    """One transaction with a row lock and an insert."""
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=pk)
        Entry.objects.create(item=item, person_id=int(request.POST["person"]))
    return redirect("detail", pk)


def participants(request, pk):
    """Four queries."""
    item = Item.objects.get(pk=pk)
    entries = item.entries.select_related("person").order_by("person__name")
    context = {"item": item, "parts": item.parts.all(), "number": item.entries.count(), "entries": entries}
    return render(request, "floor_participants.html", context)


def money(request):
    """Two queries: one sums all rows by line, one lists the newest 25."""
    lines = Line.objects.order_by("pk").annotate(
        kept=Sum("rows__reserved"), bound=Sum("rows__committed"), paid=Sum("rows__spent")
    )
    return render(request, "floor_money.html", {"lines": lines, "rows": Row.objects.order_by("-pk")[:25]})


def up(request):
    return HttpResponse("ok")
