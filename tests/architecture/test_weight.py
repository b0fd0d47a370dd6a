"""What a page weighs and what it asks of the database, at any size of class."""

import gzip

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from tests.architecture.pages import ANYONE, SCHOOL, SIGNED_IN
from tests.factories.schools import SchoolFactory
from tests.world import build_world

MEASURED = {
    name: page
    for name, page in SCHOOL.items()
    if page.method == "get" and page.opens_for not in (ANYONE, SIGNED_IN)
}


def reader(page) -> Role:
    """Who opens it here."""
    return next(role for role in Role if role in page.opens_for)


def measure(client, address_in, count_queries, pupils: int) -> dict[str, tuple[int, int]]:
    """Each page's queries and gzipped bytes, in a school of its own with a class of so many."""
    school = SchoolFactory()
    figures = {}
    with in_school(school.pk):
        world = build_world(pupils=pupils)
        signed_in = None
        for name, page in sorted(MEASURED.items(), key=lambda line: reader(line[1])):
            address = address_in(school, name, *page.about(world)) + page.query
            if signed_in != reader(page):
                signed_in = reader(page)
                client.force_login(world.members[signed_in].user)
                client.get(address)  # the session and the connection warm
            answers = []
            queries = count_queries(lambda address=address, seen=answers: seen.append(client.get(address)))
            assert answers[0].status_code == page.status, name
            figures[name] = queries, len(gzip.compress(answers[0].content))
    return figures


def test_sixty_pupils_cost_no_more_queries_than_three(client, address_in, count_queries, db):
    few = measure(client, address_in, count_queries, 3)
    many = measure(client, address_in, count_queries, 60)
    troubles = []
    for name, (queries, weight) in many.items():
        page = MEASURED[name]
        print(f"{name:32} {queries:3} queries, {weight:6} bytes")  # noqa: T201
        if few[name][0] != queries or queries > page.queries or weight > page.weight:
            troubles.append((name, few[name], (queries, weight), "at most", (page.queries, page.weight)))
    assert troubles == []
    assert len(many) >= 20
