"""Classes drawn at random: their curriculum, their columns, their pupils' marks, in exact fractions."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SCALES = [Fraction(number) for number in (20, 10, 5, 40, 60, 7, 15, 30)] + [Fraction(25, 2)]
COEFFICIENTS = [Fraction(n, 2) for n in (2, 4, 6, 1, 3, 0, 5)] + [Fraction(133, 100)]
COUNTS = ("always", "always", "always", "bonus", "if_better")
CODES = ("absent", "exempt", "not_handed_in", "not_marked")
STEPS = (Fraction(1, 4), Fraction(1, 2), Fraction(1, 100))
# Parents, parts of FR, a subject that the curriculum does not weigh, one that weighs nothing.
SUBJECTS = {"FR": None, "FR.EO": "FR", "FR.OG": "FR", "MATH": None, "EPS": None, "LV2": None}


class Tape:
    """Bytes, read as choices; past the end, the first choice."""

    def __init__(self, drawn: bytes) -> None:
        self.drawn = iter(drawn)

    def number(self, below: int) -> int:
        return (next(self.drawn, 0) * 256 + next(self.drawn, 0)) % below

    def one_of(self, choices):
        return choices[self.number(len(choices))]


@dataclass
class RandomClass:
    """`plan`: subject → (coefficient, parent). `columns`: (subject, scale, coefficient, how it counts).

    A pupil is what she has in each: a value, a code or nothing.
    """

    scheme: str
    zero_codes: list[str]
    plan: dict[str, tuple]
    columns: list[tuple]
    pupils: list[list]

    @classmethod
    def read(cls, drawn: bytes, scales=SCALES, counts=COUNTS) -> "RandomClass":
        tape = Tape(drawn)
        scheme = tape.one_of(("coef", "bareme"))
        zero_codes = [code for code in CODES if tape.number(3) == 2]
        plan = {
            subject: (tape.one_of(COEFFICIENTS), parent)
            for subject, parent in SUBJECTS.items()
            if subject != "LV2" or tape.number(2)
        }
        columns = [
            (subject, tape.one_of(scales), tape.one_of(COEFFICIENTS), tape.one_of(counts))
            for subject in SUBJECTS
            for _ in range(tape.number(5))
        ]
        pupils = [[_mark(tape, column[1]) for column in columns] for _ in range(1 + tape.number(4))]
        return cls(scheme, zero_codes, plan, columns, pupils)

    def marks_of(self, pupil: list) -> dict[str, list[tuple]]:
        """By subject: (value or code, scale, coefficient, how it counts)."""
        marks: dict[str, list[tuple]] = {}
        for mark, (subject, *about) in zip(pupil, self.columns, strict=True):
            if mark is not None:
                marks.setdefault(subject, []).append((mark, *about))
        return marks


def _mark(tape: Tape, out_of: Fraction):
    kind = tape.number(8)
    if kind == 7:
        return None
    if kind == 6:
        return tape.one_of(CODES)
    step = tape.one_of(STEPS)
    return tape.number(int(out_of / step) + 1) * step


def decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)
