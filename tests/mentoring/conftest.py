import pytest


@pytest.fixture
def cast_of(employee, colleague, director, coordinator, other_coordinator, superuser, stranger):
    """{name: person} of everybody in the cast."""
    return dict(locals())
