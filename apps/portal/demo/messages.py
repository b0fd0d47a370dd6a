"""Discussions between families and teachers, some of them unread."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from apps.messaging.api import PastThread

from .days import at
from .school import DemoSchool

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
OTHER_THREADS = 14


def past_threads(school: DemoSchool, days: list[date]) -> Iterator[PastThread]:
    """The cast's discussions, and those of other families that sign in."""
    for talk in _WORDS["talks"]:
        if talk["child"] in school.scripted and talk["teacher"] in school.members:
            yield _of_the_cast(school, talk)
    rng = Random(f"{school.script.slug}: messages")  # noqa: S311
    pairs = school.correspondents
    for student_id, parent_id, teacher_id in rng.sample(pairs, min(OTHER_THREADS, len(pairs))):
        words = rng.choice(_WORDS["exchanges"])
        asked_at = at(rng.choice(days), rng.randrange(6, 21), rng.randrange(60))
        lines = [(parent_id, asked_at, words["question"])]
        if rng.random() < 0.75:
            lines.append((teacher_id, asked_at + timedelta(hours=rng.randrange(1, 12)), words["answer"]))
        is_read = rng.random() < 0.7
        yield _thread(words["subject"], student_id, parent_id, teacher_id, lines, is_read=is_read)


def _of_the_cast(school: DemoSchool, talk: dict) -> PastThread:
    who = {side: school.members[talk[side]].pk for side in ("parent", "teacher")}
    lines = [
        (who[side], timezone.make_aware(instant + school.shift), text)
        for side, instant, text in talk["lines"]
    ]
    child = school.scripted[talk["child"]].pk
    return _thread(talk["subject"], child, who["parent"], who["teacher"], lines, is_read=talk["is_read"])


def _thread(
    subject: str,
    student_id: int,
    parent_id: int,
    teacher_id: int,
    lines: list[tuple[int, datetime, str]],
    *,
    is_read: bool,
) -> PastThread:
    """Whoever wrote last has read everything; the other, everything or all but the last message."""
    last_author = lines[-1][0]
    read = {
        member_id: len(lines) if is_read or member_id == last_author else len(lines) - 1
        for member_id in (parent_id, teacher_id)
    }
    return PastThread(subject=subject, student_id=student_id, read_by=read, messages=tuple(lines))
