"""What vie scolaire takes away in a spreadsheet: a class's register, a list of absences."""

from collections.abc import Mapping
from datetime import date

from apps.attendance.models import Absence, AbsenceQuerySet
from apps.attendance.rules import Span, hours_in, lessons_missed
from apps.core.sheets import MOST_ROWS, Sheet, TooManyRows, Value

from .class_names import class_names_on
from .counting import rolls_missed
from .register import RegisterPage

REGISTER = ("N°", "Nom", "Prénoms", "Heures non justifiées", "Heures justifiées", "Demi-journées", "Retards",
            "Minutes de retard")  # fmt: skip
ABSENCES = ("Date", "De", "À", "Classe", "Nom", "Prénoms", "Matricule", "Heures de cours", "État", "Motif")


def register_sheet(page: RegisterPage) -> Sheet:
    """As on the page: totals, then a column for each day or week."""
    first, last = page.window.days
    return Sheet(
        f"registre {page.class_group} {first:%Y-%m-%d} {last:%Y-%m-%d}",
        [*REGISTER, *(f"{column.first:%d/%m/%Y}" for column in page.columns)],
        [
            [
                row.number, row.last_name, row.first_name, row.tally.unjustified.hours,
                row.tally.justified.hours, row.tally.missed.half_days, row.tally.late, row.tally.late_minutes,
                *(" ".join(f"{letter}{count}" for letter, count in cell.items()) for cell in row.cells),
            ]
            for row in page.rows
        ],
    )  # fmt: skip


def absences_sheet(found: AbsenceQuerySet, name: str) -> Sheet:
    """All of them, oldest first, each with the class of its day. Three queries. Raises TooManyRows."""
    ordered = found.select_related("student").order_by("held_on", "starts_at", "student__sort_key", "pk")
    rows = list(ordered[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    days = (rows[0].held_on, rows[-1].held_on) if rows else (date.min, date.min)
    class_names = class_names_on((row.student_id, row.held_on) for row in rows)
    lessons = rolls_missed(days, {row.student_id for row in rows})
    return Sheet(
        name, ABSENCES, [_line(row, class_names[row.student_id, row.held_on], lessons) for row in rows]
    )


def _line(row: Absence, class_name: str, lessons: Mapping[tuple, list[Span]]) -> list[Value]:
    missed = lessons_missed(Span(row.starts_at, row.ends_at), lessons.get((row.student_id, row.held_on), ()))
    return [
        row.held_on,
        row.starts_at,
        row.ends_at,
        class_name,
        row.student.last_name.upper(),
        row.student.first_name,
        row.student.national_id,
        sum(hours_in(lesson.minutes) for lesson in missed),
        _state(row),
        row.reason,
    ]


def _state(row: Absence) -> str:
    if row.cancelled_at:
        return "annulée"
    return "justifiée" if row.is_justified else "à justifier"
