"""What a training costs: booked from its page, on its plan's money, shared out by participant."""

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from budgets.models import Booking, Category, Expense, Measure
from tests import builders
from trainings import actions
from trainings.models import Training, TrainingCost


@pytest.fixture
def plan(uusimaa):
    return builders.plan(uusimaa, granted=300, lines={Category.COFFEE: 100, Category.VENUE: 200})


def book(desk, training, line, **fields):
    sent = {"text": "Kahvit 40 hengelle", "line": line.pk, "how": "commit", "amount": "60,00", **fields}
    return desk.post(reverse("trainings:book_cost", args=[training.pk]), sent)


def test_a_cost_is_booked_from_the_training_and_shared_out(plan, training, sign_in, coordinator, employee, colleague):
    for person in (employee, colleague):
        actions.sign_up(training, person=person)
    measure = Measure.objects.get()
    Training.objects.filter(pk=training.pk).update(measure=measure)
    desk = sign_in(coordinator)
    form = desk.get(reverse("trainings:book_cost", args=[training.pk])).content.decode()
    assert f'<option value="{measure.pk}" selected>' in form
    assert book(desk, training, plan.lines.first(), measure=measure.pk).status_code == 302
    page = desk.get(reverse("trainings:costs", args=[training.pk])).content.decode()
    assert "Kahvit 40 hengelle" in page and "30,00\xa0€ osallistujaa kohti, kun osallistujia on 2" in page
    expense = Expense.objects.get()
    assert expense.measure == measure and Booking.objects.get().committed == 60
    caused = desk.get(reverse("budgets:expense", args=[expense.pk])).content.decode()
    assert reverse("trainings:costs", args=[training.pk]) in caused and training.title in caused


def test_a_refused_cost_leaves_nothing(plan, training, sign_in, coordinator):
    page = book(sign_in(coordinator), training, plan.lines.first(), amount="160").content.decode()
    assert "Rivillä on jäljellä 100,00\xa0€" in page and 'value="Kahvit 40 hengelle"' in page
    assert not Expense.objects.exists() and not TrainingCost.objects.exists()


def test_without_a_plan_the_page_says_so(training, sign_in, coordinator):
    desk = sign_in(coordinator)
    page = desk.get(reverse("trainings:costs", args=[training.pk])).content.decode()
    assert "Alueella ei ole suunnitelmaa koulutuksen vuodelle." in page
    assert desk.get(reverse("trainings:book_cost", args=[training.pk])).status_code == 302


def test_a_training_with_costs_stays(plan, training, sign_in, coordinator):
    book(sign_in(coordinator), training, plan.lines.first())
    with pytest.raises(ProtectedError):
        Training.objects.get(pk=training.pk).delete()


@pytest.mark.parametrize("rows", [1, 30])
def test_costs_take_the_same_few_queries(rows, plan, training, sign_in, coordinator, django_assert_num_queries):
    desk = sign_in(coordinator)
    for number in range(rows):
        book(desk, training, plan.lines.first(), text=f"Kulu {number}", amount="1")
    address = reverse("trainings:costs", args=[training.pk])
    desk.get(address)
    with django_assert_num_queries(6):
        assert "Kulu 0" in desk.get(address).content.decode()
