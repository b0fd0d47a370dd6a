"""What other modules may ask of messaging, and the verbs that loaders use."""

from apps.accounts.models import Member

from .past import PastThread, load_past_threads
from .permissions import CORRESPONDENTS, writable_to
from .selectors import Inbox, inbox
from .services import mark_read, post_message, start_thread

__all__ = [
    "CORRESPONDENTS",
    "Inbox",
    "PastThread",
    "inbox",
    "load_past_threads",
    "mark_read",
    "post_message",
    "stamp",
    "start_thread",
    "unread_by_student",
    "unread_count",
    "writable_to",
]


def unread_count(member: Member) -> int:
    """The messages that the member has not read. One query."""
    return inbox(member).unread


def unread_by_student(member: Member, student_ids: list[int]) -> dict[int, int]:
    """The same about each of these pupils, zero included. One query."""
    unread = inbox(member).by_student
    return {student_id: unread.get(student_id, 0) for student_id in student_ids}


def stamp(member: Member) -> str:
    """Changes with each message to or from the member, and each reading: a part of an ETag. One query."""
    return inbox(member).stamp
