"""What a page weighs and what it asks of the database, at any size of class."""

import gzip

import pytest
from django.db import connection

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from tests.architecture.pages import ANYONE, SCHOOL, SIGNED_IN
from tests.factories.schools import SchoolFactory
from tests.world import build_world

MEASURED = [
    name
    for name, page in SCHOOL.items()
    if page.method == "get" and page.opens_for not in (ANYONE, SIGNED_IN)
]


@pytest.fixture(scope="module")
def sizes():
    return {}


def measure(client, path_to, count_queries, name: str, pupils: int) -> tuple[int, int]:
    """The queries and the gzipped bytes of a page in a school of its own with so many pupils."""
    page = SCHOOL[name]
    world = build_world(pupils=pupils)
    role = next(role for role in Role if role in page.opens_for)
    client.force_login(world.members[role].user)
    address = path_to(name, *page.about(world)) + page.query
    client.get(address)  # sessions and connections warm
    answers = []
    queries = count_queries(lambda: answers.append(client.get(address)))
    assert answers[0].status_code == page.status
    return queries, len(gzip.compress(answers[0].content))


@pytest.mark.parametrize("name", MEASURED)
def test_sixty_pupils_cost_no_more_queries_than_three(client, path_to, count_queries, name, school):
    page = SCHOOL[name]
    few, _ = measure(client, path_to, count_queries, name, 3)
    neighbour = SchoolFactory()
    with in_school(neighbour.pk):
        school.slug = neighbour.slug
        many, weight = measure(client, path_to, count_queries, name, 60)
    print(f"{name}: {many} queries, {weight} bytes")  # noqa: T201
    assert few == many <= page.queries
    assert weight <= page.weight
    assert not connection.needs_rollback
