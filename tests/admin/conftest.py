import pytest

from apps.accounts.models import Role
from tests.admin.crowd import crowd


@pytest.fixture
def world(school):
    return crowd(2)


@pytest.fixture
def office(client, world):
    """`office(Role.SECRETARY)`: a browser where that member of the office has signed in."""

    def sign_in(role: Role = Role.PRINCIPAL):
        client.force_login(world.members[role].user)
        return client

    return sign_in
