"""What a class council says of a pupil, in the words of the paper."""

from dataclasses import dataclass

from apps.classes.rules import Decision

# By what grades proposes (its Distinction, its Sanction).
DISTINCTIONS = {
    "honour_roll": "Tableau d’honneur",
    "encouragement": "T.H. + encouragements",
    "congratulations": "T.H. + félicitations",
    "refused": "T.H. refusé",
}
WORK_SANCTIONS = {"work_warning": "Avertissement travail", "work_blame": "Blâme travail"}
CONDUCT_SANCTIONS = {"conduct_warning": "Avertissement conduite", "conduct_blame": "Blâme conduite"}
SANCTIONS = WORK_SANCTIONS | CONDUCT_SANCTIONS

# Of a boy, of a girl. "Council" is what rules propose when it is for the council to say: it decides no pupil.
DECISIONS = {
    Decision.ADMITTED: ("Admis en classe supérieure", "Admise en classe supérieure"),
    Decision.REPEATS: ("Redouble", "Redouble"),
    Decision.EXCLUDED: ("Exclu", "Exclue"),
}
AT_MOST_OF_A_REASON = 200


@dataclass(frozen=True, slots=True)
class Ruling:
    """A council's verdict on a pupil: values of the tables above, "" for none.

    `decision` is a year's; `reason` says why it is not the proposed one.
    """

    distinction: str = ""
    work: str = ""
    conduct: str = ""
    decision: str = ""
    reason: str = ""

    @property
    def sanctions(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.work, self.conduct)))


def departs(decision: str, proposed: str) -> bool:
    """Whether it is another than the one that the rules propose, and wants a reason."""
    return bool(decision) and proposed in DECISIONS and decision != proposed


def decision_text(decision: str, sex: str) -> str:
    """As the bulletin says it; nothing where nothing is decided."""
    return DECISIONS[Decision(decision)][sex == "F"] if decision else ""
