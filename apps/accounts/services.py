"""Verbs that write who may come in, and what they are in a school."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from .models import Member, MemberRole, Role, User


def enter_users(users: Iterable[User]) -> list[User]:
    """New people in bulk, of no school yet. A name or a phone that is taken raises IntegrityError."""
    return User.objects.bulk_create(users)


@transaction.atomic
def enter_members(users: Iterable[User], *roles: Role, since: date) -> list[Member]:
    """Make these people, unknown to the school in scope, its members with these roles, in the order given."""
    members = Member.objects.bulk_create(Member(user=user) for user in users)
    MemberRole.objects.bulk_create(
        MemberRole(member=member, role=role, since=since) for member in members for role in roles
    )
    return members
