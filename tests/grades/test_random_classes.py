"""Random classes: the rules against an oracle that shares nothing with them (oracle.py).

300 classes in the suite; the whole run takes a minute of a free core:
`EDUCONNECT_RANDOM_CLASSES=10000 pytest -n0 tests/grades/test_random_classes.py`.
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
from apps.grades.rules import averages

from . import oracle
from .random_classes import RandomClass, decimal, exact

CLASSES = int(os.environ.get("EDUCONNECT_RANDOM_CLASSES", "300"))
SEED = int(os.environ.get("EDUCONNECT_RANDOM_SEED", random.SystemRandom().randrange(10**9)))


def weighed(mark) -> rules.Weighed:
    value, out_of, coefficient, counts = mark
    missing = value if isinstance(value, str) else ""
    number = None if missing else decimal(value)
    return rules.Weighed(number, decimal(out_of), decimal(coefficient), counts, missing)


def compare(school: RandomClass) -> None:
    """Everything that is printed of the class, and the lines that say how it was made."""
    plan = [
        rules.Line(subject, decimal(coefficient), parent)
        for subject, (coefficient, parent) in school.plan.items()
    ]
    by = rules.Reckoning(school.scheme, school.zero_codes)
    everyone, told = [], []
    for pupil in school.pupils:
        marks = school.marks_of(pupil)
        scores = {subject: [weighed(mark).score for mark in its] for subject, its in marks.items()}
        made = rules.result_of(scores, plan, by)
        wanted = oracle.term(marks, school.plan, school.scheme, school.zero_codes)
        assert {subject: exact(value) for subject, value in made.averages.items()} == wanted[0]
        assert (exact(made.points), exact(made.coefficients), exact(made.overall)) == wanted[1:]
        everyone.append(made.overall)
        told.append(wanted[3])
        check_with_a_pencil(school, marks)
    for average, rank in zip(told, rules.ranks(dict(enumerate(everyone))).values(), strict=True):
        assert (rank and (rank.place, rank.is_shared)) == oracle.place(average, told)
    figures = rules.class_figures(everyone)
    assert exact(figures and figures.mean) == oracle.class_mean(told)


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


def test_random_classes_are_what_exact_fractions_say(capsys):
    classes, pupils = run(CLASSES, compare)
    with capsys.disabled():
        print(f"\n{classes} random classes, {pupils} pupils: as exact fractions say (seed {SEED})")  # noqa: T201
    assert classes >= CLASSES


# And with one rule broken, the same comparison finds it.


def bankers(value):
    return value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def parents_and_parts(overall):
    return lambda known, plan: replace(
        overall(known, plan),
        **{
            name: getattr(overall(known, [replace(line, parent_id=None) for line in plan]), name)
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
        rules, "ranks", lambda known: {key: rules.Rank(n) for n, key in enumerate(known, start=1)}
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_is_found(broken, monkeypatch):
    BROKEN[broken](monkeypatch)
    with pytest.raises((AssertionError, ZeroDivisionError)):
        run(1000, compare, phases=[Phase.generate])
