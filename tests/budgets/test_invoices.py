"""An invoice: entered with its receipt, checked by one, approved by another, and only then in the books."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from ake_portal import privacy
from ake_portal.lib.uploads import examine
from budgets import actions, invoices, plans
from budgets.actions import OverBudget, Refused
from budgets.models import Booking, Category, Invoice, Receipt
from budgets.workflow import INVOICE
from notifications.models import Mail
from tests import builders

State = Invoice.State


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.TRAVEL: 200})


@pytest.fixture
def expense(plan, coordinator):
    made = builders.expense(plan, by=coordinator)
    actions.commit(made, 50, by=coordinator)
    return made


@pytest.fixture
def approver(uusimaa):
    return builders.approver(uusimaa)


def entered(expense, coordinator, amount="45.25", **options):
    return invoices.enter(expense, amount, by=coordinator, document_number="T-100", vat="11.54", **options)


def left(expense):
    return expense.line.plan.lines.with_sums().get(pk=expense.line_id).left


def test_an_invoice_goes_from_the_desk_to_the_books(sign_in, expense, coordinator, approver, plan):
    desk = sign_in(coordinator)
    address = reverse("budgets:expense", args=[expense.pk])
    refused = desk.post(address, {"how": "last", "amount": "45"}).content.decode()
    assert "numero, joka laskulla on kaupungin kirjanpidossa" in refused
    sent = {"how": "last", "amount": "45,25", "vat": "11,54", "document_number": "T-100", "checked": "on"}
    assert desk.post(address, {**sent, "receipts": builders.photo()}).status_code == 302
    invoice = Invoice.objects.get()
    assert not Booking.objects.filter(kind="actual").exists() and left(expense) == 50
    mail = Mail.objects.get(template="budgets/invoice_to_approve")
    assert mail.person == approver and "45,25" in mail.subject
    assert reverse("budgets:invoice", args=[invoice.pk]) in mail.text

    table = sign_in(approver)
    page = table.get(reverse("budgets:invoice", args=[invoice.pk])).content.decode()
    assert "45,25\xa0€" in page and "11,54\xa0€" in page and "Petra Kehittäjä" in page and "kuitti.jpg" in page
    assert reverse("budgets:invoice", args=[invoice.pk]) in table.get(reverse("budgets:waiting")).content.decode()
    assert table.post(reverse("budgets:approve", args=[invoice.pk])).status_code == 302
    booking = Booking.objects.get(kind="actual")
    assert (booking.spent, booking.vat, booking.document_number) == (Decimal("45.25"), Decimal("11.54"), "T-100")
    assert left(expense) == Decimal("54.75")
    page = sign_in(coordinator).get(address).content.decode()
    assert "Hilkka Hyväksyjä" in page and "T-100" in page


def test_nobody_approves_what_they_entered_or_checked_or_was_not_named_for(expense, coordinator, approver, uusimaa):
    colleague = builders.person("toinen@porvoo.example", "Toinen", "Kehittäjä")
    uusimaa.coordinators.add(colleague)
    invoice = invoices.check(entered(expense, coordinator), by=colleague)
    builders.approver(uusimaa, coordinator)
    builders.approver(uusimaa, colleague)
    stranger = builders.approver(builders.region("vaasa"))
    for person in (coordinator, colleague, stranger):
        with pytest.raises(Refused, match="not_approver"):
            invoices.approve(invoice, by=person)
    assert not Booking.objects.filter(kind="actual").exists()
    assert invoices.approve(invoice, by=approver).state == State.APPROVED


def test_the_database_wants_two_people_too(expense, coordinator, approver):
    invoice = invoices.approve(entered(expense, coordinator, checked=True), by=approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(approved_by=coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(booking=None)


def test_sent_back_it_is_put_right_and_told(sign_in, expense, coordinator, approver):
    invoice = entered(expense, coordinator, checked=True)
    table = sign_in(approver)
    page = table.post(reverse("budgets:send_back", args=[invoice.pk]), {"back-note": ""}).content.decode()
    assert "Tämä kenttä vaaditaan" in page
    table.post(reverse("budgets:send_back", args=[invoice.pk]), {"back-note": "Väärä summa"})
    mail = Mail.objects.get(template="budgets/invoice_sent_back")
    assert mail.person == coordinator and "Väärä summa" in mail.text and "Hilkka Hyväksyjä" in mail.text
    desk = sign_in(coordinator)
    fix = reverse("budgets:correct", args=[invoice.pk])
    page = desk.get(fix).content.decode()
    assert "Väärä summa" in page and 'value="45,25"' in page
    assert desk.post(fix, {"amount": "44,00", "document_number": "T-100", "is_last": "on"}).status_code == 302
    desk.post(reverse("budgets:check", args=[invoice.pk]))
    assert Mail.objects.filter(template="budgets/invoice_to_approve", person=approver).count() == 2
    assert invoices.approve(invoice, by=approver).booking.spent == 44


def test_over_the_line_is_told_when_it_is_entered_and_when_it_is_approved(
    sign_in, expense, coordinator, approver, plan
):
    with pytest.raises(OverBudget):
        entered(expense, coordinator, 151)
    invoice = entered(expense, coordinator, 100, checked=True)
    actions.commit(builders.expense(plan, by=coordinator, text="Muu"), 40, by=coordinator)
    table = sign_in(approver)
    address = reverse("budgets:approve", args=[invoice.pk])
    page = table.post(address).content.decode()
    assert "Rivillä on jäljellä 10,00\xa0€" in page
    assert not Booking.objects.filter(kind="actual").exists()
    table.post(address, {"override_reason": "Johtaja päätti."})
    assert Booking.objects.get(kind="actual").override_reason == "Johtaja päätti."


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", INVOICE)
def test_moves_begin_only_where_the_table_says(expense, coordinator, approver, state, move):
    invoice = entered(expense, coordinator)
    if state == State.APPROVED:
        invoice = invoices.approve(invoices.check(invoice, by=coordinator), by=approver)
    elif state == State.CHECKED:
        invoice = invoices.check(invoice, by=coordinator)
    elif state != State.TO_CHECK:
        invoice = (invoices.drop if state == State.DROPPED else invoices.send_back)(invoice, by=approver, note="x")
    does = {
        "check": lambda: invoices.check(invoice, by=coordinator),
        "send_back": lambda: invoices.send_back(invoice, by=approver, note="x"),
        "correct": lambda: invoices.correct(invoice, 5, by=coordinator, document_number="T-2"),
        "approve": lambda: invoices.approve(invoice, by=approver),
        "drop": lambda: invoices.drop(invoice, by=coordinator, note="x"),
    }
    if state in INVOICE[move].sources:
        assert does[move]().state == INVOICE[move].target
    else:
        with pytest.raises(Refused, match="invoice_state"):
            does[move]()


def test_a_plan_with_a_waiting_invoice_is_not_frozen(plan, expense, coordinator, approver):
    plans.publish(plan, by=coordinator)
    invoice = entered(expense, coordinator)
    actions.release(expense, by=coordinator)
    with pytest.raises(Refused, match="open_invoices"):
        plans.freeze(plan)
    invoices.drop(invoice, by=coordinator, note="Tuli kahdesti.")
    assert plans.freeze(plan).state == plan.State.FROZEN


def test_without_an_approver_the_page_says_so(sign_in, expense, coordinator):
    invoice = entered(expense, coordinator, checked=True)
    page = sign_in(coordinator).get(reverse("budgets:invoice", args=[invoice.pk])).content.decode()
    assert "Kukaan ei voi hyväksyä" in page and reverse("admin:budgets_bookkeeping_changelist") in page


# Receipts


def test_a_receipt_lies_where_nobody_guesses_and_is_served_to_few(
    sign_in, expense, coordinator, approver, employee, other_coordinator, client, settings
):
    invoice = entered(expense, coordinator, receipts=[examine(builders.photo("../../äiti.jpg"))], checked=True)
    receipt = invoice.receipts.get()
    assert receipt.name == "äiti.jpg"
    assert len(receipt.file.name.split("/")[-1]) == 36 and "iti" not in receipt.file.name
    address = reverse("budgets:receipt", args=[receipt.pk])
    assert client.get(address).status_code == 302
    for person, status in ((employee, 404), (other_coordinator, 404), (coordinator, 200), (approver, 200)):
        assert sign_in(person).get(address).status_code == status
    answer = sign_in(coordinator).get(address)
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"
    assert sign_in(coordinator).get(f"/media/{receipt.file.name}").status_code == 404


def test_a_refused_invoice_leaves_no_file(expense, coordinator, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(IntegrityError), transaction.atomic():
        entered(expense, coordinator, receipts=[examine(builders.photo()), _nameless()])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not Receipt.objects.exists() and not Invoice.objects.exists()


def _nameless():
    found = examine(builders.photo())
    return type(found)(found.content, None, found.extension, found.name)


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "Vain PDF-, JPEG- ja PNG-tiedostot käyvät."), ("sv", "Bara PDF-, JPEG- och PNG-filer godtas.")],
)
def test_a_hostile_receipt_is_refused_at_its_field_and_nothing_typed_is_lost(
    language, said, sign_in, expense, coordinator, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    with override(language):
        address = reverse("budgets:expense", args=[expense.pk])
    evil = SimpleUploadedFile("kuitti.pdf", b"<html><script>alert(1)</script>", content_type="application/pdf")
    sent = {"how": "last", "amount": "45,25", "vat": "11,54", "document_number": "T-100", "receipts": evil}
    page = sign_in(coordinator).post(address, sent).content.decode()
    assert said in page and "kuitti" in page and 'value="T-100"' in page and 'value="45,25"' in page
    assert not Invoice.objects.exists() and not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_receipts_go_six_years_after_their_plans_year(
    plan, expense, coordinator, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    invoice = entered(expense, coordinator, receipts=[examine(builders.photo())])
    assert invoices.delete_old_receipts(datetime(2032, 12, 31, 12, tzinfo=UTC)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert invoices.delete_old_receipts(datetime(2033, 1, 1, 12, tzinfo=UTC)) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert Invoice.objects.get() == invoice and not Receipt.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_invoice_list_takes_the_same_few_queries(rows, expense, plan, sign_in, coordinator, django_assert_num_queries):
    for number in range(rows):
        invoices.enter(expense, 1, by=coordinator, document_number=f"T-{number}")
    desk = sign_in(coordinator)
    for name, arguments, queries in (("invoices", [plan.pk], 7), ("waiting", [], 5)):
        address = reverse(f"budgets:{name}", args=arguments)
        desk.get(address)
        with django_assert_num_queries(queries):
            assert "T-0" in desk.get(address).content.decode()


def test_an_erased_person_is_nameless_in_the_books_and_approves_no_more(expense, coordinator, approver, uusimaa):
    invoice = invoices.approve(entered(expense, coordinator, checked=True), by=approver)
    uusimaa.coordinators.add(builders.person("toinen@porvoo.example", "Toinen", "Kehittäjä"))
    expense.measure.responsible = coordinator
    expense.measure.save()
    for person in (coordinator, approver):
        privacy.erase(person)
    invoice.refresh_from_db()
    expense.measure.refresh_from_db()
    assert invoice.booking.spent == Decimal("45.25") and Booking.objects.count() == 2
    assert "Kehittäjä" not in str(invoice.entered_by) and "Hyväksyjä" not in str(invoice.approved_by)
    assert not uusimaa.bookkeeping.approvers.exists() and expense.measure.responsible is None
