"""Between tests the database is emptied of everything, what is written once as well, and nothing else changes."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from budgets import actions
from budgets.models import PlanSnapshot
from tests import builders, emptying

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


def holding():
    """The tables that hold something."""
    with connection.cursor() as cursor:
        every = connection.introspection.django_table_names(only_existing=True, include_views=False)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in every))
        return {name for (name,) in cursor.fetchall()}


def names():
    return [list(model.objects.order_by("pk").values_list()) for model in (ContentType, Permission)]


def test_nothing_is_left_but_the_names_of_models_and_permissions(coordinator, training):
    before = names()
    plan = builders.plan(training.region)
    actions.commit(builders.expense(plan, by=coordinator), 10, by=coordinator)
    PlanSnapshot.objects.create(plan=plan, number=1, made_by=coordinator, contents={})
    assert {"budgets_booking", "budgets_plansnapshot", "trainings_training"} <= holding()
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    assert holding() == emptying.STAYS
    assert names() == before
