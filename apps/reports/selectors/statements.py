"""Relevés de notes: what a pupil, or each of a class, has in a term so far."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from apps.accounts.models import OFFICE, Member
from apps.classes.models import ClassTerm
from apps.classes.rules import french
from apps.core.templatetags.look import short_day
from apps.grades import api as grades
from apps.people.models import Student
from apps.reports.rules import MarkStatement, StatedMark, StatedSubject

from .wording import heading_of, made_on, pupil_of, school_and_letterhead, spelt, term_name

SIGNATURES = ("Le professeur principal", "La direction", "Les parents")


def audience_of(member: Member) -> grades.Audience:
    """The office reads every mark; families and teachers what is published, as on a pupil's page."""
    return grades.Audience.STAFF if member.holds(*OFFICE) else grades.Audience.FAMILY


def mark_statement(
    student: Student, class_term: ClassTerm, *, on: date, audience: grades.Audience
) -> MarkStatement:
    """One pupil's; `class_term` has its class, its term and its rules. Some ten queries."""
    report = grades.term_report(student.pk, class_term, on=on, audience=audience)
    return _statements([student], class_term, {student.pk: report}, on, audience)[0]


def class_statements(class_term: ClassTerm, *, on: date, audience: grades.Audience) -> list[MarkStatement]:
    """Each pupil's in register order. Some ten queries, whatever their number."""
    reports = grades.term_reports(class_term, on=on, audience=audience)
    students = Student.objects.filter(pk__in=reports).in_register_order()
    return _statements(students, class_term, reports, on, audience)


def _statements(
    students: Iterable[Student],
    class_term: ClassTerm,
    reports: Mapping[int, grades.TermReport],
    on: date,
    audience: grades.Audience,
) -> list[MarkStatement]:
    school, letterhead = school_and_letterhead()
    which = "toutes les notes saisies" if audience == grades.Audience.STAFF else "notes publiées aux familles"
    shared = {
        "heading": heading_of(school, letterhead, class_term.class_group.year),
        "title": f"Relevé de notes, {term_name(class_term)}",
        "about": f"Au {spelt(min(on, class_term.term.ends_on))} · {which}",
        "signatures": SIGNATURES,
        "made": made_on(school, letterhead, on),
    }
    return [_statement(student, reports[student.pk], shared) for student in students]


def _statement(student: Student, report: grades.TermReport, shared: Mapping) -> MarkStatement:
    rank = f"{report.rank} / {report.figures.count}" if report.rank and report.figures else "non classé"
    figures = report.figures
    return MarkStatement(
        **shared,
        pupil=pupil_of(student, report.class_name, report.class_size),
        subjects=tuple(_subject(line) for line in report.lines if line.marks or line.coefficient),
        out_of=str(report.out_of),
        results=(
            ("Moyenne générale" if report.is_locked else "Moyenne provisoire", _text(report.average)),
            ("Rang" if report.is_locked else "Rang provisoire", rank),
        ),
        of_class=(
            ("Plus forte moyenne", _text(figures and figures.highest)),
            ("Plus faible moyenne", _text(figures and figures.lowest)),
            ("Moyenne de la classe", _text(figures and figures.mean)),
        ),
    )


def _subject(line: grades.ReportLine) -> StatedSubject:
    return StatedSubject(
        name=line.name,
        is_part=line.is_part,
        coefficient=french(line.coefficient) if line.coefficient else "",
        average=_text(line.average),
        class_mean=_text(line.figures and line.figures.mean),
        marks=tuple(map(_mark, line.marks)),
    )


def _mark(mark: grades.ReadMark) -> StatedMark:
    title = f"{mark.title} ({mark.remark})" if mark.remark else mark.title
    return StatedMark(
        value=french(mark.value) if mark.is_value else mark.value,
        out_of=french(mark.out_of) if mark.is_value else "",
        coefficient=french(mark.coefficient),
        title=title,
        held=short_day(mark.held_on).replace(" ", "\u00a0"),
    )


def _text(value: Decimal | None) -> str:
    return "–" if value is None else french(value, places=2)
