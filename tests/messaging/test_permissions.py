"""Who reads what, who may write to whom: on each side of every line."""

from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.core.clock import now, today
from apps.core.sockets import read_ticket
from apps.core.tenancy import in_school
from apps.messaging.permissions import (
    SALT,
    discussed_students,
    readable_threads,
    sign_ticket,
    writable_to,
)
from tests.factories.accounts import MemberFactory
from tests.factories.messaging import make_pair, make_thread
from tests.factories.people import GuardianFactory, GuardianshipFactory, StudentFactory
from tests.factories.schools import SchoolFactory

YESTERDAY = today() - timedelta(days=1)


def names(member, student, on=None):
    return [str(person) for person in writable_to(member, student, on or today())]


def test_a_mother_writes_to_who_teaches_her_child_and_to_vie_scolaire(pair):
    educator = MemberFactory(roles=[Role.EDUCATOR], user__civility="M.", user__last_name="Brou")
    MemberFactory(roles=[Role.SECRETARY])
    MemberFactory(roles=[Role.TEACHER])  # of others
    assert names(pair.mother, pair.student) == ["Mme Diop, Mathématiques", "M. Brou, éducateur"]
    assert names(educator, pair.student) == ["Fatou Bamba, mère"]


def test_a_teacher_writes_to_the_guardians_who_may_sign_in(pair):
    father = GuardianshipFactory(
        student=pair.student, guardian=GuardianFactory(active=True), relation="father"
    )
    GuardianshipFactory(student=pair.student)  # has no access yet
    assert {person.member_id for person in writable_to(pair.teacher, pair.student, today())} == {
        pair.mother.pk,
        father.guardian.member_id,
    }


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.BURSAR, Role.STUDENT])
def test_the_other_offices_and_the_pupils_write_to_nobody(pair, role):
    other = MemberFactory(roles=[role])
    assert names(other, pair.student) == []
    assert not discussed_students(other, today()).exists()


def test_a_mother_writes_about_no_other_child(pair):
    stranger = make_pair()
    assert names(pair.mother, stranger.student) == []
    assert list(discussed_students(pair.mother, today())) == [pair.student]
    assert list(discussed_students(pair.teacher, today())) == [pair.student]


def test_vie_scolaire_may_write_about_everyone(pair):
    StudentFactory()
    assert discussed_students(MemberFactory(roles=[Role.EDUCATOR]), today()).count() == 2


def end_the_course(pair):
    pair.course.teachers.update(until=YESTERDAY)


def end_the_care(pair):
    type(pair.care).objects.filter(pk=pair.care.pk).update(until=YESTERDAY)


def end_the_enrolment(pair):
    type(pair.enrolment).objects.filter(pk=pair.enrolment.pk).update(until=YESTERDAY)


def end_the_role(pair):
    pair.teacher.held_roles.update(until=YESTERDAY)


def shut_the_account(pair):
    pair.teacher.user.is_active = False
    pair.teacher.user.save()


@pytest.mark.parametrize(
    "end", [end_the_course, end_the_care, end_the_enrolment, end_the_role, shut_the_account]
)
def test_a_right_that_ended_yesterday_opens_nothing_today(pair, end):
    end(pair)
    assert names(pair.mother, pair.student) == []
    assert names(pair.teacher, pair.student) == []


def test_a_thread_is_read_by_those_who_take_part_and_by_nobody_else(pair, thread):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True)).guardian.member
    principal = MemberFactory(roles=[Role.PRINCIPAL])
    assert list(readable_threads(pair.mother)) == list(readable_threads(pair.teacher)) == [thread]
    for outsider in (father, principal, make_pair().mother):
        assert not readable_threads(outsider).exists()


def test_another_school_reads_nothing(pair, thread):
    with in_school(SchoolFactory().pk):
        their_thread = make_thread(make_pair())
        assert not readable_threads(pair.mother).exists()
    assert not readable_threads(pair.mother).filter(pk=their_thread.pk).exists()


def test_a_ticket_says_who_and_what_and_cannot_be_made_up(pair, thread):
    ticket = sign_ticket(pair.mother, thread)
    assert read_ticket(ticket, salt=SALT, length=3) == [thread.school_id, pair.mother.pk, thread.pk]
    for forged in ("", "x", ticket[:-1], "a" + ticket, ticket.replace(":", "-")):
        assert read_ticket(forged, salt=SALT, length=3) is None


def test_a_ticket_lasts_a_minute(pair, thread, time_machine):
    ticket = sign_ticket(pair.mother, thread)
    time_machine.move_to(now() + timedelta(seconds=61))
    assert read_ticket(ticket, salt=SALT, length=3) is None
