"""Discussions of the past, written in bulk and announced to nobody: imports and the demo."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from .models import Message, Participation, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class PastThread:
    """A discussion as it was: (author, instant, text) in order, and how many each member has read."""

    subject: str
    student_id: int
    read_by: Mapping[int, int]
    messages: tuple[tuple[int, datetime, str], ...]


@transaction.atomic
def load_past_threads(threads: Iterable[PastThread]) -> int:
    """Write these discussions and return how many messages they hold. No fact is published."""
    past = list(threads)
    made = Thread.objects.bulk_create(
        [
            Thread(
                subject=one.subject,
                student_id=one.student_id,
                started_at=one.messages[0][1],
                last_sequence=len(one.messages),
                last_message_at=one.messages[-1][1],
            )
            for one in past
        ]
    )
    pairs = list(zip(made, past, strict=True))
    Participation.objects.bulk_create(
        [
            Participation(
                thread=thread,
                member_id=member_id,
                last_read=read,
                read_at=one.messages[read - 1][1] if read else None,
            )
            for thread, one in pairs
            for member_id, read in one.read_by.items()
        ]
    )
    messages = Message.objects.bulk_create(
        [
            Message(thread=thread, sequence=sequence, author_id=author_id, sent_at=sent_at, body=body)
            for thread, one in pairs
            for sequence, (author_id, sent_at, body) in enumerate(one.messages, start=1)
        ]
    )
    return len(messages)
