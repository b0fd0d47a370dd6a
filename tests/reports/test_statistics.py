"""A class's term in figures, and its tableau d’honneur."""

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import Role
from apps.classes.models import ClassTerm, Enrolment
from apps.core.clock import now, today
from apps.grades.api import Audience
from apps.grades.models import Mark
from apps.people.models import Student
from apps.reports import selectors
from apps.reports.models import Verdict
from apps.reports.rules import bands_of, count_within, percent, spread_of
from tests.conftest import school_with
from tests.factories.classes import ClassGroupFactory, EnrolmentFactory, graded
from tests.reports.test_documents import pages
from tests.world import build_world

TWENTY = Decimal(20)


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(build_world))


@pytest.fixture
def world(rows):
    """Three pupils: 10,25, 13,63 and 11,88; the third is a boy."""
    Student.objects.filter(pk=third(rows)).update(sex="M")
    return rows


def third(world) -> int:
    students = Enrolment.objects.filter(class_group=world.class_group).order_by(
        "student__sort_key", "student"
    )
    return students.values_list("student", flat=True)[2]


def in_class(world):
    return Enrolment.objects.filter(class_group=world.class_group).values("student")


def term_of(world) -> ClassTerm:
    rows = ClassTerm.objects.with_reckoning().select_related(
        "term", "class_group__year", "class_group__calendar"
    )
    return rows.get(pk=world.class_term.pk)


def test_a_spread_rounds_half_up_and_leaves_out_who_has_none():
    spread = spread_of([Decimal("9.99"), Decimal(10), None, Decimal("12.02")], TWENTY)
    assert (spread.count, spread.passed, spread.share) == (3, 2, 67)
    assert (spread.mean, spread.lowest, spread.highest) == (
        Decimal("10.67"),
        Decimal("9.99"),
        Decimal("12.02"),
    )
    assert spread_of([Decimal("8.49"), Decimal("8.50")], TWENTY).mean == Decimal("8.50")
    assert spread_of([None], TWENTY).share is None
    assert (percent(1, 8), percent(0, 3), percent(0, 0)) == (13, 0, None)


@pytest.mark.parametrize("scale", [TWENTY, Decimal(10)])
def test_ranges_hold_every_average_once(scale):
    averages = [Decimal(n) / 100 for n in range(int(scale) * 100 + 1)]
    counts = [count_within(averages, *band) for band in bands_of(scale)]
    assert sum(counts) == len(averages)
    assert counts[:3] == [500 * scale / 20, 350 * scale / 20, 150 * scale / 20]


def test_it_counts_girls_and_boys_ranges_and_subjects(world):
    EnrolmentFactory(class_group=world.class_group, student__sex="M")
    said = selectors.class_statistics(term_of(world), on=today())
    assert said.groups == (
        ("Filles", "2", "2", "0", "11,94", "10,25", "13,63", "2", "100\u202f%"),
        ("Garçons", "2", "1", "1", "11,88", "11,88", "11,88", "1", "100\u202f%"),
        ("Ensemble", "4", "3", "1", "11,92", "10,25", "13,63", "3", "100\u202f%"),
    )
    assert ("10 à 11,99", "1", "1", "2", "67\u202f%") in said.bands
    assert sum(int(band[3]) for band in said.bands) == 3
    assert [line[:4] for line in said.subjects] == [
        ("Mathématiques", "3", "11,92", "10,25"),
        ("Français", "3", "11,92", "10,25"),
    ]


def test_a_class_of_nobody_of_one_or_without_marks_has_figures_without_values(world):
    Mark.objects.all().delete()
    said = selectors.class_statistics(term_of(world), on=today())
    assert said.groups[2] == ("Ensemble", "3", "0", "3", "–", "–", "–", "0", "–")
    world.class_term = ClassTerm.objects.get(class_group=ClassGroupFactory(pupils=1))
    assert selectors.class_statistics(term_of(world), on=today()).groups[2][1] == "1"
    [alone] = selectors.class_statements(term_of(world), on=today(), audience=Audience.STAFF)
    assert alone.results == (("Moyenne provisoire", "–"), ("Rang provisoire", "non classé"))
    world.class_term = ClassTerm.objects.get(class_group=ClassGroupFactory())
    assert selectors.class_statistics(term_of(world), on=today()).groups[2][1] == "0"
    assert selectors.honour_roll(term_of(world), on=today()).pupils == ()


def test_the_honour_roll_has_who_reached_it_best_first(world):
    graded(
        world.class_group,
        honour_roll_from=10,
        encouragement_from=11,
        congratulations_from=13,
        refused_below=5,
    )
    Verdict.objects.all().delete()
    ties = Student.objects.in_register_order().filter(pk=third(world))
    Mark.objects.filter(student__in=ties).update(value=Decimal("10.25"))
    Mark.objects.filter(student=world.student).update(value=Decimal("10.25"))
    roll = selectors.honour_roll(term_of(world), on=today())
    assert [(one.rank, one.average, one.distinction) for one in roll.pupils] == [
        ("1er", "13,63", "T.H. + félicitations"),
        ("2e ex", "10,25", "Tableau d’honneur"),
        ("2e ex", "10,25", "Tableau d’honneur"),
    ]
    assert roll.pupils[1].name.startswith(world.student.last_name.upper())
    assert "proposition, avant le conseil" in roll.about


def test_the_council_s_word_takes_the_place_of_what_was_proposed(world):
    graded(world.class_group, honour_roll_from=10)
    first, second, last = Student.objects.filter(pk__in=in_class(world)).in_register_order()
    Mark.objects.filter(student=last).delete()
    about = {"class_term": world.class_term, "decided_by": world.members[Role.PRINCIPAL], "decided_at": now()}
    Verdict.objects.all().delete()
    Verdict.objects.create(student=first, distinction="refused", **about)
    Verdict.objects.create(student=last, distinction="encouragement", **about)
    roll = selectors.honour_roll(term_of(world), on=today())
    assert [(one.rank, one.average, one.distinction) for one in roll.pupils] == [
        ("1er", "13,63", "Tableau d’honneur"),
        ("NC", "–", "T.H. + encouragements"),
    ]
    assert roll.pupils[0].name.startswith(second.last_name.upper())


def test_both_are_printed_and_an_empty_roll_says_so(client, path_to, world):
    client.force_login(world.members[Role.DIRECTOR_OF_STUDIES].user)
    [page] = pages(client.get(path_to("reports:statistics", world.class_term.pk)))
    for text in (
        "Statistiques de la classe",
        "moyennes provisoires",
        "Ensemble 3 3 0 11,92",
        "10 à 11,99 1 1 2 67 %",
    ):
        assert text in page, text
    Verdict.objects.all().delete()
    [page] = pages(client.get(path_to("reports:honour_roll", world.class_term.pk)))
    assert "Aucun élève au tableau d’honneur." in page


def test_a_term_that_has_not_begun_is_not_offered(client, path_to, world):
    client.force_login(world.members[Role.SECRETARY].user)
    address = path_to("reports:statistics", world.class_term.pk)
    assert address in client.get(path_to("reports:class_documents", world.class_group.pk)).text
    term = world.class_term.term
    term.starts_on = date(2026, 12, 1)
    term.save()
    assert address not in client.get(path_to("reports:class_documents", world.class_group.pk)).text
