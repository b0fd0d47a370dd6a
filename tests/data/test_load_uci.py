"""`manage.py load_uci`: the file as it comes, in any of its copies; or a clear refusal and nothing at all."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Member, Role, User
from apps.attendance.models import Absence
from apps.classes.api import class_terms_of
from apps.classes.models import ClassGroup, Enrolment
from apps.core.models import RecordedEvent
from apps.core.tenancy import in_school
from apps.grades.api import Audience, term_report
from apps.grades.models import Assessment, Mark
from apps.people.models import Guardian, Guardianship, Student
from apps.portal.uci.reading import BadRows, NotATable, read_rows
from apps.portal.uci.school import days_of_class
from apps.schools.models import School
from tests.conftest import soup
from tests.factories.schools import SchoolFactory

EXTRACT = Path(__file__).with_name("student-mat-extract.csv")
AS_IT_IS = EXTRACT.read_text(encoding="utf-8")
MOST = 148
TODAY = date(2026, 11, 24)


def edited(line: int, old: str, new: str) -> str:
    """The extract with one line changed; lines are counted from 1, the header's."""
    lines = AS_IT_IS.splitlines()
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    return "\n".join(lines)


def without_column(name: str) -> str:
    rows = [line.split(";") for line in AS_IT_IS.splitlines()]
    place = rows[0].index(name)
    return "\n".join(";".join(row[:place] + row[place + 1 :]) for row in rows)


def wrapped(text: str) -> str:
    """Each row quoted as a whole, its own quotes doubled."""
    header, *rows = text.splitlines()
    return "\n".join([header, *('"{}"'.format(row.replace('"', '""')) for row in rows)])


COPIES = {
    "as it is": AS_IT_IS,
    "with commas": AS_IT_IS.replace(";", ","),
    "with tabs": AS_IT_IS.replace(";", "\t"),
    "without quotes": AS_IT_IS.replace('"', ""),
    "with commas and no quotes": AS_IT_IS.replace(";", ",").replace('"', ""),
    "each row in quotes": wrapped(AS_IT_IS),
    "each row in quotes, with commas": wrapped(AS_IT_IS.replace(";", ",")),
    "an opening quote left alone": edited(2, '"GP"', '"GP'),
    "with CRLF": AS_IT_IS.replace("\n", "\r\n"),
    "with blanks around": AS_IT_IS.replace(";", " ; "),
    "with blank lines": AS_IT_IS.replace("\n", "\n\n"),
    "blanks in an unused column": AS_IT_IS.replace('"at_home"', ""),
    "without an unused column": without_column("Mjob"),
}


@pytest.mark.parametrize("copy", COPIES)
def test_every_copy_of_the_file_reads_the_same(copy):
    rows = read_rows(COPIES[copy], most_absences=MOST)
    assert rows == read_rows(AS_IT_IS, most_absences=MOST)
    assert len(rows) == 12
    assert rows[0].marks == (5, 6, 6)
    assert (rows[0].school, rows[0].sex, rows[0].age, rows[0].guardian) == ("GP", "F", 18, "mother")
    assert rows[2].failures == 3


