"""Verbs that write who may come in, and what they are in a school."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.timezone import localdate

from apps.accounts.events import AccessIssued, RoleEnded, RoleGiven
from apps.accounts.models import Member, MemberRole, OfficeAction, Role, User
from apps.accounts.permissions import grantable_roles, joinable_users
from apps.accounts.rules import CODE_IS_VALID, free_username, new_code, username_stem
from apps.core.events import publish
from apps.core.tenancy import all_schools, current_school_id, in_school


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


@dataclass(frozen=True, slots=True)
class Slip:
    """What the school hands over on paper. The code exists here and nowhere else: it is stored hashed."""

    member: Member
    username: str
    code: str


class BelongsElsewhere(Exception):
    """The person has roles in another school too (or runs the portal): no single school resets her access."""


class MayNotGrant(Exception):
    """This member may neither give nor end such a role, nor reset those who hold it."""


class Unknown(Exception):
    """Nobody signs in under that name."""


class PhoneIsTaken(Exception):
    """Somebody signs in with that number: a number alone never joins two people."""


def choose_password(*, user: User, password: str) -> None:
    """A password of the person's own; her other devices are signed out."""
    user.set_password(password)
    user.must_change_password, user.code_expires_at = False, None
    user.save(update_fields=["password", "must_change_password", "code_expires_at"])


@transaction.atomic
def rename(
    *, member: Member, first_name: str, last_name: str, by: Member, on: date, civility: str | None = None
) -> None:
    """A name was misspelt. The name to sign in stays: it is on paper.

    Raises MayNotGrant, BelongsElsewhere (her name is then another school's too).
    """
    user = _alone_at_hand(member, by, on)
    user.first_name, user.last_name = first_name, last_name
    if civility is not None:
        user.civility = civility
    user.save(update_fields=["first_name", "last_name", "civility"])


@transaction.atomic
def give_role(*, member: Member, role: Role, since: date, by: Member) -> MemberRole:
    """From that day on, the member holds the role; one that she holds already stays. Raises MayNotGrant."""
    _refuse_ungrantable(by, [role])
    held, is_new = MemberRole.objects.get_or_create(
        member=member, role=role, until=None, defaults={"since": since}
    )
    if is_new:
        publish(RoleGiven(member_id=member.pk, role=role, since=str(since), by_id=by.pk))
    return held


@transaction.atomic
def end_role(*, held: MemberRole, until: date, by: Member) -> None:
    """That day is the last one of the role (or its first, if it had not begun). Raises MayNotGrant."""
    _refuse_ungrantable(by, [Role(held.role)])
    held.until = max(until, held.since)
    held.save(update_fields=["until"])
    publish(RoleEnded(member_id=held.member_id, role=held.role, until=str(held.until), by_id=by.pk))


@transaction.atomic
def open_access(
    *, first_name: str, last_name: str, role: Role, by: Member, at: datetime, civility: str = ""
) -> Slip:
    """A new person of the school in scope, with her role and a one-time code.

    Always a new user: a name or a phone number proves nothing. Who signs in already is brought in by `join`.
    Raises MayNotGrant.
    """
    _refuse_ungrantable(by, [role])
    user = _new_user(first_name, last_name, civility)
    code = _set_code(user, at)
    member = Member.objects.create(user=user)
    give_role(member=member, role=role, since=localdate(at), by=by)
    publish(AccessIssued(member_id=member.pk, is_reset=False, by_id=by.pk))
    return Slip(member, user.username, code)


