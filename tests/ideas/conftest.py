import pytest

from ideas import actions
from tests import builders


@pytest.fixture
def asked(employee, colleague, loviisa):
    """The employee's story of a visit to Loviisa; the colleague there has been asked to check it."""
    idea = builders.idea(
        employee,
        kind="story",
        title_fi="Omatoimi Loviisassa",
        seen_fi="Ovi aukeaa kortilla klo 7.",
        host=loviisa,
        host_contact=colleague,
    )
    return actions.ask_check(idea, employee)
