"""Random classes: the rules against an oracle that shares nothing with them (oracle.py).

200 classes in the suite; 10,000 apart, a minute of a free core:
`./deploy/test -m long tests/grades/test_random_classes.py`.
Each run has another seed, which it prints; `EDUCONNECT_RANDOM_SEED` replays one.
"""

import os
import random
import re
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from apps.grades import rules
from apps.grades.rules import annual, averages, standings, years

from . import oracle
from .random_classes import RandomClass, decimal, exact

GROUPS = {
    "FR": "Lettres",
    "FR.EO": "Lettres",
    "FR.OG": "Lettres",
    "LV2": "Lettres",
    "MATH": "Sciences",
    "EPS": "Autres",
}
SEED = int(os.environ.get("EDUCONNECT_RANDOM_SEED", random.SystemRandom().randrange(10**9)))


def weighed(mark) -> rules.Weighed:
    value, out_of, coefficient, counts = mark
    missing = value if isinstance(value, str) else ""
    number = None if missing else decimal(value)
    return rules.Weighed(number, decimal(out_of), decimal(coefficient), counts, missing)


def compare(school: RandomClass) -> None:
    """Everything that is printed of the class, and the lines that say how it was made."""
    plan = [
        rules.Line(subject, decimal(coefficient), parent, GROUPS.get(subject, ""))
        for subject, (coefficient, parent) in school.plan.items()
    ]
    by = rules.Reckoning(school.scheme, school.zero_codes)
    results, told = [], []
    for pupil in school.pupils:
        marks = school.marks_of(pupil)
        scores = {subject: [weighed(mark).score for mark in its] for subject, its in marks.items()}
        made = rules.result_of(scores, plan, by)
        wanted = oracle.term(marks, school.plan, school.scheme, school.zero_codes)
        assert {subject: exact(value) for subject, value in made.averages.items()} == wanted[0]
        assert (exact(made.points), exact(made.coefficients), exact(made.overall)) == wanted[1:]
        results.append(made)
        told.append(wanted)
    check_with_a_pencil(school, school.marks_of(school.pupils[0]))
    check_places(school, rules.stand(dict(enumerate(results))), told)
    check_years(results, [general for *_, general in told])


def check_places(school: RandomClass, standings: rules.Standings, told: list[tuple]) -> None:
    """In general, in each subject and part, in each bilan."""
    generals = [general for *_, general in told]
    bilans = [oracle.bilans(found, school.plan, GROUPS) for found, *_ in told]
    for n, standing in standings.pupils.items():
        assert as_told(standing.rank) == oracle.place(generals[n], generals)
        assert {group: tuple(map(exact, total)) for group, total in standing.result.bilans.items()} == bilans[
            n
        ]
        assert {subject: as_told(rank) for subject, rank in standing.subject_ranks.items()} == {
            subject: oracle.place(average, [found.get(subject) for found, *_ in told])
            for subject, average in told[n][0].items()
        }
        assert {group: as_told(rank) for group, rank in standing.bilan_ranks.items()} == {
            group: oracle.place(average, [its[group][2] for its in bilans if group in its])
            for group, (*_, average) in bilans[n].items()
        }
    assert exact(standings.overall and standings.overall.mean) == oracle.class_mean(generals)


def check_years(results: list[rules.Result], generals: list[Fraction | None]) -> None:
    """As if the pupils' terms were those of one pupil and of the next."""
    size = len(results)
    turns = {n: [(n + turn) % size if (n + turn) % 4 else None for turn in range(3)] for n in range(size)}
    terms = {n: [None if turn is None else results[turn] for turn in its] for n, its in turns.items()}
    told = [
        oracle.year([None if turn is None else generals[turn] for turn in its], (1, 2, 2))
        for its in turns.values()
    ]
    years = rules.year_of(terms, (1, 2))
    assert [exact(year.average) for year in years.pupils.values()] == told
    assert [as_told(year.rank) for year in years.pupils.values()] == [
        oracle.place(average, told) for average in told
    ]


