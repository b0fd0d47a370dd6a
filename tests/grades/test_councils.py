"""What a term and a year come to: places, bilans, decisions, proposals, conduct; worked out by hand first."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from apps.classes.models import GradingScheme
from apps.classes.presets import read_scheme
from apps.classes.rules import read_rubrics, read_words
from apps.grades.rules import (
    Line,
    annual,
    conduct_of,
    decision_of,
    mark_of,
    overall,
    proposal,
    ranks,
    rounded,
    stand,
    word_of,
    year_of,
)

ORACLES = json.loads((Path(__file__).parent / "data" / "oracles.json").read_text())
CLASS, ANNUAL = ORACLES["ex1"]["class"], ORACLES["annual"]
GROUPS = dict.fromkeys(("FR", "ANG", "HG"), "Lettres") | dict.fromkeys(("MATH", "PC", "SVT"), "Sciences")
GRID = [
    Line(code, Decimal(weight), group=GROUPS.get(code, "Autres")) for code, weight in ORACLES["ex1"]["grid"]
]
USUAL = GradingScheme(school_id=1, **read_scheme("first", "2026-2027").settings).read()


def number(text):
    return text and Decimal(text)


def results(names=CLASS):
    return {
        name: overall(
            {code: Decimal(value) for code, value in CLASS[name]["averages"].items() if value is not None},
            GRID,
        )
        for name in names
    }


# The class worked out by hand


def test_the_bilans_are_weighted_means_with_places_of_their_own():
    aya = stand(results()).pupils["AYA"]
    assert {group: tuple(map(str, total)) for group, total in aya.result.bilans.items()} == {
        "Lettres": ("91.42", "7", "13.06"),
        "Sciences": ("92.14", "7", "13.16"),
        "Autres": ("79.25", "5", "15.85"),
    }
    assert {group: str(rank) for group, rank in aya.bilan_ranks.items()} == {
        "Lettres": "2e",
        "Sciences": "3e",
        "Autres": "2e",
    }


def test_every_pupil_has_her_place_and_whoever_has_no_average_has_none():
    standings = stand(results())
    assert {name: str(one.rank or "NC") for name, one in standings.pupils.items()} == {
        name: told["rank"] for name, told in CLASS.items()
    }
    fofana = standings.pupils["FOFANA"]
    assert (fofana.subject_ranks, fofana.result.bilans, fofana.bilan_ranks) == ({}, {}, {})
    assert "EPS" not in standings.pupils["COULIBALY"].subject_ranks
    assert str(standings.pupils["ESSIS"].subject_ranks["EPS"]) == "1er"
    assert (standings.overall.mean, standings.overall.count) == (Decimal("12.33"), 6)
    assert standings.subjects["EPS"].count == 5
    assert standings.bilans["Lettres"].highest == Decimal("15.36")  # (15.5×3 + 16×2 + 14.5×2) ÷ 7


def test_the_year_weighs_its_terms_and_is_ranked_anew():
    averages = {name: annual([number(one) for one in told["T"]], [1, 2, 2]) for name, told in ANNUAL.items()}
    assert averages == {name: number(told["mga"]) for name, told in ANNUAL.items()}
    assert {name: str(rank or "NC") for name, rank in ranks(averages).items()} == {
        name: told["rank"] for name, told in ANNUAL.items()
    }


def propose(average, *, is_repeating, level="6e"):
    found = decision_of(average, level=level, is_repeating=is_repeating, rules=USUAL.decisions)
    return (
        found
        and {"admitted": "ADMIS", "council": "CONSEIL", "repeats": "REDOUBLE", "excluded": "EXCLU"}[found]
    )


@pytest.mark.parametrize("name", ANNUAL)
def test_the_year_proposes_what_was_worked_out_by_hand(name):
    told, average = ANNUAL[name], number(ANNUAL[name]["mga"])
    assert propose(average, is_repeating=False) == told["dfa_non_redoublant"]
    assert propose(average, is_repeating=True) == told["dfa_redoublant"]


@pytest.mark.parametrize(("terms", "raw", "mga", "first", "again", "plain"), ORACLES["edge_dfa"])
def test_decisions_turn_on_the_rounded_average_of_the_year(terms, raw, mga, first, again, plain):
    averages = list(map(Decimal, terms))
    assert annual(averages, [1, 2, 2]) == rounded(Decimal(raw)) == Decimal(mga)
    assert annual(averages, [1]) == Decimal(plain)
    assert propose(Decimal(mga), is_repeating=False) == first
    assert propose(Decimal(mga), is_repeating=True) == again


@pytest.mark.parametrize(
    ("average", "first", "again"),
    [
        ("20", "ADMIS", "ADMIS"),
        ("10", "ADMIS", "ADMIS"),
        ("9.99", "CONSEIL", "EXCLU"),
        ("9.5", "CONSEIL", "EXCLU"),
        ("9.49", "REDOUBLE", "EXCLU"),
        ("8.5", "REDOUBLE", "EXCLU"),
        ("8.49", "EXCLU", "EXCLU"),
        ("0", "EXCLU", "EXCLU"),
    ],
)
def test_each_side_of_each_boundary_is_decided(average, first, again):
    assert propose(Decimal(average), is_repeating=False) == first
    assert propose(Decimal(average), is_repeating=True) == again


def test_a_level_without_rule_has_no_proposal_and_neither_has_a_pupil_without_average():
    assert propose(Decimal(15), is_repeating=False, level="3e") is None
    assert propose(None, is_repeating=False) is None


def test_whoever_came_late_has_the_year_of_the_terms_she_was_there_for():
    assert annual([None, Decimal(12), Decimal(13)], [1, 2, 2]) == Decimal("12.50")
    assert annual([Decimal(12), None, None], [0, 2, 2]) is None
    assert annual([], [1, 2, 2]) is None
    one = results(["AYA"])["AYA"]
    year = year_of({"AYA": [None, one, None]}, [1, 2, 2]).pupils["AYA"]
    assert (year.terms, year.average) == ((None, one.overall, None), one.overall)
    assert year.subjects == one.averages
    assert str(year.rank) == str(year.subject_ranks["FR"]) == "1er"


def test_a_class_where_nobody_has_an_average_has_no_figures():
    standings = stand(results(["FOFANA"]))
    assert (standings.overall, standings.subjects, standings.bilans) == (None, {}, {})
    assert standings.pupils["FOFANA"].rank is None


def test_alone_in_her_class_she_is_the_first():
    alone = stand(results(["AYA"]))
    assert str(alone.pupils["AYA"].rank) == "1er"
    assert alone.overall.lowest == alone.overall.highest == alone.overall.mean == Decimal("13.83")


def test_a_subject_without_coefficient_is_ranked_and_weighs_in_no_bilan():
    plan = [Line("FR", Decimal(3), group="Lettres"), Line("CORAN", Decimal(0), group="Lettres")]
    averages = ({"FR": Decimal(10), "CORAN": Decimal(20)}, {"FR": Decimal(12)})
    standings = stand(dict(enumerate(overall(its, plan) for its in averages)))
    first = standings.pupils[0]
    assert str(first.subject_ranks["CORAN"]) == "1er"
    assert first.result.bilans["Lettres"].average == first.result.overall == Decimal("10.00")


# Distinctions, sanctions, words


@pytest.mark.parametrize(
    ("name", "distinction", "sanctions"),
    [
        ("AYA", "honour_roll", []),
        ("DIABATE", "encouragement", []),
        ("COULIBALY", None, ["work_warning"]),
        ("ESSIS", None, ["work_blame"]),
        ("FOFANA", None, []),
    ],
)
def test_the_class_gets_the_proposals_worked_out_by_hand(name, distinction, sanctions):
    conduct = number(CLASS[name]["averages"]["COND"])
    made = proposal(number(CLASS[name]["general"]), conduct, USUAL.thresholds)
    assert (made.distinction, list(made.sanctions)) == (distinction, sanctions)


@pytest.mark.parametrize(
    ("general", "conduct", "distinction", "sanctions"),
    [
        ("16", "15", "congratulations", []),
        ("15.99", "15", "encouragement", []),
        ("12", "10", "honour_roll", []),
        ("16", "9.99", "refused", []),
        ("12", "7.5", "refused", ["conduct_warning"]),
        ("11.99", "4.99", None, ["conduct_blame"]),
        ("7.99", "4", None, ["work_blame", "conduct_blame"]),
        ("8", "8", None, ["work_warning"]),
        ("13", None, "honour_roll", []),
    ],
)
def test_conduct_refuses_a_distinction_and_a_blame_stands_for_its_warning(
    general, conduct, distinction, sanctions
):
    made = proposal(Decimal(general), number(conduct), USUAL.thresholds)
    assert (made.distinction, list(made.sanctions)) == (distinction, sanctions)


@pytest.mark.parametrize(
    ("average", "word"),
    [
        ("20", "Excellent"),
        ("18", "Excellent"),
        ("17.99", "Très bien"),
        ("10", "Passable"),
        ("5.99", "Médiocre"),
    ],
)
def test_an_average_has_its_word(average, word):
    assert word_of(Decimal(average), USUAL.words) == word


def test_a_school_has_its_own_words_and_no_average_has_none():
    assert word_of(Decimal("13.5"), read_words("17 TB\n13 Bien\n0 Insuffisant")) == "Bien"
    assert word_of(None, USUAL.words) == word_of(Decimal(12), ()) == ""


# Conduct

POINTS = read_rubrics(
    "Conduite /20 : 1 par bavardage ; 2 par faute de tenue ; 3 par escalade de clôture ; 5 par insolence ;"
    " 1 toutes les 3 heures non justifiées"
)


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        ({}, ["6", "3", "4", "7"]),
        ({"heure non justifiée": 5, "faute de discipline": 2}, ["3.5", "3", "4", "5"]),
        ({"heure non justifiée": 10}, ["0", "3", "4", "7"]),
        ({"faute de tenue": 9, "faute de moralité": 4}, ["6", "0", "0", "7"]),
    ],
)
def test_conduct_by_rubrics_takes_from_each_and_never_more_than_it_has(happened, told):
    rubrics = conduct_of(USUAL.rubrics, happened)
    assert [rubric.value for rubric in rubrics] == list(map(Decimal, told))
    assert mark_of(rubrics) == sum(map(Decimal, told))


@pytest.mark.parametrize(
    ("happened", "mark"),
    [
        ({}, "20"),
        ({"bavardage": 2, "insolence": 1}, "13"),
        ({"heures non justifiées": 8}, "18"),
        ({"insolence": 5}, "0"),
    ],
)
def test_conduct_by_points_starts_at_twenty(happened, mark):
    assert mark_of(conduct_of(POINTS, happened)) == Decimal(mark)


def test_the_hours_that_rolls_count_are_known_by_their_name_and_no_rubric_gives_no_mark():
    assert [fault.name for fault in POINTS[0].faults if fault.is_hours] == ["heures non justifiées"]
    assert mark_of(conduct_of((), {})) is None
