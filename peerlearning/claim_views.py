"""Pages of travel claims: the traveller writes one, the AKE checks, whom the region names approves; and what was bought beforehand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ake_portal.lib.exports import download
from ake_portal.lib.pdf import PDF
from budgets.models import BudgetLine, Plan
from budgets.money_views import told
from peerlearning import claim_complete, claim_exports, claim_mails, claim_rows, claims
from peerlearning.claim_forms import ApproveForm, BackForm, BoughtForm, CheckForm, ClaimForms
from peerlearning.claim_messages import refusal
from peerlearning.models import Claim, ClaimReceipt, Traveller, Visit
from peerlearning.models.rules import Payer

PER_PAGE = 50


def page_of(visit):
    """The address of the visit, or of the claims while it has none."""
    try:
        return reverse("peerlearning:visit", args=[visit.pk])
    except NoReverseMatch:
        return reverse("peerlearning:claims")


# Lists


def _narrowed(request, queryset):
    """By state and payer, as the address says."""
    state, payer = request.GET.get("state", ""), request.GET.get("payer", "")
    if state in Claim.State.values:
        queryset = queryset.filter(state=state)
    if payer in Payer.values:
        queryset = queryset.filter(traveller__visit__payer=payer)
    return queryset


def _others(user):
    """Claims of others that `user` checks or approves."""
    keys = (Claim.objects.run_by(user).values("pk"), Claim.objects.approved_for(user).values("pk"))
    return Claim.objects.filter(pk__in=keys[0]) | Claim.objects.filter(pk__in=keys[1])


@require_safe
def claim_list(request):
    """What waits for the reader, the own claims, and all others that the reader checks or approves."""
    user = request.user
    to_approve = Claim.objects.approvable_by(user).for_rows()[:PER_PAGE]
    to_check = Claim.objects.run_by(user).filter(state=Claim.State.SENT).for_rows()[:PER_PAGE]
    others = _narrowed(request, _others(user)).for_rows()
    context = {
        "to_approve": list(to_approve),
        "to_check": list(to_check),
        "own": list(Claim.objects.owned_by(user).for_rows()[:PER_PAGE]),
        "page": Paginator(others, PER_PAGE).get_page(request.GET.get("page")),
        "decides": user.is_staff or user.approves_invoices_of.exists(),
        "states": [choice for choice in Claim.State.choices if choice[0] != Claim.State.DRAFT],
        "payers": Payer.choices,
        "state": request.GET.get("state", ""),
        "payer": request.GET.get("payer", ""),
        "query": request.GET.urlencode(),
    }
    return render(request, "peerlearning/claims/list.html", context)


@require_safe
def claims_csv(request):
    """The claims of the list, with its filters, for payroll or for comparing employers' bills."""
    user = request.user
    if not user.is_staff and not user.approves_invoices_of.exists():
        raise Http404
    rows = _narrowed(request, _others(user)).order_by("pk")
    return download(claim_exports.as_csv(rows), "text/csv; charset=utf-8", _("travel claims"), "csv")


# Writing


def _traveller(request, pk):
    return get_object_or_404(Traveller.objects.select_related("visit"), pk=pk, person=request.user)


@require_POST
def begin(request, pk):
    """The traveller's claim, filled in from the visit."""
    traveller = _traveller(request, pk)
    try:
        claim = claims.begin(traveller, by=request.user)
    except claims.Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(page_of(traveller.visit))
    return redirect("peerlearning:write_claim", pk=claim.pk)


@require_POST
def waive(request, pk):
    """Nothing to claim: by the traveller, or two months after the trip by the AKE."""
    user = request.user
    run = Traveller.objects.filter(visit__in=Visit.objects.run_by(user).values("pk"))
    own = Traveller.objects.filter(person=user)
    travellers = Traveller.objects.filter(pk__in=own.values("pk")) | Traveller.objects.filter(pk__in=run.values("pk"))
    traveller = get_object_or_404(travellers.select_related("visit"), pk=pk)
    try:
        claims.waive(traveller, by=user)
    except claims.Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("Noted: there is nothing to claim."))
    return redirect(page_of(traveller.visit))


def _claims():
    return Claim.objects.select_related(
        "person",
        "checked_by",
        "approved_by",
        "booking",
        "traveller__library",
        "traveller__visit__region",
        "traveller__visit__expense__line__plan",
    ).prefetch_related("legs", "years")


