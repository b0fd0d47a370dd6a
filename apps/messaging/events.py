"""What messaging announces."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """Someone wrote in a thread."""

    thread_id: int
    sequence: int
