"""A parent's discussions in all her schools."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.accounts.api import Membership
from apps.accounts.models import Role
from apps.core.addresses import inside
from apps.core.tenancy import in_school
from apps.messaging import api as messaging


@dataclass(frozen=True, slots=True)
class SchoolMessages:
    """The latest discussions in one school, each with its address; `has_more` are on its own page."""

    school_id: int
    school_name: str
    unread: int
    lines: tuple[tuple[messaging.ThreadLine, str], ...]
    has_more: bool
    url: str
    write_url: str


@dataclass(frozen=True, slots=True)
class FamilyMessages:
    """One part for each school that is open."""

    schools: tuple[SchoolMessages, ...]


def writes_as_family(one: Membership) -> bool:
    """Whether somebody writes to a school, open today, about a child of hers."""
    return Role.GUARDIAN in one.roles and not one.school.suspended_at


def family_messages(known: Iterable[Membership], on: date) -> FamilyMessages:
    """Seven statements for each school where this person answers for a pupil."""
    return FamilyMessages(tuple(_of(one, on) for one in known if writes_as_family(one)))


def _of(one: Membership, on: date) -> SchoolMessages:
    slug = one.school.slug
    with in_school(one.school.pk, read_only=True):
        page, lines = messaging.thread_lines(one.member, "", None, on)
        unread = messaging.unread_count(one.member)
    return SchoolMessages(
        school_id=one.school.pk,
        school_name=one.school.name,
        unread=unread,
        lines=tuple((line, inside(slug, "messaging:thread", line.pk)) for line in lines),
        has_more=page.has_next(),
        url=inside(slug, "messaging:threads"),
        write_url=inside(slug, "messaging:new"),
    )
