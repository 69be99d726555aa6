"""Loans of kits among what waits for a person and what comes, for the home page, the own page and the private feed."""

from datetime import timedelta

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ake_portal.lib import calendars, days, words
from networks.loan_reminders import PICKUP, RETURN, UNFETCHED
from networks.models import Kit, Loan
from people.models import Library

State = Loan.State
LATE_SHOWN = 4  # as many as decisions on visits
# What a row of "waits for you" holds, of a loan and of a membership alike: networks.agenda reads both at once
ROW = (
    *("is_loan", "is_late", "since", "about", "name_fi", "name_sv", "state", "person", "first", "last", "comes"),
    *("library_fi", "library_sv"),
)


def rows(user):
    """Loans that `user` has to do something about, as rows: the own ones to fetch and to hand over, what is late or not fetched of the kits that `user` lends."""
    today = timezone.localdate()
    unfetched = Loan.objects.unfetched(days.working_days_back(today, UNFETCHED))
    late = (
        Q(pk__in=Loan.objects.late().values("pk"))
        | Q(pk__in=unfetched.values("pk"))
        | Q(state=State.BOOKED, last_day__lt=today)
    )
    near = Q(state=State.BOOKED, first_day__lte=today + PICKUP) | Q(state=State.OUT, last_day__lte=today + RETURN)
    own = Loan.objects.of_library_of(user).filter(near, person=user)
    found = own | Loan.objects.filter(late, kit__in=Kit.objects.run_by(user).values("pk"))
    return found.annotate(
        is_loan=Value(True),
        is_late=ExpressionWrapper(late, BooleanField()),
        since=F("booked_at"),
        about=F("kit"),
        name_fi=F("kit__name_fi"),
        name_sv=F("kit__name_sv"),
        first=F("first_day"),
        last=F("last_day"),
        comes=F("comes_from"),
        library_fi=F("library__name_fi"),
        library_sv=F("library__name_sv"),
    )


def items(rows, user):
    """Rows as items of "waits for you", what ends first before the others; of what others have not returned the first few."""
    rows = sorted(rows, key=lambda row: (row["last"], row["first"]))
    own = [_item(row, user) for row in rows if row["person"] == user.pk]
    late = [_item(row, user) for row in rows if row["person"] != user.pk]
    if len(late) > LATE_SHOWN:
        late[LATE_SHOWN:] = [{"text": _("More kits that have not come back"), "url": reverse("kits:list")}]
    return own + late


def _item(row, user):
    kit = Kit(pk=row["about"], name_fi=row["name_fi"], name_sv=row["name_sv"])
    library = Library(name_fi=row["library_fi"], name_sv=row["library_sv"])
    is_own, is_out = row["person"] == user.pk, row["state"] == State.OUT
    day, until = words.day(row["first"]), words.day(row["last"])
    if row["is_late"]:
        text = _("Not returned: %(kit)s") if is_out else _("Not noted as fetched: %(kit)s")
        has_ended = row["last"] < timezone.localdate()
        detail = (
            _("The loan ended %(day)s") % {"day": until} if has_ended else _("The loan began %(day)s") % {"day": day}
        )
        detail = detail if is_own else f"{library}. {detail}"
    elif is_out:
        text, detail = _("A kit goes back or on: %(kit)s"), _("Last day %(day)s") % {"day": until}
    else:
        text, detail = _("A kit comes to you: %(kit)s"), f"{day} – {until}, {Loan.ComesFrom(row['comes']).label}"
    url = reverse("kits:loans") if is_own else reverse("kits:desk", args=[kit.pk])
    return {"text": text % {"kit": kit}, "url": url, "detail": detail}


def own(user):
    """What `user` has borrowed or booked for the own library and is not over, in order of days."""
    return list(
        Loan.objects.of_library_of(user).open().filter(person=user).select_related("kit").with_lateness().by_day()
    )


def events_for(user, since, until):
    """Calendar entries between two moments: the loans that `user` has booked, whole days long, with those that are cancelled."""
    loans = Loan.objects.filter(
        person=user, last_day__gte=timezone.localdate(since), first_day__lte=timezone.localdate(until)
    ).select_related("kit__region", "library")
    return [_entry(loan, user.language) for loan in loans.by_day()]


def _entry(loan, language):
    with override(language):
        title = _("Kit on loan: %(kit)s") % {"kit": loan.kit}
        is_cancelled = loan.state in Loan.FREED
        return calendars.Entry(
            uid=f"loan-{loan.pk}@ake-portal",
            sequence=loan.revision,
            starts_at=loan.first_day,
            ends_at=loan.had_until + timedelta(days=1),
            summary=_("Cancelled: %(title)s") % {"title": title} if is_cancelled else title,
            place=str(loan.library),
            text=loan.get_comes_from_display(),
            url=settings.SITE_URL + reverse("kits:loans"),
            cancelled=is_cancelled,
        )
