"""Who may let whom in."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from apps.core.prepared import kinds_of, prepared

from .models import Member, Role, User

_FROM_THE_OFFICE = frozenset({Role.STUDENT, Role.GUARDIAN, Role.TEACHER})
_GIVES = {
    Role.SECRETARY: _FROM_THE_OFFICE,
    Role.DIRECTOR_OF_STUDIES: _FROM_THE_OFFICE | {Role.EDUCATOR},
    Role.PRINCIPAL: frozenset(Role),
    Role.FOUNDER: frozenset(Role),
}


def grantable_roles(by: Member) -> frozenset[Role]:
    """The roles that this member may give and end.

    He may hand a new code only to those who hold none but these: a secretary who could reset the
    head's access would be the head.
    """
    return frozenset().union(*(_GIVES.get(role, frozenset()) for role in by.roles))


def joinable_users(username: str) -> QuerySet[User]:
    """Whom a school may bring in: the bearer of that exact name. A number or an e-mail proves nothing."""
    return User.objects.filter(username=username.strip().lower(), is_active=True, is_staff=False)


class prepared_for_member:  # noqa: N801 a decorator
    """Of a function of a member, and of what `prepared` takes: a prepared query for each set of roles.

    It may ask which roles the member holds, and her number; nothing else of her.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        (member, _), *others = kinds_of(build).items()
        self.kinds = {member: int, **dict(others)}
        self.by_roles: dict[frozenset[Role], prepared] = {}

    def __call__(self, member: Member, *args: Any) -> list:
        if member.roles not in self.by_roles:
            self.by_roles[member.roles] = prepared(self._holding(member.roles), self.kinds)
        return self.by_roles[member.roles](member.pk, *args)

    def _holding(self, roles: frozenset[Role]) -> Callable[..., QuerySet]:
        def rows(member_id: int, *args: Any) -> QuerySet:
            member = Member(pk=member_id)
            member.role_codes = sorted(roles)
            return self.build(member, *args)

        return rows
