"""What messaging announces."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """Someone wrote in a thread; sequence 1 began it."""

    thread_id: int
    sequence: int


@dataclass(frozen=True, kw_only=True)
class MessagesRead(Event):
    """Someone has read a thread as far as this sequence."""

    thread_id: int
    sequence: int
