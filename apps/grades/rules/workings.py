"""How a number was made, for whoever wants to check it with a pencil."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.classes.rules import TWENTY, Reckoning, Weighting, french

from .averages import ONE, USUAL, Counts, Made, Result, Score, make
from .reading import MarkValue, write_mark


@dataclass(frozen=True, slots=True)
class Working:
    """The line that leads to a number."""

    above: str
    below: str
    result: Decimal
    note: str = ""

    def __str__(self) -> str:
        """ "(14 × 1 + 9,5 × 2) ÷ 3 = 11,00"; what has to be said after it, in its words."""
        return f"{self.above} ÷ {self.below} = {french(self.result, places=2)}{self.note}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One number of a working: 7 out of 10, weighing 1; or a code."""

    value: Decimal | None
    out_of: Decimal = TWENTY
    coefficient: Decimal = ONE
    counts: str = Counts.ALWAYS
    missing: str = ""

    @property
    def score(self) -> Score:
        return Score.of_mark(MarkValue(self.value, self.missing), self.out_of, self.coefficient, self.counts)

    @property
    def is_bonus(self) -> bool:
        return self.counts == Counts.BONUS


def working(marks: Sequence[Weighed], by: Reckoning = USUAL) -> Working | None:
    """The line that leads from the marks to their average; None when nothing counts."""
    scores = [mark.score for mark in marks]
    made = make(scores, by)
    if made.average is None:
        return None
    entered = [mark for n, mark in enumerate(marks) if n in made.entered and mark.coefficient]
    shown = [mark for mark in entered if not mark.is_bonus or mark.score.surplus]
    plain = all(mark.coefficient == 1 for mark in shown)
    above = _sum([_times(_term(mark, by), mark.coefficient, plain) for mark in shown])
    weighing = [mark for mark in entered if not mark.is_bonus]
    left_out = [
        mark for n, mark in enumerate(marks) if _is_spare(mark) and mark.coefficient and n not in made.entered
    ]
    return Working(above, _below(weighing, by, plain), made.average, _note(made, left_out))


def working_of_parts(parts: Sequence[Weighed], *, has_own_marks: bool) -> Working | None:
    """The line from a subject's parts to its average: marks given outside them are not in it."""
    line = working(parts)
    if line is None or not has_own_marks:
        return line
    return Working(line.above, line.below, line.result, ", sans les notes hors sous-disciplines")


def overall_working(result: Result) -> Working | None:
    """ "262,81 ÷ 19 = 13,83"; None without general average."""
    if result.overall is None:
        return None
    return Working(french(result.points, places=2), french(result.coefficients), result.overall)


def remark(mark: Weighed, *, has_entered: bool | None = None) -> str:
    """How a mark counts, where it is not as all do. `has_entered` None: it is not known yet."""
    optional = OPTIONAL.get(mark.counts, "")
    if mark.missing:
        return "compte 0" if has_entered and not optional else optional
    if has_entered is None or (has_entered and not optional):
        return optional
    if has_entered:
        return "bonus, n’ajoute rien" if mark.is_bonus and not mark.score.surplus else ENTERED[mark.counts]
    return f"{optional}, ne compte pas" if optional else "ne compte pas"


OPTIONAL = {Counts.BONUS: "bonus", Counts.IF_BETTER: "facultative"}
ENTERED = {Counts.BONUS: "bonus", Counts.IF_BETTER: "facultative, compte"}


def _is_spare(mark: Weighed) -> bool:
    return mark.counts == Counts.IF_BETTER and mark.value is not None


def _note(made: Made, left_out: Sequence[Weighed]) -> str:
    note = ", le maximum" if made.is_capped else ""
    if left_out:
        verb = "améliorent" if len(left_out) > 1 else "améliore"
        note += f", sans {' ni '.join(map(_as_given, left_out))} qui ne l’{verb} pas"
    return note


def _below(weighing: Sequence[Weighed], by: Reckoning, plain: bool) -> str:
    if by.weighting == Weighting.SCALE:
        scales = _sum([_times(french(mark.out_of), mark.coefficient, plain) for mark in weighing])
        return f"{scales if plain or len(weighing) > 1 else f'({scales})'} × {french(by.scale)}"
    return french(sum((mark.coefficient for mark in weighing), Decimal(0)))


def _term(mark: Weighed, by: Reckoning) -> str:
    """A mark of another scale shows how it comes to the average's: nothing is rescaled unsaid."""
    if mark.value is None:
        return f"0 ({write_mark(None, mark.missing)})"
    own = french(mark.value)
    if mark.is_bonus:
        own = f"bonus ({own} − {french(mark.out_of / 2)})"
    if by.weighting == Weighting.SCALE or mark.out_of == by.scale:
        return own
    return f"{own}/{french(mark.out_of)} × {french(by.scale)}"


def _as_given(mark: Weighed) -> str:
    own = french(mark.value)
    return own if mark.out_of == TWENTY else f"{own}/{french(mark.out_of)}"


def _times(number: str, coefficient: Decimal, plain: bool) -> str:
    return number if plain else f"{number} × {french(coefficient)}"


def _sum(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"
