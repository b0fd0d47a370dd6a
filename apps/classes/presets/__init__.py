"""What a new school starts from, one folder per school year: data that each school edits as its own rows.

The coefficients of a year hold until a later folder brings others; a calendar holds for its own year.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.classes.rules import plain, read_decisions, read_rubrics, read_words

FOLDER = Path(__file__).parent


class NoSuchPreset(LookupError):
    """There is no preset for this kind of school, or no calendar for this year."""


@dataclass(frozen=True, slots=True)
class PresetPlan:
    """A cell of the grid: what a subject weighs at a level (and in a stream)."""

    level: str
    stream: str | None
    subject: str
    coefficient: Decimal
    weekly_sessions: int
    is_optional: bool

    @property
    def counts(self) -> bool:
        """Whether it adds to the sum of the column: parts and optional subjects do not."""
        return not self.is_optional and "." not in self.subject


@dataclass(frozen=True, slots=True)
class PresetSubject:
    """A matière, at its place on the report card; `FR.EO` is a part of `FR`."""

    position: int
    code: str
    name: str
    group: str

    @property
    def parent(self) -> str | None:
        whole, dot, _ = self.code.partition(".")
        return whole if dot else None


@dataclass(frozen=True, slots=True)
class Preset:
    """Terms and holidays are (name, first date, second date); levels (position, code, name)."""

    kind: str
    cycle: str
    year: str
    opens_on: date
    closes_on: date
    is_provisional: bool
    terms: list[tuple[str, date, date]]
    holidays: list[tuple[str, date, date]]
    levels: list[tuple[int, str, str]]
    streams: list[tuple[str, str]]
    subject_groups: list[str]
    subjects: list[PresetSubject]
    plans: list[PresetPlan]


def years() -> list[str]:
    """The school years that have a calendar, oldest first."""
    return sorted(path.parent.name for path in FOLDER.glob("*/calendar.toml"))


def year_of(day: date) -> str:
    """The first school year not over on that day; after the last one, the last."""
    calendars = {year: _read(year, "calendar") for year in years()}
    return next((year for year, one in calendars.items() if one["closes_on"] >= day), years()[-1])


def read_preset(kind: str, year: str) -> Preset:
    """The preset of a kind of school ("college", "lycee") for a year ("2026-2027"). Raises NoSuchPreset."""
    calendar = _read(year, "calendar")
    curriculum, catalogue = _latest(kind, year), _latest("subjects", year)
    plans = list(_plans(curriculum["grid"]))
    taught = {plan.subject for plan in plans}
    return Preset(
        kind=kind,
        cycle=curriculum["cycle"],
        year=year,
        opens_on=calendar["opens_on"],
        closes_on=calendar["closes_on"],
        is_provisional=calendar["is_provisional"],
        terms=[(one["name"], one["starts_on"], one["ends_on"]) for one in calendar["terms"]],
        holidays=[(one["name"], one["last_class_day"], one["resumes_on"]) for one in calendar["holidays"]],
        levels=[(position, code, name) for position, code, name in curriculum["levels"]],
        streams=[(code, name) for code, name in curriculum["streams"]],
        subject_groups=catalogue["groups"],
        subjects=[
            PresetSubject(position, code, name, group)
            for position, (code, (name, group)) in enumerate(catalogue["subjects"].items(), start=1)
            if code in taught
        ],
        plans=plans,
    )


@dataclass(frozen=True, slots=True)
class PresetScheme:
    """How a cycle grades: `settings` by column, and the code of the subject that is its conduct."""

    settings: Mapping[str, Any]
    conduct_code: str


def read_scheme(cycle: str, year: str) -> PresetScheme:
    """The usual rules of grading of a cycle, as of that year (the oldest known, before any)."""
    said = _latest("schemes", max(year, years()[0]))
    said["decisions"] = said["decisions"][cycle]
    code = said.pop("conduct_subject")
    thresholds = {name: Decimal(value) for name, value in said.pop("thresholds").items()}
    typed = {name: plain(read(said.pop(name))) for name, read in TYPED.items()}
    return PresetScheme(said | thresholds | typed, code)


TYPED = {
    "words": read_words,
    "conduct_words": read_words,
    "rubrics": read_rubrics,
    "decisions": read_decisions,
}


def _read(year: str, name: str) -> dict:
    path = FOLDER / year / f"{name}.toml"
    if not path.is_file():
        raise NoSuchPreset(f"{year}/{name}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _latest(name: str, year: str) -> dict:
    """The file of that year, else of the nearest year before."""
    held = [path.parent.name for path in FOLDER.glob(f"*/{name}.toml") if path.parent.name <= year]
    return _read(max(held, default=year), name)


def _plans(grid: dict) -> Iterator[PresetPlan]:
    for subject, cells in grid.items():
        if subject == "columns":
            continue
        for column, cell in zip(grid["columns"], cells, strict=True):
            if cell:
                level, _, stream = column.partition(" ")
                coefficient, _, sessions = cell.removesuffix("f").partition("/")
                yield PresetPlan(
                    level=level,
                    stream=stream or None,
                    subject=subject,
                    coefficient=Decimal(coefficient),
                    weekly_sessions=int(sessions),
                    is_optional=cell.endswith("f"),
                )
