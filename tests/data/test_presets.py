from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.classes import presets
from apps.classes.models import Level, Subject, SubjectPlan, Term
from apps.classes.services import apply_preset, open_class
from apps.schools.models import Holiday, SchoolYear

# The sums printed under the ministry's grid, optional subjects left out.
PRINTED_SUMS = {
    "college": {"6e": 19, "5e": 19, "4e": 21, "3e": 21},
    "lycee": {
        "2nde A": 23,
        "2nde C": 23,
        "1ère A1": 25,
        "1ère A2": 24,
        "1ère C": 24,
        "1ère D": 24,
        "Tle A1": 28,
        "Tle A2": 26,
        "Tle C": 23,
        "Tle D": 23,
    },
}


@pytest.mark.parametrize("year", presets.years())
@pytest.mark.parametrize("kind", PRINTED_SUMS)
def test_coefficients_add_up_to_the_printed_sums(kind, year):
    sums: dict[str, Decimal] = {}
    for plan in presets.read_preset(kind, year).plans:
        column = f"{plan.level} {plan.stream}" if plan.stream else plan.level
        sums[column] = sums.get(column, 0) + plan.coefficient * plan.counts
    assert sums == PRINTED_SUMS[kind]


@pytest.mark.parametrize("level", ["6e", "5e", "4e", "3e"])
def test_the_parts_of_francais_weigh_what_it_weighs(level):
    plans = [plan for plan in presets.read_preset("college", "2026-2027").plans if plan.level == level]
    parts = sum(plan.coefficient for plan in plans if plan.subject.startswith("FR."))
    assert parts == next(plan.coefficient for plan in plans if plan.subject == "FR")


def test_the_first_two_columns_share_their_weekly_sessions():
    plans = presets.read_preset("college", "2026-2027").plans
    sessions = {(plan.level, plan.subject): plan.weekly_sessions for plan in plans}
    assert sessions["6e", "FR"] == 5
    assert (sessions["4e", "HG"], sessions["3e", "HG"]) == (3, 4)


@pytest.mark.parametrize("year", presets.years())
def test_terms_follow_one_another_and_holidays_fall_inside_the_year(year):
    preset = presets.read_preset("college", year)
    for (_, _, ends), (_, starts, _) in zip(preset.terms, preset.terms[1:], strict=False):
        assert ends < starts <= ends + timedelta(days=3)
    assert preset.opens_on == preset.terms[0][1]
    assert preset.terms[-1][2] <= preset.closes_on
    for _, last, back in preset.holidays:
        assert preset.opens_on < last < back < preset.closes_on
        assert back.weekday() == 0


def test_a_year_without_a_calendar_has_no_preset():
    with pytest.raises(presets.NoSuchPreset):
        presets.read_preset("college", "1999-2000")
    with pytest.raises(presets.NoSuchPreset):
        presets.read_preset("maternelle", "2026-2027")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 1, 1), "2025-2026"),
        (date(2026, 7, 15), "2025-2026"),
        (date(2026, 7, 16), "2026-2027"),
        (date(2031, 1, 1), "2026-2027"),
    ],
)
def test_the_year_of_a_day_is_the_first_one_not_over(day, year):
    assert presets.year_of(day) == year


def test_a_college_starts_with_rows_of_its_own(school):
    year = apply_preset(kind="college", year="2026-2027")
    assert year.is_provisional
    assert year.opens_on == date(2026, 9, 7)
    assert Term.objects.count() == 3
    assert Holiday.objects.count() == 4
    assert list(Level.objects.order_by("position").values_list("code", flat=True)) == ["6e", "5e", "4e", "3e"]
    assert Subject.objects.get(code="FR.EO").parent.code == "FR"
    assert not Subject.objects.filter(code="PHILO").exists()


def test_applied_again_it_changes_nothing_and_keeps_what_the_school_edited(school):
    apply_preset(kind="lycee", year="2026-2027")
    SubjectPlan.objects.filter(subject__code="MATH", level__code="Tle").update(coefficient=7)
    SchoolYear.objects.update(opens_on=date(2026, 9, 14))
    before = _rows()
    apply_preset(kind="lycee", year="2026-2027")
    assert _rows() == before


def test_a_school_of_both_cycles_shares_its_subjects(school):
    apply_preset(kind="college", year="2026-2027")
    apply_preset(kind="lycee", year="2026-2027")
    assert Level.objects.count() == 7
    assert Subject.objects.filter(code="MATH").count() == 1
    assert list(Level.objects.order_by("position").values_list("code", flat=True))[4:] == [
        "2nde",
        "1ère",
        "Tle",
    ]


def test_a_class_opens_with_its_group_and_its_terms(school):
    year = apply_preset(kind="lycee", year="2026-2027")
    second = open_class(year=year, level="2nde", stream="C", name="2nde C 1")
    assert second.whole_group.name == "2nde C 1"
    assert second.class_terms.count() == 3


def _rows() -> list:
    models = (SchoolYear, Holiday, Term, Level, Subject, SubjectPlan)
    return [list(model.objects.order_by("pk").values()) for model in models]
