"""What attendance announces. Days and hours travel as ISO text."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RollCallClosed(Event):
    """A roll call was taken, or corrected."""

    roll_call_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceRecorded(Event):
    """A pupil was found absent; a longer span is no new fact for families."""

    absence_id: int
    student_id: int
    recorded_at: str


@dataclass(frozen=True, kw_only=True)
class AbsenceAmended(Event):
    """An absence was cancelled (a mistake, late after all, part of a longer one) or its reason changed."""

    absence_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class LateArrivalRecorded(Event):
    """A pupil arrived late."""

    late_arrival_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class JustificationGiven(Event):
    """A family, or vie scolaire for it, said why a pupil was absent or is going to be."""

    justification_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class JustificationDecided(Event):
    """Vie scolaire accepted it or refused it."""

    justification_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class WholeClassesAbsent(Event):
    """Vie scolaire wrote the pupils of some classes absent. Families are to be told of those absences alone
    that are announced as found one by one."""

    entry_id: int
