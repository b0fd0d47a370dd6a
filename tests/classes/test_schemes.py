"""The rules of grading: versions that nobody edits, followed by what is open, kept by what is closed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from apps.classes import presets, rules, services
from apps.classes.models import ClassTerm, GradingScheme, Level
from apps.classes.rules import NotALine
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory, ClassTermFactory, TermFactory, graded
from tests.factories.schools import SchoolYearFactory

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
State = ClassTerm.State


@pytest.fixture
def class_group(school):
    return ClassGroupFactory()


def versions(class_group) -> list[int]:
    rows = ClassTerm.objects.filter(class_group=class_group).order_by("term__number")
    return list(rows.values_list("grading_scheme__version", flat=True))


def second_term(class_group):
    term = TermFactory(
        calendar=class_group.calendar, number=2, starts_on=date(2026, 12, 7), ends_on=date(2027, 3, 5)
    )
    return ClassTermFactory(class_group=class_group, term=term)


def test_what_is_open_follows_the_next_version_and_what_is_closed_keeps_its_own(class_group):
    second_term(class_group)
    first = class_group.class_terms.get(term__number=1)
    services.go_on(class_term_ids=[first.pk], to=State.LOCKED, by=MemberFactory(), at=NOON)
    revised = graded(class_group, honour_roll_from=Decimal(13))
    assert (revised.version, revised.honour_roll_from, revised.annual_weights) == (2, 13, [1, 2, 2])
    assert versions(class_group) == [1, 2]
    services.go_back(
        class_term_ids=[first.pk], seen=State.LOCKED, reason="Erreur en SVT", by=MemberFactory(), at=NOON
    )
    assert versions(class_group) == [2, 2]


def test_the_other_cycle_and_the_other_year_are_left_alone(class_group):
    lycee = ClassGroupFactory(level=Level.objects.create(code="2nde", name="Seconde", cycle="second"))
    lycee.class_terms.all().delete()
    services.furnish_class(lycee)
    before = ClassGroupFactory(year=SchoolYearFactory(name="2025-2026"))
    graded(class_group, weighting="bareme")
    assert (versions(class_group), versions(lycee), versions(before)) == ([2], [1], [1])
    lycee.level.cycle = "first"
    lycee.level.save()
    services.follow_cycle(lycee.level)
    assert lycee.class_terms.get().grading_scheme == class_group.class_terms.get().grading_scheme


def test_the_same_settings_make_no_version(class_group):
    assert graded(class_group, annual_weights=[1, 2, 2]).version == 1


def test_a_version_that_is_no_longer_current_makes_none(class_group):
    first = class_group.class_terms.get().grading_scheme
    graded(class_group, weighting="bareme")
    with pytest.raises(services.SchemeWasRevised):
        services.revise_scheme(scheme=first, settings={"scale": 10}, by=None, at=NOON)


def test_a_version_is_never_edited(class_group):
    scheme = class_group.class_terms.get().grading_scheme
    scheme.weighting = "bareme"
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        scheme.save()


def test_a_new_year_grades_as_the_one_before_and_a_new_school_as_is_usual(class_group):
    graded(class_group, honour_roll_from=Decimal(14))
    coming = SchoolYearFactory(name="2027-2028", opens_on=date(2027, 9, 6), closes_on=date(2028, 7, 14))
    assert services.scheme_of(coming, "first").honour_roll_from == 14
    usual = services.scheme_of(coming, "second")
    assert (usual.version, usual.honour_roll_from, usual.annual_weights) == (1, 12, [1, 2, 2])
    usual.full_clean()


@pytest.mark.parametrize("year", [*presets.years(), "2001-2002"])
@pytest.mark.parametrize("cycle", ["first", "second"])
def test_presets_are_schemes(cycle, year):
    scheme = GradingScheme(cycle=cycle, school_id=1, **presets.read_scheme(cycle, year).settings).read()
    assert scheme.words[0] == rules.Word(Decimal(18), "Excellent")
    assert sum(rubric.out_of for rubric in scheme.rubrics) == 20
    assert len(scheme.decisions) == (2 if cycle == "first" else 0)


LINES = {
    "words": "18 Excellent\n9,5 À peine\n0 Faible",
    "rubrics": "Assiduité /6 : 0,5 par heure non justifiée, tout dès 10\nTenue /14 : 1 toutes les 3 sorties",
    "decisions": "6e, 5e : 10 admis ; 9,5 conseil ; 0 exclu\nredoublants de 6e : 10 admis ; 0 exclu",
}


@pytest.mark.parametrize("kind", LINES)
def test_lines_are_written_as_they_are_read_and_kept_as_json(kind):
    read, write, of = (getattr(rules, name) for name in (f"read_{kind}", f"write_{kind}", f"{kind}_of"))
    rows = read(LINES[kind])
    assert write(rows) == LINES[kind]
    assert of(rules.plain(rows)) == rows


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("words", "18 Excellent\nbien 12", "Ligne 2, « bien 12 »"),
        ("words", "18", "Ligne 1"),
        ("words", "18,555 Excellent", "Ligne 1"),
        ("rubrics", "Tenue : 3 par faute", "Ligne 1"),
        ("rubrics", "Tenue /3 : trois par faute", "Ligne 1"),
        ("decisions", "6e : 10 admise", "Ligne 1"),
        ("decisions", "6e 10 admis", "Ligne 1"),
    ],
)
def test_a_line_that_cannot_be_read_says_which_and_how_to_write_it(kind, typed, said):
    with pytest.raises(NotALine, match=said) as trouble:
        getattr(rules, f"read_{kind}")(typed)
    assert "par exemple" in str(trouble.value)


def lines(kind, typed):
    return rules.plain(getattr(rules, f"read_{kind}")(typed))


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        ({"annual_weights": []}, "annual_weights", "poids de chaque période"),
        ({"annual_weights": [1, 0]}, "annual_weights", "le dernier"),
        ({"honour_roll_from": Decimal(21)}, "honour_roll_from", "Entre 0 et 20"),
        (
            {"honour_roll_from": Decimal(14), "encouragement_from": Decimal(12)},
            "encouragement_from",
            "plus bas que 14",
        ),
        (
            {"work_blame_below": Decimal(11), "work_warning_below": Decimal(10)},
            "work_warning_below",
            "plus bas que 11",
        ),
        ({"words": lines("words", "12 Bien\n14 TB\n0 Faible")}, "words", "du plus haut au plus bas"),
        ({"words": lines("words", "12 Bien\n5 Faible")}, "words", "à 0"),
        ({"scale": 10, "words": lines("words", "12 Bien\n0 Faible")}, "words", "de 10 au plus"),
        ({"rubrics": lines("rubrics", "Tenue /19 : 1 par faute")}, "rubrics", "font 19 points"),
        (
            {"rubrics": lines("rubrics", "Tenue /20 : 1 par faute ; 2 par faute")},
            "rubrics",
            "compté deux fois",
        ),
        ({"rubrics": lines("rubrics", "Tenue /20 : 0 par faute")}, "rubrics", "plus de zéro"),
        ({"decisions": lines("decisions", "6e : 10 admis")}, "decisions", "à 0"),
        ({"decisions": lines("decisions", "6e : 0 exclu\n6e : 0 admis")}, "decisions", "deux règles"),
        ({"words": [{"low": "x", "text": "?"}]}, "__all__", "illisibles"),
    ],
)
def test_values_that_cannot_stand_together_are_refused_by_field_in_french(settings, field, said):
    with pytest.raises(ValidationError) as refusal:
        GradingScheme(school_id=1, **settings).clean()
    assert said in " ".join(refusal.value.message_dict[field])
