"""Words, rubrics and decisions as a secretary types them: one by line, in French."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

from .numbers import french
from .schemes import DECISION_NAMES, Decision, DecisionRule, Fault, Rubric, Step, Word

T = TypeVar("T")

NUMBER = r"(\d{1,2}(?:[.,]\d{1,2})?)"
_WORD = re.compile(rf"{NUMBER}\s+(\S.{{0,29}})")
_RUBRIC = re.compile(rf"([^/:;]+?)\s*/\s*{NUMBER}\s*(?::(.*))?")
_FAULT = re.compile(
    rf"{NUMBER}\s+(?:par|tou(?:te)?s les (\d{{1,2}}))\s+([^,;]+?)(?:,\s*tout dès (\d{{1,3}}))?"
)
_RULE = re.compile(r"(redoublants de\s+)?([^:]+?)\s*:(.*)", re.IGNORECASE)
_STEP = re.compile(rf"{NUMBER}\s+({'|'.join(DECISION_NAMES.values())})", re.IGNORECASE)
_DECISIONS = {name: decision for decision, name in DECISION_NAMES.items()}


class NotALine(ValueError):
    """A line that cannot be read; the message says which and how to write it, in French."""


def read_words(typed: str) -> tuple[Word, ...]:
    """ "18 Excellent" by line. Raises NotALine."""
    return _each(typed, _word, "écrivez une note puis un mot, par exemple : 14 Bien")


def write_words(words: Iterable[Word]) -> str:
    """The reverse."""
    return "\n".join(f"{french(word.low)} {word.text}" for word in words)


def read_rubrics(typed: str) -> tuple[Rubric, ...]:
    """ "Tenue /3 : 0,5 par faute de tenue" by line. Raises NotALine."""
    example = "Assiduité /6 : 0,5 par heure non justifiée, tout dès 10 ; 1 toutes les 3 sorties"
    return _each(typed, _rubric, f"écrivez par exemple : {example}")


def write_rubrics(rubrics: Iterable[Rubric]) -> str:
    """The reverse."""
    return "\n".join(
        f"{rubric.name} /{french(rubric.out_of)} : {' ; '.join(map(_write_fault, rubric.faults))}"
        for rubric in rubrics
    )


def read_decisions(typed: str) -> tuple[DecisionRule, ...]:
    """ "redoublants de 6e, 5e : 10 admis ; 0 exclu" by line. Raises NotALine."""
    return _each(
        typed, _rule, "écrivez par exemple : 6e, 5e : 10 admis ; 9,5 conseil ; 8,5 redouble ; 0 exclu"
    )


def write_decisions(rules: Iterable[DecisionRule]) -> str:
    """The reverse."""
    return "\n".join(map(_write_rule, rules))


def _each(typed: str, read: Callable[[str], T | None], how: str) -> tuple[T, ...]:
    found = []
    for number, line in enumerate(typed.splitlines(), start=1):
        if text := " ".join(line.split()):
            one = read(text)
            if one is None:
                raise NotALine(f"Ligne {number}, « {text} » : {how}")
            found.append(one)
    return tuple(found)


def _word(line: str) -> Word | None:
    found = _WORD.fullmatch(line)
    return found and Word(_number(found[1]), found[2])


def _rubric(line: str) -> Rubric | None:
    found = _RUBRIC.fullmatch(line)
    if not found:
        return None
    faults = [_fault(part.strip()) for part in (found[3] or "").split(";") if part.strip()]
    return None if None in faults else Rubric(found[1], _number(found[2]), tuple(faults))


def _fault(text: str) -> Fault | None:
    found = _FAULT.fullmatch(text)
    if not found:
        return None
    points, every, name, all_from = found.groups()
    return Fault(name, _number(points), int(every or 1), int(all_from) if all_from else None)


def _write_fault(fault: Fault) -> str:
    each = "par" if fault.every == 1 else f"toutes les {fault.every}"
    end = f", tout dès {fault.all_from}" if fault.all_from else ""
    return f"{french(fault.points)} {each} {fault.name}{end}"


def _rule(line: str) -> DecisionRule | None:
    found = _RULE.fullmatch(line)
    steps = [_step(part.strip()) for part in found[3].split(";")] if found else [None]
    if None in steps:
        return None
    return DecisionRule(tuple(re.split(r"[\s,]+", found[2])), bool(found[1]), tuple(steps))


def _step(text: str) -> Step | None:
    found = _STEP.fullmatch(text)
    return found and Step(_number(found[1]), Decision(_DECISIONS[found[2].lower()]))


def _write_rule(rule: DecisionRule) -> str:
    steps = " ; ".join(f"{french(step.low)} {DECISION_NAMES[step.decision]}" for step in rule.steps)
    return f"{'redoublants de ' if rule.is_repeating else ''}{', '.join(rule.levels)} : {steps}"


def _number(typed: str) -> Decimal:
    return Decimal(typed.replace(",", "."))