@pytest.mark.parametrize("column", ["school", "sex", "age", "absences", "G1", "G2", "G3"])
def test_a_required_column_is_named_when_missing(column):
    with pytest.raises(NotATable) as refusal:
        read_rows(without_column(column), most_absences=MOST)
    assert refusal.value.missing == [column]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (edited(3, '"5";"5";6', '"5";"21";6'), 3, "G2"),
        (edited(3, '"5";"5";6', '"5";"abc";6'), 3, "G2"),
        (edited(3, '"5";"5";6', '"5";"-1";6'), 3, "G2"),
        (edited(3, '"5";"5";6', '"5";"nan";6'), 3, "G2"),
        (edited(3, '"5";"5";6', '"5";"5";'), 3, "G3"),
        (edited(4, '"GP"', '"XX"'), 4, "school"),
        (edited(4, '"GP"', '""'), 4, "school"),
        (edited(4, '"F"', '"f"'), 4, "sex"),
        (edited(4, ";15;", ";;"), 4, "age"),
        (edited(5, '"mother"', '"aunt"'), 5, "guardian"),
        (edited(2, ';6;"5";', ';149;"5";'), 2, "absences"),
        (edited(2, ';6;"5";', ';1.5;"5";'), 2, "absences"),
        (edited(6, ";", ""), 6, None),
        (edited(7, ";", "\x00"), 7, None),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_column(text, line, column):
    with pytest.raises(BadRows) as refusal:
        read_rows(text, most_absences=MOST)
    assert [(fault.line, fault.column) for fault in refusal.value.faults] == [(line, column)]


def test_a_line_is_counted_as_an_editor_counts_it():
    with pytest.raises(BadRows) as refusal:
        read_rows("\n\n" + edited(3, '"5";"5";6', '"5";"21";6'), most_absences=MOST)
    assert refusal.value.faults[0].line == 5


@pytest.mark.parametrize("text", ["", "\n\n", "GP;F;18\n"])
def test_what_has_no_header_is_no_table(text):
    with pytest.raises(NotATable):
        read_rows(text, most_absences=MOST)


@pytest.fixture
def load_uci(tmp_path):
    def load(text: str = AS_IT_IS, **options) -> str:
        path, said = tmp_path / "eleves.csv", StringIO()
        path.write_text(text, encoding="utf-8", newline="")
        call_command("load_uci", str(path), stdout=said, **options)
        return said.getvalue()

    return load


def test_the_first_pupils_guardian_signs_in_and_reads_5_6_6(db, load_uci, client):
    said = load_uci(password="tresor-2006")
    assert "gp-1-parent" in said
    assert client.post("/connexion/", {"login": "gp-1-parent", "password": "tresor-2006"}).status_code == 302
    page = " ".join(soup(client.get("/famille/")).get_text(" ").split())
    shown = re.findall(r"Note du trimestre (\d), classe [\d,]+ (\d+) /20", page)
    assert dict(shown) == {"1": "5", "2": "6", "3": "6"}
    with in_school(School.objects.get(slug="gp").pk):
        parent = Member.objects.with_roles(TODAY).get(user__username="gp-1-parent")
        [student] = Student.objects.in_care_of(parent, TODAY)
        terms = class_terms_of([student.pk], TODAY)[student.pk]
        read = [
            mark.value
            for term in terms
            for line in term_report(student.pk, term, on=TODAY, audience=Audience.FAMILY).lines
            for mark in line.marks
        ]
        assert read == [Decimal(5), Decimal(6), Decimal(6)]


def test_without_a_password_one_is_drawn_and_said_once(db, load_uci, client):
    password = load_uci().split("accès : ")[1].split()[0]
    client.post("/connexion/", {"login": "ms-1-parent", "password": password})
    assert client.session["_auth_user_id"]


def test_both_schools_hold_what_the_file_says(db, load_uci):
    said = load_uci()
    assert "8 élèves" in said
    assert "4 élèves" in said
    rows = read_rows(AS_IT_IS, most_absences=MOST)
    for code in ("GP", "MS"):
        with in_school(School.objects.get(slug=code.lower()).pk):
            its = [row for row in rows if row.school == code]
            students = Student.objects.order_by("pk")
            assert [student.sex for student in students] == [row.sex for row in its]
            assert [student.repeats_year for student in students] == [row.failures > 0 for row in its]
            assert [2025 - student.born_on.year for student in students] == [row.age for row in its]
            missed = Counter(Absence.objects.values_list("student", flat=True))
            assert [missed[student.pk] for student in students] == [row.absences for row in its]
            assert Mark.objects.count() == 3 * len(its)
            assert (
                Assessment.objects.published().count()
                == Assessment.objects.count()
                == 3 * ClassGroup.objects.count()
            )
            assert Enrolment.objects.count() == len(its)
            assert not RecordedEvent.objects.exists()
            assert Member.objects.holding([Role.PRINCIPAL], TODAY).count() == 1