@transaction.atomic
def open_first_access(
    *, first_name: str, last_name: str, civility: str, phone: str | None, role: Role, at: datetime
) -> Slip:
    """The first person of a new school, in whose name everybody else comes in: the operator's act.

    `phone` (E.164) is one that she was seen to answer. Raises PhoneIsTaken.
    """
    if phone and User.objects.filter(phone=phone).exists():
        raise PhoneIsTaken(phone)
    user = _new_user(first_name, last_name, civility)
    user.phone = phone
    user.save(update_fields=["phone"])
    code, since = _set_code(user, at), localdate(at)
    [member] = enter_members([user], role, since=since)
    publish(RoleGiven(member_id=member.pk, role=role, since=str(since)))
    publish(AccessIssued(member_id=member.pk, is_reset=False))
    return Slip(member, user.username, code)


@transaction.atomic
def join(*, username: str, role: Role, by: Member, since: date) -> Member:
    """Bring in someone who signs in elsewhere, by the exact name that she gives; she keeps her password.

    Raises MayNotGrant, Unknown.
    """
    _refuse_ungrantable(by, [role])
    user = joinable_users(username).first()
    if user is None:
        raise Unknown(username)
    member, _ = Member.objects.get_or_create(user=user)
    give_role(member=member, role=role, since=since, by=by)
    return member


@transaction.atomic
def reset_access(*, member: Member, by: Member, at: datetime) -> Slip:
    """A new one-time code for whoever lost hers; her devices are signed out.

    Raises MayNotGrant, BelongsElsewhere.
    """
    user = _alone_at_hand(member, by, localdate(at))
    code = _set_code(user, at)
    publish(AccessIssued(member_id=member.pk, is_reset=True, by_id=by.pk))
    return Slip(member, user.username, code)


def reset_access_as_operator(*, username: str, at: datetime) -> str:
    """The new one-time code of anyone, written in the journal of each of her schools. Raises Unknown."""
    with all_schools(reason="the operator resets the access of a person of several schools"):
        user = User.objects.select_for_update().filter(username=username.strip().lower()).first()
        if user is None:
            raise Unknown(username)
        code = _set_code(user, at)
        for member in Member.objects.filter(user=user).order_by("pk"):
            with in_school(member.school_id):
                publish(AccessIssued(member_id=member.pk, is_reset=True))
    return code


def _refuse_ungrantable(by: Member, roles: Iterable[Role]) -> None:
    if not set(roles) <= grantable_roles(by):
        raise MayNotGrant


def _alone_at_hand(member: Member, by: Member, on: date) -> User:
    """The user behind a member, locked, if one school may change her; else MayNotGrant, BelongsElsewhere."""
    held = MemberRole.objects.current_or_coming(on).filter(member=member)
    _refuse_ungrantable(by, [Role(row.role) for row in held])
    user = User.objects.select_for_update().get(pk=member.user_id)
    if user.is_staff or user.is_superuser or _belongs_elsewhere(user, on):
        raise BelongsElsewhere
    return user


def _belongs_elsewhere(user: User, on: date) -> bool:
    here = current_school_id()
    with all_schools(reason="whether a person belongs to another school too"):
        held = MemberRole.objects.current_or_coming(on).filter(member__user=user)
        return held.exclude(school=here).exists()


def _new_user(first_name: str, last_name: str, civility: str) -> User:
    """Under a sign-in name that nobody has; two secretaries who want one at once both get theirs."""
    stem = username_stem(first_name, last_name)
    while True:
        taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
        username = free_username(stem, taken)
        user = User(username=username, first_name=first_name, last_name=last_name, civility=civility)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError:
            continue
        return user


def _set_code(user: User, at: datetime) -> str:
    code = new_code()
    user.set_password(code)
    user.must_change_password, user.code_expires_at = True, at + CODE_IS_VALID
    user.save(update_fields=["password", "must_change_password", "code_expires_at"])
    return code


def note_action(*, by: Member, kind: str, row: Model, detail: str, at: datetime) -> OfficeAction:
    """Write an act of the office in the school's own journal."""
    return OfficeAction.objects.create(
        member=by,
        kind=kind,
        model=row._meta.label_lower,
        object_id=row.pk,
        object_name=str(row)[:200],
        detail=detail[:300],
        done_at=at,
    )
