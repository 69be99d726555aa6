"""Kits on loan: what there is and when it is free, for everybody; the library's own loans; the desk of whoever lends it."""

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ake_portal.lib import words
from networks import kit_calendar, loans
from networks.loan_forms import CallOffForm, DaysForm, ExtendForm, KitFilter, PartsForm
from networks.loan_messages import TEXTS, refusal
from networks.models import Kit, Loan, MissingPart

State = Loan.State
SHOWN = 50  # past loans
TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@login_not_required
@require_safe
def kit_list(request):
    form = KitFilter(request.GET)
    kits = form.narrow(Kit.objects.active()).select_related("region", "network").with_loans().by_name()
    own = Kit.objects.run_by(request.user).select_related("region").by_name()
    context = {"form": form, "kits": kits, "own": own, "today": timezone.localdate()}
    return render(request, "networks/kits.html", context)


def _seen(request, pk):
    kits = Kit.objects.visible_to(request.user).select_related("region", "network__region")
    return get_object_or_404(kits.with_loans().prefetch_related("parts"), pk=pk)


@login_not_required
@require_safe
def kit(request, pk, slug):
    found = _seen(request, pk)
    if found.get_absolute_url() != request.path:
        query = request.META.get("QUERY_STRING", "")
        return redirect(found.get_absolute_url() + (f"?{query}" if query else ""))
    return _page(request, found)


def _page(request, kit, form=None):
    today = timezone.localdate()
    first = kit_calendar.month_of(request.GET.get("month", ""), today)
    weeks, in_month = kit_calendar.weeks(kit, first, today)
    obstacle = loans.why_not_book(kit, request.user) if request.user.is_authenticated else ""
    wanted = request.GET.get("from", "")[:10]
    context = {
        "kit": kit,
        "first": first,
        "before": kit_calendar.month_of(f"{first - kit_calendar.DAY:%Y-%m}", today),
        "after": kit_calendar.month_after(first),
        "weeks": weeks,
        "weekdays": words.WEEKDAYS_SHORT[words.language()],
        "in_month": in_month,
        "today": today,
        "obstacle": TEXTS[obstacle] if obstacle else "",
        "form": form or DaysForm(initial={"first_day": _day(wanted), "comes_from": Loan.ComesFrom.AKE}),
        "lacks": MissingPart.objects.open().filter(loan__kit=kit).select_related("part"),
        "runs": Kit.objects.run_by(request.user).filter(pk=kit.pk).exists(),
    }
    return render(request, "networks/kit.html", context, status=422 if form is not None else 200)


def _day(text):
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_POST
def book(request, pk):
    """Book the kit for the reader's library."""
    found, form = _seen(request, pk), DaysForm(request.POST)
    if form.is_valid():
        try:
            loans.book(found, person=request.user, **form.cleaned_data)
        except loans.Refused as refused:
            form.refuse(refused)
        else:
            said.success(request, _("The kit is booked for your library. You have got a mail about it."))
            return redirect("kits:loans")
    return _page(request, found, form)


@login_not_required
@require_safe
def picture(request, name):
    """A kit's picture, for whoever sees the kit."""
    found = get_object_or_404(Kit.objects.visible_to(request.user), picture=f"kits/{name}")
    try:
        content = found.picture.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type=TYPES[name.rpartition(".")[2]],
        headers={"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"},
    )


# The library


def _rows(rows):
    return rows.select_related("library", "person", "kit__region", "kit__network__region")


@require_safe
def own_loans(request):
    """The loans of the reader's library: coming, there now, and past ones."""
    rows = _rows(Loan.objects.of_library_of(request.user))
    context = {
        "open": list(rows.open().with_lateness().by_day()),
        "past": list(rows.exclude(state__in=Loan.OPEN).order_by("-first_day", "-pk")[:SHOWN]),
        "library": request.user.library if request.user.is_confirmed else None,
    }
    return render(request, "networks/loans.html", context)


@require_POST
def cancel(request, pk):
    """The library does not take the kit."""
    loan = get_object_or_404(_rows(Loan.objects.of_library_of(request.user)), pk=pk)
    try:
        loans.cancel(loan, by=request.user)
    except loans.Refused as refused:
        said.error(request, refusal(refused))
    else:
        said.success(request, _("The loan is cancelled, and its days are free again."))
    return redirect("kits:loans")


