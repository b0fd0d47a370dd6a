"""The school's arithmetic, against worked examples and against exact fractions."""

import json
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.classes.models import GradingScheme
from apps.grades.models import Assessment, Mark
from apps.grades.rules import (
    ABBREVIATIONS,
    Counts,
    Line,
    MarkValue,
    NotAMark,
    Rank,
    Reason,
    Reckoning,
    Score,
    Weighed,
    Weighting,
    average,
    class_figures,
    fifths,
    overall,
    overall_working,
    ranks,
    read_mark,
    remark,
    result_of,
    rounded,
    spread,
    working,
    working_of_parts,
    write_mark,
)

ORACLES = json.loads((Path(__file__).parent / "data" / "oracles.json").read_text())
AYA = ORACLES["ex1"]["aya_marks"]
CLASS = ORACLES["ex1"]["class"]
GRID = [Line(code, Decimal(coefficient)) for code, coefficient in ORACLES["ex1"]["grid"]]
FRENCH = [Line(code, Decimal(1), "FR") for code in ("FR.EO", "FR.OG", "FR.EE")]
TWENTY = Decimal(20)


def scores(triples):
    return [Score.of(*map(as_decimal, triple)) for triple in triples if triple[0] is not None]


def as_decimal(number) -> Decimal:
    return Decimal(str(number))


# Reading


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14,5", MarkValue(Decimal("14.50"))),
        ("14.5", MarkValue(Decimal("14.50"))),
        (" 9 ", MarkValue(Decimal(9))),
        ("12,500", MarkValue(Decimal("12.50"))),
        (",5", MarkValue(Decimal("0.50"))),
        ("0", MarkValue(Decimal(0))),
        ("20", MarkValue(Decimal(20))),
        ("Abs", MarkValue(missing="absent")),
        ("a", MarkValue(missing="absent")),
        ("Disp", MarkValue(missing="exempt")),
        ("D", MarkValue(missing="exempt")),
        ("N.Rdu", MarkValue(missing="not_handed_in")),
        ("n", MarkValue(missing="not_handed_in")),
        ("N.Not", MarkValue(missing="not_marked")),
        ("Z", MarkValue(missing="not_marked")),
        ("", None),
        ("   ", None),
    ],
)
def test_a_cell_is_read_as_teachers_type_it(typed, read):
    assert read_mark(typed, out_of=TWENTY) == read


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("abc", Reason.UNREADABLE),
        ("1e3", Reason.UNREADABLE),
        ("NaN", Reason.UNREADABLE),
        ("Infinity", Reason.UNREADABLE),
        ("1_0", Reason.UNREADABLE),
        ("١٢", Reason.UNREADABLE),
        ("12/20", Reason.UNREADABLE),
        ("1,2,3", Reason.UNREADABLE),
        (",", Reason.UNREADABLE),
        ("0" * 40, Reason.UNREADABLE),
        ("-1", Reason.NEGATIVE),
        ("25", Reason.ABOVE_SCALE),
        ("20,01", Reason.ABOVE_SCALE),
        ("12,345", Reason.TOO_PRECISE),
    ],
)
def test_anything_else_is_refused_and_says_why(typed, reason):
    with pytest.raises(NotAMark) as refusal:
        read_mark(typed, out_of=TWENTY)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("typed", ["14,5", "9", "0", "Abs", "Disp", "N.Rdu", "N.Not", ""])
def test_what_a_cell_shows_reads_back_as_itself(typed):
    read = read_mark(typed, out_of=TWENTY) or MarkValue()
    assert write_mark(read.value, read.missing) == typed


# Averages


@pytest.mark.parametrize("scheme", ["coef", "bareme"])
def test_a_pupils_term_is_the_one_worked_out_by_hand(scheme):
    told = dict(ORACLES["ex1"]["aya"][f"mode_{scheme}"])
    result = result_of({code: scores(marks) for code, marks in AYA.items()}, GRID + FRENCH, Reckoning(scheme))
    assert result.overall == Decimal(told.pop("general"))
    assert result.points == Decimal(told.pop("sum_points"))
    assert result.coefficients == Decimal(told.pop("sum_coef", "19"))
    assert result.averages == {code: Decimal(value) for code, value in told.items()}


@pytest.mark.parametrize("pupil", CLASS)
def test_each_pupil_of_the_class_has_the_points_and_the_average_worked_out_by_hand(pupil):
    told = CLASS[pupil]
    result = overall(known(told["averages"]), GRID)
    assert result.points == Decimal(told["sum_points"])
    assert result.coefficients == Decimal(told["sum_coef"])
    assert result.overall == (told["general"] and Decimal(told["general"]))


