"""How a certificate is worded: a school's own sentences, with blanks that are filled in for each pupil."""

import re
from collections.abc import Mapping

PUPIL = "élève"  # alone on its line: who it is about stands there
BLANKS = ("établissement", "inscrit", "classe", "année", "depuis")
ENROLMENT = (
    "Je soussigné(e), chef de l’établissement {établissement}, certifie que l’élève\n"
    "{élève}\n"
    "est régulièrement {inscrit} en classe de {classe} pour l’année scolaire {année}.\n"
    "En foi de quoi, le présent certificat lui est délivré pour servir et valoir ce que de droit."
)
ATTENDANCE = (
    "Je soussigné(e), chef de l’établissement {établissement}, atteste que l’élève\n"
    "{élève}\n"
    "est {inscrit} en classe de {classe} pour l’année scolaire {année}, et y suit régulièrement les cours"
    " depuis le {depuis}.\n"
    "En foi de quoi, la présente attestation lui est délivrée pour servir et valoir ce que de droit."
)

_BLANK = re.compile(r"\{([^{}]*)\}")


class NotAWording(ValueError):
    """No sentence of a certificate; the message says what is wrong, in French."""


def check_wording(text: str) -> None:
    """Raises NotAWording."""
    place = f"{{{PUPIL}}}"
    if _lines(text).count(place) != 1 or text.count(place) != 1:
        raise NotAWording("Laissez une ligne avec {élève}, seul\u202f: l’identité de l’élève s’imprime là.")
    unknown = [name for name in _BLANK.findall(text) if name not in (*BLANKS, PUPIL)]
    if unknown or re.search(r"[{}]", _BLANK.sub("", text)):
        known = ", ".join(f"{{{name}}}" for name in BLANKS)
        said = f"{{{unknown[0]}}} n’est pas prévu" if unknown else "Une accolade est seule"
        raise NotAWording(f"{said}\u202f: écrivez {known}.")


def worded(text: str, said: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Its paragraphs before and after the pupil, their blanks filled in."""
    lines = _lines(text)
    place = lines.index(f"{{{PUPIL}}}")
    return _filled(lines[:place], said), _filled(lines[place + 1 :], said)


def _filled(lines: list[str], said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_BLANK.sub(lambda blank: said[blank[1]], line) for line in lines)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
