"""Sessions in the database, as Django keeps them; the row is read with a prepared query, for every page does."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from ake_portal.lib.prepared import Prepared

ALIVE = Prepared(
    lambda key, now: QuerySet(Session).filter(session_key=key, expire_date__gt=now), str, type(timezone.now())
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        session = ALIVE.first(self.session_key, timezone.now())
        if session is None:
            self._session_key = None
        return session
