from functools import partial

import pytest

from apps.accounts.models import Role
from tests.admin.crowd import crowd
from tests.conftest import school_with


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(partial(crowd, 2)))


@pytest.fixture
def world(rows):
    return rows


@pytest.fixture
def office(client, world):
    """`office(Role.SECRETARY)`: a browser where that member of the office has signed in."""

    def sign_in(role: Role = Role.PRINCIPAL):
        client.force_login(world.members[role].user)
        return client

    return sign_in
