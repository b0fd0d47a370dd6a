"""The whole portal, as people use it: real web, worker, relay and sweep, real browsers."""

import pytest

from apps.accounts.models import Role, User
from apps.core.tenancy import in_school
from tests.factories.schools import SchoolFactory
from tests.world import World, build_world

PASSWORD = "mot-de-passe-1"


@pytest.fixture
def school(transactional_db):
    """A school that the portal's own processes see: its rows are committed."""
    return SchoolFactory(name="Collège Sainte-Anne")


@pytest.fixture
def world(school) -> World:
    """A class of 42, the parent of its first pupil, its teacher: they have passwords."""
    with in_school(school.pk):
        world = build_world(pupils=42, subjects=2, columns=1)
    for role in (Role.GUARDIAN, Role.TEACHER, Role.EDUCATOR):
        user = world.members[role].user
        user.set_password(PASSWORD)
        user.save()
    mother = world.members[Role.GUARDIAN].user
    User.objects.filter(pk=mother.pk).update(phone="+2250707000001")
    return world


def sign_in(page, address: str, name: str, then: str = "/") -> None:
    """As anyone does: a name or a number, a password, one button."""
    page.goto(f"{address}{then}")
    page.get_by_label("Téléphone, identifiant ou e-mail").fill(name)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_load_state()
