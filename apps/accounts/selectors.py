"""A person's schools; what was done in the admin, and to a row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import Field, Model, QuerySet

from apps.core.prepared import prepared, prepared_shared
from apps.core.tenancy import all_schools
from apps.schools.models import School

from .models import Member, MemberQuerySet, OfficeAction, PhoneProof, Role, User
from .rights import may


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in one of her schools, with the roles of the day."""

    school: School
    member: Member
    roles: frozenset[Role]

    @property
    def writer(self) -> str:
        """Whose work her browser's queue keeps: "sainte-anne/42"."""
        return f"{self.school.slug}/{self.member.pk}"


def memberships(user: User, on: date) -> list[Membership]:
    """Every school that knows this person on that day, by name. One query, and the scope's own."""
    with all_schools(reason="a person's own schools, before she has chosen one"):
        members = _members_of(user.pk, on)
    return [Membership(member.school, member, member.roles) for member in members if member.roles]


@prepared
def _members_of(user_id: int, on: date) -> MemberQuerySet:
    members = Member.objects.with_roles(on).filter(user=user_id).select_related("school")
    return members.order_by("school__name", "pk")


def member_of(user: User, on: date) -> Member | None:
    """This person in the school in scope, with the roles of the day. One query."""
    return next(iter(_members_of(user.pk, on)), None)


@prepared_shared
def _users(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)


def user_of(user_id: int) -> User | None:
    """The person of that number. One query."""
    return next(iter(_users(user_id)), None)


def phone_in_proof(user: User, at: datetime) -> PhoneProof | None:
    """The latest number that waits for its code to be typed. One query."""
    return PhoneProof.objects.live(at).filter(user=user).order_by("-pk").first()


def latest_actions(member: Member, count: int = 10) -> list[OfficeAction]:
    """What was done last in the admin: by all for the direction, by herself for the others. One query."""
    actions = OfficeAction.objects.select_related("member__user").order_by("-done_at", "-pk")
    if not may(member, "view", OfficeAction):
        actions = actions.filter(member=member)
    return list(actions[:count])


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of a row: when, by whom, what."""

    at: datetime
    by: str
    what: str
    detail: str


def last_act_on(row: Model) -> HistoryLine | None:
    """The last action of the office on a row, its edits left aside; None when there is none. One query."""
    acts = OfficeAction.objects.filter(
        model=row._meta.label_lower, object_id=row.pk, kind=OfficeAction.Kind.DONE
    )
    act = acts.select_related("member__user").order_by("-done_at", "-pk").first()
    return act and HistoryLine(act.done_at, str(act.member), act.get_kind_display(), act.detail)


def history_of(row: Model) -> list[HistoryLine]:
    """All that is known of the changes of a row, latest first: the office's acts, the triggers' history."""
    acts = OfficeAction.objects.filter(model=row._meta.label_lower, object_id=row.pk)
    lines = [
        HistoryLine(act.done_at, str(act.member), act.get_kind_display(), act.detail)
        for act in acts.select_related("member__user")
    ]
    return sorted([*lines, *_kept_history_of(row)], key=lambda line: line.at, reverse=True)


_LABELS = {"insert": "création", "update": "modification", "delete": "suppression"}


def _kept_history_of(row: Model) -> list[HistoryLine]:
    """The triggers' history of a model that keeps one (core/history.py), each version beside the last."""
    tables = [model for model in apps.get_models() if getattr(model, "pgh_tracked_model", None) is type(row)]
    if not tables:
        return []
    versions = list(tables[0].objects.filter(pgh_obj=row.pk).order_by("pgh_id"))
    authors = {(version.pgh_context or {}).get("member") for version in versions} - {None}
    names = {one.pk: str(one) for one in Member.objects.filter(pk__in=authors).select_related("user")}
    return [
        HistoryLine(
            version.pgh_created_at,
            names.get((version.pgh_context or {}).get("member"), "–"),
            _LABELS.get(version.pgh_label, version.pgh_label),
            _difference(before, version, row),
        )
        for before, version in zip([None, *versions], versions, strict=False)
    ]


def _difference(before: Model | None, after: Model, row: Model) -> str:
    changed = [
        f"{field.verbose_name} : {_said(before, field)} → {_said(after, field)}"
        for field in row._meta.concrete_fields
        if before is not None
        and hasattr(after, field.attname)
        and getattr(before, field.attname) != getattr(after, field.attname)
    ]
    return ", ".join(changed)


def _said(version: Model, field: Field) -> str:
    value = getattr(version, field.attname)
    return "–" if value in (None, "") else str(dict(field.flatchoices).get(value, value))
