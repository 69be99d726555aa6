"""The waiting list: held offers, their clocks, and who gets a freed seat."""

from datetime import date, time, timedelta

import pytest

from ake_portal.lib import days
from notifications.models import Mail
from people.models import QuietPeriod
from tests import builders
from trainings import actions
from trainings.models import Registration, SeatOffer

State = Registration.State


@pytest.fixture
def full(uusimaa, askola):
    """A training with one seat taken and three people in the queue: (training, holder, [first, second, third])."""
    training = builders.training(uusimaa, onsite_capacity=1)
    holder, *queue = (actions.sign_up(training, person=person) for person in builders.people(4, askola))
    return training, holder, queue


def states(registrations):
    return [Registration.objects.get(pk=registration.pk).state for registration in registrations]


def mails_of(registration, template):
    return Mail.objects.filter(person=registration.person, template=f"trainings/{template}").count()


def test_freed_seat_is_held_for_the_first_in_the_queue_and_nobody_passes(full, employee):
    training, holder, queue = full
    actions.cancel(holder, by=holder.person)
    assert states(queue) == [State.OFFERED, State.WAITING, State.WAITING]
    assert mails_of(queue[0], "seat_offered") == 1
    assert actions.sign_up(training, person=employee).state == State.WAITING


def test_declined_seat_goes_to_the_next(full):
    training, holder, queue = full
    actions.cancel(holder, by=holder.person)
    actions.answer_offer(queue[0], accept=False)
    assert states(queue) == [State.DECLINED, State.OFFERED, State.WAITING]


def test_offer_ends_after_two_working_days_and_the_next_is_offered(full, now, time_machine):
    training, holder, queue = full
    actions.cancel(holder, by=holder.person)
    offer = SeatOffer.objects.get()
    assert offer.expires_at == days.at(date(2026, 10, 8), time(16))
    assert actions.expire_all_offers(now=offer.expires_at - timedelta(seconds=1)) == 0
    time_machine.move_to(offer.expires_at)
    with pytest.raises(actions.Refused, match="gone"):
        actions.answer_offer(queue[0], accept=True)
    assert actions.expire_all_offers() == 1
    assert states(queue) == [State.EXPIRED, State.OFFERED, State.WAITING]
    assert mails_of(queue[0], "offer_expired") == 1
    assert actions.expire_all_offers() == 0


def test_offer_is_never_held_longer_than_to_16_on_the_day_before(uusimaa, askola):
    training = builders.training(uusimaa, in_days=2, onsite_capacity=1)
    holder, waiting = (actions.sign_up(training, person=person) for person in builders.people(2, askola))
    actions.cancel(holder, by=holder.person)
    assert SeatOffer.objects.get().expires_at == days.at(date(2026, 10, 7), time(16))


@pytest.mark.parametrize(
    ("today", "in_days", "ends"),
    [
        ((2026, 12, 21), 40, (2027, 1, 7)),  # quiet from 23.12. to 6.1.: the second working day is after it
        ((2026, 12, 21), 9, (2026, 12, 23)),  # within ten days the clock runs
        ((2026, 12, 21), 17, (2026, 12, 28)),  # quiet until ten days before, 28.12.; from then on it runs
        ((2026, 6, 18), 70, (2026, 8, 11)),  # Midsummer and the summer's quiet weeks
    ],
)
def test_quiet_periods_stop_the_clock_of_an_offer_until_ten_days_before(
    uusimaa, askola, time_machine, today, in_days, ends
):
    time_machine.move_to(days.at(date(*today), time(10)))
    training = builders.training(uusimaa, in_days=in_days)
    person = builders.person(library=askola)
    assert actions.offer_expires_at(training, person, days.at(date(*today), time(10))) == days.at(date(*ends), time(16))


def test_quiet_period_of_the_persons_own_library_counts(uusimaa, askola, employee, colleague, training, now):
    QuietPeriod.objects.create(region=uusimaa, library=askola, first_day=date(2026, 10, 7), last_day=date(2026, 10, 9))
    later = builders.training(uusimaa, in_days=60)
    assert actions.offer_expires_at(later, employee, now) == days.at(date(2026, 10, 13), time(16))
    assert actions.offer_expires_at(later, colleague, now) == days.at(date(2026, 10, 8), time(16))


def test_from_16_on_the_day_before_a_freed_seat_goes_to_whoever_comes_first(full, employee, time_machine):
    training, holder, queue = full
    time_machine.move_to(training.offers_end_at)
    actions.cancel(holder, by=holder.person)
    assert states(queue) == [State.WAITING] * 3
    assert [mails_of(registration, "seat_is_free") for registration in queue] == [1, 1, 1]
    assert actions.take_free_seat(queue[2]).state == State.REGISTERED
    with pytest.raises(actions.Refused, match="full"):
        actions.take_free_seat(queue[0])


