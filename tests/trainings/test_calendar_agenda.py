"""What the home page, the own page and the private feed get to know."""

from tests import builders
from trainings import actions, agenda


def test_agenda_shows_seats_queue_places_and_open_offers_in_one_query_each(
    uusimaa, employee, colleague, django_assert_num_queries
):
    later = builders.training(uusimaa, in_days=30)
    soon = builders.training(uusimaa, in_days=20, onsite_capacity=1)
    first = actions.sign_up(soon, person=colleague)
    actions.sign_up(later, person=employee)
    actions.sign_up(soon, person=employee)
    with django_assert_num_queries(1):
        rows = [
            (row.training.title, row.training.region.name, row.state, row.queue_position, row.offer_until)
            for row in agenda.coming(employee)
        ]
    assert [row[2:] for row in rows] == [("waiting", 1, None), ("registered", None, None)]
    assert list(agenda.waiting_for(employee)) == []
    actions.cancel(first, by=colleague)
    with django_assert_num_queries(1):
        open_offers = list(agenda.waiting_for(employee))
    assert [row.training for row in open_offers] == [soon] and open_offers[0].offer_until is not None


def test_what_is_over_moves_from_coming_to_past(uusimaa, employee, time_machine, now):
    training = builders.training(uusimaa, in_days=3)
    actions.sign_up(training, person=employee)
    time_machine.move_to(now.replace(day=20))
    assert (list(agenda.coming(employee)), [row.training for row in agenda.past(employee)]) == ([], [training])
