"""What waits for a person in the networks, for the home page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Membership, Network


def to_admit(user):
    """People who ask to join the networks that `user` runs."""
    return Membership.objects.waiting().filter(network__in=Network.objects.active().run_by(user).values("pk"))


def to_answer(user):
    """Invitations that wait for `user`."""
    return Membership.objects.filter(person=user, state=Membership.State.INVITED, network__closed_on=None)


def of_staff(libraries):
    """[(network, [people])] of the staff of `libraries`. One query."""
    rows = Membership.objects.members().filter(person__library__in=libraries, network__closed_on=None)
    rows = rows.select_related("network", "person").only(
        *(f"network__{name}" for name in ("name_fi", "name_sv")),
        *(f"person__{name}" for name in ("first_name", "last_name", "email")),
    )
    found = {}
    for row in rows.order_by("network", "person__last_name", "pk"):
        found.setdefault(row.network_id, (row.network, []))[1].append(row.person)
    return list(found.values())


def waiting_for(user):
    """Items of "waits for you": dicts with "text" and "url", by network. One query."""
    rows = (to_admit(user) | to_answer(user)).select_related("network__region").order_by("state_since", "pk")
    items = {}
    for row in rows[:50]:
        network = row.network
        if row.person_id == user.pk:
            items[network.pk, True] = {
                "text": _("You are invited to a network: %(network)s") % {"network": network},
                "url": network.get_absolute_url(),
            }
        else:
            items.setdefault(
                (network.pk, False),
                {
                    "text": _("Somebody asks to join: %(network)s") % {"network": network},
                    "url": reverse("networks:desk", args=[network.pk]),
                },
            )
    return list(items.values())