def test_queue_is_told_once_for_each_seat_that_comes_free_at_the_last_moment(full, time_machine):
    training, holder, queue = full
    time_machine.move_to(training.offers_end_at)
    actions.cancel(holder, by=holder.person)
    actions.sessions_changed(training)
    assert mails_of(queue[0], "seat_is_free") == 1
    fast = actions.take_free_seat(queue[2])
    actions.cancel(fast, by=fast.person)
    assert mails_of(queue[0], "seat_is_free") == 2


def test_seat_of_an_offer_that_runs_out_at_16_is_free_for_all(full, time_machine, employee):
    training, holder, queue = full
    time_machine.move_to(training.offers_end_at - timedelta(hours=3))
    actions.cancel(holder, by=holder.person)
    time_machine.move_to(training.offers_end_at)
    actions.expire_all_offers()
    assert states(queue) == [State.EXPIRED, State.WAITING, State.WAITING]
    assert mails_of(queue[1], "seat_is_free") == 1
    assert actions.sign_up(training, person=employee).state == State.REGISTERED


def test_nobody_takes_a_free_seat_before_the_time_of_offers_is_over(full):
    training, holder, queue = full
    with pytest.raises(actions.Refused, match="full"):
        actions.take_free_seat(queue[0])


def test_more_seats_are_offered_to_as_many_and_no_limit_to_all(full):
    training, holder, queue = full
    training.onsite_capacity = 3
    training.save()
    actions.sessions_changed(training)
    assert states(queue) == [State.OFFERED, State.OFFERED, State.WAITING]
    training.onsite_capacity = None
    training.save()
    actions.sessions_changed(training)
    assert states(queue) == [State.OFFERED] * 3


def test_fewer_seats_than_people_take_nobodys_seat_and_free_none(full):
    training, holder, queue = full
    training.onsite_capacity = 0
    training.save()
    actions.sessions_changed(training)
    actions.cancel(holder, by=holder.person)
    assert states(queue) == [State.WAITING] * 3


def test_queue_may_be_left_after_the_deadline_for_giving_up_a_seat(uusimaa, askola, now):
    training = builders.training(uusimaa, onsite_capacity=1, cancel_until=now - timedelta(days=1))
    holder, waiting = (actions.sign_up(training, person=person) for person in builders.people(2, askola))
    with pytest.raises(actions.Refused, match="too_late"):
        actions.cancel(holder, by=holder.person)
    assert actions.cancel(waiting, by=waiting.person).state == State.CANCELLED


def test_staff_may_cancel_after_the_deadline_but_not_after_the_end(uusimaa, employee, coordinator, time_machine, now):
    training = builders.training(uusimaa, in_days=2)
    registration = actions.sign_up(training, person=employee)
    time_machine.move_to(training.ends_at + timedelta(minutes=1))
    with pytest.raises(actions.Refused, match="too_late"):
        actions.cancel(registration, by=coordinator)
    time_machine.move_to(training.ends_at - timedelta(minutes=1))
    assert actions.cancel(registration, by=coordinator).state == State.CANCELLED


def test_training_that_moves_nearer_shortens_the_offers_and_tells_the_whole_queue(full):
    training, holder, queue = full
    actions.cancel(holder, by=holder.person)
    before = actions.snapshot(training)
    session = training.sessions.get()
    session.starts_at -= timedelta(days=19)
    session.ends_at -= timedelta(days=19)
    session.save()
    training = actions.sessions_changed(training, before=before)
    assert SeatOffer.objects.get().expires_at == training.offers_end_at == days.at(date(2026, 10, 7), time(16))
    assert [mails_of(registration, "moved") for registration in queue] == [1, 1, 1]
    assert all(not mail.calendars for mail in Mail.objects.filter(template="trainings/moved"))


def test_training_day_that_becomes_a_webinar_takes_its_people_along(uusimaa, employee):
    training = builders.training(uusimaa)
    actions.sign_up(training, person=employee)
    before = actions.snapshot(training)
    training.format = "remote"
    training.remote_capacity = 1
    training.save()
    actions.sessions_changed(training, before=before)
    assert Registration.objects.get().mode == "remote"
    assert "https://meet.example/abc" in Mail.objects.get(template="trainings/moved").text


def test_cancelled_training_leaves_no_seat_no_queue_and_no_offer(full):
    training, holder, queue = full
    actions.cancel(holder, by=holder.person)
    actions.cancel_training(training, reason="Kouluttaja sairastui.")
    assert states(queue) == [State.CANCELLED] * 3
    assert not SeatOffer.objects.filter(answer="open").exists()
    with pytest.raises(actions.Refused, match="gone"):
        actions.answer_offer(queue[0], accept=True)
