"""Tables for a spreadsheet: CSV and XLSX that a French one opens as they are, no cell of which computes.

A name typed as `=HYPERLINK(…)` must stay a name. In XLSX, texts are written as texts. CSV has no types: a
text that a spreadsheet would compute is given the apostrophe that means "text" to it.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

Value = str | int | Decimal | date | time | None

MOST_ROWS = 20_000
BOM = "\ufeff"  # without it, Excel reads accents wrongly
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
COMPUTES = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
WIDEST = 40  # characters


class TooManyRows(Exception):
    """More than a spreadsheet is to be given at once (MOST_ROWS)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its headings; `name` is the file's, without its extension."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]

    def __post_init__(self) -> None:
        if len(self.rows) > MOST_ROWS:
            raise TooManyRows


def as_csv(sheet: Sheet) -> bytes:
    """Semicolons, as a French spreadsheet expects; days as 02/11/2026, decimals with a comma."""
    out = io.StringIO(BOM)
    out.seek(0, io.SEEK_END)
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (sheet.headings, *sheet.rows):
        lines.writerow([_said(value) for value in row])
    return out.getvalue().encode()


def _said(value: Value) -> str:
    match value:
        case str():
            text = CONTROL.sub(" ", value)
            return f"'{text}" if COMPUTES.match(text) else text
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case Decimal():
            return str(value).replace(".", ",")
        case None:
            return ""
        case _:
            return str(value)


def as_xlsx(sheet: Sheet) -> bytes:
    """One sheet, its headings bold and always in view, columns as wide as what they hold."""
    out = io.BytesIO()
    texts_only = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **texts_only}) as book:
        page = book.add_worksheet()
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.freeze_panes(1, 0)
        formats = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        for column, heading in enumerate(sheet.headings):
            page.write_string(0, column, heading, book.add_format({"bold": True}))
            page.set_column(column, column, _width(heading, (row[column] for row in sheet.rows)))
        for line, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write(page, line, column, value, formats)
    return out.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, line: int, column: int, value: Value, formats: dict) -> None:
    match value:
        case str():
            page.write_string(line, column, CONTROL.sub(" ", value))
        case date() | time():
            page.write_datetime(line, column, value, formats[type(value)])
        case None:
            pass
        case _:
            page.write_number(line, column, value)


def _width(heading: str, values: Iterable[Value]) -> int:
    longest = max((len(_said(value)) for value in values), default=0)
    return min(max(longest, len(heading)) + 2, WIDEST)


KINDS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def download(sheet: Sheet, kind: str) -> HttpResponse:
    """The file to keep; `kind` is one of KINDS."""
    write, content_type = KINDS[kind]
    return HttpResponse(
        write(sheet),
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, f"{sheet.name}.{kind}")},
    )
