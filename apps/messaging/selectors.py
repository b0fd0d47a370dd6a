"""What the message pages show, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet, Sum

from apps.accounts.models import Member
from apps.classes.api import class_groups_of
from apps.core.prepared import Question, prepared
from apps.people.models import Student, StudentQuerySet, sort_key

from .models import Message, Participation, Thread
from .permissions import circle_of, readable_threads
from .rules import Side, others_side

THREADS_PER_PAGE = 25
MESSAGES_PER_PAGE = 30
PUPILS_PER_PAGE = 30


# The list of threads


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A discussion in the list: with whom, about whom, what was said last, what is not read."""

    pk: int
    subject: str
    people: str
    student: str
    last_words: str
    last_is_mine: bool
    last_at: datetime
    anchor: int  # the first message not read, else the last one
    unread: int


def thread_lines(member: Member, sought: str, page: str | None, on: date) -> tuple[Page, list[ThreadLine]]:
    """A page of the member's discussions, the newest words first. Five queries."""
    threads = readable_threads(member).select_related("student").order_by("-last_message_at", "-pk")
    if sought:
        threads = threads.filter(
            Q(student__sort_key__contains=sort_key(sought)) | Q(subject__icontains=sought)
        )
    found = Paginator(threads, THREADS_PER_PAGE).get_page(page)
    shown = list(found.object_list)
    places = _participations(shown)
    last = {message.thread_id: message for message in _last_messages(shown)}
    classes = class_groups_of({thread.student_id for thread in shown}, on)
    lines = [
        _line(thread, member, places[thread.pk], last[thread.pk], classes.get(thread.student_id))
        for thread in shown
    ]
    return found, lines


def _participations(threads: list[Thread]) -> dict[int, list[Participation]]:
    rows = Participation.objects.filter(thread__in=threads).select_related("member__user").order_by("pk")
    places: dict[int, list[Participation]] = defaultdict(list)
    for row in rows:
        places[row.thread_id].append(row)
    return places


def _last_messages(threads: list[Thread]) -> Iterable[Message]:
    return Message.objects.filter(thread__in=threads, sequence=F("thread__last_sequence"))


def _line(thread: Thread, member: Member, places: list, last: Message, class_group) -> ThreadLine:
    read = next(place.last_read for place in places if place.member_id == member.pk)
    return ThreadLine(
        pk=thread.pk,
        subject=thread.subject,
        people=", ".join(str(place.member) for place in places if place.member_id != member.pk),
        student=f"{thread.student}, {class_group}" if class_group else str(thread.student),
        last_words=last.body,
        last_is_mine=last.author_id == member.pk,
        last_at=thread.last_message_at,
        anchor=min(read + 1, thread.last_sequence),
        unread=thread.last_sequence - read,
    )


# One thread