def receive(request, pk):
    """The kit has come to the library: noted there, or at the desk. From another library it is counted at once."""
    runs = Loan.objects.run_by(request.user).filter(pk=pk).exists()
    loan = get_object_or_404(_rows(Loan.objects.all() if runs else Loan.objects.of_library_of(request.user)), pk=pk)
    before = loans.comes_after(loan)
    form = PartsForm(request.POST or None, kit=loan.kit)
    error = ""
    if request.method == "POST" and (before is None or form.is_valid()):
        counted = {"missing": form.missing, "condition": form.cleaned_data["condition"]} if before else {}
        try:
            loans.receive(loan, by=request.user, **counted)
        except loans.Refused as refused:
            error = refusal(refused)
        else:
            said.success(request, _("Noted: the kit is at %(library)s.") % {"library": loan.library})
            return redirect("kits:desk", loan.kit_id) if runs else redirect("kits:loans")
    status = 422 if request.method == "POST" else 200
    context = {"loan": loan, "before": before, "form": form, "error": error, "runs": runs}
    return render(request, "networks/loan_receive.html", context, status=status)


# The desk


def _run(request, pk):
    return get_object_or_404(_rows(Loan.objects.run_by(request.user)), pk=pk)


@require_safe
def desk(request, pk):
    """The loans of a kit as those who lend it see them: with the borrowers."""
    found = get_object_or_404(Kit.objects.run_by(request.user).select_related("region", "network"), pk=pk)
    rows = found.loans.select_related("library", "person").prefetch_related("missing__part")
    now_open, yesterday = list(rows.open().with_lateness().by_day()), timezone.localdate() - kit_calendar.DAY
    is_out = any(loan.state == State.OUT for loan in now_open)
    context = {
        "kit": found,
        "open": now_open,
        "unfetched": [] if is_out else [loan.pk for loan in now_open if loan.first_day <= yesterday],
        "past": list(rows.exclude(state__in=Loan.OPEN).order_by("-first_day", "-pk")[:SHOWN]),
        "lacks": MissingPart.objects.open().filter(loan__kit=found).select_related("part"),
    }
    return render(request, "networks/kit_desk.html", context)


@require_POST
def close_unfetched(request, pk):
    """Nobody has fetched the kit: the loan is over, and its days are free."""
    loan = _run(request, pk)
    try:
        loans.close_unfetched(loan, by=request.user)
    except loans.Refused as refused:
        said.error(request, refusal(refused))
    else:
        said.success(
            request, _("The loan is closed as not fetched, and %(name)s has got a mail.") % {"name": loan.person}
        )
    return redirect("kits:desk", loan.kit_id)


@require_POST
def complete(request, pk):
    """The missing parts are there again."""
    found = get_object_or_404(Kit.objects.run_by(request.user), pk=pk)
    loans.complete(found)
    said.success(request, _("The kit is complete again."))
    return redirect("kits:desk", pk)


def take_back(request, pk):
    """Count what is in the kit that came back."""
    loan = _run(request, pk)
    form = PartsForm(request.POST or None, kit=loan.kit)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            loans.take_back(loan, by=request.user, missing=form.missing, condition=form.cleaned_data["condition"])
        except loans.Refused as refused:
            error = refusal(refused)
        else:
            said.success(request, _("Noted: the kit is back."))
            return redirect("kits:desk", loan.kit_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "networks/loan_return.html", {"loan": loan, "form": form, "error": error}, status=status)


def move(request, pk):
    """Other days for a loan; a mail tells the borrower."""
    loan = _run(request, pk)
    is_out = loan.state == State.OUT
    initial = {"first_day": loan.first_day, "last_day": loan.last_day, "comes_from": loan.comes_from}
    form = (ExtendForm if is_out else DaysForm)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            (loans.extend if is_out else loans.move)(loan, **form.cleaned_data)
        except loans.Refused as refused:
            form.refuse(refused)
        else:
            said.success(request, _("The days are changed, and %(name)s has got a mail.") % {"name": loan.person})
            return redirect("kits:desk", loan.kit_id)
    return _change(request, loan, form, CallOffForm())


@require_POST
def call_off(request, pk):
    """Cancel a loan for a reason, which the borrower reads in a mail."""
    loan = _run(request, pk)
    form = CallOffForm(request.POST)
    if form.is_valid():
        try:
            loans.cancel(loan, by=request.user, reason=form.cleaned_data["reason"])
        except loans.Refused as refused:
            form.add_error(None, refusal(refused))
        else:
            said.success(request, _("The loan is cancelled, and %(name)s has got a mail.") % {"name": loan.person})
            return redirect("kits:desk", loan.kit_id)
    initial = {"first_day": loan.first_day, "last_day": loan.last_day, "comes_from": loan.comes_from}
    return _change(request, loan, DaysForm(initial=initial), form)


def _change(request, loan, form, call_off_form):
    context = {"loan": loan, "form": form, "call_off_form": call_off_form}
    return render(request, "networks/loan_move.html", context, status=422 if request.method == "POST" else 200)
