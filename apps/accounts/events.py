"""What accounts announces. Never the code itself."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AccessIssued(Event):
    """A one-time code was handed out: a first access, or a new one to whoever lost hers."""

    member_id: int
    is_reset: bool


@dataclass(frozen=True, kw_only=True)
class RoleGiven(Event):
    """A member holds a role from a day on."""

    member_id: int
    role: str
    since: str


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Event):
    """A member holds a role no longer after a day."""

    member_id: int
    role: str
    until: str
