"""The school's arithmetic a second time, with fractions and by brute force: what the rules must agree with.

It shares no code with `apps.grades.rules`. Where the rules stop at the first optional mark that does not
raise, this tries every choice and keeps the best.
"""

from fractions import Fraction
from itertools import chain, combinations
from math import floor

HALF = Fraction(1, 2)


def hundredths(exact: Fraction) -> Fraction:
    """Half-up: the school's rounding."""
    return Fraction(floor(exact * 100 + HALF), 100)


def subject_average(marks, scheme, zero_codes):
    """Of (value or code, scale, coefficient, how it counts); None when there is none."""
    heard = [mark for mark in marks if not isinstance(mark[0], str) or mark[0] in zero_codes]
    weighing = [value for value, _, coefficient, counts in heard if counts == "always" and coefficient]
    if all(value == "exempt" for value in weighing):
        return None
    heard = [(0 if isinstance(value, str) else value, *about) for value, *about in heard]
    base, bonuses, spare = (
        [mark for mark in heard if mark[3] == counts] for counts in ("always", "bonus", "if_better")
    )
    choices = chain.from_iterable(combinations(spare, size) for size in range(len(spare) + 1))
    best = max(mean([*base, *choice], bonuses, scheme) for choice in choices)
    return hundredths(min(best, Fraction(20)))


def mean(marks, bonuses, scheme):
    if scheme == "coef":
        above = sum(value / scale * 20 * coefficient for value, scale, coefficient, _ in marks)
        above += sum(max(value - scale / 2, 0) / scale * 20 * coef for value, scale, coef, _ in bonuses)
        return above / sum(coefficient for _, _, coefficient, _ in marks)
    points = sum(value * coefficient for value, _, coefficient, _ in marks)
    points += sum(max(value - scale / 2, 0) * coefficient for value, scale, coefficient, _ in bonuses)
    return points / sum(scale * coefficient for _, scale, coefficient, _ in marks) * 20


def term(marks, plan, scheme, zero_codes):
    """Averages by subject, points, coefficients, general average. `plan`: subject → (coefficient, parent)."""
    found = {subject: subject_average(its, scheme, zero_codes) for subject, its in marks.items()}
    found = {subject: value for subject, value in found.items() if value is not None}
    for parent in {above for _, above in plan.values() if above}:
        parts = [
            (found[subject], coefficient)
            for subject, (coefficient, above) in plan.items()
            if above == parent and subject in found and coefficient
        ]
        if parts:
            total = sum(value * coefficient for value, coefficient in parts)
            found[parent] = hundredths(total / sum(coefficient for _, coefficient in parts))
    top = [
        (found[subject], coefficient)
        for subject, (coefficient, above) in plan.items()
        if above is None and subject in found and coefficient
    ]
    points = sum((hundredths(value * coefficient) for value, coefficient in top), Fraction(0))
    coefficients = sum((coefficient for _, coefficient in top), Fraction(0))
    return found, points, coefficients, hundredths(points / coefficients) if top else None


def bilans(found, plan, groups):
    """By group: points, coefficients, average. `groups`: subject → group."""
    told = {}
    for group in set(groups.values()):
        rows = [
            (found[subject], coefficient)
            for subject, (coefficient, above) in plan.items()
            if groups.get(subject) == group and above is None and subject in found and coefficient
        ]
        if rows:
            points = sum(hundredths(value * coefficient) for value, coefficient in rows)
            coefficients = sum(coefficient for _, coefficient in rows)
            told[group] = (points, coefficients, hundredths(points / coefficients))
    return told


def year(terms, weights):
    """Of the terms that have an average; None when none that weighs has."""
    weighing = [(term, weight) for term, weight in zip(terms, weights, strict=True) if term is not None]
    total = sum(weight for _, weight in weighing)
    return hundredths(sum(term * weight for term, weight in weighing) / Fraction(total)) if total else None


def place(general, everyone):
    """1 + how many did better, and whether another did as well; None without average."""
    if general is None:
        return None
    others = [value for value in everyone if value is not None]
    return 1 + sum(value > general for value in others), others.count(general) > 1


def class_mean(everyone):
    known = [value for value in everyone if value is not None]
    return hundredths(sum(known, Fraction(0)) / len(known)) if known else None
