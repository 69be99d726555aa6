"""What waits for the disk of PostgreSQL while mails go out: taking them, not the note about each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import delivery
from notifications.models import Mail
from tests import builders

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


def test_a_crash_of_the_database_can_lose_the_notes_of_one_batch_at_most():
    if connection.vendor != "postgresql":
        pytest.fail("This is about PostgreSQL: set DATABASE_URL.")
    builders.mails(delivery.BATCH + 1)
    delivery.resting.reset()
    with CaptureQueriesContext(connection) as queries:
        assert delivery.deliver_waiting() == delivery.BATCH + 1
    waits, story = True, []
    for query in queries:
        sql = query["sql"]
        if "synchronous_commit" in sql:
            waits = sql.startswith("RESET")
        elif sql.startswith("UPDATE"):
            story.append("taken" if "'sending'" in sql else "noted")
            assert waits == (story[-1] == "taken"), sql
    assert story == ["taken", *["noted"] * delivery.BATCH, "taken", "noted"] and waits
    assert not Mail.objects.exclude(state=Mail.State.SENT).exists()
