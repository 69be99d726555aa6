"""How often somebody may do something: counted in the cache, which is the database's, for an hour."""

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache

SECONDS = 3600


def too_many(request, what, most):
    """Whether this reader has done `what` more than `most` times within the hour, this time included.

    People are counted by their key, visitors by their address of the net, which is not kept as it is.
    """
    user = request.user
    whose = f"user {user.pk}" if user.is_authenticated else get_adapter(request).get_client_ip(request) or ""
    key = f"{what}:{sha256(f'{settings.SECRET_KEY}{whose}'.encode()).hexdigest()[:32]}"
    cache.add(key, 0, timeout=SECONDS)
    return cache.incr(key) > most