def test_the_class_is_ranked_and_summed_up_as_worked_out_by_hand():
    averages = {pupil: overall(known(told["averages"]), GRID).overall for pupil, told in CLASS.items()}
    assert {pupil: str(rank or "NC") for pupil, rank in ranks(averages).items()} == {
        pupil: told["rank"] for pupil, told in CLASS.items()
    }
    figures = class_figures(averages.values())
    assert figures.count == 6
    assert (figures.lowest, figures.highest) == (Decimal("7.89"), Decimal("15.84"))
    assert figures.mean == Decimal("12.33")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["12"], "0"),
        (["8", "12"], "2"),
        (["2", "4", "4", "4", "5", "5", "7", "9"], "2"),
        (["8.5", "12", "15.25"], "2.76"),  # √(22.79 ÷ 3)
        (["10", "10.01"], "0.01"),  # 0.005, half-up
    ],
)
def test_the_spread_is_the_root_of_the_mean_squared_distance(values, expected):
    assert spread(map(Decimal, values)) == Decimal(expected)


def test_without_a_mark_there_is_no_spread():
    assert spread([]) is None


@given(st.lists(st.decimals(0, 20, places=2), min_size=1, max_size=60))
def test_the_spread_is_that_of_the_standard_library(values):
    assert abs(spread(values) - pstdev(values)) <= Decimal("0.005")


def test_marks_are_counted_by_fifths_of_their_scale():
    told = fifths(map(Decimal, ["0", "3.99", "4", "11.5", "16", "20"]), Decimal(20))
    assert [tuple(map(int, one)) for one in told] == [
        (0, 4, 2),
        (4, 8, 1),
        (8, 12, 1),
        (12, 16, 0),
        (16, 20, 2),
    ]


def test_a_scale_that_five_does_not_divide_has_its_fifths_too():
    told = fifths(map(Decimal, ["2.4", "2.39", "12"]), Decimal(12))
    assert [str(one.high.normalize()) for one in told] == ["2.4", "4.8", "7.2", "9.6", "12"]
    assert [one.count for one in told] == [1, 1, 0, 0, 1]


def known(averages):
    return {code: Decimal(value) for code, value in averages.items() if value is not None}


def test_each_printed_level_is_rounded_before_the_next():
    (case,) = ORACLES["rounding_order"]
    marks = {n: scores([mark] for mark in row["marks"]) for n, row in enumerate(case["rows"])}
    plan = [Line(n, Decimal(row["coef"])) for n, row in enumerate(case["rows"])]
    result = result_of(marks, plan)
    assert result.averages == {n: Decimal(row["avg"]) for n, row in enumerate(case["rows"])}
    assert result.overall == Decimal(case["general_rounded_first"])


@pytest.mark.parametrize(
    ("value", "shown"),
    [("8.495", "8.50"), ("9.495", "9.50"), ("9.995", "10.00"), ("14.235", "14.24"), ("13.575", "13.58")],
)
def test_halves_go_up_where_binary_floats_would_lose_them(value, shown):
    assert rounded(Decimal(value)) == Decimal(shown)


def test_nothing_counted_has_no_average():
    assert average([]) is None
    assert average([Score.of(Decimal(14), coefficient=Decimal(0))]) is None
    assert overall({}, GRID).overall is None


def test_a_subject_and_its_parts_never_count_twice():
    plan = [Line("FR", Decimal(3)), *FRENCH]
    both = overall({"FR": Decimal(20), "FR.EO": Decimal(10)}, plan)
    assert both.averages["FR"] == both.overall == Decimal("10.00")
    assert overall({"FR": Decimal(20)}, plan).overall == Decimal("20.00")


def test_a_subject_that_the_curriculum_does_not_weigh_leaves_the_general_average_alone():
    result = overall({"MATH": Decimal(10), "CORAN": Decimal(20)}, GRID)
    assert result.overall == Decimal("10.00")
    assert result.averages["CORAN"] == Decimal(20)


def test_a_coefficient_and_a_half_still_adds_up_as_printed():
    result = overall(
        {"A": Decimal("11.93"), "B": Decimal(10)}, [Line("A", Decimal("1.5")), Line("B", Decimal(1))]
    )
    assert result.points == Decimal("27.90")


# Optional assessments


def counting(*marks, scheme="coef", zero_codes=()):
    """The average of (value or code, scale, coefficient, how it counts)."""
    return average([weighed_as(*mark).score for mark in marks], Reckoning(scheme, zero_codes))


def weighed_as(value, out_of=20, coefficient=1, counts="always"):
    about = (as_decimal(out_of), as_decimal(coefficient), counts)
    return Weighed(None, *about, value) if isinstance(value, str) else Weighed(as_decimal(value), *about)


