"""A browser killed while a teacher types a column, its network just cut: what it kept is saved, and once.

50 times by hand: EDUCONNECT_CAMPAIGN=50 ./deploy/test -s tests/faults/test_browser_killed.py
"""

import random
from collections import Counter
from decimal import Decimal

import pytest

from apps.core.tenancy import in_school
from apps.grades.models import Assessment, Mark
from tests.factories.grades import AssessmentFactory
from tests.faults.desk import Desk, end_at_once, let_it_send
from tests.faults.results import keep, seed_of, size
from tests.grades.test_typing import cells

pytestmark = pytest.mark.browser
RUNS = min(size(5), 50)
PUPILS = 60
MARKS = [f"{n % 20},{(n * 25) % 100:02d}" for n in range(PUPILS)]
KEYS = [key for mark in MARKS for key in (*mark, "Enter")]


def press(page, keys: list[str]) -> None:
    for key in keys:
        page.keyboard.press(key)


def type_until_killed(desk: Desk, cut_at: int, killed_at: int, pause: float) -> None:
    """Keys are counted; `pause` milliseconds after the last one, the browser is no more."""
    with desk.open() as (page, process):
        cells(page).first.focus()
        press(page, KEYS[:cut_at])
        page.context.set_offline(True)
        press(page, KEYS[cut_at:killed_at])
        page.wait_for_timeout(pause)
        end_at_once(process)


def take_up_again(desk: Desk, assessment: Assessment, *, to_the_end: bool) -> dict[str, Decimal]:
    """The same person, the same browser: what it kept leaves by itself and is returned; then all is typed."""
    with desk.open() as (page, _):
        let_it_send(page)
        there = saved(assessment)
        if to_the_end:
            type_what_is_missing(page)
    return there


def type_what_is_missing(page) -> None:
    shown = cells(page).evaluate_all("cells => cells.map(cell => cell.value)")
    first = shown.index("") if "" in shown else PUPILS
    assert not any(shown[first:])
    if first < PUPILS:
        cells(page).nth(first).focus()
    press(page, [key for mark in MARKS[first:] for key in (*mark, "Enter")])
    let_it_send(page)


def saved(assessment: Assessment) -> dict[str, Decimal]:
    """What the school has of the column, in the order of the sheet, by slot."""
    with in_school(assessment.school_id):
        marks = Mark.objects.filter(assessment=assessment).order_by("student__sort_key")
        return {f"{assessment.pk}.{pk}": value for pk, value in marks.values_list("student", "value")}


def changes(assessment: Assessment) -> int:
    with in_school(assessment.school_id):
        return Mark.pgh_event_model.objects.filter(assessment=assessment).count()


def kill(desk: Desk, assessment: Assessment, cut: int, killed: int, pause: float, *, forget: bool) -> Counter:
    """Of the cells left, and of those that the browser said it had kept, how many were lost; what doubled.

    `forget`: it finds nothing of what it kept.
    """
    type_until_killed(desk, cut, killed, pause)
    kept, left = set(desk.kept), KEYS[:killed].count("Enter")
    if forget:
        desk.profile = desk.profile.with_name("another")
    there = take_up_again(desk, assessment, to_the_end=not forget)
    wanted = [Decimal(mark.replace(",", ".")) for mark in MARKS]
    return Counter(
        runs=1,
        left=left,
        acknowledged=len(kept),
        lost=len(kept - there.keys()),
        left_and_lost=max(left - len(there), 0),
        doubled=max(changes(assessment) - PUPILS, 0),
        wrong=list(saved(assessment).values()) != wanted,
    )


@pytest.fixture
def campaign(chromium, web, school, tmp_path, request):
    """Kill a browser so many times, at random moments, each on a sheet of its own; what became of it all."""
    rng = random.Random(seed_of(request))

    def run(what: str, runs: int, *, forget: bool = False) -> Counter:
        counts = Counter(lost=0, left_and_lost=0, doubled=0, wrong=0)
        for number in range(runs):
            with in_school(school.pk):
                assessment = AssessmentFactory(pupils=PUPILS)
                teacher = assessment.course.teacher
            sheet = f"{web}/{school.slug}/notes/evaluations/{assessment.pk}/"
            desk = Desk(chromium, tmp_path / f"profile{number}", teacher, sheet)
            cut, killed = sorted(rng.sample(range(len(KEYS)), 2))
            if forget:
                cut, killed = len(KEYS) // 10, len(KEYS) // 5
            counts.update(kill(desk, assessment, cut, killed, rng.uniform(0, 70), forget=forget))
        print(f"{what}: {dict(counts)}")  # noqa: T201
        keep(what, seed=seed_of(request), **counts)
        return counts

    return run


def test_what_a_killed_browser_kept_is_saved_once(campaign):
    counts = campaign("browser-killed", RUNS)
    assert (counts["lost"], counts["doubled"], counts["wrong"]) == (0, 0, 0)


@pytest.mark.long
def test_with_a_browser_that_forgets_the_campaign_finds_losses(campaign):
    assert campaign("browser-killed-forgetful", 1, forget=True)["lost"] > 0
