"""What a page of many marks says of each."""

from datetime import date
from decimal import Decimal

import pytest

from apps.grades.api import ClassFigures, ReadMark
from apps.portal.templatetags.marks import briefly, dated, values, weighed

FIGURES = ClassFigures(42, Decimal(3), Decimal(18), Decimal("11.50"))


def read(value=Decimal("14.50"), remark="", figures=FIGURES) -> ReadMark:
    held_on, twenty = date(2026, 11, 20), Decimal("20.00")
    return ReadMark("SVT", "Devoir 1", "devoir", held_on, value, twenty, Decimal(2), True, remark, figures)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (read(), "coef. 2, classe 11,5 (3 à 18)"),
        (read(figures=None), "coef. 2"),
        (read(remark="bonus"), "coef. 2, <b>bonus</b>, classe 11,5 (3 à 18)"),
        (read(remark="<i>", figures=None), "coef. 2, <b>&lt;i&gt;</b>"),
    ],
)
def test_a_mark_says_what_it_weighs_and_how_the_class_did(mark, said):
    assert weighed(mark) == said


def test_among_the_latest_it_is_brief():
    assert briefly(read()) == "Devoir 1, classe 11,5"
    assert briefly(read(remark="<i>", figures=None)) == "Devoir 1, &lt;i&gt;"


def test_below_its_subject_it_says_its_day_and_its_scale_too():
    assert dated(read(figures=None)) == "20 nov., sur 20, coef. 2"


def test_marks_and_codes_stand_side_by_side():
    assert values([read(), read("Abs"), read("<")]) == "<b>14,5</b> · <b>Abs</b> · <b>&lt;</b>"
    assert values([]) == ""
