"""Admin lists and the first page take the same number of queries with one row and with thirty."""

from datetime import date

import pytest
from django.urls import reverse

from people.models import Branch, Deputy, Library, Municipality, Region, Theme, Topic, User
from tests import builders

QUERIES = {Region: 4, Municipality: 5, Library: 5, Branch: 5, Topic: 4, Theme: 4, User: 5, Deputy: 5}


def fill(region, number, start=0):
    for n in range(start, start + number):
        library = builders.library(region, f"Kirjasto {n}", domain=f"k{n}.example")
        library.director = builders.person(library=library)
        library.save()
        municipality = Municipality.objects.create(
            code=f"{n:03}",
            name_fi=f"Kunta {n}",
            name_sv="",
            province_fi="x",
            province_sv="x",
            region=region,
            library=library,
        )
        Branch.objects.create(name_fi=f"Toimipaikka {n}", library=library, municipality=municipality)
        Deputy.objects.create(
            library=library, person=library.director, first_day=date(2026, 10, 1), last_day=date(2026, 10, 2)
        )
        Topic.objects.create(name_fi=f"Aihe {n}", group="adults")
        Theme.objects.create(name_fi=f"Teema {n}")


@pytest.mark.parametrize("model", QUERIES)
@pytest.mark.parametrize("rows", [1, 30])
def test_admin_list_takes_the_same_queries_at_any_length(
    uusimaa, coordinator, sign_in, django_assert_num_queries, model, rows
):
    fill(uusimaa, rows)
    client = sign_in(coordinator)
    with django_assert_num_queries(QUERIES[model]):
        assert client.get(reverse(f"admin:people_{model._meta.model_name}_changelist")).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_first_page_takes_the_same_queries_at_any_length(
    uusimaa, coordinator, sign_in, django_assert_num_queries, rows
):
    fill(uusimaa, rows)
    for _number in range(rows):
        builders.training(uusimaa)
    client = sign_in(coordinator)
    with django_assert_num_queries(5):
        assert client.get(reverse("admin:index")).status_code == 200
