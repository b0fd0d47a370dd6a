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
