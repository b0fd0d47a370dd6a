"""A member's prepared query is that of her roles of the day; the person of a session is read each time."""

from datetime import date

import pytest

from apps.accounts.api import prepared_for_member
from apps.accounts.models import Member, Role
from apps.core.clock import today
from apps.core.prepared import prepared
from apps.people.models import Student
from tests.factories.accounts import MemberFactory
from tests.factories.people import StudentFactory


@prepared_for_member
def pupils(member: Member, on: date):
    """Everyone for an educator, himself for a pupil, nobody for the others."""
    if member.holds(Role.EDUCATOR):
        return Student.objects.order_by("pk").values_list("pk")
    mine = Student.objects.filter(member=member) if member.holds(Role.STUDENT) else Student.objects.none()
    return mine.order_by("pk").values_list("pk")


def test_each_set_of_roles_has_its_own_rows_and_each_member_hers(school):
    educator, teacher, one, other = (
        MemberFactory(roles=[role]) for role in (Role.EDUCATOR, Role.TEACHER, Role.STUDENT, Role.STUDENT)
    )
    ones, others = (StudentFactory(member=member).pk for member in (one, other))
    for member, expected in ((educator, [ones, others]), (teacher, []), (one, [ones]), (other, [others])):
        known = Member.objects.with_roles(today()).get(pk=member.pk)
        assert [pk for (pk,) in pupils(known, today())] == expected


def test_what_is_asked_while_a_query_is_built_is_refused(school):
    @prepared
    def baked(pk: int):
        return Student.objects.filter(pk__in=list(Student.objects.values_list("pk", flat=True)))

    with pytest.raises(TypeError, match="asks the database nothing"):
        baked(1)


def test_an_account_that_closes_closes_at_the_next_reading(school, client):
    user = MemberFactory(roles=[Role.TEACHER]).user
    client.force_login(user)
    assert client.get(f"/{school.slug}/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get(f"/{school.slug}/").status_code == 302