def as_told(rank: rules.Rank | None) -> tuple | None:
    return rank and tuple(rank)


def check_with_a_pencil(school: RandomClass, marks: dict) -> None:
    """The printed line, worked out as it is written, gives what it says."""
    by = rules.Reckoning(school.scheme, school.zero_codes)
    for its in marks.values():
        line = rules.working([weighed(mark) for mark in its], by)
        average = oracle.subject_average(its, school.scheme, school.zero_codes)
        assert (line is None) == (average is None)
        if line:
            said, result = re.fullmatch(r"(.+) = ([0-9]+,[0-9]{2})(?:, .+)?", str(line)).groups()
            assert exact(Decimal(result.replace(",", "."))) == average
            assert oracle.hundredths(min(pencil(said), Fraction(20))) == average


def pencil(written: str) -> Fraction:
    written = re.sub(r" \((Abs|Disp|N\.Rdu|N\.Not)\)", "", written).replace("bonus ", "")
    for sign, operator in (("×", "*"), ("÷", "/"), ("−", "-"), (",", ".")):
        written = written.replace(sign, operator)
    return eval(re.sub(r"[0-9.]+", r"Fraction('\g<0>')", written), {"Fraction": Fraction})


def run(classes: int, check, *, phases=tuple(Phase)) -> tuple[int, int]:
    """Check so many random classes; return how many there were, and their pupils."""
    seen = []

    @seed(SEED)
    @settings(
        max_examples=classes, database=None, deadline=None, phases=phases,
        suppress_health_check=list(HealthCheck), print_blob=True,
    )  # fmt: skip
    @given(st.binary(min_size=100, max_size=500).map(RandomClass.read))
    def each(school):
        seen.append(len(school.pupils))
        check(school)

    each()
    return len(seen), sum(seen)


@pytest.mark.parametrize("wanted", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_random_classes_are_what_exact_fractions_say(capsys, wanted):
    classes, pupils = run(wanted, compare)
    with capsys.disabled():
        print(f"\n{classes} random classes, {pupils} pupils: as exact fractions say (seed {SEED})")  # noqa: T201
    assert classes >= wanted


# And with one rule broken, the same comparison finds it.


def bankers(value):
    return value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def parents_and_parts(overall):
    return lambda known, plan: replace(
        overall(known, plan),
        **{
            name: getattr(overall(known, [line._replace(parent_id=None) for line in plan]), name)
            for name in ("points", "coefficients", "overall")
        },
    )


BROKEN = {
    "halves to the even digit": lambda patch: patch.setattr(averages, "rounded", bankers),
    "parents and parts both count": lambda patch: patch.setattr(
        averages, "overall", parents_and_parts(averages.overall)
    ),
    "a bonus from its first point": lambda patch: patch.setattr(
        averages.Score, "surplus", property(lambda score: score.points)
    ),
    "the worst optional mark is tried first": lambda patch: patch.setattr(
        averages, "sorted", lambda rows, key, reverse: sorted(rows, key=key), raising=False
    ),
    "exempt is worth zero": lambda patch: patch.setattr(averages, "EXEMPT", "nobody"),
    "equals do not share a place": lambda patch: patch.setattr(
        standings, "ranks", lambda known: {key: rules.Rank(n) for n, key in enumerate(known, start=1)}
    ),
    "what is printed of a subject is not what is added": lambda patch: patch.setattr(
        averages, "weighed", lambda value, coefficient: value * coefficient
    ),
    "a term without average counts zero": lambda patch: patch.setattr(
        years, "annual", lambda terms, weights: annual([term or Decimal(0) for term in terms], weights)
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_is_found(broken, monkeypatch):
    BROKEN[broken](monkeypatch)
    with pytest.raises((AssertionError, ZeroDivisionError)):
        run(1000, compare, phases=[Phase.generate])