def write(request, pk):
    """The form of a claim that is being written; every button keeps what is typed."""
    claim = get_object_or_404(_claims().filter(person=request.user), pk=pk)
    if claim.state not in Claim.UNSENT:
        return redirect("peerlearning:claim", pk=pk)
    status = 200
    # a request that does not say how many legs it has was cut off: nothing is thrown away for it
    if request.method == "POST" and "legs" in request.POST and "costs" in request.POST:
        forms = ClaimForms(claim, request.POST, request.FILES)
        if forms.is_valid():
            return _written(request, claim, forms)
        status = 422
        messages.error(request, _("Something is not right yet: it is said at its place."))
        if request.FILES:
            messages.warning(request, _("Nothing has been kept yet: put it right, and choose the files again."))
    else:
        forms = ClaimForms(claim, more=request.GET.get("more", ""))
        if "lacks" in request.GET:
            forms.say(claim_complete.lacks(claim, timezone.now()))
    context = {
        "claim": claim,
        "visit": claim.visit,
        "forms": forms,
        "preview": claim_rows.preview(claim),
        "purchases": list(claim.visit.purchases.select_related("invoice")),
        "until": claim.visit.claims_until,
    }
    return render(request, "peerlearning/claims/write.html", context, status=status)


def _written(request, claim, forms):
    """Keep it, then do what the pressed button says."""
    button = request.POST.get("do", "save")
    page = reverse("peerlearning:write_claim", args=[claim.pk])
    try:
        claims.save(claim, by=request.user, **forms.values)
        if button == "send":
            claims.send(claim, by=request.user)
            messages.success(request, _("Sent to the AKE, which checks it."))
            return redirect("peerlearning:claim", pk=claim.pk)
    except claims.Incomplete as incomplete:
        messages.error(request, refusal(incomplete))
        return redirect(f"{page}?lacks=1")
    except claims.Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(page)
    if button in ("add_leg", "add_cost"):
        more = button.removeprefix("add_")
        return redirect(f"{page}?more={more}#{more}-new")
    messages.success(request, _("Saved. You can go on later."))
    return redirect(page)


# One claim


@require_safe
def claim(request, pk):
    """A claim with its legs, sums and receipts, where it stands, and what the reader can do."""
    return _shown(request, get_object_or_404(_claims().filter(pk__in=_seen(request).values("pk")), pk=pk))


def _seen(request):
    return Claim.objects.seen_by(request.user)


def _shown(request, claim, **forms):
    user, visit = request.user, claim.visit
    is_own = claim.person_id == user.pk
    runs = not is_own and user.runs(visit.region)
    may_approve = Claim.objects.approvable_by(user).filter(pk=claim.pk).exists()
    is_sent = claim.state not in (*Claim.UNSENT, Claim.State.WAIVED)
    context = {
        "claim": claim,
        "visit": visit,
        "is_own": is_own,
        "ordered_by": claim.ordered_by(),
        "legs": list(claim.legs.all()),
        "rows": claim_rows.rows(claim) if claim.amount else [],
        "years": claim.years.all(),
        "costs": list(claim.costs.prefetch_related("receipts")),
        "purchases": list(visit.purchases.select_related("invoice")),
        "estimate": sum((line.amount for line in visit.costs.all()), 0),
        "how": claim_mails.how_paid(visit, request.LANGUAGE_CODE),
        "by_employer": visit.payer == Payer.EMPLOYER,
        "has_file": bool(claim.amount),
        "may_write": is_own and claim.state in Claim.UNSENT,
        "may_check": runs and claim.may("check"),
        "may_approve": may_approve,
        "may_send_back": (runs or may_approve) and claim.may("send_back"),
        "may_pay": runs and claim.may("pay"),
        "approvers": list(claims.approvers_of(claim)) if claim.state == Claim.State.CHECKED else None,
        "check_form": CheckForm(prefix="check", initial={"document_number": claim.document_number}),
        "approve_form": ApproveForm(prefix="approve"),
        "back_form": BackForm(prefix="back"),
        **_money(claim, user, is_sent),
        **forms,
    }
    return render(request, "peerlearning/claims/claim.html", context, status=422 if forms else 200)


def _money(claim, user, is_sent):
    """The line before and after, for those who see the region's money or approve; nothing for the traveller."""
    expense = claim.visit.expense
    if claim.person_id == user.pk or expense is None or not is_sent:
        return {"line": None}
    line = BudgetLine.objects.with_sums().select_related("plan").get(pk=expense.line_id)
    bound = expense.open_sums()
    bound = bound["reserved"] + bound["committed"]
    return {
        "line": line,
        "bound": bound,
        "left_after": line.left - claim.net + min(bound, claim.net),
        "is_open": line.plan.state != Plan.State.FROZEN,
        "sees_money": Plan.objects.money_seen_by(user).filter(pk=line.plan_id).exists(),
    }


def _act(request, claim, action, done, form=None, name="", **options):
    """Do it and go back to the claim; a refusal stands at the form, or on the page."""
    try:
        action(claim, by=request.user, **options)
    except claims.Refused as refused:
        if form is not None and refused.code == "over_budget":
            told(form, refused)
            return _shown(request, claim, **{name: form})
        messages.error(request, refusal(refused))
    else:
        messages.success(request, done)
    return redirect("peerlearning:claim", pk=claim.pk)