def test_absences_are_spread_over_the_days_of_class(db, load_uci):
    load_uci(edited(2, ';6;"5";', ';100;"5";'))
    with in_school(School.objects.get(slug="gp").pk):
        first = Student.objects.order_by("pk").first()
        days = list(Absence.objects.filter(student=first).values_list("held_on", flat=True))
    assert len(set(days)) == len(days) == 100
    assert set(days) <= set(days_of_class())
    assert (min(days), max(days)) < (date(2025, 9, 12), date(2026, 5, 1))


def test_a_blank_guardian_makes_a_pupil_without_one_who_is_counted(db, load_uci):
    said = load_uci(edited(2, '"mother"', '""'))
    assert "dont 1 sans responsable" in said
    with in_school(School.objects.get(slug="gp").pk):
        first = Student.objects.order_by("pk").first()
        assert not Guardianship.objects.filter(student=first).exists()
        assert Guardian.objects.count() == 7


def test_a_file_that_names_no_guardian_at_all_loads_too(db, load_uci):
    assert "dont 8 sans responsable" in load_uci(without_column("guardian"))


def test_run_twice_it_changes_nothing(db, load_uci):
    load_uci()
    before = everything()
    assert "rien ne change" in load_uci(AS_IT_IS.replace(";", ","))
    assert everything() == before


def test_the_same_file_gives_the_same_people(db, load_uci):
    load_uci()
    with in_school(School.objects.get(slug="gp").pk):
        assert str(Student.objects.order_by("pk").first()) == "Mobio Awa"


def everything() -> list:
    rows = [list(User.objects.order_by("pk").values()), list(School.objects.order_by("pk").values())]
    for school in School.objects.order_by("pk"):
        with in_school(school.pk):
            rows += [
                list(model.objects.order_by("pk").values())
                for model in (Student, Mark, Absence, Guardianship)
            ]
    return rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (edited(3, '"5";"5";6', '"5";"21";6'), r"Ligne 3, colonne G2 : « 21 » n’est pas une note de 0 à 20"),
        (edited(13, '"MS"', '"PT"'), r"Ligne 13, colonne school : « PT »"),
        (without_column("G3"), "Colonnes absentes de la première ligne : G3"),
        (AS_IT_IS.splitlines()[0], "aucun élève"),
    ],
)
def test_a_refusal_says_where_and_nothing_is_loaded(db, load_uci, text, said):
    with pytest.raises(CommandError, match=said):
        load_uci(text)
    assert not School.objects.exists()
    assert not User.objects.exists()


def test_an_address_taken_by_another_school_leaves_nothing_half_done(db, load_uci):
    SchoolFactory(slug="ms", name="Maternelle Soleil")
    with pytest.raises(CommandError, match="/ms/"):
        load_uci()
    assert not School.objects.filter(slug="gp").exists()


def test_a_longer_file_is_not_the_one_that_was_loaded(db, load_uci):
    load_uci()
    with pytest.raises(CommandError, match="/gp/"):
        load_uci(AS_IT_IS + AS_IT_IS.splitlines()[1])


@pytest.mark.parametrize(("content", "said"), [(None, "Impossible de lire"), (b"\xff\xfe\x00\x81", "UTF-8")])
def test_a_file_that_cannot_be_read_is_said(db, tmp_path, content, said):
    path = tmp_path / "eleves.csv"
    if content:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("load_uci", str(path))


def test_a_byte_order_mark_is_no_letter_of_the_first_column(db, load_uci):
    assert "8 élèves" in load_uci("\ufeff" + AS_IT_IS.replace("\n", "\r\n"))