@pytest.mark.parametrize(
    ("bonus", "made"),
    [
        ((14, 20, 1, "bonus"), "13.00"),  # (12 + 10 + 4) ÷ 2
        ((14, 20, 2, "bonus"), "15.00"),
        ((7, 10, 1, "bonus"), "13.00"),
        ((10, 20, 1, "bonus"), "11.00"),
        ((3, 20, 1, "bonus"), "11.00"),
        (("absent", 20, 1, "bonus"), "11.00"),
        ((20, 20, 20, "bonus"), "20.00"),
    ],
)
def test_a_bonus_adds_its_points_above_half_and_never_lowers(bonus, made):
    assert counting((12,), (10,), bonus, zero_codes=["absent"]) == Decimal(made)


def test_by_scale_a_bonus_adds_the_points_it_has():
    assert counting((12,), (5, 10), (8, 10, 1, "bonus"), scheme="bareme") == Decimal("13.33")  # 20 ÷ 30 × 20


@pytest.mark.parametrize(
    ("optional", "made"),
    [
        ([14], "12.00"),  # (12 + 10 + 14) ÷ 3
        ([11], "11.00"),
        ([3], "11.00"),
        ([12, 16], "12.67"),  # 16 makes it 12.67, which 12 would lower
        ([13, 16], "12.75"),
        (["absent"], "11.00"),
    ],
)
def test_a_mark_that_counts_if_better_enters_when_it_raises_the_best_first(optional, made):
    for order in (optional, optional[::-1]):
        marks = [(value, 20, 1, "if_better") for value in order]
        assert counting((12,), (10,), *marks, zero_codes=["absent"]) == Decimal(made)


@pytest.mark.parametrize("counts", ["bonus", "if_better"])
def test_an_optional_assessment_alone_makes_no_average(counts):
    assert counting((18, 20, 1, counts)) is None


# Codes


@pytest.mark.parametrize("code", ["absent", "exempt", "not_handed_in", "not_marked"])
def test_a_code_leaves_the_divisor_unless_the_school_counts_it_as_zero(code):
    assert counting((14,), (code,)) == Decimal("14.00")
    assert counting((14,), (code,), zero_codes=[code]) == Decimal("7.00")
    assert counting((14,), (code, 20, 3), zero_codes=[code]) == Decimal("3.50")


def test_who_is_exempt_each_time_has_no_average_even_where_the_code_is_zero():
    assert counting(("exempt",), ("exempt",), (16, 20, 1, "bonus"), zero_codes=["exempt"]) is None
    assert counting(("exempt",), ("absent",), zero_codes=["exempt", "absent"]) == 0
    assert counting(("absent",), zero_codes=["absent"]) == 0
    assert counting(("absent",)) is None


def test_the_words_kept_in_the_database_are_those_of_the_rules():
    assert GradingScheme.Code.values == Mark.Missing.values
    assert set(ABBREVIATIONS) == set(Mark.Missing.values)
    assert list(Counts) == Assessment.Counts.values
    assert list(Weighting) == GradingScheme.Weighting.values


def test_a_pile_of_marks_averages_as_its_marks_do():
    marks = [Score.of(Decimal(7), Decimal(10)), Score.of(Decimal(8), Decimal(10), Decimal(3))]
    assert average(marks) == average([Score(Decimal(31), Decimal(10), Decimal(4))])


a_mark = st.tuples(
    st.integers(0, 2000), st.sampled_from([5, 7, 10, 15, 20, 30, 40, 60]), st.integers(0, 300)
).map(
    lambda drawn: (Decimal(min(drawn[0], drawn[1] * 100)) / 100, Decimal(drawn[1]), Decimal(drawn[2]) / 100)
)


@given(st.lists(a_mark, max_size=12), st.sampled_from(["coef", "bareme"]))
def test_an_average_is_what_exact_fractions_round_to(marks, scheme):
    assert average([Score.of(*mark) for mark in marks], Reckoning(scheme)) == by_fractions(marks, scheme)


def by_fractions(marks, scheme):
    rows = [tuple(map(Fraction, mark)) for mark in marks]
    if scheme == "coef":
        above, below = sum(20 * v / o * c for v, o, c in rows), sum(c for _, _, c in rows)
    else:
        above, below = sum(20 * v * c for v, _, c in rows), sum(o * c for _, o, c in rows)
    return Decimal(floor(above / below * 100 + Fraction(1, 2))) / 100 if below else None


@given(st.dictionaries(st.integers(), st.decimals(0, 20, places=2) | st.none(), max_size=30))
def test_a_rank_counts_those_who_did_better(averages):
    for pupil, rank in ranks(averages).items():
        mine = averages[pupil]
        if mine is None:
            assert rank is None
        else:
            others = [value for other, value in averages.items() if other != pupil and value is not None]
            assert rank == Rank(1 + sum(value > mine for value in others), mine in others)


def test_nobody_marked_makes_no_class_figures():
    assert class_figures([None, None]) is None


