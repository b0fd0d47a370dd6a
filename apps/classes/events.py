"""What classes announces. Days travel as ISO text."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class StudentEnrolled(Event):
    """A pupil is in a class from a day on; if she was in another, she left it the day before."""

    student_id: int
    class_group_id: int
    since: str


@dataclass(frozen=True, kw_only=True)
class StudentLeft(Event):
    """A pupil is in no class of the school after a day."""

    student_id: int
    class_group_id: int
    until: str


@dataclass(frozen=True, kw_only=True)
class MarksClosed(Event):
    """The marks of a class in a term change no more."""

    class_term_id: int


@dataclass(frozen=True, kw_only=True)
class MarksReopened(Event):
    """They may change again: an exception, whose reason the office's journal keeps."""

    class_term_id: int


@dataclass(frozen=True, kw_only=True)
class TermPublished(Event):
    """Families read what a class's term came to."""

    class_term_id: int
