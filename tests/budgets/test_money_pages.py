"""Pages of a plan's money: what they tell, and how euros are booked on them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from budgets import actions
from budgets.models import Booking, Category, Expense, FundingSource, Measure
from budgets.overview import overview
from tests import builders


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.TRAVEL: 200})


def money(plan):
    return reverse("budgets:money", args=[plan.pk])


def cells(page, line):
    """The figures in a line's row of the money page, as the reader sees them."""
    row = page.split(f">{line}</a>")[1].split("</tr>")[0]
    texts = [cell.split("</td>")[0].split(">", 1)[1] for cell in row.split("<td ")[1:]]
    return [text.replace("<strong>", "").replace("</strong>", "").replace("\xa0", " ") for text in texts]


def test_money_page_tells_each_line_as_it_is_booked(plan, sign_in, coordinator):
    coffee, travel = plan.lines.all()
    expense = builders.expense(plan, by=coordinator, estimate=None)
    actions.transfer(travel, coffee, 50, text="siirto", by=coordinator)
    actions.reserve(expense, 10, by=coordinator)
    other = builders.expense(plan, by=coordinator)
    actions.commit(other, 20, by=coordinator)
    third = builders.expense(plan, by=coordinator)
    actions.spend(third, Decimal("30.50"), by=coordinator)
    builders.expense(plan, by=coordinator, estimate=5)
    page = sign_in(coordinator).get(money(plan)).content.decode()
    assert cells(page, "Kahvitarjoilut") == [
        *("100,00 €", "50,00 €", "10,00 €", "20,00 €", "30,50 €", "89,50 €", "65,50 €")
    ]
    assert "Rivien summa on sama kuin rahoitus." in page
    assert "Koulutuspäivät" in page


def test_difference_to_the_funding_is_said_with_its_sum(plan, sign_in, coordinator):
    FundingSource.objects.update(granted=250)
    page = sign_in(coordinator).get(money(plan)).content.decode()
    assert "50,00\xa0€ suurempi kuin rahoitus" in page
    FundingSource.objects.update(granted=310)
    page = sign_in(coordinator).get(money(plan)).content.decode()
    assert "10,00\xa0€ pienempi kuin rahoitus" in page


def test_cost_over_the_line_is_refused_then_let_through_with_a_reason(plan, sign_in, coordinator):
    desk = sign_in(coordinator)
    address = reverse("budgets:book_cost", args=[plan.pk])
    sent = {
        "text": "Puhuja Loviisaan",
        "measure": Measure.objects.get().pk,
        "line": plan.lines.first().pk,
        "how": "commit",
        "amount": "1 120,50",
    }
    page = desk.post(address, sent).content.decode()
    assert "Rivillä on jäljellä 100,00\xa0€, ja tähän tarvitaan 1\xa0120,50\xa0€" in page
    assert 'value="Puhuja Loviisaan"' in page and 'value="1 120,50"' in page
    assert not Expense.objects.exists() and not Booking.objects.exists()
    answer = desk.post(address, sent | {"override_reason": "Johtaja hyväksyi."})
    expense = Expense.objects.get()
    assert answer.url == reverse("budgets:expense", args=[expense.pk])
    page = desk.get(money(plan)).content.decode()
    assert "Johtaja hyväksyi." in page and "Rivi ylitetty" in page and "-1\xa0020,50\xa0€" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"amount": "abc"}, "Syötä luku"),
        ({"amount": "-5"}, "nollaa suurempi"),
        ({"amount": "1,234"}, "desimaali"),
        ({"vat": "2", "amount": "5"}, "Vain laskulla on"),
        ({"how": "steal", "amount": "5"}, "vaihtoehto"),
        ({"line": "999", "amount": "5"}, "vaihtoehto"),
    ],
)
def test_wrong_input_is_told_at_its_field(plan, sign_in, coordinator, sent, said):
    good = {"text": "Kahvit", "line": plan.lines.first().pk, "how": "commit"}
    answer = sign_in(coordinator).post(reverse("budgets:book_cost", args=[plan.pk]), good | sent)
    page = answer.content.decode()
    assert said in page and 'value="Kahvit"' in page
    assert not Expense.objects.exists()