# The working


def marks_of(*triples):
    return [Weighed(*map(as_decimal, triple)) for triple in triples]


@pytest.mark.parametrize(
    ("marks", "scheme", "line"),
    [
        ([(14, 20, 1), (9.5, 20, 2)], "coef", "(14 × 1 + 9,5 × 2) ÷ 3 = 11,00"),
        ([(15, 20, 1), (16.5, 20, 1)], "coef", "(15 + 16,5) ÷ 2 = 15,75"),
        ([(7, 10, 1), (14, 20, 1)], "coef", "(7/10 × 20 + 14) ÷ 2 = 14,00"),
        ([(17, 20, 1)], "coef", "17 ÷ 1 = 17,00"),
        (
            [(5.5, 10, 1), (9, 20, 1), (11.5, 20, 1)],
            "bareme",
            "(5,5 + 9 + 11,5) ÷ (10 + 20 + 20) × 20 = 10,40",
        ),
        ([(6, 10, 1), (13, 20, 2)], "bareme", "(6 × 1 + 13 × 2) ÷ (10 × 1 + 20 × 2) × 20 = 12,80"),
        ([(13, 20, 2)], "bareme", "13 × 2 ÷ (20 × 2) × 20 = 13,00"),
        ([(12,), (10,), (14, 20, 1, "bonus")], "coef", "(12 + 10 + bonus (14 − 10)) ÷ 2 = 13,00"),
        ([(12,), (7, 10, 2, "bonus")], "coef", "(12 × 1 + bonus (7 − 5)/10 × 20 × 2) ÷ 1 = 20,00"),
        ([(12,), (8, 20, 1, "bonus")], "coef", "12 ÷ 1 = 12,00"),
        ([(12,), (4, 5, 1, "bonus")], "bareme", "(12 + bonus (4 − 2,5)) ÷ 20 × 20 = 13,50"),
        ([(19,), (16, 20, 1, "bonus")], "coef", "(19 + bonus (16 − 10)) ÷ 1 = 20,00, le maximum"),
        ([(12,), (14, 20, 1, "if_better")], "coef", "(12 + 14) ÷ 2 = 13,00"),
        ([(12,), (8, 20, 1, "if_better")], "coef", "12 ÷ 1 = 12,00, sans 8 qui ne l’améliore pas"),
        (
            [(12,), (8, 20, 1, "if_better"), (5, 10, 1, "if_better")],
            "coef",
            "12 ÷ 1 = 12,00, sans 8 ni 5/10 qui ne l’améliorent pas",
        ),
        ([(14,), ("absent",)], "coef", "(14 + 0 (Abs)) ÷ 2 = 7,00"),
        ([(14,), ("exempt",)], "coef", "14 ÷ 1 = 14,00"),
    ],
)
def test_an_average_shows_its_working(marks, scheme, line):
    assert str(working([weighed_as(*mark) for mark in marks], Reckoning(scheme, ("absent",)))) == line


def test_a_subject_made_of_its_parts_says_what_is_left_out():
    parts = marks_of((14, 20, 1), (10.5, 20, 1))
    assert str(working_of_parts(parts, has_own_marks=False)) == "(14 + 10,5) ÷ 2 = 12,25"
    line = "(14 + 10,5) ÷ 2 = 12,25, sans les notes hors sous-disciplines"
    assert str(working_of_parts(parts, has_own_marks=True)) == line


@pytest.mark.parametrize(
    ("mark", "has_entered", "words"),
    [
        ((14,), True, ""),
        ((14,), None, ""),
        ((14,), False, "ne compte pas"),  # the subject's parts make its average
        ((14, 20, 1, "bonus"), True, "bonus"),
        ((10, 20, 1, "bonus"), True, "bonus, n’ajoute rien"),
        ((14, 20, 1, "bonus"), False, "bonus, ne compte pas"),
        (("absent", 20, 1, "bonus"), True, "bonus"),
        ((14, 20, 1, "if_better"), None, "facultative"),
        ((14, 20, 1, "if_better"), True, "facultative, compte"),
        ((4, 20, 1, "if_better"), False, "facultative, ne compte pas"),
        (("absent",), True, "compte 0"),
        (("absent",), False, ""),
        (("absent",), None, ""),
    ],
)
def test_a_mark_says_how_it_counts_where_it_is_not_as_all_do(mark, has_entered, words):
    assert remark(weighed_as(*mark), has_entered=has_entered) == words


def test_the_general_average_shows_its_working():
    aya = result_of({code: scores(marks) for code, marks in AYA.items()}, GRID + FRENCH)
    assert str(overall_working(aya)) == "262,81 ÷ 19 = 13,83"
    assert overall_working(overall({}, GRID)) is None
    assert working([]) is None
