"""The menu of a page, by role; nothing is asked before a page draws it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts import api as accounts
from apps.accounts.models import OFFICE, STUDENT_LIFE, Member, Role
from apps.attendance import api as attendance
from apps.core.addresses import inside, outside
from apps.core.clock import today
from apps.core.tenancy import in_school
from apps.messaging import api as messaging
from apps.reports import api as reports

from .permissions import FAMILY, watches_first
from .selectors import writes_as_family


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    label: str
    url: str
    current: bool = False
    count: int = 0


def navigation(request: HttpRequest) -> dict:
    """Template context: `nav`, the entries that this person's roles open; `nav_admin_url` for the office;
    `nav_schools_url`, the way to another school for who works in this one.
    """
    return {
        "nav": SimpleLazyObject(partial(menu, request)),
        "nav_admin_url": SimpleLazyObject(partial(_admin_url, request)),
        "nav_schools_url": SimpleLazyObject(partial(_schools_url, request)),
    }


def menu(request: HttpRequest) -> list[Entry]:
    """The entries in the school of the page; of no school, those of the only one, or the ways to each."""
    if member := getattr(request, "member", None):
        return list(school_menu(request.school.slug, member, request.path, unread_of(request)))
    if not getattr(request, "user", None) or not request.user.is_authenticated or request.school:
        return []
    return portal_menu(memberships_of(request), request.path)


def portal_menu(
    known: list[accounts.Membership], path: str, unread: dict[int, int] | None = None
) -> list[Entry]:
    """The menu of a page of no school; `unread` by school when the page has counted already."""
    if len(known) == 1 and not known[0].school.suspended_at:
        school, member = known[0].school, known[0].member
        count = unread.get(school.pk, 0) if unread is not None else _unread_in(school.pk, member)
        return list(school_menu(school.slug, member, path, count))
    return list(_ways(known, path, unread))


def school_menu(slug: str, member: Member, path: str, unread: int) -> Iterator[Entry]:
    """The menu of a member of that school, on the page at `path`; home first."""
    if only_family(member.roles):
        label = "Famille" if member.holds(Role.GUARDIAN) else "Accueil"
        yield _entry(label, outside("home:family"), path, whole=True)
    elif watches_first(member):
        yield _entry("Journée", inside(slug, "portal:board"), path, whole=True)
    else:
        yield _entry("Accueil", inside(slug, "portal:home"), path, whole=True)
    if member.holds(Role.STUDENT):
        yield _entry("Mes notes", inside(slug, "portal:me"), path)
    if member.holds(Role.TEACHER):
        yield _entry("Notes", inside(slug, "grades:courses"), path)
    yield from _attendance(slug, member, path)
    yield from _papers(slug, member, path)
    yield from _alerts(slug, member, path)
    if member.holds(*messaging.CORRESPONDENTS):
        yield _entry("Messages", inside(slug, "messaging:threads"), path, count=unread)
    if member.holds(*FAMILY) and not only_family(member.roles):
        yield _entry("Famille", outside("home:family"), path, whole=True)
    yield _entry("Compte", outside("account"), path)


def _attendance(slug: str, member: Member, path: str) -> Iterator[Entry]:
    """The roll to whoever calls it, the absences to vie scolaire."""
    absences = inside(slug, "attendance:absences")  # an address under that of roll calls
    if member.holds(*attendance.CALLERS):
        yield _entry(
            "Appel", inside(slug, "attendance:roll_calls"), "" if path.startswith(absences) else path
        )
    if member.holds(*STUDENT_LIFE):
        yield _entry("Absences", absences, path)


def _papers(slug: str, member: Member, path: str) -> Iterator[Entry]:
    """The bulletins, from where one reaches all other papers; to the rest of the staff, these."""
    if member.holds(*reports.PRINTERS):
        yield _entry("Bulletins", inside(slug, "reports:classes"), path)
    elif member.holds(*reports.DOCUMENTED):
        yield _entry("Documents", inside(slug, "reports:documents"), path)


def _alerts(slug: str, member: Member, path: str) -> Iterator[Entry]:
    """What the school told: to vie scolaire all of it, to a guardian her own."""
    received = inside(slug, "notifications:received")  # an address under that of all the alerts
    if member.holds(*STUDENT_LIFE):
        everything = inside(slug, "notifications:deliveries")
        yield _entry("Alertes", everything, "" if path.startswith(received) else path)
    if member.holds(Role.GUARDIAN):
        yield _entry("Alertes reçues", received, path)


def _ways(known: list[accounts.Membership], path: str, unread: dict[int, int] | None) -> Iterator[Entry]:
    """For whoever is of several schools, or of none."""
    roles = frozenset().union(*(one.roles for one in known))
    if roles & FAMILY:
        yield _entry("Famille", outside("home:family"), path, whole=True)
    if parents := [one for one in known if writes_as_family(one)]:
        counted = unread or {}
        count = sum(
            counted[one.school.pk] if one.school.pk in counted else _unread_in(one.school.pk, one.member)
            for one in parents
        )
        yield _entry("Messages", outside("home:messages"), path, count=count)
    if not roles <= FAMILY or not roles:
        yield _entry("Établissements", outside("choose_school"), path)
    yield _entry("Compte", outside("account"), path)


def only_family(roles: frozenset[Role]) -> bool:
    """Whether somebody is of a school as a guardian or a pupil, and in no other way."""
    return roles <= FAMILY


def memberships_of(request: HttpRequest) -> list[accounts.Membership]:
    """The schools of whoever asks, read once per request."""
    if not hasattr(request, "portal_memberships"):
        request.portal_memberships = accounts.memberships(request.user, today())
    return request.portal_memberships


def unread_of(request: HttpRequest) -> int:
    """How many messages wait for the member, read once per request."""
    if not hasattr(request, "portal_unread"):
        writes = request.member.holds(*messaging.CORRESPONDENTS)
        request.portal_unread = messaging.unread_count(request.member) if writes else 0
    return request.portal_unread


def _entry(label: str, url: str, path: str, *, count: int = 0, whole: bool = False) -> Entry:
    return Entry(label, url, path == url or (not whole and path.startswith(url)), count)


def _unread_in(school_id: int, member: Member) -> int:
    if not member.holds(*messaging.CORRESPONDENTS):
        return 0
    with in_school(school_id, read_only=True):
        return messaging.unread_count(member)


def _admin_url(request: HttpRequest) -> str:
    member = getattr(request, "member", None)
    return inside(request.school.slug, "admin:index") if member and member.holds(*OFFICE) else ""


def _schools_url(request: HttpRequest) -> str:
    member = getattr(request, "member", None)
    return outside("choose_school") if member and not only_family(member.roles) else ""