def test_estimate_binds_nothing(plan, sign_in, coordinator):
    sent = {"text": "Messut", "line": plan.lines.first().pk, "how": "estimate", "amount": "70"}
    sign_in(coordinator).post(reverse("budgets:book_cost", args=[plan.pk]), sent)
    line = overview(plan)["lines"][0]
    assert (line.left, line.forecast, Booking.objects.count()) == (100, 70, 0)


def test_money_is_moved_with_a_reason(plan, sign_in, coordinator):
    coffee, travel = plan.lines.all()
    desk = sign_in(coordinator)
    address = reverse("budgets:transfer", args=[plan.pk])
    sent = {"line": travel.pk, "to": coffee.pk, "amount": "250", "text": "Kahvi kallistui"}
    assert "200,00\xa0€" in desk.post(address, sent).content.decode()
    assert desk.post(address, sent | {"amount": "50"}).status_code == 302
    assert [line.left for line in plan.lines.with_sums()] == [150, 150]


def test_booking_is_taken_back_with_a_reason(plan, sign_in, coordinator):
    booking = actions.commit(builders.expense(plan, by=coordinator), 60, by=coordinator)
    desk = sign_in(coordinator)
    address = reverse("budgets:reverse", args=[booking.pk])
    assert desk.post(address, {"text": ""}).status_code == 200
    assert desk.post(address, {"text": "Väärä rivi"}).status_code == 302
    assert "jo peruttu" in desk.post(address, {"text": "Väärä rivi"}).content.decode()
    assert plan.lines.with_sums().first().left == 100


def test_inspector_reads_but_does_not_book(plan, uusimaa, sign_in, employee):
    uusimaa.readers.add(employee)
    desk = sign_in(employee)
    page = desk.get(money(plan)).content.decode()
    assert reverse("budgets:book_cost", args=[plan.pk]) not in page
    for name in ("book_cost", "transfer", "publish", "freeze", "copy"):
        assert desk.get(reverse(f"budgets:{name}", args=[plan.pk])).status_code == 404


def test_staff_of_the_other_region_see_nothing(plan, sign_in, other_coordinator, coordinator):
    booking = actions.commit(builders.expense(plan, by=coordinator), 5, by=coordinator)
    desk = sign_in(other_coordinator)
    for address in (
        money(plan),
        reverse("budgets:line", args=[plan.pk, booking.line_id]),
        reverse("budgets:expense", args=[booking.expense_id]),
        reverse("budgets:reverse", args=[booking.pk]),
    ):
        assert desk.get(address).status_code == 404
        assert desk.post(address, {"how": "commit", "amount": "1", "text": "x"}).status_code in (404, 405)
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("page", "queries"), [("money", 11), ("line", 7)])
def test_pages_take_the_same_few_queries(rows, page, queries, plan, sign_in, coordinator, django_assert_num_queries):
    for number in range(rows):
        measure = Measure.objects.create(
            focus_area=Measure.objects.first().focus_area, name_fi=f"Toimi {number}", name_sv=f"Åtgärd {number}"
        )
        expense = Expense.objects.create(
            line=plan.lines.first(), measure=measure, text=f"Kulu {number}", created_by=coordinator
        )
        actions.commit(expense, 10, override="lupa", by=coordinator)
    desk = sign_in(coordinator)
    address = money(plan) if page == "money" else reverse("budgets:line", args=[plan.pk, plan.lines.first().pk])
    desk.get(address)
    with django_assert_num_queries(queries):
        assert "Toimi 0" in desk.get(address).content.decode()


def test_a_cost_is_booked_from_its_measure(plan, sign_in, coordinator, other_coordinator):
    measure = Measure.objects.get()
    form = reverse("admin:budgets_measure_change", args=[measure.pk])
    desk = sign_in(coordinator)
    button = reverse("admin:budgets_measure_to_cost", args=[measure.pk])
    assert button in desk.get(form).content.decode()
    page = desk.get(button, follow=True).content.decode()
    assert f'<option value="{measure.pk}" selected>' in page and "Kirjaa kulu" in page
    assert sign_in(other_coordinator).get(button).status_code == 404
