"""What grades announces."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MarksSaved(Event):
    """Some marks of an assessment were entered, changed or cleared."""

    assessment_id: int
    student_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class AssessmentCreated(Event):
    """A teacher opened a column."""

    assessment_id: int


@dataclass(frozen=True, kw_only=True)
class AssessmentPublished(Event):
    """Families may read it from now on."""

    assessment_id: int


@dataclass(frozen=True, kw_only=True)
class PublicationFellDue(Event):
    """The day chosen for a publication has come (published with a due time)."""

    assessment_id: int
    publish_on: str
