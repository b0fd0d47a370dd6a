"""Who may let whom in."""

from django.db.models import QuerySet

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
