"""A person's children in all her schools: the whole page, as frozen values that its ETag is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from apps.accounts.api import Membership, prepared_for_member
from apps.accounts.models import Member
from apps.attendance import api as attendance
from apps.classes import api as classes
from apps.core.addresses import inside
from apps.core.prepared import together
from apps.core.tenancy import in_school
from apps.grades import api as grades
from apps.messaging import api as messaging
from apps.portal.permissions import FAMILY, own_students
from apps.portal.rules import Said, of, said

FIELDS = ("pk", "first_name", "last_name", "sex", "marks_shown", "may_justify")


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil as her own family knows her."""

    pk: int
    first_name: str
    last_name: str
    is_girl: bool
    marks_shown: bool
    may_justify: bool

    @property
    def of_her(self) -> str:
        return of(self.first_name)


@dataclass(frozen=True, slots=True)
class ChildCard:
    """A child on the family's page, with the addresses of her own; each answer with where it is said seen."""

    child: Child
    school_name: str
    class_name: str
    days: attendance.AttendanceSummary
    answers: tuple[tuple[attendance.Answer, str], ...]
    marks: grades.StudentSummary | None
    unread: int
    url: str
    absences_url: str
    justify_url: str
    messages_url: str

    @property
    def anchor(self) -> str:
        return f"e{self.child.pk}"

    @property
    def now(self) -> Said:
        return said(self.days.today.code, feminine=self.child.is_girl)

    @property
    def to_justify(self) -> list[attendance.AbsenceLine]:
        """Of the latest; `days.to_justify` counts the others too."""
        return [line for line in self.days.latest if line.is_due]

    @property
    def waiting(self) -> int:
        """How many of the latest wait for the school's answer."""
        return sum(line.waits and not line.is_justified for line in self.days.latest)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a school answers; nothing about anybody where it is suspended."""

    school_id: int
    name: str
    is_suspended: bool
    cards: tuple[ChildCard, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """All her children, and the schools that are not open."""

    visits: tuple[Visit, ...]

    @property
    def cards(self) -> list[ChildCard]:
        return [card for visit in self.visits for card in visit.cards]

    @property
    def suspended(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.is_suspended]


def family_page(known: Iterable[Membership], on: date) -> FamilyPage:
    """The schools where this person is of a pupil's family. Seven statements for each, its scope's with them;
    four more where the children's marks are not kept."""
    return FamilyPage(tuple(_visit(one, on) for one in known if one.roles & FAMILY))


def _visit(one: Membership, on: date) -> Visit:
    school = one.school
    if school.suspended_at:
        return Visit(school.pk, school.name, is_suspended=True)
    with in_school(school.pk, read_only=True):
        rows = _children_of(one.member, on)
        children = [Child(pk, first, last, sex == "F", *rights) for pk, first, last, sex, *rights in rows]
        ids = [child.pk for child in children]
        days, answers, inbox, stamps = together(
            attendance.summaries(ids, on=on),
            attendance.unseen_answers(one.member.pk, ids, on=on),
            messaging.inbox(one.member),
            grades.class_stamps(ids),
        )
        marks = _marks(children, on, stamps)
        names = _class_names(children, on, marks)
    cards = [
        ChildCard(
            child=child,
            school_name=school.name,
            class_name=names.get(child.pk, ""),
            days=days[child.pk],
            answers=tuple(
                (answer, inside(school.slug, "attendance:answer_seen", answer.pk))
                for answer in answers
                if answer.student_id == child.pk
            ),
            marks=marks.get(child.pk),
            unread=inbox.by_student.get(child.pk, 0),
            url=inside(school.slug, "portal:child", child.pk) if child.marks_shown else "",
            absences_url=inside(school.slug, "portal:child_absences", child.pk),
            justify_url=inside(school.slug, "attendance:justify", child.pk) if child.may_justify else "",
            messages_url=inside(school.slug, "messaging:threads"),
        )
        for child in children
    ]
    return Visit(school.pk, school.name, is_suspended=False, cards=tuple(cards), unread=inbox.unread)


@prepared_for_member
def _children_of(member: Member, on: date) -> QuerySet:
    return own_students(member, on).in_register_order().values_list(*FIELDS)


def _marks(children: Iterable[Child], on: date, stamps: grades.Stamps) -> dict[int, grades.StudentSummary]:
    """Marks that are not for her are not even asked for."""
    shown = [child.pk for child in children if child.marks_shown]
    return grades.summaries(shown, on=on, audience=grades.Audience.FAMILY, stamps=stamps) if shown else {}


def _class_names(
    children: Iterable[Child], on: date, marks: dict[int, grades.StudentSummary]
) -> dict[int, str]:
    """Of those whose marks are not for her, too."""
    hidden = [child.pk for child in children if not child.marks_shown]
    groups = classes.class_groups_of(hidden, on) if hidden else {}
    return {pk: summary.class_name for pk, summary in marks.items()} | {
        pk: group.name for pk, group in groups.items()
    }
