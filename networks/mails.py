"""One function per mail about networks. All are stored with the change that causes them."""

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import override

from notifications.outbox import post


def page_of(network, person):
    with override(person.language):
        return settings.SITE_URL + network.get_absolute_url()


def _address(name, person, *args):
    with override(person.language):
        return settings.SITE_URL + reverse(f"networks:{name}", args=args)


def _there(people):
    return [person for person in people if person.is_active and not person.erased_at]


def leaders_of(network):
    """Whoever decides: the leaders, else the coordinators of the region that runs it."""
    prefetch_related_objects([network], "leaders__person")
    return _there(leader.person for leader in network.leaders.all()) or ake_of(network)


def ake_of(network):
    """The coordinators of the region that runs it."""
    return _there(network.region.coordinators.all())


def _to_person(name, membership, **context):
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
        **context,
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


def still_waiting(membership, person, key):
    """To a leader, or to the AKE when the leaders have been silent: somebody waits for an answer still."""
    network = membership.network
    leaders = leaders_of(network)
    post(
        "networks/still_waiting",
        to=person,
        key=key,
        region=network.region,
        network=network,
        membership=membership,
        asker=membership.person,
        leaders=[] if person in leaders else [str(leader) for leader in leaders],
        page_url=_address("desk", person, network.pk),
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


def removed(membership, gone):
    """To whoever was taken out; the coming gatherings that are `gone` go out of the calendar."""
    _out_of_calendar("removed", membership, gone)


def left(membership, gone):
    """To whoever has left: the coming gatherings that are `gone` go out of the calendar."""
    _out_of_calendar("left", membership, gone)


def _out_of_calendar(name, membership, gone):
    _to_person(name, membership, gone=gone, calendars=[("CANCEL", one.file) for one in gone])
