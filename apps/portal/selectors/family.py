"""A person's children in all her schools: what each school answers first, then the whole page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from apps.accounts.api import Membership, prepared_for_member
from apps.accounts.models import Member
from apps.attendance import api as attendance
from apps.classes import api as classes
from apps.core.addresses import inside
from apps.core.tenancy import in_school
from apps.grades import api as grades
from apps.messaging import api as messaging
from apps.portal.permissions import FAMILY, own_students
from apps.portal.rules import Said, of, said

FIELDS = ("pk", "first_name", "last_name", "sex", "marks_shown")


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil as her own family knows her."""

    pk: int
    first_name: str
    last_name: str
    is_girl: bool
    marks_shown: bool

    @property
    def of_her(self) -> str:
        return of(self.first_name)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a school answers before any figure is reckoned: everything here may change the page.

    `children` is empty, and so is the rest, where the school is suspended.
    """

    school_id: int
    slug: str
    name: str
    phone: str
    is_suspended: bool
    roles: tuple[str, ...]
    children: tuple[Child, ...] = ()
    days: tuple[tuple[int, attendance.AttendanceSummary], ...] = ()
    unread: int = 0
    unread_of: tuple[tuple[int, int], ...] = ()
    stamps: tuple[tuple[int, tuple[str, str | None]], ...] = ()


def visits(known: Iterable[Membership], on: date) -> list[Visit]:
    """The schools where this person is of a pupil's family. Five statements for each."""
    return [_visit(one, on) for one in known if one.roles & FAMILY]


def _visit(one: Membership, on: date) -> Visit:
    school, suspended = one.school, one.school.suspended_at is not None
    about = (school.pk, school.slug, school.name, school.phone, suspended, tuple(sorted(one.roles)))
    if suspended:
        return Visit(*about)
    with in_school(school.pk, read_only=True):
        rows = _children_of(one.member, on)
        children = tuple(Child(pk, first, last, sex == "F", shown) for pk, first, last, sex, shown in rows)
        ids = [child.pk for child in children]
        inbox = messaging.inbox(one.member)
        return Visit(
            *about,
            children=children,
            days=tuple(sorted(attendance.summaries(ids, on=on).items())),
            unread=inbox.unread,
            unread_of=tuple(sorted(inbox.by_student.items())),
            stamps=tuple(grades.class_stamps(ids).items()),
        )


@prepared_for_member
def _children_of(member: Member, on: date) -> QuerySet:
    return own_students(member, on).in_register_order().values_list(*FIELDS)


@dataclass(frozen=True, slots=True)
class ChildCard:
    """A child on the family's page, with the addresses of her own."""

    child: Child
    school_name: str
    class_name: str
    days: attendance.AttendanceSummary
    marks: grades.StudentSummary | None
    unread: int
    url: str
    absences_url: str
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
        return [line for line in self.days.latest if not line.is_justified]


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """All her children, and the schools that are not open."""

    cards: tuple[ChildCard, ...]
    suspended: tuple[Visit, ...]


def family_page(answers: Iterable[Visit], on: date) -> FamilyPage:
    """The page, from what the schools answered."""
    answers = list(answers)
    cards = [card for visit in answers if visit.children for card in _cards(visit, on)]
    return FamilyPage(tuple(cards), tuple(visit for visit in answers if visit.is_suspended))


def _cards(visit: Visit, on: date) -> Iterable[ChildCard]:
    """Those of a school; marks that are not for her are not even asked for."""
    with in_school(visit.school_id, read_only=True):
        shown = [child.pk for child in visit.children if child.marks_shown]
        hidden = [child.pk for child in visit.children if not child.marks_shown]
        marks = _marks(shown, on, dict(visit.stamps)) if shown else {}
        names = {pk: summary.class_name for pk, summary in marks.items()}
        if hidden:
            names |= {pk: group.name for pk, group in classes.class_groups_of(hidden, on).items()}
    days, unread = dict(visit.days), dict(visit.unread_of)
    return [
        ChildCard(
            child=child,
            school_name=visit.name,
            class_name=names.get(child.pk, ""),
            days=days[child.pk],
            marks=marks.get(child.pk),
            unread=unread.get(child.pk, 0),
            url=inside(visit.slug, "portal:child", child.pk) if child.marks_shown else "",
            absences_url=inside(visit.slug, "portal:child_absences", child.pk),
            messages_url=inside(visit.slug, "messaging:threads"),
        )
        for child in visit.children
    ]


def _marks(student_ids: list[int], on: date, stamps: dict) -> dict[int, grades.StudentSummary]:
    return grades.summaries(student_ids, on=on, audience=grades.Audience.FAMILY, stamps=stamps)
