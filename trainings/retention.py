"""What goes by itself: who took part is forgotten two years after, how many from where stays."""

from trainings.models import Guest, Registration, Training


def close_old_lists(now):
    """Delete sign-ups without a seat (left, declined, expired) of trainings whose lists are closed, and guests' names.

    Returns how many sign-ups.

    Those who took part keep the training in their own record; staff see of them the counts only (`listed`).
    """
    State = Registration.State
    gone = Registration.objects.filter(
        training__ends_at__lt=now - Training.LISTS_KEPT,
        state__in=[State.WAITING, State.OFFERED, State.DECLINED, State.EXPIRED, State.CANCELLED],
    )
    Guest.objects.filter(training__ends_at__lt=now - Training.LISTS_KEPT).exclude(name="").update(name="")
    _, by_model = gone.delete()
    return by_model.get(Registration._meta.label, 0)
