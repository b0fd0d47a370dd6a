"""Writing in threads, and saying how far one has read."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Member
from apps.core.events import publish
from apps.core.sockets import tell
from apps.core.tenancy import current_school_id
from apps.people.models import Student

from .events import MessageSent, MessagesRead
from .models import Message, Participation, Thread
from .permissions import writable_to
from .rules import is_broadcast


class MayNotWrite(Exception):
    """Nobody there whom this member may write to about this pupil today."""


class NoBroadcast(Exception):
    """Several people of the school at once."""


@transaction.atomic
def start_thread(
    *, student: Student, by: Member, to: Iterable[int], subject: str, body: str, at: datetime
) -> Thread:
    """Begin a discussion about a pupil with the members `to`, and its first message.

    Raises MayNotWrite for whom she may not write to, NoBroadcast for several people of the school.
    """
    wanted = set(to)
    recipients = [person for person in writable_to(by, student, _day(at)) if person.member_id in wanted]
    if not wanted or wanted != {person.member_id for person in recipients}:
        raise MayNotWrite
    if is_broadcast(recipients):
        raise NoBroadcast
    thread = Thread.objects.create(student=student, subject=subject, started_at=at, last_message_at=at)
    Participation.objects.bulk_create(
        Participation(thread=thread, member_id=member_id) for member_id in sorted({by.pk, *wanted})
    )
    _add(thread, by, body, at)
    return thread


@transaction.atomic
def post_message(*, thread_id: int, by: Member, body: str, at: datetime) -> Message:
    """Add a message with the thread's next number; whoever has the page open is told after commit.

    The thread's row is locked, so that numbers have no gap and appear in order. Raises MayNotWrite.
    """
    thread = Thread.objects.select_for_update(of=["self"]).select_related("student").get(pk=thread_id)
    taking_part = set(Participation.objects.filter(thread=thread).values_list("member", flat=True))
    allowed = {person.member_id for person in writable_to(by, thread.student, _day(at))}
    if by.pk not in taking_part or not allowed & taking_part:
        raise MayNotWrite
    return _add(thread, by, body, at)


def _add(thread: Thread, by: Member, body: str, at: datetime) -> Message:
    thread.last_sequence += 1
    thread.last_message_at = at
    thread.save(update_fields=["last_sequence", "last_message_at"])
    message = Message.objects.create(
        thread=thread, sequence=thread.last_sequence, author=by, body=body, sent_at=at
    )
    # She has seen what was before: her page shows it beside her own words.
    _read(thread.pk, by, message.sequence, at)
    publish(MessageSent(thread_id=thread.pk, sequence=message.sequence, by_id=by.pk))
    transaction.on_commit(_nudge(current_school_id(), thread.pk), robust=True)
    return message


@transaction.atomic
def mark_read(*, thread_id: int, by: Member, up_to: int, at: datetime) -> bool:
    """Note how far she has read, never backwards nor past the last message; whether that is news."""
    last = Thread.objects.values_list("last_sequence", flat=True).get(pk=thread_id)
    reached = min(up_to, last)
    is_news = _read(thread_id, by, reached, at)
    if is_news:
        publish(MessagesRead(thread_id=thread_id, sequence=reached, by_id=by.pk))
    return is_news


def _read(thread_id: int, by: Member, sequence: int, at: datetime) -> bool:
    behind = Participation.objects.filter(thread=thread_id, member=by, last_read__lt=sequence)
    return bool(behind.update(last_read=sequence, read_at=at))


def group_of(school_id: int, thread_id: int) -> str:
    """The sockets that hear of a thread."""
    return f"school.{school_id}.thread.{thread_id}"


def _nudge(school_id: int, thread_id: int) -> Callable[[], None]:
    """Lossy by design: the message is saved, and whoever missed the news asks again."""
    return lambda: tell(group_of(school_id, thread_id), thread=thread_id)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