@dataclass(frozen=True, slots=True)
class Words:
    """A message as the page shows it."""

    sequence: int
    author: str
    is_mine: bool
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Following:
    """What follows a message in a thread, and where that leaves the reader."""

    thread_id: int
    messages: list[Words]
    after: int  # the last message shown
    more: bool  # there are others after it
    unread: bool
    read_by: list[tuple[str, datetime]]  # who has read my last words, when nobody has answered yet


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A discussion: its people, its last messages (or those before one), whether one may write."""

    pk: int
    subject: str
    people: str
    student_id: int
    student: str
    following: Following
    earlier: int | None  # the first message shown, when there are others before it
    is_whole: bool  # up to the last message
    is_open: bool
    may_begin: bool  # another discussion about the same pupil
    is_family: bool


def following(thread: Thread, member: Member, after: int, limit: int = MESSAGES_PER_PAGE) -> Following:
    """The messages after a number, at most `limit`, in order. Two queries."""
    return _following(thread, member, after, limit, _participations([thread])[thread.pk])


def _following(thread: Thread, member: Member, after: int, limit: int, places: list) -> Following:
    names = {place.member_id: str(place.member) for place in places}
    rows = Message.objects.filter(thread=thread, sequence__gt=after).order_by("sequence")[:limit]
    messages = [
        Words(row.sequence, names[row.author_id], row.author_id == member.pk, row.body, row.sent_at)
        for row in rows
    ]
    reached = messages[-1].sequence if messages else after
    mine = next(place for place in places if place.member_id == member.pk)
    answered = not messages or not messages[-1].is_mine
    return Following(
        thread_id=thread.pk,
        messages=messages,
        after=reached,
        more=reached < thread.last_sequence,
        unread=mine.last_read < reached,
        read_by=[] if answered else _readers(places, member, reached),
    )


def _readers(places: list[Participation], member: Member, sequence: int) -> list[tuple[str, datetime]]:
    return [
        (str(place.member), place.read_at)
        for place in places
        if place.member_id != member.pk and place.last_read >= sequence
    ]


def thread_page(thread: Thread, member: Member, before: int | None, on: date) -> ThreadPage:
    """The last messages of a discussion, or those before a number. Seven queries."""
    places = _participations([thread])[thread.pk]
    circle = circle_of(thread.student, on)
    titles = {person.member_id: str(person) for person in circle}
    writable = {person.member_id for person in others_side(circle, member.pk)}
    taking_part = {place.member_id for place in places}
    end = thread.last_sequence + 1 if before is None else min(before, thread.last_sequence + 1)
    start = max(end - MESSAGES_PER_PAGE, 1)
    return ThreadPage(
        pk=thread.pk,
        subject=thread.subject,
        people="\u202f; ".join(
            titles.get(place.member_id, str(place.member)) for place in places if place.member_id != member.pk
        ),
        student_id=thread.student_id,
        student=f"{thread.student.first_name} {thread.student.last_name}",
        following=_following(thread, member, start - 1, end - start, places),
        earlier=start if start > 1 else None,
        is_whole=end > thread.last_sequence,
        is_open=bool(writable & taking_part),
        may_begin=bool(writable),
        is_family=any(person.member_id == member.pk and person.side is Side.FAMILY for person in circle),
    )


# Choosing about whom to write


def pupil_choices(students: StudentQuerySet, sought: str, page: str | None, on: date) -> tuple[Page, list]:
    """A page of pupils with their class of today. Three queries."""
    if sought:
        students = students.filter(sort_key__contains=sort_key(sought))
    found = Paginator(students.in_register_order(), PUPILS_PER_PAGE).get_page(page)
    shown = list(found.object_list)
    classes = class_groups_of([student.pk for student in shown], on)
    return found, [(student, classes.get(student.pk)) for student in shown]


def only_one(students: StudentQuerySet) -> Student | None:
    """The pupil, when there is no choice."""
    first_two = students.in_register_order()[:2]
    return first_two[0] if len(first_two) == 1 else None


# What other modules ask


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a member has not read, in all and by pupil; its stamp changes with each message and reading."""

    unread: int
    by_student: dict[int, int]
    stamp: str


@prepared
def _inbox(member_id: int) -> QuerySet:
    by_student = Participation.objects.filter(member=member_id).values("thread__student")
    sums = by_student.annotate(written=Sum("thread__last_sequence"), read=Sum("last_read"))
    return sums.order_by("thread__student").values_list("thread__student", "written", "read")


def inbox(member: Member) -> Question[Inbox]:
    """One query."""
    return Question.of(_read_inbox, _inbox.asked(member.pk))


def _read_inbox(rows: list[tuple[int, int, int]]) -> Inbox:
    written, read = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return Inbox(written - read, {row[0]: row[1] - row[2] for row in rows}, f"{written}.{read}")


def hears_of(member_id: int, thread_id: int, on: date) -> bool:
    """Whether a member, still of an open school today, takes part in a thread. Two queries."""
    members = Member.objects.with_roles(on).filter(user__is_active=True, school__suspended_at=None)
    member = members.filter(pk=member_id).first()
    return bool(member and member.roles) and readable_threads(member).filter(pk=thread_id).exists()
