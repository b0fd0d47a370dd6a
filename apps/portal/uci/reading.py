"""From a file as it comes (commas or semicolons, quotes here and there, a BOM) to rows that can be trusted.

Plain Python. Everything is checked before anything is loaded.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

DELIMITERS = (";", ",", "\t", "|")
REQUIRED = ("school", "sex", "age", "absences", "G1", "G2", "G3")
SCHOOLS = {"GP": "Gabriel Pereira", "MS": "Mousinho da Silveira"}
GUARDIANS = ("mother", "father", "other")
BEST = Decimal(20)


class NotATable(Exception):
    """The file has no header line with the columns that we need: `missing` names them."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"no column {', '.join(missing)}")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: the line as an editor counts it; no column when the line itself is broken."""

    line: int
    column: str | None
    typed: str
    reason: str


class BadRows(Exception):
    """Some rows cannot be loaded: `faults` in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Row:
    """A pupil; `guardian` None where the file names nobody."""

    school: str
    sex: str
    age: int
    absences: int
    failures: int
    guardian: str | None
    marks: tuple[Decimal, Decimal, Decimal]


def read_rows(text: str, *, most_absences: int) -> list[Row]:
    """All rows of the file. Raises NotATable, BadRows."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    delimiter, header = _header(lines[0][1] if lines else "")
    faults: list[Fault] = []
    rows = [
        _row(number, cells, most_absences, faults)
        for number, cells in _records(lines[1:], delimiter, header, faults)
    ]
    if faults or not rows:
        raise BadRows(sorted(faults, key=lambda fault: fault.line))
    return rows


def _header(line: str) -> tuple[str, list[str]]:
    """The delimiter under which the first line names most of the columns that we need."""

    def known(delimiter: str) -> int:
        return len(set(REQUIRED) & set(_cells(line, delimiter)))

    delimiter = max(DELIMITERS, key=known)
    header = _cells(line, delimiter)
    if missing := [name for name in REQUIRED if name not in header]:
        raise NotATable(missing)
    return delimiter, header


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line; a line wrapped as a whole in quotes is opened first."""
    cells = _split(line, delimiter)
    if len(cells) == 1 and delimiter in cells[0]:
        cells = _split(cells[0], delimiter)
    return [_bare(cell) for cell in cells]


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return line.split(delimiter)


def _bare(cell: str) -> str:
    """Without the quotes and blanks left around it: the file's first row ends in `6"`."""
    return cell.strip().strip('"').strip()


def _records(
    lines: list[tuple[int, str]], delimiter: str, header: list[str], faults: list[Fault]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in lines:
        cells = _cells(line, delimiter)
        if len(cells) != len(header):  # a stray quote swallowed a delimiter
            cells = [_bare(cell) for cell in line.split(delimiter)]
        if len(cells) != len(header):
            faults.append(Fault(number, None, "", f"{len(cells)} cellules au lieu de {len(header)}"))
            continue
        yield number, dict(zip(header, cells, strict=True))


def _row(number: int, cells: dict[str, str], most_absences: int, faults: list[Fault]) -> Row | None:
    def read(column: str, reader: Callable, reason: str):
        typed = cells.get(column, "")
        try:
            return reader(typed)
        except (ValueError, InvalidOperation):
            faults.append(Fault(number, column, typed, reason))
            return None

    return Row(
        school=read("school", _among(SCHOOLS), f"ni {' ni '.join(SCHOOLS)}"),
        sex=read("sex", _among("FM"), "ni F ni M"),
        age=read("age", _whole(10, 30), "pas un âge de 10 à 30 ans"),
        absences=read("absences", _whole(0, most_absences), f"pas un nombre de 0 à {most_absences}"),
        failures=read("failures", _optional(_whole(0, 10), 0), "pas un nombre de 0 à 10"),
        guardian=read("guardian", _optional(_among(GUARDIANS), None), f"ni {' ni '.join(GUARDIANS)}"),
        marks=tuple(read(name, _mark, "pas une note de 0 à 20") for name in ("G1", "G2", "G3")),
    )


def _among(allowed) -> Callable[[str], str]:
    def reader(typed: str) -> str:
        if not typed or typed not in allowed:
            raise ValueError(typed)
        return typed

    return reader


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def reader(typed: str) -> int:
        if not typed.isdecimal() or not lowest <= int(typed) <= highest:
            raise ValueError(typed)
        return int(typed)

    return reader


def _optional(reader: Callable, blank) -> Callable:
    return lambda typed: reader(typed) if typed else blank


def _mark(typed: str) -> Decimal:
    value = Decimal(typed.replace(",", "."))
    if not (value.is_finite() and 0 <= value <= BEST and value == round(value, 2)):
        raise ValueError(typed)
    return value
