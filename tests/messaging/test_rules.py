"""Family to school, school to family, and no broadcast."""

from apps.messaging.rules import Correspondent, Side, is_broadcast, others_side


def person(member_id: int, side: Side) -> Correspondent:
    return Correspondent(member_id, f"M. {member_id}", "Anglais", side)


MOTHER, FATHER = person(1, Side.FAMILY), person(2, Side.FAMILY)
TEACHER, EDUCATOR = person(3, Side.SCHOOL), person(4, Side.SCHOOL)
CIRCLE = [MOTHER, FATHER, TEACHER, EDUCATOR]


def test_a_mother_writes_to_the_school_and_a_teacher_to_the_family():
    assert others_side(CIRCLE, 1) == [TEACHER, EDUCATOR]
    assert others_side(CIRCLE, 3) == [MOTHER, FATHER]


def test_whoever_is_not_of_the_circle_writes_to_nobody():
    assert others_side(CIRCLE, 9) == []


def test_a_teacher_of_her_own_child_writes_to_all_but_herself():
    both = [MOTHER, FATHER, person(1, Side.SCHOOL), TEACHER]
    assert others_side(both, 1) == [FATHER, TEACHER]


def test_both_guardians_together_are_no_broadcast_two_teachers_are():
    assert not is_broadcast([MOTHER, FATHER])
    assert not is_broadcast([TEACHER])
    assert not is_broadcast([TEACHER, person(3, Side.FAMILY)])
    assert is_broadcast([TEACHER, EDUCATOR])
    assert is_broadcast([MOTHER, EDUCATOR])
