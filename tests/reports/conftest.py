"""A locked class of three, and its bulletins' facts."""

from dataclasses import dataclass

import pytest

from apps.accounts.models import Member, Role
from apps.classes.models import ClassTerm, Enrolment
from apps.core.clock import now
from apps.reports import services
from apps.reports.rules import ReportCardFacts
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory
from tests.factories.reports import facts
from tests.world import World, build_world


@dataclass
class Locked:
    """Its term in that class, who issues, and what each pupil's bulletin says, by student id."""

    class_term: ClassTerm
    head: Member
    facts: dict[int, ReportCardFacts]

    def issue(self, **changed) -> services.Issued:
        said = self.facts | changed.get("facts", {})
        return services.issue(class_term_id=self.class_term.pk, facts=said, by=self.head, at=now())


def locked_class(pupils: int = 3) -> Locked:
    group = ClassGroupFactory(pupils=pupils, name="3e 2")
    class_term = group.class_terms.get()
    class_term.state = ClassTerm.State.COUNCIL
    class_term.save()
    students = Enrolment.objects.order_by("student__sort_key", "student").values_list("student", flat=True)
    said = {pk: facts(n, name=f"KOUAMÉ Aya {n}") for n, pk in enumerate(students, 1)}
    return Locked(class_term, MemberFactory(roles=[Role.PRINCIPAL]), said)


def locked_world() -> World:
    """One of each, its class in council."""
    world = build_world()
    ClassTerm.objects.filter(pk=world.class_term.pk).update(state=ClassTerm.State.COUNCIL)
    return world


@pytest.fixture
def locked(school) -> Locked:
    return locked_class()
