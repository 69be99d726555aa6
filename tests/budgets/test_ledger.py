"""The city's ledger: its file is read as it comes, its rows find their bookings, and what differs is listed."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from budgets import actions, ledger
from budgets.actions import OverBudget, Refused
from budgets.models import Booking, Bookkeeping, BudgetLine, Category, Expense, LedgerImport, LedgerMatch, LedgerRow
from tests import builders

HEAD = "Päivä;Tili;Kustannuspaikka;Tositenumero;Selite;Summa"


@pytest.fixture
def plan(uusimaa):
    made = builders.plan(uusimaa, granted=3000, lines={Category.COFFEE: 1000, Category.SALARIES: 2000})
    for line, account in zip(made.lines.all(), ("4400", "4000"), strict=True):
        BudgetLine.objects.filter(pk=line.pk).update(account=account, cost_centre="POR-620")
    return made


def spent(plan, coordinator, amount, document, text="Kahvit"):
    return actions.spend(
        builders.expense(plan, by=coordinator, text=text), amount, by=coordinator, document_number=document
    )


def row(amount, document="T-1", account="4400", day="5.10.2026", text="Kahvila Oy"):
    return (day, account, "POR-620", document, text, amount)


def open_rows(plan):
    return [(row.document_number, row.amount) for row in ledger.open_rows(plan)]


def test_row_finds_its_booking_by_account_document_and_sum(plan, coordinator):
    booking = spent(plan, coordinator, "45.25", "T-1")
    builders.ledger_file(plan, [row("45,25"), row("45,25", "T-2"), row("45,25", account="4000")], by=coordinator)
    assert LedgerMatch.objects.get().booking == booking
    assert open_rows(plan) == [("T-2", Decimal("45.25")), ("T-1", Decimal("45.25"))]
    assert not ledger.open_bookings(plan).exists()


def test_one_row_answers_several_bookings_and_a_credit_note_its_own(plan, coordinator):
    for amount in (30, 20):
        spent(plan, coordinator, amount, "T-1")
    spent(plan, coordinator, -5, "T-9")
    builders.ledger_file(plan, [row("50,00"), row("-5,00", "T-9")], by=coordinator)
    assert not ledger.open_rows(plan).exists() and not ledger.open_bookings(plan).exists()
    assert LedgerMatch.objects.count() == 3


def test_a_booking_that_comes_after_the_file_is_matched_by_the_next(plan, coordinator):
    builders.ledger_file(plan, [row("45,25")], by=coordinator)
    spent(plan, coordinator, "45.25", "T-1")
    builders.ledger_file(plan, [row("45,25")], by=coordinator)
    assert not ledger.open_rows(plan).exists() and LedgerRow.objects.count() == 1


def test_reading_twice_changes_nothing_and_equal_rows_are_two(plan, coordinator):
    rows = [row("12,50"), row("12,50"), row("7,00", "T-2")]
    first = builders.ledger_file(plan, rows, by=coordinator)
    second = builders.ledger_file(plan, rows, by=coordinator)
    third = builders.ledger_file(plan, [*rows, row("12,50")], by=coordinator)
    assert [(reading.added, reading.known) for reading in (first, second, third)] == [(3, 0), (0, 3), (1, 3)]
    assert LedgerRow.objects.count() == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_is_read_as_it_was_written(plan, coordinator, encoding):
    builders.ledger_file(plan, [row("1 234,50", text="Kahvit – Äidit & öljy")], by=coordinator, encoding=encoding)
    found = LedgerRow.objects.get()
    assert (found.text, found.amount) == ("Kahvit – Äidit & öljy", Decimal("1234.50"))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12,5", "12.50"),
        ("-3,00", "-3"),
        ("3,00-", "-3"),
        ("−3,00", "-3"),
        ("1.234,50", "1234.50"),
        ("7", "7"),
        ("8.25", "8.25"),
    ],
)
def test_sums_are_read_as_ledgers_write_them(typed, amount):
    content = f"{HEAD}\n5.10.2026;4400;;;;{typed}\n".encode()
    assert ledger.parse(content, ledger.COLUMNS)[0]["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("content", "code", "number"),
    [
        (f"{HEAD}\n1.1.2026;4400;;;a;5\nhuomenna;4400;;;b;5\n", "no_day", 3),
        (f"{HEAD}\n1.1.2026;4400;;;a;viisi\n", "no_sum", 2),
        (f"{HEAD}\n1.1.2026;4400;;;a;1,234\n", "no_sum", 2),
        (f"{HEAD}\n1.1.2026;;;;a;5\n", "no_account", 2),
        (f"{HEAD}\n1.1.2026;4400\n", "short_row", 2),
        (f"{HEAD}\n1.1.2026;{'4' * 30};;;a;5\n", "too_long", 2),
        (f"{HEAD}\n", "no_rows", None),
        ("", "no_rows", None),
        ("Päivä;Summa\n1.1.2026;5\n", "no_column", None),
        ("PK\0\0", "no_csv", None),
    ],
)
def test_broken_file_changes_nothing_and_names_its_row(plan, coordinator, content, code, number):
    with pytest.raises(ledger.Unreadable) as unreadable:
        ledger.read(plan, content.encode(), name="a.csv", columns=ledger.COLUMNS, by=coordinator)
    assert unreadable.value.code == code and unreadable.value.values.get("row") == number
    assert not LedgerRow.objects.exists() and not LedgerImport.objects.exists()


def test_salaries_become_an_actual_with_one_click(sign_in, plan, coordinator):
    builders.ledger_file(plan, [row("1500,00", "P-10", "4000", text="Palkat lokakuu")], by=coordinator)
    desk = sign_in(coordinator)
    page = desk.get(reverse("budgets:ledger", args=[plan.pk])).content.decode()
    assert "Palkat lokakuu" in page and "Kirjaa: Palkat" in page
    found = LedgerRow.objects.get()
    for _click in range(2):
        desk.post(reverse("budgets:book_row", args=[found.pk]))
    booking = Booking.objects.get()
    assert (booking.spent, booking.document_number, booking.text) == (1500, "P-10", "Palkat lokakuu")
    page = desk.get(reverse("budgets:ledger", args=[plan.pk])).content.decode()
    assert "Jokaisella rivillä on kirjauksensa." in page


def test_row_that_is_too_much_asks_why(sign_in, plan, coordinator):
    builders.ledger_file(plan, [row("2500,00", "P-10", "4000")], by=coordinator)
    found = LedgerRow.objects.get()
    with pytest.raises(OverBudget):
        ledger.book(found, line=plan.lines.last(), by=coordinator)
    assert not Expense.objects.exists()
    desk = sign_in(coordinator)
    address = reverse("budgets:ledger_row", args=[found.pk])
    assert desk.post(reverse("budgets:book_row", args=[found.pk])).url == address
    sent = {"line": plan.lines.last().pk}
    assert "Rivillä on jäljellä 2\xa0000,00\xa0€" in desk.post(address, sent).content.decode()
    assert desk.post(address, sent | {"override_reason": "Sijaisuus"}).status_code == 302
    assert Booking.objects.get().override_reason == "Sijaisuus"


def test_bookings_are_matched_by_hand_when_they_come_to_the_row(sign_in, plan, coordinator):
    one, other = spent(plan, coordinator, 30, "A-1"), spent(plan, coordinator, 20, "A-2")
    builders.ledger_file(plan, [row("50,00", "K-7")], by=coordinator)
    found = LedgerRow.objects.get()
    desk = sign_in(coordinator)
    address = reverse("budgets:ledger_row", args=[found.pk])
    page = desk.post(address, {"match": "1", "bookings": [one.pk]}).content.decode()
    assert "Valittujen kirjausten summa on 30,00\xa0€, rivin 50,00\xa0€." in page
    assert desk.post(address, {"match": "1", "bookings": [one.pk, other.pk]}).status_code == 302
    assert LedgerMatch.objects.filter(row=found, by=coordinator).count() == 2


def test_what_was_taken_back_before_the_ledger_had_it_is_no_difference(plan, coordinator):
    actions.reverse(spent(plan, coordinator, 30, "A-1"), by=coordinator, text="väärin")
    assert not ledger.open_bookings(plan).exists()
    builders.ledger_file(plan, [row("20,00", "A-2")], by=coordinator)
    booking = spent(plan, coordinator, 20, "A-2")
    ledger.match(plan)
    reversal = actions.reverse(booking, by=coordinator, text="väärin")
    assert list(ledger.open_bookings(plan)) == [reversal]


def test_differences_are_told_by_account(sign_in, plan, coordinator):
    spent(plan, coordinator, 30, "A-1")
    builders.ledger_file(plan, [row("50,00", "K-7"), row("7,00", "K-8", "9999")], by=coordinator)
    assert [(one["account"], one["ledger"], one["books"], one["difference"]) for one in ledger.differences(plan)] == [
        ("4400", 50, 30, 20),
        ("9999", 7, 0, 7),
    ]
    page = sign_in(coordinator).get(reverse("budgets:ledger", args=[plan.pk])).content.decode()
    assert "20,00\xa0€" in page and "9999" in page and "A-1" in page


def test_columns_are_kept_for_the_region_and_a_missing_one_is_told_at_its_field(sign_in, plan, coordinator, uusimaa):
    desk = sign_in(coordinator)
    address = reverse("budgets:ledger", args=[plan.pk])

    def send(**columns):
        file = SimpleUploadedFile("kirjanpito.csv", b"Kirjauspvm;Tili;Netto\n5.10.2026;4400;12,00\n")
        return desk.post(address, {"file": file, **ledger.COLUMNS, **columns})

    page = send().content.decode()
    assert "Saraketta ”Päivä” ei ole. Tiedostossa ovat: Kirjauspvm, Tili, Netto." in page
    assert not LedgerRow.objects.exists()
    assert send(day="Kirjauspvm", amount="netto").status_code == 302
    assert LedgerRow.objects.get().amount == 12
    assert Bookkeeping.objects.get(region=uusimaa).ledger_columns["day"] == "Kirjauspvm"
    assert 'value="Kirjauspvm"' in desk.get(address).content.decode()


def test_a_frozen_plan_takes_no_rows(plan, coordinator):
    plan.state = plan.State.FROZEN
    plan.save()
    with pytest.raises(Refused, match="frozen"):
        builders.ledger_file(plan, [row("5,00")], by=coordinator)


@pytest.mark.parametrize("rows", [1, 30])
def test_ledger_page_takes_the_same_few_queries(rows, plan, sign_in, coordinator, django_assert_num_queries):
    for number in range(rows):
        spent(plan, coordinator, 1, f"B-{number}")
    builders.ledger_file(plan, [row("2,00", f"K-{number}") for number in range(rows)], by=coordinator)
    desk = sign_in(coordinator)
    address = reverse("budgets:ledger", args=[plan.pk])
    desk.get(address)
    with django_assert_num_queries(14):
        assert "K-0" in desk.get(address).content.decode()
