"""One function per mail about networks. All are stored with the change that causes them."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from notifications.outbox import post


def page_of(network, person):
    with override(person.language):
        return settings.SITE_URL + network.get_absolute_url()


def _address(name, person, *args):
    with override(person.language):
        return settings.SITE_URL + reverse(f"networks:{name}", args=args)


def leaders_of(network):
    """Whoever decides: the leaders, else the coordinators of the region that runs it."""
    led = [leader.person for leader in network.leaders.select_related("person__library__region")]
    active = [person for person in led if person.is_active and not person.erased_at]
    return active or list(network.region.coordinators.active())


def _to_person(name, membership):
    person, network = membership.person, membership.network
    post(
        f"networks/{name}",
        to=person,
        key=f"networks/{name}:{network.pk}:{person.pk}:{membership.state_since.isoformat()}",
        region=network.region,
        network=network,
        membership=membership,
        by=membership.decided_by,
        page_url=page_of(network, person),
    )


def asked(membership):
    """To each leader: somebody would like to join."""
    network = membership.network
    for leader in leaders_of(network):
        post(
            "networks/asked",
            to=leader,
            key=f"networks/asked:{network.pk}:{membership.person_id}:{membership.state_since.isoformat()}:{leader.pk}",
            region=network.region,
            network=network,
            membership=membership,
            asker=membership.person,
            page_url=_address("desk", leader, network.pk),
        )


def accepted(membership):
    """To whoever belongs now: welcome, and what there is for members."""
    _to_person("accepted", membership)


def refused(membership):
    """To whoever was not let in, with the leader's reason if there is one."""
    _to_person("refused", membership)


def invited(membership):
    """To whoever a leader would like to have."""
    _to_person("invited", membership)


def removed(membership):
    """To whoever belongs no more."""
    _to_person("removed", membership)