def _run(request, pk):
    return get_object_or_404(_claims().filter(pk__in=Claim.objects.run_by(request.user).values("pk")), pk=pk)


@require_POST
def check(request, pk):
    claim = _run(request, pk)
    form = CheckForm(request.POST, prefix="check")
    if not form.is_valid():
        return _shown(request, claim, check_form=form)
    return _act(
        *(request, claim, claims.check, _("Checked: the approvers have got a mail.")),
        document_number=form.cleaned_data["document_number"],
    )


@require_POST
def approve(request, pk):
    claim = get_object_or_404(_claims().filter(pk__in=_others(request.user).values("pk")), pk=pk)
    form = ApproveForm(request.POST, prefix="approve")
    if not form.is_valid():
        return _shown(request, claim, approve_form=form)
    return _act(
        *(request, claim, claims.approve, _("Approved: the sum is in the books.")),
        form=form,
        name="approve_form",
        override=form.cleaned_data["override_reason"],
    )


@require_POST
def send_back(request, pk):
    """The AKE, and whoever may approve it, return it."""
    claim = get_object_or_404(_claims().filter(pk__in=_others(request.user).values("pk")), pk=pk)
    form = BackForm(request.POST, prefix="back")
    if not form.is_valid():
        return _shown(request, claim, back_form=form)
    return _act(
        *(request, claim, claims.send_back, _("Returned: the traveller has got a mail.")),
        note=form.cleaned_data["note"],
    )


@require_POST
def pay(request, pk):
    return _act(request, _run(request, pk), claims.pay, _("Marked as paid: the traveller has got a mail."))


# Files


@require_safe
def receipt(request, pk):
    """The file itself, for those who see the claim."""
    receipt = get_object_or_404(ClaimReceipt.objects.filter(cost__claim__in=_seen(request).values("pk")), pk=pk)
    try:
        file = receipt.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # the type was found in the bytes when the file came; whatever is in it may not act on this site
    return FileResponse(
        file,
        content_type=receipt.content_type,
        filename=receipt.name,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


def _filed(request, pk):
    """A claim that asks for something, so that there is something to set."""
    return get_object_or_404(_claims().filter(pk__in=_seen(request).values("pk"), amount__gt=0), pk=pk)


@require_safe
def claim_pdf(request, pk):
    """The claim with its photographed receipts as PDF/UA."""
    claim = _filed(request, pk)
    return download(claim_exports.as_pdf(claim), PDF, claim_exports.name_of(claim), "pdf")


@require_safe
def claim_zip(request, pk):
    """The claim as PDF/UA, and the receipts that came as PDF beside it."""
    claim = _filed(request, pk)
    return FileResponse(
        claim_exports.as_zip(claim),
        as_attachment=True,
        filename=f"{claim_exports.name_of(claim)}.zip",
        content_type="application/zip",
        headers={"Cache-Control": "no-store"},
    )


# The visit's money


def _visit(request, pk):
    return get_object_or_404(
        Visit.objects.run_by(request.user).select_related("region", "expense__line__plan", "traveller", "library"),
        pk=pk,
    )


def bought(request, pk):
    """Tickets and lodging that the AKE has bought for a visit."""
    visit = _visit(request, pk)
    if visit.state not in (Visit.State.APPROVED, Visit.State.DONE) or visit.expense_id is None:
        raise Http404
    form = BoughtForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            claims.buy(
                visit,
                data["amount"],
                kind=data["kind"],
                by=request.user,
                document_number=data["document_number"],
                text=data["text"],
                vat=data["vat"] or 0,
                override=data["override_reason"],
                receipts=data["receipts"],
                checked=data["checked"],
            )
        except claims.Refused as refused:
            told(form, refused) if refused.code in ("over_budget", "nothing") else form.add_error(
                None, refusal(refused)
            )
        else:
            messages.success(request, _("Entered: the travellers have got a mail, and the invoice goes its way."))
            return redirect("peerlearning:bought", pk=pk)
    context = {
        "visit": visit,
        "form": form,
        "line": BudgetLine.objects.with_sums().get(pk=visit.expense.line_id),
        "sums": visit.expense.open_sums(),
        "purchases": list(visit.purchases.select_related("invoice__entered_by", "invoice__approved_by")),
        "visit_url": page_of(visit),
    }
    return render(request, "peerlearning/claims/bought.html", context, status=422 if form.errors else 200)


@require_POST
def close(request, pk):
    """All is settled: what is left of the money goes back to the line."""
    visit = _visit(request, pk)
    try:
        claims.close_visit(visit, by=request.user)
    except claims.Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("Settled: what was still bound is free again."))
    return redirect(page_of(visit))
