"""Who sees what families were told, and who writes to them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from apps.accounts.models import STUDENT_LIFE, Member, Role
from apps.classes.models import TeachingGroup, TeachingGroupQuerySet
from apps.people.models import Guardian

from .models import Alert, AlertQuerySet


def visible_alerts(member: Member) -> AlertQuerySet:
    """Vie scolaire and the direction: every alert; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Alert.objects.none()
    return Alert.objects.all()


def received_alerts(member: Member) -> AlertQuerySet:
    """A guardian's own."""
    return Alert.objects.filter(guardian__in=Guardian.objects.filter(member=member))


def writable_groups(member: Member, on: date) -> TeachingGroupQuerySet:
    """The classes of the year in course, to vie scolaire and the direction."""
    if not member.holds(*STUDENT_LIFE):
        return TeachingGroup.objects.none()
    classes = TeachingGroup.objects.whole_classes().filter(year__opens_on__lte=on, year__closes_on__gte=on)
    return classes.order_by("class_group__level__position", "name", "pk")


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the office."""

    page: str
    label: str
    roles: frozenset[Role]
    is_current: bool = False


ACCOUNTS = STUDENT_LIFE | {Role.BURSAR}
REGISTRY = STUDENT_LIFE | {Role.SECRETARY}
BOARDS = (
    Board("notifications:deliveries", "Alertes", STUDENT_LIFE),
    Board("notifications:mailing", "Écrire", STUDENT_LIFE),
    Board("notifications:costs", "Coûts", ACCOUNTS),
    Board("notifications:numbers", "Numéros", REGISTRY),
)


def boards_of(member: Member, current: str) -> list[Board]:
    """Those that open for this person."""
    return [
        replace(board, is_current=board.page == current) for board in BOARDS if member.holds(*board.roles)
    ]


def kinds_with_words(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Those kinds with their French names."""
    return [(kind, label) for kind, label in Alert.Kind.choices if kind in set(kinds)]
