"""What other modules may ask of messaging, and the verbs that loaders use."""

from apps.accounts.models import Member

from .past import PastThread, load_past_threads
from .permissions import CORRESPONDENTS, writable_to
from .selectors import Inbox, ThreadLine, inbox, thread_lines
from .services import mark_read, post_message, start_thread

__all__ = [
    "CORRESPONDENTS",
    "Inbox",
    "PastThread",
    "ThreadLine",
    "inbox",
    "load_past_threads",
    "mark_read",
    "post_message",
    "stamp",
    "start_thread",
    "thread_lines",
    "unread_count",
    "writable_to",
]


def unread_count(member: Member) -> int:
    """The messages that the member has not read. One query."""
    return inbox(member).answer().unread


def stamp(member: Member) -> str:
    """Changes with each message to or from the member, and each reading: a part of an ETag. One query."""
    return inbox(member).answer().stamp
