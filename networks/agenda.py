"""What waits for a person in the networks, for the home page."""

from functools import cache

from django.db.models import DateField, F, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from ake_portal.lib.prepared import Prepared
from networks import loan_agenda
from networks.loan_agenda import ROW
from networks.models import Membership, Network

MOST = 200  # rows for one home page


def to_admit(user):
    """People who ask to join the networks that `user` runs."""
    return Membership.objects.waiting().filter(network__in=Network.objects.active().run_by(user).values("pk"))


def to_answer(user):
    """Invitations that wait for `user`."""
    return Membership.objects.filter(person=user, state=Membership.State.INVITED, network__closed_on=None)


@cache
def _members(number):
    """Memberships of the staff of so many libraries."""

    def build(*libraries):
        rows = Membership.objects.members().filter(person__library__in=libraries, network__closed_on=None)
        rows = rows.select_related("network", "person").only(
            *(f"network__{name}" for name in ("name_fi", "name_sv")),
            *(f"person__{name}" for name in ("first_name", "last_name", "email")),
        )
        return rows.order_by("network_id", "person__last_name", "pk")

    return Prepared(build, *[int] * number)


def of_staff(libraries):
    """[(network, [people])] of the staff of `libraries`. One query."""
    found = {}
    for row in _members(len(libraries))(*[library.pk for library in libraries]):
        found.setdefault(row.network_id, (row.network, []))[1].append(row.person)
    return list(found.values())


def waiting_for(user):
    """Items of "waits for you": dicts with "text", "url" and perhaps "detail"; loans first, then by network. One query."""
    asking = (to_admit(user) | to_answer(user)).annotate(
        is_loan=Value(False),
        is_late=Value(False),
        since=F("state_since"),
        about=F("network"),
        name_fi=F("network__name_fi"),
        name_sv=F("network__name_sv"),
        first=Value(None, DateField()),
        last=Value(None, DateField()),
        comes=Value(""),
        library_fi=Value(""),
        library_sv=Value(""),
    )
    loans, asking = (found.order_by().values(*ROW) for found in (loan_agenda.rows(user), asking))
    rows = list(loans.union(asking, all=True).order_by("-is_loan", "since")[:MOST])
    networks = {}
    for row in rows:
        if not row["is_loan"]:
            networks.setdefault((row["about"], row["state"]), _item(row))
    return [*loan_agenda.items([row for row in rows if row["is_loan"]], user), *networks.values()]


def _item(row):
    network = Network(pk=row["about"], name_fi=row["name_fi"], name_sv=row["name_sv"])
    if row["state"] == Membership.State.INVITED:
        return {
            "text": _("You are invited to a network: %(network)s") % {"network": network},
            "url": network.get_absolute_url(),
        }
    return {
        "text": _("Somebody asks to join: %(network)s") % {"network": network},
        "url": reverse("networks:desk", args=[network.pk]),
    }
