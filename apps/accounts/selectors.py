"""What pages of no school show of a person's schools."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from apps.core.tenancy import all_schools
from apps.schools.models import School

from .models import Member, MemberRole, Role, User


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in one of her schools, with the roles of the day."""

    school: School
    member: Member
    roles: frozenset[Role]


def memberships(user: User, on: date) -> list[Membership]:
    """Every school that knows this person on that day, by name. One query, and the scope's own."""
    with all_schools(reason="a person's own schools, before she has chosen one"):
        held = MemberRole.objects.held(on).filter(member__user=user).select_related("member__school")
        roles: dict[Member, set[Role]] = defaultdict(set)
        for row in held.order_by("member__school__name", "pk"):
            roles[row.member].add(Role(row.role))
    return [_membership(member, frozenset(its)) for member, its in roles.items()]


def _membership(member: Member, roles: frozenset[Role]) -> Membership:
    member.role_codes = sorted(roles)
    return Membership(member.school, member, roles)
