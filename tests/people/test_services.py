"""Pupils come, move and leave; responsables are let in."""

from datetime import date

import pytest

from apps.accounts.models import Role
from apps.accounts.services import MayNotGrant
from apps.classes.models import Enrolment
from apps.classes.services import AlreadyInClass, place, withdraw
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from apps.people.services import HasAccess, give_access, join_access
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.classes import YEAR_OPENS, ClassGroupFactory
from tests.factories.people import GuardianFactory, StudentFactory


@pytest.fixture
def secretary(school):
    return MemberFactory(roles=[Role.SECRETARY])


@pytest.fixture
def student(school):
    return StudentFactory()


def spans(student) -> list[tuple]:
    rows = Enrolment.objects.filter(student=student).order_by("since")
    return [(row.class_group_id, row.since, row.until) for row in rows]


def test_a_pupil_comes_in_week_six_moves_and_leaves(student, secretary):
    first, second = ClassGroupFactory(), ClassGroupFactory()
    place(student=student, in_class=first, since=date(2026, 10, 12), by=secretary)
    place(student=student, in_class=second, since=date(2026, 11, 2), by=secretary)
    withdraw(student=student, until=date(2026, 11, 20), by=secretary)
    assert spans(student) == [
        (first.pk, date(2026, 10, 12), date(2026, 11, 1)),
        (second.pk, date(2026, 11, 2), date(2026, 11, 20)),
    ]
    facts = RecordedEvent.objects.order_by("pk").values_list("name", flat=True)
    assert list(facts) == ["classes.StudentEnrolled", "classes.StudentEnrolled", "classes.StudentLeft"]


def test_placing_twice_is_placing_once(student, secretary):
    its_class = ClassGroupFactory()
    for _ in range(2):
        place(student=student, in_class=its_class, since=YEAR_OPENS, by=secretary)
    assert spans(student) == [(its_class.pk, YEAR_OPENS, None)]
    assert RecordedEvent.objects.count() == 1


def test_nobody_moves_to_before_she_came(student, secretary):
    place(student=student, in_class=ClassGroupFactory(), since=date(2026, 10, 12), by=secretary)
    for since in (date(2026, 10, 12), date(2026, 9, 7)):
        with pytest.raises(AlreadyInClass):
            place(student=student, in_class=ClassGroupFactory(), since=since, by=secretary)
    assert len(spans(student)) == 1


def test_whoever_left_may_come_back(student, secretary):
    its_class = ClassGroupFactory()
    place(student=student, in_class=its_class, since=YEAR_OPENS, by=secretary)
    withdraw(student=student, until=date(2026, 10, 2), by=secretary)
    place(student=student, in_class=its_class, since=date(2026, 11, 3), by=secretary)
    assert [until for _, _, until in spans(student)] == [date(2026, 10, 2), None]


def test_leaving_twice_is_leaving_once(student, secretary):
    assert withdraw(student=student, until=today(), by=secretary) is None
    place(student=student, in_class=ClassGroupFactory(), since=YEAR_OPENS, by=secretary)
    withdraw(student=student, until=date(2026, 11, 20), by=secretary)
    assert withdraw(student=student, until=date(2026, 11, 10), by=secretary) is None


@pytest.mark.parametrize(
    ("person", "role"), [(StudentFactory, Role.STUDENT), (GuardianFactory, Role.GUARDIAN)]
)
def test_an_access_is_given_then_given_again(secretary, person, role):
    someone = person()
    first = give_access(to=someone, by=secretary, at=now())
    someone.refresh_from_db()
    assert someone.member == first.member
    assert first.member.held_roles.get().role == role
    again = give_access(to=someone, by=secretary, at=now())
    assert (again.member, again.username) == (first.member, first.username)
    assert again.code != first.code


def test_two_parents_who_share_a_phone_get_an_access_each(secretary):
    both = [GuardianFactory(phone="+2250748213690") for _ in range(2)]
    slips = [give_access(to=one, by=secretary, at=now()) for one in both]
    assert len({slip.member.user_id for slip in slips}) == 2
    assert {slip.member.user.phone for slip in slips} == {None}, "a contact number proves nothing"


def test_an_educator_lets_nobody_in(school):
    guardian = GuardianFactory()
    with pytest.raises(MayNotGrant):
        give_access(to=guardian, by=MemberFactory(roles=[Role.EDUCATOR]), at=now())
    guardian.refresh_from_db()
    assert guardian.member is None


def test_one_user_is_one_responsable(secretary):
    UserFactory(username="mariam.kone")
    join_access(to=GuardianFactory(), username="mariam.kone", by=secretary, since=today())
    other = GuardianFactory()
    with pytest.raises(HasAccess):
        join_access(to=other, username="mariam.kone", by=secretary, since=today())
    other.refresh_from_db()
    assert other.member is None
