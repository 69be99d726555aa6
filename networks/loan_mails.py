"""One function per mail about loans of kits. All are stored with the change that causes them."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from networks.models import Loan
from notifications.models import Mail
from notifications.outbox import post


def _address(name, person, *args):
    with override(person.language):
        return settings.SITE_URL + reverse(f"kits:{name}", args=args)


def _to_borrower(name, loan, key="", **context):
    person = loan.person
    _post(name, loan, person, key, url=_address("loans", person), **context)


def _to_runners(name, loan, *knowing, **context):
    """To whoever runs the kit, but not to those who know it already."""
    for person in loan.kit.runners:
        if person not in knowing:
            _post(name, loan, person, url=_address("desk", person, loan.kit_id), **context)


def _post(name, loan, person, key="", **context):
    post(
        f"networks/{name}",
        to=person,
        key=key or f"networks/{name}:{loan.pk}:{loan.revision}:{person.pk}",
        region=loan.kit.region,
        loan=loan,
        kit=loan.kit,
        **context,
    )


def booked(loan):
    """To the borrower: the kit is booked, from when to when, and what is in it. To whoever else runs it: who booked, and how it goes there."""
    _to_borrower("loan_booked", loan, parts=list(loan.kit.parts.all()))
    _to_runners("loan_new", loan, loan.person, before=_before(loan))


def _before(loan):
    """The loan from whose library this one fetches the kit, as far as is booked; or None."""
    if loan.comes_from != Loan.ComesFrom.LIBRARY:
        return None
    return loan.kit.loans.open().filter(first_day__lt=loan.first_day).select_related("library").by_day().last()


def moved(loan, first_day, last_day, because=None):
    """To the borrower: other days than `first_day` to `last_day`, perhaps `because` of a loan that came back late."""
    _to_borrower("loan_moved", loan, first_day=first_day, last_day=last_day, because=because)


def cancelled(loan, by):
    """To the borrower and to whoever runs the kit, but not to `by`, who knows."""
    if by.pk != loan.person_id:
        _to_borrower("loan_cancelled", loan, by=by, to_runner=False)
    by_library = by.library_id == loan.library_id
    _to_runners("loan_cancelled", loan, by, loan.person, by=by, to_runner=True, by_library=by_library)


def closed_unfetched(loan, by):
    """To the borrower and to whoever runs the kit, but not to `by`, who knows: nobody fetched it. Without `by` the clock closed it."""
    if by != loan.person:
        _to_borrower("loan_unfetched", loan, by=by, to_runner=False)
    _to_runners("loan_unfetched", loan, by, loan.person, by=by, to_runner=True)


def missing(loan, lacks, by):
    """To whoever runs the kit, and to the next borrower: these parts were not there when it came back."""
    _to_runners("loan_missing", loan, by, lacks=lacks, following=None)
    booked = loan.kit.loans.filter(state=Loan.State.BOOKED).exclude(library=by.library_id)  # who counted knows
    following = booked.select_related("person__library__region").by_day().first()
    if following is not None:
        key = f"networks/loan_missing:{loan.pk}:{following.pk}"
        url = _address("loans", following.person)
        _post("loan_missing", loan, following.person, key, url=url, lacks=lacks, following=following)


# Reminders


def before_pickup(loan, key, before):
    """To the borrower: the kit comes soon, from the AKE or from the library of the loan `before`."""
    _to_borrower("loan_pickup", loan, key, before=before, urgency=Mail.Urgency.MASS)


def to_fetch(loan, key, closes_at):
    """To the borrower, whose loan begins: note that the kit has come, or cancel; else the loan closes by itself."""
    _to_borrower("loan_to_fetch", loan, key, closes_at=closes_at, urgency=Mail.Urgency.MASS)


def not_fetched(loan, person, key, closes_at):
    """To a leader: the loan has begun, and nobody has noted that the kit was fetched."""
    _post("loan_not_fetched", loan, person, key, url=_address("desk", person, loan.kit_id), closes_at=closes_at)


def before_return(loan, key, following):
    """To the borrower: the kit goes back soon, to the AKE or on to the library of the loan `following`."""
    parts = list(loan.kit.parts.all())
    _to_borrower("loan_return", loan, key, following=following, parts=parts, urgency=Mail.Urgency.MASS)


def overdue(loan, person, key):
    """To the borrower, or to a leader: the kit should have come back."""
    is_borrower = person.pk == loan.person_id
    url = _address("loans", person) if is_borrower else _address("desk", person, loan.kit_id)
    _post("loan_overdue", loan, person, key, url=url, is_borrower=is_borrower)


def late_for_next(loan, following, key):
    """To the next borrower: the loan before is late, so that the kit may come later than agreed."""
    person = following.person
    _post("loan_late", loan, person, key, url=_address("loans", person), following=following)
